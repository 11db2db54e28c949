// `vgraph checks`: the table of checks, as the worker reports it.
import ArgumentParser
import Composition
import Diagnostics
import Work

struct ChecksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checks", _superCommandName: "vgraph",
        abstract: "List the checks of a spec (P) and of a delivered file (D, A), or explain one.",
        discussion: """
            Each check has a threshold and a source: the standard and clause that it
            comes from. --json prints one object per line.

              vgraph checks        all of them
              vgraph checks D05    what D05 measures, and what to do when it fails
              vgraph checks P07    all that begin with P07
            """)

    @OptionGroup var folder: FolderOptions
    @Argument(help: "The id of a check, for example D05.") var id: String?

    func run() throws {
        try exiting(json: folder.json) {
            let rules = try Project(folder).rules()
            var chosen = rules
            if let id {
                chosen = rules.filter { $0.id.lowercased() == id.lowercased() }
                if chosen.isEmpty { chosen = rules.filter { $0.id.lowercased().hasPrefix(id.lowercased() + ".") } }
                guard !chosen.isEmpty else { throw Refusal(.unknownCheck(id, known: rules.map(\.id))) }
            }
            if folder.json { return try sayJSON(chosen) }
            printDocument(id == nil ? list(chosen) : chosen.map(explanation).joined(separator: "\n\n"))
        }
    }

    private func sayJSON(_ rules: [CheckRule]) throws {
        for rule in rules {
            printDocument(String(decoding: try JSONForm.line.bytes(of: Row(rule: rule)), as: UTF8.self))
        }
    }

    /// A rule, and whether a spec or a profile may switch it off.
    private struct Row: Encodable {
        var rule: CheckRule
        private enum CodingKeys: String, CodingKey { case mayBeOff = "may_be_off" }

        func encode(to encoder: any Encoder) throws {
            try rule.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(SwitchedOff.mayBe(rule.id), forKey: .mayBeOff)
        }
    }

    private func list(_ rules: [CheckRule]) -> String {
        let margin = (rules.map(\.id.count).max() ?? 0) + 2
        let columns = Columns(margin: margin)
        var lines: [String] = []
        for rule in rules {
            lines += columns.lines([(rule.id, margin, .plain)], [(rule.title, .bold)])
            lines += columns.lines([], [(rule.threshold, .plain)])
            lines += columns.lines([], [("source: " + rule.source, .dim)])
        }
        lines += columns.lines(
            [],
            [
                (
                    "At most \(SwitchedOff.most) checks may be 'off', and "
                        + "\(SwitchedOff.never.joined(separator: ", ")) never, nor only 'warn'; otherwise the "
                        + "gate says revise.",
                    .plain
                )
            ])
        return (lines + ["", "\(rules.count) checks; 'vgraph checks \(rules.first?.id ?? "ID")' explains one"]).joined(
            separator: "\n")
    }

    private func explanation(_ rule: CheckRule) -> String {
        let columns = Columns(margin: 14)
        let severity =
            switch rule.severity {
            case .fail: "fail: a breach fails the file"
            case .warn: "warn: a breach is reported, and the file passes"
            case .info: "info: only reported"
            }
        let fields = [
            ("measures", rule.measures), ("unit", rule.unit.isEmpty ? "none" : rule.unit),
            ("threshold", rule.threshold),
            ("source", rule.source),
            ("changed by", rule.changedBy.map { "'\($0)' in the spec" } ?? "nothing in a spec"),
            ("severity", severity),
            (
                "may be off",
                SwitchedOff.mayBe(rule.id)
                    ? "yes, with at most \(SwitchedOff.most - 1) others" : "no: it tells whether the file is complete"
            ), ("what to do", rule.runbook),
        ]
        var lines = [columns.painted(rule.id, .bold) + "  " + columns.painted(rule.title, .bold), ""]
        for (label, text) in fields { lines += columns.lines([(label, 14, .dim)], [(text, .plain)]) }
        return lines.joined(separator: "\n")
    }
}
