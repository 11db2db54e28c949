// measure: one encoded segment decoded and measured, and small pictures of it, so that check and review of the whole file
// decode nothing that has not changed.
import Composition
import Diagnostics
import Media
import Render
import Work

func measureStage(_ job: Job, progress: (Reply.Progress) -> Void) throws -> Outcome {
    do {
        let drawing = try EncodedPictures(job)
        let (measures, posters) = try SegmentMeasures.measure(path: job.file("stream"), name: job.names["stream"]?.first,
                                                              drawn: drawing.map { drawing in { try drawing.planes($0) } }) { done in
            progress(Reply.Progress(done: done, total: done, unit: "pictures"))
        }
        try job.write(measures, "measures.json")
        try job.write(posters, "posters.json")
    } catch let problem as MediaProblem {
        throw problem.diagnostic
    }
    return Outcome(outputs: ["measures": ["measures.json"], "posters": ["posters.json"]])
}

/// The pictures that went into the encoder, drawn again and held against their hashes.
private final class EncodedPictures {
    private let source: SegmentSource
    private let hashes: FrameHashes

    /// nil: the job does not say what was drawn.
    init?(_ job: Job) throws {
        guard job.inputs["frames"]?.first != nil, job.inputs["segment"]?.first != nil, job.inputs["materials"]?.first != nil else { return nil }
        source = try SegmentSource(job: job)
        hashes = try job.value(FrameHashes.self, "frames")
    }

    func planes(_ frame: Int) throws -> PicturePlanes? {
        guard frame < source.frames, let expected = hashes.hash(ofFrame: frame) else { return nil }
        let picture = try source.frame(frame), hash = picture.hash
        // The key holds the hashes: a result never stands under a key that it does not belong to.
        guard hash == expected else { throw EncodeProblem.frameMismatch(frame: frame, expected: expected.hex, got: hash.hex).diagnostic }
        return picture.planes
    }
}
