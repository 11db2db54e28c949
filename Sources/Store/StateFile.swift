// What a finished build depended on, as one mapped file. To decide that nothing is to do vgraph reads only this and
// stats its leaves. Must not use Foundation or an array per leaf. A damaged, old or foreign file means "not known" and
// is never an error.
//
// Layout, little-endian: header (104 bytes), leaves (72 bytes each), text, paths (each ends in NUL), XXH3-128 of
// everything before.
import CSystem
import Diagnostics
import Digests
import Files
import Glibc

public struct StateFile: Sendable, Equatable {
    /// What the last build reported, to be reported again.
    public struct Summary: Sendable, Equatable {
        public var status: ExitStatus
        public var nodes: Int
        public var text: String
        public init(status: ExitStatus, nodes: Int, text: String) {
            self.status = status
            self.nodes = nodes
            self.text = text
        }
    }

    /// Identifies the request that this file answers (workspace, targets, settings): see `StateRequest`.
    public var identity: Digest
    public var leaves: [Leaf]
    public var summary: Summary
    /// Checksum of the trace that numbers these leaves; nil: there is none.
    public var trace: Digest?
    /// When the file expires whatever its leaves, in seconds since 1970; 0: never.
    public var expires: Int64

    public init(identity: Digest, leaves: [Leaf], summary: Summary, trace: Digest? = nil, expires: Int64 = 0) {
        self.expires = expires
        self.identity = identity
        self.leaves = leaves
        self.summary = summary
        self.trace = trace
    }

    static let magic: UInt64 = 0x3345_5441_5453_4756  // "VGSTATE3"
    static let headerSize = 104, leafSize = 72

    public func encoded(boot: Digest = Boot.id) -> [UInt8] {
        let text = Array(summary.text.utf8)
        let pathsSize = leaves.reduce(0) { $0 + $1.path.utf8.count + 1 }
        let size = Self.headerSize + leaves.count * Self.leafSize + text.count + pathsSize + 16
        // One piece, filled in place: after an edit a graph writes ten thousand leaves.
        return [UInt8](unsafeUninitializedCapacity: size) { out, used in
            let base = UnsafeMutableRawPointer(out.baseAddress!)
            var at = base, path = base + (size - 16 - pathsSize)
            let pathsStart = path
            func put<Number: FixedWidthInteger>(_ value: Number) {
                at.storeBytes(of: value.littleEndian, as: Number.self)
                at += MemoryLayout<Number>.size
            }
            func put(_ digest: Digest) { put(digest.high); put(digest.low) }
            put(Self.magic); put(boot); put(identity)
            put(UInt64(leaves.count)); put(UInt64(text.count)); put(UInt64(pathsSize))
            put(UInt64(summary.nodes)); put(Int64(summary.status.rawValue)); put(trace ?? .zero); put(expires)
            for leaf in leaves {
                let s = leaf.signature
                put(s.device); put(s.inode); put(s.size); put(s.modified); put(s.changed); put(s.mode)
                put(leaf.kind.rawValue | (leaf.isRacy ? MappedState.racy : 0))
                put(leaf.digest)
                put(UInt32(truncatingIfNeeded: path - pathsStart))
                put(UInt32(truncatingIfNeeded: leaf.path.utf8.count))
                var name = leaf.path
                name.withUTF8 { bytes in
                    path.copyMemory(
                        from: UnsafeRawPointer(bytes.baseAddress ?? UnsafePointer(out.baseAddress!)),
                        byteCount: bytes.count)
                    path += bytes.count
                }
                path.storeBytes(of: 0, as: UInt8.self)
                path += 1
            }
            text.withUnsafeBytes { if let start = $0.baseAddress { at.copyMemory(from: start, byteCount: $0.count) } }
            at = path
            put(Digest.of(UnsafeRawBufferPointer(start: base, count: size - 16)))
            used = size
        }
    }

