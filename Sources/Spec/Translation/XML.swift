// A small XML reader for files of translators: elements, attributes and text with their places. A document type is refused,
// so there are no entities but the five of XML, and nothing outside of the file is read. Depth and size are bounded.
import Diagnostics

struct XMLElement {
    enum Child {
        case text(String)
        case element(XMLElement)
    }

    /// Without a prefix.
    var name: String
    var attributes: [String: String] = [:]
    var children: [Child] = []
    var place: Place

    var elements: [XMLElement] {
        children.compactMap { if case .element(let element) = $0 { element } else { nil } }
    }

    static let depth = 64
    static let bytes = 16 << 20
    static let elements = 500_000

    static func read(_ bytes: [UInt8], file: String) throws(LanguageProblem) -> XMLElement {
        guard bytes.count <= self.bytes else {
            throw .badXML("the file is larger than 16 MB", at: Place(file: file, line: 1, column: 1))
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw .badXML("the file is UTF-16; save it as UTF-8", at: Place(file: file, line: 1, column: 1))
        }
        let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw .badXML("the file is not UTF-8", at: Place(file: file, line: 1, column: 1))
        }
        var parser = XMLParser(bytes: bytes, file: file)
        return try parser.document()
    }
}

private struct XMLParser {
    let bytes: [UInt8]
    let file: String
    var index = 0
    var line = 1
    /// Index of the line's first byte.
    var start = 0
    var count = 0

    init(bytes: [UInt8], file: String) { (self.bytes, self.file) = (bytes, file) }

    private var place: Place {
        Place(
            file: file, line: line,
            column: String(decoding: bytes[start..<min(index, bytes.count)], as: UTF8.self).count + 1)
    }

    private func fail(_ reason: String) -> LanguageProblem { .badXML(reason, at: place) }

    private mutating func advance(_ number: Int = 1) {
        for _ in 0..<number where index < bytes.count {
            if bytes[index] == 0x0A { (line, start) = (line + 1, index + 1) }
            index += 1
        }
    }

    private func has(_ word: StaticString) -> Bool {
        word.withUTF8Buffer { bytes[index...].starts(with: $0) }
    }

