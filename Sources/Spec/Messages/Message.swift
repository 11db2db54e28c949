// What stands in `{{…}}` behind a comma: a subset of ICU MessageFormat. `{{count, plural, one {# plant} other {#
// plants}}}`, `{{place, selectordinal, one {#st} two {#nd} few {#rd} other {#th}}}`, `{{plan, select, monthly {a month}
// other {a year}}}`, `{{price, currency EUR}}`, `{{share, percent}}`, `{{n, number}}`, `{{day, date long}}`. A text of
// a form may contain templates; `#` is the number.
import Diagnostics

/// A text of a plural or a select, by its selector: "one", "=0", "other".
struct MessageChoice {
    var selector: String
    var text: String
}

enum Message {
    case plural([MessageChoice])
    case ordinal([MessageChoice])
    case select([MessageChoice])
    case number(decimals: Int?)
    case percent(decimals: Int?)
    case currency(String, decimals: Int?)
    case date(String)

    static let forms = ["plural", "selectordinal", "select", "number", "percent", "currency", "date"]

    /// - text: what follows the name and its comma.
    init(_ text: Substring, at place: Place) throws(LanguageProblem) {
        let text = trimmedBlanks(text)
        let kind = text.prefix { $0.isLetter }
        let rest = trimmedBlanks(text[kind.endIndex...])
        switch kind {
        case "plural": self = .plural(try Self.choices(rest, of: "plural", at: place))
        case "selectordinal": self = .ordinal(try Self.choices(rest, of: "selectordinal", at: place))
        case "select": self = .select(try Self.choices(rest, of: "select", at: place))
        case "number": self = .number(decimals: try Self.decimals(rest, at: place))
        case "percent": self = .percent(decimals: try Self.decimals(rest, at: place))
        case "currency":
            let words = rest.split(separator: " ", maxSplits: 1)
            let code = words.first.map(String.init) ?? ""
            guard code.utf8.count == 3, code.utf8.allSatisfy({ (65...90).contains($0) }) else {
                throw .badCurrency(code, at: place)
            }
            self = .currency(code, decimals: try Self.decimals(words.count > 1 ? words[1] : "", at: place))
        case "date":
            guard ["full", "long", "medium", "short"].contains(rest) else {
                throw .badMessage(
                    "unknown form of a date '\(rest.prefix(40))'", hint: "use full, long, medium or short", at: place)
            }
            self = .date(String(rest))
        default:
            throw .badMessage(
                "unknown form '\(text.prefix(40))'",
                hint: suggestion(String(kind), among: Self.forms, label: "forms") ?? "", at: place)
        }
    }

    /// "0.00": two decimals; nothing: those of the number.
    private static func decimals(_ text: Substring, at place: Place) throws(LanguageProblem) -> Int? {
        let text = trimmedBlanks(text)
        if text.isEmpty { return nil }
        if text == "0" { return 0 }
        guard text.hasPrefix("0."), text.dropFirst(2).allSatisfy({ $0 == "0" }), (3...11).contains(text.count) else {
            throw .badMessage(
                "unknown number of decimals '\(text.prefix(40))'", hint: "use 0, 0.0, 0.00 …", at: place)
        }
        return text.count - 2
    }

    private static func choices(_ text: Substring, of kind: String, at place: Place) throws(LanguageProblem)
        -> [MessageChoice]
    {
        var rest = text
        guard rest.first == "," else {
            throw .badMessage(
                "a '\(kind)' needs a comma and its texts", hint: "write {{name, \(kind), other {…}}}", at: place)
        }
        rest = trimmedBlanks(rest.dropFirst())
        var choices: [MessageChoice] = []
        while !rest.isEmpty {
            let selector = rest.prefix { !$0.isWhitespace && $0 != "{" && $0 != "}" }
            let body = trimmedBlanks(rest[selector.endIndex...])
            guard !selector.isEmpty, body.first == "{", let close = end(of: body) else {
                throw .badMessage(
                    "the texts of a '\(kind)' cannot be read at '\(rest.prefix(30))'",
                    hint: "each is a selector and a text in braces: other {# plants}", at: place)
            }
            guard !choices.contains(where: { $0.selector == selector }) else {
                throw .badMessage("'\(selector)' occurs twice in a '\(kind)'", hint: "remove one of them", at: place)
            }
            choices.append(
                MessageChoice(
                    selector: String(selector), text: String(body[body.index(after: body.startIndex)..<close])))
            rest = trimmedBlanks(body[body.index(after: close)...])
            guard choices.count <= 100 else {
                throw .badMessage("a '\(kind)' has more than 100 texts", hint: "use fewer", at: place)
            }
        }
        return choices
    }

