// Which files of a workspace vgraph wrote, so that it replaces and removes only those. Stored twice: on the file, in an
// extended attribute, which outlives the cache and is copied neither by git nor by most tools; and in a list in the
// cache, for file systems without attributes. Both hold the digest: a file that changed since is the user's.
import CSystem
import Diagnostics
import Digests
import Files
import Glibc

public final class Published {
    public enum Finding: Sendable, Equatable {
        /// There is no file.
        case nothing
        /// As vgraph wrote it.
        case ours
        /// vgraph did not write it here, but its bytes are in the cache, so it can be restored.
        case kept
        /// vgraph wrote it, and it changed since.
        case changed
        /// `kind`: "a file", "a link".
        case foreign(kind: String)

        /// Whether another file may replace it.
        public var isReplaceable: Bool {
            switch self {
            case .nothing, .ours, .kept: true
            case .changed, .foreign: false
            }
        }
    }

    private let workspace: String
    private let cache: Cache
    private let root: Root
    private var known: [ByteText: Digest]?
    private var added: [(path: String, digest: Digest)] = []
    /// Outdated entries in the file.
    private var outdated = 0

    public init(workspace: String, cache: Cache) {
        self.workspace = workspace
        self.cache = cache
        root = Root(workspace, links: .inside)
    }

    /// The attribute of a file: its digest and its path, since a file that was moved is the user's.
    static func mark(_ digest: Digest, _ path: String) -> [UInt8] { Array("\(digest.hex) \(path)".utf8) }

    // MARK: Bytes that only the workspace has

    /// Copies a blob that the cache does not have back into it, if a published file still has its bytes.
    /// - Returns: whether it did.
    @discardableResult
    public func takeBack(_ blob: Record.Blob) -> Bool {
        // One that is damaged is there, and who asked finds that out.
        guard case .absent = cache.folder.look(at: Blobs(cache).path(blob.digest)),
            let file = list.first(where: { $0.value == blob.digest }),
            hasBytes(of: blob, file.key.text)
        else { return false }
        return (try? Blobs(cache).keep(workspace + "/" + file.key.text, in: root))?.digest == blob.digest
    }

    /// Removes a blob from the cache if a published file has its bytes. The caller holds the cache for itself.
    public func giveUp(_ blob: Record.Blob, for file: String) {
        let own = Blobs(cache).path(blob.digest)
        guard case .present = cache.folder.look(at: own), hasBytes(of: blob, file) else { return }
        cache.folder.remove(own)
    }

    private func hasBytes(of blob: Record.Blob, _ file: String) -> Bool {
        (try? FileContent.read(workspace + "/" + file, in: root))?.digest == blob.digest
    }

    // MARK: The state of a file

    /// - Parameters:
    ///   - path: in the workspace.
    ///   - files: has digests; nil: reads the file.
    public func find(_ path: String, _ files: FileTable? = nil) throws(StoreProblem) -> Finding {
        let full = workspace + "/" + path
        let place = Descriptor(root.open(full, Root.place | O_NOFOLLOW))
        guard place.number >= 0 else {
            if let problem = Root.problem(full, -place.number) { throw problem }
            return .nothing
        }
        var status = stat()
        guard fstat(place.number, &status) == 0 else { throw .cannotRead(path: full, reason: message(errno)) }
        let now = FileSignature(status)
        guard now.isFile else { return .foreign(kind: now.kind) }
        let content = try files == nil ? FileContent.read(full, in: root)?.digest : files?.digest(of: full)
        guard let digest = content else { return .nothing }
        let mark = mark(of: full, path)
        if mark == digest { return .ours }
        let listed = list[path]
        if listed == digest { return .ours }
        if Blobs(cache).has(Record.Blob(digest: digest, size: now.size)) { return .kept }
        return mark != nil || listed != nil ? .changed : .foreign(kind: now.kind)
    }

    /// The digest in the attribute; nil: there is no attribute, or the file was moved.
    private func mark(of full: String, _ path: String) -> Digest? {
        let file = Descriptor(root.open(full, O_RDONLY | O_NOFOLLOW | O_NONBLOCK))
        guard file.number >= 0 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 33 + Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes { csystem_mark(file.number, $0.baseAddress, $0.count) }
        guard count > 33, buffer[33..<count].elementsEqual(path.utf8) else { return nil }
        return Digest(hex: String(decoding: buffer.prefix(32), as: UTF8.self))
    }

