// A check report as SARIF 2.1.0 (OASIS), the format in which code hosts accept the findings of tools.
import Composition
import Work

extension CheckedFile {
    /// One run. Its rules are the whole table. Its results are the checks that did not pass, and, as
    /// `notApplicable`, for which a host opens no alert, those that had nothing to look at; the run's properties hold
    /// every verdict.
    func sarif(version: String) -> String {
        let verdicts = Dictionary(
            report.results.map { ($0.id, Value.string($0.verdict.rawValue)) }, uniquingKeysWith: { first, _ in first })
        let run: [String: Value] = [
            "tool": FindingsReport.sarifTool(rules, version: version),
            "artifacts": .array([
                .object([
                    "location": .object(["uri": .string(FindingsReport.uri(file))]), "length": .int(report.bytes),
                    "hashes": .object(["sha-256": .string(report.sha256)]),
                ])
            ]),
            "columnKind": .string("unicodeCodePoints"),
            "results": .array(
                report.results.filter { $0.verdict != .pass && $0.verdict != .off }.map(sarifResult)
                    + findings.map { FindingsReport.sarifResult($0, rules: rules) }),
            "properties": .object(["verdicts": .object(verdicts), "plan": plan.map(Value.string) ?? .null]),
        ]
        return FindingsReport.sarifLog(run)
    }

    /// What did not run is an error too: it has not passed.
    private func sarifResult(_ result: CheckResult) -> Value {
        var properties: [String: Value] = [
            "verdict": .string(result.verdict.rawValue), "measured": .string(result.measured),
            "expected": .string(result.expected),
        ]
        if let from = result.from { properties["from_seconds"] = .number(from) }
        if let to = result.to { properties["to_seconds"] = .number(to) }
        var message = "\(result.title): \(result.sentence)"
        if let time = result.time { message += ", at \(time)" }
        if let hint = result.hint { message += ". Hint: \(hint)" }
        var members: [String: Value] = [
            "ruleId": .string(result.id), "kind": .string(result.verdict.isFinding ? "fail" : "notApplicable"),
            "level": .string(result.verdict.blocks ? "error" : result.verdict == .warn ? "warning" : "none"),
            "message": .object(["text": .string(message)]),
            "locations": .array([
                .object([
                    "physicalLocation": .object([
                        "artifactLocation": .object(["uri": .string(FindingsReport.uri(file)), "index": .int(0)])
                    ])
                ])
            ]),
            "properties": .object(properties),
        ]
        if let index = rules.firstIndex(where: { $0.id == result.id }) { members["ruleIndex"] = .int(index) }
        return .object(members)
    }
}
