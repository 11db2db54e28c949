// Pass or revise, bound to the SHA-256 of the exact file. What was not checked does not pass.
import Composition
import Diagnostics
import FoundationEssentials
import Spec
import Work

func gateStage(_ job: Job) throws -> Outcome {
    let report = try job.decode(CheckReport.self, "check")
    let review = try job.decode(ReviewReport.self, "review")
    let findings = try job.inputs["proof"]?.first.map { _ in try job.decode(Findings.self, "proof").findings } ?? []
    let decision = decide(report, review, findings)
    let target = job.node.lastIndex(of: ":").map { String(job.node[..<$0]) } ?? job.node
    return Outcome(outputs: ["decision": [try job.write(decision, as: "gate.json")]],
                   diagnostics: decision.reasons.map { GateProblem.against($0, target: target).diagnostic }, verdict: decision.decision.rawValue)
}

/// The rule: every check passed or warned, or is one of the few that may be switched off, proofreading found no error, no blocking observation stands, and check and review looked
/// at one and the same file.
func decide(_ report: CheckReport, _ review: ReviewReport, _ findings: [Diagnostic]) -> GateDecision {
    var reasons = report.results.filter { $0.verdict == .fail || $0.verdict == .notRun }.map { result in
        "\(result.id) \(result.title): " + (result.verdict == .notRun ? "not run: \(result.measured)" : "\(result.measured), expected \(result.expected)")
    }
    reasons += SwitchedOff.faults(report.switchedOff)
    if report.results.isEmpty { reasons.append("nothing was checked") }
    reasons += review.observations.filter { $0.verdict == .contradicts && ($0.severity == .blocker || $0.severity == .major) }
        .map { "\($0.reviewer) on '\($0.claim)': \($0.rationale)" }
    reasons += findings.filter { $0.severity == .error }.map { "\($0.id): \($0.message)" + ($0.place.map { " (\($0.file):\($0.line))" } ?? "") }
    if report.sha256 != review.sha256 { reasons.append("check and review did not look at the same file") }
    var verdicts: [String: CheckResult.Verdict] = [:]
    for result in report.results where verdicts[result.id].map({ rank(result.verdict) > rank($0) }) ?? true { verdicts[result.id] = result.verdict }
    for id in report.switchedOff { verdicts[id] = .off }
    for finding in findings {
        let verdict: CheckResult.Verdict = finding.severity == .error ? .fail : .warn
        if verdicts[finding.id].map({ rank(verdict) > rank($0) }) ?? true { verdicts[finding.id] = verdict }
    }
    return GateDecision(decision: reasons.isEmpty ? .pass : .revise, sha256: report.sha256, reasons: reasons, checks: verdicts)
}

/// The worst of several findings of one check counts.
private func rank(_ verdict: CheckResult.Verdict) -> Int {
    switch verdict {
    case .pass: 0
    case .warn: 1
    case .off: 2
    case .notRun: 3
    case .fail: 4
    }
}

extension StageDescriptor {
    static let gate = StageDescriptor(
        name: "gate", version: 4, summary: "decides: pass or revise",
        slots: [Slot("check", accepts: ["report"]), Slot("review", accepts: ["observations"]), Slot("proof", accepts: ["findings"], count: .optional)],
        outputs: [Output("decision", type: "decision", fileName: "gate.json")],
        place: .here(gateStage),
        decides: { bytes in
            (try? JSONDecoder().decode(GateDecision.self, from: Data(bytes))).map { Decision(verdict: $0.decision.rawValue, sha256: $0.sha256) }
        })
}
