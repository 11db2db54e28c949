// D11: levels that a broadcaster's equipment would clip.
import Composition
import Diagnostics

extension Check {
    /// Share of a picture that may be out of range. It grows in small pictures: 4:2:0 falsifies the colour of letters'
    /// edges, which cover more of a small picture.
    private static func allowed(rows: Int) -> Float { 0.01 * max(1, 720 / Float(max(1, rows))) }

    static let levels = Check(
        id: "D11", title: "Levels",
        measures:
            "in each decoded picture, at 8 by 8 points of each of 48 by 27 cells (for 16:9): share of points whose "
            + "luma, R', G' or B' is below -5 % or above 105 % of full scale (below 5 or above 246 of 8 bits)",
        unit: "% of the picture", threshold: "at most 1 % of any picture; below 720 rows, 1 % times 720 / rows",
        source: "EBU R 103; EBU QC 0051B", severity: .warn,
        runbook:
            "such saturated colours exist in Y'CbCr but not on a screen: lower the saturation or contrast of the "
            + "picture at the reported time"
    ) { inspection, _ in
        let rows = inspection.video?.height ?? 720
        let expected =
            "at most \(decimals(Double(allowed(rows: rows)) * 100, rows < 720 ? 1 : 0)) % of any picture outside -5 % "
            + "to 105 %"
        guard let video = inspection.video, video.frames.count > 0 else {
            return .notRun("no pictures were decoded", expected: expected)
        }
        guard video.outside.count == video.frames.count else {
            return .notRun("cannot measure the levels of \(video.pixelFormat) pictures", expected: expected)
        }
        let allowed = allowed(rows: video.height)
        let worst = video.outside.indices.max { video.outside[$0] < video.outside[$1] } ?? 0
        let most = video.outside[worst]
        let measured =
            most > 0
            ? "at most \(decimals(Double(most) * 100, 2)) % of a picture, at \(decimals(video.time(of: worst), 2)) s"
            : "none outside"
        guard most > allowed else { return Finding(.pass, measured: measured, expected: expected) }
        let span = video.longestSpan(of: video.outside.map { $0 > allowed })
        let seconds = span.map { ", for \(decimals($0.to - $0.from, 2)) s from \(decimals($0.from, 2)) s" } ?? ""
        return Finding(.warn, measured: measured + seconds, expected: expected, from: span?.from, to: span?.to)
    }
}
