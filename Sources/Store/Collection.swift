// Keeping a cache small (`gc`), right (`verify`) and known (`stats`). The first two have the cache to themselves.
import Diagnostics
import Glibc

extension Cache {
    public struct Stats: Sendable, Equatable, Codable {
        public var records = 0
        public var blobs = 0
        public var bytes: UInt64 = 0
        public var runs = 0
        /// Bytes by type of output; a blob that several records share counts for each type once.
        public var bytesByType: [String: UInt64] = [:]
    }

    public struct Swept: Sendable, Equatable, Codable {
        public var records = 0
        public var blobs = 0
        /// Freed, or to be freed in a dry run.
        public var bytes: UInt64 = 0
        public var kept: UInt64 = 0
    }

    public struct Verified: Sendable, Equatable, Codable {
        public var blobs = 0
        public var bytes: UInt64 = 0
        public var records = 0
        /// What was wrong and has been removed; the next build that needs it makes it again.
        public var damagedBlobs: [Digest] = []
        public var damagedRecords: [String] = []
    }

    private func allBlobs() throws(StoreProblem) -> [Digest: UInt64] {
        var all: [Digest: UInt64] = [:]
        for folder in try Folder.names(root + "/blobs") ?? [] {
            for name in try Folder.names(root + "/blobs/" + folder) ?? [] {
                guard let digest = Digest(hex: folder + name),
                      case .present(let now) = FileSignature.look(at: root + "/blobs/" + folder + "/" + name) else { continue }
                all[digest] = now.size
            }
        }
        return all
    }

    public func stats() throws(StoreProblem) -> Stats {
        var stats = Stats()
        let blobs = try allBlobs()
        stats.blobs = blobs.count
        stats.bytes = blobs.values.reduce(0, &+)
        stats.runs = try RunLog.names(in: self).count
        var counted: Set<String> = []
        for (key, _) in try Records(self).all() {
            stats.records += 1
            guard let record = peek(key) else { continue }
            for output in record.outputs {
                for blob in output.blobs where blobs[blob.digest] != nil && counted.insert(output.type + blob.digest.hex).inserted {
                    stats.bytesByType[output.type, default: 0] &+= blob.size
                }
            }
        }
        return stats
    }

    /// A record without marking it as used.
    public func peek(_ key: Digest) -> Record? {
        guard let content = try? FileContent.read(Records(self).path(key), keepBytes: true) else { return nil }
        return Records.decode(content.bytes)
    }

    /// Drops what has not been used for longest until the blobs fit in `maxBytes`: first the bytes of `bulky` types
    /// (their records stay: only who needs the bytes makes them again), then records no published file was last made
    /// from, then those. Records with a verdict stay, and so does all that such records name.
    /// - Parameters:
    ///   - keepDays: records unused for longer go whatever the size, unless a published file was last made from them.
    public func gc(maxBytes: UInt64?, keepDays: Int?, dryRun: Bool = false, bulky: Set<String> = ["pixels"]) throws(StoreProblem) -> Swept {
        let lock = try CacheLock.exclusive(self)
        defer { withExtendedLifetime(lock) {} }
        var sizes = try allBlobs()
        var swept = Swept()
        var total = sizes.values.reduce(0, &+)
        let current = try LastKeys.all(in: self)
        struct Item { var key: Digest, used: Int64, isCurrent: Bool, record: Record }
        var items: [Item] = []
        for (key, used) in try Records(self).all() {
            guard let record = peek(key) else {
                self.drop(record: key, dryRun, &swept)
                continue
            }
            items.append(Item(key: key, used: used, isCurrent: current.contains(key), record: record))
        }
        var references: [Digest: Int] = [:]
        for item in items { for blob in Set(item.record.outputs.flatMap(\.blobs).map(\.digest)) { references[blob, default: 0] += 1 } }

        func drop(_ digest: Digest) {
            guard let size = sizes.removeValue(forKey: digest) else { return }
            total -= size
            swept.blobs += 1
            swept.bytes += size
            if !dryRun { Folder.remove(Blobs(self).path(digest)) }
        }
        func drop(_ item: Item) {
            self.drop(record: item.key, dryRun, &swept)
            for blob in Set(item.record.outputs.flatMap(\.blobs).map(\.digest)) {
                references[blob]! -= 1
                if references[blob] == 0 { drop(blob) }
            }
        }

        for digest in Array(sizes.keys) where references[digest] == nil { drop(digest) }
        items.sort { ($0.isCurrent ? 1 : 0, $0.used, $0.key) < ($1.isCurrent ? 1 : 0, $1.used, $1.key) }
        if let keepDays {
            let oldest = Clock.now() / 1_000_000_000 - Int64(clamping: keepDays.multipliedReportingOverflow(by: 86_400).partialValue)
            for item in items where !item.isCurrent && item.record.verdict == nil && item.used < oldest { drop(item) }
            items.removeAll { !$0.isCurrent && $0.record.verdict == nil && $0.used < oldest }
            if !dryRun { try dropStates(before: oldest) }
        }
        if let maxBytes {
            for item in items {
                for blob in item.record.outputs.filter({ bulky.contains($0.type) }).flatMap(\.blobs) where total > maxBytes { drop(blob.digest) }
            }
            for item in items where total > maxBytes && item.record.verdict == nil { drop(item) }
        }
        if !dryRun { for name in try Folder.names(temporary) ?? [] { Folder.remove(temporary + "/" + name) } }
        swept.kept = total
        return swept
    }

    /// Answers to questions that nobody has asked anew for so long; the next who asks walks the graph once.
    private func dropStates(before oldest: Int64) throws(StoreProblem) {
        let folder = root + "/state"
        for name in try Folder.names(folder) ?? [] where !name.hasSuffix(".keys") {
            guard case .present(let now) = FileSignature.look(at: folder + "/" + name), now.modified / 1_000_000_000 < oldest else { continue }
            Folder.remove(folder + "/" + name)
        }
    }

    private func drop(record key: Digest, _ dryRun: Bool, _ swept: inout Swept) {
        swept.records += 1
        if !dryRun { Records(self).remove(key) }
    }

    /// Re-hashes every blob and reads every record; removes what is not what its name says.
    public func verify() throws(StoreProblem) -> Verified {
        let lock = try CacheLock.exclusive(self)
        defer { withExtendedLifetime(lock) {} }
        var verified = Verified()
        for (digest, size) in try allBlobs() {
            verified.blobs += 1
            verified.bytes &+= size
            if !Blobs(self).verify(digest) {
                verified.damagedBlobs.append(digest)
                Folder.remove(Blobs(self).path(digest))
            }
        }
        for (key, _) in try Records(self).all() {
            verified.records += 1
            if let record = peek(key), record.key == key, record.manifest.key == key { continue }
            verified.damagedRecords.append(key.hex)
            Records(self).remove(key)
        }
        verified.damagedBlobs.sort()
        verified.damagedRecords.sort()
        return verified
    }
}
