// The table of records: `records/ab/cdef….json`. A key's file holds the results of several worlds, told apart by what
// was discovered: two lines each, the record and the XXH3-128 of that line, the latest used first. So undoing an edit
// or switching a branch finds the old results. A file's mtime is when one of its records was last used.
import CSystem
import Diagnostics
import Digests
import Files
import Glibc
import Work

public struct Records: Sendable {
    public let cache: Cache
    public init(_ cache: Cache) { self.cache = cache }

    /// The most results of one key; beyond it the least recently used one goes.
    static let mostWorlds = 32

    public enum Lookup: Sendable {
        case found(Record)
        /// There are results, but none of the requested world; this is the latest.
        case others(Record)
        case missing
        /// The file is damaged; the next `write` replaces it.
        case damaged
    }

    /// A record with its bytes in the file.
    struct Entry {
        var record: Record
        var bytes: ArraySlice<UInt8>
    }

    func path(_ key: Digest) -> String {
        let place = Cache.place(key)
        return cache.root + "/records/" + place.folder + "/" + place.name + ".json"
    }

    /// - Parameter holds: whether a record matches the present world. Finds the latest used one that does.
    public func lookup(_ key: Digest, where holds: (Record) -> Bool = { _ in true }) -> Lookup {
        let file = path(key)
        let content: FileContent
        do throws(StoreProblem) {
            guard let found = try FileContent.read(file, keepBytes: true, in: cache.folder) else { return .missing }
            content = found
        } catch { return .damaged }
        var latest: Record?, index = 0
        for line in Self.lines(content.bytes) {
            defer { index += 1 }
            guard let record = Self.record(line, content.bytes, key) else { continue }
            if holds(record) {
                let isOld = content.signature.modified < StampClock.now() - 3_600_000_000_000
                if index > 0 { promote(record) } else if isOld { touch(file) }
                return .found(record)
            }
            if latest == nil { latest = record }
        }
        return latest.map(Lookup.others) ?? .damaged
    }

