// What was measured of drawn text, held against the rules of the spec's profiles; findings stand at the spec's own lines.
import Composition
import Diagnostics
import FoundationEssentials
import Spec
import Work

func proofStage(_ job: Job) throws -> Outcome {
    let plan = try job.decode(Plan.self, "plan"), profile = try job.decode(Profile.self, "profile")
    let places = try job.decode([TextPlace].self, "texts")
    let measured = try (job.inputs["contrast"] ?? []).map { path in
        do { return try JSONDecoder().decode(SegmentContrast.self, from: try job.read(path)) } catch let error as DecodingError {
            throw StageProblem.unreadableArtifact(slot: "contrast", node: job.node, error: words(of: error)).diagnostic
        }
    }
    let findings = ProofCheck.contrast(of: measured, plan: plan, places: places, profile: profile)
    return Outcome(outputs: ["findings": [try job.write(Findings(findings: findings), as: "findings.json")]], diagnostics: findings,
                   verdict: findings.contains { $0.severity == .error } ? "revise" : nil)
}

extension StageDescriptor {
    static let proof = StageDescriptor(
        name: "proof", version: 2, summary: "holds the contrast of text against the rules; errors hold up what comes after",
        slots: [Slot("contrast", accepts: ["contrast"], count: .list), Slot("plan", accepts: ["plan"]),
                Slot("texts", accepts: ["texts"]), Slot("profile", accepts: ["profile"])],
        outputs: [Output("findings", type: "findings", fileName: "findings.json")],
        place: .here(proofStage))
}
