// A comparison as Markdown, for a comment on a pull request: what changed in each film, in seconds, and what checks and
// the gate say of it. Every word of a spec is escaped: a comment must not become a link or a mention.
import Composition
import Diagnostics

enum DiffMarkdown {
    /// Lines of one list; beyond it only their number is told. Services cut long comments off.
    private static let most = 20

    static func text(_ a: DiffSide, _ b: DiffSide, _ targets: [TargetDifference]) -> String {
        var lines = ["### vgraph: \(code(a.title)) and \(code(b.title))", ""]
        let differing = targets.filter { !$0.isSame }
        if differing.isEmpty { lines.append("All \(targets.count) films are the same.") }
        for target in differing { lines += text(target) + [""] }
        if !differing.isEmpty, differing.count < targets.count {
            lines += ["The same: " + listed(targets.filter(\.isSame).map { code($0.target) }), ""]
        }
        for (side, name) in [(a, "a"), (b, "b")] {
            lines += side.notes.map { "> \(name): \(escaped($0))" }
            lines += side.problems.map { "> \(name): \(code($0.text()))" }
        }
        return lines.joined(separator: "\n")
    }

    private static func text(_ target: TargetDifference) -> [String] {
        if let side = target.onlyIn { return ["**\(escaped(target.target))** is only in \(code(side))."] }
        let changed = target.segments.filter {
            $0.change.kind != .same && $0.change.kind != .moved && !$0.isDrawnTheSame
        }
        let seconds = changed.reduce(0) { sum, segment in
            sum + ((segment.change.b ?? segment.change.a).map { $0.end - $0.start } ?? 0)
        }
        var lines = [
            "**\(escaped(target.target))**: "
                + (changed.isEmpty ? "no picture differs" : "\(decimals(seconds, 2)) s of pictures differ")
        ]
        if let note = target.segmentsNote { lines[0] += " (\(escaped(note)))" }
        lines += [""] + cut(DiffText.text(target.segments).filter { !$0.hasPrefix("=") }.map { "- " + escaped($0) })
        let worse = target.judgements.filter { $0.b?.isBad == true },
            better = target.judgements.filter { $0.b?.isBad != true }
        if !target.judgements.isEmpty {
            lines += ["", "| judged | before | after |", "|---|---|---|"]
            lines += cut(
                (worse + better).map { change in
                    "| \(code(change.id)) | \(escaped(change.a?.words ?? "nothing")) | "
                        + "\(change.b?.isBad == true ? "**" : "")\(escaped(change.b?.words ?? "nothing"))"
                        + "\(change.b?.isBad == true ? "**" : "") |"
                })
        }
        if !target.files.isEmpty { lines += ["", "Files: " + listed(target.files.map { code($0.path) })] }
        if !target.settings.isEmpty {
            lines += [
                "",
                "Settings: "
                    + listed(
                        target.settings.map {
                            "\(code($0.name.isEmpty ? $0.part : $0.name)) \(code($0.a ?? "not given")) → \(code($0.b ?? "not given"))"
                        }),
            ]
        }
        return lines
    }

    private static func cut(_ lines: [String]) -> [String] {
        lines.count <= most ? lines : lines.prefix(most) + ["", "… and \(lines.count - most) more"]
    }

    private static func listed(_ words: [String]) -> String {
        words.prefix(most).joined(separator: ", ") + (words.count > most ? " and \(words.count - most) more" : "")
    }

    /// In backquotes, where nothing is Markdown; a text with backquotes gets a longer fence.
    private static func code(_ text: String) -> String {
        let line = oneLine(text)
        let longest = line.split(whereSeparator: { $0 != "`" }).map(\.count).max() ?? 0
        let fence = String(repeating: "`", count: longest + 1), pad = longest > 0 ? " " : ""
        // A table's cell ends at a bar, also in code.
        return fence + pad + line.replacing("|", with: "\\|") + pad + fence
    }

    static func escaped(_ text: String) -> String {
        var result = ""
        for character in oneLine(text) {
            switch character {
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            // A mention or a reference to an issue, broken by a joiner without width.
            case "@": result += "@\u{2060}"
            case "#": result += "#\u{2060}"
            case "\\", "`", "*", "_", "[", "]", "(", ")", "!", "|", "~": result += "\\" + String(character)
            default: result.append(character)
            }
        }
        // No address becomes a link.
        return result.replacing("://", with: ":\u{2060}//")
    }

    private static func oneLine(_ text: String) -> String {
        Diagnostic.printable(text).split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