    /// The brace that closes the first one.
    private static func end(of text: Substring) -> Substring.Index? {
        var depth = 0
        for index in text.indices {
            if text[index] == "{" { depth += 1 }
            if text[index] == "}" {
                depth -= 1
                if depth == 0 { return index }
            }
        }
        return nil
    }
}

func trimmedBlanks(_ text: Substring) -> Substring {
    var text = text
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
}

extension Message {
    /// The message for a value, in a language.
    /// - Parameter fill: fills in the templates of a chosen text.
    func text(
        of value: PropValue, named name: String, language: String, at place: Place, fill: (String) -> String
    ) throws(LanguageProblem) -> String {
        func number() throws(LanguageProblem) -> Double {
            switch value {
            case .number(let number): return number
            case .integer(let number): return Double(number)
            default: throw .notANumber(name, found: String(value.text.prefix(60)), at: place)
            }
        }
        func forms(_ what: String) throws(LanguageProblem) -> LanguageForms {
            guard let forms = LanguageForms.of(language) else {
                throw .noRules(language, what: what, known: LanguageForms.known, at: place)
            }
            return forms
        }
        switch self {
        case .number(let decimals): return try forms("form of numbers").number(try number(), decimals: decimals)
        case .percent(let decimals):
            return try forms("form of percentages").percentage(try number(), decimals: decimals)
        case .currency(let code, let decimals):
            return try forms("form of currencies").currency(try number(), code, decimals: decimals)
        case .date(let style):
            guard let day = CalendarDay(value.text) else {
                throw .notADate(name, found: String(value.text.prefix(60)), at: place)
            }
            return try forms("form of dates").date(day, style: style) ?? value.text
        case .select(let choices):
            guard let found = choices.first(where: { $0.selector == value.text }) ?? choices.first(where: \.isOther)
            else { throw .noChoice(value.text, name: name, known: choices.map(\.selector), at: place) }
            return fill(found.text)
        case .plural(let choices):
            return try chosen(choices, "plural forms", PluralRules.of(language), PluralRules.known)
        case .ordinal(let choices):
            return try chosen(choices, "ordinal forms", PluralRules.ordinals(of: language), PluralRules.known)
        }
        func chosen(
            _ choices: [MessageChoice], _ what: String, _ rules: PluralRules?, _ known: [String]
        ) throws(LanguageProblem) -> String {
            let amount = try number()
            guard let rules else { throw .noRules(language, what: what, known: known, at: place) }
            try Self.check(choices, rules, language, at: place)
            let written = plainNumber(amount)
            let exact = choices.first { $0.selector == "=" + written }
            guard let operands = PluralRules.Operands(written) else {
                throw .notANumber(name, found: written, at: place)
            }
            let form = rules.form(operands).rawValue
            guard let found = exact ?? choices.first(where: { $0.selector == form }) ?? choices.first(where: \.isOther)
            else {
                throw .missingForm([form], of: language, known: rules.forms.map(\.rawValue), at: place)
            }
            guard Self.hasNumber(found.text) else { return fill(found.text) }
            let shown = try forms("form of numbers").number(amount)
            return fill(Self.withNumber(found.text, shown))
        }
    }

    private static func check(_ choices: [MessageChoice], _ rules: PluralRules, _ language: String, at place: Place)
        throws(LanguageProblem)
    {
        let known = rules.forms.map(\.rawValue)
        for choice in choices {
            if choice.selector.hasPrefix("="), Double(choice.selector.dropFirst()) != nil { continue }
            guard known.contains(choice.selector) || choice.isOther else {
                throw .unknownForm(choice.selector, of: language, known: known, at: place)
            }
        }
        let missing = rules.needed.map(\.rawValue).filter { form in !choices.contains { $0.selector == form } }
        guard missing.isEmpty else { throw .missingForm(missing, of: language, known: known, at: place) }
    }

    /// `#` outside of nested braces.
    private static func hasNumber(_ text: String) -> Bool { withNumber(text, "") != text }

    private static func withNumber(_ text: String, _ number: String) -> String {
        var out = "", depth = 0
        for letter in text {
            if letter == "{" { depth += 1 }
            if letter == "}" { depth -= 1 }
            if letter == "#", depth == 0 { out += number } else { out.append(letter) }
        }
        return out
    }
}

extension MessageChoice {
    fileprivate var isOther: Bool { selector == "other" }
}