    /// Where the only result of a key came from, without decoding all of its record; nil: there are several, or none.
    public func origin(_ key: Digest) -> Record.Origin? {
        guard let content = try? FileContent.read(path(key), keepBytes: true, in: cache.folder),
            let end = content.bytes.firstIndex(of: 0x0A), let sum = content.bytes[(end + 1)...].firstIndex(of: 0x0A),
            sum + 1 == content.bytes.count,
            let from = Self.last(#","origin":{"#, in: content.bytes[..<end]),
            let to = Self.last(#"},"outputs":["#, in: content.bytes[..<end]), from + 10 < to
        else { return nil }
        // Raw quotes are never part of a text, so these marks are keys of the record.
        let text = content.bytes[from + 10...to]
        return JSONCursor.decode(text) { cursor throws(JSONCursor.Mismatch) in try Record.Origin(&cursor) }
    }

    /// Those keys that have a file. Whether it is sound shows when it is read.
    public func present(_ keys: [Digest]) -> Set<Digest> {
        var present: Set<Digest> = [], folder = Descriptor(-1), open: UInt64?
        var name = [CChar](repeating: 0, count: 30) + ".json".utf8CString
        let keys = keys.sorted { $0.high < $1.high }
        present.reserveCapacity(keys.count)
        for key in keys {
            // Opened once, a folder needs one look a file.
            if open != key.high >> 56 {
                open = key.high >> 56
                let place = cache.root + "/records/" + Cache.place(key).folder
                folder = Descriptor(cache.folder.open(place, Root.place | O_DIRECTORY))
            }
            guard folder.number >= 0 else { continue }
            var status = stat()
            // The name in the folder, `cdef….json`, without a text for each of a thousand.
            key.withHex { hex in
                name.withUnsafeMutableBytes { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: hex[2...])) }
            }
            if fstatat(folder.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_mode & S_IFMT == S_IFREG {
                present.insert(key)
            }
        }
        return present
    }

    private static func last(_ mark: StaticString, in bytes: ArraySlice<UInt8>) -> Int? {
        mark.withUTF8Buffer { mark in
            var at = bytes.endIndex - mark.count
            while at >= bytes.startIndex {
                if bytes[at] == mark[0], bytes[at...].starts(with: mark) { return at }
                at -= 1
            }
            return nil
        }
    }

    // MARK: A file's bytes

    /// The ranges of the records' lines with those of their checksums; bytes after the last newline are ignored.
    private static func lines(_ bytes: [UInt8]) -> [(line: Range<Int>, sum: Range<Int>)] {
        bytes.withUnsafeBytes { bytes in
            var lines: [(Range<Int>, Range<Int>)] = [], start = 0
            func end(_ from: Int) -> Int? {
                guard from < bytes.count,
                    let found = memchr(bytes.baseAddress! + from, 0x0A, bytes.count - from)
                else { return nil }
                return UnsafeRawPointer(found) - bytes.baseAddress!
            }
            while let first = end(start), let last = end(first + 1) {
                lines.append((start..<first, first + 1..<last + 1))
                start = last + 1
            }
            return lines
        }
    }

    private static func record(_ at: (line: Range<Int>, sum: Range<Int>), _ bytes: [UInt8], _ key: Digest) -> Record? {
        let line = bytes[at.line]
        guard bytes[at.sum].elementsEqual(checksum(line).utf8),
            let record = decoded(line), record.key == key, record.manifest.key == key
        else { return nil }
        return record
    }

    private static func decoded(_ line: ArraySlice<UInt8>) -> Record? {
        JSONCursor.decode(line) { cursor throws(JSONCursor.Mismatch) in try Record(&cursor) }
    }

    /// The valid records in a file's bytes, and whether all bytes are valid.
    static func decode(_ bytes: [UInt8], key: Digest) -> (entries: [Entry], isSound: Bool) {
        let lines = lines(bytes)
        let entries = lines.compactMap { at in
            record(at, bytes, key).map { Entry(record: $0, bytes: bytes[at.line.lowerBound..<at.sum.upperBound]) }
        }
        return (entries, !lines.isEmpty && entries.count == lines.count && lines.last?.sum.upperBound == bytes.count)
    }

    /// The latest used result that is wanted, without marking it as used; else the latest of all.
    func first(_ key: Digest, where isWanted: (Record) -> Bool) -> Record? {
        guard let content = try? FileContent.read(path(key), keepBytes: true, in: cache.folder) else { return nil }
        var latest: Record?
        for line in Self.lines(content.bytes) {
            guard let record = Self.record(line, content.bytes, key) else { continue }
            if isWanted(record) { return record }
            if latest == nil { latest = record }
        }
        return latest
    }

    /// nil: the file does not exist or cannot be read.
    func entries(_ key: Digest) -> (entries: [Entry], isSound: Bool)? {
        guard let content = try? FileContent.read(path(key), keepBytes: true, in: cache.folder) else { return nil }
        return Self.decode(content.bytes, key: key)
    }

    private static func checksum(_ line: ArraySlice<UInt8>) -> String {
        "{\"xxh3\":\"\(line.withUnsafeBytes { Digest.of($0) }.hex)\"}\n"
    }

    private static func encoded(_ record: Record) -> [UInt8]? {
        guard var bytes = record.text else { return nil }
        bytes += Array(("\n" + Self.checksum(bytes[...])).utf8)
        return bytes
    }

    // MARK: Writing

    /// Stores a result: replaces one of the same world, and keeps those of others. The caller holds the key's lock.
    public func write(_ record: Record) throws(StoreProblem) {
        guard let bytes = Self.encoded(record) else {
            throw .cannotWrite(path: path(record.key), reason: "cannot encode it as JSON")
        }
        let others = (entries(record.key)?.entries ?? []).filter { $0.record.world != record.world }
        try replace(record.key, [bytes[...]] + others.prefix(Self.mostWorlds - 1).map(\.bytes))
    }

    /// Adds results from elsewhere in front, except those of a world that already has one.
    /// - Returns: how many were added.
    func merge(_ new: [Entry], _ key: Digest) throws(StoreProblem) -> Int {
        let known = entries(key)?.entries ?? [], worlds = Set(known.map(\.record.world))
        let added = new.filter { !worlds.contains($0.record.world) }
        guard !added.isEmpty else { return 0 }
        try replace(key, (added + known).prefix(Self.mostWorlds).map(\.bytes))
        return added.count
    }

    private func replace(_ key: Digest, _ entries: [ArraySlice<UInt8>]) throws(StoreProblem) {
        let folder = cache.root + "/records/" + Cache.place(key).folder
        if mkdir(folder, 0o777) != 0 && errno != EEXIST { throw .writing(folder, errno) }
        let file = path(key), bytes = entries.count == 1 ? Array(entries[0]) : entries.flatMap { $0 }
        try AtomicFile.write(bytes, to: file, by: cache.temporary, in: cache.folder)
    }

    /// Moves a used record to the front, so that unused ones are dropped first. Does not wait for the lock, and ignores
    /// errors.
    private func promote(_ record: Record) {
        guard access(cache.temporary, W_OK) == 0, let locks = try? KeyLocks(cache),
            let lock = try? locks.take(record.key)
        else {
            return
        }
        defer { withExtendedLifetime(lock) {} }
        guard let known = entries(record.key)?.entries,
            let used = known.first(where: { $0.record.world == record.world })
        else {
            return
        }
        try? replace(record.key, [used.bytes] + known.filter { $0.record.world != record.world }.map(\.bytes))
    }

    /// Keeps only a key's records of some worlds; removes the file if none is left. Keeps the time of last use.
    func keep(_ key: Digest, worlds: Set<Digest>) {
        let file = path(key), kept = (entries(key)?.entries ?? []).filter { worlds.contains($0.record.world) }
        guard !kept.isEmpty else {
            cache.folder.remove(file)
            return
        }
        guard case .present(let before) = FileSignature.look(at: file),
            (try? replace(key, kept.map(\.bytes))) != nil
        else { return }
        csystem_set_modified(file, before.modified / 1_000_000_000, before.modified % 1_000_000_000)
    }

    private func touch(_ file: String) { utimensat(AT_FDCWD, file, nil, 0) }

    /// The SHA-256 of one blob of a record, from the record if it was computed before.
    public func sha256(_ key: Digest, output: String, index: Int = 0) throws(StoreProblem) -> String? {
        guard case .found(var record) = lookup(key), let at = record.outputs.firstIndex(where: { $0.name == output }),
            record.outputs[at].blobs.indices.contains(index)
        else { return nil }
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
        for folder in try cache.folder.names(root) ?? [] {
            for name in try cache.folder.names(root + "/" + folder) ?? [] where name.hasSuffix(".json") {
                guard let key = Digest(hex: folder + name.dropLast(5)),
                    case .present(let now) = cache.folder.look(at: root + "/" + folder + "/" + name)
                else { continue }
                all.append((key, now.modified / 1_000_000_000))
            }
        }
        return all
    }
}
