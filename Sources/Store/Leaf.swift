// A file, a folder or a missing file that a build depended on, and its state.
import Diagnostics
import Digests
import Files

public struct Leaf: Sendable, Hashable {
    public enum Kind: UInt32, Sendable, Hashable {
        /// `digest` is the digest of the bytes.
        case file = 0
        /// A build looked for it, but it does not exist.
        case absent = 1
        /// `digest` is the digest of the names in it and their kinds.
        case folder = 2
        /// Programs and libraries, which are too large to hash each time, so any other signature is a change.
        case program = 3
    }

    public var path: String
    public var kind: Kind
    public var signature: FileSignature
    public var digest: Digest
    /// The signature was taken too soon after the last change to be trusted: hash again.
    public var isRacy: Bool

    public init(path: String, kind: Kind, signature: FileSignature, digest: Digest, isRacy: Bool) {
        self.path = path
        self.kind = kind
        self.signature = signature
        self.digest = digest
        self.isRacy = isRacy
    }

    public init(absent path: String) {
        self.init(path: path, kind: .absent, signature: Self.noSignature, digest: .zero, isRacy: false)
    }

    /// Whether another look found the same: the same bytes and executable bit, the same listing, or no file.
    public func isSame(as other: Leaf) -> Bool {
        kind == other.kind && digest == other.digest
            && (kind != .file || signature.isExecutable == other.signature.isExecutable)
    }

    static let noSignature = FileSignature(device: 0, inode: 0, size: 0, modified: 0, changed: 0, mode: 0)

    /// The present state of a path. `known` saves reading a file whose signature is unchanged.
    /// - Parameter root: nil: any file of this machine.
    public static func observe(
        _ path: String, kind: Kind, known: Leaf?,
        in root: Root? = nil
    ) throws(StoreProblem) -> Leaf {
        switch root?.look(at: path) ?? FileSignature.look(at: path) {
        case .absent:
            return Leaf(absent: path)
        case .failed(let code):
            throw Root.problem(path, code) ?? .cannotRead(path: path, reason: message(code))
        case .present(let now):
            if let known, known.kind == kind, known.signature == now, !known.isRacy { return known }
            switch kind {
            case .program:
                return Leaf(path: path, kind: .program, signature: now, digest: .zero, isRacy: false)
            case .folder:
                // Racy unless proven otherwise, since listing again is cheap.
                let moment = StampClock.now()
                guard let entries = try Folder.entries(path, in: root) else {
                    throw .notAFile(path: path, found: now.kind)
                }
                return Leaf(
                    path: path, kind: .folder, signature: now, digest: Folder.digest(of: entries),
                    isRacy: now.isRacy(at: moment, slack: 2_000_000_000))
            case .file, .absent:
                guard let content = try FileContent.read(path, in: root) else {
                    return Leaf(absent: path)
                }
                return Leaf(
                    path: path, kind: .file, signature: content.signature, digest: content.digest,
                    isRacy: content.isRacy)
            }
        }
    }
}
