// P05.focus, P05.keep, P05.group, P05.fit, P05.small, P09.keep: what a spec says of its composition holds in each format:
// what must be seen of a picture is seen, and text has the room that it needs.
import Composition
import Diagnostics

extension ProofCheck {
    static let focus = ProofCheck(
        "P05.focus", "The points of focus are in view",
        measures: "points of 'focus' of every picture and clip with 'fit: cover', against the part that its box shows",
        threshold: "all inside; the first always is", source: "the spec's own", changedBy: "scenes[].layers[].focus",
        severity: .warn,
        runbook: "the points lie farther apart than the crop is wide: use another 'size' by format, or fewer points"
    ) { proof in
        proof.wished.compactMap { look in
            guard look.fit == .cover, let window = look.window else { return nil }
            let lost = look.wish.focus.indices.filter { !window.holds(look.wish.focus[$0]) }
            guard let first = lost.first else { return nil }
            let point = look.wish.focus[first]
            return .focusCut(
                what: look.what, number: first + 1, x: Int((point.x * 100).rounded()),
                y: Int((point.y * 100).rounded()),
                at: look.place)
        }
    }

    static let keep = ProofCheck(
        "P05.keep", "What must be kept of a picture is in view",
        measures:
            "the part 'keep' of every picture and clip, against the part that its box shows, and against the frame at "
            + "the moments in full view",
        threshold: "whole, at half of these moments at least", source: "the spec's own",
        changedBy: "scenes[].layers[].keep", severity: .fail,
        runbook:
            "use 'by_format' to give it another 'size' or 'at' in this format, 'fit: contain' over a background, or "
            + "another picture"
    ) { proof in
        let frame = proof.video.size
        return proof.wished.compactMap { look in
            guard let keep = look.wish.keep, let part = look.inBox(keep) else { return nil }
            // What the box cuts off is not on the frame either.
            let shares = look.layer.framesInFullView.compactMap { at -> Double? in
                let cut = CropRect(
                    x: max(0, part.x), y: max(0, part.y), width: min(1, part.x + part.width) - max(0, part.x),
                    height: min(1, part.y + part.height) - max(0, part.y))
                guard cut.width > 0, cut.height > 0 else { return 0 }
                guard let area = look.layer.area(of: cut, in: look.box, at: Double(at)) else { return nil }
                let across = max(0, min(area.x1, Double(frame.width)) - max(area.x0, 0)) / max(1e-6, area.x1 - area.x0)
                let down = max(0, min(area.y1, Double(frame.height)) - max(area.y0, 0)) / max(1e-6, area.y1 - area.y0)
                return across * down * cut.width * cut.height / (part.width * part.height)
            }
            guard shares.count(where: { $0 < 0.995 }) * 2 > shares.count, let best = shares.max() else { return nil }
            return .keepCut(what: look.what, percent: max(1, Int(((1 - best) * 100).rounded())), at: look.place)
        }
    }

    static let kept = ProofCheck(
        "P09.keep", "No text covers what must be kept of a picture",
        measures:
            "ink of every text and caption in full view that is drawn over a picture or clip, against its part 'keep' at "
            + "the same time",
        unit: "%", threshold: "a twentieth of the part", source: "the spec's own",
        changedBy: "scenes[].layers[].keep", severity: .warn,
        runbook: "move the text by 'by_format', or the picture with 'focus' or 'size'"
    ) { proof in
        let wished = proof.wished.filter { $0.wish.keep != nil }
        guard !wished.isEmpty else { return [] }
        var texts: [(text: DraftText, measured: MeasuredText, scene: Int?, order: Int)] = []
        let all = proof.texts
        var next = 0
        for (index, scene) in proof.video.scenes.enumerated() {
            for (order, layer) in scene.layers.enumerated() {
                guard case .text = layer.content, next < all.count else { continue }
                texts.append((all[next].text, all[next].measured, index, order))
                next += 1
            }
        }
        texts += all[next...].map { ($0.text, $0.measured, nil, 0) }
        return wished.compactMap { look in
            guard let keep = look.wish.keep, let part = look.inBox(keep) else { return nil }
            let start = proof.video.scenes[look.scene].startFrame
            let shown = start + look.layer.from..<start + max(look.layer.from, look.layer.to)
            for text in texts where text.scene == nil || (text.scene == look.scene && text.order > look.order) {
                let both = text.text.shown.clamped(to: shown)
                let covered = text.measured.boxes.contains { box in
                    let at = text.text.start + box.frame
                    guard both.contains(at), let area = look.layer.area(of: part, in: look.box, at: Double(at - start))
                    else { return false }
                    let width = min(area.x1, box.x1) - max(area.x0, box.x0),
                        height = min(area.y1, box.y1) - max(area.y0, box.y0)
                    return width > 0 && height > 0
                        && width * height * 20 > (area.x1 - area.x0) * (area.y1 - area.y0)
                }
                if covered {
                    return .keepCovered(
                        what: look.what, text: text.text.content.text, line: text.text.place.line, at: look.place)
                }
            }
            return nil
        }
    }

