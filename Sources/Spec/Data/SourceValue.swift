// A value that a text names as its source, with its place in the data file.
import Diagnostics
import YAML

struct SourceValue: Codable, Sendable {
    /// As the spec writes it.
    var address: String
    var text: String
    /// Of the cell; of the column's name for a sum, of the file for a count.
    var place: Place
    /// The language whose separators the file's numbers have.
    var language: String

    /// The number that it is; nil for any other text.
    var number: WrittenNumber? {
        if let exact = ExactNumber(text), language == "en" || !text.contains(".") {
            return WrittenNumber(value: exact, written: text, tokens: 0..<1)
        }
        let tokens = Token.all(in: text), dates = WrittenDate.all(in: tokens, language: "en")
        guard dates.isEmpty else { return nil }
        let numbers = WrittenNumber.all(in: tokens, language: language, dates: [])
        guard numbers.count == 1, numbers[0].value != nil, !numbers[0].isSpelled else { return nil }
        return numbers[0]
    }

    var date: WrittenDate? {
        let dates = WrittenDate.all(in: Token.all(in: text), language: "en")
        return dates.count == 1 ? dates[0] : nil
    }

    /// Whether it may be a share of 1 that texts show in percent.
    var isFraction: Bool { text.contains(".") || text.contains(",") }
}

/// Reads values from data files; each file once.
final class DataFiles {
    private enum Content { case table(DataTable), tree(Node) }
    private var read: [String: Content] = [:]

    /// - Throws: `Diagnostics` with a problem at the address, or in the file.
    func value(_ address: SourceAddress, bytes: () throws(Diagnostics) -> [UInt8]) throws(Diagnostics)
        -> SourceValue
    {
        let content: Content
        if let known = read[address.path] {
            content = known
        } else {
            content = try Self.content(address, try bytes())
            read[address.path] = content
        }
        do throws(SourceProblem) {
            switch (content, address.part) {
            case (.tree(let root), .pointer(let steps)): return try Self.value(root, steps, address)
            case (.table(let table), _): return try Self.value(table, address)
            default: throw .address(address.text, at: address.place)
            }
        } catch { throw Diagnostics([error.diagnostic]) }
    }

    private static func content(_ address: SourceAddress, _ bytes: [UInt8]) throws(Diagnostics) -> Content {
        guard address.isTable else { return .tree(try YAML.parse(bytes: bytes, file: address.path)) }
        return .table(
            try table(
                bytes, file: address.path, encoding: nil, isTabbed: address.ending == "tsv", at: address.place))
    }

    /// A table from the bytes of its file.
    static func table(
        _ bytes: [UInt8], file: String, encoding: TextEncoding?, isTabbed: Bool, at use: Place
    ) throws(Diagnostics) -> DataTable {
        guard bytes.count <= 8 << 20 else {
            throw Diagnostics([SourceProblem.tooLarge(file: file, limit: "8 MB", at: use).diagnostic])
        }
        let text: String
        do throws(TextEncoding.Fault) { text = try TextEncoding.text(bytes, declared: encoding) } catch {
            let line = bytes.prefix(error.offset).count { $0 == 10 } + 1
            let place = Place(file: file, line: line, column: 1)
            throw Diagnostics([SourceProblem.encoding(error.message, hint: "save it as UTF-8", at: place).diagnostic])
        }
        return try DataTable(text, file: file, isTabbed: isTabbed, at: use)
    }

    // MARK: Trees

    private static func value(_ root: Node, _ steps: [String], _ address: SourceAddress) throws(SourceProblem)
        -> SourceValue
    {
        var node = root
        for step in steps {
            let next: Node?
            if let items = node.items {
                next = Int(step).flatMap { items.indices.contains($0) && String($0) == step ? items[$0] : nil }
            } else {
                next = node[step]
            }
            guard let next else {
                let known = node.pairs?.map(\.name) ?? (node.items ?? []).indices.map(String.init)
                throw .pointer(
                    "/" + steps.joined(separator: "/"), file: address.path, missing: step, known: known,
                    at: address.place)
            }
            node = next
        }
        guard let text = node.text else {
            throw .notScalar(address.text, kind: node.kindName, holder: node.place, at: address.place)
        }
        guard !node.isNull, !text.trimmed.isEmpty else {
            throw .noValue(address.text, holder: node.place, at: address.place)
        }
        return SourceValue(address: address.text, text: text, place: node.place, language: "en")
    }

