// The text of one caption as it is shown: without tags, with references resolved and placeholders filled. Keeps the
// times in tags.
import Diagnostics

struct CaptionText {
    enum Format { case webVTT, subRip }

    private(set) var text = ""
    private(set) var marks: [(offset: Int, seconds: Double)] = []
    private(set) var row: CaptionRow?
    /// Parts of the text that are left out.
    private(set) var leftOut: [(what: String, hint: String?, place: Place)] = []
    /// Features of the file that are ignored.
    private(set) var unfollowed: Set<String> = []

    private let file: CaptionFile
    private let body: [Int]
    private let format: Format
    private let bytes: [UInt8]
    /// Offset of each line of the body in `bytes`.
    private var starts: [Int] = []
    private var out: [UInt8] = []

    init(_ file: CaptionFile, body: [Int], _ format: Format) {
        self.file = file
        self.body = body
        self.format = format
        var bytes: [UInt8] = []
        for line in body {
            if !starts.isEmpty { bytes.append(0x0A) }
            starts.append(bytes.count)
            bytes += file.lines[line].utf8
        }
        self.bytes = bytes
        read()
        finish()
    }

    private mutating func read() {
        var index = 0
        while index < bytes.count {
            let rest = bytes[index...]
            let length: Int? =
                switch bytes[index] {
                case UInt8(ascii: "<"): tag(at: index)
                case UInt8(ascii: "{"): rest.starts(with: "{{".utf8) ? placeholder(at: index) : override(at: index)
                case UInt8(ascii: "&"): reference(rest)
                case UInt8(ascii: "\\"): escape(rest)
                default: control(at: index)
                }
            if let length {
                index += length
            } else {
                out.append(bytes[index])
                index += 1
            }
        }
    }

    private func place(at index: Int, length: Int) -> Place {
        let line = (starts.lastIndex { $0 <= index }) ?? 0
        var place = file.place(body[line])
        place.column = String(decoding: bytes[starts[line]..<index], as: UTF8.self).count + 1
        place.length = max(
            1,
            String(decoding: bytes[index..<min(bytes.count, index + length)], as: UTF8.self).prefix { $0 != "\n" }.count
        )
        return place
    }

    // MARK: Markup. Each function returns the number of bytes that it has read, or nil if the character is plain text.

    private static let webVTTTags: Set<String> = ["c", "i", "b", "u", "v", "ruby", "rt", "lang"]
    private static let subRipTags: Set<String> = webVTTTags.union(["s", "font", "span", "em", "strong", "p", "div"])

    private mutating func tag(at index: Int) -> Int? {
        // Tags are short; the limit prevents quadratic time for a text of many '<'.
        guard let close = bytes[index...].prefix(200).firstIndex(of: UInt8(ascii: ">")) else { return nil }
        let body = bytes[(index + 1)..<close], length = close - index + 1
        if let seconds = clockSeconds(String(decoding: body, as: UTF8.self)) {
            marks.append((out.count, seconds))
            return length
        }
        let isEnd = body.first == UInt8(ascii: "/")
        let letters = body.dropFirst(isEnd ? 1 : 0).prefix { (97...122).contains($0 | 0x20) }
        let next = body.dropFirst((isEnd ? 1 : 0) + letters.count).first
        // A name ends before a class or an attribute, or with the tag.
        guard !letters.isEmpty, next == nil || [0x20, 0x09, 0x0A, 0x2E, 0x2F, 0x3D].contains(next) else { return nil }
        let name = String(decoding: letters, as: UTF8.self).lowercased()
        if name == "br" {
            out.append(0x0A)
            return length
        }
        if (format == .webVTT ? Self.webVTTTags : Self.subRipTags).contains(name) { return length }
        guard format == .webVTT else { return nil }
        leftOut.append(
            (
                "'\(String(decoding: bytes[index...close], as: UTF8.self))' is left out: WebVTT has no such tag",
                "write &lt; for a '<' that is text", place(at: index, length: length)
            ))
        return length
    }

    private mutating func placeholder(at index: Int) -> Int? {
        guard let close = Placeholders.close(in: bytes[(index + 2)...]) else {
            file.reader.report(.openTemplate(at: place(at: index, length: 2)))
            return bytes.count - index
        }
        let length = close.upperBound - index
        let name = String(decoding: bytes[(index + 2)..<close.lowerBound], as: UTF8.self)
        out += (file.options.fill(name, place(at: index, length: length)) ?? "").utf8
        return length
    }

