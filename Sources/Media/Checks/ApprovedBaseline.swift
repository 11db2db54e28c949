// D13: key frames against the approved baseline.
import Composition
import Diagnostics

extension Check {
    static let approved = Check(
        id: "D13", title: "Approved baseline",
        measures:
            "each key frame of the baseline, matched by its scene and its position in the scene: hash of the drawn "
            + "picture; if the hash differs, or the file was made elsewhere, likeness (structure, lightness and "
            + "colour) of the worst tile (60 pixels; smaller below 1080 rows)",
        unit: "0 to 1",
        threshold:
            "drawn pictures: 0.98 passes, below 0.65 fails; decoded pictures: 0.80 and 0.65; in between a person has "
            + "to look, and the gate says revise",
        source:
            "vgraph: bands set on one caption frame, where a missing caption scores 0.23, a wrong letter 0.72, "
            + "re-encodings 0.85 or more; perceptual hashes and global SSIM detect neither",
        changedBy: "acceptance.baseline", severity: .fail,
        runbook:
            "compare the pictures in 'vgraph show TARGET:review'; if the change is intended, run 'vgraph baseline "
            + "accept TARGET'"
    ) { inspection, plan in
        if inspection.refusal != nil { return .notRun("the file does not open", expected: "none asked") }
        guard let folder = plan?.acceptance.baseline else {
            return Finding(.notApplicable, measured: "no baseline", expected: "none asked")
        }
        let expected = "as approved in '\(folder)'"
        guard let comparison = inspection.baseline else {
            return .notRun(
                "not compared: the pipeline connects no 'baseline' stage to 'check'", expected: expected)
        }
        if let refusal = comparison.refusal { return .notRun(refusal, expected: expected) }
        guard let rate = plan?.rate, !comparison.frames.isEmpty else {
            return .notRun("the baseline has no frames", expected: expected)
        }
        let counts = [
            (LikenessBands.Verdict.same, "identical"), (.alike, "alike"), (.look, "to review"),
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
