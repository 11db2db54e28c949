// D07.clipping: sound that ran out of numbers.
import Composition

extension Check {
    static let clipping = Check(
        id: "D07.clipping", title: "Clipping",
        measures:
            "runs of three or more samples in a row at or above full scale, in any channel of the decoded sound; and "
            + "tenths of a second whose samples crowd at their loudest level, the same in most of them: sound that "
            + "was cut off flat and turned down since; where a spec says what is mixed, how much less its high "
            + "samples are raised than its low ones",
        unit: "runs",
        threshold:
            "0; up to 5 warn (a lossy codec's overshoot), more fail; 5 such tenths and a twentieth of all that is "
            + "loud fail; a fifth less fails",
        source: "EBU QC (clipping); the counts are vgraph's", changedBy: "audio.tracks[].gain", severity: .fail,
        runbook: "lower the gain of the track that is too loud, or set 'audio.loudness' so that the mix is limited"
    ) { inspection, plan in
        let expected = "none"
        guard inspection.refusal == nil else { return .notRun("the file does not open", expected: expected) }
        guard let audio = inspection.audio else {
            return plan?.hasSound == true
                ? .notRun("no sound", expected: expected) : Finding(.pass, measured: "no sound", expected: expected)
        }
        let runs = audio.sound.clippedRuns
        if runs <= 5, let flat = flattened(audio.sound) {
            let time = flat.time + audio.start
            return Finding(
                .fail,
                measured:
                    "cut off flat and turned down since, in \(flat.count) tenths of a second, first at "
                    + "\(decimals(time, 2)) s",
                expected: expected, from: time)
        }
        if let time = cut(inspection.sound) {
            return Finding(
                .fail, measured: "crests of the mixed wave are cut off flat, first at \(decimals(time, 2)) s",
                expected: expected, from: time)
        }
        guard runs > 0 else { return Finding(.pass, measured: "none", expected: expected) }
        let first = audio.sound.firstClip.map { $0 + audio.start }
        return Finding(
            runs > 5 ? .fail : .warn,
            measured: "\(runs) run\(runs == 1 ? "" : "s")" + (first.map { ", first at \(decimals($0, 2)) s" } ?? ""),
            expected: expected, from: first)
    }

    /// Where the wave that a spec mixes is known: when it is first seen that what is high in it is raised less than
    /// what is low.
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
