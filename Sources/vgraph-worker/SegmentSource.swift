// A segment with its materials, opened: what render draws from and encode reads. Every file is held against its digest
// before it is used, because the key of the node names digests and nothing else.
import CSystem
import Composition
import Diagnostics
import FoundationEssentials
import Glibc
import Media
import Render
import Work

final class SegmentSource {
    let segment: Segment
    var frames: Int { segment.frames }
    /// Files of the fonts used in the frames drawn so far: absolute, sorted.
    var fontsUsed: [String] { renderer.fontsUsed }

    private let renderer: SegmentRenderer
    /// Kept frames, and which of them each frame is. Only where the job has them.
    private var kept: (file: PixelFile, runs: [Int])?

    /// Reads the slots `segment` and `materials`, and `pixels` with `frames` where the job has them.
    init(job: Job) throws {
        segment = try SegmentSource.value(Segment.self, job, "segment")
        let materials = try SegmentSource.value(Materials.self, job, "materials")
        let files = MaterialFiles(workspace: job.workspace, files: materials.files)
        renderer = try SegmentRenderer(segment, sources: LayerSources(
            picture: { digest in
                try PictureShelf.shared.picture(digest) { try Picture.decode(path: files.path(digest), name: files.name(digest)) }
            },
            clip: { digest in try ClipReader(path: files.path(digest), name: files.name(digest)) },
            fontFile: { digest in try files.path(digest) },
            fonts: PictureShelf.shared.fonts))
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

    private static func value<T: Decodable>(_ type: T.Type, _ job: Job, _ slot: String) throws -> T {
        let path = job.inputs[slot]?.first ?? ""
        let name = job.names[slot]?.first ?? path
        do { return try JSONDecoder().decode(type, from: Data(contentsOf: URL(filePath: path))) }
        catch { throw RenderProblem.badDescription(path: name, reason: "\(error)").diagnostic }
    }
}

/// The files behind digests, inside one workspace.
struct MaterialFiles {
    let workspace: String
    let files: [AssetDigest: String]

    /// Relative to the workspace, as a person knows the file.
    func name(_ digest: AssetDigest) throws -> String {
        guard let path = files[digest] else { throw RenderProblem.unknownMaterial(digest: digest).diagnostic }
        guard !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else { throw RenderProblem.materialOutside(path: path).diagnostic }
        return path
    }

    /// The absolute path of a file whose bytes have been held against `digest`.
    func path(_ digest: AssetDigest) throws -> String {
        let name = try name(digest)
        let path = workspace + "/" + name
        do {
            guard try PictureShelf.shared.digest(ofFile: path) == digest else { throw RenderProblem.changedMaterial(path: name).diagnostic }
        } catch let error as FileFailure {
            throw RenderProblem.unreadableMaterial(path: name, reason: String(cString: strerror(error.code))).diagnostic
        }
        return path
    }
}

/// A call on a file that failed, with its errno.
struct FileFailure: Error { var code: Int32 }

/// What a worker keeps from job to job: digests of files it has read, pictures it has decoded, fonts it has looked up.
/// A worker does one job at a time, on one thread.
final class PictureShelf: @unchecked Sendable {
    static let shared = PictureShelf()
    let fonts = FontLibrary()

    private struct Stamp: Equatable {
        var device, inode: UInt64
        var size, seconds, nanoseconds: Int
        init(_ info: stat) {
            (device, inode) = (UInt64(info.st_dev), UInt64(info.st_ino))
            (size, seconds, nanoseconds) = (Int(info.st_size), info.st_mtim.tv_sec, info.st_mtim.tv_nsec)
        }
    }
    private var digests: [String: (stamp: Stamp, digest: String)] = [:]
    /// Latest use last.
    private var pictures: [(digest: AssetDigest, bitmap: Bitmap)] = []
    private let limit = 128 << 20

    func picture(_ digest: AssetDigest, decode: () throws -> Bitmap) throws -> Bitmap {
        if let index = pictures.firstIndex(where: { $0.digest == digest }) {
            pictures.append(pictures.remove(at: index))
            return pictures[pictures.count - 1].bitmap
        }
        let bitmap = try decode()
        pictures.append((digest, bitmap))
        while pictures.count > 1, pictures.reduce(0, { $0 + $1.bitmap.byteCount }) > limit { pictures.removeFirst() }
        return bitmap
    }

    /// XXH3-128 of a file's bytes, read again only when the file has changed.
    func digest(ofFile path: String) throws -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFailure(code: errno) }
        defer { close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw FileFailure(code: errno) }
        let stamp = Stamp(info)
        if let known = digests[path], known.stamp == stamp { return known.digest }

        let state = csystem_xxh3_new()
        defer { csystem_xxh3_free(state) }
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { buffer.deallocate() }
        while true {
            let n = read(descriptor, buffer, 1 << 20)
            if n < 0 && errno == EINTR { continue }
            guard n >= 0 else { throw FileFailure(code: errno) }
            if n == 0 { break }
            csystem_xxh3_update(state, buffer, n)
        }
        var bytes = [UInt8](repeating: 0, count: 16)
        csystem_xxh3_final(state, &bytes)
        let digest = hexText(bytes)
        digests[path] = (stamp, digest)
        return digest
    }
}
