// D12: unplanned black bars.
import Composition
import Diagnostics

extension Check {
    /// Shortest duration of bars, in seconds.
    private static let lasting = 1.0

    static let bars = Check(
        id: "D12", title: "Letterbox and pillarbox",
        measures:
            "black rows (luma up to 4 above black) at top and bottom, or black columns at both sides, equally wide, "
            + "each 2 % of the picture or more, while the content reaches the other two edges; unmoved for 1 s or "
            + "longer",
        unit: "pixels", threshold: "0", source: "EBU QC (letterbox, pillarbox); the figures are vgraph's",
        changedBy: "scenes[].layers[].fit", severity: .warn,
        runbook:
            "a clip or picture contains bars, or its aspect ratio differs from the video's: 'fit: cover' fills the "
            + "frame"
    ) { inspection, _ in
        let expected = "no bars"
        guard let video = inspection.video, video.frames.count > 0 else {
            return .notRun("no pictures were decoded", expected: expected)
        }
        guard video.frames.content.reduce(0, { $0 + $1.count }) == video.frames.count, video.width > 0, video.height > 0
        else {
            return .notRun("cannot measure the brightness of \(video.pixelFormat) pictures", expected: expected)
        }
        guard let span = longestBars(video, lasting: lasting) else {
            return Finding(.pass, measured: "none", expected: expected)
        }
        let words =
            span.isLetterbox
            ? "\(span.run.top) rows at the top and \(video.height - span.run.bottom) at the bottom"
            : "\(span.run.left) columns at the left and \(video.width - span.run.right) at the right"
        return Finding(
            .warn,
            measured: "\(words) are black for \(decimals(span.to - span.from, 2)) s from \(decimals(span.from, 2)) s",
            expected: expected, from: span.from, to: span.to)
    }

    /// The bars that last longest. A picture that is dark throughout neither starts nor ends bars.
    private static func longestBars(_ video: Inspection.Video, lasting: Double)
        -> (run: FrameMeasures.ContentRun, isLetterbox: Bool, from: Double, to: Double)?
    {
        typealias Run = FrameMeasures.ContentRun
        func isLetterbox(_ run: Run) -> Bool? {
            func bars(_ before: Int, _ after: Int, of side: Int) -> Bool {
                before * 50 >= side && after * 50 >= side && abs(before - after) * 50 <= side
            }
            func reaches(_ before: Int, _ after: Int, of side: Int) -> Bool {
                before * 100 <= side && after * 100 <= side
            }
            let across = (run.left, video.width - run.right), down = (run.top, video.height - run.bottom)
            if bars(down.0, down.1, of: video.height), reaches(across.0, across.1, of: video.width) { return true }
            if bars(across.0, across.1, of: video.width), reaches(down.0, down.1, of: video.height) { return false }
            return nil
        }
        func near(_ a: Run, _ b: Run) -> Bool {
            abs(a.left - b.left) <= 2 && abs(a.right - b.right) <= 2 && abs(a.top - b.top) <= 2
                && abs(a.bottom - b.bottom) <= 2
        }
        var best: (run: Run, isLetterbox: Bool, from: Double, to: Double)?
        var current: (run: Run, isLetterbox: Bool, first: Int, last: Int)?
        func close() {
            guard let span = current else { return }
            let from = video.time(of: span.first), to = video.end(of: span.last)
            if to - from >= lasting - 1e-6, best == nil || to - from > best!.to - best!.from {
                best = (span.run, span.isLetterbox, from, to)
            }
            current = nil
        }
        var frame = 0
        for run in video.frames.content {
            let last = frame + run.count - 1
            if run.right == 0 {
                // A dark picture neither starts nor ends bars.
            } else if let span = current, near(span.run, run) {
                current?.last = last
            } else {
                close()
                if let kind = isLetterbox(run) { current = (run, kind, frame, last) }
            }
            frame += run.count
        }
        close()
        return best
    }
}
