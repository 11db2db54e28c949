// A segment with its materials, opened: what render draws from and encode reads. Every file is held against its digest
// before it is used, because the key of the node names digests and nothing else.
import Composition
import Diagnostics
import Files
import FoundationEssentials
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

    /// Reads the slots `segment` and `materials`, and `pixels` with `frames` where the job has them.
    init(job: Job) throws {
        segment = try SegmentSource.value(Segment.self, job, "segment")
        let materials = try SegmentSource.value(Materials.self, job, "materials")
        let files = MaterialFiles(folders: job.folders, files: materials.files)
        renderer = try SegmentRenderer(segment, sources: files.sources)
        if job.inputs["pixels"]?.first != nil, job.inputs["frames"]?.first != nil {
            let hashes = try SegmentSource.value(FrameHashes.self, job, "frames")
            let file = try PixelFile(path: job.inputs["pixels"]![0])
            // Pixels that do not fit are not used: drawing gives the same.
            if file.size == segment.size, file.pictures == hashes.runs.count, hashes.runs.allSatisfy({ 0 < $0.count && $0.count <= frames }),
               hashes.frames == frames {
                kept = (file, hashes.runs.enumerated().flatMap { Array(repeating: $0.offset, count: $0.element.count) })
            }
        }
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

    static func value<T: Decodable>(_ type: T.Type, _ job: Job, _ slot: String) throws -> T {
        let path = job.inputs[slot]?.first ?? ""
        let name = job.names[slot]?.first ?? path
        do { return try JSONDecoder().decode(type, from: Data(WholeFile.read(path))) }
        catch { throw RenderProblem.badDescription(path: name, reason: words(of: error)).diagnostic }
    }
}
