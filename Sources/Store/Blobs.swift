// Immutable bytes named by their digest. Written without fsync, and believed by their stamp: every blob's mtime is set
// to one constant of this start of the machine. Bytes changed in place, or written before a power cut, or restored
// from an archive have another mtime, are hashed before their first use, and are dropped if they are not what their name says.
import CSystem
import Diagnostics
import Glibc

public struct Blobs: Sendable {
    public let cache: Cache
    public init(_ cache: Cache) { self.cache = cache }

    public func path(_ digest: Digest) -> String {
        let place = Cache.place(digest)
        return cache.root + "/blobs/" + place.folder + "/" + place.name
    }

    private static let stamp = timespec(tv_sec: 1_000_000_000 + Int(Boot.id.high % 400_000_000), tv_nsec: Int(Boot.id.low % 1_000_000_000))

    /// Moves a finished file into the cache; `file` is gone afterwards. It must be on the cache's file system, as scratch is.
    public func adopt(_ file: String) throws(StoreProblem) -> Record.Blob {
        var status = stat()
        guard lstat(file, &status) == 0 else { throw .cannotRead(path: file, reason: message(errno)) }
        let kind = FileSignature(status)
        guard kind.isFile else { throw .notAFile(path: file, found: kind.kind) }
        guard let content = try FileContent.read(file) else { throw .cannotRead(path: file, reason: message(ENOENT)) }
        let blob = Record.Blob(digest: content.digest, size: content.signature.size)
        if has(blob) {
            unlink(file)
            return blob
        }
        chmod(file, 0o444)
        Self.mark(file)
        let target = path(blob.digest)
        if rename(file, target) == 0 { return blob }
        if errno == ENOENT, mkdir(cache.root + "/blobs/" + Cache.place(blob.digest).folder, 0o777) == 0 || errno == EEXIST,
           rename(file, target) == 0 { return blob }
        throw WriteFailure.problem(target, errno)
    }

    /// Whether the bytes are there and whole. What is not, is removed.
    public func has(_ blob: Record.Blob) -> Bool { inspect(blob) == .sound }

    public enum Finding: Sendable, Equatable { case sound, missing, damaged }

    public func inspect(_ blob: Record.Blob) -> Finding {
        let file = path(blob.digest)
        var status = stat()
        guard lstat(file, &status) == 0 else { return .missing }
        let now = FileSignature(status)
        if now.isFile && now.size == blob.size {
            if status.st_mtim.tv_sec == Self.stamp.tv_sec && status.st_mtim.tv_nsec == Self.stamp.tv_nsec { return .sound }
            if let content = try? FileContent.read(file), content.digest == blob.digest {
                Self.mark(file)
                return .sound
            }
        }
        Folder.remove(file)
        return .damaged
    }

    /// Reads every byte, whatever the stamp says.
    func verify(_ digest: Digest) -> Bool {
        let file = path(digest)
        guard let content = try? FileContent.read(file), content.digest == digest else { return false }
        Self.mark(file)
        return true
    }

    private static func mark(_ file: String) {
        csystem_set_modified(file, Int64(stamp.tv_sec), Int64(stamp.tv_nsec))
    }

    /// 64 hex digits of the SHA-256 of a blob.
    public func sha256(_ digest: Digest) throws(StoreProblem) -> String {
        let file = Descriptor(open(path(digest), O_RDONLY | O_CLOEXEC))
        guard file.number >= 0 else { throw .cannotRead(path: path(digest), reason: message(errno)) }
        let state = csystem_sha256_new()
        defer { csystem_sha256_free(state) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(file.number, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .cannotRead(path: path(digest), reason: message(errno)) }
            if count == 0 { break }
            csystem_sha256_update(state, buffer, count)
        }
        var result = [UInt8](repeating: 0, count: 32)
        csystem_sha256_final(state, &result)
        return result.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Copies a blob to a place outside the cache: a temporary file in the same folder, fsync, rename. The old file
    /// stays until the new one is whole.
    public func publish(_ blob: Record.Blob, to target: String) throws(StoreProblem) {
        let source = Descriptor(open(path(blob.digest), O_RDONLY | O_CLOEXEC))
        guard source.number >= 0 else { throw .cannotRead(path: path(blob.digest), reason: message(errno)) }
        let slash = target.lastIndex(of: "/") ?? target.startIndex
        let folder = String(target[..<slash])
        try Folder.create(folder.isEmpty ? "/" : folder)
        let temporary = folder + "/." + target[target.index(after: slash)...] + "." + Unique.name()
        let file = Descriptor(open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666))
        guard file.number >= 0 else { throw WriteFailure.problem(target, errno) }
        var code = -csystem_copy_file(source.number, file.number, blob.size)
        if code == 0 && fdatasync(file.number) != 0 { code = errno }
        if code == 0 && rename(temporary, target) != 0 { code = errno }
        guard code == 0 else {
            unlink(temporary)
            throw WriteFailure.problem(target, code)
        }
    }
}
