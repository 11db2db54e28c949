// What proofreading finds in the languages of a film. An id is that of its check; profiles and specs decide the severity.

public enum TranslationProblem: Sendable {
    case missing(key: String, text: String, language: String, at: Place)
    case stale(key: String, source: String, now: String, at: Place)
    case unknown(key: String, known: [String], at: Place)
    /// `language`: that of the spec, whose file is used.
    case voice(file: String, language: String, at: Place)
    case captions(file: String, language: String, at: Place)

    public var words: (id: String, message: String, hint: String?, place: Place) {
        switch self {
        case .missing(let key, let text, let language, let at):
            return (
                "P17.missing", "\(quoted(text)) is not translated into '\(language)'",
                "add '\(key)' to its file of texts; 'vgraph texts extract' does so", at
            )
        case .stale(let key, let source, let now, let at):
            return (
                "P17.stale",
                "the translation of '\(key)' was made from \(quoted(source)), but the spec now says \(quoted(now))",
                "look at it again, then write the new text as its 'source'", at
            )
        case .unknown(let key, let known, let at):
            return (
                "P17.unknown", "the spec has no text '\(key)'",
                didYouMean(key, among: known).map { "did you mean '\($0)'?" } ?? "the text was removed or renamed", at
            )
        case .voice(let file, let language, let at):
            return (
                "P17.voice", "the voice '\(file)' is the one of the film in '\(language)'",
                "name a recording in 'languages', under 'files'", at
            )
        case .captions(let file, let language, let at):
            return (
                "P17.captions", "'\(file)' is the file of the film in '\(language)'",
                "name one in 'languages', as 'captions' or under 'files'", at
            )
        }
    }
}
