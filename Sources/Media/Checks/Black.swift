// D08: black where nobody asked for it.
import Composition

extension Check {
    static let black = Check(
        id: "D08", title: "Black",
        measures: "spans of pictures with at least 98 % of luma samples up to 38 of 255 (every fourth row)",
        unit: "s", threshold: "spans of more than 0.5 s warn; black throughout fails",
        source: "EBU QC (black); levels as in ffmpeg's blackdetect", severity: .warn,
        runbook: "look at the span: a scene without a background or layers, or a clip that is shorter than its scene"
    ) { inspection, plan in
        let expected = "no black above 0.5 s"
        guard let video = inspection.video, video.frames.count > 0 else { return .notRun("no pictures were decoded", expected: expected) }
        guard video.frames.dark.count == video.frames.count else {
            return .notRun("brightness of \(video.pixelFormat) pictures cannot be read", expected: expected)
        }
        let isBlack = video.frames.dark.map { $0 >= 0.98 }
        let longest = longestRun(isBlack)
        guard !longest.isEmpty else { return Finding(.pass, measured: "none", expected: expected) }
        let from = video.time(of: longest.lowerBound)
        let to = longest.upperBound < video.frames.count ? video.time(of: longest.upperBound) : video.time(of: 0) + video.duration
        if longest.count == video.frames.count {
            return Finding(plan == nil ? .warn : .fail, measured: "black throughout", expected: expected, from: from, to: to)
        }
        let scene = plan?.scenes.last { Double($0.startFrame) <= (from + 1e-6) * (plan?.rate.perSecond ?? 0) }
        let place = scene.map { " in scene '\($0.id)'" } ?? ""
        let measured = "\(decimals(to - from, 2)) s from \(decimals(from, 2)) s\(place)"
        return to - from > 0.5 ? Finding(.warn, measured: measured, expected: expected, from: from, to: to)
            : Finding(.pass, measured: measured, expected: expected)
    }
}
