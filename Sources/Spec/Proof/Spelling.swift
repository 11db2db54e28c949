// P16: texts are spelled as the dictionaries of their language have it, and captions are in the declared language.
import Composition
import Diagnostics

/// What the machine's dictionaries say of the words of a draft.
public struct SpellingAnswers: Sendable {
    /// Whether there is a dictionary of the language; if not, nothing was checked.
    public var isChecked = false
    /// Words that no dictionary has, with what may be meant, as far as `Draft.suspects` asks for it.
    public var unknown: [String: [String]] = [:]
    public init(isChecked: Bool = false, unknown: [String: [String]] = [:]) {
        self.isChecked = isChecked
        self.unknown = unknown
    }
}

/// A word to be looked up.
private struct SpelledWord {
    var text: String
    /// Whether a capital may only come from the beginning of a sentence.
    var opensSentence: Bool
}

extension Draft {
    /// The words to look up, each once. Names, abbreviations, numbers and addresses are not among them as far as their
    /// look tells.
    public var spelledWords: [String] {
        let own = Set(words.map { $0.lowercased() })
        return Set(statements.filter(\.isSpelled).flatMap { $0.spelledWords.map(\.text) }).filter {
            !own.contains($0.lowercased())
        }.sorted()
    }

    /// Of words that no dictionary has, those for which it makes a difference what may be meant: dictionaries take 40
    /// to 100 ms for each, and of a name within a sentence nothing is said.
    public func suspects(among unknown: [String]) -> [String] {
        guard !unknown.isEmpty else { return [] }
        let language = primaryLanguage(video.language), unknown = Set(unknown)
        let statements = statements.filter(\.isSpelled), uses = statements.uses
        let words = statements.flatMap(\.spelledWords).filter { unknown.contains($0.text) }
        let names = words.filter { $0.isCapitalised && $0.mayBeTypo(uses, language: language) }
        let others = Set(words.lazy.filter { !$0.isCapitalised }.map(\.text)).sorted()
        return Set(names.map(\.text)).sorted() + others.prefix(Self.mostExplained)
    }

    /// Words in small letters that are told with what may be meant; the others are told without.
    private static let mostExplained = 20
}

extension SpelledWord {
    fileprivate var isCapitalised: Bool { text.first?.isUppercase == true }

    /// A name is written so as well, but not once, at the beginning of a sentence, or in German.
    fileprivate func mayBeTypo(_ uses: [String: Int], language: String) -> Bool {
        text.count > 4 && uses[text] == 1 && (opensSentence || language == "de")
    }
}

extension [Statement] {
    /// How often each word is used.
    fileprivate var uses: [String: Int] {
        flatMap(\.spelledWords).reduce(into: [:]) { uses, word in uses[word.text, default: 0] += 1 }
    }
}

extension Statement {
    fileprivate var isSpelled: Bool { kind.isPartOfTheFilm }

    fileprivate var spelledWords: [SpelledWord] {
        let tokens = Token.all(in: text)
        return tokens.indices.compactMap { index in
            let token = tokens[index]
            guard token.kind == .word, token.text.count > 2, !token.isAllCapitals,
                !token.text.contains(where: { $0.isNumber || $0 == "&" }),
                !token.text.dropFirst().contains(where: \.isUppercase)
            else { return nil }
            // A unit, "10 kHz", or the ending of "3rd".
            if index > 0, tokens[index - 1].kind == .digits, token.text.count < 4 || !token.isSpaced { return nil }
            // "@name" with a space, "v1.2beta" and placeholders.
            if index > 0, !token.isSpaced, ["@", "#", "{", "/", "\\", "_"].contains(tokens[index - 1].text) {
                return nil
            }
            var text = token.text.replacing("’", with: "'")
            if text.hasSuffix("'s") { text.removeLast(2) }
            return SpelledWord(text: text, opensSentence: token.opensSentence)
        }
    }
}

