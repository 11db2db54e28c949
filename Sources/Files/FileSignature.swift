// The result of stat for a file. Compared only for equality, never for order: an edit may have an older time.
import Glibc

public struct FileSignature: Hashable, Codable, Sendable {
    public var device: UInt64
    public var inode: UInt64
    public var size: UInt64
    /// Nanoseconds since 1970.
    public var modified: Int64
    public var changed: Int64
    public var mode: UInt32

    public init(device: UInt64, inode: UInt64, size: UInt64, modified: Int64, changed: Int64, mode: UInt32) {
        self.device = device
        self.inode = inode
        self.size = size
        self.modified = modified
        self.changed = changed
        self.mode = mode
    }

    package init(_ status: stat) {
        self.init(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: UInt64(max(0, status.st_size)),
            modified: Self.nanoseconds(status.st_mtim), changed: Self.nanoseconds(status.st_ctim),
            mode: status.st_mode)
    }

    /// Of an open file.
    package init(of file: Int32) throws(SystemFailure) {
        var status = stat()
        guard fstat(file, &status) == 0 else { throw SystemFailure(code: errno) }
        self.init(status)
    }

    /// Wraps instead of trapping: a file system may return any number.
    package static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    public var isFile: Bool { mode & S_IFMT == S_IFREG }
    /// By its owner.
    public var isExecutable: Bool { isFile && mode & 0o100 != 0 }
    public var isFolder: Bool { mode & S_IFMT == S_IFDIR }

    /// The kind of file, for messages.
    package var kind: String {
        switch mode & S_IFMT {
        case S_IFREG: "a file"
        case S_IFDIR: "a folder"
        case S_IFIFO: "a pipe"
        case S_IFSOCK: "a socket"
        case S_IFLNK: "a link"
        default: "a device"
        }
    }

    public enum Look: Sendable, Equatable {
        case present(FileSignature)
        case absent
        case failed(Int32)
    }

    /// Follows links, since reading does too.
    public static func look(at path: String) -> Look {
        path.withCString { look(at: $0) }
    }

    package static func look(at path: UnsafePointer<CChar>) -> Look {
        var status = stat()
        if stat(path, &status) == 0 { return .present(FileSignature(status)) }
        return errno == ENOENT || errno == ENOTDIR ? .absent : .failed(errno)
    }

    /// Whether a path itself is a link.
    public static func isLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    /// Whether a later write could leave the same signature, because the file changed so shortly before `moment` that
    /// its file system's clock may not have ticked since. Such a signature proves nothing later, as in git.
    package func isRacy(at moment: Int64, slack: Int64) -> Bool { max(modified, changed) &+ slack >= moment }
}
