// A section of the sheet: the findings before rendering, grouped by check, with pictures.
import Composition
import Diagnostics

extension ReviewSheet {
    /// Number of findings of one check that are shown in full.
    private static let shown = 3

    var proofPart: String {
        let proofread = content.proofread
        guard !proofread.isEmpty else { return "" }
        var body = "", order: [String] = []
        for item in proofread where !order.contains(item.finding.id) { order.append(item.finding.id) }
        for id in order {
            let all = proofread.filter { $0.finding.id == id }
            body +=
                "<h3><code>\(escaped(id))</code> \(escaped(all[0].title)) "
                + "<span class=\"count\">\(all.count)</span></h3>\n"
            body += "<div class=\"posters\">\n" + all.prefix(Self.shown).map(figure).joined() + "</div>\n"
            guard all.count > Self.shown else { continue }
            body += "<details><summary>\(all.count - Self.shown) more</summary>\n<ul class=\"found\">\n"
            for item in all.dropFirst(Self.shown) {
                body += "<li data-finding tabindex=\"-1\">\(moment(item))\(severity(item)) "
                body += "\(escaped(item.finding.message)) \(place(item.finding.place))</li>\n"
            }
            body += "</ul></details>\n"
        }
        return section("spec", "Findings in the spec", count: "\(proofread.count)", body)
    }

    private func figure(_ item: SheetContent.Proofread) -> String {
        var part = "<figure data-finding tabindex=\"-1\">"
        if let jpeg = item.jpeg { part += picture(jpeg, item.finding.message) }
        part += "<figcaption><p>\(moment(item))\(severity(item))</p>\(escaped(item.finding.message)) "
        part += place(item.finding.place)
        if let hint = item.finding.hint { part += "<p class=\"hint\">\(escaped(hint))</p>" }
        return part + "</figcaption></figure>\n"
    }

    private func severity(_ item: SheetContent.Proofread) -> String {
        pill(Tone(item.finding.severity), item.finding.severity.rawValue)
    }

    private func moment(_ item: SheetContent.Proofread) -> String {
        item.frame.map { time(seconds($0)) + " " } ?? ""
    }
}
