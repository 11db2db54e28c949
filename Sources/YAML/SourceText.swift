// The lines of a document, and the conversion of libyaml's marks (line and code point) to places (line and character).
import Diagnostics

struct SourceText {
    let file: String
    let bytes: [UInt8]
    /// Byte ranges of the lines, without the line break. Line breaks are the ones that libyaml counts.
    private var lines: [Range<Int>] = []
    private var known: [Int: Place.Line] = [:]
    /// The character that each code point of one line belongs to. Marks come in file order, so one line is enough.
    private var columns: (line: Int, of: [Int32]) = (-1, [])

    init(file: String, bytes: [UInt8]) {
        self.file = file
        self.bytes = bytes
        var start = 0, i = 0
        while i < bytes.count {
            let width = Self.breakWidth(bytes, i)
            if width == 0 { i += 1; continue }
            lines.append(start..<i)
            i += width
            start = i
        }
        lines.append(start..<bytes.count)
    }

    /// LF, CR, CR LF, NEL, LS or PS.
    private static func breakWidth(_ bytes: [UInt8], _ i: Int) -> Int {
        func at(_ k: Int) -> UInt8 { k < bytes.count ? bytes[k] : 0 }
        switch bytes[i] {
        case 0x0A: return 1
        case 0x0D: return at(i + 1) == 0x0A ? 2 : 1
        case 0xC2: return at(i + 1) == 0x85 ? 2 : 0
        case 0xE2: return at(i + 1) == 0x80 && (at(i + 2) == 0xA8 || at(i + 2) == 0xA9) ? 3 : 0
        default: return 0
        }
    }

    private func text(ofLine line: Int) -> String { String(decoding: bytes[lines[line]], as: UTF8.self) }

    /// Every place carries its excerpt, so long lines (minified JSON) have none.
    private mutating func shared(_ line: Int) -> Place.Line {
        if let known = known[line] { return known }
        let made = Place.Line(file: file, excerpt: lines[line].count <= 1000 ? text(ofLine: line) : nil)
        known[line] = made
        return made
    }

    /// 0-based code point to 0-based character.
    private mutating func character(line: Int, codePoint: Int) -> Int {
        let range = lines[line]
        if columns.line != line {
            var map: [Int32] = []
            if bytes[range].contains(where: { $0 >= 0x80 }) {
                for (index, character) in text(ofLine: line).enumerated() {
                    map.append(contentsOf: repeatElement(Int32(index), count: character.unicodeScalars.count))
                }
            }
            columns = (line, map)
        }
        if columns.of.isEmpty { return min(codePoint, range.count) }
        return codePoint < columns.of.count ? Int(columns.of[codePoint]) : Int(columns.of.last ?? 0) + 1
    }

    private mutating func length(ofLine line: Int) -> Int { character(line: line, codePoint: Int.max) }

    /// From 0-based marks; a span of several lines is cut at the end of its first line.
    mutating func place(line: Int, column: Int, endLine: Int, endColumn: Int) -> Place {
        let line = min(max(line, 0), lines.count - 1)
        let start = character(line: line, codePoint: column)
        let end = endLine == line ? character(line: line, codePoint: endColumn) : length(ofLine: line)
        return Place(in: shared(line), line: line + 1, column: start + 1, length: max(1, end - start))
    }

    mutating func place(line: Int, column: Int) -> Place {
        place(line: line, column: column, endLine: line, endColumn: column == Int.max ? column : column + 1)
    }

    /// From a byte offset, which may be inside an invalid character.
    mutating func place(offset: Int) -> Place {
        let line = (lines.lastIndex { $0.lowerBound <= offset }) ?? 0
        let before = String(
            decoding: bytes[lines[line].lowerBound..<min(offset, lines[line].upperBound)], as: UTF8.self)
        return Place(in: shared(line), line: line + 1, column: before.count + 1)
    }

    func byte(line: Int, column: Int) -> UInt8? {
        guard lines.indices.contains(line), lines[line].lowerBound + column < lines[line].upperBound else { return nil }
        return bytes[lines[line].lowerBound + column]
    }

    /// Whether the line's indentation contains a tab.
    func isIndentedByTab(line: Int) -> Bool {
        guard lines.indices.contains(line) else { return false }
        return bytes[lines[line]].prefix { $0 == 0x20 || $0 == 0x09 }.contains(0x09)
    }
}
