// D14.sound: what is heard is what the spec mixes.
import Composition

extension Check {
    /// Least likeness of a stretch that is the same, and the level below the loudest from which one is judged.
    private static let alike: Float = 0.6, depth: Float = 35
    /// dB that a stretch may be from the gain of the others: limiters and compressors of platforms take less.
    private static let moved: Float = 12
    /// dBFS: a sound that nobody promised.
    private static let unasked: Float = -40

    static let sound = Check(
        id: "D14.sound", title: "Sounds as mixed",
        measures:
            "the decoded sound against the mix that the spec describes, as waves of one channel, in stretches of 0.4 "
            + "s; the loudness of the whole and polarity count for nothing",
        unit: "0 to 1; dB",
        threshold:
            "three stretches in a row below 0.6, of those within 35 dB of the loudest; two that are 12 dB from where "
            + "the others are; a shift of 45 ms",
        source: "vgraph: lossy codecs keep 0.9 and more, another word leaves 0.3", changedBy: "audio", severity: .fail,
        runbook: "listen to the file at the time that it names: a voice is missing, late, or another than the spec's"
    ) { inspection, _ in
        let expected = "as mixed"
        guard inspection.refusal == nil else { return .notRun("the file does not open", expected: expected) }
        guard let held = inspection.sound else {
            return Finding(.pass, measured: "no mixed sound to compare with", expected: "none asked")
        }
        if let refusal = held.refusal { return .notRun(refusal, expected: expected) }
        if let count = held.copiedPackets {
            return Finding(.pass, measured: "the \(count) packets of the encoded mix", expected: expected)
        }
        let loudest = held.stretches.map(\.promised).max() ?? -90
        if let shift = held.shift, abs(shift) > 0.045 {
            return Finding(
                .fail, measured: "all of it is \(decimals(abs(shift), 2)) s \(shift > 0 ? "late" : "early")",
                expected: expected, from: 0)
        }
        let other = held.stretches.map { $0.promised > max(-60, loudest - depth) && $0.likeness < alike }
        // A little of what was before rings on.
        let extra = held.stretches.map { $0.promised < -70 && $0.heard > unasked }
        // What is much quieter or louder than the rest of it.
        let gains = held.stretches.indices.filter {
            held.stretches[$0].promised > max(-60, loudest - depth) && !other[$0]
        }
        .map { held.stretches[$0].heard - held.stretches[$0].promised }.sorted()
        let usual = gains.isEmpty ? 0 : gains[gains.count / 2]
        let turned = held.stretches.map {
            $0.promised > max(-60, loudest - depth) && abs($0.heard - $0.promised - usual) > moved
        }
        let run = longestRun(turned)
        if run.count >= 2, longestRun(other).count < 3 {
            let from = held.stretches[run.lowerBound].time,
                to = held.stretches[run.upperBound - 1].time + SoundHeld.length
            return Finding(
                .fail,
                measured:
                    "sound that is \(Int(moved)) dB or more from the level that it is mixed at, from "
                    + "\(decimals(from, 1)) s to "
                    + "\(decimals(to, 1)) s", expected: expected, from: from, to: to)
        }
        for (flags, words) in [(other, "another sound than mixed"), (extra, "sound where the spec has none")] {
            let run = longestRun(flags)
            guard run.count >= 3 else { continue }
            let from = held.stretches[run.lowerBound].time,
                to = held.stretches[run.upperBound - 1].time + SoundHeld.length
            return Finding(
                .fail, measured: "\(words) from \(decimals(from, 1)) s to \(decimals(to, 1)) s", expected: expected,
                from: from, to: to)
        }
        let judged = held.stretches.filter { $0.promised > max(-60, loudest - depth) }
        let least = judged.map(\.likeness).min().map { decimals(Double($0), 2) } ?? "none"
        return Finding(.pass, measured: "\(judged.count) stretches, the least alike \(least)", expected: expected)
    }
}
