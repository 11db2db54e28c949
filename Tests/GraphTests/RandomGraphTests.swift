// Random graphs, random edits: the incremental result is the clean one, and what ran is what had to.
import EngineFakes
import Files
import Glibc
import Graph
import Store
import TestSupport
import Testing

@Suite struct RandomGraphTests {
    /// A layered graph of `mix` stages over some files, and what it should make, computed from scratch.
    struct Graph {
        struct Stage {
            var stages: [Int]
            var files: [Int]
            var salt: Int
        }
        var stages: [Stage] = []
        let files: Int

        init(using random: inout Seeded) {
            files = Int.random(in: 1...6, using: &random)
            for index in 0..<Int.random(in: 1...14, using: &random) {
                var stage = Stage(stages: [], files: [], salt: Int.random(in: 0..<3, using: &random))
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    if index > 0 && Bool.random(using: &random) {
                        stage.stages.append(Int.random(in: 0..<index, using: &random))
                    } else {
                        stage.files.append(Int.random(in: 0..<files, using: &random))
                    }
                }
                stages.append(stage)
            }
        }

        var pipeline: String {
            var text = "pipeline: random\ntarget: all.out\nstages:\n"
            for (index, stage) in stages.enumerated() {
                let from = stage.stages.map { "$s\($0)" } + stage.files.map { "f\($0).txt?" }
                let output = index == stages.count - 1 ? "all.out" : "s\(index).out"
                text +=
                    "  s\(index): { uses: mix, from: [\(from.joined(separator: ", "))], salt: s\(stage.salt), output: "
                    + "\(output) }\n"
            }
            return text
        }

        /// Text of each stage; nil: it fails or depends on one that does.
        func expected(_ contents: [String?]) -> [String?] {
            var made: [String?] = []
            for stage in stages {
                let inputs =
                    stage.stages.map { made[$0] } + stage.files.compactMap { contents[$0] }.map { Optional($0) }
                made.append(inputs.contains(nil) ? nil : FakeStages.mixed(inputs.map { $0! }, salt: "s\(stage.salt)"))
            }
            return made
        }

