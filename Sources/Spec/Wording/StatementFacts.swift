// What a statement says in a form that can be compared: numbers, dates and weekdays with the words around them, and
// sentences with or without a denial.

/// One figure of a statement, and what it is about.
struct Fact {
    enum Value {
        case number(WrittenNumber), date(WrittenDate), weekday(Int)
    }

    /// Facts with another key are never compared: "money", "percent", "plant".
    var key: String
    var value: Value
    var written: String
    /// Stems of the words around it that carry a meaning, without its own unit.
    var context: Set<String>
    /// Words around it that make it a number of another kind.
    var limits: Set<String>
    /// "From $149": what it costs is that or more.
    var isFloor = false

    func agrees(with other: Fact) -> Bool {
        if isFloor != other.isFloor, case .number(let a) = value, case .number(let b) = other.value,
            let first = a.value, let second = b.value, a.unit == b.unit
        {
            return isFloor ? !(second < first) : !(first < second)
        }
        switch (value, other.value) {
        case (.date(let a), .date(let b)): return a.agrees(with: b)
        case (.weekday(let a), .weekday(let b)): return a == b
        case (.number(let a), .number(let b)):
            guard let first = a.value, let second = b.value else { return true }
            if case .currency(let one) = a.unit, case .currency(let two) = b.unit, one != two { return false }
            // 97 % and 97.4 %, 12 thousand and 12,480 may both be right.
            func rounds(_ number: WrittenNumber, _ exact: ExactNumber) -> Bool {
                number.value == exact
                    || ((number.isRound || exact.exponent < 0 || exact.exponent < number.precision)
                        && number.value == exact.rounded(to: number.precision))
            }
            return rounds(a, second) || rounds(b, first)
        default: return true
        }
    }

    /// How many digits both have, if one is the other with two digits swapped or, of three digits or more, one
    /// changed.
    func digitsOfSlip(from other: Fact) -> Int? {
        guard case .number(let a) = value, case .number(let b) = other.value, let first = a.value?.text,
            let second = b.value?.text, first.count == second.count, first.count > 1, a.unit == b.unit
        else { return nil }
        let wrong = zip(first, second).enumerated().filter { $0.element.0 != $0.element.1 }
        let isSwapped =
            wrong.count == 2 && wrong[1].offset == wrong[0].offset + 1 && wrong[0].element.0 == wrong[1].element.1
            && wrong[0].element.1 == wrong[1].element.0
        return isSwapped || (wrong.count == 1 && first.count > 2) ? first.count : nil
    }
}

/// A sentence or a part of it between commas.
struct Clause {
    /// Stems of the words that carry a meaning.
    var content: Set<String>
    var isDenied: Bool
    var words: Int
    /// The part as it is written.
    var text: String
}

/// A statement, analysed.
struct StatementFacts {
    let statement: Statement
    let tokens: [Token]
    private(set) var facts: [Fact] = []
    private(set) var clauses: [Clause] = []
    private(set) var dates: [WrittenDate] = []
    /// All words that carry a meaning.
    let words: Set<String>
    /// The tokens of each clause.
    private let ranges: [Int: Range<Int>]

    init(_ statement: Statement, language: String) {
        self.statement = statement
        tokens = Token.all(in: statement.text)
        words = Self.content(tokens[...], language)
        var ranges: [Int: Range<Int>] = [:]
        for (index, token) in tokens.enumerated() {
            ranges[token.clause] = (ranges[token.clause]?.lowerBound ?? index)..<index + 1
        }
        self.ranges = ranges
        dates = WrittenDate.all(in: tokens, language: language)
        collectFacts(language)
        collectClauses(language)
    }

    /// The most figures of a statement that is compared.
    private static let most = 32

    static func content(_ tokens: ArraySlice<Token>, _ language: String) -> Set<String> {
        Set(
            tokens.filter { $0.kind == .word && !Vocabulary.isEmpty($0.key, language) }.map {
                Vocabulary.unit($0.key, language)
            })
    }

    /// The tokens of the clause in which a token stands.
    private func clause(of index: Int) -> Range<Int> { ranges[tokens[index].clause] ?? index..<index + 1 }

    private func isAsked(_ range: Range<Int>) -> Bool {
        // The sign that ends a clause belongs to it.
        let rest = tokens[range.lowerBound...].first { $0.kind == .sign && [".", "!", "?", "…"].contains($0.text) }
        return rest?.text == "?"
    }

    // MARK: Facts

