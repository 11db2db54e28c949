// Pipelines' own programs, as the built command runs them: their secrets, names, ends, words.
import Foundation
import TestSupport
import Testing

@Suite struct ProgramBuildTests {
    private func workspace(_ run: String, _ more: String = "", target: String = "out.txt") throws -> Workspace {
        try Workspace([
            "pipelines/t.yaml": """
            pipeline: t
            target: \(target)
            stages:
              s:
                run: \(run)
                output: \(target)
            \(more)
            """
        ])
    }

    /// Every file of the workspace, its cache included, that holds a text.
    private func files(in workspace: Workspace, holding text: String) throws -> [String] {
        let names = FileManager.default.enumerator(atPath: workspace.folder.path)?.compactMap { $0 as? String } ?? []
        return names.filter { (try? workspace.bytes($0))?.range(of: Data(text.utf8)) != nil }
    }

    @Test func aSecretIsNowhere() throws {
        let workspace = try workspace(
            "[sh, -c, 'echo \"key $$KEY\"; printf %s \"$$KEY\" | base64; echo ok > \"$$0\"', $out]",
            "    secrets: [KEY]")
        defer { workspace.remove() }
        let environment = ["KEY": "hunter2-secret-4711"]
        let run = try workspace.vgraph("build", "-v", "out.txt", environment: environment)
        #expect(run.status == 0 && run.err.contains("key ***"), "\(run.out)\(run.err)")
        #expect(try workspace.vgraph("cache", "export", "--for", "out.txt", "e.tar").status == 0)
        try workspace.write(
            "pipelines/t.yaml", workspace.text("pipelines/t.yaml").replacing("echo ok", with: "exit 3; echo ok"))
        let failed = try workspace.vgraph("build", "out.txt", environment: environment)
        #expect(failed.status == 1 && failed.err.contains("***"), "\(failed.out)\(failed.err)")
        for text in ["hunter2-secret", "aHVudGVyMi1zZWNyZXQ"] {
            #expect(try files(in: workspace, holding: text) == [])
            #expect(!(run.out + run.err + failed.out + failed.err).contains(text))
        }
    }

    /// A pipeline's variable is not a prop, so the value would be dropped without a word.
    @Test func aSettingThatNothingTakes() throws {
        let workspace = try workspace("[sh, -c, 'echo made > \"$$0\"', $out]")
        defer { workspace.remove() }
        for option in ["-v", "-n"] {
            let run = try workspace.vgraph("build", option, "--set", "greeting=hello", "out.txt")
            #expect(run.status == 2 && run.err.contains("'--set greeting' changes nothing"), "\(run.out)\(run.err)")
            #expect(run.err.contains("[unused-setting]"))
        }
        #expect(try workspace.vgraph("build", "out.txt").status == 0)
    }

