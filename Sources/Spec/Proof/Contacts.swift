// P14.address: a film names one address. P16.notation: numbers are written as its language writes them.
import Composition
import Diagnostics

extension ProofCheck {
    static let address = ProofCheck(
        "P14.address", "Addresses are written in one way",
        measures:
            "web addresses, mail addresses and telephone numbers of all texts, captions, narration, the title and the "
            + "call to action that differ by a hyphen, by one or two swapped letters (digits) or by their ending "
            + "(.com, .de); not those that one text has together, nor neighbouring numbers of several texts",
        threshold: "one spelling", source: "vgraph", changedBy: "acceptance.checks", severity: .warn,
        runbook: "look the address up and write it in one way; if there are two, set the check to off"
    ) { proof in Contacts.problems(in: proof.draft.statements + proof.shownAddress).map { .wording($0) } }

    static let notation = ProofCheck(
        "P16.notation", "Numbers are written as the language writes them",
        measures:
            "numbers of texts, captions, narration and the title with both separators, and amounts of money with two "
            + "decimals, that a reader of 'video.language' takes for another number, as 1.299,00 and $9,90 in English",
        threshold: "none", source: "Unicode CLDR", changedBy: "scenes[].layers[].text", severity: .warn,
        runbook: "write it as the language does; '{{price, currency EUR}}' does so in every language"
    ) { proof in
        proof.draft.statements.filter(\.kind.isPartOfTheFilm).compactMap { statement in
            let language = proof.video.language
            return Notation.foreign(in: statement.text, language: language).map {
                .wording(
                    .notation(
                        String($0), example: Notation.example(language), text: statement.text, at: statement.place))
            }
        }
    }
}

extension Proof {
    /// The address below the button of the call to action, which is drawn, and is no statement.
    fileprivate var shownAddress: [Statement] {
        guard let request = draft.statements.last(where: { $0.kind == .cta }) else { return [] }
        let said = Set(draft.statements.filter { $0.kind == .cta }.map { $0.text.lowercased() })
        return draft.texts.filter {
            !$0.isCaption && $0.place == request.place && !said.contains($0.content.text.lowercased())
        }.map {
            Statement(
                kind: .cta, text: $0.content.text, place: $0.place, from: $0.shown.lowerBound, to: $0.shown.upperBound)
        }
    }
}
