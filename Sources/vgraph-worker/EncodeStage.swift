// encode: the frames of a segment to H.264. Its key holds the hashes of the frames, so each frame that goes into the encoder is held
// against its hash: a result never stands under a key that it does not belong to.
import Composition
import Diagnostics
import Media
import Work

func encodeStage(_ job: Job, progress: (Reply.Progress) -> Void) throws -> Outcome {
    try worded {
        let hashes = try job.value(FrameHashes.self, "frames")
        let codec = try job.text("codec", default: "h264")
        guard codec == "h264" else { throw JobProblem.badJob("codec '\(codec)' is not known") }
        let presetName = try job.text("preset", default: "graphics")
        guard let preset = EncodeSettings.Preset(rawValue: presetName) else { throw JobProblem.badJob("preset '\(presetName)' is not known") }
        let settings = EncodeSettings(size: hashes.size, rate: hashes.rate, preset: preset, crf: try job.number("crf", default: 20))

        let source = try SegmentSource(job: job)
        guard source.frames == hashes.frames, hashes.runs.allSatisfy({ $0.count > 0 }) else {
            throw EncodeProblem.frameCount(what: "the segment", expected: hashes.frames, got: source.frames)
        }
        let encoder = try SegmentEncoder(path: job.scratch + "/segment.mp4", settings: settings)
        for run in hashes.runs {
            // Equal frames in a row are drawn once.
            let frame = try source.frame(encoder.frames)
            let hash = frame.hash
            guard hash == run.hash else { throw EncodeProblem.frameMismatch(frame: encoder.frames, expected: run.hash, got: hash) }
            try encoder.encode(y: frame.y, yStride: frame.width, u: frame.u, v: frame.v, uvStride: frame.chromaWidth)
            progress(Reply.Progress(done: encoder.frames, total: hashes.frames, unit: "frames"))
            for _ in 1..<run.count {
                try encoder.encodeRepeat()
                progress(Reply.Progress(done: encoder.frames, total: hashes.frames, unit: "frames"))
            }
        }
        try encoder.finish()
        return Outcome(outputs: ["stream": ["segment.mp4"]])
    }
}
