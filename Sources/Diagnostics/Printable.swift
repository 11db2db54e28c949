// Makes text from a file, a program or a record safe to print: it cannot move the cursor, reorder the text beside it or
// give commands to the CI server that reads a log.

public enum Printable {
    /// Keeps line breaks and tabs.
    public static func text(_ text: String) -> String {
        guard needsCare(text) else { return text }
        let clean = scalars(text, keeping: ["\n", "\t"])
        return clean.split(
            separator: "\n",
            omittingEmptySubsequences: false
        ).map { withoutCommand(String($0)) }.joined(separator: "\n")
    }

    /// Returns one line.
    public static func line(_ text: String) -> String {
        needsCare(text) || text.utf8.contains(0x0A) ? withoutCommand(scalars(text, keeping: ["\t"])) : text
    }

    /// Breaks what a CI server would take as a command (GitHub: `::error::`, `##[group]`; Azure: `##vso[`).
    static func withoutCommand(_ line: String) -> String {
        var line = line
        while let at = commandBracket(in: line) { line.insert(" ", at: at) }
        return line.drop(while: \.isWhitespace).hasPrefix("::") ? "> " + line : line
    }

    /// The index in `##word[` at which a space breaks the command; nil: there is no such command.
    static func commandBracket(in line: String) -> String.Index? {
        var rest = line[...]
        while let found = rest.firstRange(of: "##") {
            let word = rest[found.upperBound...].prefix { $0.isLetter || $0 == "-" }
            if word.endIndex < rest.endIndex, rest[word.endIndex] == "[" { return found.upperBound }
            rest = rest[rest.index(after: found.lowerBound)...]
        }
        return nil
    }

    /// Control characters could move the cursor and repaint a terminal; others change the direction of the text beside
    /// them.
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

    /// Most text needs no care: ASCII, no control character, no two colons or hashes in a row.
    private static func needsCare(_ text: String) -> Bool {
        func needsCare(_ text: some Sequence<UInt8>) -> Bool {
            var last: UInt8 = 0
            for byte in text {
                if (byte < 0x20 && byte != 0x0A && byte != 0x09) || byte >= 0x7F { return true }
                if byte == last && (byte == UInt8(ascii: ":") || byte == UInt8(ascii: "#")) { return true }
                last = byte
            }
            return false
        }
        // A megabyte of lines is printed at once.
        return text.utf8.withContiguousStorageIfAvailable { needsCare($0) } ?? needsCare(text.utf8)
    }
}
