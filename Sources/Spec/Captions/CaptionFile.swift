// Reads a caption file from its bytes: WebVTT by its standard, SubRip as players do. Each part that is left out results
// in a warning at its line.
import Composition
import Diagnostics

/// A caption with its place in its file.
struct FileCue: Sendable {
    var place: Place
    /// Seconds.
    var start: Double
    var end: Double
    var text: String
    /// From WebVTT's `<00:01.500>`: the offset in `text` (UTF-8 bytes) and the time at which a word is spoken.
    var marks: [(offset: Int, seconds: Double)] = []
    /// The position that the file specifies; nil: the default.
    var row: CaptionRow?
}

/// A vertical position in the frame, and the part of the caption at that position: 0 is its top, 1 its bottom.
struct CaptionRow: Sendable, Equatable {
    var height: Double
    var anchor: Double

    static let top = CaptionRow(height: 0.08, anchor: 0)
    static let middle = CaptionRow(height: 0.5, anchor: 0.5)
    static let bottom = CaptionRow(height: 0.92, anchor: 1)
}

struct CaptionFile {
    static let bytes = 4 << 20

    /// How to read a file, and how to fill its `{{name}}`.
    struct Options {
        var encoding: TextEncoding?
        /// Whether unreadable parts are errors, not left out with a warning.
        var isStrict = false
        /// Returns the value for the text between the braces; nil after reporting an error.
        var fill: (_ body: String, _ place: Place) -> String? = { _, _ in nil }
    }

    let file: String
    let lines: [Substring]
    let options: Options
    let reader: Reader
    private(set) var cues: [FileCue] = []
    /// Features of the file that are ignored, each with its first line.
    var unfollowed: [(what: String, line: Int)] = []

    static func read(_ bytes: [UInt8], file: String, _ options: Options, _ reader: Reader) -> [FileCue] {
        let whole = Place(file: file, line: 0, column: 0)
        guard bytes.count <= Self.bytes else {
            reader.report(.captionSyntax("the file is larger than \(Self.bytes) bytes", hint: nil, at: whole))
            return []
        }
        let text: String
        do { text = try TextEncoding.text(bytes, declared: options.encoding) } catch {
            reader.report(
                .captionEncoding(error.message, hint: error.hint, at: place(of: error.offset, in: bytes, file: file)))
            return []
        }
        var captions = CaptionFile(file: file, lines: split(text), options: options, reader: reader)
        let reported = reader.errors.count
        if let other = captions.otherFormat {
            reader.report(
                .captionSyntax(
                    "this is \(other), which is not supported", hint: "convert it to WebVTT or SRT", at: whole))
            return []
        }
        if captions.isWebVTT { captions.readWebVTT() } else { captions.readSubRip() }
        for (what, line) in captions.unfollowed { reader.report(.captionUnfollowed(what, at: captions.place(line))) }
        if captions.cues.isEmpty, reader.errors.count == reported {
            reader.report(
                .captionSyntax("there are no captions in this file", hint: "use an SRT or WebVTT file", at: whole))
        }
        return captions.cues
    }

    /// Adds the caption with its times in line `timing` and its text in the lines `body`.
    /// - Returns: false if the limit is reached.
    mutating func add(_ times: CaptionTimes, timing: Int, body: [Int], _ format: CaptionText.Format) -> Bool {
        let at = place(timing)
        guard cues.count < SpecLimits.cues else {
            reader.report(.tooMany("captions", count: cues.count + 1, limit: SpecLimits.cues, at: at))
            return false
        }
        guard body.reduce(0, { $0 + lines[$1].utf8.count + 1 }) <= SpecLimits.caption * 4 else {
            reader.report(.textTooLong("captions", limit: SpecLimits.caption, at: at))
            return true
        }
        let text = CaptionText(self, body: body, format)
        for (what, hint, place) in text.leftOut { leaveOut(what, hint: hint, at: place) }
        unfollowed.note(text.unfollowed, times.unfollowed, line: timing)
        cues.append(
            FileCue(
                place: at, start: times.start, end: times.end, text: text.text, marks: text.marks,
                row: text.row ?? times.row))
        return true
    }

