// D07.clipping: sound that ran out of numbers.
import Composition

extension Check {
    static let clipping = Check(
        id: "D07.clipping", title: "Clipping",
        measures: "runs of three or more samples in a row at or above full scale, in any channel of the decoded sound",
        unit: "runs", threshold: "0; up to 5 warn (a lossy codec's overshoot), more fail",
        source: "EBU QC (clipping); the count is vgraph's", changedBy: "audio.tracks[].gain", severity: .fail,
        runbook: "lower the gain of the track that is too loud, or set 'audio.loudness' so that the mix is limited"
    ) { inspection, plan in
        let expected = "none"
        guard inspection.refusal == nil else { return .notRun("the file does not open", expected: expected) }
        guard let audio = inspection.audio else {
            return plan?.hasSound == true ? .notRun("no sound", expected: expected) : Finding(.pass, measured: "no sound", expected: expected)
        }
        let runs = audio.sound.clippedRuns
        guard runs > 0 else { return Finding(.pass, measured: "none", expected: expected) }
        let first = audio.sound.firstClip.map { $0 + audio.start }
        return Finding(runs > 5 ? .fail : .warn, measured: "\(runs) run\(runs == 1 ? "" : "s")" + (first.map { ", first at \(decimals($0, 2)) s" } ?? ""),
                       expected: expected, from: first)
    }
}
