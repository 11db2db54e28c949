// What proofreading finds by comparing texts with their sources, with each other and with the brief. An id is that of
// its check; profiles and specs decide the severity.

public enum WordingProblem: Sendable {
    /// `numbers`: those of the text that no other source explains.
    case otherNumber(text: String, numbers: [String], source: String, value: String, holder: Place, at: Place)
    case otherUnit(text: String, number: String, source: String, value: String, holder: Place, at: Place)
    case otherWords(text: String, source: String, value: String, holder: Place, at: Place)
    case unbound(number: String, text: String, at: Place)
    /// Two statements about the same thing; `kind` and `otherKind` are "caption", "text" and so on.
    case numbers(String, other: String, text: String, otherText: String, otherKind: String, holder: Place, at: Place)
    case slip(String, other: String, text: String, otherText: String, otherKind: String, holder: Place, at: Place)
    case dates(String, other: String, text: String, otherText: String, otherKind: String, holder: Place, at: Place)
    case weekday(String, written: String, is: String, at: Place)
    case noDay(String, at: Place)
    case denial(text: String, otherText: String, otherKind: String, isDenied: Bool, holder: Place, at: Place)
    case name(String, usual: String, holder: Place, at: Place)
    case address(
        String, usual: String, text: String, otherText: String, otherKind: String, holder: Place, at: Place)
    /// `example`: a number as the language writes it.
    case notation(String, example: String, text: String, at: Place)
    /// `kind`: of the statement that says it.
    case forbidden(String, kind: String, text: String, holder: Place, at: Place)
    /// The part of a text that a program left there.
    case template(String, in: String, at: Place)
    case placeholder(String, in: String, at: Place)
    case unsaid(String, missing: [String], at: Place)
    /// A caption of which the narration has hardly a word. `voice`: what is said meanwhile, at `holder`.
    case notSaid(String, voice: String, holder: Place, at: Place)
    case misspelled(String, meant: [String], text: String, at: Place)
    case noDictionary(String, at: Place)
    case doubled(String, text: String, at: Place)
    case otherLanguage(String, declared: String, text: String, at: Place)

    private static let languages = ["en": "English", "de": "German", "fr": "French", "es": "Spanish"]

    private static func at(_ place: Place) -> String { "\(place.file):\(place.line):\(place.column)" }

