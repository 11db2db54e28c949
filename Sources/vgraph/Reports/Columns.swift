// Lines for people: a margin, and beside it text wrapped to the width of the terminal.
import Diagnostics
import Glibc

struct Columns {
    enum Tint: String {
        case plain = "", bold = "1", dim = "2", red = "1;31", green = "32", yellow = "1;33", magenta = "1;35"
    }

    /// Characters of the margin.
    var margin: Int
    /// Characters of a whole line.
    var width: Int
    var color: Bool

    /// As wide as the terminal, at most 140; 100 where there is none.
    init(margin: Int) {
        self.margin = margin
        let isTerminal = isatty(1) == 1
        var size = winsize()
        width =
            isTerminal && ioctl(1, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? min(140, Int(size.ws_col)) : 100
        color = isTerminal && getenv("NO_COLOR") == nil && !Terminal.isDumb
    }

    func painted(_ text: String, _ tint: Tint) -> String {
        color && tint != .plain && !text.isEmpty ? "\u{1B}[\(tint.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// - Parameters:
    ///   - cells: words of the margin, each with its width; their sum should not exceed the margin.
    ///   - parts: what follows, wrapped as one text.
    func lines(_ cells: [(text: String, width: Int, tint: Tint)], _ parts: [(text: String, tint: Tint)]) -> [String] {
        var head = "", used = 0
        for cell in cells {
            let text = Self.plain(cell.text)
            head += painted(text, cell.tint) + String(repeating: " ", count: max(1, cell.width - text.count))
            used += max(text.count + 1, cell.width)
        }
        head += String(repeating: " ", count: max(0, margin - used))
        let room = max(20, width - margin)
        var lines: [String] = [], line = "", length = 0
        for part in parts {
            // Consecutive words of one tint share their escapes.
            var run = ""
            func flush() { line += painted(run, part.tint); run = "" }
            for word in Self.plain(part.text).split(separator: " ") {
                if length > 0, length + 1 + word.count > room {
                    flush()
                    lines.append(line)
                    (line, length) = ("", 0)
                }
                if length > 0 { run += " "; length += 1 }
                run += word
                length += word.count
            }
            flush()
        }
        lines.append(line)
        let indent = String(repeating: " ", count: margin)
        return lines.enumerated().map { ($0 == 0 ? head : indent) + $1 }
    }

    /// On one line, and without anything that moves the cursor: the text may come from untrusted media files.
    static func plain(_ text: String) -> String {
        let text = Diagnostic.printable(text)
        return text.utf8.contains(UInt8(ascii: "\n")) ? text.replacing("\n", with: " ") : text
    }
}
