// D14: what the encoder left of what was drawn.
import Composition

extension Check {
    private static let bands = LikenessBands.decoded
    /// Steps of luma by which a stroke that is not drawn, or not shown, stands out.
    private static let stroke: Float = 40

    static let likeness = Check(
        id: "D14", title: "As drawn",
        measures:
            "twice a second, decoded pictures against those that went into the encoder: likeness (structure, "
            + "lightness and colour) of the least alike tile (of 60 pixels; of less in pictures below 1080 rows); "
            + "and strokes that one of the two has alone, in squares of a letter's line",
        unit: "0 to 1; steps of luma", threshold: "below 0.80 warns, below 0.65 fails; a stroke of 40 fails",
        source:
            "vgraph: re-encodings at CRF 18 to 28 keep 0.85 and more, a missing caption leaves 0.23; a wrong letter "
            + "has strokes of 42 and more, in "
            + "720 rows and above of 100, re-encodings up to CRF 33 of 27 at most", severity: .fail,
        runbook:
            "lower 'crf' of the encode stage; where one tile alone is far off, look at the picture: what was drawn is "
            + "not what is shown"
    ) { inspection, plan in
        guard let held = heldAgainstDrawn(inspection, plan) else {
            return Finding(.pass, measured: "no drawn pictures to compare with", expected: "none asked")
        }
        let expected = "0.80 or more"
        switch held {
        case .refused(let why): return .notRun(why, expected: expected)
        case .samples(let samples, let video, let plan):
            guard let worst = samples.min(by: { $0.tile.value < $1.tile.value }) else {
                return .notRun("no picture was compared", expected: expected)
            }
            let time = plan.rate.seconds(ofFrame: worst.frame), verdict = bands.verdict(worst.tile.value)
            let strokes = samples.compactMap { sample in sample.stroke.map { (sample.frame, $0) } }
            if verdict != .different, let (frame, stroke) = strokes.max(by: { $0.1.value < $1.1.value }),
                stroke.value >= Self.stroke
            {
                let time = plan.rate.seconds(ofFrame: frame)
                return Finding(
                    .fail,
                    measured:
                        "another stroke than drawn, \(Int(stroke.value)) steps of luma apart, at \(decimals(time, 2)) "
                        + "s around "
                        + "\(stroke.x), \(stroke.y)", expected: expected, from: time)
            }
            let measured =
                "\(samples.count) of \(video.frames.count) pictures: the least \(worst.tile.words), at "
                + "\(decimals(time, 2)) s in the tile at \(worst.tile.x), \(worst.tile.y)"
            return Finding(
                verdict == .alike ? .pass : verdict == .look ? .warn : .fail, measured: measured, expected: expected,
                from: verdict == .alike ? nil : time)
        }
    }

    static let captionsShown = Check(
        id: "D14.captions", title: "Captions on the pictures",
        measures:
            "for each caption, a decoded picture from while it is shown against the drawn one that has it: likeness "
            + "of the least alike tile (of 60 pixels; of less in pictures below 1080 rows)",
        unit: "0 to 1", threshold: "0.65 or more: a missing caption leaves 0.23, one wrong letter 0.72",
        source: "vgraph", changedBy: "captions", severity: .fail,
        runbook:
            "look at the picture that the time names; captions shorter than half a second cannot be looked at: show "
            + "them longer"
    ) { inspection, plan in
        guard let held = heldAgainstDrawn(inspection, plan) else {
            return Finding(.pass, measured: "no drawn pictures to compare with", expected: "none asked")
        }
        let expected = "every caption as drawn"
        switch held {
        case .refused(let why): return .notRun(why, expected: expected)
        case .samples(let samples, _, let plan):
            guard !plan.cues.isEmpty else { return Finding(.pass, measured: "no captions", expected: expected) }
            var breaches = Breaches(), unseen = 0, least: TileLikeness?
            for (index, cue) in plan.cues.enumerated() {
                let seen = samples.filter { $0.frame >= cue.startFrame && $0.frame < cue.endFrame }
                guard let best = seen.max(by: { $0.tile.value < $1.tile.value }) else { unseen += 1; continue }
                if best.tile.value < least?.value ?? 2 { least = best.tile }
                if bands.verdict(best.tile.value) == .different {
                    let time = plan.rate.seconds(ofFrame: best.frame)
                    breaches.add(
                        .fail,
                        "caption \(index + 1) is not on the picture at \(decimals(time, 2)) s as drawn: "
                            + "\(best.tile.words)",
                        at: time)
                }
            }
            if unseen > 0 { breaches.add(.warn, "\(unseen) too short to be looked at") }
            let count = "\(plan.cues.count) caption\(plan.cues.count == 1 ? "" : "s")"
            return breaches.finding(
                measured: "\(count), the least like what was drawn \(least?.words ?? "unknown")", expected: expected)
        }
    }

    private enum Held {
        case refused(String)
        case samples([Inspection.SampledLikeness], Inspection.Video, Plan)
    }

    /// nil: nobody has drawn this file's pictures here, so nothing is asked of it.
    private static func heldAgainstDrawn(_ inspection: Inspection, _ plan: Plan?) -> Held? {
        if inspection.refusal != nil { return .refused("the file does not open") }
        guard let video = inspection.video, video.frames.count > 0 else { return .refused("no pictures were decoded") }
        if let plan, video.promised != nil { return .samples(video.likeness, video, plan) }
        guard let plan, let isKnown = inspection.isOfKnownSegments else { return nil }
        if !isKnown { return .refused("its pictures are not those that were drawn and encoded: see D15") }
        return video.likeness.isEmpty ? nil : .samples(video.likeness, video, plan)
    }
}
