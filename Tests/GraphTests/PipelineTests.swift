// Pipelines as they are read and wired: slots to outputs by type, rules to targets, and what is refused with its place.
import Diagnostics
import EngineFakes
import Files
import Graph
import Patterns
import Pipelines
import Store
import Testing

@Suite struct PatternTests {
    @Test func names() throws {
        let pattern = try Pattern("shorts/{name}.mp4")
        #expect(pattern.name(in: "shorts/a.mp4") == "a")
        #expect(pattern.name(in: "shorts/x/a.mp4") == "x/a")
        #expect(pattern.name(in: "shorts/.mp4") == nil)
        #expect(pattern.name(in: "a.mp4") == nil)
        #expect(pattern.file(for: TargetName("b")) == "shorts/b.mp4")
        #expect(try Pattern("all.mp4").name(in: "all.mp4") == "")
    }

    @Test(arguments: ["/etc/{name}", "../{name}", "a/../b", "{other}", "{name}{name}", "{", "", "a//b", "./a"])
    func refused(_ text: String) { #expect(throws: Pattern.Refusal.self) { try Pattern(text) } }
}

@Suite struct PipelineTests {
    /// What loading a pipeline says, as a person sees it.
    static func complaints(_ text: String, other: String? = nil) throws -> String {
        let world = try FakeWorkspace(worker: "", pipeline: text)
        if let other { try world.write("pipelines/zother.yaml", other) }
        do {
            _ = try Rules.load(
                Folders(workspace: world.workspace), fallback: ("built-in", ""), kinds: FakeStages.all,
                files: FileTable())
            return ""
        } catch { return error.all.map { $0.text() }.joined(separator: "\n") }
    }

    static func stages(_ lines: String) -> String { "pipeline: p\ntarget: \"{name}.out\"\nstages:\n" + lines }
    static let rest = "  join: { uses: join, streams: $code, header: $split, output: \"{name}.out\" }\n"
    static let start = "  split: { uses: split, spec: \"{name}.txt\" }\n"
    static let middle = "  draw: { uses: draw, each: $split.parts }\n  code: { uses: code, each: $draw }\n"

    @Test func right() throws { #expect(try Self.complaints(Self.stages(Self.start + Self.middle + Self.rest)) == "") }

    @Test func wiringByTypeAndMaterials() throws {
        let world = try FakeWorkspace(worker: "")
        let all = try Rules.load(
            Folders(workspace: world.workspace), fallback: ("", ""), kinds: FakeStages.all, files: FileTable()
        ).all
        let pipeline = try #require(all.first)
        func sources(_ stage: String, _ slot: String) throws -> [Pipeline.Source] {
            let index = try #require(pipeline.stage(named: stage))
            return try #require(pipeline.stages[index].bindings.first { $0.slot.name == slot }).sources
        }
        #expect(try sources("draw", "part") == [.output(stage: 0, output: 1, .element)])
        #expect(try sources("draw", "materials") == [.output(stage: 0, output: 2, .whole)])
        #expect(try sources("code", "frames") == [.output(stage: 1, output: 0, .instance)])
        #expect(try sources("code", "pixels") == [.output(stage: 1, output: 1, .instance)])
        #expect(
            try sources("code", "part") == [.output(stage: 0, output: 1, .element)], "from among the inputs of draw")
        #expect(try sources("join", "streams") == [.output(stage: 2, output: 0, .gather)])
    }