    /// `{\an8}` sets the position of a SubRip caption; other overrides affect only its style.
    private mutating func override(at index: Int) -> Int? {
        let rest = bytes[index...]
        guard rest.starts(with: "{\\".utf8), let close = rest.prefix(200).firstIndex(of: UInt8(ascii: "}")) else {
            return nil
        }
        for part in String(decoding: bytes[(index + 1)..<close], as: UTF8.self).split(separator: "\\") {
            if part.hasPrefix("an"), let number = Int(part.dropFirst(2)), (1...9).contains(number) {
                row = [.bottom, .middle, .top][(number - 1) / 3]
            } else if part.hasPrefix("a"), let number = Int(part.dropFirst()), (1...11).contains(number) {
                row = number >= 9 ? .middle : number >= 5 ? .top : .bottom
            } else if part.hasPrefix("pos") || part.hasPrefix("move") || part.hasPrefix("org") {
                unfollowed.insert("'\\\(part.prefix { $0.isLetter })'")
            }
        }
        return close - index + 1
    }

    private mutating func reference(_ rest: ArraySlice<UInt8>) -> Int? {
        guard let (scalar, length) = CharacterReference.read(rest) else { return nil }
        let isControl = scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t"
        if isControl { noteControl(scalar, at: rest.startIndex, length: length) } else { out += String(scalar).utf8 }
        return length
    }

    private mutating func escape(_ rest: ArraySlice<UInt8>) -> Int? {
        if rest.starts(with: "\\{{".utf8) {
            out += "{{".utf8
            return 3
        }
        guard format == .subRip, rest.count > 1 else { return nil }
        switch rest[rest.startIndex + 1] {
        case UInt8(ascii: "N"): out.append(0x0A)
        case UInt8(ascii: "h"): out += "\u{A0}".utf8
        default: return nil
        }
        return 2
    }

    /// Characters that are not drawn, including a byte order mark inside the text.
    private mutating func control(at index: Int) -> Int? {
        let first = bytes[index], second = index + 1 < bytes.count ? bytes[index + 1] : 0
        if first < 0x20, first != 0x0A, first != 0x09 {
            return noteControl(Unicode.Scalar(first), at: index, length: 1)
        }
        if first == 0x7F { return noteControl("\u{7F}", at: index, length: 1) }
        if first == 0xC2, (0x80...0x9F).contains(second) {
            return noteControl(Unicode.Scalar(second), at: index, length: 2)
        }
        if bytes[index...].starts(with: [0xEF, 0xBB, 0xBF]) { return noteControl("\u{FEFF}", at: index, length: 3) }
        return nil
    }

    @discardableResult
    private mutating func noteControl(_ scalar: Unicode.Scalar, at index: Int, length: Int) -> Int {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let name = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        leftOut.append(
            ("the control character \(name) is left out", "remove it from the file", place(at: index, length: length)))
        return length
    }

    // MARK: The whole

    /// Removes empty lines and blanks at line ends, and moves the marks accordingly.
    private mutating func finish() {
        var kept: [UInt8] = [], moved = marks, next = 0, start = 0
        for line in out.split(separator: 0x0A, omittingEmptySubsequences: false) {
            let shown = Self.trimmed(line, isFirst: kept.isEmpty)
            if !shown.isEmpty, !kept.isEmpty { kept.append(0x0A) }
            while next < marks.count, marks[next].offset <= start + line.count {
                moved[next].offset = kept.count + max(0, min(shown.count, marks[next].offset - shown.startIndex))
                next += 1
            }
            kept += shown
            start += line.count + 1
        }
        marks = moved
        text = String(decoding: kept, as: UTF8.self)
    }

    private static func trimmed(_ line: ArraySlice<UInt8>, isFirst: Bool) -> ArraySlice<UInt8> {
        let text = String(decoding: line, as: UTF8.self)
        if isBlankText(text) { return line.prefix(0) }
        let scalars = text.unicodeScalars
        let before = scalars.prefix { $0.properties.isWhitespace },
            after = scalars.reversed().prefix { $0.properties.isWhitespace }
        let front = before.reduce(0) { $0 + UTF8.width($1) }, back = after.reduce(0) { $0 + UTF8.width($1) }
        // Indentation inside a caption is intended.
        return line.dropFirst(isFirst ? front : 0).dropLast(back)
    }
}

/// Whether a text shows nothing: only blanks, joiners and direction marks.
func isBlankText(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0.properties.isWhitespace || $0.properties.isDefaultIgnorableCodePoint }
}