    public func write(to path: String, by folder: String) throws(StoreProblem) {
        let bytes = encoded()
        let result = bytes.withUnsafeBytes { bytes -> StoreProblem? in
            do throws(StoreProblem) { try AtomicFile.write(bytes, to: path, by: folder) } catch { return error }
            return nil
        }
        if let result { throw result }
    }

    /// The file as a value; nil: it is missing, damaged, from another boot or for another request.
    public static func load(_ path: String, identity: Digest) -> StateFile? {
        var unchanged = UnchangedLeaves()
        return load(path, identity: identity, unchanged: &unchanged)
    }

    /// The same, with those leaves that this process found unchanged a moment ago.
    public static func load(_ path: String, identity: Digest, unchanged: inout UnchangedLeaves) -> StateFile? {
        guard let state = MappedState(path, identity: identity), let summary = state.summary else { return nil }
        unchanged = UnchangedLeaves.take(of: state.checksum)
        return StateFile(
            identity: identity, leaves: (0..<state.leafCount).map { state.leaf($0) }, summary: summary,
            trace: state.trace, expires: state.expires)
    }

    /// The summary of the last build if every leaf is unchanged. Hashes files whose signature changed or is racy; if
    /// all are equal it writes the new signatures back, so that a `git checkout` or a `touch` costs that only once.
    public static func upToDate(_ path: String, identity: Digest, by folder: String) -> Summary? {
        guard let state = MappedState(path, identity: identity),
            state.expires == 0 || StampClock.now() / 1_000_000_000 < state.expires
        else { return nil }
        var doubtful: [Int] = [], looks = FolderLook()
        func changed(_ index: Int) -> Summary? {
            UnchangedLeaves.note(index, besides: doubtful, in: state.checksum)
            return nil
        }
        for index in 0..<state.leafCount {
            let kind = state.kind(index)
            switch looks.look(at: state.path(index)) {
            case .absent: if kind != .absent { return changed(index) }
            case .failed: return nil
            case .present(let now):
                guard kind != .absent, let kind else { return changed(index) }
                if state.signature(index) == now && !state.isRacy(index) { continue }
                // The executable bit is not in the bytes but decides whether a search finds the file as a program.
                if kind == .file && (state.signature(index).mode ^ now.mode) & 0o111 != 0 { return changed(index) }
                // Another size is other content, without reading.
                if kind == .program || (kind == .file && now.size != state.signature(index).size) {
                    return changed(index)
                }
                doubtful.append(index)
            }
        }
        for index in doubtful {
            let before = state.leaf(index)
            guard let now = try? Leaf.observe(before.path, kind: before.kind, known: nil),
                now.isSame(as: before)
            else { return nil }
            state.replace(index, now)
        }
        if !doubtful.isEmpty { try? state.write(to: path, by: folder) }
        return state.summary
    }
}

/// A state file in memory, checked completely when opened; changes stay private until written.
final class MappedState {
    static let racy: UInt32 = 1 << 16
    private let mapping: Mapping
    private var base: UnsafeMutableRawPointer { mapping.base }
    private var size: Int { mapping.size }
    let leafCount: Int
    private let textStart: Int, textCount: Int, pathsStart: Int, pathsCount: Int

