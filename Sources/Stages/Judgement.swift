// The rule of the gate. Every check passed or warned, did not apply, or is one of the few that may be switched off;
// proofreading found no error; no blocking observation is open; the policy accepts whoever answered each claim; and all
// examined the same file. Pure.
import Composition
import Decisions
import Diagnostics

package struct Judgement {
    let target: String
    let policy: Policy
    let sha256: String
    package private(set) var reasons: [GateReason] = []
    private var waivers: JudgedWaivers
    private var unsandboxed: [String] = []
    private var claims: [ClaimStanding] = []
    private var decides: [String]?
    private var checks: [String: CheckResult.Verdict] = [:]

    /// - Parameter waivers: signed, of this target; also those that are about other bytes.
    package init(target: String, policy: Policy, sha256: String, waivers: [SignedDecision] = []) {
        self.waivers = JudgedWaivers(waivers, sha256: sha256, policy: policy)
        self.target = target
        self.policy = policy
        self.sha256 = sha256
    }

    package var decision: GateDecision {
        GateDecision(
            decision: reasons.isEmpty ? .pass : .revise, sha256: sha256, policy: policy.name,
            mayBeApproved: policy.allowsApproval, reasons: reasons, claims: claims, checks: checks,
            waivers: waivers.standings, expires: reasons.isEmpty ? waivers.expires : nil,
            waiverDays: policy.waiverDays, unsandboxed: unsandboxed, decides: decides)
    }

    package mutating func revise(_ id: GateReason.Kind, _ text: String, remedy: String? = nil, check: String? = nil) {
        reasons.append(GateReason(id, text, remedy: remedy, check: check))
    }

    package mutating func revise(_ id: GateReason.Kind, _ problem: Diagnostic) {
        revise(id, Self.text(problem), remedy: problem.hint)
    }

    private static func text(_ finding: Diagnostic) -> String {
        "\(finding.id): \(finding.message)" + (finding.place.map { " (\($0.file):\($0.line))" } ?? "")
    }

    /// Revises for a fault that a person may waive, unless one has.
    private mutating func revise(
        _ id: GateReason.Kind, _ text: String, remedy: String?, check: String, spans: [TimeSpan]?
    ) {
        if waivers.accept(check, spans, found: text) { return }
        reasons.append(
            GateReason(
                id, text, remedy: remedy, check: check, spans: spans, isWaivable: policy.letsWaive(check)))
    }

    // MARK: Checks

    package mutating func add(_ report: CheckReport) {
        for result in report.results {
            let name = "\(result.id) \(result.title)"
            switch result.verdict {
            case .fail:
                // The times of the worst span alone are not those of the failure.
                revise(
                    .checkFailed, "\(name): \(result.measured), expected \(result.expected)", remedy: result.hint,
                    check: result.id, spans: result.spans)
            case .notRun:
                revise(.checkNotRun, "\(name): not run: \(result.measured)", remedy: result.hint, check: result.id)
            case .notApplicable where policy.checks.contains(result.id):
                revise(
                    .checkIdle,
                    "\(name): it looked at nothing, and the policy '\(policy.name)' asks that it does: "
                        + result.measured, check: result.id)
            case .pass, .warn, .notApplicable, .off: break
            }
            if checks[result.id].map({ rank(result.verdict) > rank($0) }) ?? true {
                checks[result.id] = result.verdict
            }
        }
        for fault in SwitchedOff.faults(report.switchedOff) { revise(.switchedOff, fault) }
        for id in report.switchedOff { checks[id] = .off }
        if report.results.allSatisfy({ $0.verdict == .notApplicable || $0.verdict == .off }) {
            revise(.nothingChecked, "nothing was checked")
        }
    }

    package mutating func add(_ findings: [Diagnostic]) {
        for finding in findings {
            if finding.severity == .error {
                revise(.finding, Self.text(finding), remedy: finding.hint, check: finding.id, spans: nil)
            }
            let verdict: CheckResult.Verdict = finding.severity == .error ? .fail : .warn
            if checks[finding.id].map({ rank(verdict) > rank($0) }) ?? true { checks[finding.id] = verdict }
        }
    }

    /// The worst of several findings of one check counts.
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

    // MARK: Claims

    package mutating func add(
        _ review: ReviewReport, claims list: ClaimList?, reports: [ReviewerReport],
        answers: [String: [SignedDecision]]
    ) {
        decides = list?.decides
        if review.sha256 != sha256 { revise(.otherFile, "check and review did not look at the same file") }
        for observation in review.observations where isBlocking(observation) {
            revise(.observation, "\(observation.reviewer) on '\(observation.claim)': \(observation.rationale)")
        }
        for report in reports {
            let name = report.reviewer.name
            if report.status == .done, report.sha256 != sha256 {
                revise(.otherFile, "the reviewer '\(name)' did not look at the same file")
            }
            for observation in report.observations
            where report.status == .done && Observation.unasked.contains(observation.claim) && isBlocking(observation) {
                let id: GateReason.Kind =
                    observation.claim == Observation.unplannedSpeech ? .unplannedSpeech : .unplanned
                revise(
                    id, "\(name): \(observation.rationale)\(times(observation, list?.rate))", remedy: nil,
                    check: observation.claim, spans: list.map { [span(observation, $0.rate)] })
            }
            if report.isSandboxed == false { unsandboxed.append(name) }
            if report.isSandboxed == false, policy.asksForSandbox {
                revise(
                    .reviewerUnsandboxed,
                    "the reviewer '\(name)' ran without a sandbox, and the policy '\(policy.name)' asks for one",
                    remedy: "'vgraph doctor' says what is missing; then ask it again")
            }
        }
        for name in policy.reviewers where !reports.contains(where: { $0.reviewer.name == name && $0.status == .done })
        {
            let why = reports.first { $0.reviewer.name == name }?.reason ?? "the pipeline has no such reviewer"
            revise(
                .reviewerNotRun,
                "the reviewer '\(name)' did not run, and the policy '\(policy.name)' asks for it: \(why)")
        }
        let counted = reports.filter { $0.status == .done && $0.sha256 == sha256 }
        let idle = reports.filter { $0.status == .notRun }
        for claim in list?.claims ?? Self.claims(of: review) {
            var standing = stand(claim, counted, answers[claim.id] ?? [])
            if let rate = list?.rate, list.map({ claim.endFrame - claim.startFrame < $0.frames }) == true {
                standing.from = rate.seconds(ofFrame: claim.startFrame)
                standing.to = rate.seconds(ofFrame: claim.endFrame)
            }
            claims.append(standing)
            tell(standing, idle.filter { $0.asked.contains(claim.id) })
        }
    }

    /// A review names each claim that it leaves to others in the spec's order.
    private static func claims(of review: ReviewReport) -> [Claim] {
        review.observations.filter { $0.verdict == .abstain }.enumerated().map { index, observation in
            Claim(
                id: "claim.\(index + 1)", kind: .claim, text: observation.claim, startFrame: observation.startFrame,
                endFrame: observation.endFrame)
        }
    }

    private func isBlocking(_ observation: Observation) -> Bool {
        [.contradicts, .absent].contains(observation.verdict) && [.blocker, .major].contains(observation.severity)
    }

    private func stand(_ claim: Claim, _ reports: [ReviewerReport], _ answers: [SignedDecision]) -> ClaimStanding {
        var said: [String] = [], evidence: [String] = []
        var supports = false, contradicts = false, isDenied = false, isOverruled = false
        var models = (for: Set<String>(), against: Set<String>())
        for report in reports {
            for observation in report.observations where observation.claim == claim.id {
                said.append("\(report.reviewer.name): \(observation.verdict.rawValue)")
                evidence += observation.evidence
                let isModel = report.reviewer.kind == .model
                switch observation.verdict {
                case .supports:
                    if policy.accepts(report.reviewer.kind, for: claim.kind) { supports = true }
                    if isModel { models.for.insert(report.reviewer.family) }
                case .contradicts, .absent:
                    if isModel { models.against.insert(report.reviewer.family) } else { contradicts = true }
                case .notApplicable, .abstain: break
                }
            }
        }
        var isAnswered = false
        // What a reviewer read or heard is known already: statements come after what is shown and said.
        let holders = claims.filter { claim.heldBy?.contains($0.id) == true }
        let answered = holders.filter { $0.status == .answered }
        if claim.needsAll == true ? !holders.isEmpty && answered.count == holders.count : !answered.isEmpty {
            let names = answered.map { "'\($0.id)'" }
            let few = claim.needsAll == true ? names.prefix(3) : names.prefix(1)
            let more = claim.needsAll == true && names.count > 3 ? " and \(names.count - 3) more" : ""
            let isOne = few.count == 1 && more.isEmpty
            let what = claim.kind == .number ? "it" : "its words"
            said.append(
                few.joined(separator: ", ") + more
                    + (isOne ? " has \(what), and is answered" : " have \(what), and are answered"))
            isAnswered = true
        }
        for answer in answers {
            said.append("\(answer.by) (signed): \(answer.answer?.rawValue ?? "")")
            switch answer.answer {
            case .supports where policy.accepts(.person, for: claim.kind):
                isAnswered = true
                if contradicts || models.against.count > 1, mayOverrule(answer.by) {
                    isOverruled = true
                    said.append("\(answer.by) decides over that: \(answer.reason)")
                }
            case .contradicts: isDenied = true
            case .supports, nil: break
            }
        }
        let status: ClaimStanding.Status =
            if isDenied || (contradicts || models.against.count > 1) && !isOverruled {
                .contradicted
            } else if isAnswered {
                .answered
            } else if !models.against.isEmpty {
                .split
            } else if supports {
                .answered
            } else {
                policy.open.contains(claim.kind) ? .open : .unanswered
            }
        return ClaimStanding(
            id: claim.id, kind: claim.kind, text: claim.text, status: status, said: said, evidence: evidence,
            place: claim.place)
    }

    /// A reviewer that errs is overruled by a person whom the brief lets decide, and by no one else.
    private func mayOverrule(_ name: String) -> Bool { decides?.contains(name) == true }

    private mutating func tell(_ claim: ClaimStanding, _ idle: [ReviewerReport]) {
        var details: [String] = []
        if let from = claim.from, let to = claim.to { details.append("\(decimals(from, 2)) to \(decimals(to, 2)) s") }
        if let place = claim.place { details.append("\(place.file):\(place.line)") }
        details += claim.said
        if !claim.evidence.isEmpty { details.append("evidence: " + claim.evidence.joined(separator: ", ")) }
        let name = "the claim '\(claim.id)'", about = "\"\(claim.text)\""
        func told(_ words: String) -> String {
            "\(name) \(words): \(about)" + (details.isEmpty ? "" : " (\(details.joined(separator: "; ")))")
        }
        let command = "look, and sign: \(GateProblem.answer(claim.id, of: target))"
        switch claim.status {
        case .answered, .open: break
        case .unanswered:
            details += idle.map { "\($0.reviewer.name) did not run: \($0.reason ?? "it gives no reason")" }
            revise(.unanswered, told("is not answered"), remedy: command)
        case .contradicted:
            let who = decides.map { "if the reviewer errs, \($0.joined(separator: " or ")) signs that it holds" }
            revise(
                .contradicted, told("is contradicted"),
                remedy: "change the film or the spec, and build again"
                    + (who.map { "; \($0): \(GateProblem.answer(claim.id, of: target))" } ?? ""))
        case .split:
            revise(.split, told("is contradicted by one family of models alone"), remedy: command)
        }
    }

    private func span(_ observation: Observation, _ rate: FrameRate) -> TimeSpan {
        TimeSpan(
            from: rate.seconds(ofFrame: observation.startFrame), to: rate.seconds(ofFrame: observation.endFrame))
    }

    private func times(_ observation: Observation, _ rate: FrameRate?) -> String {
        guard let rate else { return "" }
        return " (\(decimals(rate.seconds(ofFrame: observation.startFrame), 2)) to "
            + "\(decimals(rate.seconds(ofFrame: observation.endFrame), 2)) s)"
    }
}
