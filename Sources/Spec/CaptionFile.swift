// SubRip and WebVTT. As tolerant as players are: numbers, settings, styles and tags are passed over; what has no time or
// an impossible one is an error with its place in that file.
import Diagnostics

/// A caption with its place in the file it comes from.
struct FileCue: Sendable {
    var place: Place
    /// Seconds.
    var start: Double
    var end: Double
    var text: String
    /// Where in `text` (UTF-8 bytes) a word begins to be said, and when: from WebVTT's `<00:01.500>`.
    var marks: [(offset: Int, seconds: Double)] = []
}

enum CaptionFile {
    static let bytes = 4 << 20

    static func read(_ text: String, file: String, _ reader: Reader) -> [FileCue] {
        guard text.utf8.count <= bytes else {
            reader.report(.captionSyntax("the file is larger than \(bytes) bytes", hint: nil, at: Place(file: file, line: 0, column: 0)))
            return []
        }
        var lines = splitLines(text)
        if lines[0].unicodeScalars.first == "\u{FEFF}" { lines[0] = Substring(lines[0].unicodeScalars.dropFirst()) }
        let isWebVTT = lines[0].hasPrefix("WEBVTT")
        let reported = reader.problems.count
        var cues: [FileCue] = []
        var index = isWebVTT ? 1 : 0
        // A header goes on to the first empty line.
        if isWebVTT { while index < lines.count, !isBlank(lines[index]), !lines[index].contains("-->") { index += 1 } }
        while index < lines.count {
            let line = lines[index]
            guard !isBlank(line) else { index += 1; continue }
            if isWebVTT, isBlock(line) {
                while index < lines.count, !isBlank(lines[index]) { index += 1 }
                continue
            }
            if !line.contains("-->") {
                // An identifier or SubRip's number: the times follow at once.
                if index + 1 < lines.count, lines[index + 1].contains("-->") { index += 1; continue }
                reader.report(.captionSyntax("a caption begins with its times", hint: "write 00:01.000 --> 00:02.500",
                                             at: place(file, index, lines)))
                while index < lines.count, !isBlank(lines[index]) { index += 1 }
                continue
            }
            let timing = index
            index += 1
            var body: [Substring] = []
            while index < lines.count, !isBlank(lines[index]), !lines[index].contains("-->") {
                body.append(lines[index])
                index += 1
            }
            // The next caption follows without an empty line: what stands last is its number, not text of this one.
            let isCrowded = index < lines.count && lines[index].contains("-->")
            if isCrowded, body.count > 1, body.last!.allSatisfy(\.isNumber) { body.removeLast() }
            let at = place(file, timing, lines)
            guard let (start, end) = times(lines[timing]) else {
                reader.report(.captionSyntax("these are not times", hint: "write 00:01.000 --> 00:02.500", at: at))
                continue
            }
            guard cues.count < SpecLimits.cues else {
                reader.report(.tooMany("captions", count: cues.count + 1, limit: SpecLimits.cues, at: at))
                return cues
            }
            let joined = body.joined(separator: "\n")
            guard joined.utf8.count <= SpecLimits.caption else {
                reader.report(.textTooLong("captions", limit: SpecLimits.caption, at: at))
                continue
            }
            let (plain, marks) = stripped(joined)
            cues.append(FileCue(place: at, start: start, end: end, text: plain, marks: marks))
        }
        if cues.isEmpty, reader.problems.count == reported {
            reader.report(.captionSyntax("there are no captions in this file", hint: "SRT and WebVTT are read", at: Place(file: file, line: 0, column: 0)))
        }
        return cues
    }

    private static func isBlock(_ line: Substring) -> Bool {
        ["NOTE", "STYLE", "REGION"].contains { line == $0 || line.hasPrefix($0 + " ") || line.hasPrefix($0 + "\t") }
    }

    private static func splitLines(_ text: String) -> [Substring] {
        // "\r\n" is one Character, so all three ends are characters.
        text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
    }

    private static func isBlank(_ line: Substring) -> Bool { line.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 } }

    private static func place(_ file: String, _ line: Int, _ lines: [Substring]) -> Place {
        let isShort = lines[line].utf8.count <= 1000
        return Place(file: file, line: line + 1, column: 1, length: isShort ? max(1, lines[line].count) : 1, excerpt: isShort ? String(lines[line]) : nil)
    }

    private static func times(_ line: Substring) -> (Double, Double)? {
        guard let arrow = line.firstRange(of: "-->") else { return nil }
        let before = line[..<arrow.lowerBound].split { $0 == " " || $0 == "\t" }
        let after = line[arrow.upperBound...].split { $0 == " " || $0 == "\t" }
        guard before.count == 1, let first = after.first,   // settings may follow
              let start = clockSeconds(String(before[0])), let end = clockSeconds(String(first)) else { return nil }
        return (start, end)
    }

    /// Without tags, with entities decoded; the times inside tags kept.
    static func stripped(_ text: String) -> (String, [(offset: Int, seconds: Double)]) {
        var out = "", marks: [(offset: Int, seconds: Double)] = []
        var rest = text[...]
        while let character = rest.first {
            // Tags are short; looking no further keeps a text of a thousand '<' from costing its square.
            if character == "<", let close = rest.prefix(200).firstIndex(of: ">") {
                let tag = rest[rest.index(after: rest.startIndex)..<close]
                if let seconds = clockSeconds(String(tag)) {
                    marks.append((out.utf8.count, seconds))
                    rest = rest[rest.index(after: close)...]
                    continue
                }
                if let first = tag.first, first.isLetter || first == "/" {
                    rest = rest[rest.index(after: close)...]
                    continue
                }
            }
            // SubRip's positions: {\an8}
            if character == "{", rest.hasPrefix("{\\"), let close = rest.prefix(200).firstIndex(of: "}") {
                rest = rest[rest.index(after: close)...]
                continue
            }
            if character == "&", let (decoded, end) = entity(rest) {
                out += decoded
                rest = rest[end...]
                continue
            }
            out.append(character)
            rest.removeFirst()
        }
        while let last = out.last, last.isWhitespace { out.removeLast() }
        let blank = out.prefix { $0.isWhitespace }.utf8.count
        let limit = out.utf8.count - blank
        return (String(out.utf8.dropFirst(blank)) ?? out, marks.map { (max(0, min($0.offset - blank, limit)), $0.seconds) })
    }

    private static let entities = ["amp": "&", "lt": "<", "gt": ">", "nbsp": "\u{A0}", "quot": "\"", "apos": "'", "lrm": "\u{200E}", "rlm": "\u{200F}"]

    private static func entity(_ text: Substring) -> (String, String.Index)? {
        let body = text.dropFirst().prefix(10)
        guard let semicolon = body.firstIndex(of: ";") else { return nil }
        let name = body[..<semicolon], end = text.index(after: semicolon)
        if let known = entities[String(name)] { return (known, end) }
        guard name.first == "#" else { return nil }
        let digits = name.dropFirst()
        let code = digits.first == "x" || digits.first == "X" ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        guard let code, code >= 0x20, let scalar = Unicode.Scalar(code) else { return nil }
        return (String(Character(scalar)), end)
    }
}
