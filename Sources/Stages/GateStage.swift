// gate: pass or revise, bound to the SHA-256 of the exact file. What was not checked or answered does not pass.
import Composition
import Decisions
import Diagnostics
import FoundationEssentials
import Spec
import Work

public enum GateStage {
    public static let check = Slot("check", .report)
    public static let review = Slot("review", .observations)
    public static let proof = Slot("proof", optional: .findings)
    /// Without it, the claims are those that the review abstains from.
    public static let claims = Slot("claims", optional: .claims)
    public static let reports = Slot("reports", list: .reviewerReport)
    /// Signed answers of persons to claims, and the keys that count.
    public static let answers = Slot("answers", optional: .file)
    public static let keys = Slot("keys", optional: .file)
    /// The workspace's own file of the policy; the built-in one of that name counts where it is absent.
    public static let rules = Slot("rules", optional: .file)

    public static let policy = Parameter(
        "policy", default: Policies.standard, "what is asked: default, draft, or 'rules'")

    public static let decision = Output("decision", .decision, file: "gate.json", form: .open)

    public static let stage = StageDescriptor(
        name: "gate", version: 12, summary: "decides: pass or revise",
        slots: [
            check.declared, review.declared, proof.declared, claims.declared, reports.declared, answers.declared,
            keys.declared, rules.declared,
        ],
        outputs: [decision.declared],
        parameters: [policy.declared],
        place: .here(perform),
        decides: { bytes in
            (try? JSONDecoder().decode(GateDecision.self, from: Data(bytes))).map {
                StageDescriptor.Decision(verdict: $0.decision, sha256: $0.sha256, expires: $0.expires)
            }
        })

    private static func perform(_ job: Job) throws -> Outcome {
        let rulesFile = try job[rules]
        let policy = try Policies.read(job[policy], own: rulesFile.map(job.bytes), file: rulesFile?.name)
        let report = try job[check]
        var log: DecisionLog?, faults: [Diagnostic] = []
        do { log = try persons(job) } catch let error as DecisionProblem { faults = [error.diagnostic] } catch let error
            as Diagnostics
        { faults = error.all }
        var judgement = Judgement(
            target: job.target, policy: policy, sha256: report.sha256,
            waivers: log?.records.filter { $0.kind == .waive } ?? [])
        // Records that do not count are a reason to revise, never an answer and never the end of a build.
        for fault in faults { judgement.revise(.records, fault) }
        judgement.add(report)
        let proofread = try job[proof]
        judgement.add(proofread?.findings ?? [])
        let asked = try job[claims]
        judgement.add(
            try job[review], claims: asked, reports: try job[reports],
            answers: log?.answers(on: report.sha256) ?? [:])
        let made = judgement.decision
        let notes =
            unwired(claims: asked == nil, proof: proofread == nil, policy, job.target)
            + loosened(policy, rulesFile?.name, job.target)
            + warned(report, job.target) + told(try job[reports], job.target)
            + [open(made, try job[reports], job.target)].compactMap { $0 }
        return Outcome(
            [try job.write(made, to: decision)], diagnostics: told(made, job.target) + notes, verdict: made.decision)
    }

    /// nil: there is no file of answers.
    private static func persons(_ job: Job) throws -> DecisionLog? {
        guard let file = try job[answers] else { return nil }
        let known = try job[keys]
        let keys = try known.map { try PublicKeys(try job.bytes($0), file: $0.name) } ?? PublicKeys()
        return try DecisionLog(job.bytes(file), file: file.name, target: job.target, keys: keys)
    }

    /// What the pipeline does not give the gate, so that nothing of it can be against the film.
    private static func unwired(claims: Bool, proof: Bool, _ policy: Policy, _ target: String) -> [Diagnostic] {
        // A draft asks nothing.
        guard policy.allowsApproval else { return [] }
        var missing: [GateProblem] = []
        if claims {
            missing.append(
                .unwired(
                    slot: "claims", means: "what the brief, texts and captions promise is not asked for", target: target
                ))
        }
        if proof {
            missing.append(.unwired(slot: "proof", means: "what proofreading finds does not count", target: target))
        }
        return missing.map(\.diagnostic)
    }

    /// Where the workspace's own policy of a built-in one's name asks for less than that.
    private static func loosened(_ policy: Policy, _ file: String?, _ target: String) -> [Diagnostic] {
        guard let file, let standard = try? Policies.read(policy.name, own: nil) else { return [] }
        let less = policy.asksLess(than: standard)
        return less.isEmpty
            ? [] : [GateProblem.loosened(policy.name, file: file, less: less, target: target).diagnostic]
    }

    /// What checks say of the file that does not keep it from passing: a film should not pass in silence.
    private static func warned(_ report: CheckReport, _ target: String) -> [Diagnostic] {
        report.results.filter { $0.verdict == .warn }.map { result in
            GateProblem.warned(
                "\(result.id) \(result.title)", found: "\(result.measured); expected \(result.expected)",
                hint: result.hint, target: target
            ).diagnostic
        }
    }

    /// What reviewers remark without deciding on it.
    private static func told(_ reports: [ReviewerReport], _ target: String) -> [Diagnostic] {
        reports.filter { $0.status == .done }.flatMap(\.observations).filter { $0.severity == .minor }.map {
            GateProblem.remark($0.rationale, on: $0.claim, by: $0.reviewer, target: target).diagnostic
        }
    }

    /// What is left open, why, and where it is shown; nil: nothing is.
    private static func open(_ made: GateDecision, _ reports: [ReviewerReport], _ target: String) -> Diagnostic? {
        let open = made.claims.filter { $0.status == .open }
        let asked = made.claims.count { $0.status == .unanswered || $0.status == .split }
        if open.isEmpty && asked == 0 { return nil }
        let kinds = Claim.Kind.allCases.compactMap { kind -> String? in
            let count = open.count { $0.kind == kind }
            return count == 0 ? nil : "\(count) \(kind.words(count))"
        }
        let idle = reports.filter { $0.status == .notRun }.map(\.reviewer.name)
        return GateProblem.open(
            kinds, asked: asked, idle: idle, policy: made.policy, target: target
        ).diagnostic
    }

    private static func told(_ made: GateDecision, _ target: String) -> [Diagnostic] {
        var told = made.reasons.map {
            GateProblem.against($0.text, remedy: $0.remedy, entry: $0.entry, target: target).diagnostic
        }
        for waiver in made.waivers {
            if waiver.state == .counts {
                told.append(
                    GateProblem.waived(
                        waiver.check, found: waiver.found ?? "", by: waiver.by, until: waiver.until,
                        reason: waiver.reason, target: target
                    ).diagnostic)
            } else if made.reasons.contains(where: { $0.check == waiver.check }) {
                told.append(
                    GateProblem.waiverIdle(
                        waiver.check, by: waiver.by, why: waiver.why(made), entry: waiver.entry, target: target
                    ).diagnostic)
            }
        }
        if !made.unsandboxed.isEmpty {
            told.append(GateProblem.unsandboxed(reviewers: made.unsandboxed, target: target).diagnostic)
        }
        return told
    }
}

extension Claim.Kind {
    fileprivate func words(_ count: Int) -> String {
        let name =
            switch self {
            case .speech: "spoken sentence"
            case .claim: "claim of the author"
            case .text, .caption, .number, .title, .description: rawValue
            }
        guard count != 1 else { return name }
        return self == .claim ? "claims of the author" : name + "s"
    }
}
