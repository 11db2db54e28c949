// P14: captions, narration, texts, title and claims do not contradict each other.
import Composition
import Diagnostics

extension ProofCheck {
    private static let compared =
        "captions, narration ('says') and texts that are there at the same time, with the title and claims; in English "
        + "and German"

    static let numbers = ProofCheck(
        "P14.number", "Texts agree on numbers",
        measures:
            "numbers with the same unit or noun, money, percentages and times of " + compared
            + "; only where the words around both say the same and no third statement confirms one of them",
        threshold: "no contradiction", source: "vgraph", changedBy: "acceptance.checks", severity: .fail,
        runbook: "the message has both places: correct the one that is wrong, or say what each number counts"
    ) { proof in proof.contradictions.figures().of("P14.number") }

    static let slips = ProofCheck(
        "P14.slip", "Numbers that differ by one digit",
        measures:
            "as P14.number, where the words around both differ a little and the numbers by one digit or two swapped ones",
        threshold: "none", source: "vgraph", changedBy: "acceptance.checks", severity: .warn,
        runbook: "look whether one of the two is a slip; if both are right, say what each number counts"
    ) { proof in proof.contradictions.figures().of("P14.slip") }

    static let dates = ProofCheck(
        "P14.date", "Texts agree on dates",
        measures:
            "dates and weekdays of " + compared + "; the weekday of each date with a year, and whether the day exists",
        threshold: "no contradiction", source: "vgraph; Gregorian calendar", changedBy: "acceptance.checks",
        severity: .fail,
        runbook: "correct the date or the weekday"
    ) { proof in
        let found = proof.contradictions
        return (found.calendar() + found.figures()).of("P14.date")
    }

    static let polarity = ProofCheck(
        "P14.polarity", "Texts do not deny each other",
        measures:
            "clauses of " + compared + " with the same words, two at least, of which one has a denial such as not, no, "
            + "never, kein, nie",
        threshold: "none", source: "vgraph", changedBy: "acceptance.checks", severity: .fail,
        runbook: "correct the statement that is wrong"
    ) { proof in proof.contradictions.denials().map { .wording($0) } }

    static let nameSpelling = ProofCheck(
        "P14.name", "Names are written in one way",
        measures:
            "capitalised words of all texts, captions, narration and the title that differ by a doubled, missing or "
            + "swapped letter or by a capital within, if one is used once",
        threshold: "one spelling", source: "vgraph", changedBy: "acceptance.checks", severity: .warn,
        runbook: "write the name in one way; if they are two names, set the check to off"
    ) { proof in proof.contradictions.names().map { .wording($0) } }
}

extension [WordingProblem] {
    fileprivate func of(_ id: String) -> [ProofProblem] {
        map { ProofProblem.wording($0) }.filter { $0.id == id }
    }
}