    // MARK: Tables

    private static func value(_ table: DataTable, _ address: SourceAddress) throws(SourceProblem) -> SourceValue {
        let file = address.path, at = address.place, language = table.separator == ";" ? "de" : "en"
        func column(_ name: String) throws(SourceProblem) -> Int {
            let found = table.header.indices.filter { table.header[$0].text == name }
            guard let first = found.first else {
                throw .column(name, file: file, known: table.header.map(\.text), at: at)
            }
            if found.count > 1 { throw .sameColumn(name, file: file, at: at) }
            return first
        }
        func made(_ cell: DataTable.Cell) throws(SourceProblem) -> SourceValue {
            guard !cell.text.trimmed.isEmpty else { throw .noValue(address.text, holder: cell.place, at: at) }
            return SourceValue(address: address.text, text: cell.text, place: cell.place, language: language)
        }
        func cell(_ row: [DataTable.Cell], _ column: Int) throws(SourceProblem) -> SourceValue {
            guard column < row.count else { throw .noValue(address.text, holder: row[row.count - 1].place, at: at) }
            return try made(row[column])
        }
        func filled(_ column: Int) -> [DataTable.Cell] {
            table.rows.compactMap { $0.indices.contains(column) && !$0[column].text.isEmpty ? $0[column] : nil }
        }
        switch address.part {
        case .name(let name):
            if table.header.contains(where: { $0.text == name }) {
                let index = try column(name), cells = filled(index)
                guard cells.count < 2 else { throw .several(name, file: file, count: cells.count, at: at) }
                guard let cell = cells.first else {
                    throw .noValue(address.text, holder: table.header[index].place, at: at)
                }
                return try made(cell)
            }
            let rows = table.rows.filter { $0[0].text == name }
            if rows.isEmpty, name == "count" {
                return SourceValue(
                    address: address.text, text: "\(table.rows.count)",
                    place: table.header.first?.place ?? Place(file: file, line: 1, column: 1), language: "en")
            }
            if rows.count > 1 {
                throw .rows(name, file: file, lines: rows.map { $0[0].place.line }, at: at)
            }
            guard let row = rows.first else {
                throw .column(name, file: file, known: table.header.map(\.text), at: at)
            }
            let values = row.dropFirst().filter { !$0.text.isEmpty }
            guard values.count < 2 else { throw .severalInRow(name, file: file, count: values.count, at: at) }
            guard let value = values.first else { throw .noValue(address.text, holder: row[0].place, at: at) }
            return try made(value)
        case .row(let name, let number):
            let index = try column(name)
            guard table.rows.indices.contains(number - 1) else {
                throw .row("\(number)", file: file, rows: table.rows.count, at: at)
            }
            return try cell(table.rows[number - 1], index)
        case .match(let name, let key, let value):
            let index = try column(name), keyed = try column(key)
            let rows = table.rows.filter { keyed < $0.count && $0[keyed].text == value }
            guard let row = rows.first else {
                throw .row("\(key)=\(value)", file: file, rows: table.rows.count, at: at)
            }
            if rows.count > 1 {
                throw .rows("\(key)=\(value)", file: file, lines: rows.map { $0[0].place.line }, at: at)
            }
            return try cell(row, index)
        case .sum(let name):
            let index = try column(name)
            var sum = ExactNumber(0)
            for cell in filled(index) {
                let value = SourceValue(address: "", text: cell.text, place: cell.place, language: language)
                guard let number = value.number?.value else {
                    throw .notNumber(address.text, text: cell.text, holder: cell.place, at: at)
                }
                guard let next = sum.adding(number) else { throw .sumTooLarge(address.text, at: at) }
                sum = next
            }
            return SourceValue(
                address: address.text, text: sum.text, place: table.header[index].place, language: "en")
        case .pointer: throw .address(address.text, at: at)
        }
    }
}
