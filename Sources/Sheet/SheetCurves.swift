// The curves below the timeline of the review sheet: loudness, brightness, flashes. Inline SVG.
import Composition
import Diagnostics

struct SheetCurve {
    /// Name of the series in the report.
    var name: String
    /// Values at the bottom and at the top.
    var range: ClosedRange<Double>
    var height: Double
    /// Horizontal lines with labels at the left.
    var grid: [(value: Double, words: String)]
    /// A target or a limit, with its label.
    var line: (value: Double, words: String, isLimit: Bool)?
    /// Whether the curve has steps instead of sloped lines.
    var isStepped = false

    /// The curves of the report's series, in the order of the page.
    static func all(_ report: CheckReport, _ target: SheetContent.Target?) -> [(
        curve: SheetCurve, series: CheckReport.Series
    )] {
        let target = target.map { (value: $0.value, words: $0.words, isLimit: false) }
        let flashes = report.series.first { $0.name == "flashes" }?.values.max() ?? 0
        let curves = [
            SheetCurve(
                name: "loudness", range: -50...0, height: 110,
                grid: [-10, -20, -30, -40].map { ($0, decimals($0, 0)) }, line: target),
            SheetCurve(name: "luma", range: 0...255, height: 64, grid: [(16, "black"), (235, "white")], line: nil),
            SheetCurve(
                name: "flashes", range: 0...max(5, flashes + 1), height: 56, grid: [(0, "0")],
                line: (3, "3 a second", true), isStepped: true),
        ]
        return curves.compactMap { curve in report.series.first { $0.name == curve.name }.map { (curve, $0) } }
    }

    static let words = ["loudness": "loudness", "luma": "brightness", "flashes": "flashes"]

    /// - Parameters: `x` converts seconds to a horizontal position; `top` is the upper edge of the curve.
    func svg(_ series: CheckReport.Series, left: Double, right: Double, top: Double, x: (Double) -> Double) -> String {
        func y(_ value: Double) -> Double {
            top + height * (1 - min(max((value - range.lowerBound) / (range.upperBound - range.lowerBound), 0), 1))
        }
        var part = "<text class=\"lane\" x=\"0\" y=\"\(tenths(top - 6))\">\(Self.words[name] ?? name)</text>"
        for (value, words) in grid {
            part +=
                "<line class=\"grid\" x1=\"\(left)\" x2=\"\(right)\" y1=\"\(tenths(y(value)))\" "
                + "y2=\"\(tenths(y(value)))\"/>"
            part += "<text class=\"scale\" x=\"\(left - 6)\" y=\"\(tenths(y(value) + 4))\">\(words)</text>"
        }
        var points: [String] = [], before: Double?
        for (index, value) in series.values.enumerated() where value.isFinite {
            let at = x(Double(index + 1) * series.step), height = tenths(y(value))
            if isStepped { points.append("\(tenths(before ?? x(Double(index) * series.step))),\(height)") }
            points.append("\(tenths(at)),\(height)")
            before = at
        }
        if points.count > 1, let first = points.first, let last = points.last {
            let bottom = tenths(top + height)
            part +=
                "<polygon class=\"area\" points=\"\(first.prefix { $0 != "," }),\(bottom) "
                + "\(points.joined(separator: " ")) \(last.prefix { $0 != "," }),\(bottom)\"/>"
            part += "<polyline class=\"curve\" points=\"\(points.joined(separator: " "))\"/>"
        }
        if let line {
            let at = tenths(y(line.value)), style = line.isLimit ? "limit" : "target"
            part += "<line class=\"\(style)\" x1=\"\(left)\" x2=\"\(right)\" y1=\"\(at)\" y2=\"\(at)\"/>"
            part +=
                "<text class=\"\(style)\" x=\"\(right - 4)\" y=\"\(tenths(y(line.value) - 4))\">\(line.words)</text>"
        }
        return part
    }
}
