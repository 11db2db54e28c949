// D13: the pictures that somebody approved.
import Composition

extension Check {
    static let approved = Check(
        id: "D13", title: "Approved baseline",
        measures:
            "each key frame of the baseline, found by its scene and its place in it: the hash of the drawn picture; "
            + "where that differs, or the file was made elsewhere, likeness (structure, lightness and colour) of the "
            + "least alike tile (of 60 pixels; of less in pictures below 1080 rows)",
        unit: "0 to 1",
        threshold:
            "drawn pictures: 0.98 passes, below 0.65 fails; decoded ones: 0.80 and 0.65; between the two a person "
            + "looks, and the gate says revise",
        source:
            "vgraph: bands set on one caption frame, whose missing caption is at 0.23, wrong letter 0.72, "
            + "re-encodings 0.85 and more; "
            + "perceptual hashes and global SSIM do not see either", changedBy: "acceptance.baseline", severity: .fail,
        runbook:
            "look at the pictures in 'vgraph show TARGET:review'; is the change wanted: 'vgraph baseline accept TARGET'"
    ) { inspection, plan in
        if inspection.refusal != nil { return .notRun("the file does not open", expected: "none asked") }
        guard let folder = plan?.acceptance.baseline else {
            return Finding(.pass, measured: "no baseline", expected: "none asked")
        }
        let expected = "as approved in '\(folder)'"
        guard let comparison = inspection.baseline else {
            return .notRun(
                "nothing was compared: the pipeline has no stage 'baseline' that 'check' uses", expected: expected)
        }
        if let refusal = comparison.refusal { return .notRun(refusal, expected: expected) }
        guard let rate = plan?.rate, !comparison.frames.isEmpty else {
            return .notRun("the baseline holds no frames", expected: expected)
        }
        let counts = [
            (LikenessBands.Verdict.same, "the same"), (.alike, "alike"), (.look, "to be looked at"),
            (.different, "different"),
        ].compactMap { verdict, words in
            let count = comparison.frames.count { $0.verdict == verdict }
            return count > 0 ? "\(count) \(words)" : nil
        }
        let total =
            "\(comparison.frames.count) frame\(comparison.frames.count == 1 ? "" : "s"): "
            + counts.joined(separator: ", ")
        guard
            let worst = comparison.frames.filter({ $0.verdict == .different || $0.verdict == .look })
                .min(by: { ($0.likeness?.value ?? -1) < ($1.likeness?.value ?? -1) })
        else { return Finding(.pass, measured: total, expected: expected) }
        return Finding(
            worst.verdict == .different ? .fail : .warn, measured: "\(total); \(words(worst, rate))",
            expected: expected,
            from: worst.frame.map(rate.seconds(ofFrame:)))
    }

    /// "0.71 in the tile at 120, 240 of the picture at 3.20 s (scene 'offer')".
    static func words(_ frame: BaselineComparison.Frame, _ rate: FrameRate) -> String {
        let place =
            frame.frame.map { "the picture at \(decimals(rate.seconds(ofFrame: $0), 2)) s (scene '\(frame.scene)')" }
            ?? "scene '\(frame.scene)'"
        guard let tile = frame.likeness else { return "\(place): \(frame.reason ?? "not compared")" }
        return "\(tile.words) in the tile at \(tile.x), \(tile.y) of \(place)"
    }
}
