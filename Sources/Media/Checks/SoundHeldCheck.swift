// D14.sound: the sound of the file against the mix of the spec.
import Composition
import Diagnostics

extension Check {
    /// Least likeness at which a stretch counts as the same, and how many dB below the loudest a stretch is still
    /// judged.
    private static let alike: Float = 0.6, depth: Float = 35
    /// dB that the gain of a stretch may differ from the others': limiters and compressors of platforms change less.
    private static let moved: Float = 12
    /// dBFS from which sound counts where the mix is silent.
    private static let unasked: Float = -40

    static let sound = Check(
        id: "D14.sound", title: "Sound as mixed",
        measures:
            "the decoded sound against the mix that the spec describes, as waves of one channel, in stretches of 0.4 "
            + "s; overall loudness and polarity are ignored",
        unit: "0 to 1; dB",
        threshold:
            "fails: three stretches in a row below 0.6, of those within 35 dB of the loudest; two whose level is more "
            + "than 12 dB off that of the others; three with sound where the mix is silent; a shift of more than 45 ms",
        source:
            "vgraph: lossy codecs keep 0.9 or more, a different word leaves 0.3", changedBy: "audio", severity: .fail,
        runbook: "listen to the file at the reported time: a voice is missing, late or not the spec's"
    ) { inspection, _ in
        let expected = "as mixed"
        guard inspection.refusal == nil else { return .notRun("the file does not open", expected: expected) }
        guard let held = inspection.sound else {
            return Finding(.notApplicable, measured: "no mixed sound to compare with", expected: "none asked")
        }
        if let refusal = held.refusal { return .notRun(refusal, expected: expected) }
        if let count = held.copiedPackets {
            return Finding(.pass, measured: "the \(count) packets of the encoded mix", expected: expected)
        }
        let loudest = held.stretches.map(\.promised).max() ?? -90
        if let shift = held.shift, abs(shift) > 0.045 {
            return Finding(
                .fail, measured: "all sound is \(decimals(abs(shift), 2)) s \(shift > 0 ? "late" : "early")",
                expected: expected, from: 0)
        }
        let other = held.stretches.map { $0.promised > max(-60, loudest - depth) && $0.likeness < alike }
        // Below -70 dBFS a little of the sound before may still ring.
        let extra = held.stretches.map { $0.promised < -70 && $0.heard > unasked }
        // Stretches much quieter or louder than the others, relative to the mix.
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
                    "level \(Int(moved)) dB or more off the mix from \(decimals(from, 1)) s to \(decimals(to, 1)) "
                    + "s",
                expected: expected, from: from, to: to)
        }
        for (flags, words) in [(other, "sound differs from the mix"), (extra, "sound where the mix is silent")] {
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
        return Finding(.pass, measured: "\(judged.count) stretches, lowest likeness \(least)", expected: expected)
    }
}
