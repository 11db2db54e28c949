// Finds names that are written in two ways: Anna and Ana, YouTube and Youtube. Knows no names: what is capitalised
// within a sentence, in English, is one.
import Diagnostics

struct NameSpellings {
    private struct Use {
        var owner: Int
        var isWithin: Bool
    }

    private static let articles: Set<String> = [
        "der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "einer", "eines", "kein", "keine",
        "im", "am", "zum", "zur", "vom", "beim", "ins", "mein", "meine", "dein", "deine", "ihr", "ihre", "unser",
        "unsere", "jede", "jeder", "jedes", "diese", "dieser", "dieses", "alle", "mehr", "viele",
    ]

    private let analysed: [StatementFacts]
    private let language: String
    private var uses: [String: [Use]] = [:]

    init(_ analysed: [StatementFacts], language: String) {
        self.analysed = analysed
        self.language = language
        var small: Set<String> = []
        for one in analysed {
            for token in one.tokens where token.kind == .word && !token.isCapitalised { small.insert(token.key) }
            // German capitalises nouns; what has an article is one.
            guard language == "de" else { continue }
            for (before, token) in zip(one.tokens, one.tokens.dropFirst()) where Self.articles.contains(before.key) {
                small.insert(token.key)
            }
        }
        for (index, one) in analysed.enumerated() where one.statement.kind.isPartOfTheFilm {
            let words = one.tokens.filter { $0.kind == .word }
            // In a Title Case Line every word is capitalised.
            let isTitle = words.count > 2 && words.count(where: \.isCapitalised) * 10 >= words.count * 6
            for token in words where token.isCapitalised && !token.isAllCapitals && (3...40).contains(token.text.count)
            {
                guard token.text.allSatisfy(\.isLetter), !small.contains(token.key),
                    !Vocabulary.isEmpty(token.key, language),
                    WrittenDate.month(token.key, language) == nil, WrittenDate.weekday(token.key, language) == nil
                else { continue }
                uses[token.text, default: []].append(Use(owner: index, isWithin: !token.opensSentence && !isTitle))
            }
        }
    }

    func problems() -> [WordingProblem] {
        let names = uses.keys.sorted()
        guard names.count > 1, names.count < 5000 else { return [] }
        // Neighbours share what is left when one letter is taken out, or their letters without case.
        var buckets: [String: Set<String>] = [:]
        for name in names {
            let letters = Array(name.lowercased())
            buckets[String(letters), default: []].insert(name)
            for index in letters.indices {
                buckets[String(letters[..<index] + letters[(index + 1)...]), default: []].insert(name)
            }
        }
        var told: Set<String> = [], problems: [(at: Int, problem: WordingProblem)] = []
        for bucket in buckets.values where bucket.count > 1 && bucket.count < 50 {
            for rare in bucket {
                for usual in bucket where usual != rare && !told.contains(rare) {
                    guard let place = holder(of: usual, against: rare) else { continue }
                    told.insert(rare)
                    let owner = uses[rare]![0].owner
                    problems.append(
                        (owner, .name(rare, usual: usual, holder: place, at: analysed[owner].statement.place)))
                }
            }
        }
        return problems.sorted { $0.at < $1.at }.map(\.problem)
    }

    /// Where the usual spelling stands, if `rare` is another spelling of it.
    private func holder(of usual: String, against rare: String) -> Place? {
        let common = uses[usual]!, once = uses[rare]!
        // What only opens sentences may be any word.
        let mayBeWord = !once.contains(where: \.isWithin)
        guard common.contains(where: \.isWithin),
            Self.isVariant(rare, usual, language: mayBeWord ? "" : language)
        else { return nil }
        let isRarer = Set(common.map(\.owner)).count > 1 && once.count == 1
        let owner = once[0].owner
        // Once each: only if both are on screen together, and the one to correct is the one that is not drawn.
        let near = common.first { use in
            let statement = analysed[use.owner].statement, other = analysed[owner].statement
            return use.owner != owner && statement.kind != other.kind && statement.meets(other)
                && (statement.kind.isShown || statement.kind == .title)
        }
        guard isRarer || (common.count == 1 && once.count == 1 && near != nil) else { return nil }
        return analysed[(near ?? common[0]).owner].statement.place
    }

    /// Whether two capitalised words are most likely the same name.
    static func isVariant(_ one: String, _ other: String, language: String) -> Bool {
        let a = Array(one.lowercased()), b = Array(other.lowercased())
        guard a.first == b.first else { return false }
        if a == b {
            // Only capitals within a word are a matter of spelling: YouTube.
            return one.dropFirst().contains(where: \.isUppercase) || other.dropFirst().contains(where: \.isUppercase)
        }
        let long = a.count > b.count ? a : b, short = a.count > b.count ? b : a
        if long.count == short.count + 1 {
            for index in long.indices.dropFirst() {
                guard Array(long[..<index] + long[(index + 1)...]) == short else { continue }
                // A letter at the end is a plural or a genitive.
                let next = index + 1 < long.count ? long[index + 1] : " "
                let isDouble = long[index] == long[index - 1] || long[index] == next
                return isDouble || (language == "en" && long.count > 5 && index + 1 < long.count)
            }
            return false
        }
        guard long.count == short.count else { return false }
        let wrong = zip(a, b).enumerated().filter { $0.element.0 != $0.element.1 }
        if wrong.count == 1, let (offset, pair) = wrong.first.map({ ($0.offset, $0.element) }) {
            let alike: [Set<Character>] = [["i", "y"], ["c", "k"], ["s", "z"], ["v", "w"]]
            return a.count > 3 && offset > 0 && offset + 1 < a.count && alike.contains([pair.0, pair.1])
        }
        return wrong.count == 2 && language == "en" && a.count > 4 && wrong[1].offset == wrong[0].offset + 1
            && wrong[0].element.0 == wrong[1].element.1 && wrong[0].element.1 == wrong[1].element.0
            && wrong[0].offset > 0
    }
}
