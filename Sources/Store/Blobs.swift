// Immutable bytes named by their digest. Written without fsync, and trusted by a stamp: a blob's mtime is a constant of
// this boot before its ctime, which no program can set. Bytes that were changed in place (even if the mtime was
// restored), written before a power cut or restored from an archive lack the stamp; they are hashed before their next
// use and dropped if they do not match their name.
import CSystem
import Diagnostics
import Digests
import Files
import Glibc

public struct Blobs: Sendable {
    public let cache: Cache
    public init(_ cache: Cache) { self.cache = cache }

    public func path(_ digest: Digest) -> String {
        let place = Cache.place(digest)
        return cache.root + "/blobs/" + place.folder + "/" + place.name
    }

    private static let distance =
        Int64(500_000_000 + Boot.id.high % 400_000_000) * 1_000_000_000
        + Int64(Boot.id.low % 1_000_000_000)
    /// The kernel's clock for ctime advances in ticks, so the stamp is only this exact.
    private static let tick: Int64 = 20_000_000

    private static func isStamped(_ now: FileSignature) -> Bool {
        let late = now.changed &- now.modified &- distance
        return late >= -tick && late <= tick
    }

    /// Moves a finished file into the cache; `file` is gone afterwards. It must be on the cache's file system, as
    /// scratch folders are.
    /// - Parameter delivered: also compute its SHA-256, since it leaves the cache and decisions name it.
    public func adopt(_ file: String, delivered: Bool = false) throws(StoreProblem) -> Record.Blob {
        var status = stat()
        guard lstat(file, &status) == 0 else { throw .cannotRead(path: file, reason: message(errno)) }
        let kind = FileSignature(status)
        guard kind.isFile else { throw .notAFile(path: file, found: kind.kind) }
        guard let content = try FileContent.read(file, in: cache.folder.holds(file) ? cache.folder : nil) else {
            throw .cannotRead(path: file, reason: message(ENOENT))
        }
        var blob = Record.Blob(
            digest: content.digest, size: content.signature.size,
            isExecutable: kind.isExecutable ? true : nil)
        if delivered { blob.sha256 = try Self.sha256(ofFile: file) }
        if isThere(blob) { unlink(file) } else { try place(file, blob) }
        return blob
    }

    /// Adds bytes. What the cache has already costs no file: file systems search long for a new one where many were
    /// removed shortly before.
    /// - Parameter folder: for a temporary file, on the cache's file system.
    public func add(_ bytes: [UInt8], by folder: String, delivered: Bool = false) throws(StoreProblem) -> Record.Blob {
        var blob = Record.Blob(digest: Digest.of(bytes), size: UInt64(bytes.count))
        if delivered { blob.sha256 = bytes.withUnsafeBytes { SHA256.of($0) } }
        guard !isThere(blob) else { return blob }
        let file = folder + "/" + Unique.name()
        do throws(SystemFailure) { try WholeFile.write(bytes, to: file) } catch { throw .writing(file, error.code) }
        try place(file, blob)
        return blob
    }

    /// A delivered file replaces one with this digest and other bytes.
    private func isThere(_ blob: Record.Blob) -> Bool {
        has(blob) && (blob.sha256 == nil || (try? sha256(blob.digest)) == blob.sha256)
    }

    private func place(_ file: String, _ blob: Record.Blob) throws(StoreProblem) {
        chmod(file, 0o444)
        let target = path(blob.digest)
        var code = cache.folder.rename(file, to: target)
        if code == ENOENT {
            code = cache.folder.make(cache.root + "/blobs/" + Cache.place(blob.digest).folder)
            if code == 0 || code == EEXIST { code = cache.folder.rename(file, to: target) }
        }
        guard code == 0 else { throw .writing(target, code) }
        mark(target)
    }

    /// Moves a file that came from elsewhere into the cache if it is what its name there says.
    /// - Returns: whether it is. A file that is not stays where it is.
    public func adopt(_ file: String, as blob: Record.Blob) throws(StoreProblem) -> Bool {
        guard case .present(let now) = cache.folder.look(at: file), now.isFile, now.size == blob.size,
            let content = try FileContent.read(file, in: cache.folder), content.digest == blob.digest
        else { return false }
        return try adopt(file).digest == blob.digest
    }

