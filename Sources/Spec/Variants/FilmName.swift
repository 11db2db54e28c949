// The name of a film's file without its ending, from a pattern such as `launch-{sku}` and the values of a row.
import Diagnostics

struct FilmName {
    private enum Part {
        case text(String)
        case column(String)
    }
    private var parts: [Part] = []

    /// What a film's name may have in bytes, so that names of records beside it fit into a file's 255.
    static let longest = 200

    /// - Parameters:
    ///   - name: of the spec, without folders: the pattern begins with it.
    ///   - columns: of the table.
    init(_ text: String, name: String, columns: [String], at place: Place) throws(VariantProblem) {
        var literal = "", rest = text[...]
        while let letter = rest.popFirst() {
            guard letter == "{" else {
                if letter == "}" { throw .pattern(text, reason: "a '}' has no '{'", at: place) }
                literal.append(letter)
                continue
            }
            guard let close = rest.firstIndex(of: "}") else {
                throw .pattern(text, reason: "a '{' has no '}'", at: place)
            }
            let column = String(rest[..<close])
            guard columns.contains(column) else { throw .unknownColumn(column, known: columns, at: place) }
            if !literal.isEmpty { parts.append(.text(literal)) }
            literal = ""
            parts.append(.column(column))
            rest = rest[rest.index(after: close)...]
        }
        if !literal.isEmpty { parts.append(.text(literal)) }
        guard parts.contains(where: { if case .column = $0 { true } else { false } }) else {
            throw .pattern(
                text, reason: "without a column such as {\(columns.first ?? "sku")} all rows have one name", at: place)
        }
        guard case .text(let start)? = parts.first, start.utf8.starts(with: name.utf8) else {
            throw .patternStart(text, name: name, at: place)
        }
    }

    /// The columns that it shows.
    var columns: [String] { parts.compactMap { if case .column(let name) = $0 { name } else { nil } } }

    func text(of row: VariantTable.Row) throws(VariantProblem) -> String {
        var text = ""
        for part in parts {
            switch part {
            case .text(let literal): text += literal
            case .column(let column):
                guard let value = row.values[column] else { throw .namelessRow(column: column, at: row.place) }
                if let reason = Self.fault(in: value.text) {
                    throw .rowName(value.text, reason: reason, at: value.place)
                }
                text += value.text
            }
        }
        return text
    }

    /// Why a value cannot be a part of a file's name; nil: it can.
    private static func fault(in text: String) -> String? {
        for scalar in text.unicodeScalars {
            if "/\\:".unicodeScalars.contains(scalar) { return "it contains '\(scalar)'" }
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse:
                return "it contains the character U+" + String(scalar.value, radix: 16, uppercase: true)
            default: break
            }
        }
        if text == "." || text == ".." { return "it names a folder" }
        return nil
    }
}