    static let complaints: [(String, String)] = [
        (
            "- a\n",
            """
            pipelines/text.yaml:1:1: error: a pipeline must be a mapping, not a list [pipeline-type]
            - a
            ^~~
            """
        ),
        (
            "pipelin: p\n",
            """
            pipelines/text.yaml:1:1: error: unknown field 'pipelin' [unknown-field]
            pipelin: p
            ^~~~~~~
              hint: did you mean 'pipeline'? fields here: pipeline, target, films, include, vars, pools, stages
            pipelines/text.yaml:1:1: error: the field 'pipeline' is missing [missing-field]
            pipelin: p
            ^~~~~~~
            pipelines/text.yaml:1:1: error: the field 'target' is missing [missing-field]
            pipelin: p
            ^~~~~~~
            pipelines/text.yaml:1:1: error: the field 'stages' is missing [missing-field]
            pipelin: p
            ^~~~~~~
            """
        ),
        (
            "pipeline: p\ntarget: ../{name}.out\nstages: { \"a b\": { uses: mix } }\n",
            """
            pipelines/text.yaml:2:9: error: '../{name}.out' is not a path in the workspace: it leaves the workspace \
            [bad-pattern]
            target: ../{name}.out
                    ^~~~~~~~~~~~~
            pipelines/text.yaml:3:11: error: 'a b' cannot be the name of a stage [bad-stage-name]
            stages: { "a b": { uses: mix } }
                      ^~~~~
              hint: use letters, digits, '-' and '_'
            """
        ),
        (
            stages("  a: { uses: splt }\n  b: { spec: x }\n  c: 5\n"),
            """
            pipelines/text.yaml:4:14: error: vgraph has no stage 'splt' [unknown-stage-kind]
              a: { uses: splt }
                         ^~~~
              hint: did you mean 'split'? stages: split, draw, code, weigh, join, judge, mix, tally, letter
            pipelines/text.yaml:5:3: error: the stage 'b' has neither 'uses' nor 'run' [no-uses-no-run]
              b: { spec: x }
              ^
              hint: 'uses' names a built-in stage, 'run' a program of your own
            pipelines/text.yaml:6:6: error: the stage 'c' must be a mapping, not a number [pipeline-type]
              c: 5
                 ^
            """
        ),
        (
            stages("  code: { uses: code, qualty: 3, quality: 60, gain: x, mode: fas, loud: 1, part: x.txt }\n"),
            """
            pipelines/text.yaml:4:23: error: the stage 'code' has no input and no parameter 'qualty' [unknown-parameter]
              code: { uses: code, qualty: 3, quality: 60, gain: x, mode: fas, loud: 1, part: x.txt }
                                  ^~~~~~
              hint: did you mean 'quality'? it has: frames, part, pixels, quality, gain, mode, loud
            pipelines/text.yaml:4:43: error: 'quality' is 60, outside 0 to 51 [out-of-range]
              code: { uses: code, qualty: 3, quality: 60, gain: x, mode: fas, loud: 1, part: x.txt }
                                                      ^~
            pipelines/text.yaml:4:53: error: 'gain' takes a number, not a text [wrong-type]
              code: { uses: code, qualty: 3, quality: 60, gain: x, mode: fas, loud: 1, part: x.txt }
                                                                ^
            pipelines/text.yaml:4:62: error: 'mode' cannot be 'fas' [unknown-choice]
              code: { uses: code, qualty: 3, quality: 60, gain: x, mode: fas, loud: 1, part: x.txt }
                                                                         ^~~
              hint: did you mean 'fast'? choices: fast, slow
            pipelines/text.yaml:4:73: error: 'loud' takes true or false, not a number [wrong-type]
              code: { uses: code, qualty: 3, quality: 60, gain: x, mode: fas, loud: 1, part: x.txt }
                                                                                    ^
            pipelines/text.yaml:4:82: error: 'part' takes 'part', but 'x.txt' is 'file' [type-mismatch]
              code: { uses: code, qualty: 3, quality: 60, gain: x, mode: fas, loud: 1, part: x.txt }
                                                                                             ^~~~~
            """
        ),
        (
            stages(start + middle + "  join: { uses: join, streams: $cod, header: $split.heder }\n"),
            """
            pipelines/text.yaml:2:9: error: no stage writes '{name}.out' [no-output]
            target: "{name}.out"
                    ^~~~~~~~~~~~
              hint: give the stage that makes it 'output: "{name}.out"'
            pipelines/text.yaml:7:32: error: this pipeline has no stage 'cod' [unknown-stage]
              join: { uses: join, streams: $cod, header: $split.heder }
                                           ^~~~
              hint: did you mean 'code'? stages here: split, draw, code, join
            pipelines/text.yaml:7:46: error: the stage 'split' has no output 'heder' [unknown-output]
              join: { uses: join, streams: $cod, header: $split.heder }
                                                         ^~~~~~~~~~~~
              hint: did you mean 'header'? outputs: header, parts, materials
            """
        ),
        (
            stages(
                start
                    + "  draw: { uses: draw, part: $split.parts }\n  code: { uses: code, each: $split.header }\n  "
                    + "join: { uses: join, streams: $split, output: \"{name}.out\" }\n  last: { uses: join, streams: "
                    + "$join }\n  end: { uses: judge }\n"
            ),
            """
            pipelines/text.yaml:5:29: error: 'part' takes one file, but '$split.parts' is a list [list-for-one]
              draw: { uses: draw, part: $split.parts }
                                        ^~~~~~~~~~~~
              hint: write 'each: $split.parts' to run the stage once for each element
            pipelines/text.yaml:6:29: error: 'frames' takes 'frames', but '$split.header' is 'header' [type-mismatch]
              code: { uses: code, each: $split.header }
                                        ^~~~~~~~~~~~~
            pipelines/text.yaml:7:32: error: 'streams' takes 'stream', but '$split' is 'header', 'part' or \
            'materials' [type-mismatch]
              join: { uses: join, streams: $split, output: "{name}.out" }
                                           ^~~~~~
            pipelines/text.yaml:8:32: error: 'streams' takes 'stream', but '$join' is 'media' [type-mismatch]
              last: { uses: join, streams: $join }
                                           ^~~~~
            pipelines/text.yaml:9:3: error: the stage 'end' needs 'media' [missing-input]
              end: { uses: judge }
              ^~~
              hint: give it 'media'
            """
        ),
        (
            stages(
                "  a: { uses: mix, from: $c }\n  b: { uses: mix, from: $a, output: \"{name}.out\" }\n  c: { uses: "
                    + "mix, from: $b }\n"
            ),
            """
            pipelines/text.yaml:4:3: error: these stages need each other: a -> c -> b -> a [cycle]
              a: { uses: mix, from: $c }
              ^
            """
        ),
        (
            stages(
                "  a: { uses: mix, from: x, output: \"{name}.out\" }\n  b: { uses: mix, each: $a, from: x, output: "
                    + "\"{name}.out\" }\n"
            ),
            """
            pipelines/text.yaml:5:19: error: the stage 'mix' cannot run once for each element [cannot-repeat]
              b: { uses: mix, each: $a, from: x, output: "{name}.out" }
                              ^~~~
              hint: remove 'each'
            """
        ),
        (
            stages(
                "  a: { uses: mix, from: x, output: \"{name}.out\" }\n  b: { uses: mix, from: y, output: "
                    + "\"{name}.out\" }\n"
            ),
            """
            pipelines/text.yaml:5:36: error: two stages write '{name}.out' [same-output]
              b: { uses: mix, from: y, output: "{name}.out" }
                                               ^~~~~~~~~~~~
              hint: the other is in line 4
            """
        ),
        (
            stages(start + "  draw: { uses: draw, each: $split.parts, output: \"{name}.out\" }\n"),
            """
            pipelines/text.yaml:5:51: error: the stage 'draw' runs once for each element and cannot write one file \
            [output-of-each]
              draw: { uses: draw, each: $split.parts, output: "{name}.out" }
                                                              ^~~~~~~~~~~~
            """
        ),
    ]

