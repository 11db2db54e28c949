// Edits of a trace: small files over a large one. Whatever becomes of them, a build says and makes what a clean build would.
import Digests
import EngineFakes
import Files
import Glibc
import Graph
import Store
import TestSupport
import Testing

@Suite struct TraceEditTests {
    func states(_ world: FakeWorkspace, _ ending: String) throws -> [String] {
        (try Folder.names(world.cache + "/state") ?? []).filter { $0.hasSuffix(ending) }
            .map { world.cache + "/state/" + $0 }
    }

    /// A wide graph: an edit changes few of its nodes, and undoing it is an edit too.
    static let wide: String = {
        var text = "pipeline: wide\ntarget: all.out\nstages:\n"
        for index in 0..<40 { text += "  s\(index): { uses: mix, from: [f\(index).txt, shared.txt?], salt: s0 }\n" }
        let all = (0..<40).map { "$s\($0)" }.joined(separator: ", ")
        return text + "  all: { uses: mix, from: [\(all)], salt: s1, output: all.out }\n"
    }()

    func mixed(_ texts: [String], _ salt: String) -> String { FakeStages.mixed(texts, salt: salt) ?? "" }

    func expected(_ contents: [String], _ shared: String?) -> String {
        mixed(contents.map { mixed([$0] + (shared.map { [$0] } ?? []), "s0") }, "s1")
    }

    func bytes(_ path: String) throws -> [UInt8]? { try FileContent.read(path, keepBytes: true)?.bytes }

    @Test func anEditLeavesTheTraceAsItIs() throws {
        let world = try Probe.workspace(Self.wide)
        var contents = (0..<40).map { "text \($0)\n" }
        for (index, text) in contents.enumerated() { try world.write("f\(index).txt", text) }
        try world.build("all.out")
        let base = try #require(try states(world, ".trace").first), before = try bytes(base)
        #expect(try states(world, ".edits") == [])
        for round in 0..<5 {
            contents[round] = "edit \(round)\n"
            try world.write("f\(round).txt", contents[round])
            let build = try world.build("all.out")
            #expect(build.result.ran == 2 && build.result.nodes == 41)
            #expect(world.read("all.out") == expected(contents, nil))
            #expect(world.upToDate("all.out") != nil)
            #expect(try bytes(base) == before)
        }
        let edits = try #require(try states(world, ".edits").first)
        let small = try #require(try bytes(edits)).count, whole = try #require(try bytes(base)).count
        #expect(small < whole / 2)
        // A file that all nodes look at: the edits are many, so the trace is written anew.
        try world.write("shared.txt", "shared\n")
        try world.build("all.out")
        #expect(world.read("all.out") == expected(contents, "shared\n"))
    }

    /// Edits, old ones put back, cut ones, those of another state, and builds killed between two writes.
    @Test(arguments: 0..<12) func damaged(_ seed: Int) throws {
        var random = Seeded(seed: UInt64(7000 + seed))
        let world = try Probe.workspace(Self.wide)
        var contents = (0..<40).map { "text \($0)\n" }, shared: String?
        for (index, text) in contents.enumerated() { try world.write("f\(index).txt", text) }
        try world.build("all.out")
        var kept: [String: [UInt8]] = [:]
        func put(_ bytes: [UInt8], _ path: String) throws { try AtomicFile.write(bytes, to: path, by: world.root) }
        for round in 0..<14 {
            let comment = Comment(rawValue: "seed \(7000 + seed), round \(round)")
            for path in try states(world, "") where Int.random(in: 0..<3, using: &random) == 0 {
                kept[path] = try bytes(path)
            }
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let index = Int.random(in: 0..<40, using: &random)
                contents[index] = "text \(Int.random(in: 0..<3, using: &random))\n"
                try world.write("f\(index).txt", contents[index])
            }
            if Int.random(in: 0..<6, using: &random) == 0 {
                shared = shared == nil ? "shared \(round)\n" : nil
                if let shared { try world.write("shared.txt", shared) } else { unlink(world.workspace + "/shared.txt") }
            }
            // An older file, as a build leaves it that is killed before it writes the next one; a cut one; none.
            if let path = try states(world, "").filter({ !$0.hasSuffix(".published") }).randomElement(using: &random),
                let now = try bytes(path)
            {
                switch Int.random(in: 0..<6, using: &random) {
                case 0: if let old = kept[path] { try put(old, path) }
                case 1: try put(Array(now.prefix(Int.random(in: 0...now.count, using: &random))), path)
                case 2: unlink(path)
                case 3:
                    var changed = now
                    if !changed.isEmpty { changed[Int.random(in: 0..<changed.count, using: &random)] ^= 4 }
                    try put(changed, path)
                default: break
                }
            }
            if world.upToDate("all.out") == nil {
                let build = try world.build("all.out")
                #expect(build.result.status == .done && build.result.nodes == 41, comment)
                let again = try world.build("all.out")
                #expect(again.result.ran == 0, comment)
            }
            #expect(world.read("all.out") == expected(contents, shared), comment)
        }
    }

    /// Files that programs find come and go, so leaves do too; each place of a leaf is used again.
    @Test func leavesComeAndGo() throws {
        let world = try Probe.workspace()
        func spec(_ includes: [Int]) -> String {
            "title a\n" + includes.map { "include x\($0).inc\n" }.joined() + "one\n"
        }
        var random = Seeded(seed: 77)
        for index in 0..<6 { try world.write("x\(index).inc", "text \(index)\n") }
        for round in 0..<24 {
            let includes = (0..<6).filter { _ in Bool.random(using: &random) }
            try world.write("a.txt", spec(includes))
            if Bool.random(using: &random) {
                let file = "x\(Int.random(in: 0..<6, using: &random)).inc"
                try world.write(file, "text \(round)\n")
            }
            if world.upToDate("a.out") == nil { try world.build("a.out") }
            let expected = FakeStages.expected(world.read("a.txt")!) { world.read($0) }
            #expect(world.read("a.out") == expected, "round \(round)")
            // An edit of a file that is included no more is none.
            for index in 0..<6 where !includes.contains(index) && round % 5 == 4 {
                try world.write("x\(index).inc", "unused \(round)\n")
            }
            if round % 5 == 4 { #expect(world.upToDate("a.out") != nil, "round \(round)") }
        }
    }

    /// A stage may take the pipeline's own file: then the file is an input, and still decides what there is to do.
    @Test func aStageThatReadsItsPipeline() throws {
        func pipeline(_ salt: String) -> String {
            """
            pipeline: own
            target: all.out
            stages:
              text: { uses: mix, from: [pipelines/text.yaml], salt: s0 }
              all: { uses: mix, from: [f.txt, $text], salt: \(salt), output: all.out }

            """
        }
        let world = try Probe.workspace(pipeline("s1"))
        try world.write("f.txt", "text\n")
        try world.build("all.out")
        for salt in ["s2", "s1", "s3"] {
            try world.write("pipelines/text.yaml", pipeline(salt))
            try world.build("all.out")
            #expect(world.read("all.out") == mixed(["text\n", mixed([pipeline(salt)], "s0")], salt), "\(salt)")
        }
    }
}
