// A section of the review sheet: the findings before rendering, grouped by check, with pictures.
import Composition
import Diagnostics
import Spec

extension ReviewSheet {
    /// A finding of proofreading.
    struct Proofread {
        var finding: Diagnostic
        /// The middle of the time of the text concerned; nil if the finding concerns no text.
        var frame: Int?
        /// Base64.
        var jpeg: String?
    }

    /// Number of findings of one check that are shown in full.
    private static let shown = 3

    var proofPart: String {
        guard !proofread.isEmpty else { return "" }
        var part = "<section>\n<h2>Findings in the spec <span class=\"count\">\(proofread.count)</span></h2>\n"
        var order: [String] = []
        for item in proofread where !order.contains(item.finding.id) { order.append(item.finding.id) }
        for id in order {
            let all = proofread.filter { $0.finding.id == id }
            part +=
                "<h3><code>\(escaped(id))</code> \(escaped(ProofCheck.rules.first { $0.id == id }?.title ?? "")) "
                + "<span class=\"count\">\(all.count)</span></h3>\n"
            part += "<div class=\"posters\(plan.size.height > plan.size.width ? " tall" : "")\">\n"
            for item in all.prefix(Self.shown) { part += figure(item) }
            part += "</div>\n"
            guard all.count > Self.shown else { continue }
            part += "<details><summary>\(all.count - Self.shown) more</summary>\n<ul class=\"found\">"
            for item in all.dropFirst(Self.shown) { part += "<li>\(place(item)) \(escaped(item.finding.message))</li>" }
            part += "</ul></details>\n"
        }
        return part + "</section>\n"
    }

    private func figure(_ item: Proofread) -> String {
        let isError = item.finding.severity == .error
        var part = "<figure>"
        if let jpeg = item.jpeg {
            part +=
                "<img loading=\"lazy\" alt=\"\(escaped(item.finding.message))\" width=\"\(plan.size.width)\" "
                + "height=\"\(plan.size.height)\" "
            part += "src=\"data:image/jpeg;base64,\(jpeg)\">"
        }
        part += "<figcaption>"
        if let frame = item.frame { part += "<time>\(clock(plan.rate.seconds(ofFrame: frame)))</time> " }
        part +=
            "<span class=\"pill "
            + "\(isError ? "fail" : item.finding.severity == .note ? "notrun" : "warn")\">"
            + "\(item.finding.severity.rawValue)</span> "
        part += "\(escaped(item.finding.message)) \(place(item))"
        if let hint = item.finding.hint { part += "<p class=\"hint\">\(escaped(hint))</p>" }
        return part + "</figcaption></figure>\n"
    }

    private func place(_ item: Proofread) -> String {
        guard let place = item.finding.place else { return "" }
        return "<code>\(escaped(place.file))\(place.line > 0 ? ":\(place.line):\(place.column)" : "")</code>"
    }
}

extension ReviewSheet.Proofread {
    /// - texts: where each text is written and when it is shown; poster: returns the picture of a span that is nearest
    ///   to a frame.
    static func all(_ findings: [Diagnostic], texts: [TextPlace], poster: (Int, Range<Int>) -> (Int, String?)?)
        -> [Self]
    {
        var pictures = 0
        return findings.map { finding in
            guard let place = finding.place, let text = texts.first(where: { $0.place.isSame(as: place) }),
                text.from < text.to
            else {
                return Self(finding: finding)
            }
            let middle = text.from + (text.to - text.from) / 2
            // More pictures would make the page too long to read.
            guard pictures < 24, let found = poster(middle, text.from..<text.to) else {
                return Self(finding: finding, frame: middle)
            }
            pictures += 1
            return Self(finding: finding, frame: found.0, jpeg: found.1)
        }
    }
}

extension Place {
    fileprivate func isSame(as other: Place) -> Bool {
        file == other.file && line == other.line && column == other.column
    }
}
