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
    }

    private struct Name: Hashable {
        var digest: Digest
        var name: ByteText
    }

    private static let most = 4096
    private var contents: [Name: Content] = [:]
    private let digests: KnownDigests

    public init(_ digests: KnownDigests = KnownDigests()) { self.digests = digests }

    /// - Parameter examine: decodes the file; asked if these bytes are new.
    func content(of file: InputFile, examine: (Digest) throws -> Content) throws -> Content {
        let digest = try file.digest(digests), name = Name(digest: digest, name: ByteText(file.name))
        if let known = contents[name] { return known }
        let content = try examine(digest)
        // What was decoded must be what was hashed.
        if try file.digest(digests) == digest {
            if contents.count >= Self.most { contents = [:] }
            contents[name] = content
        }
        return content
    }
}
