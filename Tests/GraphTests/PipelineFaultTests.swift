// Faults of a pipeline that take several files, or files of the project, to be seen: each is caused by a build and told
// with its place. Those of one file are in Tests/Goldens/pipeline-errors.txt.
import Diagnostics
import EngineFakes
import Glibc
import TestSupport
import Testing

@Suite struct PipelineFaultTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        var id: String
        /// Line and column in `pipelines/text.yaml`, or in the file that is named.
        var place: String
        /// What stands in the pipeline beside its name and its target.
        var pipeline: String
        var files: [String: String] = [:]
        var testDescription: String { id + " " + place }
    }

    private static let out = "run: [sh, -c, 'echo x > \"$0\"', $out], output: out.txt"

    static let faults = [
        Fault(id: "include-missing", place: "3:10", pipeline: "include: parts/none.yaml\nstages: { s: { \(out) } }"),
        Fault(
            id: "include-cycle", place: "pipelines/parts/b.yaml:1:10",
            pipeline: "include: parts/a.yaml\nstages: { s: { \(out) } }",
            files: [
                "pipelines/parts/a.yaml": "include: b.yaml\nvars: { x: 1 }\n",
                "pipelines/parts/b.yaml": "include: a.yaml\nvars: { y: 1 }\n",
            ]),
        Fault(id: "bad-variable", place: "3:9", pipeline: "vars: { name: x }\nstages: { s: { \(out) } }"),
        Fault(id: "bad-variable", place: "3:9", pipeline: "vars: { 2x: x }\nstages: { s: { \(out) } }"),
        Fault(
            id: "program-missing", place: "3:22",
            pipeline: "stages: { s: { run: [no-program-has-this-name, $out], output: out.txt } }"),
        Fault(
            id: "not-one", place: "3:33",
            pipeline: "stages: { s: { run: [cat, $out, \"--from=$in\"], inputs: [\"*.txt\"], output: made/out.txt } }",
            files: ["a.txt": "a\n", "b.txt": "b\n"]),
        Fault(
            id: "not-listable", place: "3:33",
            pipeline: "stages: { s: { run: [cat, $out, \"@$list\"], inputs: [\"*.txt\"], output: made/out.txt } }",
            files: ["a\nb.txt": "a\n"]),
        Fault(
            id: "two-files", place: "",
            pipeline: """
                stages:
                  a: { run: [sh, -c, 'echo a > "$0"', $out.r], outputs: { r: x.txt } }
                  s: { run: [sh, -c, 'echo b > "$0"', $out, $in.r, $in.f], inputs: { r: $a, f: in/in.r-x.txt }, \
                output: out.txt }
                """, files: ["in/in.r-x.txt": "mine\n"]),
    ]

    @Test(arguments: faults) func isTold(_ fault: Fault) throws {
        let target = fault.pipeline.contains("made/out.txt") ? "made/out.txt" : "out.txt"
        let world = try FakeWorkspace(
            worker: Probe.path, pipeline: "pipeline: p\ntarget: \(target)\n\(fault.pipeline)\n")
        for (name, text) in fault.files { try world.write(name, text) }
        let found = try #require(try Self.errors(world, target).first)
        let place = found.place.map {
            ($0.file == "pipelines/text.yaml" ? "" : $0.file + ":") + "\($0.line):\($0.column)"
        }
        #expect(found.id == fault.id && (place ?? "") == fault.place, "\(found.text())")
    }

    private static func errors(_ world: FakeWorkspace, _ targets: String...) throws -> [Diagnostic] {
        do throws(Diagnostics) {
            return try world.builder().run(world.request(targets), catchSignals: false).diagnostics
                .filter { $0.severity == .error }
        } catch { return error.all }
    }

    /// A search passes by a folder that lies elsewhere, and is heard to.
    @Test func aLinkToAFolderOutside() throws {
        let world = try FakeWorkspace(
            worker: Probe.path,
            pipeline: """
                pipeline: p
                target: out.all
                stages: { s: { run: [sh, -c, 'o="$0"; cat "$@" > "$$o"', $out, $in], inputs: ["**/*.txt"], \
                output: out.all } }

                """)
        try world.write("a.txt", "a\n")
        let outside = TemporaryFolder()
        try outside.write("b.txt", "b\n")
        symlink(outside.path, world.workspace + "/far")
        let build = try world.build("out.all")
        #expect(build.result.status == .done && world.read("out.all") == "a\n")
        let told = try #require(build.result.diagnostics.first { $0.id == "link-not-followed" })
        #expect(told.severity == .warning && told.message.contains("'far'") && told.place?.line == 3)
    }

    /// Only a run finds out that a stage reads what is made from its own result.
    @Test func aCircleThatARunFinds() throws {
        let world = try Probe.workspace()
        try world.write(
            "pipelines/late.yaml",
            "pipeline: late\ntarget: late.inc\n"
                + "stages: { s: { run: [cp, $in, $out], inputs: [a.out], output: late.inc } }\n")
        try world.write("a.txt", "one\ninclude late.inc\n")
        let found = try Self.errors(world, "a.out", "late.inc")
        #expect(found.map(\.id) == ["reads-later"], "\(found.map { $0.text() })")
        #expect(found.first?.message.contains("'late.inc'") == true)
    }
}
