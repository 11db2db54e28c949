// D14, D14.captions: decoded pictures against the drawn ones.
import Composition
import Diagnostics

extension Check {
    private static let bands = LikenessBands.decoded
    /// Difference in luma at which a stroke counts as missing or added.
    private static let stroke: Float = 40

    static let likeness = Check(
        id: "D14", title: "Pictures as drawn",
        measures:
            "two decoded pictures a second against the ones that went into the encoder: likeness (structure, lightness "
            + "and colour) of the worst tile (60 pixels; smaller below 1080 rows), and strokes that only one of the "
            + "two has, in squares as wide as a letter's stroke",
        unit: "0 to 1; steps of luma",
        threshold:
            "below 0.80 warns, below 0.65 fails; a stroke that differs by 40 or more fails",
        source:
            "vgraph: re-encodings at CRF 18 to 28 keep 0.85 or more, a missing caption leaves 0.23; a wrong letter's "
            + "strokes differ by 42 or more (by 100 from 720 rows), those of re-encodings up to CRF 33 by 27 at "
            + "most",
        severity: .fail,
        runbook:
            "lower 'crf' of the encode stage; if a single tile is far off, look at the picture: the file does not show "
            + "what was drawn"
    ) { inspection, plan in
        guard let held = heldAgainstDrawn(inspection, plan) else {
            return Finding(.notApplicable, measured: "no drawn pictures to compare with", expected: "none asked")
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
                        "a stroke differs from the drawn one by \(Int(stroke.value)) steps of luma at "
                        + "\(decimals(time, 2)) s near \(stroke.x), \(stroke.y)",
                    expected: expected, from: time)
            }
            let measured =
                "\(samples.count) of \(video.frames.count) pictures; lowest likeness \(worst.tile.words), at "
                + "\(decimals(time, 2)) s in the tile at \(worst.tile.x), \(worst.tile.y)"
            return Finding(
                verdict == .alike ? .pass : verdict == .look ? .warn : .fail, measured: measured, expected: expected,
                from: verdict == .alike ? nil : time)
        }
    }

    static let captionsShown = Check(
        id: "D14.captions", title: "Captions on the pictures",
        measures:
            "for each caption, a decoded picture from the time it is shown against the drawn picture: likeness of the "
            + "worst tile (60 pixels; smaller below 1080 rows)",
        unit: "0 to 1", threshold: "0.65 or more: a missing caption leaves 0.23, one wrong letter 0.72",
        source: "vgraph", changedBy: "captions", severity: .fail,
        runbook:
            "look at the picture at the reported time; a caption shorter than half a second is not sampled: show it "
            + "longer"
    ) { inspection, plan in
        guard let held = heldAgainstDrawn(inspection, plan) else {
            return Finding(.notApplicable, measured: "no drawn pictures to compare with", expected: "none asked")
        }
        let expected = "every caption as drawn"
        switch held {
        case .refused(let why): return .notRun(why, expected: expected)
        case .samples(let samples, _, let plan):
            guard !plan.cues.isEmpty else {
                return Finding(.notApplicable, measured: "no captions", expected: expected)
            }
            var breaches = Breaches(), unseen = 0, least: TileLikeness?
            for (index, cue) in plan.cues.enumerated() {
                let seen = samples.filter { $0.frame >= cue.startFrame && $0.frame < cue.endFrame }
                guard let best = seen.max(by: { $0.tile.value < $1.tile.value }) else { unseen += 1; continue }
                if best.tile.value < least?.value ?? 2 { least = best.tile }
                if bands.verdict(best.tile.value) == .different {
                    let time = plan.rate.seconds(ofFrame: best.frame)
                    breaches.add(
                        .fail,
                        "caption \(index + 1) does not look as drawn at \(decimals(time, 2)) s: likeness "
                            + "\(best.tile.words)",
                        at: time)
                }
            }
            if unseen > 0 { breaches.add(.warn, "\(unseen) too short to be sampled") }
            let count = "\(plan.cues.count) caption\(plan.cues.count == 1 ? "" : "s")"
            return breaches.finding(
                measured: "\(count), lowest likeness \(least?.words ?? "unknown")", expected: expected)
        }
    }

    private enum Held {
        case refused(String)
        case samples([Inspection.SampledLikeness], Inspection.Video, Plan)
    }

    /// nil: without drawn pictures there is nothing to compare with.
    private static func heldAgainstDrawn(_ inspection: Inspection, _ plan: Plan?) -> Held? {
        if inspection.refusal != nil { return .refused("the file does not open") }
        guard let video = inspection.video, video.frames.count > 0 else { return .refused("no pictures were decoded") }
        if let plan, video.promised != nil { return .samples(video.likeness, video, plan) }
        guard let plan, let isKnown = inspection.isOfKnownSegments else { return nil }
        if !isKnown { return .refused("the file does not contain the encoded pictures: see D15") }
        return video.likeness.isEmpty ? nil : .samples(video.likeness, video, plan)
    }
}
