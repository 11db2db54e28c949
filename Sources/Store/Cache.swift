// A cache folder: `blobs/ab/cdef…`, `records/ab/cdef….json`, `runs/`, `state/`, `tmp/`, `scratch/`, `lock`, `keys`,
// `FORMAT`, `OWNER`. Deleting it costs only time. Nothing in it is trusted before it is checked.
import CSystem
import Diagnostics
import Digests
import Files
import Glibc

public final class Cache: Sendable {
    public static let format = 2
    static let folders = ["blobs", "records", "runs", "scratch", "state", "tmp"]
    static let files = ["lock", "keys", "FORMAT", OwnerMark.name]

    /// Absolute path.
    public let root: String
    /// Opens every file of the cache.
    public let folder: Root

    public enum Use: Sendable {
        case building, reading
        /// Building if the cache is writable, else reading, so that a read-only cache still serves its results.
        case serving
    }

    /// Why the cache is read-only; nil: it is writable.
    public let readOnlyReason: String?

    /// Whether this user created it. Nothing is removed in a cache that another user created or that came from
    /// elsewhere.
    public var isOurs: Bool { OwnerMark.isOurs(root, in: folder) }

    /// Opens a cache and creates what is missing in it.
    /// - Parameter use: `.reading` creates and writes nothing, for a cache on a read-only medium.
    public init(_ path: String, for asked: Use = .building) throws(StoreProblem) {
        root = path
        var use = asked
        if asked == .serving {
            use = .building
            // A missing folder is not an error: it is created.
            let isClosed = access(path, W_OK) != 0 || (access(path + "/tmp", W_OK) != 0 && errno != ENOENT)
            if access(path + "/FORMAT", R_OK) == 0, isClosed { use = .reading }
        }
        readOnlyReason = use == .reading ? message(access(path, W_OK) == 0 ? EACCES : errno) : nil
        let isNew = FileSignature.look(at: path) == .absent
        if use == .building && isNew {
            do throws(StoreProblem) { try Folder.create(path) } catch {
                if case .cannotWrite(_, let reason) = error { throw .readOnly(path: path, reason: reason) }
                throw error
            }
        }
        folder = Root(path, links: .none)
        switch FileSignature.look(at: path) {
        case .present(let now) where !now.isFolder: throw .cacheIsNotAFolder(path: path)
        case .failed(let code): throw .cannotRead(path: path, reason: message(code))
        default: break
        }
        try checkFormat(use)
        try refuseLinks()
        guard use == .building else { return }
        OwnerMark.make(path, in: folder)
        for name in Self.folders {
            let code = folder.make(path + "/" + name)
            if code != 0 && code != EEXIST { throw .writing(path + "/" + name, code) }
        }
        // Fails now with a clear message rather than when the first node is done.
        guard access(path + "/tmp", W_OK) == 0, access(path + "/blobs", W_OK) == 0,
            access(path + "/records", W_OK) == 0
        else {
            throw .readOnly(path: path, reason: message(errno))
        }
    }

    /// Whether a folder is a cache, this one or another: files in a cache are never inputs.
    public static func isCache(_ folder: String) -> Bool {
        ["/FORMAT", "/blobs", "/records"].allSatisfy { access(folder + $0, F_OK) == 0 }
    }

    /// vgraph creates no links in a cache, so a link came from elsewhere and may lead anywhere.
    private func refuseLinks() throws(StoreProblem) {
        for name in Self.folders + Self.files where folder.isLink(root + "/" + name) {
            throw .linkedCache(path: root + "/" + name)
        }
        for table in ["blobs", "records"] {
            for entry in try folder.entries(root + "/" + table) ?? []
            where entry.name.utf8.count <= 2 && entry.kind == .link {
                throw .linkedCache(path: root + "/" + table + "/" + entry.name)
            }
        }
    }

    private func checkFormat(_ use: Use) throws(StoreProblem) {
        let file = root + "/FORMAT"
        if folder.isLink(file) { throw .linkedCache(path: file) }
        if let content = try FileContent.read(file, keepBytes: true, in: folder) {
            let text = String(decoding: content.bytes, as: UTF8.self)
            let words = text.split(whereSeparator: { $0 == " " || $0 == "\n" })
            guard words.count >= 3, words[0] == "vgraph", words[1] == "cache", let found = Int(words[2]),
                found > 0
            else {
                throw .damagedFormat(path: file)
            }
            if found > Self.format { throw .newerFormat(path: root, found: found, known: Self.format) }
            if found == Self.format || use == .reading { return }
            // Its content stays valid, but an older vgraph must not read what comes next.
            return try writeFormat()
        }
        // Without FORMAT the folder is new, its creation was interrupted, or it is not a cache and has the user's
        // files.
        let ours = Set(Self.folders + ["lock", "keys", OwnerMark.name])
        if let foreign = try folder.names(root)?.first(where: { !ours.contains($0) && !$0.hasPrefix("FORMAT") }) {
            throw .cacheIsNotOurs(path: root, found: foreign)
        }
        guard use == .building else { return }
        try writeFormat()
    }

    private func writeFormat() throws(StoreProblem) {
        let file = root + "/FORMAT", text = "vgraph cache \(Self.format)\n"
        do throws(StoreProblem) {
            try AtomicFile.write(Array(text.utf8), to: file, by: root, prefix: "FORMAT.")
        } catch {
            if case .cannotWrite(_, let reason) = error { throw .readOnly(path: root, reason: reason) }
            throw error
        }
    }

