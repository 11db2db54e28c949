// check: the delivered file, decoded once, held against the plan. What it finds is a result, not a failure of the stage.
import Composition
import Diagnostics
import Media
import Work

func checkStage(_ job: Job, progress: (Reply.Progress) -> Void) throws -> Outcome {
    let plan = try job.value(Plan.self, "plan")
    let profile = job.inputs["profile"]?.isEmpty == false ? try job.value(Profile.self, "profile") : .none
    do {
        let sound = job.inputs["sound"]?.first.map { PromisedSound.encoded(SoundFile(path: $0, name: "the encoded mix")) }
        let report = try check(path: job.file("media"), name: job.names["media"]?.first, plan: plan, profile: profile,
                               known: try job.values(SegmentMeasures.self, "measures"),
                               sound: sound,
                               baseline: job.inputs["baseline"]?.isEmpty == false ? job.value(BaselineComparison.self, "baseline") : nil) { done in
            progress(Reply.Progress(done: done, total: plan.frames, unit: "frames"))
        }
        try job.write(report, "check.json")
    } catch let problem as MediaProblem {
        throw problem.diagnostic
    }
    return Outcome(outputs: ["report": ["check.json"]])
}
