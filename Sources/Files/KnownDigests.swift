// Digests of files that were read before, so that a file is read again only when it may have changed.
import Digests
import Glibc

/// Remembers XXH3-128 by signature. A file that changed so shortly before that a later write could leave the same
/// signature is read again each time. For one thread.
public final class KnownDigests {
    private static let most = 1 << 16
    private var known: [FileSignature: Digest] = [:]

    public init() {}

    /// - Parameter file: a descriptor of a regular file; its position does not matter.
    public func digest(of file: Int32) throws(SystemFailure) -> Digest {
        let moment = StampClock.now(), before = try FileSignature(of: file)
        if let digest = known[before] { return digest }
        let digest = try OpenFile.digest(of: file)
        if try FileSignature(of: file) == before,
            !before.isRacy(at: moment, slack: StampClock.slack(ofFileSystemWith: file))
        {
            if known.count >= Self.most { known = [:] }
            known[before] = digest
        }
        return digest
    }
}
