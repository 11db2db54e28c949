// What no build engine known to us survives completely: everything between two builds may be deleted, changed or
// forged, and the result must be what a clean build makes.
import CSystem
import EngineFakes
import Files
import Glibc
import Graph
import Store
import TestSupport
import Testing

@Suite struct MutationTests {
    private let spec = "title t\none\ntwo\nthree\n"

    private func built() throws -> FakeWorkspace {
        let world = try Probe.workspace()
        try world.write("a.txt", spec)
        try world.build("a.out")
        return world
    }

    private func expect(_ world: FakeWorkspace, _ text: String, ran: Int? = nil, _ comment: Comment? = nil) throws {
        if let summary = world.upToDate("a.out") {
            #expect(summary.status == .done)
        } else {
            let build = try world.build("a.out")
            #expect(build.result.status == .done, comment)
            if let ran { #expect(build.result.ran == ran, comment) }
        }
        #expect(world.read("a.out") == FakeStages.expected(text) { world.read($0) }, comment)
    }

    @Test func deletedTarget() throws {
        let world = try built()
        unlink(world.workspace + "/a.out")
        try expect(world, spec, ran: 0)
    }

    @Test func tamperedTarget() throws {
        let world = try built(), path = world.workspace + "/a.out"
        var status = stat()
        stat(path, &status)
        let file = open(path, O_WRONLY)
        write(file, "X", 1)
        close(file)
        csystem_set_modified(path, Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec))
        try expect(world, spec, ran: 0)
    }

    /// Each intermediate alone: gone, cut, or changed with size kept; then an edit that needs some of them.
    @Test(arguments: ["gone", "cut", "changed"]) func damagedIntermediates(_ how: String) throws {
        for index in 0..<12 {
            let world = try built(), blobs = try world.blobs()
            guard index < blobs.count else { break }
            chmod(blobs[index], 0o644)
            switch how {
            case "gone": unlink(blobs[index])
            case "cut": truncate(blobs[index], 1)
            default:
                let file = open(blobs[index], O_WRONLY)
                write(file, "?", 1)
                close(file)
            }
            try expect(world, spec)
            let edited = spec + "four\n"
            try world.write("a.txt", edited)
            try expect(world, edited, "blob \(index)")
        }
    }

    @Test func everyBlobGone() throws {
        let world = try built()
        for blob in try world.blobs() { unlink(blob) }
        let edited = spec.replacing("two", with: "2")
        try world.write("a.txt", edited)
        try expect(world, edited, ran: 1 + 2 + 2 + 4)
    }

    /// gc drops pixels first; their nodes stay hits until somebody needs the bytes.
    @Test func pixelsCollected() throws {
        let world = try built()
        let cache = try Cache(world.cache)
        let size = try cache.stats().bytes
        #expect(try cache.gc(maxBytes: size - 20, keepDays: nil, bulky: ["pixels"]).blobs == 2)
        #expect(try world.build("a.out").result.ran == 0)
        try world.write("pipelines/text.yaml", FakeWorkspace.pipeline.replacing("20", with: "30"))
        let build = try world.build("a.out")
        #expect(build.result.status == .done && build.result.ran == 3 + 2 + 2)
    }

    @Test func editWithAnOlderTime() throws {
        let world = try built(), edited = spec.replacing("two", with: "2")
        try world.write("a.txt", edited)
        csystem_set_modified(world.workspace + "/a.txt", 1000, 0)
        try expect(world, edited, ran: 5)
    }

    @Test func editOfTheSameSizeAndTime() throws {
        let world = try built(), path = world.workspace + "/a.txt", edited = spec.replacing("two", with: "owt")
        var status = stat()
        stat(path, &status)
        let file = open(path, O_WRONLY | O_TRUNC)
        write(file, edited, edited.utf8.count)
        close(file)
        csystem_set_modified(path, Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec))
        try expect(world, edited, ran: 5)
    }

    @Test func editsInQuickSuccession() throws {
        let world = try built()
        for round in 0..<20 {
            let edited = "title t\none\nround \(round % 7)\n"
            try world.write("a.txt", edited)
            try expect(world, edited)
        }
    }

    /// Any file of the cache damaged at random, many times over.
    @Test func damagedCache() throws {
        var random = Seeded(seed: 11)
        let world = try built()
        for round in 0..<60 {
            var files = try world.blobs()
            for folder in ["/state", "/runs"] {
                files += try (Folder.names(world.cache + folder) ?? []).map { world.cache + folder + "/" + $0 }
            }
            for folder in try Folder.names(world.cache + "/records") ?? [] {
                files += try (Folder.names(world.cache + "/records/" + folder) ?? []).map {
                    world.cache + "/records/" + folder + "/" + $0
                }
            }
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let file = files.randomElement(using: &random)!
                chmod(file, 0o644)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: unlink(file)
                case 1: truncate(file, off_t.random(in: 0...40, using: &random))
                default:
                    let descriptor = open(file, O_WRONLY)
                    var byte = UInt8.random(in: 0...255, using: &random)
                    pwrite(descriptor, &byte, 1, off_t.random(in: 0..<60, using: &random))
                    close(descriptor)
                }
            }
            let edited = round % 3 == 0 ? spec : "title t\none\ntwo\nround \(round % 5)\n"
            try world.write("a.txt", edited)
            try expect(world, edited, "round \(round)")
        }
    }
}
