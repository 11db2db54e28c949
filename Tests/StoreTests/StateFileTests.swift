// The state file: whatever changed since it was written is seen, and no bytes of it can mislead.
import CSystem
import Diagnostics
import Digests
import Glibc
import Store
import TestSupport
import Testing

@Suite struct StateFileTests {
    /// A state of some files, and the answer to "is it as it was?".
    final class World {
        let scratch: TemporaryFolder
        let cache: Cache
        let request: StateRequest
        let summary = StateFile.Summary(status: .revise, nodes: 42, text: "launch.mp4 is up to date")
        var state: String { request.path(cache: cache.root) }

        init() throws {
            scratch = TemporaryFolder()
            cache = try scratch.cache()
            request = StateRequest(workspace: scratch.path, targets: ["a"], settings: [])
            for name in ["one", "two", "prog"] { age(try scratch.write(name, name)) }
            mkdir(scratch.path + "/folder", 0o777)
            try settle(scratch.write("folder/x", ""))
            try save()
        }

        func save() throws {
            let files = FileTable()
            for name in ["one", "two", "absent"] { _ = try files.digest(of: scratch.path + "/" + name) }
            _ = try files.names(in: scratch.path + "/folder")
            try files.note(program: scratch.path + "/prog")
            try StateFile(identity: request.identity, leaves: files.leaves, summary: summary).write(
                to: state, by: cache.temporary)
        }

        var isUpToDate: Bool { request.upToDate(cache: cache.root) == summary }
    }

    /// A program is a leaf by its signature, but who asks for its bytes gets their digest, whatever was asked first.
    @Test(arguments: [true, false]) func theBytesOfAProgram(_ isNotedFirst: Bool) throws {
        let world = try World(), program = world.scratch.path + "/prog"
        for text in ["prog", "next"] {
            try world.scratch.write("prog", text)
            let files = FileTable()
            if isNotedFirst { try files.note(program: program) }
            #expect(try files.digest(of: program) == Digest.of(Array(text.utf8)))
            try files.note(program: program)
            #expect(try files.digest(of: program) == Digest.of(Array(text.utf8)))
            #expect(try files.glance(program) == Digest.of(Array(text.utf8)))
            #expect(files.hasRead(program) && files.leaves.map(\.kind) == [.program])
            #expect(try files.isUnchanged(program))
            try world.scratch.write("prog", "edited while it runs")
            #expect(try !files.isUnchanged(program))
        }
    }

