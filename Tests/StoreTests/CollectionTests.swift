// What gc removes and what it keeps, and how verify finds what is damaged.
import CSystem
import Diagnostics
import Files
import Glibc
import Store
import TestSupport
import Testing

@Suite struct CollectionTests {
    private func output(_ type: String, _ blob: Record.Blob) -> Record.Output {
        .init(name: type, type: type, fileName: type, blobs: [blob])
    }

    private func use(_ record: Record, daysAgo days: Int, in cache: Cache) {
        let hex = record.key.hex
        csystem_set_modified(
            cache.root + "/records/" + hex.prefix(2) + "/" + hex.dropFirst(2) + ".json",
            Int64(time(nil) - days * 86_400), 0)
    }

    @Test func answersThatNobodyAskedForGo() throws {
        let scratch = TemporaryFolder(), cache = try scratch.cache()
        for (name, days) in [("old.build", 9), ("old.trace", 9), ("old.keys", 9), ("new.build", 1)] {
            try scratch.write("cache/state/" + name, "x")
            csystem_set_modified(cache.root + "/state/" + name, Int64(time(nil) - days * 86_400), 0)
        }
        _ = try cache.gc(maxBytes: nil, keepDays: 3, dryRun: true, bulky: ["pixels"])
        #expect(try Folder.names(cache.root + "/state")?.count == 4)
        _ = try cache.gc(maxBytes: nil, keepDays: 3, bulky: ["pixels"])
        #expect(try Folder.names(cache.root + "/state") == ["new.build", "old.keys"])
    }

    @Test func oldestGoFirstAndPublishedLast() throws {
        let scratch = TemporaryFolder(), cache = try scratch.cache(), records = Records(cache), blobs = Blobs(cache)
        let texts = ["old", "new", "published", "gate", "frames"].map {
            $0 + String(repeating: ".", count: 1000 - $0.count)
        }
        let made = try texts.map { try scratch.blob($0, in: cache) }
        let old = Record.sample("old", [output("media", made[0])]),
            new = Record.sample("new", [output("media", made[1])])
        let published = Record.sample("published", [output("media", made[2]), output("pixels", made[4])])
        let gate = Record.sample("gate", [output("decision", made[3])], verdict: .pass)
        for (record, days) in [(old, 5), (new, 1), (published, 100), (gate, 200)] {
            try records.write(record)
            use(record, daysAgo: days, in: cache)
        }
        try LastKeys(keys: [ByteText("a.mp4:mux"): published.key]).write(workspace: "/w", in: cache)
        _ = try scratch.blob("nobody names me", in: cache)
        #expect(try cache.stats().bytes == 5015)
        #expect(try cache.stats().bytesByType == ["media": 3000, "pixels": 1000, "decision": 1000])

        let dry = try cache.gc(maxBytes: 3000, keepDays: nil, dryRun: true, bulky: ["pixels"])
        #expect(dry.blobs == 3 && dry.records == 1 && dry.bytes == 2015 && dry.kept == 3000)
        #expect(try cache.stats().blobs == 6)

        #expect(try cache.gc(maxBytes: 3000, keepDays: nil, bulky: ["pixels"]) == dry)
        #expect(made.map(blobs.has) == [false, true, true, true, false])
        _ = try cache.gc(maxBytes: nil, keepDays: 3, bulky: ["pixels"])
        #expect(made.map(blobs.has) == [false, true, true, true, false])
        use(new, daysAgo: 4, in: cache)
        _ = try cache.gc(maxBytes: nil, keepDays: 3, bulky: ["pixels"])
        #expect(made.map(blobs.has) == [false, false, true, true, false])
        #expect(try cache.gc(maxBytes: 0, keepDays: nil, bulky: ["pixels"]).kept == 1000)
        #expect(made.map(blobs.has) == [false, false, false, true, false])
        _ = try cache.gc(maxBytes: 0, keepDays: .max, bulky: ["pixels"])
    }

    @Test func sharedBlobsStayWithWhoNeedsThem() throws {
        let scratch = TemporaryFolder(), cache = try scratch.cache(), blob = try scratch.blob("shared", in: cache)
        let one = Record.sample("one", [output("media", blob)]), two = Record.sample("two", [output("media", blob)])
        try Records(cache).write(one)
        try Records(cache).write(two)
        use(one, daysAgo: 10, in: cache)
        #expect(try cache.gc(maxBytes: nil, keepDays: 5, bulky: ["pixels"]).blobs == 0)
        #expect(Blobs(cache).has(blob))
    }

    @Test func verifyFindsWhatStatCannot() throws {
        let scratch = TemporaryFolder(), cache = try scratch.cache(), blobs = Blobs(cache)
        let good = try scratch.blob("good", in: cache), bad = try scratch.blob("bad!", in: cache)
        var status = stat()
        stat(blobs.path(bad.digest), &status)
        chmod(blobs.path(bad.digest), 0o644)
        let file = open(blobs.path(bad.digest), O_WRONLY)
        write(file, "evil", 4)
        close(file)
        csystem_set_modified(blobs.path(bad.digest), Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec))
        #expect(blobs.has(bad), "the stamp was forged")
        try Records(cache).write(Record.sample("r", []))
        try scratch.write("cache/records/damaged", "")
        mkdir(cache.root + "/records/ab", 0o777)
        try scratch.write("cache/records/ab/" + String(repeating: "0", count: 30) + ".json", "{}")
        let found = try cache.verify()
        #expect(
            found.damagedBlobs == [bad.digest] && found.damagedRecords == ["ab" + String(repeating: "0", count: 30)])
        #expect(found.blobs == 2 && found.records == 2)
        #expect(!blobs.has(bad) && blobs.has(good))
        #expect(try cache.verify().damagedBlobs.isEmpty)
    }
}
