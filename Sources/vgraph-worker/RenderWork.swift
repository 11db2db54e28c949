// render: draws a segment and records the hashes of its frames, and keeps the frames themselves if drawing them again
// would cost more. If the job asks for it, it encodes and measures as it draws (`CompanionEncoder`).
import Composition
import Render
import Stages
import Work

extension StageBody {
    static let render = StageBody(of: RenderStage.stage) { job, progress in
        let segment = try job[RenderStage.segment]
        let source = try SegmentSource(segment, job[RenderStage.materials], in: job.folders)
        let path = job.path(of: RenderStage.pixels)
        let writer = segment.keepsPixels ? try PixelFileWriter(path: path, size: segment.size) : nil
        var hashes = FrameHashes(size: segment.size, rate: segment.rate, runs: [])
        let companion = CompanionEncoder(of: job, segment, source)
        for index in 0..<source.frames {
            if try source.repeatsPrevious(index) {
                hashes.runs[hashes.runs.count - 1].count += 1
                companion?.addRepeat(hashes)
            } else {
                let frame = try source.frame(index)
                let hash = frame.hash
                if hashes.runs.last?.hash == hash {
                    hashes.runs[hashes.runs.count - 1].count += 1
                    companion?.addRepeat(hashes)
                } else {
                    hashes.runs.append(FrameHashes.Run(hash: hash, count: 1))
                    try writer?.append(frame, hash: hash)
                    companion?.add(frame, hashes)
                }
            }
            progress(Reply.Progress(done: index + 1, total: source.frames, unit: "frames"))
        }
        try writer?.finish()
        let pixels = writer == nil ? RenderStage.pixels.made([]) : RenderStage.pixels.made
        var outcome = Outcome(
            [try job.write(hashes, to: RenderStage.frames), pixels],
            discovered: try discoveredFonts(source.fontsUsed, in: job.folders),
            answers: try fontAnswers(source.used, in: job.folders))
        outcome.companions = companion?.finish(hashes)
        return outcome
    }
}
