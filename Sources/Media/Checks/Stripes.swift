// D09.patterns: regular stripes that can harm people with photosensitive epilepsy even where nothing flashes.
import Composition
import Diagnostics

extension Check {
    /// Share of the picture that warns, share that fails, and the seconds that it must last.
    private static let much: Float = 0.25, tooMuch: Float = 0.40, lasting = 0.5

    static let patterns = Check(
        id: "D09.patterns", title: "Striped patterns",
        measures:
            "in every fourth picture, share of 48 by 27 cells (for 16:9) that regular stripes cross: at least 6 pairs "
            + "in a row, equally wide within a fifth, light and dark at least 20 cd/m2 and a quarter apart, the light "
            + "ones at least 50 cd/m2, on a display of 200 cd/m2; straight or slanted, along horizontal and vertical "
            + "lines. Drifting stripes, which are harmless, count too",
        unit: "% of the picture", threshold: "more than 25 % for more than 0.5 s warns, more than 40 % fails",
        source:
            "ITU-R BT.1702-3, Annex 1 (regular patterns). Advisory: some broadcasters require a certified test, which "
            + "this is not",
        severity: .fail,
        runbook:
            "make the striped part smaller, the stripes fewer than six pairs, or their contrast lower; this check is "
            + "advisory and does not replace a certified test"
    ) { inspection, _ in
        let expected = "at most 25 % of the picture striped for more than 0.5 s"
        guard let video = inspection.video, video.frames.count > 0 else {
            return .notRun("no pictures were decoded", expected: expected)
        }
        guard !["smpte2084", "arib-std-b67"].contains(video.transfer) else {
            return .notRun(
                "high dynamic range (\(video.transfer)): the limits assume a display of 200 cd/m2",
                expected: expected)
        }
        guard video.striped.count == video.frames.count else {
            return .notRun("cannot measure the luminance of \(video.pixelFormat) pictures", expected: expected)
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
                    + "from \(decimals(span.from, 2)) s",
                expected: expected, from: span.from, to: span.to)
        }
        let most = Double(video.striped.max() ?? 0) * 100
        return Finding(
            .pass, measured: most > 0 ? "at most \(decimals(most, 0)) % of the picture" : "none", expected: expected)
    }
}

extension Inspection.Video {
    /// The longest run of pictures whose flag is set, and from when to when it is shown; nil if no flag is set.
    func longestSpan(of flags: [Bool]) -> (frames: Range<Int>, from: Double, to: Double)? {
        let longest = longestRun(flags)
        guard !longest.isEmpty, longest.upperBound <= frames.count else { return nil }
        return (longest, time(of: longest.lowerBound), end(of: longest.upperBound - 1))
    }

    /// When the next picture replaces this one, or the last one ends.
    func end(of frame: Int) -> Double { frame + 1 < frames.count ? time(of: frame + 1) : time(of: 0) + duration }
}
