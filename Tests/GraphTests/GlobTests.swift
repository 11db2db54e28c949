// What a pattern finds: the project's files, whichever way its links lead, and never nothing without a word.
import Diagnostics
import EngineFakes
import Glibc
import Graph
import Store
import Testing

@Suite struct GlobTests {
    static func pipeline(_ input: String) -> String {
        """
        pipeline: t
        target: out.txt
        stages: { s: { run: [sh, -c, 'o="$1"; shift; for f in "$@"; do echo "$$f"; done > "$$o"', sh, $out, $in], \
        inputs: ["\(input)"], output: out.txt } }
        """
    }

    private func found(_ input: String, _ files: [String], _ change: (FakeWorkspace) throws -> Void = { _ in }) throws
        -> (names: [String], problems: [Diagnostic])
    {
        let world = try Probe.workspace(Self.pipeline(input))
        for file in files { try world.write(file, file + "\n") }
        try change(world)
        do throws(Diagnostics) {
            let result = try world.builder().run(world.request(["out.txt"]), catchSignals: false)
            return (
                world.read("out.txt")?.split(separator: "\n").map(String.init) ?? [],
                result.diagnostics.filter { $0.severity == .error }
            )
        } catch { return ([], error.all) }
    }

    @Test(arguments: [
        ("d/?.x", ["d/1.x", "d/\u{E9}.x"]), ("d/[0-9].x", ["d/1.x"]), ("d/[!0-9].x", ["d/\u{E9}.x"]),
        ("d/[a-z][0-9]*.x", ["d/a1.x", "d/a12.x"]),
        ("d/a?*.x", ["d/a1.x", "d/a12.x", "d/a[1].x"]), ("d/a[[]1].x", ["d/a[1].x"]),
        ("d/[]a[]*.x", ["d/a1.x", "d/a12.x", "d/a[1].x"]), ("**/1.x", ["d/1.x", "e/f/1.x"]),
    ])
    func wildcards(_ pattern: String, _ expected: [String]) throws {
        let made = try found(pattern, ["d/1.x", "d/\u{E9}.x", "d/a1.x", "d/a12.x", "d/a[1].x", "d/.1.x", "e/f/1.x"])
        #expect(made.names == expected && made.problems == [])
    }

    @Test(arguments: ["d/{a,b}.x", "d/*.{x,y}", "d/[a.x", "d/[z-a].x", "d/a**.x"]) func refusedAtItsLine(
        _ pattern: String
    ) throws {
        let problem = try #require(try found(pattern, ["d/a.x"]).problems.first)
        #expect(problem.id == "bad-pattern" && problem.place?.line == 3)
    }

    @Test func nothingIsSaid() throws {
        let problem = try #require(try found("d/*.x", ["d/a.y"]).problems.first)
        #expect(
            problem.id == "no-match"
                && problem.message == "'out.txt' needs files that match 'd/*.x', but there are none")
        #expect(problem.fault == .input && problem.hint?.contains("'d/*.x?'") == true && problem.place?.line == 3)
        #expect(try found("none/*.x", []).problems.map(\.id) == ["no-match"])
    }

    @Test func noneWhereItMayBe() throws {
        let world = try Probe.workspace(
            Self.pipeline("d/*.x?").replacing("done > \"$$o\"", with: "done > \"$$o\"; echo end >> \"$$o\""))
        #expect(try world.build("out.txt").result.status == .done && world.read("out.txt") == "end\n")
        try world.write("d/a.x", "")
        #expect(try world.build("out.txt").result.ran == 1 && world.read("out.txt") == "d/a.x\nend\n")
    }

    @Test func aListToRunOver() throws {
        func pipeline(_ each: String) -> String {
            "pipeline: t\ntarget: out.txt\nstages:\n  e: { each: \"\(each)\", run: [cp, $each, $out] }\n"
                + "  all: { run: [sh, -c, 'o=\"$1\"; shift; cat \"$@\" /dev/null > \"$$o\"; echo end >> \"$$o\"', sh, "
                + "$out, $e], output: out.txt }\n"
        }
        let world = try Probe.workspace(pipeline("d/*.x"))
        let build = try world.build("out.txt")
        #expect(
            build.result.status == .badInput && build.result.diagnostics.map(\.id) == ["no-match"]
                && world.read("out.txt") == nil)
        try world.write("pipelines/text.yaml", pipeline("d/*.x?"))
        #expect(try world.build("out.txt").result.status == .done && world.read("out.txt") == "end\n")
        // A list that becomes empty later on.
        try world.write("pipelines/text.yaml", pipeline("d/*.x"))
        try world.write("d/a.x", "a\n")
        #expect(try world.build("out.txt").result.status == .done && world.read("out.txt") == "a\nend\n")
        unlink(world.workspace + "/d/a.x")
        #expect(try world.build("out.txt").result.status == .badInput)
    }

    /// The cache in the workspace, another one beside it, and links that lead round.
    @Test func neverIntoACacheNorRound() throws {
        for pattern in ["**/*", "*/*", "*/*/*/*", "caches/*/records/*", "**/records/**"] {
            let world = try Probe.workspace(
                Self.pipeline(pattern + "?").replacing("done > \"$$o\"", with: "done > \"$$o\"; echo end >> \"$$o\"")
                    .replacing("output: out.txt", with: "output: o/out.txt").replacing(
                        "target: out.txt", with: "target: o/out.txt"))
            try world.write("a/b/c/x", "")
            try world.write("pipelines/.keep", "")
            for link in ["a/up", "a/b/up"] { symlink("..", world.workspace + "/" + link) }
            symlink("../../a", world.workspace + "/a/b/top")
            _ = try Cache(world.workspace + "/caches/other")
            var request = world.request(["o/out.txt"])
            request.cache = world.workspace + "/caches/own"
            guard pattern != "**/*" && pattern != "*/*" else {
                // The target is a file of the folder too.
                #expect(throws: Diagnostics.self) { try world.builder().run(request, catchSignals: false) }
                continue
            }
            let first = try world.builder().run(request, catchSignals: false),
                text = try #require(world.read("o/out.txt"))
            #expect(
                first.status == .done && !text.contains("caches/") && !text.contains("up/") && !text.contains("top/"),
                "\(pattern): \(text)")
            #expect(pattern != "*/*/*/*" || text == "a/b/c/x\nend\n")
            #expect(try world.builder().run(request, catchSignals: false).ran == 0)
        }
    }
}
