// encode: encodes the frames of a segment as H.264. Its key has the hashes of the frames, so each frame is compared
// with its hash before it is encoded; otherwise a wrong result could be stored under the key.
import Composition
import Diagnostics
import Media
import Stages
import Work

extension StageBody {
    static let encode = StageBody(of: EncodeStage.stage) { job, progress in
        let hashes = try job[EncodeStage.frames]
        let settings = try EncodeSettings(job, size: hashes.size, rate: hashes.rate)
        let kept = try job[EncodeStage.pixels].map { (pixels: $0, hashes: hashes) }
        let source = try SegmentSource(
            job[EncodeStage.segment], job[EncodeStage.materials], in: job.folders, kept: kept)
        guard source.frames == hashes.frames, hashes.runs.allSatisfy({ $0.count > 0 }) else {
            throw EncodeProblem.frameCount(what: "the segment", expected: hashes.frames, got: source.frames)
        }
        let path = job.path(of: EncodeStage.stream)
        let measuring = MeasureCompanion(of: job, settings, frames: hashes.frames)
        let encoder = try SegmentEncoder(path: path, settings: settings, meter: measuring?.meter)
        for run in hashes.runs {
            // Consecutive equal frames are drawn once.
            let frame = try source.frame(encoder.frames)
            let hash = frame.hash
            guard hash == run.hash else {
                throw EncodeProblem.frameMismatch(frame: encoder.frames, expected: run.hash.hex, got: hash.hex)
            }
            try encoder.encode(frame.planes)
            progress(Reply.Progress(done: encoder.frames, total: hashes.frames, unit: "frames"))
            for _ in 1..<run.count {
                try encoder.encodeRepeat()
                progress(Reply.Progress(done: encoder.frames, total: hashes.frames, unit: "frames"))
            }
        }
        try encoder.finish()
        var outcome = Outcome([EncodeStage.stream.made])
        outcome.companions = measuring?.finish(path).map { [$0] }
        return outcome
    }
}

extension EncodeSettings {
    /// The settings that an encode job's parameters ask for.
    init(_ job: Job, size: PixelSize, rate: FrameRate) throws {
        switch try job[EncodeStage.codec] {
        case .h264:
            self.init(
                size: size, rate: rate, preset: try job[EncodeStage.preset], crf: try job[EncodeStage.crf],
                skipsHolds: try job[EncodeStage.holds])
        }
    }
}
