// Text that came from a file, a program or a record, made fit to be printed: it neither moves the cursor nor reorders
// what is beside it nor speaks to the machine that reads a log.

public enum Printable {
    /// Lines stay lines.
    public static func text(_ text: String) -> String {
        guard needsCare(text) else { return text }
        let clean = scalars(text, keeping: ["\n", "\t"])
        return clean.split(
            separator: "\n",
            omittingEmptySubsequences: false
        ).map { withoutCommand(String($0)) }.joined(separator: "\n")
    }

    /// One line, whatever is in it.
    public static func line(_ text: String) -> String {
        needsCare(text) || text.utf8.contains(0x0A) ? withoutCommand(scalars(text, keeping: ["\t"])) : text
    }

    /// A line that a CI machine would take for a command of its own (GitHub: `::error::`, `##[group]`; Azure: `##vso[`)
    /// is none any more.
    static func withoutCommand(_ line: String) -> String {
        var line = line
        while let at = commandBracket(in: line) { line.insert(" ", at: at) }
        return line.drop(while: \.isWhitespace).hasPrefix("::") ? "> " + line : line
    }

    /// Where behind `##` of `##word[` a space breaks it.
    static func commandBracket(in line: String) -> String.Index? {
        var rest = line[...]
        while let found = rest.firstRange(of: "##") {
            let word = rest[found.upperBound...].prefix { $0.isLetter || $0 == "-" }
            if word.endIndex < rest.endIndex, rest[word.endIndex] == "[" { return found.upperBound }
            rest = rest[rest.index(after: found.lowerBound)...]
        }
        return nil
    }

    /// Control characters would move the cursor, and so repaint a terminal; others turn the direction of the text
    /// beside them.
    public static func isUnfit(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20..<0x7F: false
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default:
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
    }

    private static func scalars(_ text: String, keeping kept: Set<Unicode.Scalar>) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            out.append(isUnfit(scalar) && !kept.contains(scalar) ? "\u{FFFD}" : scalar)
        }
        return String(out)
    }

    /// Most text is plain: no control character, nothing beyond Latin, no colon or hash beside another.
    private static func needsCare(_ text: String) -> Bool {
        var last: UInt8 = 0
        for byte in text.utf8 {
            if (byte < 0x20 && byte != 0x0A && byte != 0x09) || byte >= 0x7F { return true }
            if byte == last && (byte == UInt8(ascii: ":") || byte == UInt8(ascii: "#")) { return true }
            last = byte
        }
        return false
    }
}