    func leaveOut(_ what: String, hint: String?, at place: Place) {
        reader.report(
            options.isStrict
                ? .captionSyntax(what, hint: hint, at: place) : .captionLeftOut(what, hint: hint, at: place))
    }

    // MARK: Lines and places

    func place(_ line: Int) -> Place {
        let isShort = lines[line].utf8.count <= 1000
        return Place(
            file: file, line: line + 1, column: 1, length: isShort ? max(1, lines[line].count) : 1,
            excerpt: isShort ? String(lines[line]) : nil)
    }

    /// Splits at LF, CR LF and CR. Works on bytes, since a combining accent at the start of a line would join the line
    /// break.
    private static func split(_ text: String) -> [Substring] {
        var lines: [Substring] = [], start = text.startIndex, index = start
        let bytes = text.utf8
        while index < bytes.endIndex {
            let byte = bytes[index], next = bytes.index(after: index)
            guard byte == 0x0A || byte == 0x0D else { index = next; continue }
            lines.append(text[start..<index])
            index = byte == 0x0D && next < bytes.endIndex && bytes[next] == 0x0A ? bytes.index(after: next) : next
            start = index
        }
        lines.append(text[start...])
        return lines
    }

    /// The place of an unreadable byte. All supported encodings end lines with the same bytes, in UTF-16 with an
    /// additional zero.
    private static func place(of offset: Int, in bytes: [UInt8], file: String) -> Place {
        guard offset > 0 else { return Place(file: file, line: 0, column: 0) }
        let before = bytes[..<offset], start = (before.lastIndex { $0 == 0x0A || $0 == 0x0D } ?? -1) + 1
        var line = 1
        for (index, byte) in before.enumerated()
        where byte == 0x0A || byte == 0x0D && (index + 1 >= bytes.count || bytes[index + 1] != 0x0A) {
            line += 1
        }
        let end = bytes[offset...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count
        guard !before.contains(0), end - start <= 1000 else { return Place(file: file, line: line, column: 1) }
        return Place(
            file: file, line: line, column: String(decoding: bytes[start..<offset], as: UTF8.self).count + 1,
            excerpt: String(decoding: bytes[start..<end], as: UTF8.self))
    }

    // MARK: Formats

    /// WebVTT 1, "WebVTT file parsing", steps 4 to 9.
    private var isWebVTT: Bool {
        guard lines[0].hasPrefix("WEBVTT") else { return false }
        let next = lines[0].utf8.dropFirst(6).first
        return next == nil || next == 0x20 || next == 0x09
    }

    /// A caption format that is not supported, recognised by its first line.
    private var otherFormat: String? {
        let start = (lines.first { !$0.allSatisfy(\.isWhitespace) } ?? "").drop { $0.isWhitespace }
        let lower = start.prefix(200).lowercased()
        if lower.hasPrefix("<?xml") || lower.hasPrefix("<tt") { return "an XML document, perhaps TTML" }
        if lower.hasPrefix("<sami") { return "SAMI" }
        if lower.hasPrefix("scenarist_scc") { return "SCC" }
        if lower.hasPrefix("[script info]") { return "ASS or SSA" }
        if lower.hasPrefix("{\"") || lower.hasPrefix("[{") { return "JSON" }
        if start.hasPrefix("{"), start.dropFirst().prefix(while: \.isNumber).isEmpty == false, start.contains("}{") {
            return "MicroDVD"
        }
        if start.hasPrefix("["), start.dropFirst().first?.isNumber == true, start.contains("]") { return "LRC" }
        let pair = start.split(separator: ",", omittingEmptySubsequences: false)
        if pair.count == 2, pair.allSatisfy({ clockSeconds(String($0)) != nil && $0.contains(".") }) { return "SBV" }
        return nil
    }
}

extension [(what: String, line: Int)] {
    mutating func note(_ whats: Set<String>..., line: Int) {
        for what in whats.joined().sorted() where !contains(where: { $0.what == what }) { append((what, line)) }
    }
}
