// What can be wrong with a table of variants and with the films that it makes.

public enum VariantProblem: Problem {
    case kind(String, at: Place)
    case missing(String, at: Place)
    case tooLarge(String, limit: String, at: Place)
    case noRows(String, isFiltered: Bool, at: Place)
    case notRows(found: String, at: Place)
    case notARow(found: String, at: Place)
    case namelessColumn(at: Place)
    case sameColumn(String, at: Place)
    /// A column that the pattern of the name, a condition or `ignore` names.
    case unknownColumn(String, known: [String], at: Place)
    /// A column that is no prop.
    case unusedColumn(String, known: [String], at: Place)
    case shortRow(cells: Int, columns: Int, at: Place)
    case pattern(String, reason: String, at: Place)
    case patternStart(String, name: String, at: Place)
    case namelessRow(column: String, at: Place)
    case rowName(String, reason: String, at: Place)
    case longName(String, limit: Int, at: Place)
    case sameName(String, first: Place, at: Place)
    /// Two films of a spec have one name.
    case sameFilm(String, at: Place)
    case tooMany(Int, limit: Int, at: Place)

    public var diagnostic: Diagnostic {
        switch self {
        case .kind(let path, let at):
            Diagnostic(
                "variants-kind", "'\(path)' is not a table",
                hint: "use a file whose name ends in .csv, .tsv, .json, .yaml or .yml", at: at)
        case .missing(let path, let at):
            Diagnostic(
                "variants-missing", "the table '\(path)' does not exist",
                hint: "write its path from the workspace; a table elsewhere needs --root", at: at)
        case .tooLarge(let path, let limit, let at):
            Diagnostic(
                "variants-too-large", "the table '\(path)' has more than \(limit)",
                hint: "split it into several tables", at: at)
        case .noRows(let path, isFiltered: true, let at):
            Diagnostic("variants-no-row", "no row of '\(path)' has the values of --where", at: at)
        case .noRows(let path, isFiltered: false, let at):
            Diagnostic("variants-no-row", "the table '\(path)' has no rows", at: at)
        case .notRows(let found, let at):
            Diagnostic(
                "variants-rows", "a table of variants is a list of mappings, not \(found)",
                hint: "write one mapping for each film: [{ sku: A7, price: 149 }]", at: at)
        case .notARow(let found, let at):
            Diagnostic("variants-row", "a row of a table of variants is a mapping, not \(found)", at: at)
        case .namelessColumn(let at):
            Diagnostic(
                "variants-nameless-column", "this column has no name",
                hint: "the first line of the table names the columns", at: at)
        case .sameColumn(let name, let at):
            Diagnostic("variants-column-twice", "two columns are named '\(name)'", hint: "rename one of them", at: at)
        case .unknownColumn(let name, let known, let at):
            Diagnostic(
                "variants-column", "the table has no column '\(name)'",
                hint: suggestion(name, among: known, label: "its columns"), at: at)
        case .unusedColumn(let name, let known, let at):
            Diagnostic(
                "variants-unused-column", "the column '\(name)' is not a prop of the spec",
                hint: (didYouMean(name, among: known).map { "did you mean '\($0)'? " } ?? "")
                    + "declare it under 'props', or list it in 'ignore' of the spec's 'variants'", at: at)
        case .shortRow(let cells, let columns, let at):
            Diagnostic(
                "variants-short-row", "this row ends after \(cells) of \(columns) cells",
                hint: "write an empty cell for each value that it does not give", at: at)
        case .pattern(let text, let reason, let at):
            Diagnostic("variants-name", "'\(text)' cannot name films: \(reason)", at: at)
        case .patternStart(let text, let name, let at):
            Diagnostic(
                "variants-name-start", "'\(text)' cannot name films: it does not begin with the spec's name",
                hint: "write '\(name)-{column}', so that a film's name tells its spec", at: at)
        case .namelessRow(let column, let at):
            Diagnostic(
                "variants-nameless-row", "this row has no '\(column)', which names its film",
                hint: "fill in the cell, or name films by another column", at: at)
        case .rowName(let text, let reason, let at):
            Diagnostic(
                "variants-row-name", "'\(text.prefix(60))' cannot be part of a file's name: \(reason)",
                hint: "name films by another column", at: at)
        case .longName(let name, let limit, let at):
            Diagnostic(
                "variants-long-name",
                "the film's name '\(name.prefix(40))…' has \(name.utf8.count) bytes, more than \(limit)",
                hint: "name films by a column with shorter values", at: at)
        case .sameName(let name, let first, let at):
            Diagnostic(
                "variants-same-name", "two rows make the film '\(name)'",
                hint: "the other is in line \(first.line); name films by a column whose values differ", at: at)
        case .sameFilm(let name, let at):
            Diagnostic(
                "variants-same-film", "the spec makes two films '\(name)'",
                hint: "rename a format, a language or the pattern of the rows", at: at)
        case .tooMany(let count, let limit, let at):
            Diagnostic(
                "variants-too-many", "this makes \(count) films of one spec, more than \(limit)",
                hint: "split the table, or build a part of it with --each and --where", at: at)
        }
    }
}
