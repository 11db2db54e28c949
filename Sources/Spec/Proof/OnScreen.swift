// P08: viewers have time to read text on the picture. P09: controls, captions and other texts do not cover it.
import Composition
import Diagnostics

extension ProofCheck {
    static let dwell = ProofCheck(
        "P08.dwell", "Text on the picture can be read",
        measures:
            "time in which a text other than a caption has at least half of its greatest visibility, divided by its "
            + "words; a number of four digits or more counts as 1.5 words",
        unit: "s a word", threshold: "0.3",
        source:
            "BBC Subtitle Guidelines 1.2; 1.5 for long numbers is vgraph's figure for the BBC's 'more time'",
        changedBy: "acceptance.rules.text_word_time", severity: .warn,
        runbook: "show it earlier or longer, shorten its 'enter' and 'exit', or shorten the text"
    ) { proof in
        guard let limit = proof.profile[.textWordTime], let least = limit.least else { return [] }
        return proof.texts.compactMap { text, measured in
            guard !text.isCaption, !measured.boxes.isEmpty else { return nil }
            let words = text.content.text.split(whereSeparator: \.isWhitespace).filter {
                $0.contains { $0.isLetter || $0.isNumber }
            }
            let weight = words.reduce(0.0) { $0 + ($1.count(where: \.isNumber) >= 4 ? 1.5 : 1) }
            let seconds = proof.seconds(measured.legible)
            guard seconds < weight * least - proof.seconds(1) / 2 else { return nil }
            return .shortText(
                text: text.content.text, seconds: secondsWords(seconds), needs: secondsWords(weight * least),
                rule: limit.source, at: text.place)
        }
    }

    static let empty = ProofCheck(
        "P08.empty", "Something is shown at every time",
        measures:
            "spans of the video in which no layer, caption or call to action is there, in a video that has layers; "
            + "a layer that is never visible is not there",
        unit: "s", threshold: "at most 1", source: "vgraph", changedBy: "scenes[].layers", severity: .warn,
        runbook: "give the scene a layer or a caption for this time, or shorten it"
    ) { proof in
        let video = proof.video
        var shown = video.captions.map { $0.cue.startFrame..<max($0.cue.startFrame, $0.cue.endFrame) }
        for scene in video.scenes {
            for layer in scene.layers where layer.neverVisible == nil {
                shown.append(scene.startFrame + layer.from..<scene.startFrame + max(layer.from, layer.to))
            }
        }
        guard video.scenes.contains(where: { !$0.layers.isEmpty }) else { return [] }
        var problems: [ProofProblem] = [], reached = 0
        for span in shown.sorted(by: { $0.lowerBound < $1.lowerBound }) + [video.frames..<video.frames] {
            let bare = proof.seconds(min(span.lowerBound, video.frames)) - proof.seconds(reached)
            if bare > 1 + proof.seconds(1) / 2,
                let index = video.scenes.lastIndex(where: { $0.startFrame <= reached }),
                let place = proof.place(ofScene: index)
            {
                problems.append(
                    .nothingShown(
                        scene: video.scenes[index].id, from: secondsWords(proof.seconds(reached)),
                        to: secondsWords(proof.seconds(min(span.lowerBound, video.frames))), at: place))
            }
            reached = max(reached, span.upperBound)
        }
        return problems
    }

    static let zones = ProofCheck(
        "P09.zone", "Text keeps clear of a platform's controls",
        measures: "ink of every text in full view against the edges that a player's controls cover",
        unit: "px", threshold: "0 inside the zones of the profiles; no zones without a profile",
        source: "the profile's own, with its date",
        changedBy: "acceptance.profile", severity: .warn,
        runbook: "move the text towards the middle; captions with 'captions.position'"
    ) { proof in
        let size = proof.video.size, zones = proof.profile.zones.filter { $0.applies(to: size) }
        return proof.texts.flatMap { text, measured -> [ProofProblem] in
            zones.compactMap { zone in
                let reaches = measured.boxes.map { box -> (pixels: Double, side: String) in
                    let width = Double(size.width), height = Double(size.height)
                    return [
                        (zone.left * width - box.x0, "left", zone.left), (zone.top * height - box.y0, "top", zone.top),
                        (box.x1 - (1 - zone.right) * width, "right", zone.right),
                        (box.y1 - (1 - zone.bottom) * height, "bottom", zone.bottom),
                    ]
                    .filter { $0.2 > 0 }.map { ($0.0, $0.1) }.max { $0.0 < $1.0 } ?? (0, "")
                }
                // A text that only passes through a zone is not reported.
                guard let least = reaches.min(by: { $0.pixels < $1.pixels }), least.pixels > 1 else { return nil }
                return .underControls(
                    text: text.content.text, side: least.side, pixels: Int(min(1e6, least.pixels.rounded(.up))),
                    rule: zone.source, at: text.place)
            }
        }
    }