    public var words: (id: String, message: String, hint: String?, place: Place) {
        switch self {
        case .otherNumber(let text, let numbers, let source, let value, let holder, let at):
            let own = numbers.map { "'\($0)'" }.joined(separator: ", ")
            let says = own.isEmpty ? "names no number" : "says \(own)"
            return (
                "P13.source",
                "\(quoted(text)) \(says), but its source '\(source)' says '\(value)' (\(Self.at(holder)))",
                "correct the text, or the source if it is wrong", at
            )
        case .otherUnit(let text, let number, let source, let value, let holder, let at):
            return (
                "P13.source",
                "\(quoted(text)) says '\(number)', but its source '\(source)' says '\(value)' (\(Self.at(holder))), in "
                    + "another unit",
                "correct the text, or the source if it is wrong", at
            )
        case .otherWords(let text, let source, let value, let holder, let at):
            return (
                "P13.source",
                "\(quoted(text)) does not contain '\(value)', which its source '\(source)' says (\(Self.at(holder)))",
                "correct the text, or the source if it is wrong", at
            )
        case .numbers(let number, let other, let text, let otherText, let otherKind, let holder, let at):
            return (
                "P14.number",
                "\(quoted(text)) says '\(number)', but the \(otherKind) \(quoted(otherText)) says '\(other)' "
                    + "(\(Self.at(holder)))",
                "correct one of them; if both are right, say what each number counts", at
            )
        case .slip(let number, let other, let text, let otherText, let otherKind, let holder, let at):
            return (
                "P14.slip",
                "\(quoted(text)) says '\(number)', but the \(otherKind) \(quoted(otherText)) says '\(other)' "
                    + "(\(Self.at(holder)))",
                "look whether one of the two is a slip; if both are right, say what each number counts", at
            )
        case .dates(let date, let other, let text, let otherText, let otherKind, let holder, let at):
            return (
                "P14.date",
                "\(quoted(text)) says '\(date)', but the \(otherKind) \(quoted(otherText)) says '\(other)' "
                    + "(\(Self.at(holder)))",
                "correct one of them", at
            )
        case .weekday(let weekday, let written, let day, let at):
            return (
                "P14.date", "'\(written)' is a \(day), not a \(weekday)", "correct the weekday or the date", at
            )
        case .noDay(let written, let at):
            return ("P14.date", "there is no '\(written)'", "correct the date", at)
        case .denial(let text, let otherText, let otherKind, let isDenied, let holder, let at):
            return (
                "P14.polarity",
                "\(quoted(text)) \(isDenied ? "denies" : "says") what the \(otherKind) \(quoted(otherText)) "
                    + "\(isDenied ? "says" : "denies") (\(Self.at(holder)))",
                "correct one of them", at
            )
        case .name(let name, let usual, let holder, let at):
            return (
                "P14.name", "'\(name)' is written '\(usual)' elsewhere (\(Self.at(holder)))",
                "write a name in one way; if they are two names, set the check P14.name to off", at
            )
        case .address(let written, let usual, let text, let otherText, let otherKind, let holder, let at):
            let other = otherText == usual ? otherKind : "\(otherKind) \(quoted(otherText))"
            return (
                "P14.address",
                "\(quoted(text)) says '\(written)', but the \(other) says '\(usual)' (\(Self.at(holder)))",
                "correct one of them; if there are two addresses, set the check P14.address to off", at
            )
        case .notation(let number, let example, let text, let at):
            return (
                "P16.notation",
                "\(quoted(text)) has '\(number)', but the language of the film writes numbers as '\(example)'",
                "write it so, or declare another language in 'video.language'", at
            )
        case .forbidden(let words, let kind, let text, let holder, let at):
            return (
                "P15.forbidden",
                "the \(kind) \(quoted(text)) says '\(words)', which the brief forbids (\(Self.at(holder)))",
                "write it in another way, or change 'brief.must_not'", at
            )
        case .template(let part, let text, let at):
            return (
                "P15.template", "\(quoted(text)) holds '\(part)', which viewers should not see",
                "fill or correct it where the spec is made; if it is meant, set 'acceptance: { checks: { P15.template: off } }'",
                at
            )
        case .placeholder(let part, let text, let at):
            return (
                "P15.placeholder", "\(quoted(text)) holds '\(part)', a placeholder", "write what should stand there", at
            )
        case .unsaid(let text, let missing, let at):
            return (
                "P15.unsaid",
                "no text, caption or narration says \(quoted(text)): "
                    + missing.prefix(6).map { "'\($0)'" }.joined(separator: ", ")
                    + " \(missing.count == 1 ? "is" : "are") missing",
                "say it, or let a reviewer find it in other words", at
            )
        case .notSaid(let text, let voice, let holder, let at):
            return (
                "P12.words",
                "the voice does not say \(quoted(text)): it says \(quoted(voice)) (\(Self.at(holder)))",
                "name the captions of this recording, or correct 'says'", at
            )
        case .misspelled(let word, let meant, let text, let at):
            let means = meant.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
            return (
                "P16.spelling", "no dictionary has the word '\(word)' of \(quoted(text))",
                (means.isEmpty ? "" : "did you mean \(means)? ") + "if it is right, add it to the spec's 'words'", at
            )
        case .doubled(let word, let text, let at):
            return ("P16.doubled", "'\(word)' stands twice in \(quoted(text))", "remove one of them", at)
        case .noDictionary(let language, let at):
            return (
                "P16.dictionary", "spelling is not checked: no dictionary for '\(language)' is installed",
                "install one for hunspell, such as Debian's hunspell-en-us or hunspell-de-de", at
            )
        case .otherLanguage(let language, let declared, let text, let at):
            return (
                "P16.language",
                "\(quoted(text)) seems to be \(Self.languages[language] ?? language), but 'video.language' is "
                    + "'\(declared)'",
                "declare the language of the texts, or name the right file", at
            )
        case .unbound(let number, let text, let at):
            return (
                "P13.unbound", "'\(number)' in \(quoted(text)) names no source",
                "add 'source: FILE#VALUE' to the text, or list the number in 'numbers.unbound'", at
            )
        }
    }
}
