// inspect: any media file, held against a plan where there is one; and the table of checks. Not nodes: they answer
// `vgraph check` and `vgraph checks`.
import Composition
import Diagnostics
import Media
import Work

func inspectStage(_ job: Job, progress: (Reply.Progress) -> Void) throws -> Outcome {
    let plan = job.inputs["plan"] == nil ? nil : try job.value(Plan.self, "plan")
    do {
        let report = try check(path: job.file("media"), name: job.names["media"]?.first, plan: plan,
                               baseline: plan.flatMap { try comparedDecoded(job, $0) }) { done in
            progress(Reply.Progress(done: done, total: plan?.frames ?? 0, unit: "frames"))
        }
        try job.write(report, "check.json")
    } catch let problem as MediaProblem {
        throw problem.diagnostic
    }
    var outcome = try checksStage(job, progress: progress)
    outcome.outputs["report"] = ["check.json"]
    return outcome
}

func checksStage(_ job: Job, progress: (Reply.Progress) -> Void) throws -> Outcome {
    try job.write(Check.all.map(\.rule), "checks.json")
    return Outcome(outputs: ["rules": ["checks.json"]])
}
