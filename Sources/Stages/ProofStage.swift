// proof: judges the measured contrast of texts by the spec's profiles. Findings point at lines of the spec.
import Composition
import Diagnostics
import Spec
import Work

public enum ProofStage {
    public static let contrast = Slot("contrast", list: .contrast)
    public static let plan = Slot("plan", .plan)
    public static let texts = Slot("texts", .texts)
    public static let profile = Slot("profile", .profile)

    public static let findings = Output("findings", .findings, file: "findings.json", form: .open)

    public static let stage = StageDescriptor(
        name: "proof", version: 2,
        summary: "judges the contrast of texts by the profile; an error stops the stages after it",
        slots: [contrast.declared, plan.declared, texts.declared, profile.declared],
        outputs: [findings.declared],
        place: .here(perform))

    private static func perform(_ job: Job) throws -> Outcome {
        let found = try ProofCheck.contrast(
            of: job[contrast], plan: job[plan], places: job[texts],
            profile: job[profile])
        return Outcome(
            [try job.write(Findings(findings: found), to: findings)], diagnostics: found,
            verdict: found.contains { $0.severity == .error } ? .revise : nil)
    }
}
