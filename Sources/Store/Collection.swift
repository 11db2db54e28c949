// Makes a cache smaller (`gc`), checks it (`verify`) and measures it (`stats`). The first two need the cache for
// themselves.
import Diagnostics
import Digests
import Files
import Glibc

extension Cache {
    public struct Stats: Sendable, Equatable, Codable {
        public var records = 0
        public var blobs = 0
        public var bytes: UInt64 = 0
        public var runs = 0
        /// Bytes by type of output; a blob that several records share counts once per type.
        public var bytesByType: [String: UInt64] = [:]
    }

    public struct Swept: Sendable, Equatable, Codable {
        public var records = 0
        public var blobs = 0
        /// Freed bytes; in a dry run, bytes that would be freed.
        public var bytes: UInt64 = 0
        public var kept: UInt64 = 0
    }

    public struct Verified: Sendable, Equatable, Codable {
        public var blobs = 0
        public var bytes: UInt64 = 0
        public var records = 0
        /// Damaged blobs, which were removed; the next build that needs them makes them again.
        public var damagedBlobs: [Digest] = []
        public var damagedRecords: [String] = []
        /// Whether everything damaged could be removed.
        public var isCleaned = true
    }

    private func allBlobs() throws(StoreProblem) -> [Digest: UInt64] {
        var all: [Digest: UInt64] = [:]
        for shard in try folder.names(root + "/blobs") ?? [] {
            for name in try folder.names(root + "/blobs/" + shard) ?? [] {
                guard let digest = Digest(hex: shard + name),
                    case .present(let now) = folder.look(at: root + "/blobs/" + shard + "/" + name)
                else { continue }
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
            let results = results(key)
            stats.records += max(1, results.count)
            for output in results.flatMap(\.outputs) {
                for blob in output.blobs
                where blobs[blob.digest] != nil && counted.insert(output.type + blob.digest.hex).inserted {
                    stats.bytesByType[output.type, default: 0] &+= blob.size
                }
            }
        }
        return stats
    }

    /// All results of a key, the latest used first, without marking one as used.
    func results(_ key: Digest) -> [Record] { Records(self).entries(key)?.entries.map(\.record) ?? [] }

    /// The result of a key in the world that a run's log names; nil: the latest used.
    public func peek(_ key: Digest, world: String? = nil) -> Record? {
        Records(self).first(key) { record in world.map { record.world.hex == $0 } ?? true }
    }

    /// Drops what has been unused for longest until the blobs fit in `maxBytes`: first the bytes of `bulky` types
    /// (their records stay, so only nodes that need the bytes make them again), then records that no published file was
    /// last made from, then those. Records with a verdict stay, with everything that they name.
    /// - Parameters:
    ///   - bulky: types of output that are cheaper to make again than to keep.
    ///   - keepDays: records that are unused for longer go regardless of size, unless a published file was last made
    ///     from them.
    ///   - held: keys whose records stay, with everything that they name but bulky types: a decision is about what was
    ///     made from them.
    public func gc(
        maxBytes: UInt64?, keepDays: Int?, dryRun: Bool = false,
        bulky: Set<String>, held: Set<Digest> = []
    ) throws(StoreProblem) -> Swept {
        guard isOurs || dryRun else { throw .cacheOfOthers(path: root) }
        let lock = try CacheLock.exclusive(self)
        defer { withExtendedLifetime(lock) {} }
        var sizes = try allBlobs()
        var swept = Swept()
        var total = sizes.values.reduce(0, &+)
        let current = try LastKeys.all(in: self)
        struct Item {
            var key: Digest, used: Int64, isCurrent: Bool, record: Record
            var stays: Bool
        }
        var items: [Item] = [], kept: [Digest: Set<Digest>] = [:]
        for (key, used) in try Records(self).all() {
            let results = results(key)
            if results.isEmpty {
                swept.records += 1
                if !dryRun { Records(self).keep(key, worlds: []) }
            }
            kept[key] = Set(results.map(\.world))
            // The other results of a key belong to other worlds; only the time they were made tells how old they
            // are.
            for (index, record) in results.enumerated() {
                let used = index == 0 ? used : min(used, record.origin.seconds ?? used)
                items.append(
                    Item(
                        key: key, used: used, isCurrent: index == 0 && current.contains(key), record: record,
                        stays: record.verdict != nil || held.contains(key)))
            }
        }
        var references: [Digest: Int] = [:]
        for item in items {
            for blob in Set(item.record.outputs.flatMap(\.blobs).map(\.digest)) { references[blob, default: 0] += 1 }
        }

        func drop(_ digest: Digest) {
            guard let size = sizes.removeValue(forKey: digest) else { return }
            total -= size
            swept.blobs += 1
            swept.bytes += size
            if !dryRun { folder.remove(Blobs(self).path(digest)) }
        }
        func drop(_ item: Item) {
            swept.records += 1
            kept[item.key]!.remove(item.record.world)
            if !dryRun { Records(self).keep(item.key, worlds: kept[item.key]!) }
            for blob in Set(item.record.outputs.flatMap(\.blobs).map(\.digest)) {
                references[blob]! -= 1
                if references[blob] == 0 { drop(blob) }
            }
        }

        for digest in Array(sizes.keys) where references[digest] == nil { drop(digest) }
        items.sort { ($0.isCurrent ? 1 : 0, $0.used, $0.key) < ($1.isCurrent ? 1 : 0, $1.used, $1.key) }
        if let keepDays {
            let kept = Int64(clamping: keepDays.multipliedReportingOverflow(by: 86_400).partialValue)
            let oldest = StampClock.now() / 1_000_000_000 - kept
            for item in items where !item.isCurrent && !item.stays && item.used < oldest { drop(item) }
            items.removeAll { !$0.isCurrent && !$0.stays && $0.used < oldest }
            if !dryRun { try dropStates(before: oldest) }
        }
        if let maxBytes {
            for item in items {
                let dropped = item.record.outputs.filter { bulky.contains($0.type) }.flatMap(\.blobs)
                for blob in dropped where total > maxBytes { drop(blob.digest) }
            }
            for item in items where total > maxBytes && !item.stays { drop(item) }
        }
        if !dryRun { try sweep() }
        if !dryRun && swept.records > 0 { try forgetStates() }
        swept.kept = total
        return swept
    }

    /// Drops state files that were last used before then; the next build of such a request walks the graph once.
    private func dropStates(before oldest: Int64) throws(StoreProblem) {
        let states = root + "/state"
        for name in try folder.names(states) ?? [] where !name.hasSuffix(".keys") && !name.hasSuffix(".published") {
            guard case .present(let now) = folder.look(at: states + "/" + name), now.isFile,
                now.modified / 1_000_000_000 < oldest
            else { continue }
            folder.remove(states + "/" + name)
        }
    }

    /// A state file depends on records. Once some are gone, the next build must walk the graph, so that builds and the
    /// commands that read records agree.
    private func forgetStates() throws(StoreProblem) {
        let folder = root + "/state"
        for name in try Folder.names(folder) ?? [] where name.hasSuffix(".build") { Folder.remove(folder + "/" + name) }
    }

    /// Hashes every blob again and reads every record; removes those that do not match their names.
    public func verify() throws(StoreProblem) -> Verified {
        let lock = try CacheLock.exclusive(self)
        defer { withExtendedLifetime(lock) {} }
        var verified = Verified()
        verified.isCleaned = readOnlyReason == nil && isOurs
        for (digest, size) in try allBlobs() {
            verified.blobs += 1
            verified.bytes &+= size
            if !Blobs(self).verify(digest) {
                verified.damagedBlobs.append(digest)
                if isOurs { folder.remove(Blobs(self).path(digest)) }
            }
        }
        for (key, _) in try Records(self).all() {
            let found = Records(self).entries(key)
            verified.records += max(1, found?.entries.count ?? 0)
            if let found, found.isSound { continue }
            verified.damagedRecords.append(key.hex)
            if isOurs { Records(self).keep(key, worlds: Set(found?.entries.map(\.record.world) ?? [])) }
        }
        if isOurs, !verified.damagedRecords.isEmpty { try forgetStates() }
        verified.damagedBlobs.sort()
        verified.damagedRecords.sort()
        return verified
    }
}
