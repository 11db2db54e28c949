// The rows of a table of variants, each value with its place: a .csv or .tsv file, or a list of mappings in .json or
// .yaml. Must not know what the columns mean.
import Diagnostics
import YAML

struct VariantTable {
    struct Value {
        var text: String
        var place: Place
    }

    struct Row {
        var place: Place
        /// By column; without empty cells.
        var values: [String: Value]
    }

    /// In the order of the file, each once.
    private(set) var columns: [(name: String, place: Place)] = []
    private(set) var rows: [Row] = []

    static let endings = ["csv", "tsv", "json", "yaml", "yml"]
    /// Bytes of a table.
    static let largest = 8 << 20
    /// Faults of a table that are reported at once.
    private static let mostFaults = 20

    static func ending(of path: String) -> String { path.split(separator: ".").last.map { $0.lowercased() } ?? "" }

    /// - Throws: all faults of the table, as far as more would help.
    init(_ bytes: [UInt8], file: String, encoding: TextEncoding?, at use: Place) throws(Diagnostics) {
        let ending = Self.ending(of: file)
        if ["csv", "tsv"].contains(ending) {
            try read(DataFiles.table(bytes, file: file, encoding: encoding, isTabbed: ending == "tsv", at: use), use)
        } else {
            try read(YAML.parse(bytes: bytes, file: file), use)
        }
    }

    // MARK: Cells

    private mutating func read(_ table: DataTable, _ use: Place) throws(Diagnostics) {
        var faults: [Diagnostic] = []
        for cell in table.header {
            if cell.text.isEmpty {
                faults.append(VariantProblem.namelessColumn(at: cell.place).diagnostic)
            } else if columns.contains(where: { $0.name == cell.text }) {
                faults.append(VariantProblem.sameColumn(cell.text, at: cell.place).diagnostic)
            }
            columns.append((cell.text, cell.place))
        }
        guard faults.isEmpty else { throw Diagnostics(faults) }
        rows.reserveCapacity(table.rows.count)
        for cells in table.rows {
            guard cells.count >= columns.count else {
                faults.append(
                    VariantProblem.shortRow(
                        cells: cells.count, columns: columns.count, at: cells[cells.count - 1].place
                    )
                    .diagnostic)
                guard faults.count < Self.mostFaults else { break }
                continue
            }
            var values: [String: Value] = [:]
            for (column, cell) in zip(columns, cells) where !cell.text.isEmpty {
                values[column.name] = Value(text: cell.text, place: cell.place)
            }
            rows.append(Row(place: cells[0].place, values: values))
        }
        guard faults.isEmpty else { throw Diagnostics(faults) }
    }

    // MARK: Mappings

    private mutating func read(_ root: Node, _ use: Place) throws(Diagnostics) {
        guard let items = root.items else {
            throw Diagnostics([VariantProblem.notRows(found: root.kindName, at: root.place).diagnostic])
        }
        var faults: [Diagnostic] = [], known: Set<String> = []
        for item in items {
            guard let pairs = item.pairs else {
                faults.append(VariantProblem.notARow(found: item.kindName, at: item.place).diagnostic)
                guard faults.count < Self.mostFaults else { break }
                continue
            }
            var row = Row(place: item.place, values: [:])
            for pair in pairs {
                if known.insert(pair.name).inserted { columns.append((pair.name, pair.key.place)) }
                guard !pair.value.isNull else { continue }
                // A prop may be a list or a mapping; its text is JSON.
                let text = pair.value.text ?? JSON(pair.value).text()
                row.values[pair.name] = Value(text: text, place: pair.value.place)
            }
            rows.append(row)
        }
        guard faults.isEmpty else { throw Diagnostics(faults) }
    }
}
