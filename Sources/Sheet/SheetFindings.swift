// Sections of the sheet: findings with a picture of their place, and pictures that differ from approved ones.
import Composition
import Diagnostics

extension ReviewSheet {
    /// What the section of findings shows, one after the other.
    var findings: [SheetContent.Found] { content.found }

    var findingsPart: String {
        guard !findings.isEmpty else { return "" }
        var body = "<div class=\"posters\">\n"
        for found in findings {
            // What blocks is a reason of the gate, and comes before.
            let isNew = gate == nil || !found.result.verdict.blocks
            body += isNew ? "<figure data-finding tabindex=\"-1\">" : "<figure>"
            body += picture(found.jpeg, found.result.title)
            body += "<figcaption><p>\(time(shown(found.result.from) ?? found.seconds)) "
            body += "\(pill(Tone(found.result.verdict), found.result.verdict.words))</p>"
            body += "<b>\(escaped(found.result.title))</b> <code>\(escaped(found.result.id))</code>"
            body += "<p class=\"hint\">\(escaped(found.result.measured))</p></figcaption></figure>\n"
        }
        return section("findings", "Findings", count: "\(findings.count)", body + "</div>\n")
    }

    /// - words: what it shows, for who does not see it.
    func picture(_ jpeg: String?, _ words: String, size: Bool = true) -> String {
        guard let jpeg else {
            return "<div class=\"blank\" style=\"aspect-ratio:\(plan.size.width)/\(plan.size.height)\">no picture</div>"
        }
        let measures = size ? " width=\"\(plan.size.width)\" height=\"\(plan.size.height)\"" : ""
        return "<img decoding=\"async\" alt=\"\(escaped(words))\"\(measures) src=\"data:image/jpeg;base64,\(jpeg)\">"
    }

    var baselinePart: String {
        guard let baseline = content.baseline, let folder = baseline.baseline, baseline.refusal == nil else {
            return ""
        }
        let same = baseline.frames.count { $0.verdict == .same || $0.verdict == .alike }
        var body = "<p class=\"hint\"><code>\(escaped(folder))</code></p>\n"
        for mismatch in content.mismatches {
            let frame = mismatch.frame, isOpen = frame.verdict == .look
            body += "<figure class=\"wide\" data-finding tabindex=\"-1\">"
            if let jpeg = mismatch.jpeg { body += picture(jpeg, "expected, actual and difference", size: false) }
            body += "<figcaption><p>"
            if let number = frame.frame { body += time(seconds(number)) + " " }
            body += pill(isOpen ? .warn : .fail, isOpen ? "to review" : "different") + "</p>"
            body += "<b>\(escaped(frame.scene))</b> "
            if let tile = frame.likeness {
                body += "lowest likeness \(tile.words), in the tile at \(tile.x), \(tile.y)"
            }
            if let reason = frame.reason { body += escaped(reason) }
            body += "</figcaption></figure>\n"
        }
        return section("baseline", "Approved baseline", count: "\(same) of \(baseline.frames.count) as approved", body)
    }
}
