// A segment with its materials, opened: what render draws from and encode reads. Every file is compared with its digest
// before it is used, because the key of the node names digests and nothing else.
import Composition
import Diagnostics
import Media
import Render
import Work

final class SegmentSource {
    let segment: Segment
    var frames: Int { segment.frames }
    /// Files of the fonts used in the frames drawn so far: absolute, sorted.
    var fontsUsed: [String] { renderer.fontsUsed }
    /// What decided on them.
    var used: FontsUsed { renderer.used }

    private let renderer: SegmentRenderer
    /// Kept frames, and which of them each frame is. Only where the job has them.
    private var kept: (file: PixelFile, runs: [Int])?

    /// - Parameter kept: frames that render kept, and their hashes.
    init(
        _ segment: Segment, _ materials: Materials, in folders: Folders,
        kept: (pixels: Job.Input, hashes: FrameHashes)? = nil
    ) throws {
        self.segment = segment
        renderer = try SegmentRenderer(
            segment, sources: MaterialFiles(folders: folders, files: materials.files).sources)
        guard let kept else { return }
        let file = try PixelFile(path: kept.pixels.path), runs = kept.hashes.runs
        // Pixels that do not fit are not used: drawing gives the same.
        guard file.size == segment.size, file.pictures == runs.count,
            runs.allSatisfy({ 0 < $0.count && $0.count <= frames }),
            kept.hashes.frames == frames
        else { return }
        self.kept = (file, runs.enumerated().flatMap { Array(repeating: $0.offset, count: $0.element.count) })
    }

    /// A frame, valid until the next call.
    func frame(_ index: Int) throws -> I420Frame {
        if let kept { return try kept.file.picture(kept.runs[index]) }
        return try renderer.frame(index)
    }

    /// Whether a frame is known to equal the one before it without drawing either.
    func repeatsPrevious(_ index: Int) throws -> Bool {
        if let kept { return index > 0 && kept.runs[index] == kept.runs[index - 1] }
        return try renderer.repeatsPrevious(index)
    }
}
