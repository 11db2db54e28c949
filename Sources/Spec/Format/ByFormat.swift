// `by_format`: fields that have other values in some formats of a spec. They are put into the tree before it is read, so
// that each format is read like a spec of its own.
import Composition
import Diagnostics
import YAML

/// The shape of a frame.
enum Orientation: String, Sendable, CaseIterable {
    case portrait, landscape, square
    init(_ size: PixelSize) {
        self = size.width > size.height ? .landscape : size.width < size.height ? .portrait : .square
    }
}

struct ByFormat: Sendable {
    static let summary =
        "Fields with other values in some formats, by the name of a format or by `portrait`, `landscape`, `square`; a "
        + "format's own name takes precedence. A value replaces the whole field; null removes it"

    /// Only judges names: the values are read in the place of the fields that they replace.
    /// - definition: of the mapping in which it stands; nil if not all of its required fields are repeated.
    static func kind(of definition: String?) -> Kind<ByFormat> {
        let fields: [(String, JSON)] =
            definition.map { [("$ref", .string("#/$defs/" + $0))] } ?? [("type", .string("object"))]
        let schema = Schema([("type", .string("object")), ("additionalProperties", .object(fields))])
        return Kind<ByFormat>(schema) { node, reader in
            guard let pairs = node.pairs else {
                reader.wrongType(node, expected: "a mapping of formats")
                return nil
            }
            let known = reader.formats + Orientation.allCases.map(\.rawValue).filter { !reader.formats.contains($0) }
            for pair in pairs {
                guard known.contains(pair.name) else {
                    reader.report(.unknownFormat(pair.name, known: known, at: pair.key.place))
                    continue
                }
                guard let fields = pair.value.pairs else {
                    reader.inField(pair.name) { reader.wrongType(pair.value, expected: "a mapping of fields") }
                    continue
                }
                for field in fields where field.name == key {
                    reader.report(.fieldNotHere(key, of: "'by_format'", at: field.key.place))
                }
            }
            return ByFormat()
        }
    }

    private static let key = "by_format"

    /// The names under which a tree has values for formats.
    static func names(in node: Node) -> Set<String> {
        switch node.content {
        case .scalar: return []
        case .sequence(let items): return items.reduce(into: []) { $0.formUnion(names(in: $1)) }
        case .mapping(let pairs):
            return pairs.reduce(into: []) { found, pair in
                found.formUnion(names(in: pair.value))
                if pair.name == key { found.formUnion(pair.value.pairs?.map(\.name) ?? []) }
            }
        }
    }

    /// The tree with the values for these names; of two the later one counts. `by_format` itself stays, so that whoever
    /// reads the mapping can judge it.
    static func applied(_ names: [String], to node: Node) -> Node {
        var node = node
        switch node.content {
        case .scalar: break
        case .sequence(let items): node.content = .sequence(items.map { applied(names, to: $0) })
        case .mapping(var pairs):
            let written = pairs.first { $0.name == key }?.value
            for name in names {
                for pair in written?[name]?.pairs ?? [] where pair.name != key {
                    let index = pairs.firstIndex { $0.name == pair.name }
                    if pair.value.isNull {
                        if let index { pairs.remove(at: index) }
                    } else if let index {
                        pairs[index] = pair
                    } else {
                        pairs.append(pair)
                    }
                }
            }
            node.content = .mapping(
                pairs.map { $0.name == key ? $0 : Node.Pair(key: $0.key, value: applied(names, to: $0.value)) })
        }
        return node
    }
}

/// A format of a spec: a size, and the profiles of where it is shown.
struct FormatSpec: Sendable {
    var size = PixelSize(width: 1920, height: 1080)
    /// nil: those of `acceptance`.
    var profiles: [Placed<String>]?

    private static let mapping = Kind<FormatSpec>.object(
        "format", "Another size of the video", { _ in FormatSpec() },
        [
            Field("size", \.size, Scalar.size, required: true, "Its size", example: "1080x1920"),
            Field(
                optional: "profile", \.profiles, AcceptanceSpec.profiles,
                "Profiles of this format instead of those of `acceptance`; one or a list", example: "reels"),
        ])

    static let kind = Kind<FormatSpec>(.any([Scalar.size.schema, mapping.schema])) { node, reader in
        let isMapping = node["size"] != nil || node["profile"] != nil
        guard
            let format = isMapping
                ? mapping.read(node, reader) : Scalar.size.read(node, reader).map({ FormatSpec(size: $0) })
        else { return nil }
        let sides = [format.size.width, format.size.height].sorted()
        if sides[1] > 10 * sides[0] {
            reader.report(
                .badShape("\(format.size.width)x\(format.size.height)", at: node["size"]?.place ?? node.place))
        }
        return format
    }
}
