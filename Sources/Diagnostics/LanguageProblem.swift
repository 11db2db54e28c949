// What can be wrong with the languages of a spec, with files of texts, and with messages that have forms.

public enum LanguageProblem: Problem {
    // The spec.
    case unknownLanguage(String, known: [String])
    case twoDefaults(String, video: String, at: Place)
    case sameLanguage(String, at: Place)
    case sameKey(String, first: Place, at: Place)
    /// A key of `files` that is neither an asset nor a path that the spec uses.
    case unknownFile(String, known: [String], at: Place)
    case unknownFont(String, known: [String], at: Place)

    // Files of texts.
    case notTexts(found: String, at: Place)
    case notAText(String, found: String, at: Place)
    case unknownPart(String, key: String, at: Place)
    case manyTexts(count: Int, limit: Int, at: Place)
    case longText(String, limit: Int, at: Place)
    case lostPlaceholder(String, key: String, source: String, at: Place)
    case addedPlaceholder(String, key: String, known: [String], at: Place)

    // Messages.
    case badMessage(String, hint: String, at: Place)
    case unknownForm(String, of: String, known: [String], at: Place)
    case missingForm([String], of: String, known: [String], at: Place)
    case noChoice(String, name: String, known: [String], at: Place)
    case noRules(String, what: String, known: [String], at: Place)
    case notANumber(String, found: String, at: Place)
    case notADate(String, found: String, at: Place)
    case badCurrency(String, at: Place)

    // Files for translators.
    case badXML(String, at: Place)
    case badPO(String, at: Place)
    case notXLIFF(found: String, at: Place)
    case exchangeLanguage(String, file: String, known: [String])
    case unknownExchange(String)
    case noLanguages(String)
    case noTexts(String, spec: String)
    case unreadable(String, reason: String)
    case manySpecs([String])

    public var diagnostic: Diagnostic {
        let (id, message, hint, place) = words
        return Diagnostic(id, message, hint: hint, at: place)
    }

