// measure: decodes and measures one encoded segment and makes small pictures of it, so that check and review need not
// decode unchanged segments again.
import Composition
import Diagnostics
import Media
import Render
import Stages
import Work

extension StageBody {
    static let measure = StageBody(of: MeasureStage.stage) { job, progress in
        let stream = try job[MeasureStage.stream], drawing = try EncodedPictures(job)
        let drawn = drawing.map { drawing in { try drawing.planes($0) } }
        let (measures, posters) = try SegmentMeasures.measure(
            path: stream.path, name: stream.name,
            drawn: drawn, areSame: { drawing?.areSame($0, $1) ?? false }
        ) { done in
            progress(Reply.Progress(done: done, total: done, unit: "pictures"))
        }
        return Outcome([
            try job.write(json: measures, to: MeasureStage.measures),
            try job.write(json: posters, to: MeasureStage.posters),
        ])
    }
}

/// The pictures that went into the encoder, drawn again and compared with their hashes.
private final class EncodedPictures {
    private let source: SegmentSource
    private let hashes: FrameHashes

    /// nil if the job has no frames, segment or materials.
    init?(_ job: Job) throws {
        guard let hashes = try job[MeasureStage.frames], let segment = try job[MeasureStage.segment],
            let materials = try job[MeasureStage.materials]
        else { return nil }
        let kept = try job[MeasureStage.pixels].map { (pixels: $0, hashes: hashes) }
        source = try SegmentSource(segment, materials, in: job.folders, kept: kept)
        self.hashes = hashes
    }

    func areSame(_ one: Int, _ other: Int) -> Bool {
        let hash = hashes.hash(ofFrame: one)
        return hash != nil && hash == hashes.hash(ofFrame: other)
    }

    func planes(_ frame: Int) throws -> PicturePlanes? {
        guard frame < source.frames, let expected = hashes.hash(ofFrame: frame) else { return nil }
        let picture = try source.frame(frame), hash = picture.hash
        // The key has the hashes, so other pictures must not enter the result.
        guard hash == expected else {
            throw EncodeProblem.frameMismatch(frame: frame, expected: expected.hex, got: hash.hex).diagnostic
        }
        return picture.planes
    }
}
