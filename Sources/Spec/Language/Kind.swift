// Describes a kind of value once: how to read it, its JSON Schema, and how to print a default. All knowledge of the
// spec's fields is expressed with these.
import Composition
import Diagnostics
import YAML

/// A value with its place in the file.
struct Placed<Value: Sendable>: Sendable {
    var value: Value
    var place: Place
}

extension Placed: Codable where Value: Codable {}

struct Kind<Value: Sendable>: Sendable {
    var schema: Schema
    /// Returns nil after reporting a fault.
    var read: @Sendable (Node, Reader) -> Value?
    var describe: (@Sendable (Value) -> JSON?)?

    init(
        _ schema: Schema, describe: (@Sendable (Value) -> JSON?)? = nil,
        read: @escaping @Sendable (Node, Reader) -> Value?
    ) {
        self.schema = schema
        self.describe = describe
        self.read = read
    }

    /// The same kind, with the place of the value.
    var placed: Kind<Placed<Value>> {
        let read = read
        let describe = describe
        return Kind<Placed<Value>>(schema, describe: { describe?($0.value) }) { node, reader in
            read(node, reader).map { Placed(value: $0, place: node.place) }
        }
    }

    func map<Other: Sendable>(_ transform: @escaping @Sendable (Value) -> Other) -> Kind<Other> {
        let read = read
        return Kind<Other>(schema) { node, reader in read(node, reader).map(transform) }
    }

    /// The same kind, as a named definition in `$defs`.
    func named(_ name: String, _ summary: String) -> Kind {
        Kind(
            Schema([("description", .string(summary))] + schema.json, definitions: schema.definitions).named(name),
            describe: describe, read: read)
    }
}

/// One field of a mapping.
struct Field<Root: Sendable>: Sendable {
    var name: String
    var summary: String
    var isRequired: Bool
    var schema: Schema
    /// A realistic value in YAML, for the schema and the reference.
    var example: String?
    /// The printed default, taken from the root's initial value.
    var printedDefault: @Sendable (Root) -> JSON?
    var read: @Sendable (Node, Reader, inout Root) -> Void

    /// A field that always has a value: the root's initial one if the file has none.
    init<Value: Sendable>(
        _ name: String, _ path: any WritableKeyPath<Root, Value> & Sendable, _ kind: Kind<Value>,
        required: Bool = false,
        _ summary: String, example: String? = nil
    ) {
        self.example = example
        self.name = name
        self.summary = summary
        self.isRequired = required
        self.schema = kind.schema
        self.printedDefault = { required ? nil : kind.describe?($0[keyPath: path]) }
        self.read = { node, reader, root in
            if let value = kind.read(node, reader) { root[keyPath: path] = value }
        }
    }

    /// A field that may be absent.
    init<Value: Sendable>(
        optional name: String, _ path: any WritableKeyPath<Root, Value?> & Sendable, _ kind: Kind<Value>,
        required: Bool = false,
        _ summary: String, example: String? = nil
    ) {
        self.example = example
        self.name = name
        self.summary = summary
        self.isRequired = required
        self.schema = kind.schema
        self.printedDefault = { _ in nil }
        self.read = { node, reader, root in
            if let value = kind.read(node, reader) { root[keyPath: path] = value }
        }
    }
}

