// D07.clipping: waves cut off flat, at full scale or below it.
import Composition
import Diagnostics

extension Check {
    static let clipping = Check(
        id: "D07.clipping", title: "Clipping",
        measures:
            "runs of three or more consecutive samples at or above full scale in any channel of the decoded sound; "
            + "tenths of a second whose samples crowd at one loudest level: sound that was clipped and turned down "
            + "afterwards; with the spec's mix to compare, how much less its loud samples are raised than its quiet "
            + "ones",
        unit: "runs",
        threshold:
            "no run; up to 5 runs warn (a lossy codec's overshoot), more fail; 5 crowded tenths that are a twentieth "
            + "of the loud ones fail; loud samples raised a fifth less than quiet ones fail",
        source: "EBU QC (clipping); the counts are vgraph's", changedBy: "audio.tracks[].gain", severity: .fail,
        runbook: "lower the gain of the loudest track, or set 'audio.loudness' so that the mix is limited"
    ) { inspection, plan in
        let expected = "none"
        guard inspection.refusal == nil else { return .notRun("the file does not open", expected: expected) }
        guard let audio = inspection.audio else {
            return plan?.hasSound == true
                ? .notRun("no sound", expected: expected)
                : Finding(.notApplicable, measured: "no sound", expected: expected)
        }
        let runs = audio.sound.clippedRuns
        if runs <= 5, let flat = flattened(audio.sound) {
            let time = flat.time + audio.start
            return Finding(
                .fail,
                measured:
                    "clipped and turned down afterwards in \(flat.count) tenths of a second, first at "
                    + "\(decimals(time, 2)) s",
                expected: expected, from: time)
        }
        if let time = cut(inspection.sound) {
            return Finding(
                .fail, measured: "peaks of the mix are clipped, first at \(decimals(time, 2)) s",
                expected: expected, from: time)
        }
        guard runs > 0 else { return Finding(.pass, measured: "none", expected: expected) }
        let first = audio.sound.firstClip.map { $0 + audio.start }
        return Finding(
            runs > 5 ? .fail : .warn,
            measured: "\(runs) run\(runs == 1 ? "" : "s")" + (first.map { ", first at \(decimals($0, 2)) s" } ?? ""),
            expected: expected, from: first)
    }

    /// The first time at which loud samples of the spec's mix are raised less than quiet ones; nil without the mix.
    private static func cut(_ held: SoundHeld?) -> Double? {
        guard let held, let loudest = held.stretches.map(\.promised).max() else { return nil }
        let judged = held.stretches.filter {
            $0.promised > max(-60, loudest - 12) && $0.likeness > 0.6 && $0.crest != nil
        }
        let flat = judged.filter { ($0.crest ?? 1) < 0.8 }
        return flat.count >= 4 && flat.count * 4 >= judged.count ? flat[0].time : nil
    }

    private static func flattened(_ sound: SoundMeasures) -> (count: Int, time: Double)? {
        let levels = sound.crowded.map(\.level).sorted()
        guard levels.count >= 5, levels.count * 20 >= sound.loudBlocks else { return nil }
        let usual = levels[levels.count / 2]
        let same = sound.crowded.filter { abs($0.level - usual) <= usual * 0.08 }
        guard same.count >= 5, same.count * 5 >= levels.count * 3 else { return nil }
        return (same.count, same[0].time)
    }
}
