// A folder beneath which files are opened. It is the only way to open, list, place or remove files of a workspace or a
// cache by path: neither `..` nor a link leads out. So an untrusted workspace or cache, whatever paths it names,
// reaches nothing but itself.
import CSystem
import Diagnostics
import Glibc

public final class Root: Sendable {
    public enum Links: Int32, Sendable {
        /// A link anywhere below the folder is an error: vgraph creates no links in a cache.
        case none = 0
        /// Links that stay inside are followed.
        case inside = 1
    }

    /// O_PATH, which Swift does not import: opens a location, not its content.
    package static let place: Int32 = 0o10000000

    /// Absolute; without links in it if `links` are followed.
    public let path: String
    public let links: Links
    private let folder: Descriptor
    private let code: Int32
    /// The real path, to recognize absolute links that lead back in.
    private let real: String

    /// A missing folder has no files.
    public init(_ path: String, links: Links) {
        self.path = path
        self.links = links
        folder = Descriptor(Glibc.open(path.isEmpty ? "/" : path, Self.place | O_DIRECTORY | O_CLOEXEC))
        code = folder.number < 0 ? errno : 0
        real = links == .inside && code == 0 ? Self.real(folder.number) ?? path : path
    }

    /// Whether a path begins with this folder's path.
    public func holds(_ path: String) -> Bool { relative(path) != nil }

    private func relative(_ path: String) -> String? {
        if path.isSameBytes(self.path) { return "." }
        guard path.utf8.count > self.path.utf8.count + 1, path.utf8.starts(with: self.path.utf8),
            path.utf8[
                path.utf8.index(
                    path.utf8.startIndex,
                    offsetBy: self.path.utf8.count)] == UInt8(ascii: "/")
        else { return nil }
        return String(path.utf8.dropFirst(self.path.utf8.count + 1).drop { $0 == UInt8(ascii: "/") }) ?? nil
    }

    /// A descriptor, or `-errno`; `-EXDEV` means that the path leads out.
    /// - Parameter path: absolute.
    public func open(_ path: String, _ flags: Int32, _ mode: mode_t = 0o666) -> Int32 {
        guard code == 0 else { return -code }
        guard let relative = relative(path) else { return -EXDEV }
        return csystem_open_beneath(folder.number, real, relative, flags | O_CLOEXEC, UInt32(mode), links.rawValue)
    }

    /// The problem of a failed open; nil: there is no such file.
    public static func problem(_ path: String, _ code: Int32) -> StoreProblem? {
        switch code {
        case ENOENT, ENOTDIR: nil
        case ENXIO: .notAFile(path: path, found: "a socket")
        case EXDEV: .leadsOut(path: path)
        case ELOOP: .isALink(path: path)
        default: .cannotRead(path: path, reason: message(code))
        }
    }

    /// The resolution of its files' time stamps.
    package var slack: Int64 { StampClock.slack(ofFileSystemWith: folder.number) }

    public func look(at path: String) -> FileSignature.Look {
        let file = Descriptor(open(path, Self.place))
        guard file.number >= 0 else {
            return file.number == -ENOENT || file.number == -ENOTDIR ? .absent : .failed(-file.number)
        }
        var status = stat()
        guard fstat(file.number, &status) == 0 else { return .failed(errno) }
        return .present(FileSignature(status))
    }

    /// Names in a folder in byte order; nil: there is no such folder.
    public func names(_ path: String) throws(StoreProblem) -> [String]? { try entries(path)?.map(\.name) }

    /// The same with kinds.
    public func entries(_ path: String) throws(StoreProblem) -> [Folder.Entry]? {
        let file = open(path, O_RDONLY | O_DIRECTORY)
        guard file >= 0 else {
            if let problem = Self.problem(path, -file) { throw problem }
            return nil
        }
        guard let folder = fdopendir(file) else {
            let code = errno
            close(file)
            throw .cannotRead(path: path, reason: message(code))
        }
        return try Folder.entries(path, folder)
    }