    private mutating func skipSpace() {
        while index < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) { advance() }
    }

    private mutating func skip(to end: StaticString, _ what: String) throws(LanguageProblem) {
        while index < bytes.count {
            if has(end) { advance(end.utf8CodeUnitCount); return }
            advance()
        }
        throw fail("\(what) has no end")
    }

    mutating func document() throws(LanguageProblem) -> XMLElement {
        try skipMisc()
        guard index < bytes.count, bytes[index] == UInt8(ascii: "<") else { throw fail("the file has no root element") }
        let root = try element(depth: 1)
        try skipMisc()
        guard index == bytes.count else { throw fail("text after the last element") }
        return root
    }

    /// Declarations, comments, processing instructions and space.
    private mutating func skipMisc() throws(LanguageProblem) {
        while true {
            skipSpace()
            if has("<?xml ") {
                let from = index
                try skip(to: "?>", "a declaration")
                let text = String(decoding: bytes[from..<index], as: UTF8.self).lowercased()
                if text.contains("encoding"), !text.contains("utf-8"), !text.contains("us-ascii") {
                    throw fail("the file is not UTF-8")
                }
            } else if has("<?") {
                try skip(to: "?>", "an instruction")
            } else if has("<!--") {
                try skip(to: "-->", "a comment")
            } else if has("<!") {
                throw fail("a document type is not allowed")
            } else {
                return
            }
        }
    }

    private mutating func name() throws(LanguageProblem) -> String {
        let from = index
        while index < bytes.count {
            let c = bytes[index]
            let isPart =
                (48...57).contains(c) || (65...90).contains(c & 0xDF) || [45, 46, 58, 95].contains(c) || c >= 0x80
            guard isPart else { break }
            advance()
        }
        guard index > from, index - from <= 200 else { throw fail("a name is expected") }
        return String(decoding: bytes[from..<index], as: UTF8.self)
    }

    private mutating func element(depth: Int) throws(LanguageProblem) -> XMLElement {
        guard depth <= XMLElement.depth else { throw fail("elements are nested more than \(XMLElement.depth) deep") }
        count += 1
        guard count <= XMLElement.elements else { throw fail("more than \(XMLElement.elements) elements") }
        let place = place
        advance()
        let full = try name()
        var element = XMLElement(name: Self.local(full), place: place)
        while true {
            skipSpace()
            if has("/>") {
                advance(2)
                return element
            }
            if has(">") {
                advance()
                break
            }
            let name = try name()
            skipSpace()
            guard has("=") else { throw fail("an attribute needs '='") }
            advance()
            skipSpace()
            guard index < bytes.count, bytes[index] == 0x22 || bytes[index] == 0x27 else {
                throw fail("an attribute needs quotes")
            }
            let quote = bytes[index]
            advance()
            let value = try text(until: quote, of: "an attribute")
            guard element.attributes.updateValue(value, forKey: name) == nil else {
                throw fail("the attribute '\(name)' occurs twice")
            }
            advance()
        }
        while true {
            guard index < bytes.count else { throw fail("'\(full)' has no end") }
            if has("</") {
                advance(2)
                let end = try name()
                guard end == full else { throw fail("'</\(end)>' does not close '<\(full)>'") }
                skipSpace()
                guard has(">") else { throw fail("'>' is expected") }
                advance()
                return element
            }
            if has("<!--") {
                try skip(to: "-->", "a comment")
            } else if has("<![CDATA[") {
                advance(9)
                let from = index
                try skip(to: "]]>", "a CDATA section")
                element.children.append(.text(String(decoding: bytes[from..<index - 3], as: UTF8.self)))
            } else if has("<?") {
                try skip(to: "?>", "an instruction")
            } else if has("<!") {
                throw fail("a declaration is not allowed here")
            } else if has("<") {
                element.children.append(.element(try self.element(depth: depth + 1)))
            } else {
                element.children.append(.text(try text(until: UInt8(ascii: "<"), of: "'\(full)'")))
            }
        }
    }

    private static func local(_ name: String) -> String {
        name.lastIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name
    }

    /// Text with its references replaced; line breaks are LF.
    private mutating func text(until end: UInt8, of what: String) throws(LanguageProblem) -> String {
        var out: [UInt8] = []
        while index < bytes.count, bytes[index] != end {
            let c = bytes[index]
            if c == UInt8(ascii: "&") {
                out += try reference().utf8
                continue
            }
            if c == UInt8(ascii: "<") { throw fail("'<' is not allowed in \(what)") }
            if c == 0x0D {
                out.append(0x0A)
                advance(index + 1 < bytes.count && bytes[index + 1] == 0x0A ? 2 : 1)
                continue
            }
            guard c >= 0x20 || c == 0x09 || c == 0x0A else { throw fail("a control character is not allowed") }
            out.append(c)
            advance()
        }
        guard index < bytes.count else { throw fail("\(what) has no end") }
        return String(decoding: out, as: UTF8.self)
    }

    private mutating func reference() throws(LanguageProblem) -> String {
        guard let end = bytes[index..<min(bytes.count, index + 12)].firstIndex(of: UInt8(ascii: ";")) else {
            throw fail("'&' begins no reference")
        }
        let name = String(decoding: bytes[(index + 1)..<end], as: UTF8.self)
        let known = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]
        var found = known[name]
        if name.hasPrefix("#") {
            let digits = name.dropFirst()
            let number = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
            found = number.flatMap(Unicode.Scalar.init).flatMap {
                $0.value >= 0x20 || [0x09, 0x0A, 0x0D].contains($0.value) ? String($0) : nil
            }
        }
        guard let found else { throw fail("unknown reference '&\(name);'") }
        advance(end + 1 - index)
        return found
    }
}

/// For writing.
func xmlEscaped(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": out += "&amp;"
        case "<": out += "&lt;"
        case ">": out += "&gt;"
        case "\"": out += "&quot;"
        case "\r": out += "&#13;"
        default:
            if scalar.value < 0x20, scalar != "\n", scalar != "\t" {
                let hex = String(scalar.value, radix: 16, uppercase: true)
                out += "<cp hex=\"" + String(repeating: "0", count: 4 - hex.count) + hex + "\"/>"
            } else {
                out.unicodeScalars.append(scalar)
            }
        }
    }
    return out
}
