// D02.frames: the number of pictures, and whether their times are evenly spaced.
import Composition
import Diagnostics

extension Check {
    static let frames = Check(
        id: "D02.frames", title: "Frame rate and frame count",
        measures:
            "number of decoded pictures, and how far the time stamp of each lies from frame number times frame "
            + "duration",
        unit: "frames, ms",
        threshold:
            "the planned number; time stamps at most one tick of the stream's clock off; a profile's limits of the "
            + "frame rate",
        source: "YouTube, Instagram: constant frame rate; a profile's own", changedBy: "video.fps", severity: .fail,
        runbook:
            "pictures are missing, doubled or late: build again; the frame rate of a source clip never reaches the "
            + "output"
    ) { inspection, plan, profile in
        let expected =
            plan.map { "\($0.frames) frames, constant \(rateText($0.rate.perSecond)) fps" } ?? "a constant frame rate"
        guard let video = inspection.video, video.frames.count > 0, video.tick > 0 else {
            return .notRun("no pictures were decoded", expected: expected)
        }
        let stamps = video.frames.stamps
        let period = plan.map { 1 / $0.rate.perSecond } ?? video.period
        var breaches = Breaches()
        if let plan, stamps.count != plan.frames { breaches.add(.fail, "\(stamps.count) frames") }
        guard stamps.count > 1, period > 0 else {
            return breaches.finding(
                measured: "\(stamps.count) frame\(stamps.count == 1 ? "" : "s")", expected: expected)
        }
        // One tick, because a container that counts milliseconds cannot place 1/30 s better; the rest allows for
        // rounding.
        let tolerance = video.tick * 1.001 + 1e-9
        var worst = 0.0, firstOff: Int?
        let start = Double(stamps[0]) * video.tick
        for (index, stamp) in stamps.enumerated() {
            let off = abs(Double(stamp) * video.tick - start - Double(index) * period)
            worst = max(worst, off)
            if off > tolerance, firstOff == nil { firstOff = index }
        }
        let measuredRate =
            Double(stamps.count - 1) / max(1e-9, Double(stamps[stamps.count - 1] - stamps[0]) * video.tick)
        if let firstOff {
            let time = Double(stamps[firstOff]) * video.tick
            breaches.add(
                plan == nil ? .warn : .fail,
                "\(rateText(measuredRate)) fps on average, uneven from frame \(firstOff): up to "
                    + "\(tenths(worst * 1000)) ms off",
                at: time)
        }
        breaches.hold(measuredRate, "\(rateText(measuredRate)) fps", to: .frameRate, of: profile)
        return breaches.finding(
            measured: "\(stamps.count) frames, constant \(rateText(measuredRate)) fps", expected: expected)
    }
}

/// A frame rate as it is usually written: 30, 29.97, 23.976.
func rateText(_ rate: Double) -> String {
    var text = decimals(rate, 3)
    while text.contains("."), text.hasSuffix("0") || text.hasSuffix(".") { text.removeLast() }
    return text
}

extension Inspection.Video {
    /// Seconds from one picture to the next: the median, so that a few late ones do not change it; 0 for fewer than
    /// two.
    var period: Double {
        guard frames.stamps.count > 1 else { return 0 }
        let steps = zip(frames.stamps.dropFirst(), frames.stamps).map {
            $0.0.subtractingReportingOverflow($0.1).partialValue
        }.sorted()
        let median = Double(steps[steps.count / 2]) * tick
        // A clock too coarse for the rate gives steps of 33 and 34 ms: the declared rate is then the better number.
        if declaredRate > 0, abs(1 / declaredRate - median) <= tick * 1.001 { return 1 / declaredRate }
        return max(0, median)
    }

    /// From the start of the first picture to the end of the last, in seconds.
    var duration: Double {
        guard let first = frames.stamps.first, let last = frames.stamps.last else { return 0 }
        let shown = frames.lastDuration > 0 ? Double(frames.lastDuration) * tick : period
        return Double(last.subtractingReportingOverflow(first).partialValue) * tick + shown
    }

    /// When a picture is shown.
    func time(of frame: Int) -> Double { Double(frames.stamps[frame]) * tick }
}
