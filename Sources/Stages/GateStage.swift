// gate: decides pass or revise for the file with one SHA-256. A check that was not run prevents a pass.
import Composition
import Diagnostics
import FoundationEssentials
import Spec
import Work

public enum GateStage {
    public static let check = Slot("check", .report)
    public static let review = Slot("review", .observations)
    public static let proof = Slot("proof", optional: .findings)

    public static let decision = Output("decision", .decision, file: "gate.json", form: .open)

    public static let stage = StageDescriptor(
        name: "gate", version: 6, summary: "decides: pass or revise",
        slots: [check.declared, review.declared, proof.declared],
        outputs: [decision.declared],
        place: .here(perform),
        decides: { bytes in
            (try? JSONDecoder().decode(GateDecision.self, from: Data(bytes))).map {
                StageDescriptor.Decision(verdict: $0.decision, sha256: $0.sha256)
            }
        })

    private static func perform(_ job: Job) throws -> Outcome {
        let made = try decide(job[check], job[review], job[proof]?.findings ?? [])
        let reasons = made.reasons.map { GateProblem.against($0, target: job.target).diagnostic }
        return Outcome([try job.write(made, to: decision)], diagnostics: reasons, verdict: made.decision)
    }
}

/// The rule: every check passed or warned, or is one of the few that may be switched off; proofreading found no error;
/// no blocking observation is open; and check and review examined the same file.
private func decide(_ report: CheckReport, _ review: ReviewReport, _ findings: [Diagnostic]) -> GateDecision {
    var reasons = report.results.filter(\.verdict.blocks).map { result in
        let found =
            result.verdict == .notRun
            ? "not run: \(result.measured)"
            : "\(result.measured), expected \(result.expected)"
        return "\(result.id) \(result.title): \(found)"
    }
    reasons += SwitchedOff.faults(report.switchedOff)
    if report.results.allSatisfy({ $0.verdict == .notApplicable || $0.verdict == .off }) {
        reasons.append("no check applied to the file")
    }
    reasons += review.observations
        .filter { $0.verdict == .contradicts && ($0.severity == .blocker || $0.severity == .major) }
        .map { "\($0.reviewer) on '\($0.claim)': \($0.rationale)" }
    reasons += findings.filter { $0.severity == .error }.map {
        "\($0.id): \($0.message)" + ($0.place.map { " (\($0.file):\($0.line))" } ?? "")
    }
    if report.sha256 != review.sha256 { reasons.append("check and review examined different files") }
    var verdicts: [String: CheckResult.Verdict] = [:]
    for result in report.results where verdicts[result.id].map({ rank(result.verdict) > rank($0) }) ?? true {
        verdicts[result.id] = result.verdict
    }
    for id in report.switchedOff { verdicts[id] = .off }
    for finding in findings {
        let verdict: CheckResult.Verdict = finding.severity == .error ? .fail : .warn
        if verdicts[finding.id].map({ rank(verdict) > rank($0) }) ?? true { verdicts[finding.id] = verdict }
    }
    return GateDecision(
        decision: reasons.isEmpty ? .pass : .revise, sha256: report.sha256, reasons: reasons,
        checks: verdicts)
}

/// Of several findings of one check the one with the highest rank counts.
private func rank(_ verdict: CheckResult.Verdict) -> Int {
    switch verdict {
    case .notApplicable: 0
    case .pass: 1
    case .warn: 2
    case .off: 3
    case .notRun: 4
    case .fail: 5
    }
}
