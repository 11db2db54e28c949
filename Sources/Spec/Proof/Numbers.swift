// P13: numbers agree with the data that they come from.
import Composition
import Diagnostics

extension ProofCheck {
    static let source = ProofCheck(
        "P13.source", "Numbers agree with their source",
        measures:
            "every text, caption, narration and claim with a 'source': its numbers, dates or words against the cell, "
            + "in English and German notation, with k, M, million, % and currencies; a number that shows fewer digits "
            + "may be rounded",
        threshold: "equal", source: "vgraph", changedBy: "acceptance.checks", severity: .fail,
        runbook: "the message has both values and both places: correct the one that is wrong"
    ) { proof in
        let language = proof.language
        return proof.draft.statements.flatMap { statement -> [ProofProblem] in
            guard !statement.sources.isEmpty else { return [] }
            let figures = Figures(statement.text, language: language)
            let sources = statement.sources.map(SourceFigure.init)
            return sources.compactMap { figures.problem(with: $0, of: sources, in: statement) }.map {
                ProofProblem.wording($0)
            }
        }
    }

    static let unbound = ProofCheck(
        "P13.unbound", "Every number has a source",
        measures:
            "numbers and dates of texts, captions and narration, in digits, and in words from thirteen on, that "
            + "neither a 'source' of the text nor 'numbers.sources' explains; only with 'numbers: bound'",
        unit: "numbers", threshold: "none but those of 'numbers.unbound'", source: "vgraph",
        changedBy: "numbers.unbound", severity: .fail,
        runbook: "name the cell that the number comes from, or list it as one that needs none, such as a year"
    ) { proof in
        let numbers = proof.draft.numbers, language = proof.language
        guard numbers.mustBeBound else { return [] }
        let known = numbers.sources.map(SourceFigure.init)
        let free = Set(numbers.unbound.map { $0.lowercased() })
        return proof.draft.statements.filter { !$0.kind.isAboutTheFilm }.flatMap {
            statement -> [ProofProblem] in
            let figures = Figures(statement.text, language: language)
            return figures.unexplained(by: statement.sources.map(SourceFigure.init) + known).filter { written in
                !free.contains(written.lowercased())
                    && !free.contains(written.filter { $0.isNumber || ".,:/-".contains($0) })
            }.map { .wording(.unbound(number: $0, text: statement.text, at: statement.place)) }
        }
    }
}

extension Proof {
    /// The primary tag of the film's language.
    var language: String { primaryLanguage(video.language) }
}

/// A source, read once.
struct SourceFigure {
    let source: SourceValue
    let number: WrittenNumber?
    let date: WrittenDate?

    init(_ source: SourceValue) {
        self.source = source
        date = source.date
        number = date == nil ? source.number : nil
    }
}

/// The numbers and dates of a text.
struct Figures {
    let text: String
    let numbers: [WrittenNumber]
    let dates: [WrittenDate]

    init(_ text: String, language: String) {
        self.text = text
        let tokens = Token.all(in: text)
        dates = WrittenDate.all(in: tokens, language: language)
        numbers = WrittenNumber.all(in: tokens, language: language, dates: dates)
    }

    private static func shows(_ number: WrittenNumber, _ figure: SourceFigure) -> Bool {
        guard let value = figure.number?.value else { return false }
        return number.shows(value, isFraction: figure.source.isFraction)
    }

    /// nil if the text says what the source says.
    func problem(with figure: SourceFigure, of all: [SourceFigure], in statement: Statement) -> WordingProblem? {
        let source = figure.source
        func other() -> WordingProblem {
            .otherNumber(
                text: text, numbers: unexplained(by: all, withSmallWords: true), source: source.address,
                value: source.text, holder: source.place, at: statement.place)
        }
        if let date = figure.date { return dates.contains { $0.agrees(with: date) } ? nil : other() }
        guard let number = figure.number else {
            let said = text.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased()
            let wanted = source.text.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased()
            guard !said.contains(wanted) else { return nil }
            return .otherWords(
                text: text, source: source.address, value: source.text, holder: source.place, at: statement.place)
        }
        let shown = numbers.filter { Self.shows($0, figure) }
        guard let first = shown.first else { return other() }
        guard !shown.contains(where: { Self.agree($0.unit, number.unit) }) else { return nil }
        return .otherUnit(
            text: text, number: first.written, source: source.address, value: source.text, holder: source.place,
            at: statement.place)
    }

    /// A cell without a unit fits every unit.
    private static func agree(_ shown: WrittenNumber.Unit, _ source: WrittenNumber.Unit) -> Bool {
        switch (shown, source) {
        case (.currency(let a), .currency(let b)): a == b
        case (.percent, .currency), (.currency, .percent): false
        default: true
        }
    }

    /// The numbers and dates that no source says, as they are written.
    func unexplained(by sources: [SourceFigure], withSmallWords: Bool = false) -> [String] {
        let free = numbers.filter { number in
            if number.isSpelled, !withSmallWords, let value = number.value, !number.isRound,
                (0...12).contains(value.digits), value.exponent == 0 || value.digits == 1 && value.exponent == 1
            {
                return false
            }
            return !sources.contains { Self.shows(number, $0) }
        }
        let others = dates.filter { date in !sources.contains { $0.date.map(date.agrees) ?? false } }
        return (free.map { ($0.tokens.lowerBound, $0.written) } + others.map { ($0.tokens.lowerBound, $0.written) })
            .sorted { $0.0 < $1.0 }.map(\.1)
    }
}
