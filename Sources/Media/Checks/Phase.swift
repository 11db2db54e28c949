// D07.phase: channels that cancel each other, and a DC offset.
import Composition
import Diagnostics

extension Check {
    /// Correlation below which speech is lost in a mono sum, for how many seconds in a row; and a mean that is audible
    /// as clicks at cuts.
    private static let opposed: Float = -0.2, lasting = 3.0, voltage = 0.005

    static let phase = Check(
        id: "D07.phase", title: "Phase, dual mono, DC offset",
        measures:
            "correlation of the first two channels, in each tenth of a second and overall; mean of each channel's "
            + "samples",
        unit: "-1 to 1, % of full scale",
        threshold:
            "an overall correlation below -0.2 fails; below -0.2 for 3 s in a row, or a mean above 0.5 %, warns; equal "
            + "channels are only reported",
        source: "EBU QC (phase, DC offset); the figures are vgraph's", changedBy: "audio.tracks", severity: .fail,
        runbook:
            "telephones play the sum of both channels, in which opposed sound cancels: look for a track with one "
            + "channel inverted, or a recording with a DC offset"
    ) { inspection, plan in
        let expected = "a correlation above -0.2, no DC offset"
        guard inspection.refusal == nil else { return .notRun("the file does not open", expected: expected) }
        guard let audio = inspection.audio, audio.sound.samples > 0 else {
            return plan?.hasSound == true
                ? .notRun("no sound", expected: expected)
                : Finding(.notApplicable, measured: "no sound", expected: expected)
        }
        let sound = audio.sound
        var breaches = Breaches(), end: Double?
        if let whole = sound.wholeCorrelation, whole < Double(opposed) {
            breaches.add(
                .fail, "the channels are opposed throughout: correlation \(decimals(whole, 2))", at: audio.start)
            end = audio.start + audio.duration
        } else {
            let longest = longestRun(sound.correlation.map { $0.map { $0 < opposed } ?? false })
            let seconds = Double(longest.count) * SoundMeasures.levelStep
            if seconds >= lasting - 1e-6 {
                let from = audio.start + Double(longest.lowerBound) * SoundMeasures.levelStep
                breaches.add(
                    .warn, "the channels are opposed for \(tenths(seconds)) s from \(tenths(from)) s", at: from)
                end = from + seconds
            }
        }
        for (channel, offset) in sound.offsets.enumerated() where abs(offset) > voltage {
            breaches.add(.warn, "a DC offset of \(decimals(offset * 100, 1)) % of full scale in channel \(channel + 1)")
        }
        let words = sound.wholeCorrelation.map {
            $0 > 0.9999 ? "both channels equal" : "correlation \(decimals($0, 2))"
        }
        var finding = breaches.finding(
            measured: words ?? (audio.channels == 1 ? "one channel" : "fewer than two channels carry sound"),
            expected: expected)
        if finding.from != nil { finding.to = end }
        return finding
    }
}
