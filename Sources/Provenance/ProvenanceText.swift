// The provenance as lines for a terminal.
import Composition
import Decisions
import Diagnostics

extension Provenance {
    public var text: String {
        var lines: [String] = []
        func line(_ name: String, _ words: String) {
            lines.append(name.padded(to: 11) + words)
        }
        lines.append(film.title.isEmpty ? film.target : "\(film.target): \(film.title)")
        line("file", "SHA-256 \(film.sha256), \(film.bytes) bytes")
        line("film", "\(film.size), \(film.rate) fps, \(decimals(film.duration, 3)) s, language \(film.language)")
        line("graph", film.graph)
        if let type = film.sourceType { line("IPTC type", type) }
        line("spec", Self.words(spec))
        if let revision {
            line("revision", revision.commit + (revision.isClean ? "" : ", and the spec was changed since"))
        }
        if !settings.isEmpty {
            line(
                "settings", settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", "))
        }
        line("run", run.words)
        line(
            "cost",
            "\(decimals(cpu, 1)) s of processor time"
                + prices.sorted { $0.key < $1.key }.map {
                    ", \(decimals($0.value, 2)) \($0.key)"
                }.joined())
        line("rules", "profile \(profile.isEmpty ? "none" : profile), policy \(gate.policy)")
        line("gate", gate.decision.rawValue)
        for reason in gate.reasons { line("", reason.text) }
        line("checks", checks.counts)
        for check in checks where check.verdict.isFinding {
            line("", "\(check.verdict.words) \(check.id) \(check.title): \(check.measured)")
        }
        for claim in gate.claims {
            line("claim", "\(claim.id) \(claim.status.rawValue): \(Self.oneLine(claim.text))")
        }
        for reviewing in reviewers {
            let reviewer = reviewing.reviewer
            line(
                "reviewer",
                "\(reviewer.name) \(reviewer.version) (\(reviewer.kind.rawValue)\(reviewer.model.map { ", model \($0)" } ?? "")): "
                    + "\(reviewing.status), \(reviewing.observations) observations")
        }
        for record in signed { line(record.kind.rawValue, Self.words(record)) }
        lines.append("what went in:")
        for source in sources { lines.append("  " + Self.words(source)) }
        lines.append("tools:")
        for tool in tools { lines.append("  \(tool.name) \(tool.version) (\(tool.stages.joined(separator: ", ")))") }
        return lines.joined(separator: "\n")
    }

    static func words(_ source: Source) -> String {
        var words = source.path
        if let name = source.name { words += " (\(name))" }
        words += ", " + (source.sha256.map { "SHA-256 \($0)" } ?? "XXH3 \(source.digest)")
        if let license = source.license { words += ", license \(license)" }
        if let credit = source.credit { words += ", credit \(credit)" }
        if let origin = source.origin { words += ", \(origin)" }
        return words
    }

    static func words(_ record: SignedDecision) -> String {
        var words = "\(record.by) at \(record.at)"
        if let claim = record.claim { words += ", \(claim) \(record.answer?.rawValue ?? "")" }
        if let waiver = record.waiver { words += ", \(waiver.check) until \(waiver.until)" }
        if let publication = record.publication {
            words += ", \(publication.state.rawValue): \(publication.place)"
        }
        return words + ": " + oneLine(record.reason)
    }

    static func oneLine(_ text: String) -> String { text.split(whereSeparator: \.isNewline).joined(separator: " ") }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(1, width - count))
    }
}
