// D08.frozen: a picture that never changes.
import Composition
import Diagnostics

extension Check {
    static let frozen = Check(
        id: "D08.frozen", title: "Frozen pictures",
        measures:
            "longest span in which the luma of each picture differs from the one before by at most 0.255 of 255 on "
            + "average (every fourth row)",
        unit: "s",
        threshold:
            "fails if no picture ever changes although the plan has different segments, unless the drawn pictures do "
            + "not change either; holds are legitimate in motion graphics, so their length is only reported",
        source: "EBU QC (freeze); level as in ffmpeg's freezedetect (-60 dB)", changedBy: "scenes", severity: .fail,
        runbook: "the same picture was encoded throughout: build with an empty cache and compare"
    ) { inspection, plan in
        let segments = Set(plan?.spans.map(\.segment) ?? [])
        let expected = segments.count > 1 ? "pictures that change" : "none asked"
        let fine = segments.count > 1 ? CheckResult.Verdict.pass : .notApplicable
        guard let video = inspection.video, video.frames.count > 0 else {
            return .notRun("no pictures were decoded", expected: expected)
        }
        guard video.frames.change.count == video.frames.count else {
            return .notRun("cannot measure the brightness of \(video.pixelFormat) pictures", expected: expected)
        }
        let stands = video.frames.change.map { $0 <= 0.255 }
        let longest = longestRun(stands)
        guard !longest.isEmpty else { return Finding(fine, measured: "no frozen pictures", expected: expected) }
        // A run starts at the first picture that equals the one before it; that one belongs to the hold too.
        let from = video.time(of: longest.lowerBound - 1)
        let to =
            longest.upperBound < video.frames.count
            ? video.time(of: longest.upperBound) : video.time(of: 0) + video.duration
        if longest.count == video.frames.count - 1, video.frames.count > 1, segments.count > 1 {
            if video.isAsDrawn(0..<video.frames.count, plan) == true {
                return Finding(.pass, measured: "the same picture throughout, as drawn", expected: expected)
            }
            return Finding(.fail, measured: "the same picture throughout", expected: expected, from: from, to: to)
        }
        return Finding(
            fine, measured: "longest hold \(decimals(to - from, 2)) s from \(decimals(from, 2)) s", expected: expected)
    }
}
