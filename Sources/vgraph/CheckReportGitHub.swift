// A report of checks as annotations of GitHub Actions: workflow commands, one a line, for what did not pass.
import Composition

extension CheckedFile {
    func github() -> String {
        var lines = report.results.filter { $0.verdict != .pass }.map { result in
            let command = result.verdict == .warn ? "warning" : "error"
            var message = result.sentence
            if let time = result.time { message += "\nat \(time)" }
            if let hint = result.hint { message += "\nhint: \(hint)" }
            return "::\(command) file=\(Self.property(file)),title=\(Self.property("\(result.id) \(result.title)"))::\(Self.message(message))"
        }
        lines.append(summary)
        return lines.joined(separator: "\n")
    }

    /// The text after `::`.
    static func message(_ text: String) -> String { escaped(text, ["%": "%25", "\r": "%0D", "\n": "%0A"]) }

    /// The value of `file=` or `title=`, which a colon or a comma would end.
    static func property(_ text: String) -> String {
        escaped(text, ["%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"])
    }

    /// By scalar: to Swift, a CR and an LF after it are one character.
    private static func escaped(_ text: String, _ table: [Unicode.Scalar: String]) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            if let code = table[scalar] { out += code } else { out.unicodeScalars.append(scalar) }
        }
        return out
    }
}
