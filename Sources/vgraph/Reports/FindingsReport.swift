// Findings in a spec in formats for other programs: SARIF 2.1.0 (OASIS), JUnit XML, GitHub Actions annotations. Each
// points at the line and column to change.
import Composition
import Diagnostics
import FoundationEssentials
import Work

enum FindingsReport {
    /// Raw values are the endings of file names.
    enum Form: String { case sarif, xml, json, github }

    static func text(_ findings: [Diagnostic], as form: Form, rules: [CheckRule], version: String) -> String {
        switch form {
        case .sarif:
            return sarifLog([
                "tool": sarifTool(rules, version: version), "columnKind": .string("unicodeCodePoints"),
                "results": .array(findings.map { sarifResult($0, rules: rules) }),
            ])
        case .xml:
            let counts =
                "tests=\"\(findings.count)\" failures=\"\(findings.count { $0.severity == .error })\" errors=\"0\" "
                + "skipped=\"0\""
            return
                ([
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<testsuites name=\"vgraph build\" \(counts)>",
                    "  <testsuite name=\"findings\" \(counts)>",
                ]
                + findings.flatMap(testCase) + ["  </testsuite>", "</testsuites>"]).joined(separator: "\n")
        case .json: return JSONReport.text(.array(findings.map(JSONReport.value)), pretty: true)
        case .github: return findings.map(annotation).joined(separator: "\n")
        }
    }

    // MARK: GitHub

    static func annotation(_ finding: Diagnostic) -> String {
        let command =
            switch finding.severity {
            case .error: "error"
            case .warning: "warning"
            case .note: "notice"
            }
        var fields: [String] = []
        if let place = finding.place {
            fields.append("file=" + property(place.file))
            // Line 0 is the file as a whole.
            if place.line > 0 {
                fields.append("line=\(place.line),col=\(place.column),endColumn=\(place.column + max(1, place.length))")
            }
        }
        fields.append("title=" + property(finding.id))
        return "::\(command) \(fields.joined(separator: ","))::"
            + message(finding.message + (finding.hint.map { "\nhint: " + $0 } ?? ""))
    }

    /// The text after `::`.
    static func message(_ text: String) -> String { escaped(text, ["%": "%25", "\r": "%0D", "\n": "%0A"]) }

    /// The value of `file=` or `title=`, which a colon or a comma would end.
    static func property(_ text: String) -> String {
        escaped(text, ["%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"])
    }

    /// Works on scalars: Swift treats CR LF as one character.
    private static func escaped(_ text: String, _ table: [Unicode.Scalar: String]) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            if let code = table[scalar] { out += code } else { out.unicodeScalars.append(scalar) }
        }
        return out
    }

    // MARK: JUnit

    /// A warning is a passed case with output.
    static func testCase(_ finding: Diagnostic) -> [String] {
        let file = finding.place?.file ?? "vgraph"
        let head =
            "    <testcase classname=\"\(xml(file))\" "
            + "name=\"\(xml(finding.id + " " + (finding.place.map { "\($0.line):\($0.column)" } ?? "")))\""
        let story = xml(finding.text(color: false))
        guard finding.severity == .error else {
            return [head + ">", "      <system-out>\(story)</system-out>", "    </testcase>"]
        }
        return [
            head + ">",
            "      <failure type=\"\(xml(finding.id))\" message=\"\(xml(finding.message))\">\(story)</failure>",
            "    </testcase>",
        ]
    }

    /// For text and for attributes in double quotes. Characters that XML 1.0 cannot represent become U+FFFD.
    static func xml(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            // In an attribute, readers turn these into spaces unless they are escaped.
            case "\n": out += "&#10;"
            case "\r": out += "&#13;"
            case "\t": out += "&#9;"
            case "\u{20}"..."\u{D7FF}", "\u{E000}"..."\u{FFFD}", "\u{10000}"..."\u{10FFFF}":
                out.unicodeScalars.append(scalar)
            default: out += "\u{FFFD}"
            }
        }
        return out
    }

    // MARK: SARIF

    static func sarifLog(_ run: [String: Value]) -> String {
        JSONReport.text(
            .object([
                "$schema": .string("https://json.schemastore.org/sarif-2.1.0.json"), "version": .string("2.1.0"),
                "runs": .array([.object(run)]),
            ]), pretty: true)
    }

    static func sarifTool(_ rules: [CheckRule], version: String) -> Value {
        .object([
            "driver": .object([
                "name": .string("vgraph"), "version": .string(version), "rules": .array(rules.map(sarifRule)),
            ])
        ])
    }

    private static func sarifRule(_ rule: CheckRule) -> Value {
        var properties: [String: Value] = [
            "threshold": .string(rule.threshold), "source": .string(rule.source), "tags": .array([.string("video")]),
        ]
        if !rule.unit.isEmpty { properties["unit"] = .string(rule.unit) }
        if let field = rule.changedBy { properties["changed_by"] = .string(field) }
        let level =
            switch rule.severity {
            case .fail: "error"
            case .warn: "warning"
            case .info: "note"
            }
        return .object([
            "id": .string(rule.id), "name": .string(rule.title),
            "shortDescription": .object(["text": .string(rule.title)]),
            "fullDescription": .object([
                "text": .string("Measures \(rule.measures). Threshold: \(rule.threshold). Source: \(rule.source).")
            ]),
            "help": .object(["text": .string(rule.runbook)]),
            "defaultConfiguration": .object(["level": .string(level)]),
            "properties": .object(properties),
        ])
    }

    static func sarifResult(_ finding: Diagnostic, rules: [CheckRule]) -> Value {
        let level =
            switch finding.severity {
            case .error: "error"
            case .warning: "warning"
            case .note: "note"
            }
        var members: [String: Value] = [
            "ruleId": .string(finding.id), "kind": .string("fail"), "level": .string(level),
            "message": .object(["text": .string(finding.message + (finding.hint.map { ". Hint: " + $0 } ?? ""))]),
        ]
        if let index = rules.firstIndex(where: { $0.id == finding.id }) { members["ruleIndex"] = .int(index) }
        if let place = finding.place {
            var physical: [String: Value] = ["artifactLocation": .object(["uri": .string(uri(place.file))])]
            if place.line > 0 {
                var region: [String: Value] = [
                    "startLine": .int(place.line), "startColumn": .int(max(1, place.column)),
                    "endColumn": .int(max(1, place.column) + max(1, place.length)),
                ]
                if let excerpt = place.excerpt { region["snippet"] = .object(["text": .string(excerpt)]) }
                physical["region"] = .object(region)
            }
            members["locations"] = .array([.object(["physicalLocation": .object(physical)])])
        }
        return .object(members)
    }

    /// A path as a URI reference (RFC 3986): relative paths stay relative, and everything but unreserved characters and
    /// slashes is percent-encoded.
    static func uri(_ path: String) -> String {
        (path.hasPrefix("/") ? "file://" : "") + path.percentEncoded(keeping: "/")
    }
}
