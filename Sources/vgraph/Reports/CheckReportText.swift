// A check report for people: one line for a check that passed, every detail for one that did not.
import Composition
import Diagnostics

extension CheckedFile {
    /// - Parameters:
    ///   - columns: gives the width; the margin is set here.
    ///   - isVerbose: also prints what was expected where a check passed.
    func text(_ columns: Columns, isVerbose: Bool) -> String {
        var columns = columns
        let first = 16, second = max(10, (report.results.map(\.id.count).max() ?? 0) + 2)
        columns.margin = first + second

        var heading = columns
        heading.margin = 0
        var lines = heading.lines(
            [],
            [
                (file, .bold), ("\(Size.text(UInt64(max(0, report.bytes)))),", .plain),
                (plan.map { "compared with \($0)" } ?? "no plan: general rules only", .plain),
            ])
        lines.append("")
        for result in report.results {
            let (word, tint) = Self.word(result.verdict)
            let isWell = !result.verdict.isFinding
            lines += columns.lines(
                [(word, first, tint), (result.id, second, .plain)],
                isWell ? [(result.title + ":", .plain), (result.measured, .dim)] : [(result.title, .bold)])
            func detail(_ label: String, _ text: String?) {
                guard let text, !text.isEmpty else { return }
                lines += columns.lines([("", first, .plain), (label, second, .dim)], [(text, .plain)])
            }
            if !isWell { detail(result.verdict == .notRun ? "because" : "measured", result.measured) }
            if !isWell || isVerbose { detail("expected", result.expected) }
            // A fault of the whole file has the time 0.
            if !isWell, result.from != 0 || result.to != nil { detail("at", result.time) }
            detail("hint", result.hint.map { "\($0) (vgraph runbook \(Self.entry(result.id)))" })
        }
        lines.append("")
        for fault in SwitchedOff.faults(report.switchedOff) { lines += [fault, ""] }
        for finding in findings { lines += [finding.text(color: columns.color), ""] }
        lines.append(
            columns.painted(Columns.plain(summary), passed ? .green : .red)
                + (count(.notRun) > 0 ? "; checks that did not run have not passed" : ""))
        return lines.joined(separator: "\n")
    }

    /// The id of a result's entry in the runbook.
    private static func entry(_ id: String) -> String { id == "gate" ? "gate.other-file" : id }

    private static func word(_ verdict: CheckResult.Verdict) -> (String, Columns.Tint) {
        switch verdict {
        case .pass: ("pass", .green)
        case .warn: ("warn", .yellow)
        case .fail: ("FAIL", .red)
        case .notRun: ("NOT RUN", .magenta)
        case .notApplicable: ("not applicable", .dim)
        case .off: ("off", .magenta)
        }
    }
}
