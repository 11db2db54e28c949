// Writes the tables of fields in pipelines/SPEC.md, from the description that also reads a spec.

/// In Markdown: each kind of mapping with its fields, from the spec down, then the kinds of values.
public func specReference() -> String {
    let definitions = VideoSpec.kind.schema.definitions
    var order = ["spec"], next = 0
    while next < order.count {
        for name in (definitions[order[next]] ?? .null).references where !order.contains(name) && name != "template" {
            order.append(name)
        }
        next += 1
    }
    let (mappings, values) = (
        order.filter { definitions[$0]?["properties"] != nil }, order.filter { definitions[$0]?["properties"] == nil }
    )
    var text = ""
    for name in mappings {
        guard let json = definitions[name], case .object(let fields)? = json["properties"] else { continue }
        text += "### \(name)\n\n\(json["description"]?.words ?? "").\n\n"
        text += "| field | values | default | meaning | example |\n|---|---|---|---|---|\n"
        let required: [String] = if case .array(let names)? = json["required"] { names.map(\.words) } else { [] }
        for (field, schema) in fields {
            let standard = required.contains(field) ? "**required**" : schema["default"].map { "`\($0.flow)`" } ?? ""
            var example = ""
            if case .array(let all)? = schema["examples"], let first = all.first {
                example = "`\(field): \(first.flow)`"
            }
            text +=
                "| `\(field)` | \(schema.takes) | \(standard) | \(schema["description"]?.words ?? "") | \(example) |\n"
        }
        text += "\n"
    }
    text += "### Values\n\n| value | syntax |\n|---|---|\n"
    for name in values {
        text += "| <a id=\"\(name)\"></a>\(name) | \(definitions[name]?["description"]?.words ?? "") |\n"
    }
    return text
}

extension JSON {
    fileprivate subscript(name: String) -> JSON? {
        if case .object(let members) = self { members.first { $0.0 == name }?.1 } else { nil }
    }

    fileprivate var words: String { if case .string(let text) = self { text } else { text() } }

    /// Definitions that it refers to, in order.
    fileprivate var references: [String] {
        switch self {
        case .array(let items): items.flatMap(\.references)
        case .object(let members):
            members.flatMap { name, value in
                name == "$ref" ? [String(value.words.dropFirst("#/$defs/".count))] : value.references
            }
        default: []
        }
    }

    /// The values that a field accepts, in words.
    fileprivate var takes: String {
        if let reference = self["$ref"]?.words.dropFirst("#/$defs/".count) {
            return reference == "template" ? "" : "[\(reference)](#\(reference))"
        }
        if case .array(let all)? = self["anyOf"] { return Self.alternatives(all.map(\.takes)) }
        if case .array(let all)? = self["enum"] { return all.map { "`\($0.flow)`" }.joined(separator: ", ") }
        if let value = self["const"] { return "`\(value.flow)`" }
        switch self["type"]?.words {
        case "array"?:
            if case .array(let pair)? = self["prefixItems"] {
                return "[" + pair.map(\.takes).joined(separator: ", ") + "]"
            }
            return "a list of " + (self["items"]?.takes ?? "values")
        case "object"?:
            guard let values = self["additionalProperties"], values != .bool(false) else { return "a mapping" }
            return "names with " + values.takes
        case "number"?, "integer"?:
            guard let least = self["minimum"], let most = self["maximum"], case .number(let high) = most, high < 1e6
            else { return "a number" }
            return "a number, \(least.text()) to \(most.text())"
        case "boolean"?: return "`true` or `false`"
        case "string"?: return self["pattern"] == nil ? "a text" : "a text of its form"
        default: return "any value"
        }
    }

    private static func alternatives(_ all: [String]) -> String {
        var seen: Set<String> = []
        let kept = all.filter { !$0.isEmpty && $0 != "a text of its form" && seen.insert($0).inserted }
        return kept.isEmpty ? "a text" : kept.joined(separator: " or ")
    }
}