    /// Not set, or set to nothing: nothing runs, not even what does not need it. A hit needs none.
    @Test func aSecretThatIsNotThere() throws {
        let workspace = try workspace(
            "[sh, -c, 'echo \"$$KEY\" > \"$$0\"', $out, $before]",
            """
                secrets: [KEY]
              before: { run: [sh, -c, 'echo ran > "$$0"', $out], outputs: { o: o.txt } }
            """)
        defer { workspace.remove() }
        for value in [nil, ""] as [String?] {
            let run = try workspace.vgraph("build", "out.txt", environment: value.map { ["KEY": $0] } ?? [:])
            #expect(
                run.status == 2 && run.err.contains("[secret-missing]") && !workspace.exists("out.txt"),
                "\(run.out)\(run.err)")
            #expect(run.out.contains("0 ran"), "\(run.out)")
        }
        #expect(try workspace.vgraph("build", "out.txt", environment: ["KEY": "right"]).status == 0)
        #expect(try workspace.text("out.txt") == "right\n")
        try FileManager.default.removeItem(atPath: workspace.path("out.txt"))
        #expect(try workspace.vgraph("build", "out.txt").status == 0)
    }

    @Test func namesAreNoOptions() throws {
        let workspace = try workspace(
            "[sort, $in]",
            """
                inputs: ["*.txt"]
                outputs: { o: { file: pwn.txt, optional: true } }
            """, target: "x.out")
        defer { workspace.remove() }
        try workspace.write(
            "pipelines/t.yaml",
            """
            pipeline: t
            target: "{name}.out"
            stages:
              s: { run: [sh, -c, 'sort "$$@" > result', sh, $in], inputs: ["*.txt"], outputs: { o: result }, output: \
            "{name}.out" }
            """)
        try workspace.write("--output=pwn.txt", "1\n")
        try workspace.write("b.txt", "b\n")
        let run = try workspace.vgraph("build", "a.out")
        #expect(run.status == 0, "\(run.err)")
        #expect(try workspace.text("a.out") == "1\nb\n")
        try workspace.write(
            "pipelines/t.yaml",
            """
            pipeline: t
            target: "{name}.out"
            stages: { s: { run: [sh, -c, 'echo "$$1" > result', sh, "{name}"], outputs: { o: result }, output: \
            "{name}.out" } }
            """)
        let refused = try workspace.vgraph("build", "./-rf.out")
        #expect(refused.status == 2 && refused.err.contains("[name-is-option]"), "\(refused.err)")
    }

    /// More words than bubblewrap takes, and the same as a list in a file.
    @Test(arguments: [
        "[sh, -c, 'out=\"$$1\"; shift; cat \"$$@\" > \"$$out\"', sh, $out, $in]",
        "[sh, -c, 'xargs cat < \"$$1\" > \"$$0\"', $out, $list]",
    ])
    func manyInputs(_ program: String) throws {
        let workspace = try workspace(program, "    inputs: [\"pages/*.txt\"]")
        defer { workspace.remove() }
        for number in 10_000..<19_100 { try workspace.write("pages/\(number).txt", "x") }
        let run = try workspace.vgraph("build", "out.txt")
        #expect(run.status == 0, "\(run.err)")
        #expect(try workspace.bytes("out.txt").count == 9_100)
    }

    @Test func exitCodes() throws {
        for (program, status) in [
            ("[sh, -c, 'exit 3']", 1), ("[sh, -c, 'kill -9 $$$$']", 1), ("['true']", 1),
            ("[cat, nowhere-at-all.txt]", 1),
        ] as [(String, Int32)] {
            let workspace = try workspace(program)
            defer { workspace.remove() }
            let run = try workspace.vgraph("build", "out.txt")
            #expect(
                run.status == status && !run.err.contains("bug in vgraph"), "\(program): \(run.status) \(run.err)")
        }
        let hidden = try workspace("[cat, notes.txt]")
        defer { hidden.remove() }
        try hidden.write("notes.txt", "there, but not declared")
        let run = try hidden.vgraph("build", "out.txt")
        #expect(
            run.status == 2 && run.err.contains("'notes.txt' exists, but is not among the stage's inputs"), "\(run.err)"
        )
    }

    @Test func caches() throws {
        let workspace = try workspace("[sh, -c, 'echo a > \"$$0\"', $out]")
        defer { workspace.remove() }
        try workspace.write("other/file", "mine")
        #expect(try workspace.vgraph("build", "--cache", workspace.path("other"), "out.txt").status == 2)
        #expect(try workspace.vgraph("build", "--cache", workspace.path("other/file"), "out.txt").status == 2)
        // Also for root, whom no mode stops.
        #expect(try workspace.vgraph("build", "--cache", "/proc/self/cache", "out.txt").status == 1)
        try workspace.write("broken/FORMAT", "nonsense")
        #expect(try workspace.vgraph("build", "--cache", workspace.path("broken"), "out.txt").status == 4)
    }

    /// What could not be printed has not been said.
    @Test func aFullDiskBehindStandardOutput() throws {
        let workspace = try workspace("[sh, -c, 'echo a > \"$$0\"', $out]")
        defer { workspace.remove() }
        #expect(try workspace.vgraph("build", "out.txt").status == 0)
        let program = Repository.binary("vgraph")
        for line in [
            "hash out.txt", "show out.txt:s", "show --json out.txt:s", "build out.txt", "log", "schema", "--help",
            "graph out.txt", "cache stats",
        ] {
            for sink in ["> /dev/full", ">&-"] {
                let run = try Workspace.run("sh", ["-c", "'\(program)' \(line) \(sink)"], in: workspace.folder)
                #expect(
                    run.status == 1 && run.err.contains("[cannot-print]"), "\(line) \(sink): \(run.status) \(run.err)")
            }
        }
    }

    /// A program's words: on failure, with -v, from the record, as they come; and what may reach a terminal of them.
    @Test func words() throws {
        let workspace = try workspace("[sh, -c, 'printf \"::error::no\\033[2J\\n\"; echo two; echo a > \"$$0\"', $out]")
        defer { workspace.remove() }
        let quiet = try workspace.vgraph("build", "out.txt")
        #expect(quiet.status == 0 && !quiet.err.contains("two"))
        for arguments in [
            ["build", "-v", "out.txt"], ["build", "-v", "--force", "out.txt"],
            ["build", "--force", "--follow", "out.txt"],
        ] {
            let run = try Workspace.run(
                Repository.binary("vgraph"), arguments, in: workspace.folder)
            #expect(run.status == 0 && run.err.contains("two\n"), "\(arguments): \(run.err)")
            #expect(
                !run.err.contains("\u{1B}") && !run.err.split(separator: "\n").contains { $0.hasPrefix("::") },
                "\(run.err)")
        }
        #expect(try workspace.vgraph("show", "out.txt:s.log").out.hasSuffix("two\n"))
        #expect(try workspace.vgraph("show", "out.txt:s").out == "a\n")
    }

    /// A child that left its session and its parent ends with its stage all the same.
    @Test func doubleForkedWithoutSandbox() throws {
        let mark = "86\(Int.random(in: 1000...9999))"
        let workspace = try workspace(
            "[sh, -c, '(setsid sh -c \"sleep \(mark) & touch $$TMPDIR/up; sleep \(mark)\" > /dev/null 2>&1 &); "
                + "until [ -e $$TMPDIR/up ]; do :; done; echo a > \"$$0\"', $out]"
        )
        defer { workspace.remove() }
        #expect(try workspace.vgraph("build", "--no-sandbox", "out.txt").status == 0)
        #expect(!ProcessTable.hasCommand("sleep \(mark)"))
    }

    @Test func hangup() throws {
        let workspace = try workspace("[sh, -c, 'echo started; sleep 30; echo a > \"$$0\"', $out]")
        defer { workspace.remove() }
        let build = try workspace.start(["build", "--follow", "out.txt"], output: workspace.path("log"))
        try build.until("its program runs") { try workspace.text("log").contains("started\n") }
        build.signal(SIGHUP)
        #expect(build.wait() == 130)
    }

    /// What a gate says revise for is said with -q, and again while nothing needs doing, marked as such.
    @Test func reasonsAreSaidAgain() throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec() + "acceptance: { baseline: baselines/clip }\n"])
        defer { workspace.remove() }
        let first = try workspace.vgraph("build", "-q", "clip.mp4")
        guard first.status == 3 else { Issue.record("\(first)"); return }
        #expect(
            first.out == "" && first.err.contains("[gate-revise]") && !first.err.contains("(from the cache)"),
            "\(first.err)")
        for arguments in [["build", "-q", "clip.mp4"], ["build", "clip.mp4"], ["build", "-v", "clip.mp4"]] {
            let again = try Workspace.run(
                Repository.binary("vgraph"), arguments, in: workspace.folder)
            #expect(
                again.status == 3 && again.err.contains("[gate-revise] (from the cache)"), "\(arguments): \(again.err)")
        }
        let json = try workspace.vgraph("build", "--json", "clip.mp4")
        #expect(
            json.status == 3
                && json.events.contains { (($0["diagnostic"] as? [String: Any])?["id"] as? String) == "gate-revise" },
            "\(json.out)")
    }

    /// A pipeline of one's own does not make the built-in one vanish without a word.
    @Test func theBuiltInPipelineIsNamed() throws {
        let workspace = try workspace("[sh, -c, 'echo a > \"$$0\"', $out]")
        defer { workspace.remove() }
        try workspace.write("v.video.yaml", Sample.spec())
        let run = try workspace.vgraph("build", "v.mp4")
        #expect(run.status == 2 && run.err.contains("include: builtin"), "\(run.err)")
        try workspace.write("pipelines/video.yaml", "pipeline: video\ntarget: \"{name}.mp4\"\ninclude: builtin\n")
        let dry = try workspace.vgraph("build", "-n", "v.mp4")
        #expect(dry.status == 0 && dry.out.contains("would run"), "\(dry)")
    }

    @Test func cleanKeepsWhatIsNotOurs() throws {
        let workspace = try workspace("[sh, -c, 'echo a > \"$$0\"', $out]")
        defer { workspace.remove() }
        #expect(try workspace.vgraph("build", "out.txt").status == 0)
        try workspace.write("out.txt", "my own words\n")
        let refused = try workspace.vgraph("clean")
        #expect(
            refused.status == 2 && refused.err.contains("[not-removed]") && workspace.exists("out.txt"), "\(refused)")
        #expect(try workspace.vgraph("clean", "--force").status == 0 && !workspace.exists("out.txt"))
        #expect(try workspace.vgraph("build", "out.txt").status == 0)
        #expect(try workspace.vgraph("clean").status == 0 && !workspace.exists("out.txt"))
    }

    /// Names that fill a file system's 255 bytes, hold a colon, or begin with a dash.
    @Test func targetsWithNamesOfTheirOwn() throws {
        let workspace = try Workspace([
            "pipelines/t.yaml": """
            pipeline: t
            target: "{name}.o"
            stages: { s: { run: [cp, $in, $out], inputs: ["{name}.i"], output: "{name}.o" } }
            """
        ])
        defer { workspace.remove() }
        for name in [String(repeating: "n", count: 253), "a:b", "-x"] {
            try workspace.write(name + ".i", "text")
            let run = try workspace.vgraph("build", name.hasPrefix("-") ? "./\(name).o" : name + ".o")
            #expect(run.status == 0, "\(name): \(run.err)")
            #expect(try workspace.text(name + ".o") == "text")
        }
        let option = try workspace.vgraph("build", "-x.o")
        #expect(option.status == 2 && option.err.contains("./-x.o"), "\(option.err)")
        let twin = try workspace.vgraph("build", "-n", "cafe\u{301}.o")
        #expect(twin.status == 2)
        try workspace.write("caf\u{E9}.i", "text")
        #expect(try workspace.vgraph("build", "cafe\u{301}.o").err.contains("NFC and NFD"))
    }

    /// Limits and masks of whoever started it: no crash, our words, or no trouble at all.
    @Test func limitsOfTheCaller() throws {
        let program = Repository.binary("vgraph")
        for (limit, statuses) in [("umask 777", [0]), ("ulimit -f 8", [1]), ("ulimit -v 400000", [0, 1])]
            as [(String, [Int32])]
        {
            let workspace = try Workspace(["clip.video.yaml": Sample.spec()])
            defer { workspace.remove() }
            let run = try Workspace.run("sh", ["-c", "\(limit); '\(program)' build clip.mp4"], in: workspace.folder)
            #expect(statuses.contains(run.status), "\(limit): \(run.status) \(run.err)")
            #expect(
                !run.err.contains("Cocoa") && !run.err.contains("Error(") && !run.err.contains("bug in vgraph"),
                "\(limit): \(run.err)")
        }
    }
}
