// A section of the sheet: the checks of the delivered file, what needs a look first.
import Composition
import Diagnostics

extension ReviewSheet {
    var checksSummary: (tone: Tone, words: String) {
        let counts = Dictionary(grouping: report.results, by: \.verdict).mapValues(\.count)
        let errors = content.proofread.count { $0.finding.severity == .error }
        let warnings = content.proofread.count { $0.finding.severity == .warning }
        let failed = (counts[.fail] ?? 0) + errors, warned = (counts[.warn] ?? 0) + warnings
        let missing = counts[.notRun] ?? 0, off = counts[.off] ?? 0
        let idle = counts[.notApplicable].map { ", \($0) not applicable" } ?? ""
        let (tone, words): (Tone, String) =
            if failed > 0 {
                (.fail, failed == 1 ? "1 check failed" : "\(failed) checks failed")
            } else if missing > 0 {
                (.fail, missing == 1 ? "1 check could not run" : "\(missing) checks could not run")
            } else if warned > 0 {
                (.warn, warned == 1 ? "passed, 1 warning" : "passed, \(warned) warnings")
            } else if off > 0 {
                (.warn, "passed, \(off) switched off")
            } else {
                (.pass, "\(counts[.pass] ?? 0) checks passed")
            }
        return (tone, words + idle)
    }

    var checksPart: String {
        let summary = checksSummary
        func rank(_ verdict: CheckResult.Verdict) -> Int {
            switch verdict {
            case .fail: 0
            case .notRun: 1
            case .warn: 2
            case .off: 3
            case .pass: 4
            case .notApplicable: 5
            }
        }
        let results = report.results.enumerated().sorted {
            (rank($0.element.verdict), $0.offset) < (rank($1.element.verdict), $1.offset)
        }.map(\.element)
        func row(_ result: CheckResult) -> [String] {
            var measured = escaped(result.measured)
            if let from = shown(result.from) { measured += " " + time(from, to: shown(result.to)) }
            if let hint = result.hint { measured += "<p class=\"hint\">\(escaped(hint))</p>" }
            return [
                pill(Tone(result.verdict), result.verdict.words),
                "<b>\(escaped(result.title))</b> <code>\(escaped(result.id))</code>", measured,
                escaped(result.expected),
            ]
        }
        let heads = ["verdict", "check", "measured", "expected"]
        let open = results.filter { $0.verdict.isFinding || $0.verdict == .off }
        let rest = results.filter { !$0.verdict.isFinding && $0.verdict != .off }
        var body = "<p>\(pill(summary.tone, summary.words, " large"))</p>\n"
        if !open.isEmpty { body += table("Checks to look at", heads, open.map(row)) }
        if !rest.isEmpty {
            let passed = rest.count { $0.verdict == .pass }
            body += "<details><summary>\(passed) passed"
            body += (rest.count > passed ? ", \(rest.count - passed) had nothing to check" : "") + "</summary>\n"
            body += table("Checks that passed or had nothing to check", heads, rest.map(row)) + "</details>\n"
        }
        return section("checks", "Checks", count: "\(report.results.count)", body)
    }
}
