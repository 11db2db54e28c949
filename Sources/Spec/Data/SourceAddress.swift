// The address of a value in a data file: plants.csv#total, plants.csv#count[name=Hamburg], numbers.json#/sales/0.
import Composition
import Diagnostics
import YAML

struct SourceAddress: Sendable {
    enum Part: Sendable, Equatable {
        /// The only value of a column; or of the row with this name, if there is no such column.
        case name(String)
        case row(column: String, number: Int)
        case match(column: String, key: String, value: String)
        case sum(column: String)
        /// JSON Pointer (RFC 6901), unescaped.
        case pointer([String])
    }

    /// As written.
    var text: String
    var path: String
    var part: Part
    var place: Place

    var ending: String { path.split(separator: ".").last.map { $0.lowercased() } ?? "" }
    var isTable: Bool { ["csv", "tsv"].contains(ending) }

    private init?(_ node: Node, _ reader: Reader) {
        guard let text = node.text, !node.isNull else {
            reader.wrongType(node, expected: "an address such as data/plants.csv#total")
            return nil
        }
        let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            reader.report(SourceProblem.address(text, at: node.place).diagnostic)
            return nil
        }
        guard let path = reader.path(String(parts[0]), at: node.place) else { return nil }
        (self.text, self.path, place) = (text, path, node.place)
        part = .name("")
        guard ["csv", "tsv", "json", "yaml", "yml"].contains(ending) else {
            reader.report(SourceProblem.kind(path, at: node.place).diagnostic)
            return nil
        }
        guard let part = isTable ? Self.cell(parts[1]) : Self.pointer(parts[1]) else {
            reader.report(SourceProblem.address(text, at: node.place).diagnostic)
            return nil
        }
        self.part = part
        reader.uses.append(Reader.Use(name: path, place: node.place, kinds: [.text]))
    }

    private static func cell(_ text: Substring) -> Part? {
        if text.hasPrefix("/") { return nil }
        if text.hasPrefix("sum("), text.hasSuffix(")") {
            let column = text.dropFirst(4).dropLast()
            return column.isEmpty ? nil : .sum(column: String(column))
        }
        guard let open = text.firstIndex(of: "[") else { return text.contains("]") ? nil : .name(String(text)) }
        let column = String(text[..<open]), row = text[text.index(after: open)...].dropLast()
        guard !column.isEmpty, text.hasSuffix("]"), !row.isEmpty else { return nil }
        if let equals = row.firstIndex(of: "=") {
            let key = String(row[..<equals]), value = String(row[row.index(after: equals)...])
            return key.isEmpty || value.isEmpty ? nil : .match(column: column, key: key, value: value)
        }
        return Int(row).map { .row(column: column, number: $0) }
    }

    private static func pointer(_ text: Substring) -> Part? {
        guard text.hasPrefix("/") else { return nil }
        return .pointer(
            text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map {
                String($0).replacing("~1", with: "/").replacing("~0", with: "~")
            })
    }

    // MARK: In a spec

    private static let one = Kind<SourceAddress>(
        .type("string", [("pattern", .string("^[^#]+\\.(csv|tsv|json|yaml|yml)#.+$|\\{\\{"))])
    ) { SourceAddress($0, $1) }

    /// One address or a list of them.
    static let kind: Kind<[SourceAddress]> = {
        let list = Kind<[SourceAddress]>.list(one, limit: 16, atLeast: 1)
        return Kind(.any([one.schema, list.schema])) { node, reader in
            node.items == nil ? one.read(node, reader).map { [$0] } : list.read(node, reader)
        }
    }()

    static let list = Kind<[SourceAddress]>.list(one, limit: 200)
}
