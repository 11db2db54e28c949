// The values of a spec's props: from --set, else from the row of a table, else from the props file, else the default. Each is checked against its
// type.
import Composition
import Diagnostics
import YAML

enum PropValue: Sendable, Equatable {
    case string(String)
    case number(Double)
    case integer(Int)
    case boolean(Bool)
    case list([[String: PropValue]])

    /// The value as part of a text.
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

    /// - row: the values of the film's row, name to text.
    /// - set: the values of `--set`, name to text.
    init(
        _ declarations: [Entry<PropDeclaration>], file: Node?, row: [String: String] = [:],
        set: [String: String], reader: Reader
    ) {
        self.declarations = declarations
        let names = declarations.map(\.name)
        var given: [String: Node] = [:]
        if let file, !file.isNull {
            if let pairs = file.pairs {
                for pair in pairs {
                    if names.contains(pair.name) {
                        given[pair.name] = pair.value
                    } else {
                        reader.report(.unknownProp(pair.name, known: names, at: pair.key.place))
                    }
                }
            } else {
                reader.report(
                    .wrongType("", expected: "a mapping of props", found: file.kindName, hint: nil, at: file.place))
            }
        }
        for (source, values) in [("row", row), ("--set", set)] {
            for (name, text) in values.sorted(by: { $0.key < $1.key }) {
                let excerpt = name + "=" + text
                guard let declaration = declarations.first(where: { $0.name == name }) else {
                    reader.report(
                        .unknownProp(
                            name, known: names,
                            at: Place(file: source, line: 1, column: 1, length: max(1, name.count), excerpt: excerpt)))
                    continue
                }
                given[name] = Self.node(
                    text, declaration.value,
                    at: Place(
                        file: source, line: 1, column: name.count + 2, length: max(1, text.count), excerpt: excerpt))
            }
        }
        var making: [String] = [], made: Set<String> = []
        for entry in declarations { make(entry, given, &making, &made, reader) }
    }

    /// A value that is given as a text, as the type of its prop reads it.
    static func node(_ text: String, _ declaration: PropDeclaration, at place: Place) -> Node {
        switch declaration.type {
        case .string, .color, .enum: Node(.scalar(text, isPlain: false), at: place)
        case .list:
            (try? YAML.parse(text: text, file: place.file)) ?? Node(.scalar(text, isPlain: false), at: place)
        default: Node(.scalar(text, isPlain: true), at: place)
        }
    }

    /// A value may contain others: `default: "Hello {{name}}"`. Those are made first.
    private mutating func make(
        _ entry: Entry<PropDeclaration>, _ given: [String: Node], _ making: inout [String], _ made: inout Set<String>,
        _ reader: Reader
    ) {
        let name = entry.name
        if made.contains(name) { return }
        if making.contains(name) { reader.report(.propCycle(name, at: entry.place)); return }
        making.append(name)
        defer {
            making.removeLast()
            made.insert(name)
        }
        let nodes = [given[name], entry.value.defaultValue?.node].compactMap { $0 }
        for other in nodes.reduce(into: Set<String>(), { $0.formUnion(Template.names(in: $1)) }).sorted() {
            if let found = declarations.first(where: { $0.name == other }) {
                make(found, given, &making, &made, reader)
            }
        }
        let scope = scope(broken: Set(declarations.map(\.name)).subtracting(values.keys))
        let filled = nodes.map { Template(reader: reader).filled($0, scope) }
        // The default is always read; otherwise its faults would appear only in a build without a value.
        let all = filled.map { Self.value(of: $0, name, entry.value, reader) }
        if nodes.isEmpty { reader.report(.propWithoutValue(name, at: entry.place)) } else { values[name] = all[0] }
    }

    func scope(broken: Set<String>) -> Scope {
        var mayBeEmpty: Set<String> = []
        for entry in declarations {
            if entry.value.allowsEmpty { mayBeEmpty.insert(entry.name) }
            for field in entry.value.fields ?? [] where field.value.allowsEmpty {
                mayBeEmpty.insert(entry.name + "." + field.name)
            }
        }
        return Scope(values: values, broken: broken, mayBeEmpty: mayBeEmpty)
    }

    private static func value(of node: Node, _ name: String, _ declaration: PropDeclaration, _ reader: Reader)
        -> PropValue?
    {
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
            guard let text = node.text, !node.isNull, isQuoted(node) || node.string != nil else {
                return wrong("a text")
            }
            if let limit = declaration.maximumLength, text.count > limit {
                reader.report(.propLength(name, count: text.count, limit: limit, at: node.place))
                return nil
            }
            if text.utf8.count > SpecLimits.text {
                reader.report(.textTooLong(name, limit: SpecLimits.text, at: node.place)); return nil
            }
            return .string(withoutLastBreaks(text))
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
            guard let text = node.text, Color(hex: text) != nil || Scalar.namedColors[text] != nil else {
                return wrong("a color such as \"#7c5cff\"")
            }
            return .string(text)
        case .enum:
            let choices = declaration.choices ?? []
            guard let text = node.text, choices.contains(text) else {
                return wrong("one of " + choices.joined(separator: ", "))
            }
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

    private static func item(_ node: Node, _ name: String, _ fields: [Entry<PropDeclaration>], _ reader: Reader)
        -> [String: PropValue]?
    {
        guard let pairs = node.pairs else {
            reader.report(
                .propType(
                    name, expected: "items that are mappings",
                    found: node.text.map { "'\($0.prefix(60))'" } ?? node.kindName, at: node.place))
            return nil
        }
        for pair in pairs where !fields.contains(where: { $0.name == pair.name }) {
            reader.report(
                .unknownField(pair.name, of: "an item of '\(name)'", known: fields.map(\.name), at: pair.key.place))
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
