// What `why`, `-n` and `graph` say from the trace of the last whole build is what a walk of the whole graph says.
import EngineFakes
import Files
import Glibc
import Graph
import Store
import TestSupport
import Testing

@Suite struct QuestionTests {
    /// All answers about some targets, as one text.
    func answers(_ world: FakeWorkspace, _ asked: [String], sets: [String: String] = [:]) throws -> String {
        var request = world.request(asked)
        request.sets = sets
        func text(_ plans: [BuildResult.Planned]) -> [String] {
            plans.map {
                "\($0.node) \($0.stage) \($0.outcome) \($0.why) \($0.key?.hex ?? "-") "
                    + "\($0.origin.map { "\($0)" } ?? "")"
            }
        }
        var lines = ["why"] + text(try world.builder().why(request))
        let graph = try world.builder().graph(request)
        lines += ["graph"] + graph.nodes.map { "\($0)" } + graph.edges.map { "\($0)" }
        request.dryRun = true
        request.rehearses = true
        let dry = try world.builder().run(request)
        // Which record a dry run read is not part of its answer.
        let plans = dry.planned.map { plan in
            var plan = plan
            plan.origin = nil
            return plan
        }
        return (lines + ["-n \(dry.status) \(dry.targets.map(\.verdict))"] + text(plans)).joined(separator: "\n")
    }

    /// The same with all traces out of the way.
    func walked(_ world: FakeWorkspace, _ asked: [String], sets: [String: String] = [:]) throws -> String {
        let state = world.cache + "/state", aside = world.root + "/aside"
        try Folder.create(aside)
        let traces = (try Folder.names(state) ?? []).filter { $0.hasSuffix(".trace") }
        for name in traces { try #require(rename(state + "/" + name, aside + "/" + name) == 0) }
        defer { for name in traces { rename(aside + "/" + name, state + "/" + name) } }
        return try answers(world, asked, sets: sets)
    }

    func compare(_ world: FakeWorkspace, _ asked: [String], sets: [String: String] = [:], _ comment: Comment) throws {
        let short = try answers(world, asked, sets: sets), long = try walked(world, asked, sets: sets)
        #expect(short == long, comment)
    }

    /// Layered graphs with files that come, go, fail and come back.
    @Test(arguments: 0..<12) func layers(_ seed: Int) throws {
        var random = Seeded(seed: UInt64(4000 + seed))
        let graph = RandomGraphTests.Graph(using: &random), world = try Probe.workspace(graph.pipeline)
        func edit() throws {
            let file = "f\(Int.random(in: 0..<graph.files, using: &random)).txt"
            switch Int.random(in: 0..<9, using: &random) {
            case 0: unlink(world.workspace + "/" + file)
            case 1: try world.write(file, "fail\n")
            case 2: unlink(world.workspace + "/all.out")
            case 3: try world.write(file, (world.read(file) ?? "") + "# comment\n")
            case let text: try world.write(file, "text \(text % 3)\n")
            }
        }
        for round in 0..<8 {
            for _ in 0..<Int.random(in: 0...2, using: &random) { try edit() }
            let stage = "all.out:s\(graph.stages.indices.randomElement(using: &random)!)"
            for asked in [["all.out"], [stage]] {
                try compare(world, asked, "seed \(4000 + seed), round \(round), \(asked)")
            }
            if Bool.random(using: &random) { try world.build("all.out") { $0.keepGoing = true } }
        }
    }

    /// Two targets with lists that grow, files found on the way, and values that the request sets.
    @Test(arguments: 0..<5) func lists(_ seed: Int) throws {
        var random = Seeded(seed: UInt64(5000 + seed))
        let world = try Probe.workspace()
        for name in ["a", "b"] { try world.write(name + ".txt", "title \(name)\none\ntwo\n") }
        for round in 0..<8 {
            let name = ["a", "b"].randomElement(using: &random)!
            var lines = (world.read(name + ".txt") ?? "").split(separator: "\n").map(String.init)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: lines.insert("line \(round)", at: 1)
            case 1: if lines.count > 2 { lines.removeLast() }
            case 2: lines.append("include x.inc")
            case 3: try world.write("x.inc", "found \(round % 3)\n")
            case 4: lines[1] = ["BAD", "good"].randomElement(using: &random)!
            default: unlink(world.workspace + "/" + name + ".out")
            }
            try world.write(name + ".txt", lines.map { $0 + "\n" }.joined())
            let sets = Bool.random(using: &random) ? ["name": "Ada"] : [:]
            for asked in [["a.out"], ["b.out:code"], ["a.out:draw", "b.out"], []] {
                try compare(world, asked, sets: sets, "seed \(5000 + seed), round \(round), \(asked)")
            }
            let built = [["a.out"], ["a.out", "b.out"], [], []].randomElement(using: &random)!
            var request = world.request(built)
            request.sets = sets
            request.keepGoing = true
            _ = try world.builder().run(request, catchSignals: false)
        }
    }

    /// What shows that the trace answers: it does not read the records of nodes that no change reached.
    @Test func recordsAreNotRead() throws {
        let world = try Probe.workspace()
        try world.write("a.txt", "title t\none\ntwo\n")
        try world.build("a.out")
        Folder.remove(world.cache + "/records")
        let graph = try world.builder().graph(world.request(["a.out"]))
        #expect(graph.nodes.count == 7 && graph.nodes.allSatisfy { $0.state == .hit && $0.key != nil })
        #expect(try world.builder().why(world.request(["a.out:draw"])).map(\.outcome) == [.hit, .hit])
    }

    /// A build of the whole target does not need the bytes in between; who asks for a stage does.
    @Test func bytesOfAStageThatIsAskedFor() throws {
        let world = try Probe.workspace()
        try world.write("a.txt", "title t\none\ntwo\n")
        try world.build("a.out")
        for blob in try world.blobs() where world.read(blob)?.contains("ONE") == true { unlink(blob) }
        try compare(world, ["a.out"], "the target")
        let why = try world.builder().why(world.request(["a.out:draw"]))
        #expect(why.map(\.outcome) == [.run, .hit])
        try compare(world, ["a.out:draw"], "a stage")
    }
}
