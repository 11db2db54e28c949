// What `vgraph check` found in one file, and the table of checks that it applied. Each report format is an extension in
// a file of its own and only returns text.
import Composition
import Diagnostics

struct CheckedFile {
    /// As the user named it.
    var file: String
    /// The plan that the file was compared with, as reports name it; nil: no plan describes the file.
    var plan: String?
    /// Findings in the spec; empty where no spec was given.
    var findings: [Diagnostic]
    var report: CheckReport
    /// The table, in the order of reports.
    var rules: [CheckRule]

    var passed: Bool { report.passed && !findings.contains { $0.severity == .error } }

    func count(_ verdict: CheckResult.Verdict) -> Int { report.results.count { $0.verdict == verdict } }

    /// "13 checks: 11 pass, 1 warn, 1 fail". Leaves out the file's name, which a CI server could take for a command.
    var summary: String {
        let counts = report.results.counts
        let ofSpec = findings.isEmpty ? "" : "; \(findings.count) finding\(findings.count == 1 ? "" : "s") in the spec"
        return "\(report.results.count) checks: " + (counts.isEmpty ? "none" : counts) + ofSpec
    }
}

extension CheckResult {
    /// "3.20 s" or "3.20 s to 4.00 s"; nil: the result is about the whole file.
    var time: String? {
        guard let from else { return nil }
        return Self.seconds(from) + (to.map { " to " + Self.seconds($0) } ?? "")
    }

    private static func seconds(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "an unknown time" }
        let hundredths = Int((abs(value) * 100).rounded()), rest = hundredths % 100
        return (value < 0 && hundredths > 0 ? "-" : "") + "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) s"
    }

    /// What was measured and what was expected, in one sentence.
    var sentence: String {
        switch verdict {
        case .notRun: "not run: \(measured) (expected: \(expected))"
        case .pass, .warn, .fail, .notApplicable, .off: "\(measured) (expected: \(expected))"
        }
    }
}
