// One graph: what a stage writes is made before whoever reads it, however the two know of each other.
import Diagnostics
import Digests
import EngineFakes
import Files
import Glibc
import Graph
import Store
import Testing

@Suite struct EdgeTests {
    static let cat = "run: [sh, -c, 'o=\"$1\"; shift; cat \"$@\" > \"$$o\"', sh, $out, $in]"
    static let upper = "run: [sh, -c, 'sleep 0.05; tr a-z A-Z < \"$0\" > \"$1\"', $in, $out]"

    private func refusal(_ world: FakeWorkspace, _ targets: String...) throws -> Diagnostic? {
        do throws(Diagnostics) {
            return try world.builder().run(world.request(targets), catchSignals: false).diagnostics.first {
                $0.severity == .error
            }
        } catch { return error.all.first }
    }

    private func refusals(_ world: FakeWorkspace, _ target: String) throws -> [Diagnostic] {
        do throws(Diagnostics) {
            return try world.builder().run(world.request([target]), catchSignals: false).diagnostics
        } catch { return error.all }
    }

    /// A pattern, a folder under `reads`, an `each`: what another stage writes is in it by one build.
    @Test(arguments: [
        "s: { \(cat), inputs: [\"gen/*.txt\"], output: all.txt }",
        "s: { run: [sh, -c, 'cat gen/* > \"$0\"; echo o: gen gen/a.txt gen/b.txt > d', $out], reads: gen, depfile: d, "
            + "output: all.txt }",
        "e: { each: \"gen/*.txt\", run: [cp, $each, $out] }\n  s: { run: [sh, -c, 'o=\"$1\"; shift; cat \"$@\" > "
            + "\"$$o\"', sh, $out, $e], output: all.txt }",
        "s: { \(cat), inputs: [gen/a.txt, \"gen/b.*\"], output: all.txt }",
    ])
    func patternOverAnOutput(_ stage: String) throws {
        let world = try Probe.workspace(
            "pipeline: t\ntarget: all.txt\nstages:\n  \(stage)\n"
                + "  a: { \(Self.upper), inputs: [a.txt], output: gen/a.txt }\n  b: { \(Self.upper), inputs: [b.txt], "
                + "output: gen/b.txt }\n"
        )
        try world.write("a.txt", "a\n")
        try world.write("b.txt", "b\n")
        for target in ["all.txt", "all.txt:s"] {
            Folder.remove(world.workspace + "/gen")
            #expect(try world.build(target).result.status == .done)
            let again = try world.build(target)
            #expect(again.result.ran == 0 && world.upToDate(target) != nil)
        }
        #expect(world.read("all.txt") == "A\nB\n")
        try world.write("b.txt", "c\n")
        #expect(try world.build("all.txt").result.status == .done && world.read("all.txt") == "A\nC\n")
        unlink(world.workspace + "/gen/a.txt")
        #expect(
            try world.build("all.txt").result.status == .done && world.read("gen/a.txt") == "A\n"
                && world.read("all.txt") == "A\nC\n")
        try world.write("gen/c.txt", "by hand\n")
        #expect(try world.build("all.txt").result.status == .done)
        #expect(world.read("all.txt") == (stage.contains("gen/*") ? "A\nC\nby hand\n" : "A\nC\n"))
        // A clean folder with a full cache is planned like the built one.
        Folder.remove(world.workspace + "/gen")
        unlink(world.workspace + "/all.txt")
        #expect(try world.builder().why(world.request(["all.txt"])).contains { $0.outcome == .hit })
    }

    /// A target that another pipeline reads: by name, by pattern, over three steps, and alone.
    @Test func acrossPipelines() throws {
        let world = try Probe.workspace(
            "pipeline: a\ntarget: \"{name}.mid\"\nstages: { s: { \(Self.upper), inputs: [\"{name}.src\"], output: "
                + "\"{name}.mid\" } }\n"
        )
        try world.write(
            "pipelines/b.yaml",
            "pipeline: b\ntarget: \"{name}.fin\"\nstages: { s: { \(Self.cat), inputs: [\"{name}.mid\"], output: "
                + "\"{name}.fin\" } }\n"
        )
        try world.write(
            "pipelines/c.yaml",
            "pipeline: c\ntarget: all.end\nstages: { s: { \(Self.cat), inputs: [\"*.fin\"], output: all.end } }\n")
        try world.write("x.src", "x\n")
        try world.write("y.src", "y\n")
        #expect(try world.build().result.status == .done)
        #expect(world.read("x.fin") == "X\n" && world.read("all.end") == "X\nY\n")
        #expect(world.upToDate() != nil)
        for round in 0..<3 {
            try world.write("x.src", "x\(round)\n")
            #expect(try world.build().result.ran == 3)
            #expect(world.read("all.end") == "X\(round)\nY\n")
        }
        try world.write("y.src", "why\n")
        #expect(try world.build("y.fin").result.ran == 2 && world.read("y.fin") == "WHY\n")
        try world.write("y.src", "last\n")
        #expect(try world.build("all.end").result.ran == 3 && world.read("all.end") == "X2\nLAST\n")
        // A source more.
        try world.write("z.src", "z\n")
        #expect(try world.build("all.end").result.status == .done && world.read("all.end") == "X2\nLAST\nZ\n")
        // What is known without running says so too, over the pipelines.
        func hash(_ target: String) throws -> Digest { try world.builder().inputs(world.request([target])).digest }
        let before = try (hash("x.fin"), hash("y.fin"), hash("all.end"))
        try world.write("x.src", "hashed\n")
        #expect(try hash("x.fin") != before.0 && hash("y.fin") == before.1 && hash("all.end") != before.2)
        try world.write("x.src", "x2\n")
        #expect(try hash("x.fin") == before.0 && hash("all.end") == before.2)
        // Without its source a file is a file.
        unlink(world.workspace + "/z.src")
        try world.write("z.mid", "by hand\n")
        #expect(try world.build("all.end").result.status == .done && world.read("all.end") == "X2\nLAST\nby hand\n")
        #expect(try refusal(world, "q.fin")?.id == "missing-file")
    }

    /// What a program finds out only while it runs.
    @Test func foundWhileRunning() throws {
        let world = try Probe.workspace(
            """
            pipeline: t
            target: all.txt
            stages:
              slow: { run: [sh, -c, 'sleep 0.3; cat "$0" > "$1"', $in, $out], inputs: [n.txt], output: lib/slow.txt }
              page: { run: [sh, -c, 'cat lib/slow.txt lib/own.txt > "$0"; echo o: lib/slow.txt lib/own.txt > d', \
            $out], reads: lib, depfile: d, output: all.txt }
            """)
        try world.write("lib/own.txt", "own\n")
        try world.write("n.txt", "1\n")
        for text in ["1\n", "2\n", "3\n"] {
            try world.write("n.txt", text)
            #expect(try world.build("all.txt").result.status == .done && world.read("all.txt") == text + "own\n")
        }
    }

    /// A stage of vgraph's own finds a file that a target of another pipeline is: it waits, and is done again.
    @Test func metWhileRunning() throws {
        let world = try Probe.workspace()
        try world.write(
            "pipelines/slow.yaml",
            "pipeline: slow\ntarget: slow.inc\nstages: { s: { run: [sh, -c, 'sleep 0.3; cat \"$0\" > \"$1\"', $in, "
                + "$out], inputs: [n.txt], output: slow.inc } }\n"
        )
        let spec = "one\ninclude slow.inc\n"
        try world.write("a.txt", spec)
        for text in ["first\n", "second\n", "third\n"] {
            try world.write("n.txt", text)
            #expect(try world.build("a.out", "slow.inc").result.status == .done)
            #expect(world.read("a.out") == FakeStages.expected(spec) { _ in text })
            #expect(try world.build("a.out", "slow.inc").result.ran == 0)
        }
    }

    /// The same where the other pipeline's target was not asked for: it is made all the same, first and whenever it is
    /// stale.
    @Test func metWithoutBeingAskedFor() throws {
        let world = try Probe.workspace()
        try world.write(
            "pipelines/slow.yaml",
            "pipeline: slow\ntarget: slow.inc\nstages: { s: { run: [cp, $in, $out], inputs: [n.txt], output: slow.inc "
                + "} }\n"
        )
        try world.write(
            "pipelines/none.yaml",
            "pipeline: none\ntarget: none.inc\nstages: { s: { run: [cp, $in, $out], inputs: [none.txt], output: "
                + "none.inc } }\n"
        )
        let spec = "one\ninclude slow.inc\ninclude none.inc\n"
        try world.write("a.txt", spec)
        try world.write("none.inc", "by hand\n")
        for (round, text) in ["first\n", "second\n", "third\n", "third\n", "first\n"].enumerated() {
            if world.read("n.txt") != text { try world.write("n.txt", text) }
            // With and without what the last build left.
            if round == 3 { Folder.remove(world.cache + "/state") }
            #expect(
                try world.builder().why(world.request(["a.out"])).contains { $0.outcome != .hit } == (round < 3),
                "round \(round)")
            let build = try world.build("a.out")
            #expect(build.result.status == .done, "\(build.result.diagnostics)")
            #expect(
                world.read("a.out") == FakeStages.expected(spec) { $0 == "none.inc" ? "by hand\n" : text },
                "round \(round)")
            #expect(try world.build("a.out").result.ran == 0 && world.upToDate("a.out") != nil)
        }
    }

    @Test func oneFileOfSeveralTargets() throws {
        let world = try Probe.workspace(
            "pipeline: t\ntarget: \"{name}.out\"\nstages:\n  m: { run: [sh, -c, 'echo \"{name}\" > \"$0\"', $out], "
                + "output: shared.txt }\n"
                + "  s: { \(Self.cat), inputs: [shared.txt], output: \"{name}.out\" }\n")
        let problem = try #require(try refusal(world, "a.out", "b.out"))
        #expect(problem.id == "shared-output" && problem.place?.line == 4)
        // The same for all of them may be one file.
        try world.write(
            "pipelines/text.yaml",
            try #require(world.read("pipelines/text.yaml")).replacing("echo \"{name}\"", with: "echo same"))
        #expect(try world.build("a.out", "b.out").result.status == .done && world.read("b.out") == "same\n")
    }

    @Test func oneFileOfTwoRules() throws {
        // Two patterns of one pipeline that meet for one name, and two pipelines.
        let world = try Probe.workspace(
            "pipeline: t\ntarget: \"{name}.out\"\nstages:\n  m: { run: [sh, -c, 'echo 1 > \"$0\"', $out], output: "
                + "a.out }\n"
                + "  s: { run: [sh, -c, 'echo 2 > \"$0\"', $out], output: \"{name}.out\" }\n")
        #expect(try refusal(world, "a.out")?.id == "two-writers")
        #expect(try refusal(world, "b.out") == nil)
        for name in ["text", "other"] {
            try world.write(
                "pipelines/\(name).yaml",
                "pipeline: \(name)\ntarget: \(name).out\nstages:\n  m: { run: [sh, -c, 'echo \(name) > \"$0\"', "
                    + "$out], output: both.txt }\n"
                    + "  s: { \(Self.cat), inputs: [both.txt], output: \(name).out }\n")
        }
        let problem = try #require(try refusal(world, "text.out", "other.out"))
        #expect(problem.id == "two-writers" && problem.place?.line == 4 && problem.message.contains("both.txt"))
        // Each alone is the same mistake, said at both lines.
        for target in ["text.out", "other.out"] {
            let found = try refusals(world, target)
            #expect(
                Set(found.map { "\($0.id) \($0.place?.file ?? "") \($0.place?.line ?? 0)" })
                    == ["two-writers pipelines/text.yaml 4", "two-writers pipelines/other.yaml 4"], "\(found)")
            #expect(world.read("both.txt") == nil)
        }
        // Patterns that meet for one name are a mistake where there is such a name.
        for (name, output) in [("text", "{name}.note"), ("other", "{name}.x.note")] {
            try world.write(
                "pipelines/\(name).yaml",
                "pipeline: \(name)\ntarget: \"{name}.\(name)\"\nstages:\n  m: { run: [cp, $in, $out], inputs: "
                    + "[\"{name}.src\"], output: \"\(output)\" }\n"
                    + "  s: { run: [cp, $m, $out], output: \"{name}.\(name)\" }\n")
        }
        try world.write("a.src", "a\n")
        #expect(try world.build("a.other").result.status == .done)
        try world.write("a.x.src", "ax\n")
        #expect(try refusal(world, "a.other")?.id == "two-writers" && refusal(world, "a.x.text")?.id == "two-writers")
        #expect(try refusal(world, "a.text") == nil)
    }

    @Test func circles() throws {
        let own = try Probe.workspace(
            "pipeline: t\ntarget: all.txt\nstages: { s: { \(Self.cat), inputs: [\"*.txt\"], output: all.txt } }\n")
        try own.write("a.txt", "a\n")
        let problem = try #require(try refusal(own, "all.txt"))
        #expect(
            problem.id == "reads-own-output" && problem.place?.line == 3 && problem.message.contains("'*.txt'"),
            "\(problem.text())")
        // Over two pipelines.
        try own.write(
            "pipelines/text.yaml",
            "pipeline: a\ntarget: x.one\nstages: { s: { \(Self.cat), inputs: [\"*.two\", a.txt], output: x.one } }\n")
        try own.write(
            "pipelines/b.yaml",
            "pipeline: b\ntarget: x.two\nstages: { s: { \(Self.cat), inputs: [\"*.one\", a.txt], output: x.two } }\n")
        #expect(try refusal(own, "x.one", "x.two")?.id == "cycle")
        // What a rule has made is not what it is used on.
        try own.write(
            "pipelines/text.yaml",
            "pipeline: a\ntarget: \"{name}.up.txt\"\nstages: { s: { \(Self.upper), inputs: [\"{name}.txt\"], output: "
                + "\"{name}.up.txt\" } }\n"
        )
        unlink(own.workspace + "/pipelines/b.yaml")
        for _ in 0..<3 { #expect(try own.build().result.nodes == 1) }
        #expect(try own.build("a.up.up.txt").result.nodes == 2)
    }

    /// `$out` is in nobody's way.
    @Test(arguments: [true, false]) func outIsAFolderOfAnInput(_ sandbox: Bool) throws {
        let world = try Probe.workspace(
            """
            pipeline: t
            target: res
            stages:
              one: { \(Self.cat), inputs: [src], output: out/1/a }
              two: { \(Self.cat), inputs: [out/1/a], output: out/2/a }
              all: { \(Self.cat), inputs: [out/2/a], output: res }
            """)
        try world.write("src", "a\n")
        #expect(try world.build("res") { $0.sandbox = sandbox }.result.status == .done && world.read("res") == "a\n")
        try world.write(
            "pipelines/text.yaml",
            "pipeline: t\ntarget: res.txt\nstages: { s: { \(Self.cat), inputs: [out.txt, out-2.txt], output: res.txt "
                + "} }\n"
        )
        try world.write("out.txt", "1\n")
        try world.write("out-2.txt", "2\n")
        #expect(
            try world.build("res.txt") { $0.sandbox = sandbox }.result.status == .done
                && world.read("res.txt") == "1\n2\n")
    }
}