extension Kind {
    /// A mapping with these fields and no others.
    /// - initial: returns the value with all defaults, for a mapping at a place.
    /// - whole: checks rules between several fields.
    static func object(
        _ name: String, _ summary: String, _ initial: @escaping @Sendable (Place) -> Value, _ fields: [Field<Value>],
        whole: (@Sendable (inout Value, Node, Reader) -> Void)? = nil
    ) -> Kind {
        let blank = initial(Place(file: "", line: 0, column: 0))
        let properties: [(String, JSON)] = fields.map { field in
            var json = field.schema.json
            if !field.summary.isEmpty { json.insert(("description", .string(field.summary)), at: 0) }
            if let value = field.printedDefault(blank) { json.append(("default", value)) }
            if let example = field.example, let node = try? YAML.parse(text: example, file: field.name) {
                json.append(("examples", .array([JSON(node)])))
            }
            return (field.name, .object(json))
        }
        var json: [(String, JSON)] = [
            ("type", .string("object")), ("description", .string(summary)),
            ("properties", .object(properties)), ("additionalProperties", .bool(false)),
        ]
        let required = fields.filter(\.isRequired).map { JSON.string($0.name) }
        if !required.isEmpty { json.append(("required", .array(required))) }
        let schema = Schema(json, definitions: Schema.merged(fields.map(\.schema))).named(name)
        let byName = Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0) })
        return Kind(schema) { node, reader in
            guard let pairs = node.pairs else {
                reader.wrongType(node, expected: "a mapping")
                return nil
            }
            var value = initial(node.place)
            for pair in pairs {
                guard let field = byName[pair.name] else {
                    reader.report(.unknownField(pair.name, of: name, known: fields.map(\.name), at: pair.key.place))
                    continue
                }
                reader.inField(pair.name) { field.read(pair.value, reader, &value) }
            }
            for field in fields where field.isRequired && !pairs.contains(where: { $0.name == field.name }) {
                reader.report(.missingField(field.name, of: name, at: node.place))
            }
            whole?(&value, node, reader)
            return value
        }
    }

    static func list<Element: Sendable>(_ element: Kind<Element>, limit: Int, atLeast: Int = 0) -> Kind
    where Value == [Element] {
        var json: [(String, JSON)] = [
            ("type", .string("array")), ("items", .object(element.schema.json)), ("maxItems", .number(Double(limit))),
        ]
        if atLeast > 0 { json.append(("minItems", .number(Double(atLeast)))) }
        return Kind(Schema(json, definitions: element.schema.definitions)) { node, reader in
            guard let items = node.items else {
                reader.wrongType(node, expected: "a list")
                return nil
            }
            guard items.count >= atLeast else {
                reader.report(.tooFew(reader.field, least: atLeast, at: node.place))
                return nil
            }
            guard items.count <= limit else {
                reader.report(.tooMany(reader.field, count: items.count, limit: limit, at: items[limit].place))
                return nil
            }
            return items.compactMap { element.read($0, reader) }
        }
    }

    /// A mapping with free names, in file order.
    static func table<Element: Sendable>(_ element: Kind<Element>, limit: Int = 1000) -> Kind
    where Value == [Entry<Element>] {
        let json: [(String, JSON)] = [
            ("type", .string("object")), ("additionalProperties", .object(element.schema.json)),
            ("propertyNames", .object([("pattern", .string("^[A-Za-z_][A-Za-z0-9_-]*$"))])),
        ]
        return Kind(Schema(json, definitions: element.schema.definitions)) { node, reader in
            guard let pairs = node.pairs else {
                reader.wrongType(node, expected: "a mapping of names")
                return nil
            }
            guard pairs.count <= limit else {
                reader.report(.tooMany(reader.field, count: pairs.count, limit: limit, at: pairs[limit].key.place))
                return nil
            }
            return pairs.compactMap { pair in
                guard isName(pair.name) else {
                    reader.report(.badName(pair.name, at: pair.key.place))
                    return nil
                }
                return reader.inField(pair.name) {
                    element.read(pair.value, reader).map { Entry(name: pair.name, place: pair.key.place, value: $0) }
                }
            }
        }
    }
}

struct Entry<Value: Sendable>: Sendable {
    var name: String
    var place: Place
    var value: Value
}

/// A letter or `_`, then letters, digits, `_` and `-`, all ASCII.
func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 64 else { return false }
    func isLetter(_ c: UInt8) -> Bool { (65...90).contains(c) || (97...122).contains(c) || c == 95 }
    return isLetter(first) && text.utf8.allSatisfy { isLetter($0) || (48...57).contains($0) || $0 == 45 }
}
