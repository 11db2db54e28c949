// The provenance of a film as one HTML page, for people who ask where a film comes from. Loads nothing and runs no script;
// equal values give equal bytes.
import Composition
import Decisions
import Diagnostics
import Provenance

public struct ProvenancePage {
    private let origin: Provenance

    public init(_ origin: Provenance) { self.origin = origin }

    public var html: String {
        let film = origin.film, decision = origin.decision
        let tone: Tone = decision?.kind == .approve && origin.gate.decision == .pass ? .pass : .fail
        let word = decision?.kind == .approve ? "APPROVED" : decision?.kind == .revise ? "REVISED" : "NOT DECIDED"
        let title = film.title.isEmpty ? film.target : film.title
        let words =
            decision.map { "\(Self.words($0.kind)) by \($0.by) at \($0.at): \($0.reason)" }
            ?? "No person has decided about these bytes."
        var page = pageHead(by: "provenance", title: title + " · provenance") + "<body>\n"
        page += """
            <header class="top \(tone.rawValue)">
            <p class="verdict"><span aria-hidden="true">\(tone.sign)</span> \(word)</p>
            <div><h1 dir="auto">\(escaped(title))</h1><p class="lead" dir="auto">\(escaped(words))</p></div>
            </header>
            <main>

            """
        page += filmPart + signedPart + checksPart + claimsPart + sourcesPart + stagesPart + toolsPart
        page += "</main>\n<footer>Written by <code>vgraph provenance \(escaped(film.target))</code>. "
        return page + "<code>vgraph trace FILE</code> finds it from the file alone.</footer>\n</body>\n</html>\n"
    }

    private static func words(_ kind: SignedDecision.Kind) -> String {
        switch kind {
        case .approve: "Approved"
        case .revise: "Sent back"
        case .answer: "Answered"
        case .waive: "Waived"
        case .publish: "Published"
        }
    }

    private var filmPart: String {
        let film = origin.film, run = origin.run
        var facts = [
            ("file", film.target), ("SHA-256", film.sha256), ("bytes", "\(film.bytes)"),
            ("picture", "\(film.size) · \(film.rate) fps"), ("duration", "\(decimals(film.duration, 3)) s"),
            ("language", film.language), ("graph", film.graph), ("spec", origin.spec.path),
            ("spec's SHA-256", origin.spec.sha256 ?? "not known"),
            ("run", "\(run.name ?? "not remembered") · \(run.at)"), ("made by", "\(run.user) on \(run.host)"),
            ("vgraph", run.vgraph), ("profile", origin.profile.isEmpty ? "none" : origin.profile),
            ("policy", origin.gate.policy), ("gate", origin.gate.decision.rawValue),
            ("processor time", "\(decimals(origin.cpu, 1)) s"),
        ]
        if let revision = origin.revision {
            facts.append(("revision", revision.commit + (revision.isClean ? "" : ", changed since")))
        }
        if let type = film.sourceType { facts.append(("IPTC digital source type", type)) }
        for (name, value) in origin.settings.sorted(by: { $0.key < $1.key }) { facts.append(("--set \(name)", value)) }
        for (currency, amount) in origin.prices.sorted(by: { $0.key < $1.key }) {
            facts.append(("paid", "\(decimals(amount, 2)) \(currency)"))
        }
        var body = "<dl class=\"facts\">"
        for (name, value) in facts { body += "<div><dt>\(escaped(name))</dt><dd>\(escaped(value))</dd></div>" }
        return section("film", "The film", body + "</dl>\n")
    }

    private var signedPart: String {
        guard !origin.signed.isEmpty else {
            return section("signed", "Who decided", "<p>No person has decided about these bytes.</p>\n")
        }
        return section(
            "signed", "Who decided", count: "\(origin.signed.count)",
            table(
                "What persons signed of this file", ["who", "decision", "reason", "when"],
                origin.signed.map { record in
                    let isGood = record.kind == .approve || record.answer == .supports
                    let tone: Tone = record.kind == .waive ? .warn : isGood ? .pass : .fail
                    let about = record.claim ?? record.waiver?.check
                    return [
                        "<b>\(escaped(record.by))</b>",
                        pill(tone, record.kind.rawValue) + (about.map { " <code>\(escaped($0))</code>" } ?? "") + " "
                            + escaped(record.answer?.rawValue ?? record.waiver.map { "until \($0.until)" } ?? ""),
                        "<span dir=\"auto\">\(escaped(record.reason))</span>", escaped(record.at),
                    ]
                }))
    }

    private var checksPart: String {
        section(
            "checks", "Checks", count: "\(origin.checks.count)",
            table(
                "Checks of the delivered file", ["verdict", "check", "measured"],
                origin.checks.map { check in
                    [
                        pill(Tone(check.verdict), check.verdict.words),
                        "<code>\(escaped(check.id))</code> \(escaped(check.title))", escaped(check.measured),
                    ]
                }))
    }

    private var claimsPart: String {
        guard !origin.gate.claims.isEmpty else { return "" }
        return section(
            "claims", "Claims", count: "\(origin.gate.claims.count)",
            table(
                "Claims and who answered them", ["status", "claim", "said"],
                origin.gate.claims.map { claim in
                    [
                        pill(Tone(claim.status), claim.status.rawValue),
                        "<code>\(escaped(claim.id))</code> <span dir=\"auto\">\(escaped(claim.text))</span>",
                        escaped(claim.said.joined(separator: "; ")),
                    ]
                }))
    }

    private var sourcesPart: String {
        section(
            "sources", "What went in", count: "\(origin.sources.count + 1)",
            table(
                "Files that went into the film", ["file", "rights", "SHA-256"],
                ([origin.spec] + origin.sources).map { source in
                    var rights = [source.license, source.credit, source.origin].compactMap { $0 }.joined(
                        separator: " · ")
                    if rights.isEmpty { rights = source.name == nil ? "" : "not declared" }
                    return [
                        "\(escaped(source.path))" + (source.name.map { " <small>\(escaped($0))</small>" } ?? ""),
                        "<span dir=\"auto\">\(escaped(rights))</span>",
                        "<code>\(escaped(source.sha256 ?? "not read again; XXH3 " + source.digest))</code>",
                    ]
                }))
    }

    private var stagesPart: String {
        section(
            "stages", "What made it",
            table(
                "Stages of the pipeline", ["stage", "nodes", "parameters", "processor time"],
                origin.stages.map { stage in
                    [
                        "\(escaped(stage.name)) <small>\(escaped(stage.kind)) \(stage.version)</small>",
                        "\(stage.nodes)",
                        escaped(
                            stage.parameters.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
                                .joined(separator: ", ")),
                        "\(decimals(stage.cpu, 1)) s",
                    ]
                }))
    }

    private var toolsPart: String {
        let reviewers = origin.reviewers.map { reviewing in
            let reviewer = reviewing.reviewer
            return [
                escaped(reviewer.name),
                escaped([reviewer.version, reviewer.model ?? ""].filter { !$0.isEmpty }.joined(separator: ", model ")),
                escaped("reviewer, \(reviewer.kind.rawValue): \(reviewing.status)"),
            ]
        }
        return section(
            "tools", "Tools and versions",
            table(
                "Libraries, programs and reviewers", ["tool", "version", "used by"],
                origin.tools.map {
                    [escaped($0.name), escaped($0.version), escaped($0.stages.joined(separator: ", "))]
                }
                    + reviewers))
    }
}
