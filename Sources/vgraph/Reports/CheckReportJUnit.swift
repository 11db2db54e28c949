// A check report as JUnit XML, which CI servers show as tables: one test suite per file, one test case per check.
import Composition

extension CheckedFile {
    /// A check that did not run is a failure of type `not_run`: readers of this format count a skipped case as passed.
    /// Skipped is a check that had nothing to look at, or was switched off.
    func junit() -> String {
        let failures = count(.fail) + count(.notRun) + findings.count { $0.severity == .error }
        let counts =
            "tests=\"\(report.results.count + findings.count)\" failures=\"\(failures)\" errors=\"0\" "
            + "skipped=\"\(count(.notApplicable) + count(.off))\""
        var lines = [
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
            "<testsuites name=\"vgraph check\" \(counts)>",
            "  <testsuite name=\"\(FindingsReport.xml(file))\" \(counts)>",
            "    <properties>",
            "      <property name=\"sha256\" value=\"\(FindingsReport.xml(report.sha256))\"/>",
            "      <property name=\"bytes\" value=\"\(report.bytes)\"/>",
            "      <property name=\"plan\" value=\"\(FindingsReport.xml(plan ?? "none"))\"/>",
            "    </properties>",
        ]
        for result in report.results {
            let head =
                "    <testcase classname=\"\(FindingsReport.xml(file))\" "
                + "name=\"\(FindingsReport.xml(result.id + " " + result.title))\""
            let story = FindingsReport.xml(story(of: result))
            switch result.verdict {
            case .pass: lines.append(head + "/>")
            case .notApplicable, .off:
                let why = "\(result.verdict.words): \(result.sentence)"
                lines += [head + ">", "      <skipped message=\"\(FindingsReport.xml(why))\"/>", "    </testcase>"]
            case .warn: lines += [head + ">", "      <system-out>warning: \(story)</system-out>", "    </testcase>"]
            case .fail, .notRun:
                lines += [
                    head + ">",
                    "      <failure type=\"\(result.verdict.rawValue)\" "
                        + "message=\"\(FindingsReport.xml(result.sentence))\">\(story)</failure>",
                    "    </testcase>",
                ]
            }
        }
        for finding in findings { lines += FindingsReport.testCase(finding) }
        return (lines + ["  </testsuite>", "</testsuites>"]).joined(separator: "\n")
    }

    private func story(of result: CheckResult) -> String {
        var lines = [result.sentence]
        if let time = result.time { lines.append("at \(time)") }
        if let hint = result.hint { lines.append("hint: \(hint)") }
        if let rule = rules.first(where: { $0.id == result.id }) {
            lines.append("threshold: \(rule.threshold) (\(rule.source))")
        }
        return lines.joined(separator: "\n")
    }
}
