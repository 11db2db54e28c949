// D14.motion: pictures move, and stand still, where the drawn ones do.
import Composition
import Diagnostics

extension Check {
    /// Change of a cell's luma that counts as movement, and one that is larger than an encoder causes in a still
    /// picture.
    private static let moving: Float = 0.6, restless: Float = 3

    static let motion = Check(
        id: "D14.motion", title: "Motion as drawn",
        measures:
            "each decoded picture and the drawn picture of the same time, in 32 by 18 cells: how far each differs from "
            + "the picture before it",
        unit: "pictures",
        threshold:
            "fails if in any second a quarter of the pictures that should move stand still (4 or more), or 2 that "
            + "should stand still move; or if any picture differs from the drawn one",
        source: "vgraph", changedBy: "scenes", severity: .fail,
        runbook:
            "the file freezes, stutters or jumps where the spec does not: make it again, at the frame rate of the spec"
    ) { inspection, plan in
        if inspection.isOfKnownSegments == true {
            return Finding(
                .pass, measured: "each picture was encoded from a drawn one: see D15", expected: "as drawn")
        }
        if inspection.refusal != nil { return .notRun("cannot read the pictures", expected: "as drawn") }
        guard let plan, let video = inspection.video, let pictures = video.promised else {
            return Finding(.notApplicable, measured: "no drawn pictures to compare with", expected: "none asked")
        }
        let expected = "as drawn"
        guard pictures.count == video.frames.count, !pictures.isEmpty else {
            return .notRun("not every picture was compared", expected: expected)
        }
        let window = max(4, Int(plan.rate.perSecond.rounded()))
        let should = pictures.map { $0.planned >= moving },
            held = pictures.map { $0.planned >= moving && $0.shown <= $0.planned * 0.15 }
        let unasked = pictures.map { $0.planned <= 0.05 && $0.shown >= restless }
        var breaches = Breaches()
        func tell(_ flags: [Bool], _ words: (Int) -> String, _ isBreach: (Range<Int>, Int) -> Bool) {
            var count = 0, worst: (count: Int, from: Int)?
            for index in flags.indices {
                count += flags[index] ? 1 : 0
                if index >= window { count -= flags[index - window] ? 1 : 0 }
                let from = max(0, index - window + 1)
                if count > worst?.count ?? 0, isBreach(from..<index + 1, count) { worst = (count, from) }
            }
            if let worst {
                let first = flags[worst.from...].firstIndex(of: true) ?? worst.from
                let time = video.time(of: first)
                breaches.add(.fail, "\(words(worst.count)) in the second from \(decimals(time, 2)) s", at: time)
            }
        }
        tell(held, { "\($0) pictures that should move stand still" }) { range, count in
            count >= 4 && count * 4 >= should[range].count { $0 }
        }
        tell(unasked, { "\($0) pictures that should stand still move" }) { _, count in count >= 2 }
        if let jump = pictures.indices.first(where: { pictures[$0].apart >= PromisedPicture.other }) {
            let count = pictures.count { $0.apart >= PromisedPicture.other }
            let time = video.time(of: jump)
            breaches.add(
                .fail,
                "\(count) picture\(count == 1 ? " differs" : "s differ") from the drawn, the first at "
                    + "\(decimals(time, 2)) s",
                at: time)
        }
        return breaches.finding(
            measured: "\(should.count { $0 }) of \(pictures.count) pictures move, as drawn", expected: expected)
    }
}
