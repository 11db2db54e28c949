// What dictionaries said of words, and when voices are heard: kept from one proofreading to the next, since both cost
// more than all of its rules. An answer counts for the very same question alone.
import Digests

public struct ProofAnswers: Codable, Sendable, Hashable {
    /// What the dictionaries of a language say.
    public struct Words: Codable, Sendable, Hashable {
        /// A file that was looked for.
        public struct File: Codable, Sendable, Hashable {
            public var path: String
            /// nil: it is not there.
            public var digest: Digest?
            public init(path: String, digest: Digest?) {
                self.path = path
                self.digest = digest
            }
        }

        /// A BCP 47 tag.
        public var language: String
        public var dictionaries: [File]
        /// Whether one of them could be read; if not, nothing was looked up.
        public var isChecked: Bool
        public var right: [String] = []
        public var wrong: [String] = []
        /// What may be meant by a wrong word, as far as it was asked.
        public var meant: [String: [String]] = [:]

        public init(language: String, dictionaries: [File], isChecked: Bool) {
            self.language = language
            self.dictionaries = dictionaries
            self.isChecked = isChecked
        }

        public var answers: SpellingAnswers {
            SpellingAnswers(
                isChecked: isChecked,
                unknown: Dictionary(wrong.map { ($0, meant[$0] ?? []) }, uniquingKeysWith: { first, _ in first }))
        }
    }

    /// When the voices of a mix are heard.
    public struct Speech: Codable, Sendable, Hashable {
        /// Of the mix as JSON.
        public var mix: Digest
        /// Lengths, in steps of 50 ms: silence and voice in turn, beginning with silence.
        public var runs: [Int]

        public init(mix: Digest, steps: [Bool]) {
            self.mix = mix
            runs = []
            var last = false, count = 0
            for step in steps {
                if step != last {
                    runs.append(count)
                    (last, count) = (step, 0)
                }
                count += 1
            }
            runs.append(count)
        }

        /// Whether a voice is heard in each step.
        public var steps: [Bool] {
            runs.enumerated().flatMap { [Bool](repeating: $0.offset % 2 == 1, count: max(0, $0.element)) }
        }
    }

    public var words: [Words] = []
    public var speech: [Speech] = []
    public init() {}
}
