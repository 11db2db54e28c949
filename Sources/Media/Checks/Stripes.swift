// D09.patterns: regular stripes that can harm people with photosensitive epilepsy even where nothing flashes.
import Composition

extension Check {
    /// Share of the picture that warns, and that fails; seconds that it has to last.
    private static let much: Float = 0.25, tooMuch: Float = 0.40, lasting = 0.5

    static let patterns = Check(
        id: "D09.patterns", title: "Striped patterns",
        measures:
            "in every fourth picture, share of 48 by 27 cells (for 16:9) that regular stripes cross: at least 6 "
            + "pairs in a row, equally wide within a fifth, light and dark 20 cd/m2 and a quarter or more apart, the "
            + "light ones 50 cd/m2 or more on a display of 200 cd/m2; straight or slanted ones, along lines across "
            + "and down. Whether stripes drift, which makes them harmless, is not looked at",
        unit: "% of the picture", threshold: "more than 25 % for more than 0.5 s warns, more than 40 % fails",
        source:
            "ITU-R BT.1702-3, Annex 1 (regular patterns). Advisory: no certified test, which some broadcasters demand",
        severity: .fail,
        runbook:
            "make the striped part smaller, the stripes fewer than six pairs, or their contrast lower; this check is "
            + "advisory and replaces no certified test"
    ) { inspection, _ in
        let expected = "at most 25 % of the picture striped for more than 0.5 s"
        guard let video = inspection.video, video.frames.count > 0 else {
            return .notRun("no pictures were decoded", expected: expected)
        }
        guard !["smpte2084", "arib-std-b67"].contains(video.transfer) else {
            return .notRun(
                "high dynamic range (\(video.transfer)): its luminance is not that of a display of 200 cd/m2",
                expected: expected)
        }
        guard video.striped.count == video.frames.count else {
            return .notRun("light of \(video.pixelFormat) pictures cannot be read", expected: expected)
        }
        for (limit, verdict) in [(tooMuch, CheckResult.Verdict.fail), (much, .warn)] {
            guard let span = video.longestSpan(of: video.striped.map { $0 > limit }), span.to - span.from > lasting
            else { continue }
            let share = video.striped[span.frames].max() ?? 0
            return Finding(
                verdict,
                measured:
                    "\(decimals(Double(share) * 100, 0)) % of the picture striped for "
                    + "\(decimals(span.to - span.from, 2)) s "
                    + "from \(decimals(span.from, 2)) s", expected: expected, from: span.from, to: span.to)
        }
        let most = Double(video.striped.max() ?? 0) * 100
        return Finding(
            .pass, measured: most > 0 ? "at most \(decimals(most, 0)) % of the picture" : "none", expected: expected)
    }
}

extension Inspection.Video {
    /// The longest run of pictures for which something holds, with the seconds it is shown; nil: it never does.
    func longestSpan(of flags: [Bool]) -> (frames: Range<Int>, from: Double, to: Double)? {
        let longest = longestRun(flags)
        guard !longest.isEmpty, longest.upperBound <= frames.count else { return nil }
        return (longest, time(of: longest.lowerBound), end(of: longest.upperBound - 1))
    }

    /// When a picture is followed by the next, or is over.
    func end(of frame: Int) -> Double { frame + 1 < frames.count ? time(of: frame + 1) : time(of: 0) + duration }
}
