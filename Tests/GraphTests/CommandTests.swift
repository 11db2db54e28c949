// What a program finds, and what becomes of what it makes.
import Diagnostics
import Files
import Glibc
import Graph
import Processes
import Programs
import Store
import TestSupport
import Testing

@Suite struct CommandTests {
    static var states: [Sandbox.State] { CommandWorld.states }

    @Test(arguments: states) func inputsAndOutputs(_ state: Sandbox.State) throws {
        let world = try CommandWorld()
        let one = try world.write("one.txt", "one\n"), two = try world.write("deep/two.txt", "two\n"),
            set = workspaceFolder(world)
        let command = CommandWorld.shell("cat in/a.txt in/b.txt set/x/y > out/made/text; ls -A; pwd") {
            $0.mounts = [
                .init(at: "in/a.txt", source: one), .init(at: "in/b.txt", source: two), .init(at: "set", source: set),
            ]
            $0.outputs = [.init("text", file: "out/made/text")]
        }
        let (outcome, run) = try world.outcome(command, in: state)
        #expect(outcome.outputs["text"] == ["out/made/text"] && outcome.diagnostics == [])
        #expect(fileText(run.scratch + "/out/made/text") == "one\ntwo\ny\n")
        #expect(run.log.hasPrefix(".tmp\nin\nout\nset\n"))
        if state == .none(reason: "switched off") {
            #expect(run.log.contains(run.scratch))
        } else {
            #expect(run.log.hasSuffix("/build\n"))
        }
        #expect(outcome.outputs["log"] == [".log.txt"] && fileText(run.scratch + "/.log.txt") == run.log)
        #expect(run.end.how == .exit(0) && run.end.cpu > 0 && run.end.peakMemory > 0)
    }

    private func workspaceFolder(_ world: CommandWorld) -> String {
        _ = try? world.write("set/x/y", "y\n")
        return world.workspace + "/set"
    }

    @Test(arguments: states) func silentProgramsLeaveNoLog(_ state: Sandbox.State) throws {
        let (outcome, _) = try CommandWorld().outcome(CommandWorld.shell("exit 0"), in: state)
        #expect(outcome.outputs == ["log": []])
    }

