// Reading and hashing files that others may be writing.
import CSystem
import Diagnostics
import Digests
import Files
import Glibc
import Work

package func message(_ code: Int32) -> String {
    let text = String(cString: strerror(code))
    return text.prefix(1).lowercased() + text.dropFirst()
}

/// What was read of a file, and the signature it had before and after: equal, or this is not returned.
public struct FileContent: Sendable {
    public var digest: Digest
    public var signature: FileSignature
    public var isRacy: Bool
    /// Empty unless the bytes were asked for.
    public var bytes: [UInt8]

    /// nil: there is no such file. Tries a few times when the file changes meanwhile.
    /// - Parameter root: nil: a file of this machine, wherever its path leads.
    public static func read(_ path: String, keepBytes: Bool = false, in root: Root? = nil) throws(StoreProblem) -> FileContent? {
        for _ in 0..<4 {
            // Without O_NONBLOCK a pipe in the way would stop us for ever.
            let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK
            let number = root.map { $0.open(path, flags) } ?? open(path, flags)
            let file = Descriptor(number), code = root == nil ? errno : -number
            guard file.number >= 0 else {
                guard let problem = Root.problem(path, code) else { return nil }
                throw problem
            }
            if let content = try read(file.number, path, keepBytes) { return content }
        }
        throw .changing(path: path)
    }

    /// nil: it changed while we read.
    private static func read(_ file: Int32, _ path: String, _ keepBytes: Bool) throws(StoreProblem) -> FileContent? {
        var status = stat()
        let moment = Clock.now()
        guard fstat(file, &status) == 0 else { throw .cannotRead(path: path, reason: message(errno)) }
        let before = FileSignature(status)
        guard before.isFile else { throw .notAFile(path: path, found: before.kind) }

        var writer = DigestWriter()
        var bytes: [UInt8] = []
        let capacity = Int(min(max(before.size, 4096), 1 << 20))
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 64)
        defer { buffer.deallocate() }
        var total: UInt64 = 0
        while true {
            let count = Glibc.read(file, buffer.baseAddress, buffer.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw .cannotRead(path: path, reason: message(errno))
            }
            if count == 0 { break }
            total += UInt64(count)
            if total > before.size { return nil }
            let piece = UnsafeRawBufferPointer(rebasing: buffer[0..<count])
            writer.add(piece)
            if keepBytes { bytes.append(contentsOf: piece) }
        }
        guard total == before.size, fstat(file, &status) == 0, FileSignature(status) == before else { return nil }
        return FileContent(digest: writer.finish(), signature: before,
                           isRacy: before.isRacy(at: moment, slack: Clock.slack(ofFileSystemWith: file)), bytes: bytes)
    }
}

public enum Folder {
    /// A name in a folder with what it is: a name that stays and is another kind of thing is another listing.
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

    /// Names in a folder in byte order, without `.` and `..`; nil: there is no such folder. A name that is not UTF-8, which
    /// no path of ours can say, is there as its bytes, escaped, with a slash at its end: no other name has one.
    /// - Parameter root: nil: wherever the path leads.
    public static func names(_ path: String, in root: Root? = nil) throws(StoreProblem) -> [String]? {
        try entries(path, in: root)?.map(\.name)
    }

    /// The same with what they are; a link is a link, wherever it leads.
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
            // A listing cut short by a broken disk would look like a folder with less in it.
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
        // The numbers of readdir(3): DT_DIR, DT_REG, DT_LNK; 0 where a file system does not tell.
        switch entry.pointee.d_type {
        case 4: return .folder
        case 8: return .file
        case 10: return .link
        case 0: break
        default: return .other
        }
        var status = stat()
        let found = withUnsafePointer(to: &entry.pointee.d_name) { name in
            name.withMemoryRebound(to: CChar.self, capacity: 256) { fstatat(dirfd(folder), $0, &status, AT_SYMLINK_NOFOLLOW) }
        }
        guard found == 0 else { return .other }
        return switch status.st_mode & S_IFMT {
        case S_IFDIR: .folder
        case S_IFREG: .file
        case S_IFLNK: .link
        default: .other
        }
    }

    /// What `names` says for an entry.
    public static func name(of entry: UnsafeMutablePointer<dirent>) -> String {
        withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: UInt8.self, capacity: 256) {
                name(UnsafeBufferPointer(start: $0,
                    count: strlen(UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))))
            }
        }
    }

    static func name(_ bytes: some Collection<UInt8>) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var text = ""
        for byte in bytes {
            let isPlain = (0x20..<0x7F).contains(byte) && byte != UInt8(ascii: "\\")
            text += isPlain ? String(UnicodeScalar(byte)) : "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
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

    /// Digest of a listing; equal listings, equal digests.
    static func digest(of entries: [Entry]) -> Digest {
        var writer = DigestWriter()
        for entry in entries {
            writer.add(field: entry.name)
            writer.add(field: entry.kind.rawValue)
        }
        return writer.finish()
    }

    /// Makes a folder and those above it.
    public static func create(_ path: String) throws(StoreProblem) {
        if mkdir(path, 0o777) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw WriteFailure.problem(path, errno)
        }
        try create(String(path[..<slash]))
        if mkdir(path, 0o777) != 0 && errno != EEXIST { throw WriteFailure.problem(path, errno) }
    }

    /// Removes a file, or a folder with all in it; what cannot be removed stays.
    public static func remove(_ path: String) { csystem_remove_tree(path) }
}

enum WriteFailure {
    static func problem(_ path: String, _ code: Int32) -> StoreProblem {
        switch code {
        case ENOSPC, EDQUOT, EFBIG: .diskFull(path: path)
        case EXDEV: .leadsOut(path: path)
        case ELOOP: .isALink(path: path)
        default: .cannotWrite(path: path, reason: message(code))
        }
    }
}

public enum AtomicFile {
    /// Whole or not at all: a temporary file beside others like it in `folder` (same file system), then a rename.
    /// No fsync: what reads such a file checks it first.
    /// - Parameter root: both are beneath it; nil: wherever the paths lead.
    public static func write(_ bytes: UnsafeRawBufferPointer, to path: String, by folder: String,
                             prefix: String = "", in root: Root? = nil) throws(StoreProblem) {
        let temporary = folder + "/" + prefix + Unique.name()
        var code: Int32 = 0
        do throws(SystemFailure) { try WholeFile.write(bytes, to: temporary) } catch { code = error.code }
        let failure = code != 0 ? code : root?.rename(temporary, to: path) ?? (rename(temporary, path) == 0 ? 0 : errno)
        if failure == 0 { return }
        unlink(temporary)
        throw WriteFailure.problem(path, failure)
    }
}

public enum Unique {
    /// A name nobody else has: process id and 64 random bits.
    public static func name() -> String {
        String(getpid()) + "-" + String(UInt64.random(in: .min ... .max), radix: 36)
    }

    /// Whether a name is one that this gives.
    static func gave(_ name: some StringProtocol) -> Bool {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 2 && Int32(parts[0]) ?? 0 > 0 && UInt64(parts[1], radix: 36) != nil && !parts[1].hasPrefix("+")
    }
}
