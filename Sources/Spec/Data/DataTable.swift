// A table of comma-separated values (RFC 4180) in which every cell has its place.
import Diagnostics

struct DataTable {
    struct Cell {
        var text: String
        var place: Place
    }

    private(set) var header: [Cell] = []
    private(set) var rows: [[Cell]] = []
    /// `;` as in countries that write 1.234,5.
    private(set) var separator: Character = ","
    static let largest = 500_000

    /// - Throws: `SourceProblem`.
    init(_ text: String, file: String, isTabbed: Bool, at use: Place) throws(Diagnostics) {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        separator = isTabbed ? "\t" : Self.separator(of: lines.first ?? "")
        // The cells of a line share its text.
        var shown: (line: Int, text: String?) = (-1, nil)
        func place(_ line: Int, _ column: Int, _ length: Int) -> Place {
            if shown.line != line {
                shown = (line, line < lines.count && lines[line].utf8.count < 400 ? String(lines[line]) : nil)
            }
            let excerpt = shown.text
            return Place(file: file, line: line + 1, column: column + 1, length: max(1, length), excerpt: excerpt)
        }
        var row: [Cell] = [], all: [[Cell]] = [], count = 0
        var cell = "", start = (line: 0, column: 0), isQuoted = false, wasQuoted = false
        var line = 0, column = 0
        func problem(_ problem: SourceProblem) -> Diagnostics { Diagnostics([problem.diagnostic]) }
        func end() {
            let text = wasQuoted ? cell : cell.trimmed
            row.append(Cell(text: text, place: place(start.line, start.column, text.count)))
            (cell, wasQuoted) = ("", false)
            count += 1
        }
        var index = text.startIndex
        while index < text.endIndex {
            let letter = text[index]
            index = text.index(after: index)
            if cell.isEmpty, !wasQuoted, !isQuoted { start = (line, column) }
            column += 1
            if isQuoted {
                if letter == "\"" {
                    if index < text.endIndex, text[index] == "\"" {
                        cell.append("\"")
                        index = text.index(after: index)
                        column += 1
                    } else {
                        isQuoted = false
                    }
                    continue
                }
                cell.append(letter)
                if letter.isNewline { (line, column) = (line + 1, 0) }
            } else if letter == "\"", cell.isEmpty {
                (isQuoted, wasQuoted) = (true, true)
            } else if letter == separator {
                end()
            } else if letter.isNewline {
                end()
                if row.count > 1 || !row[0].text.isEmpty { all.append(row) }
                row = []
                (line, column) = (line + 1, 0)
                guard count <= Self.largest else {
                    throw problem(.tooLarge(file: file, limit: "\(Self.largest) cells", at: use))
                }
            } else if !wasQuoted || !letter.isWhitespace {
                cell.append(letter)
            }
        }
        if isQuoted { throw problem(.quote(at: place(start.line, start.column, 1))) }
        if !cell.isEmpty || wasQuoted || !row.isEmpty {
            end()
            all.append(row)
        }
        header = all.first ?? []
        rows = Array(all.dropFirst())
        for row in rows where row.count > header.count && row[header.count...].contains(where: { !$0.text.isEmpty }) {
            throw problem(.width(cells: row.count, columns: header.count, at: row[header.count].place))
        }
    }

    /// The separator that the header uses most.
    private static func separator(of line: Substring) -> Character {
        var counts: [Character: Int] = [:], isQuoted = false
        for letter in line {
            if letter == "\"" { isQuoted.toggle() }
            if !isQuoted, ",;\t".contains(letter) { counts[letter, default: 0] += 1 }
        }
        return [",", ";", "\t"].max { counts[$0, default: 0] < counts[$1, default: 0] } ?? ","
    }
}

extension String {
    /// Without white space at its ends.
    var trimmed: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