    static let overlap = ProofCheck(
        "P09.overlap", "Captions cover no other text",
        measures: "ink of each caption against ink of every other text on screen at the same time", unit: "px",
        threshold: "2 px of both in each direction",
        source: "vgraph", changedBy: "captions.position", severity: .warn,
        runbook: "move the captions or the text, or end the text earlier"
    ) { proof in
        let captions = proof.captions.filter { !$0.measured.boxes.isEmpty }
        guard !captions.isEmpty else { return [] }
        return proof.texts.compactMap { text, measured in
            guard !text.isCaption else { return nil }
            var low = captions.partitioningIndex { $0.text.shown.upperBound > text.shown.lowerBound }
            while low < captions.count, captions[low].text.shown.lowerBound < text.shown.upperBound {
                let caption = captions[low], area = caption.measured.boxes[0]
                low += 1
                let both = text.shown.clamped(to: caption.text.shown)
                let isOver = measured.boxes.contains { box in
                    both.contains(text.start + box.frame) && min(box.x1, area.x1) - max(box.x0, area.x0) > 2
                        && min(box.y1, area.y1) - max(box.y0, area.y0) > 2
                }
                if isOver {
                    return .underCaption(text: text.content.text, caption: caption.text.content.text, at: text.place)
                }
            }
            return nil
        }
    }

    static let collision = ProofCheck(
        "P09.texts", "Texts cover no other text",
        measures:
            "ink of every text in full view, except captions, against the ink of the other texts on screen, in its "
            + "scene and in a scene that is in transition",
        unit: "px",
        threshold:
            "2 px in each direction and a twentieth of the smaller text; the same text drawn twice (a shadow) does not "
            + "count",
        source: "vgraph",
        changedBy: "scenes[].layers[].end", severity: .warn,
        runbook: "move one of them, or end it ('end', 'exit') before the other appears"
    ) { proof in
        let texts = proof.texts.filter { !$0.text.isCaption && !$0.measured.boxes.isEmpty }
            .sorted { $0.text.shown.lowerBound < $1.text.shown.lowerBound }
        // Sliding scenes move side by side, so their texts never overlap.
        let sliding = Set(
            proof.video.scenes.filter { if case .slide? = $0.transition?.form { true } else { false } }.map(
                \.startFrame))
        var problems: [ProofProblem] = []
        for (index, later) in texts.enumerated() {
            // Compares only with earlier texts that are still on screen, so that thousands of texts stay fast.
            let others = texts[max(0, index - 64)..<index].filter {
                $0.text.shown.upperBound > later.text.shown.lowerBound
                    && $0.text.content.text != later.text.content.text
                    && ($0.text.start == later.text.start || !sliding.contains($0.text.start))
            }
            if let other = others.first(where: { meet($0, later) }) {
                problems.append(
                    .textsCollide(
                        text: later.text.content.text, other: other.text.content.text, line: other.text.place.line,
                        at: later.text.place))
            }
        }
        return problems
    }

    private typealias Shown = (text: DraftText, measured: MeasuredText)

    private static func meet(_ a: Shown, _ b: Shown) -> Bool {
        let both = a.text.shown.clamped(to: b.text.shown)
        guard !both.isEmpty else { return false }
        func boxes(_ shown: Shown) -> [(frame: Int, box: MeasuredText.Box)] {
            shown.measured.boxes.map { (shown.text.start + $0.frame, $0) }.filter { both.contains($0.0) }
        }
        let first = boxes(a), second = boxes(b)
        return first.contains { one in
            guard let two = second.min(by: { abs($0.frame - one.frame) < abs($1.frame - one.frame) })?.box else {
                return false
            }
            let width = min(one.box.x1, two.x1) - max(one.box.x0, two.x0),
                height = min(one.box.y1, two.y1) - max(one.box.y0, two.y0)
            func area(_ box: MeasuredText.Box) -> Double { (box.x1 - box.x0) * (box.y1 - box.y0) }
            return width > 2 && height > 2 && width * height * 20 > min(area(one.box), area(two))
        }
    }
}

extension Array {
    /// The first index whose element is past; the array must be partitioned accordingly.
    fileprivate func partitioningIndex(_ isPast: (Element) -> Bool) -> Int {
        var low = 0, high = count
        while low < high {
            let middle = (low + high) / 2
            if isPast(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
