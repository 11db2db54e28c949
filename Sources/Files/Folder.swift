// The content of a folder: names with kinds, in byte order.
import CSystem
import Diagnostics
import Digests
import Glibc

public enum Folder {
    /// A name in a folder with its kind. If the kind changes, the listing has changed.
    public struct Entry: Sendable, Hashable {
        public enum Kind: String, Sendable { case file, folder, link, other }
        public var name: String
        public var kind: Kind

        public static func == (a: Entry, b: Entry) -> Bool { a.name.isSameBytes(b.name) && a.kind == b.kind }
        public func hash(into hasher: inout Hasher) {
            hasher.combine(ByteText(name))
            hasher.combine(kind)
        }
    }

    /// Absolute path of the working folder; nil: it was removed.
    public static var working: String? {
        getcwd(nil, 0).map { pointer in
            defer { free(pointer) }
            return String(cString: pointer)
        }
    }

    /// A path that is relative to the working folder as an absolute one, if that folder still exists.
    public static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : working.map { $0 + "/" + path } ?? path
    }

    /// Names in a folder in byte order, without `.` and `..`; nil: there is no such folder. A name that is not UTF-8,
    /// which our paths cannot express, appears with its bytes escaped and a slash at the end, which no other name has.
    /// - Parameter root: nil: any folder of this machine.
    public static func names(_ path: String, in root: Root? = nil) throws(StoreProblem) -> [String]? {
        try entries(path, in: root)?.map(\.name)
    }

    /// The same with kinds; does not follow links.
    public static func entries(_ path: String, in root: Root? = nil) throws(StoreProblem) -> [Entry]? {
        if let root { return try root.entries(path) }
        guard let folder = opendir(path) else {
            if errno == ENOENT { return nil }
            if errno == ENOTDIR { return nil }
            throw .cannotRead(path: path, reason: message(errno))
        }
        return try entries(path, folder)
    }

    /// Closes the folder.
    static func entries(_ path: String, _ folder: OpaquePointer) throws(StoreProblem) -> [Entry] {
        defer { closedir(folder) }
        var entries: [Entry] = []
        while true {
            // An incomplete listing from a broken disk would look like a smaller folder.
            errno = 0
            guard let entry = readdir(folder) else {
                guard errno == 0 else { throw .cannotRead(path: path, reason: message(errno)) }
                break
            }
            let name = name(of: entry)
            if name != "." && name != ".." { entries.append(Entry(name: name, kind: kind(of: entry, in: folder))) }
        }
        return entries.sorted { $0.name.precedes($1.name) }
    }

    private static func kind(of entry: UnsafeMutablePointer<dirent>, in folder: OpaquePointer) -> Entry.Kind {
        // The numbers of readdir(3): DT_DIR, DT_REG, DT_LNK; 0 if the file system does not tell.
        switch entry.pointee.d_type {
        case 4: return .folder
        case 8: return .file
        case 10: return .link
        case 0: break
        default: return .other
        }
        var status = stat()
        let found = withUnsafePointer(to: &entry.pointee.d_name) { name in
            name.withMemoryRebound(to: CChar.self, capacity: 256) {
                fstatat(dirfd(folder), $0, &status, AT_SYMLINK_NOFOLLOW)
            }
        }
        guard found == 0 else { return .other }
        return switch status.st_mode & S_IFMT {
        case S_IFDIR: .folder
        case S_IFREG: .file
        case S_IFLNK: .link
        default: .other
        }
    }

    /// The name that `names` returns for an entry.
    public static func name(of entry: UnsafeMutablePointer<dirent>) -> String {
        withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: UInt8.self, capacity: 256) {
                name(
                    UnsafeBufferPointer(
                        start: $0,
                        count: strlen(UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))))
            }
        }
    }

    static func name(_ bytes: some Collection<UInt8>) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var text = ""
        for byte in bytes {
            let isPlain = (0x20..<0x7F).contains(byte) && byte != UInt8(ascii: "\\")
            text += isPlain ? String(UnicodeScalar(byte)) : "\\x" + withUnsafeBytes(of: byte) { hexText($0) }
        }
        return text + "/"
    }

    /// The bytes of a name that is not UTF-8; nil for any other.
    public static func bytes(ofUntext name: String) -> [UInt8]? {
        guard name.utf8.last == UInt8(ascii: "/") else { return nil }
        var bytes: [UInt8] = [], rest = Array(name.utf8.dropLast())[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else { bytes.append(byte); continue }
            bytes.append(UInt8(String(decoding: rest.dropFirst().prefix(2), as: UTF8.self), radix: 16) ?? 0)
            rest = rest.dropFirst(3)
        }
        return bytes
    }

    /// The digest of a listing.
    package static func digest(of entries: [Entry]) -> Digest {
        var writer = DigestWriter()
        for entry in entries {
            writer.add(field: entry.name)
            writer.add(field: entry.kind.rawValue)
        }
        return writer.finish()
    }

    /// Creates a folder and its parents.
    public static func create(_ path: String) throws(StoreProblem) {
        if let failed = failure(creating: path) { throw .writing(failed.path, failed.code) }
    }

    /// Creates a folder and its parents.
    /// - Returns: which of them cannot be created, and the errno; nil: all are there.
    public static func failure(creating path: String, mode: mode_t = 0o777) -> (path: String, code: Int32)? {
        if mkdir(path, mode) == 0 || errno == EEXIST { return nil }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            return (path, errno)
        }
        if let failed = failure(creating: String(path[..<slash]), mode: mode) { return failed }
        return mkdir(path, mode) == 0 || errno == EEXIST ? nil : (path, errno)
    }

    /// Waits until the names in a folder are on disk. Ignores failures: some file systems do not support it, and some
    /// folders cannot be opened for it.
    /// - Parameter folder: open for any use.
    package static func sync(_ folder: Int32) {
        let readable = Descriptor(openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        if readable.number >= 0 { fsync(readable.number) }
    }

    /// Removes a file, or a folder with its content; what cannot be removed stays.
    public static func remove(_ path: String) { csystem_remove_tree(path) }
}
