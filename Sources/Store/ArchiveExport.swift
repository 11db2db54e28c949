// Writes a part of a cache as one file: a tar that any tar can read, with equal bytes for equal records and blobs.
// FORMAT first, then NODES, then blobs, then records, each by name. Import puts them in place in the same order.
import Diagnostics
import Digests
import Files
import Glibc

public struct ArchiveExport {
    public struct Written: Sendable, Equatable {
        public var records = 0
        public var blobs = 0
        /// Blobs that are missing in the archive since the cache no longer has them (gc drops kept frames first).
        public var missing = 0
        /// Size of the archive.
        public var bytes: UInt64 = 0
    }

    private let cache: Cache
    public init(_ cache: Cache) { self.cache = cache }

    /// - Parameters:
    ///   - nodes: in the order of the graph, with their records; several may share one.
    ///   - path: absolute or relative to the working folder; the file appears whole or not at all.
    public func write(
        _ nodes: [(node: String, record: Record)], to path: String
    ) throws(ArchiveProblem) -> Written {
        var written = Written()
        let records = nodes.map(\.record)
        var blobs: [Digest: Record.Blob] = [:]
        let wanted = Dictionary(grouping: records, by: \.key).mapValues { Set($0.map(\.world)) }
        for blob in records.flatMap(\.outputs).flatMap(\.blobs) { blobs[blob.digest] = blob }

        if case .present(let now) = FileSignature.look(at: path), !now.isFile {
            throw .store(.notAFile(path: path, found: now.kind))
        }
        let (above, own) = Root.split(path)
        let folder = Descriptor(
            open(
                path.utf8.first == UInt8(ascii: "/") ? above + "/" : "./" + above,
                Root.place | O_DIRECTORY | O_CLOEXEC))
        guard folder.number >= 0 else { throw .store(.writing(path, errno)) }
        let file: AtomicFile
        do throws(SystemFailure) {
            file = try AtomicFile(own + "." + Unique.name(), in: folder.number, mode: 0o666, lasts: true)
        } catch {
            throw .store(.writing(path, error.code))
        }
        func put(_ bytes: UnsafeRawBufferPointer) throws(ArchiveProblem) {
            do throws(SystemFailure) { try file.write(bytes) } catch {
                throw .store(.writing(path, error.code))
            }
            written.bytes += UInt64(bytes.count)
        }
        func put(_ bytes: [UInt8]) throws(ArchiveProblem) {
            try bytes.withBytes { bytes throws(ArchiveProblem) in try put(bytes) }
        }
        func pad(_ size: UInt64) throws(ArchiveProblem) {
            let rest = Int(size % UInt64(ArchiveHeader.block))
            try put([UInt8](repeating: 0, count: (ArchiveHeader.block - rest) % ArchiveHeader.block))
        }
        func put(_ name: String, _ bytes: [UInt8]) throws(ArchiveProblem) {
            try put(ArchiveHeader(name: name, size: UInt64(bytes.count)).encoded())
            try put(bytes)
            try pad(UInt64(bytes.count))
        }

        try put("FORMAT", Array("vgraph cache \(Cache.format)\n".utf8))
        try put(ArchiveNodes.name, ArchiveNodes(nodes).bytes)
        for digest in blobs.keys.sorted() {
            let blob = blobs[digest]!, name = Self.name(ofBlob: digest)
            switch Blobs(cache).inspect(blob) {
            case .missing:
                written.missing += 1
                continue
            case .damaged: throw .store(.damagedBlob(digest: digest.hex))
            case .sound: break
            }
            guard blob.size <= ArchiveHeader.largestSize else {
                throw .tooLarge(archive: path, name: name, size: blob.size, limit: ArchiveHeader.largestSize)
            }
            try put(ArchiveHeader(name: name, size: blob.size).encoded())
            try copy(blob) { bytes throws(ArchiveProblem) in try put(bytes) }
            try pad(blob.size)
            written.blobs += 1
        }
        for key in wanted.keys.sorted() {
            // Only the requested results of a key, in an order that does not depend on their use.
            let worlds = wanted[key]!, known = Records(cache).entries(key)?.entries ?? []
            let entries = known.filter { worlds.contains($0.record.world) }
            guard entries.count == worlds.count else { throw .store(.damagedRecord(key: key.hex)) }
            try put(Self.name(ofRecord: key), entries.sorted { $0.record.world < $1.record.world }.flatMap(\.bytes))
            written.records += entries.count
        }
        try put([UInt8](repeating: 0, count: 2 * ArchiveHeader.block))
        do throws(SystemFailure) { try file.place(at: own, in: folder.number) } catch {
            throw .store(.writing(path, error.code))
        }
        return written
    }

    static func name(ofBlob digest: Digest) -> String {
        let place = Cache.place(digest)
        return "blobs/" + place.folder + "/" + place.name
    }

    static func name(ofRecord key: Digest) -> String {
        let place = Cache.place(key)
        return "records/" + place.folder + "/" + place.name + ".json"
    }

    /// Copies a blob and hashes it on the way, whatever its stamp says, since it leaves the machine.
    private func copy(
        _ blob: Record.Blob,
        _ put: (UnsafeRawBufferPointer) throws(ArchiveProblem) -> Void
    ) throws(ArchiveProblem) {
        let path = Blobs(cache).path(blob.digest)
        let file = Descriptor(open(path, O_RDONLY | O_CLOEXEC))
        guard file.number >= 0 else { throw .store(.cannotRead(path: path, reason: message(errno))) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { buffer.deallocate() }
        var writer = DigestWriter(), total: UInt64 = 0
        while true {
            let count = read(file.number, buffer.baseAddress, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .store(.cannotRead(path: path, reason: message(errno))) }
            if count == 0 { break }
            let piece = UnsafeRawBufferPointer(rebasing: buffer[0..<count])
            writer.add(piece)
            total += UInt64(count)
            guard total <= blob.size else { break }
            try put(piece)
        }
        guard total == blob.size, writer.finish() == blob.digest else {
            throw .store(.damagedBlob(digest: blob.digest.hex))
        }
    }
}