    private mutating func collectFacts(_ language: String) {
        let numbers = WrittenNumber.all(in: tokens, language: language, dates: dates)
        // A text with more is a table.
        guard numbers.count + dates.count <= Self.most else { return }
        let taken = dates.map(\.tokens) + numbers.map(\.tokens)
        for (index, number) in numbers.enumerated() where number.value != nil {
            let key: String
            switch number.unit {
            case .none: continue
            case .percent: key = "percent"
            case .currency: key = "money"
            case .clock: key = "clock"
            case .noun(let noun): key = "noun " + noun
            }
            let isLeastPrice =
                key == "money" && isFloor(number.tokens, in: clause(of: number.tokens.lowerBound), language)
            guard isLeastPrice || !isVague(number.tokens, language), !isRange(number.tokens, numbers, index) else {
                continue
            }
            add(key, .number(number), number.written, number.tokens, without: taken, language)
        }
        for date in dates where date.day != nil && !isVague(date.tokens, language) {
            let next = tokens.indices.contains(date.tokens.upperBound) ? tokens[date.tokens.upperBound].key : ""
            guard dates.count == 1, !["to", "–", "-", "bis", "until"].contains(next) else { continue }
            add("date", .date(date), date.written, date.tokens, without: taken, language)
        }
        let days = tokens.indices.filter { index in
            tokens[index].kind == .word && tokens[index].isCapitalised
                && WrittenDate.weekday(tokens[index].key, language) != nil
                && !taken.contains { $0.contains(index) }
        }
        if days.count == 1, let day = WrittenDate.weekday(tokens[days[0]].key, language) {
            add("weekday", .weekday(day), tokens[days[0]].text, days[0]..<days[0] + 1, without: taken, language)
        }
    }

    private mutating func add(
        _ key: String, _ value: Fact.Value, _ written: String, _ range: Range<Int>, without taken: [Range<Int>],
        _ language: String
    ) {
        let clause = clause(of: range.lowerBound)
        guard !isAsked(clause) else { return }
        let isFloor = key == "money" && isFloor(range, in: clause, language)
        // What makes it a least price is said by `isFloor`.
        let floor = isFloor ? range.lowerBound - 2..<range.lowerBound : 0..<0
        let others = clause.filter { index in
            !floor.contains(index) && !taken.contains { $0.contains(index) } && !range.contains(index)
        }
        var context: Set<String> = []
        for index in others { context.formUnion(Self.content(tokens[index..<index + 1], language)) }
        // Another figure in the clause, such as a year, is a part of what it says.
        for figure in taken where figure != range && clause.contains(figure.lowerBound) {
            context.insert("#" + WrittenDate.words(tokens[figure]))
        }
        let noun = key.hasPrefix("noun ") ? String(key.dropFirst(5)) : nil
        if let noun { context.remove(noun) }
        // In "2-year warranty" the year is what is counted, and no limit.
        let limits = Set(
            others.map { tokens[$0].key }.filter {
                Vocabulary.limits($0, language) && Vocabulary.unit($0, language) != noun
            })
        facts.append(
            Fact(key: key, value: value, written: written, context: context, limits: limits, isFloor: isFloor))
    }

    /// Whether "from" stands before an amount as before a least price, and not as in "reduced from".
    private func isFloor(_ range: Range<Int>, in clause: Range<Int>, _ language: String) -> Bool {
        let word = range.lowerBound - 1
        guard clause.contains(word), tokens[word].key == (language == "de" ? "ab" : "from") else { return false }
        guard clause.contains(word - 1) else { return true }
        return ["start", "starts", "starting", "available", "yours", "now", "prices", "schon", "bereits", "jetzt"]
            .contains(tokens[word - 1].key)
    }

    /// Whether words such as "about" or "more than" stand before it.
    private func isVague(_ range: Range<Int>, _ language: String) -> Bool {
        tokens[max(0, range.lowerBound - 2)..<range.lowerBound].contains { Vocabulary.isVague($0.key, language) }
    }

    /// Whether it begins or ends a range: 9 to 15, 9–15.
    private func isRange(_ range: Range<Int>, _ numbers: [WrittenNumber], _ index: Int) -> Bool {
        func joins(_ low: Int, _ high: Int) -> Bool {
            high - low == 1
                && ["to", "–", "-", "—", "bis", "/", "x", "×", "of", "von", "or", "oder"].contains(tokens[low].key)
        }
        if index > 0, joins(numbers[index - 1].tokens.upperBound, range.lowerBound) { return true }
        return index + 1 < numbers.count && joins(range.upperBound, numbers[index + 1].tokens.lowerBound)
    }

    // MARK: Clauses

    private mutating func collectClauses(_ language: String) {
        var start = 0
        while start < tokens.count {
            let range = clause(of: start).clamped(to: start..<tokens.count)
            defer { start = max(start + 1, range.upperBound) }
            let part = tokens[range], words = part.filter { $0.kind == .word }
            let denials = words.filter { Vocabulary.denies($0.key, language) }
            let softens = zip(words, words.dropFirst()).contains {
                Vocabulary.denies($0.key, language) && Vocabulary.softensDenial($1.key, language)
            }
            guard denials.count < 2, !softens, !isAsked(range) else { continue }
            var content = Self.content(part, language)
            for token in part where token.kind == .digits { content.insert(token.text) }
            content.subtract(denials.map { Vocabulary.unit($0.key, language) })
            clauses.append(
                Clause(content: content, isDenied: !denials.isEmpty, words: words.count, text: WrittenDate.words(part)))
        }
    }
}
