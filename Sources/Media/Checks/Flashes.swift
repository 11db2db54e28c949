// D09: flashes that can harm people with photosensitive epilepsy.
import Composition
import Diagnostics

extension Check {
    static let flashes = Check(
        id: "D09", title: "Flashes",
        measures:
            "mean luminance and saturated red of 48 by 27 cells (for 16:9) of every decoded picture; a rise and a fall "
            + "of at least 20 cd/m2 with the darker state below 160 cd/m2, on a display of 200 cd/m2, count as a "
            + "general flash; a change of (R-G-B)*320 by more than 20 from or to a saturated red counts as half a red "
            + "flash. Each cell is tracked on its own. D09.patterns covers static patterns",
        unit: "flashes a second, % of the picture",
        threshold:
            "more than 3 flashes in any second (7 transitions) over more than 25 % of the picture fail; 2 or 3 a "
            + "second over that area for 4 of 5 s warn",
        source:
            "ITU-R BT.1702-3, Annex 1 (flashes, area); WCAG 2.2, 2.3.1 (the same luminance, and red). Advisory: some "
            + "broadcasters require a certified test, which this is not",
        severity: .fail,
        runbook:
            "slow the flashing to 3 a second or fewer, make it smaller than a quarter of the picture, or lower its "
            + "contrast below 20 cd/m2; this check is advisory and does not replace a certified test"
    ) { inspection, _ in
        let expected = "at most 3 flashes a second over more than 25 % of the picture"
        guard let video = inspection.video, video.frames.count > 0 else {
            return .notRun("no pictures were decoded", expected: expected)
        }
        guard !["smpte2084", "arib-std-b67"].contains(video.transfer) else {
            return .notRun(
                "high dynamic range (\(video.transfer)): the limits assume a display of 200 cd/m2",
                expected: expected)
        }
        let times = video.frames.stamps.indices.map { video.time(of: $0) }
        guard video.tick > 0, let found = inspection.flashHistory else {
            return .notRun(
                "cannot measure the luminance and colour of \(video.pixelFormat) pictures", expected: expected)
        }
        let kinds = [("general", found.general), ("red", found.red)]
        func percent(_ share: Double) -> String { "\(decimals(share * 100, 0)) % of the picture" }

        var breaches = Breaches()
        var second: ClosedRange<Double>?
        for (kind, history) in kinds {
            if history.isTooMuch, let worst = history.worst {
                let time = times[worst.frame]
                let from = max(min(times[0], time), time - 1)
                if second == nil { second = from...time }
                breaches.add(
                    .fail,
                    "\(kind) flashes: \(decimals(worst.flashes, 1)) a second over \(percent(worst.area)) from "
                        + "\(decimals(from, 2)) s",
                    at: from)
            }
        }
        for (kind, history) in kinds where !history.isTooMuch {
            if let at = history.slowAt {
                breaches.add(
                    .warn,
                    "\(kind) flashes: 2 or 3 a second over more than 25 % of the picture for 4 s up to "
                        + "\(decimals(times[at], 2)) s",
                    at: max(min(times[0], times[at]), times[at] - 5))
            }
        }
        let most = kinds.compactMap(\.1.worst).max { $0.area < $1.area }
        var finding = breaches.finding(
            measured: most.map { "more than 3 flashes a second over \(percent($0.area)) at most" }
                ?? "none above 3 a second", expected: expected)
        finding.to = second?.upperBound
        return finding
    }
}