    static let group = ProofCheck(
        "P05.group", "The layers of a group have room",
        measures: "heights (in a row: widths) of a group's layers and the gaps between them, against the group's box",
        unit: "px", threshold: "at most the box", source: "vgraph", changedBy: "scenes[].layers[].group",
        severity: .fail,
        runbook:
            "give the group more 'size', its layers less, or another 'layout' in this format; a text needs as much as "
            + "its 'lines' times its size"
    ) { proof in
        proof.draft.written.crowded.map { group in
            .crowded(
                needs: Int(min(1e6, group.needs.rounded(.up))), has: Int(min(1e6, group.has)),
                isAcross: group.isAcross, at: group.place)
        }
    }

    static let fit = ProofCheck(
        "P05.fit", "Text fits into its box",
        measures: "lines, width and height of every text with a 'size' or 'lines', and of texts in groups, as drawn",
        threshold: "inside, at its least size or larger, with no word broken", source: "vgraph",
        changedBy: "scenes[].layers[].lines", severity: .fail,
        runbook: "shorten the text, give it more 'lines' or 'size', or a lower 'fit: { min: … }'"
    ) { proof in
        proof.texts.compactMap { text, measured in
            guard let fit = text.content.fit else { return nil }
            let m = measured.measure
            let over: (Double, String)? =
                if m.brokenWords > 0 {
                    (0, "breaks a word")
                } else if m.lines > fit.lines ?? .max {
                    (0, "takes \(m.lines) lines of \(fit.lines ?? 0)")
                } else if m.width > (fit.width ?? .infinity) + 2 {
                    (m.width - fit.width!, "is \(Int(min(1e6, m.width - fit.width!).rounded(.up))) px too wide")
                } else if m.height > (fit.height ?? .infinity) + 2 {
                    (m.height - fit.height!, "is \(Int(min(1e6, m.height - fit.height!).rounded(.up))) px too high")
                } else {
                    nil
                }
            return over.map {
                .noFit(
                    text: text.content.text, how: $0.1, size: Int((m.size ?? text.content.size).rounded()),
                    at: text.place)
            }
        }
    }

    static let small = ProofCheck(
        "P05.small", "Letters are large enough to read",
        measures: "size of the letters (em) of every text in full view, as drawn, against the frame's shorter side",
        unit: "%", threshold: "2 %; 21 px of 1080", source: "vgraph's figure: half of the built-in style body",
        changedBy: "theme.styles", severity: .warn,
        runbook: "use a larger 'size', or a higher 'fit: { min: … }'; on a telephone such letters cannot be read"
    ) { proof in
        let side = Double(min(proof.video.size.width, proof.video.size.height))
        return proof.texts.compactMap { text, measured in
            let scale = text.layer.framesInFullView.map { text.layer.scale.value(at: Double($0)) }.max() ?? 0
            let size = (measured.measure.size ?? text.content.size) * scale
            guard size > 0, size < side * 0.02 - 0.01, size.isFinite else { return nil }
            return .smallText(
                text: text.content.text, size: tenthsWords(size), least: tenthsWords(side * 0.02), at: text.place)
        }
    }
}

/// A picture or clip of which the spec says what must be seen.
private struct WishedPicture {
    var what: String
    var place: Place
    var wish: CropWish
    var layer: Layer
    var scene: Int
    /// Its index among the layers of its scene.
    var order: Int
    var box: PixelSize
    var fit: Fit
    var picture: PixelSize
    var window: CropWindow?

    /// A part of the picture in shares of the box; it may reach beyond it.
    func inBox(_ part: CropRect) -> CropRect? {
        switch fit {
        case .fill: return part
        case .cover:
            guard let window else { return nil }
            return CropRect(
                x: (part.x - window.x) / window.width, y: (part.y - window.y) / window.height,
                width: part.width / window.width, height: part.height / window.height)
        case .contain:
            let across = Double(box.width) / Double(max(1, picture.width)),
                down = Double(box.height) / Double(max(1, picture.height))
            let width = min(1, down / across), height = min(1, across / down)
            return CropRect(
                x: (1 - width) / 2 + part.x * width, y: (1 - height) / 2 + part.y * height, width: part.width * width,
                height: part.height * height)
        }
    }
}

extension Proof {
    fileprivate var wished: [WishedPicture] {
        var all: [WishedPicture] = []
        for (index, scene) in video.scenes.enumerated() {
            let written = draft.written(index)
            for (order, layer) in scene.layers.enumerated() where order < written.count {
                guard let wish = written[order].wish,
                    let picture = written[order].asset.flatMap({ facts.assets[$0]?.size })
                else { continue }
                let (box, fit, crop): (PixelSize?, Fit, CropPlace?)
                switch layer.content {
                case .image(let image): (box, fit, crop) = (image.box, image.fit, image.crop)
                case .video(let video): (box, fit, crop) = (video.box, video.fit, video.crop)
                case .text, .shape: continue
                }
                let shown = box ?? picture
                all.append(
                    WishedPicture(
                        what: written[order].what, place: written[order].place, wish: wish, layer: layer, scene: index,
                        order: order, box: shown, fit: fit, picture: picture,
                        window: CropWindow(of: picture, in: shown, at: crop)))
            }
        }
        return all
    }
}