    private var words: (String, String, String?, Place?) {
        switch self {
        case .unknownLanguage(let name, let known):
            return (
                "unknown-language", "the spec has no language '\(name)'",
                known.isEmpty
                    ? "add it: 'languages: { \(name): texts.\(name).yaml }'"
                    : suggestion(name, among: known, label: "languages declared here"), nil
            )
        case .twoDefaults(let language, let video, let at):
            return (
                "default-language", "'languages.default' is '\(language)', but 'video.language' is '\(video)'",
                "remove one of them", at
            )
        case .sameLanguage(let language, let at):
            return (
                "same-language", "'\(language)' is the language of the spec itself",
                "remove it; files of texts are for other languages", at
            )
        case .sameKey(let key, let first, let at):
            return (
                "duplicate-text-key", "two texts have the key '\(key)'; the first is at \(first.line):\(first.column)",
                "give one of them another 'key'", at
            )
        case .unknownFile(let name, let known, let at):
            return (
                "unknown-language-file", "the spec uses no asset or file '\(name)' that a language can replace",
                suggestion(name, among: known, label: "assets and files used here"), at
            )
        case .unknownFont(let name, let known, let at):
            return (
                "unknown-language-font", "the theme has no font '\(name)'",
                suggestion(name, among: known, label: "fonts of the theme"), at
            )
        case .notTexts(let found, let at):
            return (
                "not-texts", "a file of texts is a mapping of keys, not \(found)",
                "run 'vgraph texts extract' to make one", at
            )
        case .notAText(let key, let found, let at):
            return (
                "not-a-text", "the translation of '\(key)' is \(found)",
                "write a text, or '{ source: …, text: … }'", at
            )
        case .unknownPart(let name, let key, let at):
            return ("unknown-text-part", "'\(name)' is unknown in '\(key)'", "a text has 'source' and 'text'", at)
        case .manyTexts(let count, let limit, let at):
            return ("many-texts", "the file has \(count) texts, more than \(limit)", "split the film", at)
        case .longText(let key, let limit, let at):
            return ("long-text", "the translation of '\(key)' is longer than \(limit) bytes", nil, at)
        case .lostPlaceholder(let name, let key, let source, let at):
            return (
                "lost-placeholder", "the translation of '\(key)' lacks '{{\(name)}}'",
                "the source is \(quoted(source))", at
            )
        case .addedPlaceholder(let name, let key, let known, let at):
            return (
                "added-placeholder", "the translation of '\(key)' has '{{\(name)}}', which its source does not have",
                known.isEmpty
                    ? "the source has no placeholder" : suggestion(name, among: known, label: "those of the source"), at
            )
        case .badMessage(let reason, let hint, let at): return ("bad-message", reason, hint, at)
        case .unknownForm(let form, let language, let known, let at):
            return (
                "unknown-plural-form", "'\(language)' has no plural form '\(form)'",
                suggestion(form, among: known, label: "its forms") ?? "", at
            )
        case .missingForm(let forms, let language, let known, let at):
            let list = forms.map { "'\($0)'" }.joined(separator: ", ")
            return (
                "missing-plural-form",
                "the plural lacks \(list), which '\(language)' needs",
                "forms of '\(language)': \(known.joined(separator: ", "))", at
            )
        case .noChoice(let value, let name, let known, let at):
            return (
                "no-choice", "'select' has no text for '\(value)', the value of '\(name)', and no 'other'",
                suggestion(value, among: known, label: "its values"), at
            )
        case .noRules(let language, let what, let known, let at):
            return (
                "no-language-rules", "vgraph has no \(what) for the language '\(language)'",
                "languages that it knows: \(known.joined(separator: ", "))", at
            )
        case .notANumber(let name, let found, let at):
            return (
                "not-a-number", "'\(name)' is '\(found)', not a number", "declare its type: number or integer", at
            )
        case .notADate(let name, let found, let at):
            return (
                "not-a-date", "'\(name)' is '\(found)', not a date", "write it as YEAR-MONTH-DAY, such as 2026-03-04",
                at
            )
        case .badCurrency(let code, let at):
            return ("bad-currency", "'\(code)' is not a currency", "write its code of three letters, such as EUR", at)
        case .badXML(let reason, let at): return ("bad-xml", reason, nil, at)
        case .badPO(let reason, let at): return ("bad-po", reason, nil, at)
        case .notXLIFF(let found, let at):
            return (
                "not-xliff", "this is \(found), not XLIFF 2", "export XLIFF 2.0 from the translator's program", at
            )
        case .exchangeLanguage(let language, let file, let known):
            return (
                "exchange-language",
                language.isEmpty
                    ? "'\(file)' does not say its language"
                    : "'\(file)' has texts in '\(language)', and the spec does not declare that language",
                "languages with a file of texts: \(known.joined(separator: ", "))", nil
            )
        case .unknownExchange(let file):
            return (
                "unknown-exchange", "'\(file)' is neither XLIFF nor PO",
                "the name of the file ends in .xlf, .xliff, .po or .pot", nil
            )
        case .noLanguages(let spec):
            return (
                "no-languages", "'\(spec)' declares no other language",
                "add 'languages: { de: texts.de.yaml }' to it", nil
            )
        case .noTexts(let language, let spec):
            return (
                "no-texts", "the language '\(language)' of '\(spec)' has no file of texts",
                "add 'texts: texts.\(language).yaml' to it", nil
            )
        case .unreadable(let path, let reason):
            return ("texts-unreadable", "cannot read '\(path)': \(reason)", nil, nil)
        case .manySpecs(let specs):
            return (
                "many-specs",
                specs.isEmpty ? "there is no *.video.yaml here" : "there are \(specs.count) specs here",
                specs.isEmpty
                    ? "name the spec" : "name one: " + specs.prefix(8).joined(separator: ", "), nil
            )
        }
    }
}