extension ProofCheck {
    static let spelling = ProofCheck(
        "P16.spelling", "Words are spelled right",
        measures:
            "words of all texts, captions, narration and the title that no hunspell dictionary of 'video.language' has; "
            + "a capitalised one, which may be a name, only if it is used once and a word differs from it by one letter; "
            + "words in capitals, with digits, addresses and handles are not looked up",
        unit: "words", threshold: "0, besides those of 'words'",
        source: "hunspell and the dictionaries of the machine", changedBy: "words", severity: .warn,
        runbook: "correct the word, or add it to the spec's 'words'"
    ) { proof in
        let statements = proof.draft.statements.filter(\.isSpelled), uses = statements.uses
        return statements.flatMap { statement -> [ProofProblem] in
            var told: Set<String> = []
            return statement.spelledWords.compactMap { word in
                guard let meant = proof.spelling.unknown[word.text], told.insert(word.text).inserted else { return nil }
                if word.isCapitalised {
                    guard word.mayBeTypo(uses, language: proof.language),
                        meant.contains(where: {
                            differByOne(Array($0.lowercased()), Array(word.text.lowercased()))
                        })
                    else { return nil }
                }
                return .wording(
                    .misspelled(word.text, meant: meant, text: statement.text, at: statement.place))
            }
        }
    }

    static let doubled = ProofCheck(
        "P16.doubled", "No word stands twice in a row",
        measures:
            "two equal words next to each other in English texts, captions, narration and the title, if they are such "
            + "as no sentence has twice: articles, 'of', 'to', 'and', 'your' and the like",
        unit: "words", threshold: "0", source: "vgraph", changedBy: "scenes[].layers[].text", severity: .warn,
        runbook: "remove one of them"
    ) { proof in
        guard proof.language == "en" else { return [] }
        return proof.draft.statements.filter(\.isSpelled).compactMap { statement in
            let tokens = Token.all(in: statement.text)
            let second = tokens.indices.dropFirst().first { index in
                tokens[index].kind == .word && tokens[index].clause == tokens[index - 1].clause
                    && tokens[index].key == tokens[index - 1].key && neverTwice.contains(tokens[index].key)
            }
            return second.map { .wording(.doubled(tokens[$0].text, text: statement.text, at: statement.place)) }
        }
    }

    /// Not 'that', 'had', 'in' or 'is', which may stand twice: 'what it is is light'.
    private static let neverTwice: Set<String> = [
        "the", "a", "an", "of", "to", "and", "for", "with", "from", "your", "our", "my", "their", "its", "it", "at",
        "or",
        "we", "be", "are",
    ]

    static let unchecked = ProofCheck(
        "P16.dictionary", "There is a dictionary of the language",
        measures: "whether hunspell has a dictionary of 'video.language' on this machine", threshold: "there is one",
        source: "vgraph", changedBy: "video.language", severity: .info,
        runbook: "install it, for example Debian's hunspell-en-us, hunspell-en-gb or hunspell-de-de; without it no "
            + "spelling is checked"
    ) { proof in
        guard !proof.spelling.isChecked, !proof.draft.spelledWords.isEmpty else { return [] }
        return [.wording(.noDictionary(proof.video.language, at: proof.draft.written.fields.language))]
    }

    static let languages = ProofCheck(
        "P16.language", "Captions are in the declared language",
        measures:
            "frequent words of each caption and narration of six words or more, and of all of them together, in "
            + "English, German, French and Spanish",
        threshold: "not mostly those of another language", source: "vgraph", changedBy: "video.language",
        severity: .warn,
        runbook: "declare the language of the texts in 'video.language', or name the right caption file"
    ) { proof in
        let declared = proof.language
        var problems: [ProofProblem] = [], all: [String] = [], first: Statement?
        for statement in proof.draft.statements where statement.kind == .caption || statement.kind == .narration {
            let keys = Token.all(in: statement.text).filter { $0.kind == .word }.map(\.key)
            first = first ?? statement
            all += keys
            guard let other = StopWords.otherLanguage(of: keys, declared: declared) else { continue }
            problems.append(
                .wording(
                    .otherLanguage(other, declared: declared, text: statement.text, at: statement.place)))
        }
        if problems.isEmpty, let first, let other = StopWords.otherLanguage(of: all, declared: declared) {
            problems.append(.wording(.otherLanguage(other, declared: declared, text: first.text, at: first.place)))
        }
        return problems
    }

    /// Whether one letter is added, left out or changed, or two neighbours are swapped.
    private static func differByOne(_ a: [Character], _ b: [Character]) -> Bool {
        let long = a.count > b.count ? a : b, short = a.count > b.count ? b : a
        if long.count == short.count + 1 {
            return long.indices.contains { Array(long[..<$0] + long[($0 + 1)...]) == short }
        }
        guard long.count == short.count else { return false }
        let wrong = zip(a, b).enumerated().filter { $0.element.0 != $0.element.1 }
        return wrong.count == 1
            || (wrong.count == 2 && wrong[1].offset == wrong[0].offset + 1 && wrong[0].element.0 == wrong[1].element.1
                && wrong[0].element.1 == wrong[1].element.0)
    }
}