    /// Unchanged files beneath a folder that vgraph wrote, relative to the workspace.
    /// - Parameter wanted: files to leave out.
    /// - Returns: also the folders that vgraph created there, whatever they contain now.
    public func ours(
        beneath folder: String,
        besides wanted: Set<ByteText> = []
    ) throws(StoreProblem) -> (files: [String], folders: [String]) {
        var found: [String] = [], open = [folder], folders: [String] = []
        while let folder = open.popLast() {
            for entry in try root.entries(workspace + "/" + folder) ?? []
            where entry.name.utf8.last != UInt8(ascii: "/") {
                let path = folder + "/" + entry.name
                switch entry.kind {
                case .folder:
                    open.append(path)
                    if list[path + "/"] != nil || mark(of: workspace + "/" + path, path) == Self.aFolder {
                        folders.append(path)
                    }
                case .file: if !wanted.contains(path), try find(path) == .ours { found.append(path) }
                case .link, .other: break
                }
            }
        }
        return (found, folders)
    }

    private static let aFolder = Digest.of("a folder")

    /// Notes a folder that vgraph just created beneath a folder that is a result.
    public func note(folder path: String) {
        note(path + "/", digest: Self.aFolder)
        let folder = Descriptor(root.open(workspace + "/" + path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW))
        _ = Self.mark(Self.aFolder, path).withUnsafeBytes { csystem_set_mark(folder.number, $0.baseAddress, $0.count) }
    }

    /// Removes files that vgraph wrote.
    public func remove(_ paths: [String]) {
        for path in paths {
            root.remove(workspace + "/" + path)
            forget(path)
        }
    }

    /// Removes those folders that are empty.
    public func removeEmpty(_ folders: [String]) {
        // Deeper folders have longer paths.
        for folder in folders.sorted(by: { $0.utf8.count > $1.utf8.count }) {
            let (above, name) = Root.split(workspace + "/" + folder),
                parent = Descriptor(root.open(above, O_RDONLY | O_DIRECTORY))
            if parent.number >= 0 { unlinkat(parent.number, name, AT_REMOVEDIR) }
        }
    }

    // MARK: The list

    private var file: String { cache.root + "/state/" + Digest.of(workspace).hex + ".published" }

    private var list: [ByteText: Digest] {
        if let known { return known }
        var all: [ByteText: Digest] = [:], lines = 0
        // Each entry ends in NUL, which no path contains; an incomplete last entry is ignored.
        if let content = try? FileContent.read(file, keepBytes: true, in: cache.folder) {
            for line in content.bytes.split(separator: 0) where line.count > 33 {
                guard let digest = Digest(hex: String(decoding: line.prefix(32), as: UTF8.self)) else { continue }
                lines += 1
                let path = ByteText(String(decoding: line.dropFirst(33), as: UTF8.self))
                all[path] = digest == .zero ? nil : digest
            }
        }
        outdated = lines - all.count
        known = all
        return all
    }

    public func note(_ path: String, digest: Digest) {
        added.append((path, digest))
        if known != nil { known![ByteText(path)] = digest }
    }

    public func forget(_ path: String) {
        added.append((path, .zero))
        if known != nil { known![ByteText(path)] = nil }
    }

    /// Appends new entries, and rewrites the list once most of it is outdated.
    public func save() throws(StoreProblem) {
        guard !added.isEmpty else { return }
        func line(_ path: String, _ digest: Digest) -> [UInt8] { Self.mark(digest, path) + [0] }
        defer { added = [] }
        // From here on the new names in these folders are on disk.
        for path in Set(added.map { ByteText($0.path.folderPart) }) {
            let folder = Descriptor(
                root.open(
                    workspace + (path.text.isEmpty ? "" : "/" + path.text),
                    Root.place | O_DIRECTORY))
            if folder.number >= 0 { Folder.sync(folder.number) }
        }
        let isLong = known.map { outdated > 64 + 2 * $0.count } ?? false
        if isLong {
            var bytes: [UInt8] = []
            for (path, digest) in known!.sorted(by: { $0.key < $1.key }) { bytes += line(path.text, digest) }
            try AtomicFile.write(bytes, to: file, by: cache.temporary, in: cache.folder)
            outdated = 0
            return
        }
        let out = Descriptor(cache.folder.open(file, O_WRONLY | O_CREAT | O_APPEND, 0o644))
        guard out.number >= 0 else { throw .writing(file, -out.number) }
        // Begins with NUL, since the last entry may be incomplete.
        var bytes: [UInt8] = [0]
        for (path, digest) in added { bytes += line(path, digest) }
        let count = bytes.withUnsafeBytes { Glibc.write(out.number, $0.baseAddress, $0.count) }
        if count != bytes.count { throw .writing(file, count < 0 ? errno : ENOSPC) }
    }
}
