// P15: planned texts keep the brief, as far as their words show it.
import Composition
import Diagnostics

extension ProofCheck {
    static let forbidden = ProofCheck(
        "P15.forbidden", "Nothing is said that must not be",
        measures:
            "the words of each 'brief.must_not', in their order, in every text, caption and narration and in the title; "
            + "upper and lower case are equal",
        threshold: "none", source: "the spec's brief", changedBy: "brief.must_not", severity: .fail,
        runbook: "write it in another way; what is only shown, or said in other words, is left to reviewers"
    ) { proof in
        let statements = proof.draft.statements
        let said = statements.filter(\.kind.isPartOfTheFilm).map {
            ($0, Token.keys(of: $0.text))
        }
        return statements.filter { $0.kind == .mustNot }.flatMap { rule -> [ProofProblem] in
            let words = Token.keys(of: rule.text)
            guard !words.isEmpty else { return [] }
            return said.compactMap { statement, keys in
                guard keys.contains(words) else { return nil }
                return .wording(
                    .forbidden(
                        rule.text, kind: statement.kind.name, text: statement.text, holder: rule.place,
                        at: statement.place))
            }
        }
    }

    static let unsaid = ProofCheck(
        "P15.unsaid", "What must be said is said",
        measures:
            "the words of each 'brief.must_say' that carry a meaning, and its numbers, in the texts, captions and "
            + "narration that are there at the same time",
        threshold: "all of them at one time", source: "the spec's brief", changedBy: "brief.must_say", severity: .warn,
        runbook: "say it in these words, or leave it to a reviewer to find it in others"
    ) { proof in
        let language = proof.language
        let rules = proof.draft.statements.filter { $0.kind == .mustSay }
        guard !rules.isEmpty else { return [] }
        let said = proof.draft.statements.filter { !$0.kind.isAboutTheFilm }.map {
            Wording($0, language: language)
        }
        return rules.compactMap { rule in
            let wanted = Wording(rule, language: language)
            var fewest: [String]?
            for one in said {
                let together = said.filter { $0.statement.meets(one.statement) }
                let missing = wanted.missing(in: together)
                if missing.isEmpty { return nil }
                if missing.count < fewest?.count ?? .max { fewest = missing }
            }
            return .wording(.unsaid(rule.text, missing: fewest ?? [rule.text], at: rule.place))
        }
    }
}
