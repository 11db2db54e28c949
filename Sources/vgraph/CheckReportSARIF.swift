// A report of checks as SARIF 2.1.0 (OASIS), the form in which code hosts take findings of tools.
import Composition
import Work

extension CheckedFile {
    /// One run. Its rules are the whole table; its results are what did not pass, so that a host opens no alert for what is
    /// well; the verdict of every check is in the run's properties.
    func sarif(version: String) -> String {
        let verdicts = Dictionary(report.results.map { ($0.id, Value.string($0.verdict.rawValue)) }, uniquingKeysWith: { first, _ in first })
        let run: [String: Value] = [
            "tool": .object(["driver": .object([
                "name": .string("vgraph"), "version": .string(version), "rules": .array(rules.map(Self.sarifRule)),
            ])]),
            "artifacts": .array([.object([
                "location": .object(["uri": .string(Self.uri(file))]), "length": .int(report.bytes),
                "hashes": .object(["sha-256": .string(report.sha256)]),
            ])]),
            "columnKind": .string("unicodeCodePoints"),
            "results": .array(report.results.filter { $0.verdict != .pass }.map(sarifResult)),
            "properties": .object(["verdicts": .object(verdicts), "plan": plan.map(Value.string) ?? .null]),
        ]
        return JSONReport.text(.object([
            "$schema": .string("https://json.schemastore.org/sarif-2.1.0.json"), "version": .string("2.1.0"), "runs": .array([.object(run)]),
        ]), pretty: true)
    }

    private static func sarifRule(_ rule: CheckRule) -> Value {
        var properties: [String: Value] = ["threshold": .string(rule.threshold), "source": .string(rule.source), "tags": .array([.string("video")])]
        if !rule.unit.isEmpty { properties["unit"] = .string(rule.unit) }
        if let field = rule.changedBy { properties["changed_by"] = .string(field) }
        let level = switch rule.severity {
        case .fail: "error"
        case .warn: "warning"
        case .info: "note"
        }
        return .object([
            "id": .string(rule.id), "name": .string(rule.title),
            "shortDescription": .object(["text": .string(rule.title)]),
            "fullDescription": .object(["text": .string("Measures \(rule.measures). Threshold: \(rule.threshold). Source: \(rule.source).")]),
            "help": .object(["text": .string(rule.runbook)]),
            "defaultConfiguration": .object(["level": .string(level)]),
            "properties": .object(properties),
        ])
    }

    /// What did not run is an error too: it has not passed.
    private func sarifResult(_ result: CheckResult) -> Value {
        var properties: [String: Value] = ["verdict": .string(result.verdict.rawValue), "measured": .string(result.measured),
                                           "expected": .string(result.expected)]
        if let from = result.from { properties["from_seconds"] = .number(from) }
        if let to = result.to { properties["to_seconds"] = .number(to) }
        var message = "\(result.title): \(result.sentence)"
        if let time = result.time { message += ", at \(time)" }
        if let hint = result.hint { message += ". Hint: \(hint)" }
        var members: [String: Value] = [
            "ruleId": .string(result.id), "kind": .string("fail"), "level": .string(result.verdict == .warn ? "warning" : "error"),
            "message": .object(["text": .string(message)]),
            "locations": .array([.object(["physicalLocation": .object([
                "artifactLocation": .object(["uri": .string(Self.uri(file)), "index": .int(0)]),
            ])])]),
            "properties": .object(properties),
        ]
        if let index = rules.firstIndex(where: { $0.id == result.id }) { members["ruleIndex"] = .int(index) }
        return .object(members)
    }

    /// A path as a URI reference (RFC 3986): a relative one stays relative, all but unreserved characters and slashes are
    /// percent-encoded.
    static func uri(_ path: String) -> String {
        var out = path.hasPrefix("/") ? "file://" : ""
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                 UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"):
                out.unicodeScalars.append(Unicode.Scalar(byte))
            default: out += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return out
    }
}
