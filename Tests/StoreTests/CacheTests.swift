// The cache: who may open and empty it, locks, blobs that are never served damaged, records and what is read of them.
import CSystem
import Diagnostics
import Digests
import Files
import Glibc
import Store
import TestSupport
import Testing
import Work

@Suite struct CacheTests {
    @Test func opensAndOpensAgain() throws {
        let scratch = TemporaryFolder(), cache = try scratch.cache()
        #expect(scratch.text(cache.root + "/FORMAT") == "vgraph cache 2\n")
        _ = try scratch.cache()
        #expect(
            try Folder.names(cache.root) == ["FORMAT", "OWNER", "blobs", "records", "runs", "scratch", "state", "tmp"])
    }

    @Test func refusals() throws {
        let scratch = TemporaryFolder()
        try scratch.write("file", "")
        #expect(throws: StoreProblem.cacheIsNotAFolder(path: scratch.path + "/file")) {
            try Cache(scratch.path + "/file")
        }
        let cache = try scratch.cache()
        try scratch.write("cache/FORMAT", "vgraph cache 7\n")
        #expect(throws: StoreProblem.newerFormat(path: cache.root, found: 7, known: 2)) { try scratch.cache() }
        try scratch.write("cache/FORMAT", "\u{0}\u{1}")
        #expect(throws: StoreProblem.damagedFormat(path: cache.root + "/FORMAT")) { try scratch.cache() }
        mkdir(scratch.path + "/photos", 0o777)
        try scratch.write("photos/cat.jpg", "")
        #expect(throws: StoreProblem.cacheIsNotOurs(path: scratch.path + "/photos", found: "cat.jpg")) {
            try Cache(scratch.path + "/photos")
        }
    }

    /// Nothing is removed in a cache that another user marked, or whose mark is none; one of before marks is its
    /// folder's owner's.
    @Test func anothersCache() throws {
        let scratch = TemporaryFolder()
        let mark = try #require(scratch.text(try scratch.cache().root + "/OWNER")), words = mark.split(separator: " ")
        #expect(words.count == 6 && words[3].count == 32 && mark.hasSuffix(" uid \(geteuid())\n"))
        #expect(try scratch.cache().isOurs && scratch.text(scratch.path + "/cache/OWNER") == mark)
        let job = try scratch.cache().makeScratch()
        // Root removes what users made; a mark that cannot be read is nobody's.
        let others =
            geteuid() == 0
            ? ["", "vgraph cache owner 12 uid 0\n", "mine\n"] : [mark.replacing("uid \(geteuid())", with: "uid 0"), ""]
        for text in others {
            try scratch.write("cache/OWNER", text)
            let cache = try scratch.cache()
            #expect(!cache.isOurs)
            #expect(throws: StoreProblem.cacheOfOthers(path: cache.root)) { try cache.removeAll() }
            #expect(throws: StoreProblem.cacheOfOthers(path: cache.root)) {
                try cache.gc(maxBytes: 0, keepDays: nil, bulky: [])
            }
            _ = try CacheLock.shared(cache)
            #expect(access(job, F_OK) == 0)
            #expect(try !cache.verify().isCleaned)
        }
        unlink(scratch.path + "/cache/OWNER")
        #expect(try scratch.cache().isOurs && scratch.text(scratch.path + "/cache/OWNER") != mark)
        _ = try CacheLock.shared(scratch.cache())
        #expect(access(job, F_OK) != 0)
        #expect(try scratch.cache().removeAll() == [] && access(scratch.path + "/cache", F_OK) != 0)
    }

    /// A cache that came with a workspace leads nowhere: not by its folders, not by its files.
    @Test(
        arguments: [
            "tmp", "blobs", "records", "runs", "scratch", "state", "lock", "keys", "FORMAT", "OWNER", "blobs/ab",
            "records/0f",
        ], [Cache.Use.building, .reading])
    func aLinkInACacheIsRefused(_ name: String, _ use: Cache.Use) throws {
        let scratch = TemporaryFolder()
        _ = try scratch.cache()
        for folder in ["home", "home/docs"] { mkdir(scratch.path + "/" + folder, 0o755) }
        try scratch.write("home/docs/thesis", "precious")
        try scratch.write("home/123-abc", "precious")
        let path = scratch.path + "/cache/" + name
        Folder.remove(path)
        #expect(symlink(scratch.path + "/home", path) == 0)
        #expect(throws: StoreProblem.linkedCache(path: path)) { try Cache(scratch.path + "/cache", for: use) }
        #expect(
            try Folder.names(scratch.path + "/home") == ["123-abc", "docs"]
                && scratch.text(scratch.path + "/home/docs/thesis") == "precious")
    }

    /// What has no name that vgraph gives is somebody's, whoever put it there.
    @Test func onlyOurOwnIsSwept() throws {
        let scratch = TemporaryFolder(), cache = try scratch.cache()
        for name in ["thesis.txt", "12-ab.txt", "links", "0-x", "-1-x", "77-zz", "publish-8-q"] {
            try scratch.write("cache/tmp/" + name, "x")
        }
        _ = try CacheLock.shared(cache)
        #expect(try Folder.names(cache.temporary) == ["-1-x", "0-x", "12-ab.txt", "links", "thesis.txt"])
    }

    @Test func openingCutShort() throws {
        let scratch = TemporaryFolder()
        mkdir(scratch.path + "/cache", 0o777)
        mkdir(scratch.path + "/cache/blobs", 0o777)
        try scratch.write("cache/FORMAT.123-abc", "vgr")
        _ = try scratch.cache()
    }

    @Test func locks() throws {
        let scratch = TemporaryFolder(), cache = try scratch.cache()
        try scratch.write("cache/tmp/123-leftbykilled", "x")
        do {
            let one = try CacheLock.shared(cache)
            #expect(try Folder.names(cache.temporary) == [])
            try scratch.write("cache/tmp/mine", "x")
            let two = try CacheLock.shared(cache)
            #expect(try Folder.names(cache.temporary) == ["mine"])
            #expect(throws: StoreProblem.busy(path: cache.root)) {
                try cache.gc(maxBytes: 0, keepDays: nil, bulky: ["pixels"])
            }
            withExtendedLifetime((one, two)) {}
        }
        _ = try CacheLock.exclusive(cache)
        let key = Digest.of("key")
        let ours = try KeyLocks(cache), theirs = try KeyLocks(cache)
        var first = try ours.take(key)
        #expect(first != nil)
        #expect(try theirs.take(key) == nil)
        first = nil
        #expect(try theirs.take(key) != nil)
        #expect(try Folder.names(cache.temporary) == ["mine"])
    }
}

