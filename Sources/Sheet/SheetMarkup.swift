// The pieces of HTML that every section of the sheet uses. Every text of a user goes through `escaped`.
import Composition
import Diagnostics

/// Minutes, seconds and hundredths: 1:05.40.
func clock(_ seconds: Double) -> String {
    let text = decimals(seconds - (seconds / 60).rounded(.down) * 60, 2)
    return "\(decimals((seconds / 60).rounded(.down), 0)):\(text.count < 5 ? "0" : "")\(text)"
}

/// Escapes text for elements and quoted attributes of HTML and SVG. Control characters become a replacement character.
func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        case "'": result += "&#39;"
        case "\n", "\t", "\r": result += " "
        case _ where scalar.value < 0x20 || scalar.value == 0x7f: result += "\u{fffd}"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}

/// What a status is: a colour, and a sign for whoever does not see colours. The word is always beside the sign.
enum Tone: String {
    case pass, warn, fail, idle, off

    var sign: String {
        switch self {
        case .pass: "✓"
        case .warn: "!"
        case .fail: "✕"
        case .idle: "–"
        case .off: "○"
        }
    }

    init(_ verdict: CheckResult.Verdict) {
        self =
            switch verdict {
            case .pass: .pass
            case .warn: .warn
            case .fail, .notRun: .fail
            case .notApplicable: .idle
            case .off: .off
            }
    }

    init(_ verdict: Observation.Verdict) {
        self =
            switch verdict {
            case .supports: .pass
            case .contradicts, .absent: .fail
            case .notApplicable: .idle
            case .abstain: .off
            }
    }

    init(_ severity: Diagnostic.Severity) {
        self =
            switch severity {
            case .error: .fail
            case .warning: .warn
            case .note: .idle
            }
    }

    init(_ status: ClaimStanding.Status) {
        self =
            switch status {
            case .answered: .pass
            case .unanswered, .contradicted: .fail
            case .split: .warn
            case .open: .off
            }
    }
}

func pill(_ tone: Tone, _ words: String, _ more: String = "") -> String {
    "<span class=\"pill \(tone.rawValue)\(more)\"><span aria-hidden=\"true\">\(tone.sign)</span> "
        + "\(escaped(words))</span>"
}

/// A time that the film jumps to.
func time(_ seconds: Double, to end: Double? = nil) -> String {
    let words = clock(seconds) + (end.map { $0 > seconds ? "–" + clock($0) : "" } ?? "")
    return "<button type=\"button\" class=\"time\" data-t=\"\(decimals(seconds, 4))\" "
        + "aria-label=\"Play from \(words)\"><span aria-hidden=\"true\">▶</span> \(words)</button>"
}

/// A command to copy. NAME, TEXT and DATE in it are replaced by what the reader types in the fields.
/// - Parameter copies: a button each, with the word that it puts in the place of 'supports'.
func command(_ words: String, copies: [(word: String, label: String)] = [("", "Copy")]) -> String {
    var marked = escaped(words)
    for (option, field) in [("--by NAME", "by"), ("--reason TEXT", "reason"), ("--until DATE", "until")] {
        // The last one is ours: what comes before may be a name from the spec.
        guard let place = marked.ranges(of: option).last else { continue }
        let parts = option.split(separator: " ")
        marked.replaceSubrange(
            place, with: "<span class=\"option\">\(parts[0])</span> <b data-fill=\"\(field)\">\(parts[1])</b>")
    }
    if copies.count > 1, let place = marked.ranges(of: " supports ").last {
        marked.replaceSubrange(place, with: " <b data-fill=\"answer\">supports</b> ")
    }
    var part = "<div class=\"command\"><code>\(marked)</code><span>"
    for (word, label) in copies {
        part += "<button type=\"button\" class=\"copy\" data-answer=\"\(word)\" "
        part += "aria-label=\"\(escaped("\(label): \(words)"))\">\(label)</button>"
    }
    return part + "</span></div>\n"
}

/// A table that becomes a list of cards where the page is narrow; roles keep it a table for a screen reader there.
func table(_ caption: String, _ heads: [String], _ rows: [[String]], attributes: [String] = []) -> String {
    var part = "<table role=\"table\"><caption class=\"unseen\">\(escaped(caption))</caption>\n"
    part += "<thead role=\"rowgroup\"><tr role=\"row\">"
    for head in heads { part += "<th role=\"columnheader\" scope=\"col\">\(head)</th>" }
    part += "</tr></thead>\n<tbody role=\"rowgroup\">\n"
    for (index, row) in rows.enumerated() {
        part += "<tr role=\"row\"\(attributes.isEmpty ? "" : attributes[index])>"
        for (head, cell) in zip(heads, row) {
            part += "<td role=\"cell\" data-label=\"\(head)\"><div>\(cell)</div></td>"
        }
        part += "</tr>\n"
    }
    return part + "</tbody></table>\n"
}

/// A value of the user's in a table; nil: there is none.
func cell(_ value: String?) -> String {
    value.map { "<span dir=\"auto\">\(escaped($0))</span>" } ?? "<small>none</small>"
}

func section(_ id: String, _ title: String, count: String = "", _ body: String) -> String {
    let counted = count.isEmpty ? "" : " <span class=\"count\">\(count)</span>"
    return "<section id=\"\(id)\" aria-labelledby=\"\(id)-title\">\n<h2 id=\"\(id)-title\">\(title)\(counted)</h2>\n"
        + body + "</section>\n"
}

/// "1 check", "2 checks".
func counted(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }

/// Where in the spec.
func place(_ place: Place?) -> String {
    guard let place else { return "" }
    return "<code>\(escaped(place.file))\(place.line > 0 ? ":\(place.line):\(place.column)" : "")</code>"
}
