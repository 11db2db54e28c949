// The JSON Schema of one kind of value, with the definitions that it refers to.

struct Schema: Sendable {
    var json: [(String, JSON)]
    /// Definitions that `json` refers to by `$ref`, by name.
    var definitions: [String: JSON] = [:]

    init(_ json: [(String, JSON)], definitions: [String: JSON] = [:]) {
        self.json = json
        self.definitions = definitions
    }

    static func type(_ name: String, _ more: [(String, JSON)] = []) -> Schema {
        Schema([("type", .string(name))] + more)
    }

    static func any(_ all: [Schema]) -> Schema {
        Schema([("anyOf", .array(all.map { .object($0.json) }))], definitions: merged(all))
    }

    /// A reference to a definition of that name.
    func named(_ name: String) -> Schema {
        var all = definitions
        all[name] = .object(json)
        return Schema([("$ref", .string("#/$defs/" + name))], definitions: all)
    }

    static func merged(_ all: [Schema]) -> [String: JSON] {
        all.reduce(into: [:]) { $0.merge($1.definitions) { first, _ in first } }
    }

    /// A template, which may replace any value and is filled in before the value is read.
    static let template = Schema.type("string", [("pattern", .string("\\{\\{"))])

    func orTemplate() -> Schema { Schema.any([self, Schema.template.named("template")]) }
}