@Suite struct BlobTests {
    @Test func adoptsOnceAndReadOnly() throws {
        let scratch = TemporaryFolder(), cache = try scratch.cache(), blobs = Blobs(cache)
        let file = try scratch.write("a", "hello"), blob = try blobs.adopt(file)
        #expect(blob == Record.Blob(digest: Digest.of("hello"), size: 5))
        #expect(access(file, F_OK) != 0)
        let path = blobs.path(blob.digest)
        #expect(path == cache.root + "/blobs/" + blob.digest.hex.prefix(2) + "/" + blob.digest.hex.dropFirst(2))
        var status = stat()
        stat(path, &status)
        #expect(status.st_mode & 0o777 == 0o444)
        let again = try scratch.write("b", "hello")
        #expect(try blobs.adopt(again) == blob)
        #expect(access(again, F_OK) != 0)
    }

    @Test func onlyFilesAreAdopted() throws {
        let scratch = TemporaryFolder(), blobs = Blobs(try scratch.cache())
        symlink("/etc/passwd", scratch.path + "/link")
        #expect(throws: StoreProblem.notAFile(path: scratch.path + "/link", found: "a link")) {
            try blobs.adopt(scratch.path + "/link")
        }
        mkfifo(scratch.path + "/pipe", 0o600)
        #expect(throws: StoreProblem.notAFile(path: scratch.path + "/pipe", found: "a pipe")) {
            try blobs.adopt(scratch.path + "/pipe")
        }
    }

    @Test(arguments: ["truncated", "same size", "same size, old time", "gone", "a folder"])
    func tamperedIsNeverServed(_ how: String) throws {
        let scratch = TemporaryFolder(), blobs = Blobs(try scratch.cache()),
            blob = try scratch.blob("hello", in: blobs.cache)
        let path = blobs.path(blob.digest)
        chmod(path, 0o644)
        switch how {
        case "truncated": truncate(path, 3)
        case "gone": unlink(path)
        case "a folder":
            unlink(path)
            mkdir(path, 0o755)
        default:
            let file = open(path, O_WRONLY)
            write(file, "jello", 5)
            close(file)
            if how.hasSuffix("old time") { age(path) }
        }
        #expect(!blobs.has(blob))
        #expect(access(path, F_OK) != 0)
        #expect(try scratch.blob("hello", in: blobs.cache) == blob)
        #expect(blobs.has(blob))
    }

    /// After a restart of the machine, or out of an archive, the stamp is another: the bytes decide. A blob whose
    /// signature others change while it is looked at, as two builds do that give it its stamp, is not taken for damaged
    /// and removed under whoever is about to read it.
    @Test func aBlobThatOthersTouch() throws {
        let scratch = TemporaryFolder(), blobs = Blobs(try scratch.cache())
        let blob = try blobs.adopt(try scratch.write("big", [UInt8](repeating: 7, count: 24 << 20))),
            path = blobs.path(blob.digest)
        let touching = try Program(["sh", "-c", "while :; do touch -c \"$0\"; done", path])
        for _ in 0..<12 {
            _ = blobs.inspect(blob)
            #expect(access(path, F_OK) == 0)
        }
        // What it is in the middle of may be done later than it stops; a killed one's parent may go before its child.
        touching.signal(SIGSTOP)
        try touching.until("touching stops") { ProcessTable.isStopped(touching.id) }
        try until("its last touch is over") { ProcessTable.children(of: touching.id).isEmpty }
        #expect(blobs.has(blob))
        // Other bytes are another matter.
        chmod(path, 0o644)
        let file = open(path, O_WRONLY)
        write(file, "?", 1)
        close(file)
        #expect(!blobs.has(blob) && access(path, F_OK) != 0)
    }

    @Test func foreignStampIsHashedAndMended() throws {
        let scratch = TemporaryFolder(), blobs = Blobs(try scratch.cache()),
            blob = try scratch.blob("hello", in: blobs.cache)
        func distance() -> Int64 {
            var status = stat()
            stat(blobs.path(blob.digest), &status)
            return Int64(status.st_ctim.tv_sec - status.st_mtim.tv_sec) * 1_000_000_000
                + Int64(status.st_ctim.tv_nsec - status.st_mtim.tv_nsec)
        }
        let before = distance()
        age(blobs.path(blob.digest))
        #expect(blobs.has(blob))
        #expect(abs(distance() - before) < 50_000_000)
    }

    /// Bit rot, rsync -t and cp -p keep the time; the kernel's own stamp of the change they cannot.
    @Test func bytesChangedWithTheTimePutBackAreSeen() throws {
        let scratch = TemporaryFolder(), blobs = Blobs(try scratch.cache()),
            blob = try scratch.blob("hello", in: blobs.cache)
        let path = blobs.path(blob.digest)
        var status = stat()
        stat(path, &status)
        // Within 50 ms a change is taken for the giving of the stamp itself.
        try until("the stamp is old", within: 5) {
            var now = timespec()
            clock_gettime(CLOCK_REALTIME, &now)
            return FileSignature.nanoseconds(now) - FileSignature.nanoseconds(status.st_ctim) > 60_000_000
        }
        chmod(path, 0o644)
        let file = open(path, O_WRONLY)
        write(file, "jello", 5)
        close(file)
        csystem_set_modified(path, Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec))
        #expect(!blobs.has(blob))
    }

    @Test func publishReplacesWhole() throws {
        let scratch = TemporaryFolder(), blobs = Blobs(try scratch.cache()),
            blob = try scratch.blob("new", in: blobs.cache)
        try scratch.write("target", "old")
        try blobs.publish(blob, to: scratch.path + "/target")
        #expect(scratch.text(scratch.path + "/target") == "new")
        try blobs.publish(blob, to: scratch.path + "/sub/dir/target")
        #expect(scratch.text(scratch.path + "/sub/dir/target") == "new")
        mkdir(scratch.path + "/folder", 0o755)
        try scratch.write("folder/x", "")
        #expect(throws: StoreProblem.self) { try blobs.publish(blob, to: scratch.path + "/folder") }
        #expect(try Folder.names(scratch.path)!.allSatisfy { !$0.hasPrefix(".") })
    }

    @Test func sha256() throws {
        let scratch = TemporaryFolder(), cache = try scratch.cache(), blob = try scratch.blob("abc", in: cache)
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(try Blobs(cache).sha256(blob.digest) == expected)
        let record = Record.sample("mux", [.init(name: "media", type: "media", fileName: "v.mp4", blobs: [blob])])
        try Records(cache).write(record)
        #expect(try Records(cache).sha256(record.key, output: "media") == expected)
        guard case .found(let kept) = Records(cache).lookup(record.key) else { return #expect(Bool(false)) }
        #expect(kept.outputs[0].blobs[0].sha256 == expected)
    }
}