        func output(_ index: Int) -> String { index == stages.count - 1 ? "all.out" : "s\(index).out" }
    }

    @Test(arguments: 0..<40) func incrementalIsClean(_ seed: Int) throws {
        var random = Seeded(seed: UInt64(seed))
        var graph = Graph(using: &random)
        let world = try Probe.workspace(graph.pipeline)
        var contents = [String?](repeating: nil, count: graph.files)
        for round in 0..<12 {
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                let file = Int.random(in: 0..<graph.files, using: &random)
                let text: String? =
                    switch Int.random(in: 0..<8, using: &random) {
                    case 0: nil
                    case 1: "fail\n"
                    case 2: (contents[file] ?? "") + "# comment \(round)\n"
                    default: "text \(Int.random(in: 0..<4, using: &random))\n"
                    }
                contents[file] = text
                if let text { try world.write("f\(file).txt", text) } else { unlink(world.workspace + "/f\(file).txt") }
            }
            switch Int.random(in: 0..<10, using: &random) {
            case 0: if let blob = try world.blobs().randomElement(using: &random) { unlink(blob) }
            case 1: unlink(world.workspace + "/" + graph.output(Int.random(in: 0..<graph.stages.count, using: &random)))
            case 2:
                graph.stages[Int.random(in: 0..<graph.stages.count, using: &random)].salt = Int.random(
                    in: 0..<3, using: &random)
                try world.write("pipelines/text.yaml", graph.pipeline)
            case 3: Folder.remove(world.cache)
            default: break
            }
            let expected = graph.expected(contents), comment = Comment(rawValue: "seed \(seed), round \(round)")
            let fails = expected.contains(nil)
            if world.upToDate("all.out") != nil {
                #expect(!fails, comment)
            } else {
                let build = try world.build("all.out") { $0.keepGoing = true }
                #expect((build.result.status == .done) == !fails, comment)
                #expect(build.result.failed + build.result.skipped == expected.count { $0 == nil }, comment)
                #expect(build.result.nodes == expected.count, comment)
                // Again, with nothing changed: nothing runs but what failed.
                let again = try world.build("all.out") { $0.keepGoing = true }
                #expect(again.result.ran == 0 && again.seen.published == [], comment)
            }
            for (index, text) in expected.enumerated() {
                if let text { #expect(world.read(graph.output(index)) == text, comment) }
            }
        }
    }

    /// Edits that come and go with only some of the targets built in between, in two folders on one cache: what was
    /// built once is a hit, what is delivered is right, and whoever asks is told what the build said.
    @Test(arguments: 0..<6) func undone(_ seed: Int) throws {
        var random = Seeded(seed: UInt64(2000 + seed))
        let worlds = [try Probe.workspace(), try Probe.workspace()], cache = worlds[0].cache
        let names = ["a", "b"], files = ["x0.inc", "x1.inc", "x2.inc"]
        // Targets differ in their titles alone: what they find has the same names.
        func spec(_ name: String, _ includes: Int) -> String {
            "title \(name)\n" + files.prefix(includes).map { "include \($0)\n" }.joined() + "one\n"
        }
        var built: Set<String> = []
        for round in 0..<14 {
            let comment = Comment(rawValue: "seed \(2000 + seed), round \(round)"),
                world = worlds.randomElement(using: &random)!
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                let file = files.randomElement(using: &random)!
                // Few contents, so that most edits put back what was there once.
                switch Int.random(in: 0..<3, using: &random) {
                case 0: unlink(world.workspace + "/" + file)
                case let text: if world.read(file) != "text \(text)\n" { try world.write(file, "text \(text)\n") }
                }
            }
            for name in names where world.read(name + ".txt") == nil || Int.random(in: 0..<4, using: &random) == 0 {
                try world.write(name + ".txt", spec(name, Int.random(in: 1...3, using: &random)))
            }
            let asked = names.filter { _ in Bool.random(using: &random) }.map { $0 + ".out" }
            guard !asked.isEmpty else { continue }
            func state(_ target: String) -> String {
                let spec = world.read(target.dropLast(4) + ".txt")!
                return target + spec + files.filter { spec.contains($0) }.map { world.read($0) ?? "nothing" }.joined()
            }
            var request = world.request(asked)
            request.cache = cache
            let isKnown = asked.allSatisfy { built.contains(state($0)) }
            if request.stateRequest(worker: world.worker).upToDate(cache: cache) == nil {
                let result = try world.builder().run(request, catchSignals: false)
                #expect(result.status == .done, comment)
                if isKnown { #expect(result.ran == 0, comment) }
            }
            for target in asked {
                built.insert(state(target))
                let expected = FakeStages.expected(world.read(target.dropLast(4) + ".txt")!) { world.read($0) }
                #expect(world.read(target) == expected, comment)
                var one = request
                one.targets = [target]
                #expect(try world.builder().why(one).allSatisfy { $0.outcome == .hit }, comment)
                #expect(try !world.builder().artifacts(one, target: target, stage: "split").isEmpty, comment)
                #expect(try !world.builder().closure(one).isEmpty, comment)
            }
        }
    }

    /// The same with a list that grows and shrinks, a worker and files found on the way.
    @Test(arguments: 0..<6) func growing(_ seed: Int) throws {
        var random = Seeded(seed: UInt64(1000 + seed))
        let world = try Probe.workspace()
        var lines = ["one", "two"], quality = 20
        for round in 0..<12 {
            switch Int.random(in: 0..<7, using: &random) {
            case 0:
                lines.insert(
                    "line \(Int.random(in: 0..<5, using: &random))", at: Int.random(in: 0...lines.count, using: &random)
                )
            case 1: if !lines.isEmpty { lines.remove(at: Int.random(in: 0..<lines.count, using: &random)) }
            case 2: lines.append("include x\(Int.random(in: 0..<2, using: &random)).inc")
            case 3: try world.write("x\(Int.random(in: 0..<2, using: &random)).inc", "found \(round % 3)\n")
            case 4:
                quality = [20, 30].randomElement(using: &random)!
                try world.write(
                    "pipelines/text.yaml", FakeWorkspace.pipeline.replacing("quality: 20", with: "quality: \(quality)"))
            case 5: for blob in try world.blobs() where Bool.random(using: &random) { unlink(blob) }
            default: lines.shuffle(using: &random)
            }
            let spec = lines.map { $0 + "\n" }.joined()
            try world.write("a.txt", spec)
            if world.upToDate("a.out") == nil { #expect(try world.build("a.out").result.status == .done) }
            #expect(
                world.read("a.out") == FakeStages.expected(spec, quality: quality) { world.read($0) },
                "seed \(1000 + seed), round \(round)")
        }
    }
}
