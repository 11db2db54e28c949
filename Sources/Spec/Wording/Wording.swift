// The words and figures of a statement, to look for them in others.

struct Wording {
    let statement: Statement
    /// Stem and word.
    let words: [(stem: String, word: String)]
    let figures: Figures

    init(_ statement: Statement, language: String) {
        self.statement = statement
        figures = Figures(statement.text, language: language)
        let tokens = Token.all(in: statement.text)
        let taken = figures.numbers.map(\.tokens) + figures.dates.map(\.tokens)
        words = tokens.indices.compactMap { index in
            guard tokens[index].kind == .word || tokens[index].kind == .address,
                !taken.contains(where: { $0.contains(index) }),
                !Vocabulary.isEmpty(tokens[index].key, language) || Vocabulary.denies(tokens[index].key, language)
            else { return nil }
            return (Vocabulary.unit(tokens[index].key, language), tokens[index].text)
        }
    }

    func missing(in others: [Wording]) -> [String] {
        let stems = Set(others.flatMap { $0.words.map(\.stem) })
        let numbers = others.flatMap(\.figures.numbers), dates = others.flatMap(\.figures.dates)
        var missing = words.filter { !stems.contains($0.stem) }.map(\.word)
        missing += figures.numbers.filter { number in
            !numbers.contains { $0.value == number.value && ($0.value != nil || $0.written == number.written) }
        }.map(\.written)
        missing += figures.dates.filter { date in !dates.contains { $0.agrees(with: date) } }.map(\.written)
        return missing
    }
}
