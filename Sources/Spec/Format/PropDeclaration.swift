// `props`: the declarations of a spec's parameters. Their values are read elsewhere, when all are known.
import Composition
import Diagnostics
import YAML

enum PropType: String, Sendable, CaseIterable {
    case string, number, integer, boolean, color, `enum`, date, asset, object, list

    /// Whether it has fields.
    var hasFields: Bool { self == .object || self == .list }
}

/// The declaration of a prop.
struct PropDeclaration: Sendable {
    var place: Place
    var type = PropType.string
    var summary: String?
    var defaultValue: NodeBox?
    var minimumLength: Int?
    var maximumLength: Int?
    var pattern: TextPattern?
    var allowsEmpty = false
    var minimum: Double?
    var maximum: Double?
    var choices: [String]?
    /// Of an asset; nil: any.
    var kinds: [AssetFacts.Kind]?
    var fields: [Entry<PropDeclaration>]?

    static let field: Kind<PropDeclaration> = fields(
        of: "field", "A field of an object, or of a list's items", nested: nil)
    static let kind: Kind<PropDeclaration> = fields(
        of: "prop", "A typed parameter; its value comes from --set, the props file or the default", nested: field)

    private static func fields(of name: String, _ summary: String, nested: Kind<PropDeclaration>?) -> Kind<
        PropDeclaration
    > {
        var fields: [Field<PropDeclaration>] = [
            Field(
                "type", \.type, Scalar.oneOf(), required: true, "Type of the value",
                example: "string"),
            Field(
                optional: "summary", \.summary, Scalar.string, "Its purpose",
                example: "the product's name"),
            Field(
                optional: "default", \.defaultValue, NodeBox.kind, "Value if none is given",
                example: "Aurora"),
            Field(
                optional: "min_length", \.minimumLength, Scalar.integer(1...SpecLimits.text),
                "Shortest text, in characters", example: "2"),
            Field(
                optional: "max_length", \.maximumLength, Scalar.integer(1...SpecLimits.text),
                "Longest text, in characters",
                example: "24"),
            Field(
                optional: "pattern", \.pattern, TextPattern.kind,
                "A regular expression that the whole text must match: letters, `.`, classes ([a-z], [^,], \\d, \\w, \\s, "
                    + "\\p{L}, \\p{N}), groups, `|`, `*`, `+`, `?` and {2,4}; no look-around, no references",
                example: "\"[A-Z]{2}-[0-9]{4}\""),
            Field(
                "allow_empty", \.allowsEmpty, Scalar.bool, "Whether the text may be empty",
                example: "true"),
            Field(
                optional: "min", \.minimum, Scalar.number(-1e15...1e15),
                "Smallest number, or smallest length of a list",
                example: "0"),
            Field(
                optional: "max", \.maximum, Scalar.number(-1e15...1e15),
                "Largest number, or largest length of a list",
                example: "100"),
            Field(
                optional: "choices", \.choices, .list(Scalar.string, limit: 200, atLeast: 1),
                "Values of an enum, or the only ones of a string",
                example: "[monthly, yearly]"),
            Field(
                optional: "kinds", \.kinds, .list(Scalar.oneOf(), limit: 5, atLeast: 1),
                "Kinds of files that an asset may be; any by default", example: "[image]"),
        ]
        if let nested {
            fields.append(
                Field(
                    optional: "fields", \.fields, .table(nested, limit: 64),
                    "Fields of an object, or of each item of a list",
                    example: "{ name: { type: string } }"))
        }
        return Kind<PropDeclaration>.object(name, summary, { PropDeclaration(place: $0) }, fields) {
            prop, node, reader in
            if prop.type == .enum, prop.choices == nil {
                reader.report(.missingField("choices", of: "an enum", at: node.place))
            }
            if prop.type.hasFields, prop.fields == nil {
                let what = prop.type == .list ? "a list" : "an object"
                reader.report(
                    nested == nil ? .nestedList(at: node.place) : .missingField("fields", of: what, at: node.place))
            }
            if let least = prop.minimumLength, let most = prop.maximumLength, least > most {
                reader.report(
                    .outOfRange("min_length", String(least), range: "1 to \(most)", at: node["min_length"]!.place))
            }
            let applicable: [String: [PropType]] = [
                "min_length": [.string], "max_length": [.string], "pattern": [.string], "allow_empty": [.string],
                "min": [.number, .integer, .list],
                "max": [.number, .integer, .list],
                "choices": [.enum, .string], "fields": [.list, .object], "kinds": [.asset],
            ]
            for pair in node.pairs ?? [] where pair.name != "default" && pair.name != "summary" && pair.name != "fields"
            {
                if !Template.names(in: pair.value).isEmpty {
                    reader.report(.templateHere(pair.name, at: pair.value.place))
                }
            }
            for pair in node.pairs ?? [] where applicable[pair.name]?.contains(prop.type) == false {
                reader.report(.fieldNotHere(pair.name, of: "a prop of type \(prop.type.rawValue)", at: pair.key.place))
            }
        }
    }
}
