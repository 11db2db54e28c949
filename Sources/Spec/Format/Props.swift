// The values of a spec's props: from --set, else from the row of a table, else from the props file, else the default.
// Each is checked against its type.
import Composition
import Diagnostics
import YAML

enum PropValue: Sendable, Equatable {
    case string(String)
    case number(Double)
    case integer(Int)
    case boolean(Bool)
    case date(CalendarDate)
    case object([String: PropValue])
    case list([[String: PropValue]])

    /// The value as part of a text.
    var text: String {
        switch self {
        case .string(let value): value
        case .number(let value): plainNumber(value)
        case .integer(let value): String(value)
        case .boolean(let value): value ? "true" : "false"
        case .date(let value): value.text
        case .object, .list: ""
        }
    }
}

/// A day of the Gregorian calendar.
struct CalendarDate: Sendable, Hashable {
    var year, month, day: Int

    /// Year, month and day of ISO 8601: 2026-11-26.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count == 10, parts.map(\.utf8.count) == [4, 2, 2],
            parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }), let year = Int(parts[0]),
            let month = Int(parts[1]), let day = Int(parts[2]), year >= 1, (1...12).contains(month)
        else { return nil }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
        guard (1...days).contains(day) else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }

    var text: String {
        func two(_ value: Int) -> String { (value < 10 ? "0" : "") + String(value) }
        return String(repeating: "0", count: 4 - String(year).utf8.count) + "\(year)-\(two(month))-\(two(day))"
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
                take(name, text, from: source, into: &given, reader)
            }
        }
        var making: [String] = [], made: Set<String> = []
        for entry in declarations { make(entry, given, &making, &made, reader) }
    }

    /// `name` is a prop, or a field of an object: `product.price`.
    private func take(
        _ name: String, _ text: String, from source: String, into given: inout [String: Node], _ reader: Reader
    ) {
        let excerpt = name + "=" + text
        let ofName = Place(file: source, line: 1, column: 1, length: max(1, name.count), excerpt: excerpt)
        let place = Place(
            file: source, line: 1, column: name.count + 2, length: max(1, text.count), excerpt: excerpt)
        if let declaration = declarations.first(where: { $0.name == name }) {
            given[name] = Self.node(text, declaration.value, at: place)
            return
        }
        let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2,
            let field = declarations.first(where: { $0.name == parts[0] && $0.value.type == .object })?.value.fields?
                .first(where: { $0.name == parts[1] })
        else {
            reader.report(.unknownProp(name, known: names, at: ofName))
            return
        }
        // A value that is not a mapping has a fault of its own, which is reported when it is read.
        if let before = given[parts[0]], before.pairs == nil { return }
        var pairs = given[parts[0]]?.pairs ?? []
        let pair = Node.Pair(
            key: Node(.scalar(parts[1], isPlain: true), at: ofName), value: Self.node(text, field.value, at: place))
        if let index = pairs.firstIndex(where: { $0.name == parts[1] }) {
            pairs[index] = pair
        } else {
            pairs.append(pair)
        }
        given[parts[0]] = Node(.mapping(pairs), at: given[parts[0]]?.place ?? place)
    }

    /// The names of all props and of the fields of objects.
    private var names: [String] {
        declarations.flatMap { entry in
            entry.value.type == .object
                ? [entry.name] + (entry.value.fields ?? []).map { entry.name + "." + $0.name } : [entry.name]
        }
    }

    /// A value that is given as a text, as the type of its prop reads it.
    static func node(_ text: String, _ declaration: PropDeclaration, at place: Place) -> Node {
        switch declaration.type {
        case .string, .color, .enum, .date, .asset: Node(.scalar(text, isPlain: false), at: place)
        case .list, .object:
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
            let root = other.prefix { $0 != "." }
            if let found = declarations.first(where: { $0.name == root }) {
                make(found, given, &making, &made, reader)
            }
        }
        let scope = scope(broken: Set(declarations.map(\.name)).subtracting(values.keys))
        let filled = nodes.map { Template(reader: reader).filled($0, scope) }
        // The default is always read; otherwise its faults would appear only in a build without a value. Its files are
        // only opened if it is the value.
        var all: [PropValue?] = []
        for (index, node) in filled.enumerated() {
            let before = reader.valueAssets.count
            let base = index == 0 && filled.count == 2 ? filled[1] : nil
            all.append(Self.value(of: node, name, entry.value, completedBy: base, reader))
            if index > 0 { reader.valueAssets.removeSubrange(before...) }
        }
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

    static func value(
        of node: Node, _ name: String, _ declaration: PropDeclaration, completedBy base: Node? = nil, _ reader: Reader
    ) -> PropValue? {
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
            return checked(text, name, declaration, at: node.place, reader)
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
        case .date:
            guard let date = node.text.flatMap(CalendarDate.init) else { return wrong("a day such as 2026-11-26") }
            return .date(date)
        case .asset:
            guard let text = node.text, !node.isNull, !isBlankText(text), text.utf8.count <= 1024 else {
                return wrong("an asset, or the path of a file")
            }
            reader.valueAssets.append(
                Reader.Use(
                    name: text, place: node.place,
                    kinds: Set(declaration.kinds ?? [.image, .video, .audio, .font, .text])))
            return .string(text)
        case .object:
            return object(node, name, of: "'\(name)'", declaration.fields ?? [], completedBy: base, reader)
                .map(PropValue.object)
        case .list:
            guard let items = node.items else { return wrong("a list") }
            guard items.count <= SpecLimits.scenes else {
                reader.report(.tooMany(name, count: items.count, limit: SpecLimits.scenes, at: node.place))
                return nil
            }
            guard inRange(Double(items.count), "\(items.count) long") else { return nil }
            return .list(
                items.compactMap {
                    Self.object(
                        $0, name, of: "an item of '\(name)'", declaration.fields ?? [], completedBy: nil, reader)
                })
        }
    }

    private static func checked(
        _ text: String, _ name: String, _ declaration: PropDeclaration, at place: Place, _ reader: Reader
    ) -> PropValue? {
        if let limit = declaration.maximumLength, text.count > limit {
            reader.report(.propLength(name, count: text.count, limit: limit, at: place))
            return nil
        }
        if text.utf8.count > SpecLimits.text {
            reader.report(.textTooLong(name, limit: SpecLimits.text, at: place)); return nil
        }
        let value = withoutLastBreaks(text)
        if value.isEmpty, declaration.allowsEmpty { return .string(value) }
        if let least = declaration.minimumLength, value.count < least {
            reader.report(.propShort(name, count: value.count, least: least, at: place))
            return nil
        }
        if let choices = declaration.choices, !choices.contains(value) {
            reader.report(
                .propType(
                    name, expected: "one of " + choices.joined(separator: ", "), found: "'\(value.prefix(60))'",
                    at: place))
            return nil
        }
        if let pattern = declaration.pattern, !pattern.matches(value) {
            reader.report(.propPattern(name, String(value.prefix(60)), pattern: pattern.text, at: place))
            return nil
        }
        return .string(value)
    }

    /// - base: the default of the whole object, which gives the fields that this one does not have.
    private static func object(
        _ node: Node, _ name: String, of what: String, _ fields: [Entry<PropDeclaration>], completedBy base: Node?,
        _ reader: Reader
    ) -> [String: PropValue]? {
        guard let pairs = node.pairs else {
            let isItem = what != "'\(name)'"
            reader.report(
                .propType(
                    name, expected: isItem ? "items that are mappings" : "a mapping",
                    found: node.text.map { "'\($0.prefix(60))'" } ?? node.kindName, at: node.place))
            return nil
        }
        for pair in pairs where !fields.contains(where: { $0.name == pair.name }) {
            reader.report(.unknownField(pair.name, of: what, known: fields.map(\.name), at: pair.key.place))
        }
        var item: [String: PropValue] = [:]
        for field in fields {
            guard let value = node[field.name] ?? base?[field.name] ?? field.value.defaultValue?.node else {
                reader.report(.missingField(field.name, of: what, at: node.place))
                continue
            }
            item[field.name] = Self.value(of: value, name + "." + field.name, field.value, reader)
        }
        return item
    }
}
