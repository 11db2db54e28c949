// measure: one encoded segment decoded and measured, and small pictures of it, so that check and review of the whole file
// decode nothing that has not changed.
import Composition
import Diagnostics
import Media
import Work

func measureStage(_ job: Job, progress: (Reply.Progress) -> Void) throws -> Outcome {
    do {
        let (measures, posters) = try SegmentMeasures.measure(path: job.file("stream"), name: job.names["stream"]?.first) { done in
            progress(Reply.Progress(done: done, total: done, unit: "pictures"))
        }
        try job.write(measures, "measures.json")
        try job.write(posters, "posters.json")
    } catch let problem as MediaProblem {
        throw problem.diagnostic
    }
    return Outcome(outputs: ["measures": ["measures.json"], "posters": ["posters.json"]])
}
