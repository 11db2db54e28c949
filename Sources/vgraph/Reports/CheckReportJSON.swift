// A check report for programs: the report as the check stage writes it, with the names of its file and plan.
import Composition
import Diagnostics
import Work

extension CheckedFile {
    private struct Line: Encodable {
        var file: String
        var plan: String?
        var passed: Bool
        var findings: [Diagnostic]
        var report: CheckReport

        enum CodingKeys: String, CodingKey { case file, plan, passed, findings }

        func encode(to encoder: any Encoder) throws {
            try report.encode(to: encoder)
            var own = encoder.container(keyedBy: CodingKeys.self)
            try own.encode(file, forKey: .file)
            try own.encode(plan, forKey: .plan)
            try own.encode(passed, forKey: .passed)
            if !findings.isEmpty { try own.encode(findings, forKey: .findings) }
        }
    }

    /// One line: `file`, `plan` (null: none), `passed`, `findings` (of the spec, if there are any), and the fields of
    /// `CheckReport`.
    func json() throws -> String {
        let line = Line(file: file, plan: plan, passed: passed, findings: findings, report: report)
        return String(decoding: try JSONForm.line.bytes(of: line), as: UTF8.self)
    }
}
