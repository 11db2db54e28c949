// D08: black that the spec does not draw, or draws for long.
import Composition
import Diagnostics

extension Check {
    /// Longest unplanned black that passes, in seconds.
    private static let allowed = 0.5
    /// Longest black that passes because it was drawn, in seconds: a pause, not a picture that is missing.
    private static let pause = 2.0
    /// Share of samples as bright as letters at which a picture no longer counts as black.
    private static let lettered: Float = 0.0005

    static let black = Check(
        id: "D08", title: "Black",
        measures:
            "spans of pictures in which at least 98 % of luma samples are at most 38 of 255 (every fourth row) and "
            + "less than 0.05 % are above 80; with drawn pictures to compare, whether those are black too",
        unit: "s",
        threshold:
            "a span longer than 0.5 s that was not drawn black fails, and one longer than 2 s that was warns; without "
            + "drawn pictures to compare it warns, and black throughout fails",
        source: "EBU QC (black); levels as in ffmpeg's blackdetect; the 2 s are vgraph's", severity: .fail,
        runbook: "look at the span: a scene has no background and no layers, or a clip is shorter than its scene"
    ) { inspection, plan in
        let expected = "no black longer than 0.5 s, or 2 s if drawn"
        guard let video = inspection.video, video.frames.count > 0 else {
            return .notRun("no pictures were decoded", expected: expected)
        }
        guard video.frames.dark.count == video.frames.count, video.frames.bright.count == video.frames.count else {
            return .notRun("cannot measure the brightness of \(video.pixelFormat) pictures", expected: expected)
        }
        let isBlack = zip(video.frames.dark, video.frames.bright).map { $0 >= 0.98 && $1 < lettered }
        var worst: (verdict: CheckResult.Verdict, run: Range<Int>)?
        var failing: [TimeSpan] = []
        for run in runs(of: isBlack) {
            let verdict: CheckResult.Verdict
            switch video.isAsDrawn(run, plan) {
            case true?: verdict = span(run, video).seconds > pause + 1e-6 ? .warn : .pass
            case _ where span(run, video).seconds <= allowed + 1e-6: verdict = .pass
            case false?: verdict = .fail
            case nil: verdict = plan != nil && run.count == video.frames.count ? .fail : .warn
            }
            if verdict == .fail || verdict == .warn {
                let (from, to, _) = span(run, video)
                failing.append(TimeSpan(from: from, to: to))
            }
            let rank = [CheckResult.Verdict.pass: 0, .warn: 1, .fail: 2]
            if let known = worst, (rank[known.verdict] ?? 0, known.run.count) >= (rank[verdict] ?? 0, run.count) {
                continue
            }
            worst = (verdict, run)
        }
        guard let worst else { return Finding(.pass, measured: "none", expected: expected) }
        let (from, to, seconds) = span(worst.run, video)
        let scene = plan?.scenes.last { Double($0.startFrame) <= (from + 1e-6) * (plan?.rate.perSecond ?? 0) }
        let words =
            worst.run.count == video.frames.count
            ? "black throughout"
            : "\(decimals(seconds, 2)) s from \(decimals(from, 2)) s\(scene.map { " in scene '\($0.id)'" } ?? "")"
        let measured = words + (video.isAsDrawn(worst.run, plan) == true ? ", as drawn" : "")
        guard worst.verdict != .pass else { return Finding(.pass, measured: measured, expected: expected) }
        return Finding(
            worst.verdict, measured: measured, expected: expected, from: from, to: to, spans: failing)
    }

    private static func span(_ run: Range<Int>, _ video: Inspection.Video) -> (
        from: Double, to: Double, seconds: Double
    ) {
        let from = video.time(of: run.lowerBound)
        let to =
            run.upperBound < video.frames.count ? video.time(of: run.upperBound) : video.time(of: 0) + video.duration
        return (from, to, to - from)
    }

    /// Each run of `true`, as indexes.
    private static func runs(of flags: [Bool]) -> [Range<Int>] {
        var all: [Range<Int>] = [], start: Int?
        for index in 0...flags.count {
            if index < flags.count, flags[index] {
                if start == nil { start = index }
            } else if let begin = start {
                all.append(begin..<index)
                start = nil
            }
        }
        return all
    }
}
