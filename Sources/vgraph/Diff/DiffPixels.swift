// The delivered films of two sides compared picture by picture where their segments differ: a request to a worker.
import Composition
import Diagnostics
import Stages
import Store
import Work

enum DiffPixels {
    /// Stretches that are compared; beyond them the page would be too long to look at.
    private static let most = 24

    /// nil: a film is not in the cache, or the two cannot be compared frame by frame.
    static func compared(
        _ target: TargetDifference, _ a: DiffSide, _ b: DiffSide, _ blobs: Blobs, _ project: Project
    ) throws -> PixelDifference? {
        func path(_ side: DiffSide, _ stage: StageDescriptor, _ output: String) -> String? {
            side.file(target.target, kind: stage.name, output: output, blobs)?.path
        }
        guard target.onlyIn == nil, !target.isSame,
            let one = path(a, MuxStage.stage, MuxStage.media.declared.name),
            let other = path(b, MuxStage.stage, MuxStage.media.declared.name),
            let header = path(b, PlanStage.stage, PlanStage.header.declared.name),
            let rates = (a.plan(target.target, blobs)?.rate, b.plan(target.target, blobs)?.rate)
                as? (FrameRate, FrameRate),
            rates.0 == rates.1
        else { return nil }
        let changed = target.segments.filter { $0.change.kind == .changed && !$0.isDrawnTheSame }
        let numbers = changed.prefix(most).flatMap { segment -> [Int] in
            guard let a = segment.change.a, let b = segment.change.b else { return [] }
            return [a.startFrame, b.startFrame, min(a.frames, b.frames)]
        }
        let scratch = try JobFolder()
        var job = project.job(PixelsRequest.request, node: "pictures of '\(target.target)'", scratch: scratch.path)
        job.put(one, in: PixelsRequest.a, as: target.target)
        job.put(other, in: PixelsRequest.b, as: target.target)
        job.put(header, in: PixelsRequest.header)
        job.set(PixelsRequest.ranges, to: numbers)
        let outcome = try project.builder.perform(job)
        return try scratch.value(
            PixelDifference.self, outcome[PixelsRequest.result].first, of: "the pictures of '\(target.target)'")
    }

    /// Lines for people.
    static func lines(_ pixels: PixelDifference, rate: FrameRate) -> [String] {
        var lines = pixels.ranges.map { range in
            let from = rate.seconds(ofFrame: range.b), to = rate.seconds(ofFrame: range.b + range.frames)
            let words: String
            switch range.least {
            case 1?: words = "every picture is the same"
            case let least?:
                words =
                    "the least similar tile is \(decimals(least, 3)) of 1, at "
                    + "\(decimals(rate.seconds(ofFrame: range.b + range.worst), 2)) s"
            case nil: words = "the pictures have other sizes"
            }
            return "\(decimals(from, 2))–\(decimals(to, 2)) s: \(words)"
        }
        lines.append(words(pixels.sound))
        return lines
    }

    static func words(_ sound: PixelDifference.Sound?) -> String {
        guard let sound else { return "sound: not compared, since one of the films has none" }
        return sound.isSame ? "sound: the same" : "sound: differs by at most \(decimals(sound.peak, 1)) dBFS"
    }
}
