// Finds and verifies the files that digests name, and caches digests, pictures and fonts from job to job.
import Composition
import Diagnostics
import Digests
import Files
import Glibc
import Media
import Render
import Work

/// The files that digests name, inside one workspace and its roots.
struct MaterialFiles {
    let folders: Folders
    let files: [AssetDigest: String]

    /// The path relative to the workspace, for messages.
    func name(_ digest: AssetDigest) throws -> String {
        guard let path = files[digest] else { throw RenderProblem.unknownMaterial(digest: digest.hex).diagnostic }
        guard !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
            throw RenderProblem.materialOutside(path: path).diagnostic
        }
        return path
    }

    /// The absolute path of a file, after verifying its digest.
    func path(_ digest: AssetDigest) throws -> String {
        let name = try name(digest)
        let path = folders.path(name)
        do {
            guard try PictureShelf.shared.digest(ofFile: path) == digest else {
                throw RenderProblem.changedMaterial(path: name).diagnostic
            }
        } catch let error as SystemFailure {
            throw RenderProblem.unreadableMaterial(path: name, reason: String(cString: strerror(error.code))).diagnostic
        }
        return path
    }

    /// The sources for drawing layers.
    var sources: LayerSources {
        LayerSources(
            picture: { digest in
                try PictureShelf.shared.picture(digest) {
                    let path = try path(digest), name = try name(digest)
                    // validate has just decoded it.
                    if let decoded = PictureShelf.shared.known.takePicture(digest) {
                        return try decoded.bitmap(name: name)
                    }
                    return try Picture.decode(path: path, name: name)
                }
            },
            clip: { digest in try ClipReader(path: path(digest), name: name(digest), isStrict: true) },
            fontFile: { digest in try path(digest) },
            fonts: PictureShelf.shared.fonts)
    }
}

/// The font files that were used, so that a machine with other fonts does the work again.
func discoveredFonts(_ files: [String], in folders: Folders) throws -> [Discovered] {
    try files.map { path in
        do {
            let digest = try PictureShelf.shared.digest(ofFile: path)
            return Discovered(path: folders.name(path) ?? path, digest: digest)
        } catch let error as SystemFailure {
            throw RenderProblem.unreadableMaterial(path: path, reason: String(cString: strerror(error.code))).diagnostic
        }
    }
}

/// The worker's cache: digests of files, decoded pictures, fonts. A worker does one job at a time, on one thread.
final class PictureShelf: @unchecked Sendable {
    static let shared = PictureShelf()
    let fonts = FontLibrary()

    private let digests = KnownDigests()
    /// What the files of specs contain.
    private(set) lazy var known = KnownFiles(digests)
    /// In order of use, the latest last.
    private var pictures: [(digest: AssetDigest, picture: PictureLevels)] = []
    private let limit = 128 << 20

    func picture(_ digest: AssetDigest, decode: @escaping () throws -> Bitmap) throws -> PictureLevels {
        if let index = pictures.firstIndex(where: { $0.digest == digest }) {
            pictures.append(pictures.remove(at: index))
            let picture = pictures[pictures.count - 1].picture
            // Where its file lies for this job.
            picture.decode = decode
            return picture
        }
        let picture = PictureLevels(try decode(), decode: decode)
        pictures.append((digest, picture))
        while pictures.count > 1, pictures.reduce(0, { $0 + $1.picture.byteCount }) > limit { pictures.removeFirst() }
        return picture
    }

    /// XXH3-128 of a file's bytes, read again only when the file has changed.
    func digest(ofFile path: String) throws(SystemFailure) -> Digest {
        let file = Descriptor(open(path, O_RDONLY | O_CLOEXEC))
        guard file.number >= 0 else { throw SystemFailure(code: errno) }
        return try digests.digest(of: file.number)
    }
}
