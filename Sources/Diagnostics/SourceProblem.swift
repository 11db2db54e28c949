// What can be wrong with the source of a number: its address, the data file, the cell.

public enum SourceProblem: Problem {
    case address(String, at: Place)
    case kind(String, at: Place)
    case column(String, file: String, known: [String], at: Place)
    case sameColumn(String, file: String, at: Place)
    case row(String, file: String, rows: Int, at: Place)
    case rows(String, file: String, lines: [Int], at: Place)
    case several(String, file: String, count: Int, at: Place)
    case severalInRow(String, file: String, count: Int, at: Place)
    case noValue(String, holder: Place, at: Place)
    case notNumber(String, text: String, holder: Place, at: Place)
    case sumTooLarge(String, at: Place)
    case pointer(String, file: String, missing: String, known: [String], at: Place)
    case notScalar(String, kind: String, holder: Place, at: Place)
    case quote(at: Place)
    case width(cells: Int, columns: Int, at: Place)
    case tooLarge(file: String, limit: String, at: Place)
    case encoding(String, hint: String, at: Place)

    private static func line(_ place: Place) -> String { "\(place.file):\(place.line):\(place.column)" }

    public var diagnostic: Diagnostic {
        switch self {
        case .address(let text, let at):
            Diagnostic(
                "source-address", "'\(text)' does not address a value",
                hint: "write data.csv#COLUMN, data.csv#COLUMN[2], data.csv#COLUMN[KEY=VALUE], data.csv#sum(COLUMN), "
                    + "data.csv#count, data.json#/a/0/b or data.yaml#/a/b",
                at: at)
        case .kind(let path, let at):
            Diagnostic(
                "source-kind", "vgraph cannot read values from '\(path)'",
                hint: "use a file whose name ends in .csv, .tsv, .json, .yaml or .yml", at: at)
        case .column(let name, let file, let known, let at):
            Diagnostic(
                "source-column", "'\(file)' has no column '\(name)'",
                hint: suggestion(name, among: known, label: "its columns"), at: at)
        case .sameColumn(let name, let file, let at):
            Diagnostic(
                "source-column-twice", "'\(file)' has several columns '\(name)'", hint: "rename one of them", at: at)
        case .row(let row, let file, let rows, let at):
            Diagnostic(
                "source-row", "'\(file)' has no row '\(row)'",
                hint: "it has \(rows) \(rows == 1 ? "row" : "rows") below its header; rows count from 1", at: at)
        case .rows(let row, let file, let lines, let at):
            Diagnostic(
                "source-rows", "several rows of '\(file)' fit '\(row)'",
                hint:
                    "they are in the lines \(lines.prefix(5).map(String.init).joined(separator: ", ")); name a column "
                    + "whose values differ",
                at: at)
        case .several(let name, let file, let count, let at):
            Diagnostic(
                "source-several", "'\(name)' of '\(file)' has \(count) values",
                hint: "add the row: \(name)[1] or \(name)[KEY=VALUE]; or write sum(\(name))", at: at)
        case .severalInRow(let row, let file, let count, let at):
            Diagnostic(
                "source-row-values", "the row '\(row)' of '\(file)' has \(count) values",
                hint: "name the column and the row: COLUMN[KEY=\(row)]", at: at)
        case .noValue(let address, let holder, let at):
            Diagnostic("source-empty", "'\(address)' is empty at \(Self.line(holder))", at: at)
        case .notNumber(let address, let text, let holder, let at):
            Diagnostic(
                "source-not-a-number", "'\(address)' cannot add '\(text)' at \(Self.line(holder))", at: at)
        case .sumTooLarge(let address, let at):
            Diagnostic("source-sum", "the sum of '\(address)' has more than 18 digits", at: at)
        case .pointer(let pointer, let file, let missing, let known, let at):
            Diagnostic(
                "source-pointer", "'\(pointer)' leads nowhere in '\(file)': '\(missing)' is not there",
                hint: suggestion(missing, among: known, label: "what is there"), at: at)
        case .notScalar(let address, let kind, let holder, let at):
            Diagnostic(
                "source-not-a-value", "'\(address)' is \(kind), not a value (\(Self.line(holder)))",
                hint: "continue the pointer with '/' and a name or a number", at: at)
        case .quote(let at):
            Diagnostic("source-quote", "this quote is not closed", hint: "write \"\" for a quote within quotes", at: at)
        case .width(let cells, let columns, let at):
            Diagnostic(
                "source-width", "this row has \(cells) cells, but the header has \(columns)",
                hint: "put quotes around a cell that contains the separator", at: at)
        case .tooLarge(let file, let limit, let at):
            Diagnostic("source-too-large", "'\(file)' has more than \(limit)", at: at)
        case .encoding(let message, let hint, let at):
            Diagnostic("source-encoding", message, hint: hint, at: at)
        }
    }
}
