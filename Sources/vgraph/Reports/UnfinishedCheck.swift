// The report on a file that made the worker crash, hang or reach a limit. That is a finding about the file, D01; checks
// that did not run have not passed.
import Composition
import Diagnostics
import Files
import Glibc
import Graph
import Work

extension CheckedFile {
    /// Failures that a file can cause. Any other failure is an error of the request, not a finding.
    private static let failures: Set = ["worker-died", "worker-garbage", "worker-unexpected", "media-library"]

    /// - Parameters:
    ///   - rules: the whole table; where no worker answers, D01 alone.
    /// - Returns: nil where the file is not at fault.
    init?(unfinished problems: Diagnostics, file: String, path: String, plan: String?, rules: [CheckRule]) {
        guard let problem = problems.all.first(where: { Self.failures.contains($0.id) }) else { return nil }
        let table = rules.isEmpty ? [CheckRule.opens] : rules.filter { !$0.id.hasPrefix("P") }
        let results = table.map { rule in
            rule.id == CheckRule.opens.id
                ? CheckResult(
                    id: rule.id, title: rule.title, verdict: .fail, measured: problem.message, expected: "no error",
                    from: 0,
                    hint: problem.hint ?? rule.runbook)
                : CheckResult(
                    id: rule.id, title: rule.title, verdict: .notRun,
                    measured: "the worker did not reach the end of the file",
                    expected: rule.threshold)
        }
        let (sha256, bytes) = Self.sha256(path)
        self.init(
            file: file, plan: plan, findings: [], report: CheckReport(sha256: sha256, bytes: bytes, results: results),
            rules: rules.isEmpty ? table : rules)
    }

    /// Empty and 0 if the file cannot be read.
    private static func sha256(_ path: String) -> (String, Int) {
        let file = Descriptor(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK))
        do throws(SystemFailure) { return try OpenFile.sha256(of: file.number) } catch { return ("", 0) }
    }
}
