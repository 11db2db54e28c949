// D06: integrated loudness and true peak.
import Composition
import Diagnostics

extension Check {
    /// Platforms play at -14 LUFS, broadcasters at -23, Netflix at -27: this is hardly heard beside any of them.
    private static let softest = -33.0
    /// Of speech and music that reach this, a limiter has cut the peaks all the time.
    private static let loudest = -8.0

    static let loudness = Check(
        id: "D06", title: "Loudness and true peak",
        measures: "integrated loudness with gating, and true peak at four times the sample rate, of the decoded sound",
        unit: "LUFS, dBTP",
        threshold:
            "a profile's limits, or the spec's target ± 1 LU; true peak at most the limit + 0.2 dB; without a limit it "
            + "warns of less than -33 LUFS and of more than -8",
        source:
            "ITU-R BS.1770-5; EBU R 128; tolerance of a peak meter: EBU Tech 3341; -33 and -8 LUFS are vgraph's "
            + "figures, 6 dB below the softest and above the loudest delivery",
        changedBy: "audio.loudness",
        severity: .fail,
        runbook:
            "too loud: lower the gain of the loudest track, or set a lower true peak in 'audio.loudness'; too "
            + "soft: set 'audio.loudness' ('integrated: -14LUFS')"
    ) { inspection, plan, profile in
        let target = Target(plan, profile), expected = target?.words ?? "none asked"
        guard inspection.refusal == nil else { return .notRun("the file does not open", expected: expected) }
        guard let audio = inspection.audio else {
            return plan?.hasSound == true
                ? .notRun("no sound", expected: expected)
                : Finding(.notApplicable, measured: "no sound", expected: expected)
        }
        let sound = audio.sound
        let peak = sound.truePeak.map { "\(tenths($0)) dBTP" } ?? "no peak"
        guard let integrated = sound.integrated else {
            let what =
                sound.truePeak == nil || sound.levels.allSatisfy({ $0.allSatisfy { $0 < -60 } })
                ? "silence" : "too short to measure"
            guard target != nil, plan?.hasSound != false else {
                return Finding(.notApplicable, measured: "\(what), \(peak)", expected: expected)
            }
            return what == "silence"
                ? Finding(.fail, measured: what, expected: expected, from: 0) : .notRun(what, expected: expected)
        }
        let range = sound.range.map { ", range \(tenths($0)) LU" } ?? ""
        let measured = "\(tenths(integrated)) LUFS, \(peak)\(range)"
        guard let target, plan?.hasSound != false else {
            if !(softest...loudest).contains(integrated), plan?.hasSound != false {
                return Finding(
                    .warn, measured: measured,
                    expected: "\(tenths(softest)) to \(tenths(loudest)) LUFS where none is asked")
            }
            return Finding(.notApplicable, measured: measured, expected: expected)
        }
        return Finding(
            target.holds(integrated, peak: sound.truePeak ?? -200) ? .pass : .fail, measured: measured,
            expected: expected)
    }
}

/// The limits for the sound: the profile's; where it sets none, the loudness target of the mix.
private struct Target {
    var least, most, peak: Double
    var words: String

    init?(_ plan: Plan?, _ profile: Profile) {
        let own = plan?.loudness, asked = profile[.loudness], limit = profile[.truePeak]
        guard own != nil || asked != nil || limit != nil else { return nil }
        least = asked.map { $0.least ?? -.infinity } ?? own.map { $0.integrated - 1 } ?? -.infinity
        most = asked.map { $0.most ?? .infinity } ?? own.map { $0.integrated + 1 } ?? .infinity
        peak = limit?.most ?? own?.truePeak ?? .infinity
        let loudness = asked.map { $0.words(.loudness) } ?? own.map { "\(tenths($0.integrated)) ± 1 LUFS" }
        var sources: [String] = []
        for source in [asked?.source, limit?.source].compactMap({ $0 }) where !sources.contains(source) {
            sources.append(source)
        }
        words =
            [loudness, peak.isFinite ? "at most \(tenths(peak)) dBTP" : nil].compactMap { $0 }.joined(separator: ", ")
            + (sources.isEmpty ? "" : " (\(sources.joined(separator: "; ")))")
    }

    /// The limit of the peak is raised by a peak meter's tolerance.
    func holds(_ integrated: Double, peak found: Double) -> Bool {
        integrated >= least - 1e-6 && integrated <= most + 1e-6 && found <= peak + 0.2
    }
}
