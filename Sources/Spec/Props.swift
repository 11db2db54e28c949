// The values of a spec's parameters: from --set, else the props file, else the default; each checked against its type.
import Composition
import Diagnostics
import YAML

enum PropValue: Sendable, Equatable {
    case string(String)
    case number(Double)
    case integer(Int)
    case boolean(Bool)
    case list([[String: PropValue]])

    /// As it stands in a text.
    var text: String {
        switch self {
        case .string(let value): value
        case .number(let value): plainNumber(value)
        case .integer(let value): String(value)
        case .boolean(let value): value ? "true" : "false"
        case .list: ""
        }
    }
}

struct PropValues {
    var values: [String: PropValue] = [:]
    var declarations: [Entry<PropDeclaration>]

    /// - set: what `--set` gives, name to text.
    init(_ declarations: [Entry<PropDeclaration>], file: Node?, set: [String: String], reader: Reader) {
        self.declarations = declarations
        let names = declarations.map(\.name)
        var given: [String: Node] = [:]
        if let file, !file.isNull {
            if let pairs = file.pairs {
                for pair in pairs {
                    if names.contains(pair.name) { given[pair.name] = pair.value }
                    else { reader.report(.unknownProp(pair.name, known: names, at: pair.key.place)) }
                }
            } else {
                reader.report(.wrongType("", expected: "a mapping of props", found: file.kindName, hint: nil, at: file.place))
            }
        }
        for (name, text) in set.sorted(by: { $0.key < $1.key }) {
            let excerpt = name + "=" + text
            guard let declaration = declarations.first(where: { $0.name == name }) else {
                reader.report(.unknownProp(name, known: names, at: Place(file: "--set", line: 1, column: 1, length: max(1, name.count), excerpt: excerpt)))
                continue
            }
            let place = Place(file: "--set", line: 1, column: name.count + 2, length: max(1, text.count), excerpt: excerpt)
            switch declaration.value.type {
            case .string, .color, .enum: given[name] = Node(.scalar(text, isPlain: false), at: place)
            case .list: given[name] = (try? YAML.parse(text: text, file: "--set")) ?? Node(.scalar(text, isPlain: false), at: place)
            default: given[name] = Node(.scalar(text, isPlain: true), at: place)
            }
        }
        for entry in declarations {
            let standard = entry.value.defaultValue.flatMap { Self.value(of: $0.node, entry.name, entry.value, reader) }
            if let node = given[entry.name] { values[entry.name] = Self.value(of: node, entry.name, entry.value, reader) }
            else if entry.value.defaultValue == nil { reader.report(.propWithoutValue(entry.name, at: entry.place)) }
            else { values[entry.name] = standard }
        }
    }

    private static func value(of node: Node, _ name: String, _ declaration: PropDeclaration, _ reader: Reader) -> PropValue? {
        func wrong(_ expected: String) -> PropValue? {
            let found = node.text.map { node.isNull ? "nothing" : "'" + $0.prefix(60) + "'" } ?? node.kindName
            reader.report(.propType(name, expected: expected, found: found, at: node.place))
            return nil
        }
        func inRange(_ number: Double, _ what: String) -> Bool {
            if let least = declaration.minimum, number < least {
                reader.report(.propRange(name, what, limit: "at least \(plainNumber(least))", at: node.place))
                return false
            }
            if let most = declaration.maximum, number > most {
                reader.report(.propRange(name, what, limit: "at most \(plainNumber(most))", at: node.place))
                return false
            }
            return true
        }
        switch declaration.type {
        case .string:
            guard let text = node.text, !node.isNull, isQuoted(node) || node.string != nil else { return wrong("a text") }
            if let limit = declaration.maximumLength, text.count > limit {
                reader.report(.propLength(name, count: text.count, limit: limit, at: node.place))
                return nil
            }
            if text.utf8.count > SpecLimits.text { reader.report(.textTooLong(name, limit: SpecLimits.text, at: node.place)); return nil }
            return .string(text)
        case .number:
            guard let number = node.double, number.isFinite, abs(number) <= 1e15 else { return wrong("a number") }
            return inRange(number, node.text ?? "") ? .number(number) : nil
        case .integer:
            guard let number = node.int, abs(Double(number)) <= 1e15 else { return wrong("a whole number") }
            return inRange(Double(number), node.text ?? "") ? .integer(number) : nil
        case .boolean:
            guard let value = node.bool else { return wrong("true or false") }
            return .boolean(value)
        case .color:
            guard let text = node.text, Color(hex: text) != nil || Scalar.namedColors[text] != nil else { return wrong("a color such as \"#7c5cff\"") }
            return .string(text)
        case .enum:
            let choices = declaration.choices ?? []
            guard let text = node.text, choices.contains(text) else { return wrong("one of " + choices.joined(separator: ", ")) }
            return .string(text)
        case .list:
            guard let items = node.items else { return wrong("a list") }
            guard items.count <= SpecLimits.scenes else {
                reader.report(.tooMany(name, count: items.count, limit: SpecLimits.scenes, at: node.place))
                return nil
            }
            guard inRange(Double(items.count), "\(items.count) long") else { return nil }
            return .list(items.compactMap { Self.item($0, name, declaration.fields ?? [], reader) })
        }
    }

    private static func item(_ node: Node, _ name: String, _ fields: [Entry<PropDeclaration>], _ reader: Reader) -> [String: PropValue]? {
        guard let pairs = node.pairs else {
            reader.report(.propType(name, expected: "items that are mappings", found: node.text.map { "'\($0.prefix(60))'" } ?? node.kindName, at: node.place))
            return nil
        }
        for pair in pairs where !fields.contains(where: { $0.name == pair.name }) {
            reader.report(.unknownField(pair.name, of: "an item of '\(name)'", known: fields.map(\.name), at: pair.key.place))
        }
        var item: [String: PropValue] = [:]
        for field in fields {
            guard let value = node[field.name] ?? field.value.defaultValue?.node else {
                reader.report(.missingField(field.name, of: "an item of '\(name)'", at: node.place))
                continue
            }
            item[field.name] = Self.value(of: value, name + "." + field.name, field.value, reader)
        }
        return item
    }
}
