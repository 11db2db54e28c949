// render: a segment to the hashes of its frames, and to the frames themselves where drawing them again would cost more
// than keeping them.
import Composition
import Diagnostics
import Files
import FoundationEssentials
import Glibc
import Render
import Work

func renderStage(_ job: Job, progress: (Reply.Progress) -> Void) throws -> Outcome {
    let source = try SegmentSource(job: job)
    let segment = source.segment
    let writer = segment.keepsPixels ? try PixelFileWriter(path: job.scratch + "/pixels.bin", size: segment.size) : nil
    var hashes = FrameHashes(size: segment.size, rate: segment.rate, runs: [])
    for index in 0..<source.frames {
        if try source.repeatsPrevious(index) {
            hashes.runs[hashes.runs.count - 1].count += 1
        } else {
            let frame = try source.frame(index)
            let hash = frame.hash
            if hashes.runs.last?.hash == hash {
                hashes.runs[hashes.runs.count - 1].count += 1
            } else {
                hashes.runs.append(FrameHashes.Run(hash: hash, count: 1))
                try writer?.append(frame, hash: hash)
            }
        }
        progress(Reply.Progress(done: index + 1, total: source.frames, unit: "frames"))
    }
    try writer?.finish()

    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let path = job.scratch + "/frames.json"
    do { try WholeFile.write(encoder.encode(hashes), to: path) }
    catch { throw RenderProblem.unwritable(path: path, reason: words(of: error)).diagnostic }
    return Outcome(outputs: ["frames": ["frames.json"], "pixels": writer == nil ? [] : ["pixels.bin"]],
                   discovered: try discoveredFonts(source.fontsUsed, in: job.folders),
                   answers: try fontAnswers(source.used, in: job.folders))
}
