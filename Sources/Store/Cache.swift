// A cache folder: `blobs/ab/cdef…`, `records/ab/cdef….json`, `runs/`, `state/`, `tmp/`, `scratch/`, `lock`, `keys`, `FORMAT`.
// Deleting it costs time, nothing else. Nothing in it is believed before it was checked.
import CSystem
import Diagnostics
import Glibc

public final class Cache: Sendable {
    public static let format = 1
    static let folders = ["blobs", "records", "runs", "scratch", "state", "tmp"]

    /// Absolute path.
    public let root: String

    public enum Use: Sendable { case building, reading }

    /// Opens a cache and makes what is missing of it.
    /// - Parameter use: `.reading` neither creates nor writes, for a cache on a read-only medium.
    public init(_ path: String, for use: Use = .building) throws(StoreProblem) {
        root = path
        switch FileSignature.look(at: path) {
        case .present(let now) where !now.isFolder: throw .cacheIsNotAFolder(path: path)
        case .failed(let code): throw .cannotRead(path: path, reason: message(code))
        default: break
        }
        if use == .building {
            do throws(StoreProblem) { try Folder.create(path) } catch {
                if case .cannotWrite(_, let reason) = error { throw .readOnly(path: path, reason: reason) }
                throw error
            }
        }
        try checkFormat(use)
        guard use == .building else { return }
        for folder in Self.folders where mkdir(path + "/" + folder, 0o777) != 0 && errno != EEXIST {
            throw WriteFailure.problem(path + "/" + folder, errno)
        }
        // Found now, with a clear text, rather than when the first node is done.
        guard access(path + "/tmp", W_OK) == 0, access(path + "/blobs", W_OK) == 0, access(path + "/records", W_OK) == 0 else {
            throw .readOnly(path: path, reason: message(errno))
        }
    }

    private func checkFormat(_ use: Use) throws(StoreProblem) {
        let file = root + "/FORMAT"
        if let content = try FileContent.read(file, keepBytes: true) {
            let words = String(decoding: content.bytes, as: UTF8.self).split(whereSeparator: { $0 == " " || $0 == "\n" })
            guard words.count >= 3, words[0] == "vgraph", words[1] == "cache", let found = Int(words[2]), found > 0 else {
                throw .damagedFormat(path: file)
            }
            if found > Self.format { throw .newerFormat(path: root, found: found, known: Self.format) }
            return
        }
        // Without FORMAT it is new, or an opening was cut short, or it is somebody's folder with files of theirs.
        let ours = Set(Self.folders + ["lock", "keys"])
        if let foreign = try Folder.names(root)?.first(where: { !ours.contains($0) && !$0.hasPrefix("FORMAT") }) {
            throw .cacheIsNotOurs(path: root, found: foreign)
        }
        guard use == .building else { return }
        let text = "vgraph cache \(Self.format)\n"
        do throws(StoreProblem) {
            try Array(text.utf8).withBytes { bytes throws(StoreProblem) in
                try AtomicFile.write(bytes, to: file, by: root, prefix: "FORMAT.")
            }
        } catch {
            if case .cannotWrite(_, let reason) = error { throw .readOnly(path: root, reason: reason) }
            throw error
        }
    }

    public var temporary: String { root + "/tmp" }

    static func place(_ digest: Digest) -> (folder: String, name: String) {
        let hex = digest.hex
        return (String(hex.prefix(2)), String(hex.dropFirst(2)))
    }

    /// A folder of one job's own under `tmp/`. The caller removes it.
    public func makeScratch() throws(StoreProblem) -> String {
        let path = temporary + "/" + Unique.name()
        if mkdir(path, 0o777) != 0 { throw WriteFailure.problem(path, errno) }
        return path
    }
}

extension Array where Element == UInt8 {
    /// `withUnsafeBytes` with a typed throw.
    func withBytes<E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> Void) throws(E) {
        var failure: E?
        withUnsafeBytes { bytes in
            do throws(E) { try body(bytes) } catch { failure = error }
        }
        if let failure { throw failure }
    }
}

/// Held by whoever works in a cache: builds share it, gc and verify have it alone. Let go when released or with the process.
public final class CacheLock {
    private let file: Descriptor

    /// A build's share. The first of several sweeps away what killed builds left in `tmp/`.
    public static func shared(_ cache: Cache) throws(StoreProblem) -> CacheLock {
        let lock = try CacheLock(cache)
        if flock(lock.file.number, LOCK_EX | LOCK_NB) == 0 {
            for name in try Folder.names(cache.temporary) ?? [] { Folder.remove(cache.temporary + "/" + name) }
        }
        while flock(lock.file.number, LOCK_SH) != 0 && errno == EINTR {}
        return lock
    }

    public static func exclusive(_ cache: Cache) throws(StoreProblem) -> CacheLock {
        let lock = try CacheLock(cache)
        guard flock(lock.file.number, LOCK_EX | LOCK_NB) == 0 else { throw .busy(path: cache.root) }
        return lock
    }

    private init(_ cache: Cache) throws(StoreProblem) {
        file = Descriptor(open(cache.root + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o666))
        guard file.number >= 0 else { throw .readOnly(path: cache.root, reason: message(errno)) }
    }

    /// Said aloud: a program just being started still holds a copy of the descriptor, and with it the lock.
    deinit { flock(file.number, LOCK_UN) }
}