    public var temporary: String { root + "/tmp" }

    /// Removes what killed builds left in `tmp/`: only names that vgraph gives, and only files of this user.
    func sweep() throws(StoreProblem) {
        guard isOurs else { return }
        for name in try folder.names(temporary) ?? [] where Self.isTemporary(name) {
            let path = temporary + "/" + name
            let file = Descriptor(folder.open(path, Root.place | O_NOFOLLOW))
            var status = stat()
            guard file.number >= 0, fstat(file.number, &status) == 0, status.st_uid == geteuid() else { continue }
            folder.remove(path)
        }
    }

    /// Removes the cache: everything with a name that vgraph gives, then the folder if it is empty.
    /// - Returns: what is left, which vgraph did not make.
    public func removeAll() throws(StoreProblem) -> [String] {
        guard isOurs else { throw .cacheOfOthers(path: root) }
        let lock = try CacheLock.exclusive(self)
        defer { withExtendedLifetime(lock) {} }
        var left: [String] = []
        for name in try folder.names(root) ?? [] {
            let path = root + "/" + name
            guard Self.folders.contains(name) || name == "show" else {
                if Self.files.contains(name) { continue }
                let isUnfinished = ["FORMAT.", OwnerMark.name + "."].contains {
                    name.hasPrefix($0) && Unique.gave(name.dropFirst($0.utf8.count))
                }
                if isUnfinished { _ = folder.unlink(path) } else { left.append(name) }
                continue
            }
            for entry in try folder.names(path) ?? [] {
                let inside = ((try? folder.names(path + "/" + entry)) ?? nil) ?? []
                let isOurs =
                    switch name {
                    // `FORMAT` tells that this is a cache: names in these folders are digests or given by vgraph.
                    case "blobs", "records":
                        entry.utf8.count == 2 && entry.allSatisfy(\.isHexDigit) && Self.areDigests(inside)
                    case "tmp": Self.isTemporary(entry)
                    case "scratch":
                        entry.dropFirst().allSatisfy(\.isNumber)
                            && inside.allSatisfy { isEmpty(path + "/" + entry + "/" + $0) }
                    case "state": entry.prefix(32).count == 32 && entry.prefix(32).allSatisfy(\.isHexDigit)
                    case "runs": entry.hasSuffix(".json")
                    default: true
                    }
                if isOurs { folder.remove(path + "/" + entry) } else { left.append(name + "/" + entry) }
            }
            _ = folder.unlink(path, isFolder: true)
        }
        if left.isEmpty { for name in Self.files { _ = folder.unlink(root + "/" + name) } }
        if left.isEmpty { rmdir(root) }
        return left
    }

    private func isEmpty(_ path: String) -> Bool { ((try? folder.names(path)) ?? nil)?.isEmpty == true }

    /// Whether vgraph gives this name in `tmp/`.
    private static func isTemporary(_ name: String) -> Bool {
        Unique.gave(name.hasPrefix(Blobs.publishing) ? name.dropFirst(Blobs.publishing.utf8.count) : name[...])
    }

    private static func areDigests(_ names: [String]) -> Bool {
        names.allSatisfy { name in
            let digest = name.hasSuffix(".json") ? name.dropLast(5) : name[...]
            return digest.utf8.count == 30 && digest.allSatisfy(\.isHexDigit)
        }
    }

    static func place(_ digest: Digest) -> (folder: String, name: String) {
        // Bytes: characters cost ten times as much, and every look into the cache asks this.
        let hex = digest.hex.utf8
        return (String(decoding: hex.prefix(2), as: UTF8.self), String(decoding: hex.dropFirst(2), as: UTF8.self))
    }

    /// A folder for one job under `tmp/`. The caller removes it.
    public func makeScratch() throws(StoreProblem) -> String {
        let path = temporary + "/" + Unique.name()
        let code = folder.make(path)
        if code != 0 { throw .writing(path, code) }
        return path
    }
}

/// Shared by builds, exclusive for gc and verify; released on deinit or when the process ends.
public final class CacheLock {
    private let file: Descriptor

    /// A build's share. The first of several builds sweeps what killed builds left in `tmp/`.
    public static func shared(_ cache: Cache) throws(StoreProblem) -> CacheLock {
        let lock = try CacheLock(cache)
        if flock(lock.file.number, LOCK_EX | LOCK_NB) == 0 {
            try cache.sweep()
        }
        while flock(lock.file.number, LOCK_SH) != 0 && errno == EINTR {}
        return lock
    }

    public static func exclusive(_ cache: Cache) throws(StoreProblem) -> CacheLock {
        let lock = try CacheLock(cache)
        guard lock.file.number < 0 || flock(lock.file.number, LOCK_EX | LOCK_NB) == 0 else {
            throw .busy(path: cache.root)
        }
        return lock
    }

    private init(_ cache: Cache) throws(StoreProblem) {
        let flags = cache.readOnlyReason == nil ? O_RDWR | O_CREAT : O_RDONLY
        file = Descriptor(cache.folder.open(cache.root + "/lock", flags, 0o666))
        // A read-only cache needs no lock file: nothing can be collected there.
        guard file.number >= 0 || cache.readOnlyReason != nil else {
            throw .readOnly(path: cache.root, reason: message(-file.number))
        }
    }

    /// Explicit: a child that was just forked still holds a copy of the descriptor, and with it the lock.
    deinit { flock(file.number, LOCK_UN) }
}
