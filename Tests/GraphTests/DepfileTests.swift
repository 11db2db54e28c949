// What programs say they have read: make's depfiles and lists in JSON, read right or refused.
import Diagnostics
import Digests
import Files
import Glibc
import Graph
import Programs
import Store
import TestSupport
import Testing
import Work

@Suite struct DepfileTests {
    static let texts: [(String, [String])] = [
        ("out: a b\n", ["a", "b"]),
        ("out:", []),
        ("out : a", ["a"]),
        ("a.o b.o: x \\\n  y\\\n\tz\n", ["x", "y", "z"]),
        ("out: a \\\r\n b\r\nc: d\r\n", ["a", "b", "d"]),
        ("out: my\\ file \\#1 cost\\$\\$ $$x a\\\\b c\\d\n", ["my file", "#1", "cost\\$\\$", "$x", "a\\b", "c\\d"]),
        ("# made by hand\nout: a # the rest is talk\n\n# more\n", ["a"]),
        ("out: a b a\nb:\na:\n", ["a", "b"]),
        ("c:/x/out.o: c:/x/in.c http://y\n", ["c:/x/in.c", "http://y"]),
        ("t\\:1: a\\:b\n", ["a:b"]),
        ("\\\n\\\n out: a", ["a"]),
        ("out:\\\n a\n", ["a"]),
        ("ü: ß/é\n", ["ß/é"]),
        ("out: a\\", ["a\\"]),
    ]

    @Test(arguments: texts) func read(_ text: String, _ inputs: [String]) throws {
        // `\$\$` keeps its backslashes: nobody escapes a dollar so.
        #expect(try Depfile.inputs(Array(text.utf8)) == inputs)
    }

    static let faults: [(String, Int, Int, String)] = [
        ("", 1, 1, "it contains no rule"), ("\n\n# only talk\n", 4, 1, "it contains no rule"),
        ("out a b\n", 1, 8, "a ':' is missing after the target"),
        ("out: a\nb\n", 2, 2, "a ':' is missing after the target"), (": a\n", 1, 1, "a target is missing before ':'"),
        ("out: a\0b\n", 1, 7, "a name contains a NUL byte"),
        ("x: " + String(repeating: "y", count: 5000), 1, 4101, "a name is longer than 4096 bytes"),
    ]

    @Test(arguments: faults) func malformed(_ text: String, _ line: Int, _ column: Int, _ reason: String) {
        #expect(throws: Depfile.Malformed(line: line, column: column, reason: reason)) {
            try Depfile.inputs(Array(text.utf8))
        }
    }

    @Test func hostile() {
        #expect(throws: Depfile.Malformed.self) { try Depfile.inputs(Array("x: ".utf8) + [0xFF, 0xFE]) }
        let many = "x:" + (0...Depfile.mostPaths).map { " \($0)" }.joined()
        #expect(throws: Depfile.Malformed.self) { try Depfile.inputs(Array(many.utf8)) }
        #expect(throws: Depfile.Malformed.self) {
            try Depfile.inputs([UInt8](repeating: UInt8(ascii: "\\"), count: 1 << 20))
        }
        #expect(throws: Depfile.Malformed.self) {
            try Depfile.inputs(Array(String(repeating: "\\\n", count: 1 << 20).utf8))
        }
    }

    static var states: [Sandbox.State] { CommandWorld.states }

    /// Declared inputs, outputs and scraps are no discoveries; what lies in a folder that was opened is, under its own
    /// path.
    @Test(arguments: states) func discoveries(_ state: Sandbox.State) throws {
        let world = try CommandWorld()
        let one = try world.write("one.txt", "one"), two = try world.write("assets/deep/two.txt", "two")
        let command = CommandWorld.shell(
            """
            cat lib/deep/two.txt one.txt > out; : > made.tmp; rm made.tmp
            printf 'out: one.txt lib/deep/two.txt \\\\\\n ./lib/x/../deep/two.txt made.tmp out /usr/bin/env \
            lib/nothing.txt lib %s/one.txt %s/gone /proc/self/stat\\n' "$PWD" "$PWD" > deps/out.d
            echo '{"inputs": ["lib/deep/two.txt", "\(one)", "/usr/bin/env", "/tmp"]}' > found.json
            """
        ) {
            $0.mounts = [.init(at: "one.txt", source: one), .init(at: "lib", source: world.workspace + "/assets")]
            $0.outputs = [.init("out", file: "out")]
            $0.depfile = "deps/out.d"
            $0.discovered = "found.json"
        }
        let (outcome, _) = try world.outcome(command, in: state)
        let env = try #require(try FileContent.read("/usr/bin/env")).digest
        let names = try Leaf.observe(world.workspace + "/assets", kind: .folder, known: nil).digest
        #expect(
            outcome.discovered == [
                Discovered(path: "/usr/bin/env", digest: env), Discovered(path: "assets/", digest: names),
                Discovered(path: "assets/deep/two.txt", digest: try #require(try FileContent.read(two)).digest),
                Discovered(path: "assets/nothing.txt", digest: nil),
            ])
        #expect(outcome.diagnostics == [])
    }

    /// Which bytes were read of a file that changed meanwhile nobody knows: no digest that it ever has.
    @Test(arguments: states) func changedMeanwhile(_ state: Sandbox.State) throws {
        let world = try CommandWorld()
        try world.write("assets/a", "old")
        let command = CommandWorld.shell("cat lib/a > out; echo 'out: lib/a' > out.d; sleep 0.3") {
            $0.mounts = [.init(at: "lib", source: world.workspace + "/assets")]
            $0.outputs = [.init("out", file: "out")]
            $0.depfile = "out.d"
        }
        let pool = CommandPool(sandbox: state), scratch = try world.cache.makeScratch()
        try pool.start(job: 1, command, scratch: scratch)
        try until("the list is written") { fileText(scratch + "/out.d")?.isEmpty == false }
        try world.write("assets/a", "new")
        let end = try CommandWorld.end(of: 1, in: pool)
        #expect(
            try command.outcome(of: end, scratch: scratch, folders: Folders(workspace: world.workspace)).discovered
                == [Discovered(path: "assets/a", digest: .zero)])
    }

    static let wrongLists: [(String, String)] = [
        ("true", "program-inputs-missing"), ("mkdir out.d", "program-inputs-missing"),
        ("ln -s /etc/passwd out.d", "program-inputs-missing"),
        ("echo nonsense > out.d", "program-inputs-malformed"),
        ("printf 'out: a' > out.d; truncate -s 40M out.d", "program-inputs-malformed"),
    ]

    @Test(arguments: states, wrongLists) func depfilesThatCannotBeRead(
        _ state: Sandbox.State, _ wrong: (String, String)
    ) throws {
        let world = try CommandWorld()
        #expect(
            try world.problems(CommandWorld.shell(wrong.0) { $0.depfile = "out.d" }, in: state).map(\.id) == [wrong.1])
    }

    @Test(arguments: ["", "{", "[]", "{\"inputs\": [1]}", "{\"inputs\": [\"\"]}", "{\"inputs\": [\"a\\u0000b\"]}"])
    func listsThatCannotBeRead(_ text: String) throws {
        let world = try CommandWorld(), file = try world.write("list.json", text)
        let command = CommandWorld.shell("cp given list.json") {
            $0.mounts = [.init(at: "given", source: file)]
            $0.discovered = "list.json"
        }
        #expect(try world.problems(command, in: .none(reason: "")).map(\.id) == ["program-inputs-malformed"])
    }
}