    /// Creates a folder and its parents. Returns 0 or an error number.
    public func create(_ path: String) -> Int32 {
        let there = Descriptor(open(path, Self.place | O_DIRECTORY))
        if there.number >= 0 { return 0 }
        guard there.number == -ENOENT, path != self.path else { return -there.number }
        let (folder, name) = Self.split(path)
        let code = create(folder)
        guard code == 0 else { return code }
        let above = Descriptor(open(folder, Self.place | O_DIRECTORY))
        guard above.number >= 0 else { return -above.number }
        return mkdirat(above.number, name, 0o777) == 0 || errno == EEXIST ? 0 : errno
    }

    /// Moves a file that vgraph made here, and replaces what is at the new path. Returns 0 or an error number.
    public func rename(_ from: String, to path: String) -> Int32 {
        let (folder, name) = Self.split(path)
        let target = Descriptor(open(folder, Self.place | O_DIRECTORY))
        guard target.number >= 0 else { return -target.number }
        return renameat(AT_FDCWD, from, target.number, name) == 0 ? 0 : errno
    }

    /// Moves a file within this folder; nothing may exist at the new path. Returns 0 or an error number.
    package func move(_ from: String, to path: String) -> Int32 {
        let (source, old) = Self.split(from), (folder, name) = Self.split(path)
        let above = Descriptor(open(source, Self.place | O_DIRECTORY)),
            target = Descriptor(open(folder, Self.place | O_DIRECTORY))
        guard above.number >= 0, target.number >= 0 else { return -min(above.number, target.number) }
        return renameat(above.number, old, target.number, name) == 0 ? 0 : errno
    }

    /// Creates a folder in an existing one. Returns 0 or an error number, which may be EEXIST.
    package func make(_ path: String) -> Int32 {
        let (folder, name) = Self.split(path)
        let above = Descriptor(open(folder, Self.place | O_DIRECTORY))
        guard above.number >= 0 else { return -above.number }
        return mkdirat(above.number, name, 0o777) == 0 ? 0 : errno
    }

    /// Removes a file, a link or an empty folder. Returns 0 or an error number.
    public func unlink(_ path: String, isFolder: Bool = false) -> Int32 {
        let (folder, name) = Self.split(path)
        let above = Descriptor(open(folder, Self.place | O_DIRECTORY))
        guard above.number >= 0 else { return -above.number }
        return unlinkat(above.number, name, isFolder ? AT_REMOVEDIR : 0) == 0 ? 0 : errno
    }

    /// Removes a file, a link, or a folder with its content; what cannot be removed stays.
    public func remove(_ path: String) {
        guard path != self.path else { return }
        let (folder, name) = Self.split(path)
        let above = Descriptor(open(folder, O_RDONLY | O_DIRECTORY))
        guard above.number >= 0, name != ".", name != "..", !name.isEmpty else { return }
        csystem_remove_tree_at(above.number, name)
    }

    /// Whether a path is a link or leads through one.
    public func isLink(_ path: String) -> Bool {
        let file = Descriptor(open(path, Self.place | O_NOFOLLOW))
        guard file.number >= 0 else { return file.number == -ELOOP || file.number == -EXDEV }
        var status = stat()
        return fstat(file.number, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    /// The real path of an open folder; nil: /proc does not tell.
    package static func real(_ folder: Int32) -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes {
            readlink("/proc/self/fd/\(folder)", $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
        }
        return count > 0 && count < buffer.count ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }

    package static func real(_ root: Root) -> String? { root.code == 0 ? real(root.folder.number) : nil }

    package static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return ("", path) }
        return (String(path[..<slash]), String(path[path.utf8.index(after: slash)...]))
    }
}

extension Folders {
    /// The workspace, then the roots, each as a `Root`.
    public var opened: [Root] { ([workspace] + roots.values.sorted()).map { Root($0, links: .inside) } }
}
