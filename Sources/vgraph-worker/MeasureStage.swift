// measure: one encoded segment decoded and measured, and small pictures of it, so that check and review of the whole file
// decode nothing that has not changed.
import Composition
import Diagnostics
import FoundationEssentials
import Media
import Work

/// Small pictures as text, so that they can stand in one JSON file.
struct PosterSheet: Codable {
    var frames: [Int]
    /// Base64 of JPEG.
    var jpegs: [String]
}

func measureStage(_ job: Job, progress: (Reply.Progress) -> Void) throws -> Outcome {
    do {
        let (measures, posters) = try SegmentMeasures.measure(path: job.file("stream"), name: job.names["stream"]?.first) { done in
            progress(Reply.Progress(done: done, total: done, unit: "pictures"))
        }
        try job.write(measures, "measures.json")
        try job.write(PosterSheet(frames: posters.frames, jpegs: posters.jpegs.map { Data($0).base64EncodedString() }), "posters.json")
    } catch let problem as MediaProblem {
        throw problem.diagnostic
    }
    return Outcome(outputs: ["measures": ["measures.json"], "posters": ["posters.json"]])
}
