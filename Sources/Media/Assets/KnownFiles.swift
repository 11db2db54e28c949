// What was found in files that were examined before. A film's pictures and clips are those of the spec's other films,
// and to decode them costs more than all else that validate does.
import Composition
import Diagnostics
import Digests
import Files

/// Remembers what examining a file gave, by its bytes and its name, which a warning may quote. Failures are not kept.
/// For one thread.
public final class KnownFiles {
    /// What the bytes of a file say; where it lies is not here.
    struct Content {
        var digest: Digest
        var probe: ProbeResult
        var families: [String]
        var marks: OriginMarks?
        /// Of a picture that was decoded just now.
        var picture: Picture.Decoded?
    }

    private struct Name: Hashable {
        var digest: Digest
        var name: ByteText
    }

    private static let most = 4096
    private var contents: [Name: Content] = [:]
    private let digests: KnownDigests
    /// Pictures that were decoded to see that they are whole, until they are drawn; the latest last.
    private var pictures: [(digest: Digest, picture: Picture.Decoded)] = []
    private static let room = 32 << 20

    public init(_ digests: KnownDigests = KnownDigests()) { self.digests = digests }

    /// - Parameter examine: decodes the file; asked if these bytes are new.
    func content(of file: InputFile, examine: (Digest) throws -> Content) throws -> Content {
        let digest = try file.digest(digests), name = Name(digest: digest, name: ByteText(file.name))
        if let known = contents[name] { return known }
        var content = try examine(digest)
        let picture = content.picture
        content.picture = nil
        // What was decoded must be what was hashed.
        if try file.digest(digests) == digest {
            if contents.count >= Self.most { contents = [:] }
            contents[name] = content
            if let picture { pictures.append((digest, picture)) }
            while pictures.reduce(0, { $0 + $1.picture.byteCount }) > Self.room { pictures.removeFirst() }
        }
        return content
    }

    /// A picture that was decoded here. It is given once: whoever takes it keeps it in the form that it needs.
    public func takePicture(_ digest: Digest) -> Picture.Decoded? {
        pictures.firstIndex { $0.digest == digest }.map { pictures.remove(at: $0).picture }
    }

    public func forgetPictures() { pictures = [] }
}