@Suite struct RecordTests {
    @Test func readsBack() throws {
        let scratch = TemporaryFolder(), records = Records(try scratch.cache())
        let record = Record.sample(
            "plan",
            [.init(name: "p", type: "plan", fileName: "p.json", blobs: [.init(digest: Digest.of("x"), size: 1)])],
            verdict: .pass)
        guard case .missing = records.lookup(record.key) else { return #expect(Bool(false)) }
        try records.write(record)
        guard case .found(let found) = records.lookup(record.key) else { return #expect(Bool(false)) }
        #expect(
            found.manifest == record.manifest && found.outputs == record.outputs
                && found.discovered == record.discovered)
        #expect(found.verdict == .pass && found.cost == record.cost && found.origin == record.origin)
    }

    /// Under one key, a result for each world; the latest used first, and not without end.
    @Test func severalWorlds() throws {
        let scratch = TemporaryFolder(), cache = try scratch.cache(), records = Records(cache)
        func record(_ found: String, _ text: String) -> Record {
            var record = Record.sample(
                "plan",
                [.init(name: "p", type: "plan", fileName: "p", blobs: [.init(digest: Digest.of(text), size: 1)])])
            record.discovered = [Discovered(path: "a.vtt", digest: .of(found))]
            return record
        }
        func find(_ found: String) -> Digest? {
            guard
                case .found(let record) = records.lookup(
                    record("", "").key, where: { $0.discovered[0].digest == Digest.of(found) })
            else { return nil }
            return record.outputs[0].blobs[0].digest
        }
        for text in ["1", "2", "3", "2 again"] { try records.write(record(String(text.first!), text)) }
        #expect(find("1") == Digest.of("1") && find("2") == Digest.of("2 again") && find("3") == Digest.of("3"))
        guard case .others = records.lookup(record("", "").key, where: { _ in false }) else {
            return #expect(Bool(false))
        }
        #expect(try cache.stats().records == 3)
        for round in 0..<40 {
            try records.write(record("r\(round)", "r"))
            #expect(find("1") == Digest.of("1"), "what is used stays")
        }
        #expect(find("3") == nil)
        // One of them damaged costs that one.
        let hex = record("", "").key.hex, name = "cache/records/" + hex.prefix(2) + "/" + hex.dropFirst(2) + ".json"
        var bytes = scratch.read(scratch.path + "/" + name)
        bytes[bytes.count - 100] ^= 1
        try scratch.write(name, bytes)
        #expect(find("1") == Digest.of("1"))
        #expect(try cache.verify().damagedRecords == [hex])
        #expect(try cache.verify().damagedRecords == [] && find("1") == Digest.of("1"))
    }

    /// Records of the format before this one are used, and the cache says then that an older vgraph must not read it.
    @Test func theFormatBefore() throws {
        let scratch = TemporaryFolder(), record = Record.sample("plan", [])
        try Records(try scratch.cache()).write(record)
        try scratch.write("cache/FORMAT", Array("vgraph cache 1\n".utf8))
        let reading = try Cache(scratch.path + "/cache", for: .reading)
        guard case .found = Records(reading).lookup(record.key) else { return #expect(Bool(false)) }
        #expect(scratch.text(scratch.path + "/cache/FORMAT") == "vgraph cache 1\n")
        guard case .found = Records(try scratch.cache()).lookup(record.key) else { return #expect(Bool(false)) }
        #expect(scratch.text(scratch.path + "/cache/FORMAT") == "vgraph cache 2\n")
    }

    /// Every single byte of a record changed, cut or doubled: a miss, never a crash and never another record.
    @Test func damageIsAMiss() throws {
        let scratch = TemporaryFolder(), cache = try scratch.cache(), records = Records(cache),
            record = Record.sample("plan", [])
        try records.write(record)
        let hex = record.key.hex, path = cache.root + "/records/" + hex.prefix(2) + "/" + hex.dropFirst(2) + ".json"
        let bytes = scratch.read(path), name = String(path.dropFirst(scratch.path.count + 1))
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 1 << UInt8(index % 8)
            try scratch.write(name, damaged)
            guard case .damaged = records.lookup(record.key) else { Issue.record("flip at \(index) served"); continue }
        }
        for count in 0..<bytes.count {
            try scratch.write(name, Array(bytes[..<count]))
            guard case .damaged = records.lookup(record.key) else { Issue.record("cut at \(count) served"); continue }
        }
        // A whole record under another's name.
        let other = Record.sample("other", [])
        try records.write(other)
        let otherHex = other.key.hex
        try scratch.write(
            name, scratch.read(cache.root + "/records/" + otherHex.prefix(2) + "/" + otherHex.dropFirst(2) + ".json"))
        guard case .damaged = records.lookup(record.key) else { return #expect(Bool(false)) }
    }
}
