// D06: how loud the whole is, and how high its peaks reach.
import Composition

extension Check {
    static let loudness = Check(
        id: "D06", title: "Loudness and true peak",
        measures: "integrated loudness with gating, and true peak at four times the sample rate, of the decoded sound",
        unit: "LUFS, dBTP", threshold: "target ± 1 LU; peak at most the limit + 0.2 dB; reported only where none is asked",
        source: "ITU-R BS.1770-5; EBU R 128; tolerance of a peak meter: EBU Tech 3341", changedBy: "audio.loudness", severity: .fail,
        runbook: "the mix or the encoder's overshoot: lower the gain of the loudest track, or ask for a lower true peak in 'audio.loudness'"
    ) { inspection, plan in
        let target = plan?.loudness
        let expected = target.map { "\(tenths($0.integrated)) ± 1 LUFS, at most \(tenths($0.truePeak)) dBTP" } ?? "none asked"
        guard inspection.refusal == nil else { return .notRun("the file does not open", expected: expected) }
        guard let audio = inspection.audio else {
            return plan?.hasSound == true ? .notRun("no sound", expected: expected) : Finding(.pass, measured: "no sound", expected: expected)
        }
        let sound = audio.sound
        let peak = sound.truePeak.map { "\(tenths($0)) dBTP" } ?? "no peak"
        guard let integrated = sound.integrated else {
            let what = sound.truePeak == nil || sound.levels.allSatisfy({ $0.allSatisfy { $0 < -60 } }) ? "silence" : "too short to measure"
            guard target != nil, plan?.hasSound == true else { return Finding(.pass, measured: "\(what), \(peak)", expected: expected) }
            return what == "silence" ? Finding(.fail, measured: what, expected: expected, from: 0) : .notRun(what, expected: expected)
        }
        let range = sound.range.map { ", range \(tenths($0)) LU" } ?? ""
        let measured = "\(tenths(integrated)) LUFS, \(peak)\(range)"
        guard let target, plan?.hasSound == true else { return Finding(.pass, measured: measured, expected: expected) }
        let isOff = abs(integrated - target.integrated) > 1.0
        let isOver = (sound.truePeak ?? -200) > target.truePeak + 0.2
        return Finding(isOff || isOver ? .fail : .pass, measured: measured, expected: expected)
    }
}
