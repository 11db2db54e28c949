// validate: the spec's structure, every file it names, and its text as it will be set, before anything is rendered.
import Composition
import Diagnostics
import FoundationEssentials
import Spec
import Work

func validateStage(_ job: Job, progress: (Reply.Progress) -> Void) throws -> Outcome {
    let proofreading = try Proofreading(spec: try job.spec(), in: job.folders, format: try job.text("format", default: ""), progress: progress)
    guard !proofreading.findings.contains(where: { $0.severity == .error }) else { throw Diagnostics(proofreading.findings) }
    try job.write(proofreading.facts, "facts.json")
    try job.write(proofreading.profile, "profile.json")
    try job.write(proofreading.drafts.first?.texts.map(TextPlace.init) ?? [], "texts.json")
    try job.write(Findings(findings: proofreading.findings), "findings.json")
    return Outcome(outputs: ["facts": ["facts.json"], "profile": ["profile.json"], "texts": ["texts.json"], "findings": ["findings.json"]],
                   discovered: proofreading.discovered, answers: proofreading.answers, diagnostics: proofreading.findings)
}

extension Job {
    /// The slots `spec` and `props` with what `set` gives, read.
    func spec() throws -> ValidSpec {
        let hasProps = inputs["props"]?.isEmpty == false
        return try ValidSpec.read(spec: [UInt8](bytes("spec")), specName: names["spec"]?.first ?? "spec",
                                  props: hasProps ? [UInt8](bytes("props")) : nil, propsName: names["props"]?.first ?? "props",
                                  set: try table("set"))
    }
}