    /// Copies a file into the cache, so that its bytes outlive what takes its place.
    public func keep(_ path: String, in root: Root) throws(StoreProblem) -> Record.Blob {
        let source = Descriptor(root.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK))
        guard source.number >= 0 else {
            throw Root.problem(path, -source.number) ?? .cannotRead(path: path, reason: message(-source.number))
        }
        var status = stat()
        guard fstat(source.number, &status) == 0 else { throw .cannotRead(path: path, reason: message(errno)) }
        let copy = cache.temporary + "/" + Self.publishing + Unique.name()
        let file = Descriptor(cache.folder.open(copy, O_WRONLY | O_CREAT | O_EXCL, status.st_mode & 0o777))
        guard file.number >= 0 else { throw .writing(copy, -file.number) }
        _ = flock(file.number, LOCK_EX | LOCK_NB)
        let code = -csystem_copy_file(source.number, file.number, UInt64(max(0, status.st_size)))
        guard code == 0 else {
            cache.folder.remove(copy)
            throw .writing(copy, code)
        }
        return try adopt(copy)
    }

    /// Whether the blob exists and is intact. Removes a damaged one.
    public func has(_ blob: Record.Blob) -> Bool { inspect(blob) == .sound }

    public enum Finding: Sendable, Equatable { case sound, missing, damaged }

    public func inspect(_ blob: Record.Blob) -> Finding {
        let file = path(blob.digest)
        var status = stat()
        guard lstat(file, &status) == 0 else { return .missing }
        let now = FileSignature(status)
        guard now.isFile && now.size == blob.size else {
            cache.folder.remove(file)
            return .damaged
        }
        return Self.isStamped(now) ? .sound : examined(blob)
    }

    /// Drops a blob only if its bytes were read and do not match: one that cannot be read now (too many open files, or
    /// another build that stamps it) may be intact.
    private func examined(_ blob: Record.Blob) -> Finding {
        switch isRight(blob.digest) {
        case true?: return .sound
        case nil: return .damaged
        case false?:
            cache.folder.remove(path(blob.digest))
            return .damaged
        }
    }

    /// The same, whatever the stamp says.
    public func inspectBytes(_ blob: Record.Blob) -> Finding {
        guard case .present = cache.folder.look(at: path(blob.digest)) else { return .missing }
        let finding = examined(blob)
        guard finding == .sound, let sum = blob.sha256, (try? sha256(blob.digest)) != sum else { return finding }
        cache.folder.remove(path(blob.digest))
        return .damaged
    }

    /// Reads every byte, whatever the stamp says.
    func verify(_ digest: Digest) -> Bool { isRight(digest) == true }

    /// Whether a blob's bytes match its name; nil: they cannot be read.
    private func isRight(_ digest: Digest) -> Bool? {
        let file = path(digest)
        var found: FileContent?
        // Other builds that find it without a stamp stamp it too, and each stamp changes its signature.
        for attempt in 0..<16 where found == nil {
            if attempt > 0 { usleep(2000) }
            do throws(StoreProblem) {
                guard let content = try FileContent.read(file, in: cache.folder) else { return nil }
                found = content
            } catch {
                guard case .changing = error else { return nil }
            }
        }
        guard let content = found else { return nil }
        guard content.digest == digest else { return false }
        // It was written to after it was read, so it gets no stamp.
        if case .present(let now) = cache.folder.look(at: file), now == content.signature, !Self.isStamped(now) {
            mark(file)
        }
        return true
    }

    private func mark(_ path: String) {
        let file = Descriptor(cache.folder.open(path, O_RDONLY | O_NOFOLLOW))
        guard file.number >= 0 else { return }
        let modified = StampClock.now() &- Self.distance
        csystem_set_modified_open(file.number, modified / 1_000_000_000, modified % 1_000_000_000)
    }

    /// 64 hex digits of the SHA-256 of a blob.
    public func sha256(_ digest: Digest) throws(StoreProblem) -> String {
        try Self.sha256(ofFile: path(digest), in: cache.folder)
    }

    /// - Parameter root: nil: any file of this machine.
    public static func sha256(ofFile path: String, in root: Root? = nil) throws(StoreProblem) -> String {
        let file = Descriptor(
            root.map { $0.open(path, O_RDONLY | O_NONBLOCK) }
                ?? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK))
        guard file.number >= 0 else {
            let code = root == nil ? errno : -file.number
            throw Root.problem(path, code) ?? .cannotRead(path: path, reason: message(code))
        }
        return try sha256(file.number, path)
    }

    private static func sha256(_ file: Int32, _ path: String) throws(StoreProblem) -> String {
        do throws(SystemFailure) { return try OpenFile.sha256(of: file).sum } catch {
            throw .cannotRead(path: path, reason: error.words)
        }
    }

    /// Copies a blob to a path outside the cache (`AtomicFile`): the old file stays until the new one is complete and
    /// on disk. Its name is on disk once `Published.save` has synced the folder, once for all files of a build.
    /// - Parameters:
    ///   - root: the folder that the target must not leave; nil: anywhere.
    ///   - name: the file's name in the list of files that vgraph wrote; nil: it is not in that list, and its folder is
    ///     synced at once.
    /// - Throws: `damagedBlob` if the copied bytes, which are hashed after writing, do not match the digest.
    public func publish(
        _ blob: Record.Blob, to target: String, in root: Root? = nil,
        as published: String? = nil
    ) throws(StoreProblem) {
        let mark = published.map { Published.mark(blob.digest, $0) }
        let source = Descriptor(cache.folder.open(path(blob.digest), O_RDONLY | O_NOFOLLOW))
        guard source.number >= 0 else { throw .cannotRead(path: path(blob.digest), reason: message(-source.number)) }
        let (folder, name) = Root.split(target)
        if let root {
            let code = root.create(folder)
            guard code == 0 else { throw .writing(target, code) }
        } else {
            try Folder.create(folder.isEmpty ? "/" : folder)
        }
        let above = Descriptor(
            root.map { $0.open(folder, O_RDONLY | O_DIRECTORY) }
                ?? open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        guard above.number >= 0 else { throw .writing(target, root == nil ? errno : -above.number) }
        // A link inside the workspace may lead here, so the path alone does not tell where the file is.
        if root != nil, let real = Root.real(above.number) {
            let isGits = real.split(separator: "/").contains { $0.lowercased() == ".git" }
            let isTheCaches = Root.real(cache.folder).map { (real + "/").hasPrefix($0 + "/") } ?? false
            if isGits || isTheCaches { throw .forbidden(path: target) }
        }
        // Copied in the cache's `tmp`, which is swept: a killed build leaves nothing in the user's folder.
        let own = Descriptor(cache.folder.open(cache.temporary, O_RDONLY | O_DIRECTORY))
        if own.number >= 0,
            try place(
                source.number, blob, mark, Self.publishing + Unique.name(), in: own.number,
                at: target, name, in: above.number)
        {
            return
        }
        // Another file system. Temporary files there are locked, so that the next build knows which are abandoned.
        sweep(folder, above.number)
        _ = try place(
            source.number, blob, mark, Self.unpublished + Unique.name(), in: above.number, at: target, name,
            in: above.number)
    }

    private static let unpublished = ".vgraph-new-"
    static let publishing = "publish-"

    /// false: the two folders are on different file systems, or the cache is not writable.
    private func place(
        _ source: Int32, _ blob: Record.Blob, _ mark: [UInt8]?, _ temporary: String, in own: Int32,
        at target: String, _ name: String, in above: Int32
    ) throws(StoreProblem) -> Bool {
        let isBeside = own == above
        var one = stat(), other = stat()
        if !isBeside, fstat(own, &one) != 0 || fstat(above, &other) != 0 || one.st_dev != other.st_dev { return false }
        let file: AtomicFile
        do throws(SystemFailure) {
            // Beside the target the file has no name until it is complete, so that a killed build leaves nothing.
            file = try AtomicFile(
                temporary, in: own, mode: blob.isExecutable == true ? 0o777 : 0o666, lasts: true,
                isNameless: isBeside)
        } catch {
            if !isBeside { return false }
            throw .writing(target, error.code)
        }
        lseek(source, 0, SEEK_SET)
        let code = -csystem_copy_file(source, file.number, blob.size)
        if code == EXDEV && !isBeside { return false }
        guard code == 0 else { throw .writing(target, code) }
        if let wanted = blob.sha256, (try? Self.sha256(file.number, target)) != wanted {
            cache.folder.remove(path(blob.digest))
            throw .damagedBlob(digest: blob.digest.hex)
        }
        // Some file systems keep no attributes; the list in the cache has the same information.
        if let mark { _ = mark.withUnsafeBytes { csystem_set_mark(file.number, $0.baseAddress, $0.count) } }
        do throws(SystemFailure) { try file.place(at: name, in: above, syncsFolder: mark == nil) } catch {
            if error.code == EXDEV && !isBeside { return false }
            throw .writing(target, error.code)
        }
        return true
    }

    /// Removes temporary files that killed builds left there.
    private func sweep(_ folder: String, _ above: Int32) {
        for name in (try? Folder.names(folder)) ?? [] where name.hasPrefix(Self.unpublished) {
            let file = Descriptor(openat(above, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW))
            if file.number >= 0, flock(file.number, LOCK_EX | LOCK_NB) == 0 { unlinkat(above, name, 0) }
        }
    }
}
