import CSystem
import Diagnostics
import Glibc
import Store
import Testing

@Suite struct CacheTests {
    @Test func opensAndOpensAgain() throws {
        let scratch = try Scratch(), cache = try scratch.cache()
        #expect(scratch.text(cache.root + "/FORMAT") == "vgraph cache 1\n")
        _ = try scratch.cache()
        #expect(try Folder.names(cache.root) == ["FORMAT", "blobs", "records", "runs", "scratch", "state", "tmp"])
    }

    @Test func refusals() throws {
        let scratch = try Scratch()
        try scratch.write("file", "")
        #expect(throws: StoreProblem.cacheIsNotAFolder(path: scratch.path + "/file")) { try Cache(scratch.path + "/file") }
        let cache = try scratch.cache()
        try scratch.write("cache/FORMAT", "vgraph cache 7\n")
        #expect(throws: StoreProblem.newerFormat(path: cache.root, found: 7, known: 1)) { try scratch.cache() }
        try scratch.write("cache/FORMAT", "\u{0}\u{1}")
        #expect(throws: StoreProblem.damagedFormat(path: cache.root + "/FORMAT")) { try scratch.cache() }
        mkdir(scratch.path + "/photos", 0o777)
        try scratch.write("photos/cat.jpg", "")
        #expect(throws: StoreProblem.cacheIsNotOurs(path: scratch.path + "/photos", found: "cat.jpg")) { try Cache(scratch.path + "/photos") }
    }

    @Test func openingCutShort() throws {
        let scratch = try Scratch()
        mkdir(scratch.path + "/cache", 0o777)
        mkdir(scratch.path + "/cache/blobs", 0o777)
        try scratch.write("cache/FORMAT.123-abc", "vgr")
        _ = try scratch.cache()
    }

    @Test func locks() throws {
        let scratch = try Scratch(), cache = try scratch.cache()
        try scratch.write("cache/tmp/left-by-a-killed-build", "x")
        do {
            let one = try CacheLock.shared(cache)
            #expect(try Folder.names(cache.temporary) == [])
            try scratch.write("cache/tmp/mine", "x")
            let two = try CacheLock.shared(cache)
            #expect(try Folder.names(cache.temporary) == ["mine"])
            #expect(throws: StoreProblem.busy(path: cache.root)) { try cache.gc(maxBytes: 0, keepDays: nil) }
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
        let scratch = try Scratch(), cache = try scratch.cache(), blobs = Blobs(cache)
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
        let scratch = try Scratch(), blobs = Blobs(try scratch.cache())
        symlink("/etc/passwd", scratch.path + "/link")
        #expect(throws: StoreProblem.notAFile(path: scratch.path + "/link", found: "a link")) { try blobs.adopt(scratch.path + "/link") }
        mkfifo(scratch.path + "/pipe", 0o600)
        #expect(throws: StoreProblem.notAFile(path: scratch.path + "/pipe", found: "a pipe")) { try blobs.adopt(scratch.path + "/pipe") }
    }

    @Test(arguments: ["truncated", "same size", "same size, old time", "gone", "a folder"])
    func tamperedIsNeverServed(_ how: String) throws {
        let scratch = try Scratch(), blobs = Blobs(try scratch.cache()), blob = try scratch.blob("hello", in: blobs.cache)
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

    /// After a restart of the machine, or out of an archive, the stamp is another: the bytes decide.
    @Test func foreignStampIsHashedAndMended() throws {
        let scratch = try Scratch(), blobs = Blobs(try scratch.cache()), blob = try scratch.blob("hello", in: blobs.cache)
        var before = stat(), after = stat()
        stat(blobs.path(blob.digest), &before)
        age(blobs.path(blob.digest))
        #expect(blobs.has(blob))
        stat(blobs.path(blob.digest), &after)
        #expect(before.st_mtim.tv_sec == after.st_mtim.tv_sec && before.st_mtim.tv_nsec == after.st_mtim.tv_nsec)
    }

    @Test func publishReplacesWhole() throws {
        let scratch = try Scratch(), blobs = Blobs(try scratch.cache()), blob = try scratch.blob("new", in: blobs.cache)
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
        let scratch = try Scratch(), cache = try scratch.cache(), blob = try scratch.blob("abc", in: cache)
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(try Blobs(cache).sha256(blob.digest) == expected)
        let record = Scratch.record("mux", [.init(name: "media", type: "media", fileName: "v.mp4", blobs: [blob])])
        try Records(cache).write(record)
        #expect(try Records(cache).sha256(record.key, output: "media") == expected)
        guard case .found(let kept) = Records(cache).lookup(record.key) else { return #expect(Bool(false)) }
        #expect(kept.outputs[0].blobs[0].sha256 == expected)
    }
}

@Suite struct RecordTests {
    @Test func readsBack() throws {
        let scratch = try Scratch(), records = Records(try scratch.cache())
        let record = Scratch.record("plan", [.init(name: "p", type: "plan", fileName: "p.json", blobs: [.init(digest: Digest.of("x"), size: 1)])], verdict: "pass")
        guard case .missing = records.lookup(record.key) else { return #expect(Bool(false)) }
        try records.write(record)
        guard case .found(let found) = records.lookup(record.key) else { return #expect(Bool(false)) }
        #expect(found.manifest == record.manifest && found.outputs == record.outputs && found.discovered == record.discovered)
        #expect(found.verdict == "pass" && found.cost == record.cost && found.origin == record.origin)
    }

    /// Every single byte of a record changed, cut or doubled: a miss, never a crash and never another record.
    @Test func damageIsAMiss() throws {
        let scratch = try Scratch(), cache = try scratch.cache(), records = Records(cache), record = Scratch.record("plan", [])
        try records.write(record)
        let hex = record.key.hex, path = cache.root + "/records/" + hex.prefix(2) + "/" + hex.dropFirst(2) + ".json"
        let bytes = scratch.bytes(path), name = String(path.dropFirst(scratch.path.count + 1))
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
        let other = Scratch.record("other", [])
        try records.write(other)
        let otherHex = other.key.hex
        try scratch.write(name, scratch.bytes(cache.root + "/records/" + otherHex.prefix(2) + "/" + otherHex.dropFirst(2) + ".json"))
        guard case .damaged = records.lookup(record.key) else { return #expect(Bool(false)) }
    }
}