    @Test(arguments: complaints)
    func complaint(_ text: String, _ expected: String) throws {
        let found = try Self.complaints(text)
        #expect(found == expected, "\(found)")
    }

    @Test func twoPipelinesForOnePattern() throws {
        let text = Self.stages("  a: { uses: mix, from: x, output: \"{name}.out\" }\n")
        #expect(
            try Self.complaints(text, other: text) == """
                pipelines/zother.yaml:2:9: error: two rules make '{name}.out' [two-rules]
                target: "{name}.out"
                        ^~~~~~~~~~~~
                  hint: the other is at pipelines/text.yaml:2
                """)
    }
}

@Suite struct TargetTests {
    private func refusal(_ world: FakeWorkspace, _ targets: String...) throws -> String {
        do throws(Diagnostics) {
            var request = world.request(targets)
            request.dryRun = true
            _ = try world.builder().run(request)
            return ""
        } catch { return error.all.map { $0.text() }.joined(separator: "\n") }
    }

    @Test func refusals() throws {
        let world = try Probe.workspace()
        #expect(
            try refusal(world) == """
                error: this folder has nothing to build [nothing-to-build]
                  hint: targets are made from: {name}.txt
                """)
        #expect(
            try refusal(world, "a.mp4") == """
                error: no rule makes 'a.mp4' [no-rule]
                  hint: this folder offers no target
                """)
        try world.write("launch.txt", "x")
        try world.write("other.txt", "x")
        #expect(try world.builder().targets(in: Folders(workspace: world.workspace)) == ["launch.out", "other.out"])
        #expect(
            try refusal(world, "launch.mp4", "/etc/x.out", "a/../x.out", "launch.out:drew") == """
                error: no rule makes 'launch.mp4' [no-rule]
                  hint: did you mean 'launch.out'? targets here: launch.out, other.out
                error: '/etc/x.out' cannot be a target: it is absolute [bad-target]
                error: 'a/../x.out' cannot be a target: it leaves the workspace [bad-target]
                error: 'launch.out' has no stage 'drew' [no-such-stage]
                  hint: did you mean 'draw'? stages: split, draw, code, join, judge
                """)
        #expect(
            try refusal(world, "lunch.out") == """
                pipelines/text.yaml:4:31: error: 'lunch.out' needs 'lunch.txt', which does not exist [missing-file]
                  split: { uses: split, spec: "{name}.txt", extra: "{name}.extra?" }
                                              ^~~~~~~~~~~~
                  hint: did you mean 'launch.txt'?
                """)
    }

    @Test func whatIsThereDecidesBetweenRules() throws {
        let one =
            "pipeline: p\ntarget: \"{name}.out\"\nstages: { a: { uses: mix, from: \"{name}.txt\", output: "
            + "\"{name}.out\" } }\n"
        let two =
            "pipeline: q\ntarget: \"{name}.tall.out\"\nstages: { a: { uses: mix, from: \"{name}.txt\", salt: tall, "
            + "output: \"{name}.tall.out\" } }\n"
        let world = try Probe.workspace(one)
        try world.write("pipelines/two.yaml", two)
        try world.write("a.txt", "x")
        try world.build("a.tall.out")
        #expect(world.read("a.tall.out") == FakeStages.mixed(["x"], salt: "tall"))
        try world.write("a.tall.txt", "y")
        #expect(
            try refusal(world, "a.tall.out") == """
                pipelines/two.yaml:2:9: error: two rules make 'a.tall.out' [two-rules]
                target: "{name}.tall.out"
                        ^~~~~~~~~~~~~~~~~
                  hint: the other is at pipelines/text.yaml:2
                """)
    }

    @Test func foldersAndFallback() throws {
        let world = try Probe.workspace()
        Folder.remove(world.workspace + "/pipelines")
        try world.write("deep/down/a.txt", "one\n")
        try world.build("deep/down/a.out")
        #expect(world.read("deep/down/a.out") == "untitled:<20 ONE>\n")
        #expect(try world.builder().targets(in: Folders(workspace: world.workspace)) == [])
    }
}
