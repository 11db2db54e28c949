// Adds an archive to a cache. Reads and checks the whole archive in a temporary folder before it puts the first file in
// place, so that a refused archive changes nothing. What the cache already has stays as it is.
import Diagnostics
import Digests
import Files
import Glibc

public struct ArchiveImport {
    public struct Taken: Sendable, Equatable {
        /// New in the cache.
        public var records = 0
        public var blobs = 0
        /// Already in the cache.
        public var known = 0
        public var bytes: UInt64 = 0
        /// nil: an older vgraph wrote the archive.
        public var nodes: ArchiveNodes?
    }

    /// A record is text about one node; a larger one was not written by vgraph.
    static let largestRecord: UInt64 = 64 << 20

    private let cache: Cache
    public init(_ cache: Cache) { self.cache = cache }

    /// The caller holds a share of the cache's lock.
    public func read(_ path: String) throws(ArchiveProblem) -> Taken {
        let stream = try ArchiveStream(path)
        let scratch: String
        do throws(StoreProblem) { scratch = try cache.makeScratch() } catch { throw .store(error) }
        defer { Folder.remove(scratch) }
        var blobs: [Digest] = [], records: [Digest] = []
        var nodes: ArchiveNodes?
        var last: String?
        while let header = try stream.next() {
            let name = header.name
            if name.hasPrefix("/") || name.split(separator: "/", omittingEmptySubsequences: false).contains("..") {
                throw .leaves(archive: path, name: name)
            }
            if let last, !last.utf8.lexicographicallyPrecedes(name.utf8) { throw .unordered(archive: path, name: name) }
            switch Self.member(name) {
            case .format:
                try checkFormat(try stream.bytes(header, limit: 4096), path)
            case _ where last == nil: throw .notAnArchive(archive: path)
            case .nodes:
                nodes = ArchiveNodes(try stream.bytes(header, limit: ArchiveNodes.largest))
                if nodes == nil { throw .damagedRecord(archive: path, name: name) }
            case .blob(let digest):
                guard try stream.save(header, to: scratch + "/b" + digest.hex) == digest else {
                    throw .damagedBlob(archive: path, name: name)
                }
                blobs.append(digest)
            case .record(let key):
                let bytes = try stream.bytes(header, limit: Self.largestRecord)
                let found = Records.decode(bytes, key: key)
                guard found.isSound, found.entries.allSatisfy({ $0.record.hasPlainNames }) else {
                    throw .damagedRecord(archive: path, name: name)
                }
                do throws(StoreProblem) {
                    try AtomicFile.write(bytes, to: scratch + "/r" + key.hex, by: scratch)
                } catch { throw .store(error) }
                records.append(key)
            case nil: throw .foreign(archive: path, name: name)
            }
            last = name
        }
        guard last != nil else { throw .notAnArchive(archive: path) }
        do throws(StoreProblem) {
            var taken = try place(blobs, records, from: scratch)
            taken.nodes = nodes
            return taken
        } catch { throw .store(error) }
    }

    /// Whether a file begins as an archive does.
    public static func isArchive(_ path: String) -> Bool {
        guard let stream = try? ArchiveStream(path), let first = try? stream.next() else { return false }
        return first.name == "FORMAT"
    }

    private enum Member { case format, nodes, blob(Digest), record(Digest) }

    private static func member(_ name: String) -> Member? {
        if name == "FORMAT" { return .format }
        if name == ArchiveNodes.name { return .nodes }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].utf8.count == 2 else { return nil }
        switch parts[0] {
        case "blobs": return Digest(hex: parts[1] + parts[2]).map(Member.blob)
        case "records" where parts[2].hasSuffix(".json"):
            return Digest(hex: parts[1] + parts[2].dropLast(5)).map(Member.record)
        default: return nil
        }
    }

    private func checkFormat(_ bytes: [UInt8], _ path: String) throws(ArchiveProblem) {
        let text = String(decoding: bytes, as: UTF8.self)
        let words = text.split(whereSeparator: { $0 == " " || $0 == "\n" })
        guard words.count == 3, words[0] == "vgraph", words[1] == "cache", let format = Int(words[2]), format > 0 else {
            throw .notAnArchive(archive: path)
        }
        guard format <= Cache.format else {
            throw .newerFormat(archive: path, found: words.joined(separator: " "), known: Cache.format)
        }
    }

    /// Puts blobs in place before the records that name them, as a build does.
    private func place(_ blobs: [Digest], _ records: [Digest], from scratch: String) throws(StoreProblem) -> Taken {
        var taken = Taken()
        for digest in blobs {
            let before = cache.folder.look(at: Blobs(cache).path(digest))
            let blob = try Blobs(cache).adopt(scratch + "/b" + digest.hex)
            if case .present = before {
                taken.known += 1
            } else {
                taken.blobs += 1
                taken.bytes += blob.size
            }
        }
        for key in records {
            guard let content = try FileContent.read(scratch + "/r" + key.hex, keepBytes: true) else { continue }
            let entries = Records.decode(content.bytes, key: key).entries,
                added = try Records(cache).merge(entries, key)
            taken.records += added
            taken.known += entries.count - added
        }
        return taken
    }
}