    init?(_ file: String, identity: Digest) {
        guard let mapping = Mapping(file), mapping.size >= StateFile.headerSize + 16, mapping.size < 1 << 32 else {
            return nil
        }
        self.mapping = mapping
        let base = mapping.base, size = mapping.size
        func word(_ offset: Int) -> UInt64 {
            UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        func digest(_ offset: Int) -> Digest { Digest(high: word(offset), low: word(offset + 8)) }
        let limit = UInt64(size)
        let leaves = word(40), text = word(48), paths = word(56)
        let isSound =
            word(0) == StateFile.magic && leaves < limit && text < limit && paths < limit
            && UInt64(StateFile.headerSize) + leaves * UInt64(StateFile.leafSize) + text + paths + 16 == limit
            && digest(8) == Boot.id && digest(24) == identity
            && digest(size - 16) == Digest.of(UnsafeRawBufferPointer(start: base, count: size - 16))
        leafCount = isSound ? Int(leaves) : 0
        textStart = StateFile.headerSize + leafCount * StateFile.leafSize
        textCount = isSound ? Int(text) : 0
        pathsStart = textStart + textCount
        pathsCount = isSound ? Int(paths) : 0
        guard isSound else { return nil }
        // The checksum is not a signature: the content may still be invalid.
        for index in 0..<leafCount {
            let at = StateFile.headerSize + index * StateFile.leafSize
            let offset = half(at + 64), length = half(at + 68)
            guard UInt64(offset) + UInt64(length) < UInt64(pathsCount), kind(index) != nil,
                base.load(
                    fromByteOffset: pathsStart + Int(offset) + Int(length),
                    as: UInt8.self) == 0
            else { return nil }
        }
    }

    private func word(_ offset: Int) -> UInt64 {
        UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    private func half(_ offset: Int) -> UInt32 {
        UInt32(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
    private func start(_ index: Int) -> Int { StateFile.headerSize + index * StateFile.leafSize }

    func kind(_ index: Int) -> Leaf.Kind? { Leaf.Kind(rawValue: half(start(index) + 44) & ~Self.racy) }
    func isRacy(_ index: Int) -> Bool { half(start(index) + 44) & Self.racy != 0 }

    func signature(_ index: Int) -> FileSignature {
        let at = start(index)
        return FileSignature(
            device: word(at), inode: word(at + 8), size: word(at + 16),
            modified: Int64(bitPattern: word(at + 24)),
            changed: Int64(bitPattern: word(at + 32)), mode: half(at + 40))
    }

    /// Ends in NUL; valid as long as this state.
    func path(_ index: Int) -> UnsafePointer<CChar> {
        UnsafePointer((base + pathsStart + Int(half(start(index) + 64))).assumingMemoryBound(to: CChar.self))
    }

    func leaf(_ index: Int) -> Leaf {
        let at = start(index)
        return Leaf(
            path: String(cString: path(index)), kind: kind(index) ?? .absent, signature: signature(index),
            digest: Digest(high: word(at + 48), low: word(at + 56)), isRacy: isRacy(index))
    }

    /// Identifies exactly these bytes.
    var checksum: Digest { Digest(high: word(size - 16), low: word(size - 8)) }
    var trace: Digest { Digest(high: word(80), low: word(88)) }
    var expires: Int64 { Int64(bitPattern: word(96)) }

    /// nil: this vgraph does not know the status.
    var summary: StateFile.Summary? {
        guard let status = ExitStatus(rawValue: Int32(truncatingIfNeeded: Int64(bitPattern: word(72)))) else {
            return nil
        }
        let text = UnsafeRawBufferPointer(start: base + textStart, count: textCount)
        return StateFile.Summary(
            status: status, nodes: Int(truncatingIfNeeded: word(64)), text: String(decoding: text, as: UTF8.self))
    }

    func replace(_ index: Int, _ leaf: Leaf) {
        let at = start(index), s = leaf.signature
        for (slot, value) in [
            s.device, s.inode, s.size, UInt64(bitPattern: s.modified),
            UInt64(bitPattern: s.changed),
        ].enumerated() {
            base.storeBytes(of: value.littleEndian, toByteOffset: at + 8 * slot, as: UInt64.self)
        }
        base.storeBytes(of: s.mode.littleEndian, toByteOffset: at + 40, as: UInt32.self)
        base.storeBytes(
            of: (leaf.kind.rawValue | (leaf.isRacy ? Self.racy : 0)).littleEndian, toByteOffset: at + 44,
            as: UInt32.self)
    }

    func write(to path: String, by folder: String) throws(StoreProblem) {
        let sum = Digest.of(UnsafeRawBufferPointer(start: base, count: size - 16))
        base.storeBytes(of: sum.high.littleEndian, toByteOffset: size - 16, as: UInt64.self)
        base.storeBytes(of: sum.low.littleEndian, toByteOffset: size - 8, as: UInt64.self)
        try AtomicFile.write(UnsafeRawBufferPointer(start: base, count: size), to: path, by: folder)
    }
}

/// A whole file in memory, writable without touching the file.
final class Mapping {
    let base: UnsafeMutableRawPointer
    let size: Int
    private let isCopied: Bool
    /// From this size on a copy lies in large pages.
    private static let large = 4 << 20

    /// - Parameter isCopied: it stays what it is although somebody writes into the file.
    init?(_ path: String, isCopied: Bool = false) {
        let file = Descriptor(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW))
        var status = stat()
        guard file.number >= 0, fstat(file.number, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_size > 0,
            let base = mmap(
                nil, Int(status.st_size), PROT_READ | PROT_WRITE,
                isCopied
                    ? MAP_PRIVATE | MAP_ANONYMOUS | (status.st_size < Self.large ? MAP_POPULATE : 0) : MAP_PRIVATE,
                isCopied ? -1 : file.number, 0),
            base != MAP_FAILED
        else { return nil }
        self.base = base
        self.isCopied = isCopied
        size = Int(status.st_size)
        // A copy of many pages takes longer to get its pages than its bytes.
        if isCopied, size >= Self.large { madvise(base, size, MADV_HUGEPAGE) }
        var at = 0
        while isCopied, at < size {
            let count = read(file.number, base + at, size - at)
            if count < 0 && errno == EINTR { continue }
            // Shorter than it was a moment ago: its checksum is another.
            if count <= 0 { break }
            at += count
        }
    }

    /// The digest of its first bytes. Of a large file no more is in memory afterwards than is used; nobody has written
    /// into it yet.
    func digest(of count: Int) -> Digest {
        let window = 1 << 20
        guard !isCopied, count > 4 * window else {
            return Digest.of(UnsafeRawBufferPointer(start: base, count: count))
        }
        var writer = DigestWriter(), at = 0
        while at < count {
            let part = min(window, count - at)
            writer.add(UnsafeRawBufferPointer(start: base + at, count: part))
            madvise(base + at, part, MADV_DONTNEED)
            at += part
        }
        return writer.finish()
    }

    deinit { munmap(base, size) }
}

public enum Boot {
    /// The boot id of the machine. Without fsync, a power cut may tear written files, so nothing from another boot is
    /// trusted without reading.
    public static let id: Digest = {
        let file = Descriptor(open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC))
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = file.number < 0 ? 0 : max(0, read(file.number, &bytes, bytes.count))
        return Digest.of(Array(bytes[..<count]))
    }()
}

/// Everything except files that decides a build's result. Its digest names the state file.
public struct StateRequest: Sendable {
    public var identity: Digest

    /// - Parameters:
    ///   - workspace: absolute path.
    ///   - settings: what else changes the build (`--set` values, the worker's path, environment), in any order.
    public init(workspace: String, targets: [String], settings: [String]) {
        var writer = DigestWriter()
        writer.add(field: workspace)
        writer.add(field: String(targets.count))
        for target in targets { writer.add(field: target) }
        for setting in settings.sorted(by: { $0.precedes($1) }) { writer.add(field: setting) }
        identity = writer.finish()
    }

    /// The path of this request's state file in a cache folder.
    public func path(cache: String) -> String { cache + "/state/" + identity.hex + ".build" }

    /// The summary of the last build if nothing is to do.
    public func upToDate(cache: String) -> StateFile.Summary? {
        // A cache with links is refused when it is opened; here it only means "not known".
        let root = Root(cache, links: .none)
        guard case .present = root.look(at: path(cache: cache)), !root.isLink(cache + "/tmp") else { return nil }
        return StateFile.upToDate(path(cache: cache), identity: identity, by: cache + "/tmp")
    }
}
