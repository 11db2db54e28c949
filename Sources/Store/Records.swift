// The table of records: `records/ab/cdef….json`, two lines: the record, and the XXH3-128 of the first line.
// A record's mtime is when it was last used.
import Diagnostics
import FoundationEssentials
import Glibc

public struct Records: Sendable {
    public let cache: Cache
    public init(_ cache: Cache) { self.cache = cache }

    public enum Lookup: Sendable {
        case found(Record)
        case missing
        /// There is a file but it cannot be believed; the next `write` replaces it.
        case damaged
    }

    func path(_ key: Digest) -> String {
        let place = Cache.place(key)
        return cache.root + "/records/" + place.folder + "/" + place.name + ".json"
    }

    public func lookup(_ key: Digest) -> Lookup {
        let file = path(key)
        let content: FileContent
        do throws(StoreProblem) {
            guard let found = try FileContent.read(file, keepBytes: true) else { return .missing }
            content = found
        } catch { return .damaged }
        guard let record = Self.decode(content.bytes), record.key == key, record.manifest.key == key else { return .damaged }
        if content.signature.modified < Clock.now() - 3_600_000_000_000 { touch(file) }
        return .found(record)
    }

    static func decode(_ bytes: [UInt8]) -> Record? {
        guard let end = bytes.firstIndex(of: 0x0A) else { return nil }
        let sum = String(decoding: bytes[(end + 1)...], as: UTF8.self)
        guard sum == checksum(bytes[..<end]) else { return nil }
        return try? JSONDecoder().decode(Record.self, from: Data(bytes[..<end]))
    }

    private static func checksum(_ line: ArraySlice<UInt8>) -> String {
        "{\"xxh3\":\"\(line.withUnsafeBytes { Digest.of($0) }.hex)\"}\n"
    }

    public func write(_ record: Record) throws(StoreProblem) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let file = path(record.key)
        guard let line = try? encoder.encode(record) else { throw .cannotWrite(path: file, reason: "it cannot be written as JSON") }
        var bytes = Array(line)
        bytes += Array(("\n" + Self.checksum(bytes[...])).utf8)
        let folder = cache.root + "/records/" + Cache.place(record.key).folder
        if mkdir(folder, 0o777) != 0 && errno != EEXIST { throw WriteFailure.problem(folder, errno) }
        try bytes.withBytes { bytes throws(StoreProblem) in try AtomicFile.write(bytes, to: file, by: cache.temporary) }
    }

    public func remove(_ key: Digest) { unlink(path(key)) }

    private func touch(_ file: String) { utimensat(AT_FDCWD, file, nil, 0) }

    /// The SHA-256 of one blob of a record, from the record if it has been needed before.
    public func sha256(_ key: Digest, output: String, index: Int = 0) throws(StoreProblem) -> String? {
        guard case .found(var record) = lookup(key), let at = record.outputs.firstIndex(where: { $0.name == output }),
              record.outputs[at].blobs.indices.contains(index) else { return nil }
        if let known = record.outputs[at].blobs[index].sha256 { return known }
        let sum = try Blobs(cache).sha256(record.outputs[at].blobs[index].digest)
        record.outputs[at].blobs[index].sha256 = sum
        try write(record)
        return sum
    }

    /// Every record file: its key and when it was last used (seconds since 1970).
    func all() throws(StoreProblem) -> [(key: Digest, used: Int64)] {
        var all: [(Digest, Int64)] = []
        let root = cache.root + "/records"
        for folder in try Folder.names(root) ?? [] {
            for name in try Folder.names(root + "/" + folder) ?? [] where name.hasSuffix(".json") {
                guard let key = Digest(hex: folder + name.dropLast(5)),
                      case .present(let now) = FileSignature.look(at: root + "/" + folder + "/" + name) else { continue }
                all.append((key, now.modified / 1_000_000_000))
            }
        }
        return all
    }
}
