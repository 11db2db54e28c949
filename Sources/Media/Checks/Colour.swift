// D04: the colour tags of the stream and of its container.
import Composition

extension Check {
    static let colour = Check(
        id: "D04", title: "Colour tags",
        measures:
            "primaries, transfer, matrix and range, as the decoder reports them and in the container's 'colr' box",
        unit: "", threshold: "bt709, bt709, bt709, limited (tv) range; the container agrees",
        source: "ITU-R BT.709-6; ISO/IEC 23001-8", severity: .fail,
        runbook:
            "some players show untagged or wrongly tagged video in other colours: encode again with the tags set"
    ) { inspection, plan in
        let expected = "bt709, bt709, bt709, limited range"
        guard let video = inspection.video, video.frames.count > 0 else {
            return .notRun("no pictures were decoded", expected: expected)
        }
        let strict = plan == nil ? CheckResult.Verdict.warn : .fail
        var breaches = Breaches()
        let tags = [("primaries", video.primaries), ("transfer", video.transfer), ("matrix", video.matrix)]
        for (what, value) in tags where value != "bt709" { breaches.add(strict, "\(what) \(value)") }
        if video.range != "tv" { breaches.add(strict, "range \(video.range == "pc" ? "full" : video.range)") }
        if let tagged = inspection.boxes?.tracks.first(where: { $0.handler == "vide" })?.colour,
            [tagged.primaries, tagged.transfer, tagged.matrix] != [1, 1, 1] || tagged.isFull
        {
            breaches.add(
                strict,
                "the container's tags are \(tagged.primaries)/\(tagged.transfer)/\(tagged.matrix), "
                    + "\(tagged.isFull ? "full" : "limited") range")
        }
        return breaches.finding(measured: tags.map(\.1).joined(separator: ", ") + ", limited range", expected: expected)
    }
}