    /// No variable of ours, no descriptor of ours, nothing to read, no terminal, no blocked or ignored signal.
    @Test(arguments: states) func clean(_ state: Sandbox.State) throws {
        setenv("VGRAPH_TEST_SECRET", "secret", 1)
        let world = try CommandWorld()
        let command = CommandWorld.python(
            """
            import os, sys
            print(sorted(k for k in os.environ if k not in ("PWD", "LC_CTYPE")))
            print(sorted(int(f) for f in os.listdir("/proc/self/fd"))[:3], len(os.listdir("/proc/self/fd")))
            print(repr(sys.stdin.read()))
            try: print(open("/dev/tty"))
            except OSError: print("no terminal")
            print([l.split()[1] for l in open("/proc/self/status") if l.startswith(("SigBlk", "CapEff"))][:1])
            print(os.environ["TMPDIR"] == os.environ["HOME"], os.path.isdir(os.environ["TMPDIR"]))
            open(os.environ["TMPDIR"] + "/scrap", "w").write("x" * 10)
            """
        ) { $0.environment["GREETING"] = "a b=c" }
        let (outcome, run) = try world.outcome(command, in: state)
        // The fourth descriptor is the folder being listed.
        #expect(
            run.log == """
                ['GREETING', 'HOME', 'PATH', 'TMPDIR']
                [0, 1, 2] 4
                ''
                no terminal
                ['0000000000000000']
                True True

                """)
        #expect(outcome.diagnostics == [])
    }

    @Test(arguments: states) func aScriptAmongTheInputs(_ state: Sandbox.State) throws {
        let world = try CommandWorld()
        let script = try world.write("tools/say", "#!/bin/sh\necho \"$@\" > said\n", mode: 0o755)
        for place in ["tools/say", "say"] {
            var command = Command(
                node: "n", program: place, arguments: [place, "one two", ""], environment: ["PATH": "/usr/bin:/bin"])
            command.mounts = [.init(at: place, source: script)]
            command.outputs = [.init("said", file: "said")]
            let (_, run) = try world.outcome(command, in: state)
            #expect(fileText(run.scratch + "/said") == "one two \n")
        }
    }

    @Test(arguments: states) func lists(_ state: Sandbox.State) throws {
        let world = try CommandWorld(), own = try world.write("f.png", "mine")
        let command = CommandWorld.shell(
            "cd frames; for i in b a é 10 9; do echo $i > $i.png; done; echo > .hidden.png; echo no > a.jpg; cd ..; "
                + "mkdir -p s/1 s/2; echo > s/1/x.bin; echo > s/2/x.bin"
        ) {
            $0.mounts = [.init(at: "frames/f.png", source: own)]
            $0.outputs = [
                .init("frames", file: "frames/*.png", isList: true),
                .init("none", file: "none/*.txt", isOptional: true, isList: true),
                .init("parts", file: "s/?/*.bin", isList: true), .init("maybe", file: "maybe", isOptional: true),
            ]
        }
        let (outcome, _) = try world.outcome(command, in: state)
        #expect(outcome.outputs["frames"] == ["10", "9", "a", "b", "é"].map { "frames/\($0).png" })
        #expect(outcome.outputs["parts"] == ["s/1/x.bin", "s/2/x.bin"])
        #expect(outcome.outputs["none"] == [] && outcome.outputs["maybe"] == [])
        #expect(
            outcome.diagnostics.map(\.message) == [
                "a.mp4:cmd: the program left files that are not outputs: frames/.hidden.png, frames/a.jpg"
            ])
    }

    static let wrongOutputs: [(String, String)] = [
        ("true", "program-output-missing"), ("mkdir out.txt", "program-output-not-a-file"),
        ("ln -s /etc/passwd out.txt", "program-output-not-a-file"),
        ("mkfifo out.txt", "program-output-not-a-file"), (": > out.txt", "program-output-empty"),
    ]

    @Test(arguments: states, wrongOutputs) func outputsThatCannotBeTaken(
        _ state: Sandbox.State, _ wrong: (String, String)
    ) throws {
        let command = CommandWorld.shell(wrong.0) { $0.outputs = [.init("text", file: "out.txt")] }
        #expect(try CommandWorld().problems(command, in: state).map(\.id) == [wrong.1])
    }

    @Test(arguments: states) func emptyIsFineWhereSaid(_ state: Sandbox.State) throws {
        let command = CommandWorld.shell(": > out.txt") {
            $0.outputs = [.init("text", file: "out.txt", mayBeEmpty: true)]
        }
        #expect(try CommandWorld().outcome(command, in: state).outcome.outputs["text"] == ["out.txt"])
    }

    @Test(arguments: states) func outputsBehindLinks(_ state: Sandbox.State) throws {
        let world = try CommandWorld()
        let command = CommandWorld.shell("rmdir out; ln -s /etc out; rmdir list; ln -s /etc list") {
            $0.outputs = [.init("text", file: "out/passwd"), .init("list", file: "list/pass*", isList: true)]
        }
        #expect(
            try world.problems(command, in: state).map(\.id) == ["program-output-outside", "program-output-outside"])
    }

    /// The cache makes an output its own and read-only: that must never be the user's file.
    @Test func anOutputThatIsAnInputByAnotherName() throws {
        let world = try CommandWorld(), source = try world.write("one.txt", "one\n")
        let command = CommandWorld.shell("ln \"$(readlink one.txt)\" out.txt || cp one.txt out.txt") {
            $0.mounts = [.init(at: "one.txt", source: source)]
            $0.outputs = [.init("text", file: "out.txt")]
        }
        for state in Self.states {
            let (outcome, run) = try world.outcome(command, in: state)
            #expect(outcome.outputs["text"] == ["out.txt"] && fileText(run.scratch + "/out.txt") == "one\n")
            var ours = stat(), theirs = stat()
            #expect(stat(run.scratch + "/out.txt", &ours) == 0 && stat(source, &theirs) == 0)
            #expect(ours.st_ino != theirs.st_ino && ours.st_nlink == 1 && theirs.st_nlink == 1)
        }
    }

    @Test(arguments: states) func leftovers(_ state: Sandbox.State) throws {
        let command = CommandWorld.shell(
            "mkdir -p d/e; for i in 1 2 3 4 5 6 7; do echo > d/e/$i; done; echo > $TMPDIR/x; echo > out"
        ) {
            $0.outputs = [.init("out", file: "out")]
        }
        let (outcome, _) = try CommandWorld().outcome(command, in: state)
        #expect(
            outcome.diagnostics.map(\.message) == [
                "a.mp4:cmd: the program left files that are not outputs: d/e/1, d/e/2, d/e/3, d/e/4, d/e/5 and 2 more"
            ])
        #expect(outcome.diagnostics.first?.severity == .warning)
    }

    @Test(arguments: states) func failures(_ state: Sandbox.State) throws {
        let world = try CommandWorld()
        func only(_ script: String, _ change: (inout Command) -> Void = { _ in }) throws -> Diagnostic {
            let all = try world.problems(CommandWorld.shell(script, change), in: state)
            return try #require(all.count == 1 ? all[0] : nil)
        }
        var problem = try only("echo one; echo two >&2; exit 3")
        #expect(problem.message == "a.mp4:cmd: 'sh -c \"echo one; echo two >&2; exit 3\"' ended with status 3")
        #expect(problem.hint == "last output: one | two" && problem.fault != .input)
        problem = try only("kill -SEGV $$")
        #expect(problem.id == "program-killed" && problem.message.hasSuffix("was killed by SIGSEGV"))
        problem = try only("cat nothing.txt")
        #expect(problem.hint?.hasSuffix("; if it needs an undeclared file, add it to the stage's inputs") == true)
        problem = try only("true") { $0.program = "/nowhere/program" }
        #expect(
            problem.id == "program-start"
                && problem.message == "a.mp4:cmd: cannot start '/nowhere/program': no such file or directory")
    }

    /// What cannot be started says so, and leaves nothing at work.
    @Test func cannotStart() throws {
        let world = try CommandWorld(), plain = try world.write("plain", "no program")
        func text(_ change: (inout Command) -> Void) throws -> String {
            do {
                _ = try world.run(CommandWorld.shell("true", change), in: .none(reason: ""))
                return ""
            } catch let error as ProgramProblem { return error.diagnostic.message }
        }
        #expect(try text { $0.program = "/nowhere" } == "a.mp4:cmd: cannot start '/nowhere': no such file or directory")
        #expect(try text { $0.program = plain } == "a.mp4:cmd: cannot start '\(plain)': permission denied")
        #expect(
            try text { $0.arguments.append("a\0b") }
                == "a.mp4:cmd: cannot start '/bin/sh': an argument or a variable contains a NUL byte")
        #expect(
            try text { $0.arguments.append(String(repeating: "x", count: 300_000)) }
                == "a.mp4:cmd: cannot start '/bin/sh': argument list too long")
        #expect(try text { $0.environment["A"] = "\0" }.hasSuffix("contains a NUL byte"))
    }

    static let collisions: [([String], String)] = [
        (["a", "a"], "out"), (["a", "a/b"], "out"), (["a/b", "a"], "out"), (["out"], "out"), (["out"], "out/x"),
        (["out/x"], "out"),
        ([".tmp"], "out"), ([], ".log.txt"),
    ]

    @Test(arguments: states, collisions) func placesThatCollide(_ state: Sandbox.State, _ places: ([String], String))
        throws
    {
        let world = try CommandWorld(), source = try world.write("source", "untouched")
        let command = CommandWorld.shell("echo new > '\(places.1)'") {
            $0.mounts = places.0.map { .init(at: $0, source: source) }
            $0.outputs = [.init("out", file: places.1)]
        }
        if places.0 == ["out/x"] {
            // A folder stands where the program was to write a file: its own shell says so.
            #expect(try world.problems(command, in: state).map(\.id) == ["program-failed"])
        } else {
            #expect(throws: ProgramProblem.self) { try world.run(command, in: state) }
        }
        #expect(fileText(source) == "untouched")
    }

    /// More than bubblewrap could bind in a minute.
    @Test(arguments: states) func twoThousandInputs(_ state: Sandbox.State) throws {
        let world = try CommandWorld(), blobs = Blobs(world.cache)
        var mounts: [Command.Mount] = []
        for index in 0..<2000 {
            var source = try world.write("f\(index)", "\(index)\n")
            // Half of them are blobs, which keep their name and their bytes.
            if index % 2 == 0 {
                let scratch = try world.cache.makeScratch()
                rename(source, scratch + "/x")
                source = blobs.path(try blobs.adopt(scratch + "/x").digest)
            }
            mounts.append(.init(at: "in/\(index / 100)/\(index)", source: source))
        }
        let command = CommandWorld.shell(
            "cat in/*/* | sort -n > sorted; (for f in in/*/*; do echo x >> $f; done) 2>/dev/null; true"
        ) {
            $0.mounts = mounts
            $0.outputs = [.init("sorted", file: "sorted")]
        }
        let begun = monotonicSeconds()
        // In a plain folder a program can change what the links lead to.
        let harmless =
            state == .none(reason: "switched off")
            ? CommandWorld.shell("cat in/*/* | sort -n > sorted") {
                $0.mounts = mounts; $0.outputs = command.outputs
            } : command
        let (outcome, run) = try world.outcome(harmless, in: state)
        #expect(monotonicSeconds() - begun < 10)
        #expect(fileText(run.scratch + "/sorted") == (0..<2000).map { "\($0)\n" }.joined())
        #expect(outcome.diagnostics == [])
        Folder.remove(run.scratch)
        #expect(mounts.allSatisfy { fileText($0.source)?.contains("x") == false })
        for mount in mounts where mount.source.contains("/blobs/") {
            #expect(
                blobs.inspect(
                    Record.Blob(
                        digest: try FileContent.read(mount.source)!.digest,
                        size: UInt64(fileText(mount.source)!.utf8.count))) == .sound)
        }
    }
}