/// Reads the members of an archive in order, through one buffer.
private final class ArchiveStream {
    private let path: String
    private let file: Descriptor
    private var offset: UInt64 = 0
    private var buffer = [UInt8](repeating: 0, count: 1 << 20)

    init(_ path: String) throws(ArchiveProblem) {
        self.path = path
        // Without O_NONBLOCK opening a pipe would block for ever.
        file = Descriptor(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK))
        guard file.number >= 0 else { throw .cannotRead(archive: path, reason: message(errno)) }
        var status = stat()
        guard fstat(file.number, &status) == 0 else { throw .cannotRead(archive: path, reason: message(errno)) }
        let signature = FileSignature(status)
        guard signature.isFile else { throw .cannotRead(archive: path, reason: "it is \(signature.kind), not a file") }
    }

    /// The next member's header, its bytes still to be taken; nil after the last.
    func next() throws(ArchiveProblem) -> ArchiveHeader? {
        let start = offset
        let block = try block()
        switch ArchiveHeader.read(block) {
        case .header(let header): return header
        case .notOurs where start == 0: throw .notAnArchive(archive: path)
        case .notOurs, .damaged: throw .damagedHeader(archive: path, offset: start)
        case .other(let name, let kind): throw .notAFile(archive: path, name: name, kind: kind)
        case .end:
            guard ArchiveHeader.read(try self.block()) == .end else {
                throw .damagedHeader(archive: path, offset: start)
            }
            // Some tools pad with zeros; anything else does not belong to an archive.
            while true {
                let count = try fill(buffer.count)
                if count == 0 { return nil }
                guard buffer[..<count].allSatisfy({ $0 == 0 }) else { throw .trailing(archive: path) }
            }
        }
    }

    /// A small member's bytes.
    func bytes(_ header: ArchiveHeader, limit: UInt64) throws(ArchiveProblem) -> [UInt8] {
        guard header.size <= limit else {
            throw .tooLarge(archive: path, name: header.name, size: header.size, limit: limit)
        }
        var bytes: [UInt8] = []
        try pieces(header) {
            bytes.append(contentsOf: $0); return 0
        }
        return bytes
    }

    /// Writes a member into a new file and returns its digest.
    func save(_ header: ArchiveHeader, to target: String) throws(ArchiveProblem) -> Digest {
        let file = Descriptor(open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644))
        guard file.number >= 0 else { throw .store(.writing(target, errno)) }
        var writer = DigestWriter()
        let code = try pieces(header) { piece in
            piece.withUnsafeBytes { bytes in
                writer.add(bytes)
                do throws(SystemFailure) { try OpenFile.write(bytes, to: file.number) } catch { return error.code }
                return 0
            }
        }
        guard code == 0 else { throw .store(.writing(target, code)) }
        return writer.finish()
    }

    /// Passes on a member's bytes until `take` returns an error number; skips the padding too.
    @discardableResult
    private func pieces(_ header: ArchiveHeader, _ take: (ArraySlice<UInt8>) -> Int32) throws(ArchiveProblem) -> Int32 {
        var rest = header.size
        while rest > 0 {
            let count = try fill(Int(min(rest, UInt64(buffer.count))))
            guard count > 0 else { throw .truncated(archive: path) }
            let code = take(buffer[..<count])
            if code != 0 { return code }
            rest -= UInt64(count)
        }
        let padding = (ArchiveHeader.block - Int(header.size % UInt64(ArchiveHeader.block))) % ArchiveHeader.block
        guard try fill(padding, wholly: true) == padding else { throw .truncated(archive: path) }
        guard buffer[..<padding].allSatisfy({ $0 == 0 }) else {
            throw .damagedHeader(archive: path, offset: offset - UInt64(padding))
        }
        return 0
    }

    private func block() throws(ArchiveProblem) -> [UInt8] {
        guard try fill(ArchiveHeader.block, wholly: true) == ArchiveHeader.block else {
            throw .truncated(archive: path)
        }
        return Array(buffer[..<ArchiveHeader.block])
    }

    /// Reads at most `wanted` bytes to the buffer's start; `wholly`: fewer only at the end of the file.
    private func fill(_ wanted: Int, wholly: Bool = false) throws(ArchiveProblem) -> Int {
        var have = 0
        while have < wanted {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(file.number, $0.baseAddress! + have, wanted - have) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .cannotRead(archive: path, reason: message(errno)) }
            if count == 0 { break }
            have += count
            if !wholly { break }
        }
        offset += UInt64(have)
        return have
    }
}