    @Test func unchanged() throws {
        let world = try World()
        #expect(world.isUpToDate)
        #expect(
            StateRequest(workspace: world.scratch.path, targets: ["b"], settings: []).upToDate(cache: world.cache.root)
                == nil)
        let loaded = try #require(StateFile.load(world.state, identity: world.request.identity))
        #expect(loaded.leaves.count == 5 && loaded.summary == world.summary)
    }

    /// What was found unchanged on the way to the first change is known to the build that follows, once and for a
    /// moment.
    @Test func theWayToAChange() throws {
        let world = try World()
        func loaded() throws -> (state: StateFile, unchanged: [String]) {
            var known = UnchangedLeaves()
            let state = try #require(
                StateFile.load(world.state, identity: world.request.identity, unchanged: &known))
            let unchanged = state.leaves.indices.filter(known.contains)
            return (state, unchanged.map { String(state.leaves[$0].path.dropFirst(world.scratch.path.utf8.count + 1)) })
        }
        #expect(try loaded().unchanged == [])
        try world.scratch.write("prog", "another program")
        #expect(!world.isUpToDate)
        // In the order of their paths: absent, folder, one, prog, two. A folder listed a moment ago is not sure.
        #expect(try loaded().unchanged.filter { $0 != "folder" } == ["absent", "one"])
        #expect(try loaded().unchanged == [])
        // A leaf that is not sure has to be looked at again.
        try world.scratch.write("one", "eno")
        #expect(!world.isUpToDate)
        #expect(try loaded().unchanged.filter { $0 != "folder" } == ["absent"])
        // Another state file numbers other leaves.
        #expect(!world.isUpToDate)
        try StateFile(identity: world.request.identity, leaves: [], summary: world.summary).write(
            to: world.state, by: world.cache.temporary)
        #expect(try loaded().unchanged == [])
        try world.save()
        try world.scratch.write("prog", "yet another program")
        #expect(!world.isUpToDate)
        usleep(100_000)
        #expect(try loaded().unchanged == [])
    }

    @Test(arguments: [
        "edit", "edit with an older time", "edit of the same size and time", "delete", "a folder instead", "unreadable",
        "an absent file comes", "a new file in the folder", "another program", "replaced by rename",
    ])
    func changes(_ how: String) throws {
        let world = try World(), one = world.scratch.path + "/one"
        var status = stat()
        stat(one, &status)
        switch how {
        case "edit": try world.scratch.write("one", "another")
        case "edit with an older time":
            try world.scratch.write("one", "eno")
            csystem_set_modified(one, 1000, 0)
        case "edit of the same size and time":
            try world.scratch.write("one", "eno")
            csystem_set_modified(one, Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec))
        case "delete": unlink(one)
        case "a folder instead":
            unlink(one)
            mkdir(one, 0o777)
        case "unreadable":
            unlink(one)
            symlink(one, one)
        case "an absent file comes": try world.scratch.write("absent", "")
        case "a new file in the folder": try world.scratch.write("folder/y", "")
        case "another program": try world.scratch.write("prog", "prog")
        default:
            try world.scratch.write("new", "eno")
            rename(world.scratch.path + "/new", one)
        }
        #expect(!world.isUpToDate)
    }

    /// A checkout that puts the same bytes back costs a hash, once.
    @Test func touchedIsHashedOnce() throws {
        let world = try World()
        try world.scratch.write("one", "one")
        #expect(world.isUpToDate)
        try settle(world.scratch("one"))
        #expect(world.isUpToDate)
        let leaf = try #require(
            StateFile.load(world.state, identity: world.request.identity)?.leaves.first { $0.path.hasSuffix("/one") })
        #expect(!leaf.isRacy)
    }

    /// An edit within one tick of the clock leaves the same signature; such a signature is never believed.
    @Test func racyEdits() throws {
        let world = try World()
        for round in 0..<200 {
            try world.scratch.write("one", "a\(round % 10)")
            try world.save()
            let path = world.scratch.path + "/one"
            var before = stat(), after = stat()
            stat(path, &before)
            let file = open(path, O_WRONLY)
            write(file, "b\(round % 10)", 2)
            close(file)
            csystem_set_modified(path, Int64(before.st_mtim.tv_sec), Int64(before.st_mtim.tv_nsec))
            stat(path, &after)
            #expect(!world.isUpToDate, "round \(round), same ctime: \(before.st_ctim.tv_nsec == after.st_ctim.tv_nsec)")
        }
    }

    @Test func anotherBootIsNotBelieved() throws {
        let world = try World()
        let state = try #require(StateFile.load(world.state, identity: world.request.identity))
        let bytes = state.encoded(boot: Digest.of("another boot"))
        try world.scratch.write(String(world.state.dropFirst(world.scratch.path.count + 1)), bytes)
        #expect(!world.isUpToDate)
    }

    /// Whatever the bytes are: "not known", never a crash. Seeds replay.
    @Test func fuzz() throws {
        let world = try World(), whole = world.scratch.read(world.state)
        let name = String(world.state.dropFirst(world.scratch.path.count + 1))
        var random = Seeded(seed: 7)
        for count in stride(from: 0, to: whole.count, by: 7) {
            try world.scratch.write(name, Array(whole[..<count]))
            #expect(!world.isUpToDate)
        }
        for round in 0..<3000 {
            var bytes = whole
            let flips = Int.random(in: 1...8, using: &random)
            for _ in 0..<flips {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if round % 2 == 0 {
                // With a right checksum the numbers themselves must be held in bounds.
                let sum = Digest.of(Array(bytes.dropLast(16)))
                bytes.replaceSubrange(
                    (bytes.count - 16)...,
                    with: withUnsafeBytes(of: (sum.high.littleEndian, sum.low.littleEndian)) { Array($0) })
            } else if bytes == whole {
                continue
            }
            try world.scratch.write(name, bytes)
            let answer = world.request.upToDate(cache: world.cache.root)
            if round % 2 == 1 { #expect(answer == nil, "round \(round)") }
        }
        for _ in 0..<300 {
            try world.scratch.write(
                name,
                (0..<Int.random(in: 0...400, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) })
            #expect(!world.isUpToDate)
        }
        try world.scratch.write(name, whole)
        #expect(world.isUpToDate)
    }
}
