// A list of what a program read, as compilers write it for make: `target target: file file \`, any number of rules.
// Knows only the syntax; opens no file.
import Diagnostics

public enum Depfile {
    public struct Malformed: Error, Sendable, Hashable {
        /// Counted from 1; the column in bytes.
        public var line: Int
        public var column: Int
        public var reason: String
        public init(line: Int, column: Int, reason: String) {
            self.line = line
            self.column = column
            self.reason = reason
        }
    }

    public static let longestPath = 4096, mostPaths = 200_000

    /// The inputs of all rules, each once, in order of first mention.
    public static func inputs(_ text: [UInt8]) throws(Malformed) -> [String] {
        var reader = Reader(text: text)
        return try reader.rules()
    }

    private struct Reader {
        let text: [UInt8]
        var at = 0
        var line = 1
        var lineStart = 0
        var seen: Set<ByteText> = []
        var inputs: [String] = []

        init(text: [UInt8]) { self.text = text }

        func malformed(_ reason: String) -> Malformed {
            Malformed(line: line, column: at - lineStart + 1, reason: reason)
        }

        func byte(_ ahead: Int = 0) -> UInt8? { at + ahead < text.count ? text[at + ahead] : nil }

        /// The number of bytes of the line break here; 0: there is none.
        func lineEnd(_ ahead: Int = 0) -> Int {
            switch byte(ahead) {
            case 0x0A: 1
            case 0x0D where byte(ahead + 1) == 0x0A: 2
            default: 0
            }
        }

        /// Skips spaces, tabs and escaped line breaks.
        mutating func skipBlanks() {
            while let next = byte() {
                if next == 0x20 || next == 0x09 {
                    at += 1
                } else if next == UInt8(ascii: "\\") && lineEnd(1) > 0 {
                    at += 1; endLine()
                } else {
                    return
                }
            }
        }

        mutating func endLine() {
            at += lineEnd()
            line += 1
            lineStart = at
        }

        mutating func rules() throws(Malformed) -> [String] {
            var count = 0
            while true {
                skipBlanks()
                guard let next = byte() else { break }
                if lineEnd() > 0 {
                    endLine()
                } else if next == UInt8(ascii: "#") {
                    skipComment()
                } else {
                    try rule()
                    count += 1
                }
            }
            // An incomplete file would look as if the program had read nothing.
            guard count > 0 else { throw malformed("it contains no rule") }
            return inputs
        }

        mutating func skipComment() { while byte() != nil && lineEnd() == 0 { at += 1 } }

        mutating func rule() throws(Malformed) {
            if byte() == UInt8(ascii: ":") { throw malformed("a target is missing before ':'") }
            while true {
                _ = try word(isTarget: true)
                skipBlanks()
                if byte() == UInt8(ascii: ":") { break }
                if byte() == nil || lineEnd() > 0 { throw malformed("a ':' is missing after the target") }
            }
            at += 1
            while true {
                skipBlanks()
                guard let next = byte(), lineEnd() == 0 else { return }
                if next == UInt8(ascii: "#") { return skipComment() }
                let path = try word(isTarget: false)
                guard seen.insert(path).inserted else { continue }
                guard inputs.count < Depfile.mostPaths else {
                    throw malformed("it names more than \(Depfile.mostPaths) files")
                }
                inputs.append(path)
            }
        }

        /// A colon ends a target if a blank, a line break or the end of the text follows; otherwise it is part of the
        /// name.
        func isTargetEnd() -> Bool {
            switch byte(1) {
            case nil, 0x20, 0x09: true
            case UInt8(ascii: "\\"): lineEnd(2) > 0
            default: lineEnd(1) > 0
            }
        }

        mutating func word(isTarget: Bool) throws(Malformed) -> String {
            var bytes: [UInt8] = []
            loop: while let next = byte() {
                switch next {
                case 0x20, 0x09: break loop
                case 0x0A: break loop
                case 0x0D where lineEnd() > 0: break loop
                case 0: throw malformed("a name contains a NUL byte")
                case UInt8(ascii: ":") where isTarget && isTargetEnd(): break loop
                case UInt8(ascii: "$") where byte(1) == UInt8(ascii: "$"):
                    bytes.append(next)
                    at += 2
                case UInt8(ascii: "\\"):
                    if lineEnd(1) > 0 { break loop }
                    if let escaped = byte(1),
                        escaped == 0x20 || escaped == UInt8(ascii: "#") || escaped == UInt8(ascii: "\\")
                            || escaped == UInt8(ascii: ":")
                    {
                        bytes.append(escaped)
                        at += 2
                    } else {
                        bytes.append(next)
                        at += 1
                    }
                default:
                    bytes.append(next)
                    at += 1
                }
                if bytes.count > Depfile.longestPath {
                    throw malformed("a name is longer than \(Depfile.longestPath) bytes")
                }
            }
            guard let name = String(validating: bytes, as: UTF8.self) else {
                throw malformed("a name is not UTF-8 text")
            }
            return name
        }
    }
}
