// Draws the frames of a segment for render, encode and others. Verifies the digest of every file before using it, since
// the key of a node has only digests.
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
    /// The searches that selected them.
    var used: FontsUsed { renderer.used }

    private let renderer: SegmentRenderer
    /// Kept frames, with the index of each frame's picture; nil if the job has none.
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
        // If the kept frames do not match the segment, it is drawn again.
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
