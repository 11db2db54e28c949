// D08.frozen: pictures that stand still.
import Composition

extension Check {
    static let frozen = Check(
        id: "D08.frozen", title: "Standing pictures",
        measures:
            "longest span in which luma differs from the picture before by at most 0.255 of 255 on average (every "
            + "fourth row)",
        unit: "s",
        threshold:
            "fails when nothing ever changes though the plan shows different things and the drawn pictures change, "
            + "or are not at hand; holds are legitimate in motion graphics, so their length is reported only",
        source: "EBU QC (freeze); level as in ffmpeg's freezedetect (-60 dB)", changedBy: "scenes", severity: .fail,
        runbook: "the same picture was encoded throughout: build with an empty cache and compare"
    ) { inspection, plan in
        let segments = Set(plan?.spans.map(\.segment) ?? [])
        let expected = segments.count > 1 ? "pictures that change" : "reported only"
        guard let video = inspection.video, video.frames.count > 0 else {
            return .notRun("no pictures were decoded", expected: expected)
        }
        guard video.frames.change.count == video.frames.count else {
            return .notRun("brightness of \(video.pixelFormat) pictures cannot be read", expected: expected)
        }
        let stands = video.frames.change.map { $0 <= 0.255 }
        let longest = longestRun(stands)
        guard !longest.isEmpty else { return Finding(.pass, measured: "no standing pictures", expected: expected) }
        // A run counts changes that did not happen: the picture before it belongs to the hold.
        let from = video.time(of: longest.lowerBound - 1)
        let to =
            longest.upperBound < video.frames.count
            ? video.time(of: longest.upperBound) : video.time(of: 0) + video.duration
        if longest.count == video.frames.count - 1, video.frames.count > 1, segments.count > 1 {
            if video.isAsDrawn(0..<video.frames.count, plan) == true {
                return Finding(.pass, measured: "one picture throughout, as drawn", expected: expected)
            }
            return Finding(.fail, measured: "one picture throughout", expected: expected, from: from, to: to)
        }
        return Finding(
            .pass, measured: "longest hold \(decimals(to - from, 2)) s from \(decimals(from, 2)) s", expected: expected)
    }
}
