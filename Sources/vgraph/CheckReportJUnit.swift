// A report of checks as JUnit XML, the form that CI servers draw tables from: a test suite a file, a test case a check.
import Composition

extension CheckedFile {
    /// A check that did not run is a failure of type `not_run`: readers of this form take a skipped case for a good one.
    func junit() -> String {
        let failures = count(.fail) + count(.notRun)
        let counts = "tests=\"\(report.results.count)\" failures=\"\(failures)\" errors=\"0\" skipped=\"0\""
        var lines = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
                     "<testsuites name=\"vgraph check\" \(counts)>",
                     "  <testsuite name=\"\(Self.xml(file))\" \(counts)>",
                     "    <properties>",
                     "      <property name=\"sha256\" value=\"\(Self.xml(report.sha256))\"/>",
                     "      <property name=\"bytes\" value=\"\(report.bytes)\"/>",
                     "      <property name=\"plan\" value=\"\(Self.xml(plan ?? "none"))\"/>",
                     "    </properties>"]
        for result in report.results {
            let head = "    <testcase classname=\"\(Self.xml(file))\" name=\"\(Self.xml(result.id + " " + result.title))\""
            let story = Self.xml(story(of: result))
            switch result.verdict {
            case .pass: lines.append(head + "/>")
            case .warn: lines += [head + ">", "      <system-out>warning: \(story)</system-out>", "    </testcase>"]
            case .fail, .notRun:
                lines += [head + ">", "      <failure type=\"\(result.verdict.rawValue)\" message=\"\(Self.xml(result.sentence))\">\(story)</failure>",
                          "    </testcase>"]
            }
        }
        return (lines + ["  </testsuite>", "</testsuites>"]).joined(separator: "\n")
    }

    private func story(of result: CheckResult) -> String {
        var lines = [result.sentence]
        if let time = result.time { lines.append("at \(time)") }
        if let hint = result.hint { lines.append("hint: \(hint)") }
        if let rule = rules.first(where: { $0.id == result.id }) { lines.append("threshold: \(rule.threshold) (\(rule.source))") }
        return lines.joined(separator: "\n")
    }

    /// For text and for attributes in double quotes. Characters that XML 1.0 has no way to write become U+FFFD.
    static func xml(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            // As they are, a reader would turn them into spaces in an attribute.
            case "\n": out += "&#10;"
            case "\r": out += "&#13;"
            case "\t": out += "&#9;"
            case "\u{20}"..."\u{D7FF}", "\u{E000}"..."\u{FFFD}", "\u{10000}"..."\u{10FFFF}": out.unicodeScalars.append(scalar)
            default: out += "\u{FFFD}"
            }
        }
        return out
    }
}
