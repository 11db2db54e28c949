// A folder whose files are opened beneath it, and the only place where files of a workspace or a cache are opened,
// listed, put or removed by their paths: neither `..` nor a link leads out. What others made (a workspace that was
// cloned, a cache that came with it) can name whatever it likes, and reaches nothing but itself.
import CSystem
import Diagnostics
import Glibc

public final class Root: Sendable {
    public enum Links: Int32, Sendable {
        /// A link anywhere below the folder is an error: only vgraph makes what is in a cache.
        case none = 0
        /// Links that stay inside are followed.
        case inside = 1
    }

    /// O_PATH, which Swift does not import: a place, not its content.
    package static let place: Int32 = 0o10000000

    /// Absolute, and itself without links where `links` are followed.
    public let path: String
    public let links: Links
    private let folder: Descriptor
    private let code: Int32
    /// Where it really is: an absolute link that leads back in says so by that path.
    private let real: String

    /// A folder that is not there has no files.
    public init(_ path: String, links: Links) {
        self.path = path
        self.links = links
        folder = Descriptor(Glibc.open(path.isEmpty ? "/" : path, Self.place | O_DIRECTORY | O_CLOEXEC))
        code = folder.number < 0 ? errno : 0
        real = links == .inside && code == 0 ? Self.real(folder.number) ?? path : path
    }

    /// Whether a path lies here by its letters.
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

    /// A descriptor, or `-errno`: `-EXDEV` where the path leads out.
    /// - Parameter path: absolute.
    public func open(_ path: String, _ flags: Int32, _ mode: mode_t = 0o666) -> Int32 {
        guard code == 0 else { return -code }
        guard let relative = relative(path) else { return -EXDEV }
        return csystem_open_beneath(folder.number, real, relative, flags | O_CLOEXEC, UInt32(mode), links.rawValue)
    }

    /// What an open that failed means: nil where there is no such file.
    public static func problem(_ path: String, _ code: Int32) -> StoreProblem? {
        switch code {
        case ENOENT, ENOTDIR: nil
        case ENXIO: .notAFile(path: path, found: "a socket")
        case EXDEV: .leadsOut(path: path)
        case ELOOP: .isALink(path: path)
        default: .cannotRead(path: path, reason: message(code))
        }
    }

    /// How coarse the stamps of its files may be.
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

    /// The same with what each is.
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

    /// Makes a folder and those above it. 0 or an error number.
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

    /// Moves a file of vgraph's own making here; what is at its new place is replaced. 0 or an error number.
    public func rename(_ from: String, to path: String) -> Int32 {
        let (folder, name) = Self.split(path)
        let target = Descriptor(open(folder, Self.place | O_DIRECTORY))
        guard target.number >= 0 else { return -target.number }
        return renameat(AT_FDCWD, from, target.number, name) == 0 ? 0 : errno
    }

    /// Moves what lies here to another place here; nothing may be there. 0 or an error number.
    package func move(_ from: String, to path: String) -> Int32 {
        let (source, old) = Self.split(from), (folder, name) = Self.split(path)
        let above = Descriptor(open(source, Self.place | O_DIRECTORY)),
            target = Descriptor(open(folder, Self.place | O_DIRECTORY))
        guard above.number >= 0, target.number >= 0 else { return -min(above.number, target.number) }
        return renameat(above.number, old, target.number, name) == 0 ? 0 : errno
    }

    /// Makes a folder in one that is there. 0 or an error number, EEXIST too.
    package func make(_ path: String) -> Int32 {
        let (folder, name) = Self.split(path)
        let above = Descriptor(open(folder, Self.place | O_DIRECTORY))
        guard above.number >= 0 else { return -above.number }
        return mkdirat(above.number, name, 0o777) == 0 ? 0 : errno
    }

    /// Removes a file or a link, or a folder with nothing in it. 0 or an error number.
    public func unlink(_ path: String, isFolder: Bool = false) -> Int32 {
        let (folder, name) = Self.split(path)
        let above = Descriptor(open(folder, Self.place | O_DIRECTORY))
        guard above.number >= 0 else { return -above.number }
        return unlinkat(above.number, name, isFolder ? AT_REMOVEDIR : 0) == 0 ? 0 : errno
    }

    /// Removes a file, a link, or a folder with all in it; what cannot be removed stays.
    public func remove(_ path: String) {
        guard path != self.path else { return }
        let (folder, name) = Self.split(path)
        let above = Descriptor(open(folder, O_RDONLY | O_DIRECTORY))
        guard above.number >= 0, name != ".", name != "..", !name.isEmpty else { return }
        csystem_remove_tree_at(above.number, name)
    }

    /// Whether what is there is a link; a path that leads through one counts.
    public func isLink(_ path: String) -> Bool {
        let file = Descriptor(open(path, Self.place | O_NOFOLLOW))
        guard file.number >= 0 else { return file.number == -ELOOP || file.number == -EXDEV }
        var status = stat()
        return fstat(file.number, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    /// Where an open folder really is; nil: the system does not say.
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
    /// The workspace first, then the roots: each opened, and what lies in it is opened beneath it.
    public var opened: [Root] { ([workspace] + roots.values.sorted()).map { Root($0, links: .inside) } }
}
