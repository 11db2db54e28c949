// D07: silence where sound is planned.
import Composition
import Diagnostics

extension Check {
    /// dBFS (RMS over a tenth of a second).
    private static let silent: Float = -50

    static let silence = Check(
        id: "D07", title: "Silence",
        measures: "level (RMS) of each tenth of a second in each channel; silent below -50 dBFS",
        unit: "dBFS, s",
        threshold:
            "fails if the whole is silent although sound is planned, or if one channel is silent while another carries "
            + "sound",
        source: "EBU QC (silence); the level is vgraph's", changedBy: "audio.tracks", severity: .fail,
        runbook:
            "a track is missing, muted or routed to one channel: listen to the sources, then to 'vgraph show "
            + "TARGET:audio'"
    ) { inspection, plan in
        let wanted = plan?.hasSound
        let expected = wanted == false ? "silence is allowed" : "sound in every channel"
        guard inspection.refusal == nil else { return .notRun("the file does not open", expected: expected) }
        guard let audio = inspection.audio else {
            return Finding(
                wanted == true ? .fail : .notApplicable, measured: "no sound", expected: expected,
                from: wanted == true ? 0 : nil
            )
        }
        let levels = audio.sound.levels
        guard let count = levels.first?.count, count > 0 else {
            return Finding(
                wanted == true ? .fail : .notApplicable, measured: "no sound was decoded", expected: expected)
        }
        let heard = levels.map { $0.contains { $0 >= silent } }
        if !heard.contains(true) {
            return Finding(
                wanted == true ? .fail : wanted == false ? .notApplicable : .warn, measured: "silent throughout",
                expected: expected,
                from: wanted == false ? nil : 0, to: wanted == false ? nil : audio.duration)
        }
        let quiet = (0..<count).map { block in levels.allSatisfy { block >= $0.count || $0[block] < silent } }
        let longest = longestRun(quiet)
        let step = SoundMeasures.levelStep
        let gap =
            longest.isEmpty
            ? "no silence"
            : "longest silence \(tenths(Double(longest.count) * step)) s at "
                + "\(tenths(Double(longest.lowerBound) * step)) s"
        if let channel = heard.firstIndex(of: false) {
            return Finding(
                wanted == true ? .fail : .warn, measured: "channel \(channel + 1) of \(levels.count) is silent; \(gap)",
                expected: expected,
                from: 0, to: audio.duration)
        }
        return Finding(.pass, measured: gap, expected: expected)
    }
}

/// The longest run of `true`, as indexes; the first of equals; empty where there is none.
func longestRun(_ flags: [Bool]) -> Range<Int> {
    var best = 0..<0, start: Int?
    for index in 0...flags.count {
        if index < flags.count, flags[index] {
            if start == nil { start = index }
        } else if let begin = start {
            if index - begin > best.count { best = begin..<index }
            start = nil
        }
    }
    return best
}
