// inspect: any media file, held against a plan or a spec and against profiles where there are such; and the table of checks. Not
// nodes: they answer `vgraph check` and `vgraph checks`.
import Composition
import Diagnostics
import FoundationEssentials
import Media
import Spec
import Work

func inspectStage(_ job: Job, progress: (Reply.Progress) -> Void) throws -> Outcome {
    let held = try HeldAgainst(job, progress: progress)
    do {
        let report = try check(path: job.file("media"), name: job.names["media"]?.first, plan: held.plan, profile: held.profile,
                               baseline: held.plan.flatMap { try comparedDecoded(job, $0) }) { done in
            progress(Reply.Progress(done: done, total: held.plan?.frames ?? 0, unit: "frames"))
        }
        try job.write(report, "check.json")
        try job.write(held.findings, "findings.json")
    } catch let problem as MediaProblem {
        throw problem.diagnostic
    }
    var outcome = try checksStage(job, progress: progress)
    outcome.outputs["report"] = ["check.json"]
    outcome.outputs["findings"] = ["findings.json"]
    return outcome
}

/// What a file is held against: a spec, else a plan, with the profiles of either and those that were named beside.
private struct HeldAgainst {
    var plan: Plan?
    var profile: Profile
    var findings: [Diagnostic] = []

    init(_ job: Job, progress: (Reply.Progress) -> Void) throws {
        var named: [Profiles.Name] = []
        if case .array(let values)? = job.parameters["profiles"] {
            named = values.compactMap { if case .string(let text) = $0 { Profiles.Name(text) } else { nil } }
        }
        if job.inputs["spec"]?.isEmpty == false {
            let read = try Proofreading(spec: try job.spec(), workspace: job.workspace, format: try job.text("format", default: ""), others: named, progress: progress)
            (profile, findings) = (read.profile, read.findings)
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            // What tells segments apart is enough: nothing is looked up by it.
            plan = try read.drafts.first.map { try Spec.plan($0.video) { String(decoding: try encoder.encode($0), as: UTF8.self) }.plan }
            return
        }
        plan = job.inputs["plan"]?.isEmpty == false ? try job.value(Plan.self, "plan") : nil
        if named.isEmpty, job.inputs["profile"]?.isEmpty == false {
            profile = try job.value(Profile.self, "profile")
        } else {
            let files = WorkspaceFiles(root: job.workspace)
            profile = try Profiles.read(named, checks: Proofreading.rules.map(\.id)) { try files.read($0)?.bytes }
        }
    }
}

func checksStage(_ job: Job, progress: (Reply.Progress) -> Void) throws -> Outcome {
    try job.write(Proofreading.rules, "checks.json")
    return Outcome(outputs: ["rules": ["checks.json"]])
}
