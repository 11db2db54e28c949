// Reading and hashing files that others may be writing.
import CSystem
import Diagnostics
import Glibc

package func message(_ code: Int32) -> String {
    let text = String(cString: strerror(code))
    return text.prefix(1).lowercased() + text.dropFirst()
}

/// A file descriptor that closes itself.
struct Descriptor: ~Copyable {
    let number: Int32
    init(_ number: Int32) { self.number = number }
    deinit { if number >= 0 { close(number) } }
}

/// What was read of a file, and the signature it had before and after: equal, or this is not returned.
public struct FileContent: Sendable {
    public var digest: Digest
    public var signature: FileSignature
    public var isRacy: Bool
    /// Empty unless the bytes were asked for.
    public var bytes: [UInt8]

    /// nil: there is no such file. Tries a few times when the file changes meanwhile.
    public static func read(_ path: String, keepBytes: Bool = false) throws(StoreProblem) -> FileContent? {
        for _ in 0..<4 {
            // Without O_NONBLOCK a pipe in the way would stop us for ever.
            let file = Descriptor(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK))
            guard file.number >= 0 else {
                if errno == ENOENT || errno == ENOTDIR { return nil }
                if errno == ENXIO { throw .notAFile(path: path, found: "a socket") }
                throw .cannotRead(path: path, reason: message(errno))
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
    /// Names in a folder in byte order, without `.` and `..`; nil: there is no such folder.
    public static func names(_ path: String) throws(StoreProblem) -> [String]? {
        guard let folder = opendir(path) else {
            if errno == ENOENT { return nil }
            if errno == ENOTDIR { return nil }
            throw .cannotRead(path: path, reason: message(errno))
        }
        defer { closedir(folder) }
        var names: [String] = []
        while true {
            // A listing cut short by a broken disk would look like a folder with less in it.
            errno = 0
            guard let entry = readdir(folder) else {
                guard errno == 0 else { throw .cannotRead(path: path, reason: message(errno)) }
                break
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Digest of a listing; equal listings, equal digests.
    static func digest(of names: [String]) -> Digest {
        var writer = DigestWriter()
        for name in names { writer.add(field: name) }
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
        default: .cannotWrite(path: path, reason: message(code))
        }
    }
}

public enum AtomicFile {
    /// Whole or not at all: a temporary file beside others like it in `folder` (same file system), then a rename.
    /// No fsync: what reads such a file checks it first.
    public static func write(_ bytes: UnsafeRawBufferPointer, to path: String, by folder: String,
                             prefix: String = "") throws(StoreProblem) {
        let temporary = folder + "/" + prefix + Unique.name()
        let code = fill(temporary, bytes)
        if code == 0 && rename(temporary, path) == 0 { return }
        let failure = code == 0 ? errno : code
        unlink(temporary)
        throw WriteFailure.problem(path, failure)
    }

    private static func fill(_ path: String, _ bytes: UnsafeRawBufferPointer) -> Int32 {
        let file = Descriptor(open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644))
        guard file.number >= 0 else { return errno }
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(file.number, rest.baseAddress, rest.count)
            if count < 0 {
                if errno == EINTR { continue }
                return errno
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        return 0
    }
}

public enum Unique {
    /// A name nobody else has: process id and 64 random bits.
    public static func name() -> String {
        String(getpid()) + "-" + String(UInt64.random(in: .min ... .max), radix: 36)
    }
}
