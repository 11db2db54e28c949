// Work that another machine does: the same bytes as here, and whatever goes wrong there costs a warning. With a real
// server: buildbox-casd and buildbox-run.
import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct RemoteExecutionTests {
    private static func film() throws -> Workspace {
        let workspace = try Workspace(["a.video.yaml": PinnedBuild.spec])
        try PinnedBuild.writeAssets(in: workspace)
        return workspace
    }

    private static func digests(_ workspace: Workspace) throws -> [String: [[String]]] {
        let made = try PinnedBuild.made(in: workspace)
        return Dictionary(made.map { ($0.node, $0.outputs.map(\.digests)) }) { first, _ in first }
    }

    private static func keys(_ workspace: Workspace) throws -> [String: String] {
        Dictionary(try PinnedBuild.made(in: workspace).map { ($0.node, $0.key) }) { first, _ in first }
    }

    private static func sent(_ run: Program.Run) -> Set<String> {
        Set(run.events.filter { $0["event"] as? String == "sent" }.compactMap { $0["node"] as? String })
    }

    @Test func aServerThatIsNotThereCostsAWarning() throws {
        let here = try Self.film(), there = try Self.film()
        defer {
            here.remove()
            there.remove()
        }
        #expect(try here.vgraph("build", "a.mp4").status == 0)
        let run = try there.vgraph("build", "a.mp4", "-j0", "--remote", "grpc://127.0.0.1:1", "--remote-jobs", "2")
        #expect(run.status == 0, "\(run.err)")
        #expect(run.err.split(separator: "\n").count { $0.contains("[remote-not-done]") } == 1, "\(run.err)")
        #expect(run.err.split(separator: "\n").count { $0.contains("[remote-executor-gone]") } == 1, "\(run.err)")
        #expect(try here.bytes("a.mp4") == there.bytes("a.mp4"))
        #expect(try Self.digests(here) == Self.digests(there))

        let refused = try there.vgraph("build", "a.mp4", "--remote", "http://127.0.0.1:1/cache")
        #expect(refused.status == 2 && refused.err.contains("[remote-execute]"), "\(refused.err)")
    }

    @Test(.enabled(if: ExecutingServer.isAvailable)) func aServerMakesTheSameBytes() throws {
        let here = try Self.film(), there = try Self.film(), again = try Self.film()
        defer { for workspace in [here, there, again] { workspace.remove() } }
        let server = try ExecutingServer(in: there.path("casd"))
        #expect(try here.vgraph("build", "a.mp4").status == 0)
        let run = try there.vgraph(
            "build", "a.mp4", "-j0", "--remote", server.address, "--remote-jobs", "1", "--json", "--trace",
            there.path("trace.json"))
        #expect(run.status == 0, "\(run.err)")
        #expect(!run.out.contains("remote-not-done"), "\(run.out)")
        #expect(try here.bytes("a.mp4") == there.bytes("a.mp4"))
        #expect(try Self.digests(here) == Self.digests(there))
        #expect(try Self.keys(here) == Self.keys(there))
        let sent = Self.sent(run)
        for stage in ["render[0]", "contrast[0]", "audio"] {
            #expect(sent.contains("a.mp4:" + stage), "\(stage) of \(sent.sorted())")
        }
        // What takes less time than its way stays.
        #expect(sent.isDisjoint(with: ["a.mp4:mux", "a.mp4:check"]), "\(sent.sorted())")
        #expect(try there.text("trace.json").contains(#""executor":"127.0.0.1:"#))
        // Neighbours share actions where there is one machine for all, and each node is told of once.
        let events = run.events.filter { $0["event"] as? String == "sent" }
        #expect(events.contains { $0["with"] != nil } && events.count == sent.count, "\(events)")
        // What it cost there is in the record, as is where it was done.
        for line in try there.vgraph("log", "last", "--json").events {
            guard let node = line["node"] as? String, sent.contains(node) else { continue }
            let cost = line["cost"] as? [String: Any], made = line["made"] as? [String: Any]
            #expect((cost?["cpu"] as? Double ?? 0) > 0.001, "\(line)")
            #expect((made?["executor"] as? String)?.hasPrefix("127.0.0.1") == true, "\(line)")
        }

        // Here and there at once.
        let both = try again.vgraph("build", "a.mp4", "-j1", "--remote", server.address, "--json")
        #expect(both.status == 0 && !both.out.contains("remote-not-done"), "\(both.out)")
        #expect(try here.bytes("a.mp4") == again.bytes("a.mp4"))
        #expect(try Self.digests(here) == Self.digests(again))
    }

    // MARK: Users' programs

    /// Each element, a list, a folder in and out, a script with an interpreter, an output that is not made, what is
    /// printed, a stray file; and a stage that stays, since it has a secret.
    private static let words = """
        pipeline: words
        target: "{name}.out"
        stages:
          shout:
            run: [sh, -c, 'echo "to $$1" >&2; tr a-z A-Z < "$$1" > "$$2"; echo done; pwd', sh, $each, $out]
            each: "texts/*.txt"
            outputs: { loud: { file: loud.txt, type: file } }
            travels: true
          pages:
            run: [tools/pages, $in.words]
            inputs: { words: $shout.loud }
            outputs: { pages: pages/, list: "list/*.txt", none: { file: none.txt, optional: true } }
            travels: true
          join:
            run: [sh, -c, 'find "$$1" -type f | sort | xargs cat > "$$2"; find "$$1" >> "$$2"', sh, $pages.pages, $out]
            tools: [cat]
            travels: true
          told:
            run: [sh, -c, 'cat "$$1" > "$$2"; test -n "$$WORD"', sh, $join, $out]
            secrets: [WORD]
            output: "{name}.out"

        """
    private static let pages = """
        #!/usr/bin/env sh
        set -e
        mkdir -p pages/inner pages/empty list
        cp "$@" pages/inner/
        chmod +x pages/inner/*
        for n in 1 2 3; do echo "$n" > list/$n.txt; done
        echo stray > stray.txt

        """

    private static func wordsFolder() throws -> Workspace {
        let workspace = try Workspace([
            "pipelines/words.yaml": words, "tools/pages": pages, "texts/a.txt": "one\n", "texts/b.txt": "two\n",
        ])
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: workspace.path("tools/pages"))
        return workspace
    }

    @Test(.enabled(if: ExecutingServer.isAvailable)) func programsThatTravelMakeTheSameBytes() throws {
        let here = try Self.wordsFolder(), there = try Self.wordsFolder()
        defer { for workspace in [here, there] { workspace.remove() } }
        let server = try ExecutingServer(in: there.path("casd"), hasPrograms: true)
        let secret = ["WORD": "a-secret-that-stays-here"]
        let local = try here.vgraph("build", "x.out", "--json", environment: secret)
        #expect(local.status == 0, "\(local.out)")
        let run = try there.vgraph(
            "build", "x.out", "-j0", "--remote", server.address, "--json", environment: secret)
        #expect(run.status == 0 && !run.out.contains("remote-not-done"), "\(run.out)")
        #expect(
            Self.sent(run) == ["x.out:shout[0]", "x.out:shout[1]", "x.out:pages", "x.out:join"], "\(run.out)")
        #expect(try here.bytes("x.out") == there.bytes("x.out"))
        #expect(try Self.digests(here) == Self.digests(there))
        #expect(try Self.keys(here) == Self.keys(there))
        for output in [local.out, run.out] { #expect(output.contains("program-undeclared"), "\(output)") }
        // Nothing that the server keeps holds the secret.
        let kept = try Workspace.run(
            "grep", ["-rla", "a-secret-that-stays-here", there.path("casd")], in: there.folder)
        #expect(kept.out.isEmpty, "\(kept.out)")

        // What was made there counts here, with the sandbox that this machine has.
        let null = try there.vgraph("build", "x.out", environment: secret)
        #expect(null.out.contains("up to date"), "\(null.out)")
        try there.write("texts/c.txt", "three\n")
        let edit = try there.vgraph("build", "x.out", "--json", environment: secret)
        let ran = Set(edit.events.filter { $0["outcome"] as? String == "ran" }.compactMap { $0["node"] as? String })
        #expect(edit.status == 0, "\(edit.out)")
        #expect(ran == ["x.out:shout[2]", "x.out:pages", "x.out:join", "x.out:told"], "\(edit.out)")
    }

    /// A program that is another one there, or none, is a warning for its stage; all else is done there.
    @Test(.enabled(if: ExecutingServer.isAvailable)) func aMachineWithOtherProgramsDoesTheRest() throws {
        let here = try Self.wordsFolder(), there = try Self.wordsFolder()
        defer { for workspace in [here, there] { workspace.remove() } }
        let server = try ExecutingServer(in: there.path("casd"))
        #expect(try here.vgraph("build", "x.out", environment: ["WORD": "x"]).status == 0)
        let run = try there.vgraph("build", "x.out", "-j0", "--remote", server.address, environment: ["WORD": "x"])
        #expect(run.status == 0, "\(run.err)")
        #expect(run.err.split(separator: "\n").count { $0.contains("[remote-other-program]") } == 3, "\(run.err)")
        #expect(!run.err.contains("remote-executor-gone") && run.err.contains("is not there"), "\(run.err)")
        #expect(try here.bytes("x.out") == there.bytes("x.out"))
        #expect(try Self.digests(here) == Self.digests(there))
    }

    /// It fails there, so it is tried here, where the failure is told.
    @Test(.enabled(if: ExecutingServer.isAvailable)) func aProgramThatFailsFailsHere() throws {
        let workspace = try Workspace([
            "pipelines/words.yaml": """
            pipeline: words
            target: "{name}.out"
            stages:
              fail: { run: [sh, -c, 'echo why; exit 7', sh, $in], inputs: "{name}.txt", output: "{name}.out", travels: true }

            """, "a.txt": "1",
        ])
        defer { workspace.remove() }
        let server = try ExecutingServer(in: workspace.path("casd"), hasPrograms: true)
        let run = try workspace.vgraph("build", "a.out", "-j0", "--remote", server.address)
        #expect(run.status == 1 && run.err.contains("status 7") && run.err.contains("why"), "\(run.err)")
        #expect(!workspace.exists("a.out"))
    }

    // MARK: The end of a build

    @Test(.enabled(if: ExecutingServer.isAvailable), arguments: [SIGINT, SIGKILL])
    func whatNobodyWaitsForEndsThere(_ signal: Int32) throws {
        let seconds = "\(30_000 + Int(getpid()) % 10_000).\(signal)"
        let workspace = try Workspace([
            "pipelines/words.yaml": """
            pipeline: words
            target: "{name}.out"
            stages:
              wait: { run: [sleep, "\(seconds)"], inputs: "{name}.txt", output: "{name}.out", travels: true }

            """, "a.txt": "1",
        ])
        defer { workspace.remove() }
        let server = try ExecutingServer(in: workspace.path("casd"), hasPrograms: true)
        let build = try workspace.start(["build", "a.out", "-j0", "--remote", server.address])
        try build.until("the program runs there", within: 60) { ProcessTable.hasCommand("sleep \(seconds)") }
        build.signal(signal)
        build.wait()
        try until("the program has ended there", within: 20) { !ProcessTable.hasCommand("sleep \(seconds)") }
        // The place is free again.
        try workspace.write(
            "pipelines/words.yaml",
            """
            pipeline: words
            target: "{name}.out"
            stages:
              copy: { run: [cp, $in, $out], inputs: "{name}.txt", output: "{name}.out", travels: true }

            """)
        let next = try workspace.vgraph("build", "a.out", "-j0", "--remote", server.address, "--json")
        #expect(next.status == 0 && !next.out.contains("remote-not-done"), "\(next.out)")
        #expect(Self.sent(next) == ["a.out:copy"])
    }

    // MARK: Faults

    /// What a build through a faulty proxy asks of the server, and whether it has to do the work itself.
    private static let faults: [(fault: String, calls: [String], isDoneHere: Bool)] = [
        ("none", ["Execute"], false),
        ("cut", ["Execute", "WaitExecution"], false),
        ("forget", ["Execute", "WaitExecution"], true),
        ("queue", ["Execute", "CancelOperation"], true),
        ("failure-kept", ["Execute", "Execute anew"], false),
        ("nothing-kept", ["Execute", "Execute anew"], false),
        ("nothing", ["Execute"], true),
        ("other-outputs", ["Execute"], true),
        ("other-files", ["Execute"], true),
        ("unsent", ["Execute"], true),
        ("other-bytes", ["Execute"], true),
        ("lost", ["Execute"], true),
        ("lost-inputs", ["Execute", "Execute"], false),
        ("silent", ["Execute"], true),
        ("vanish", ["Execute"], true),
    ]

    private static let upper = """
        pipeline: upper
        target: "{name}.out"
        stages:
          upper: { run: [sh, -c, 'tr a-z A-Z < "$$0" > "$$1"', $in, $out], inputs: "{name}.txt", output: "{name}.out", travels: true }

        """

    @Test(.enabled(if: ExecutingServer.isAvailable)) func everyFaultOfAServerCostsAWarningAtMost() throws {
        let kept = TemporaryFolder(), server = try ExecutingServer(in: kept("casd"), hasPrograms: true)
        for (fault, calls, isDoneHere) in Self.faults {
            let workspace = try Workspace(["pipelines/upper.yaml": Self.upper, "a.txt": "the fault \(fault)\n"])
            defer { workspace.remove() }
            let proxy = try FaultyExecutor(server, fault)
            try workspace.write(
                "config/vgraph/remotes.yaml",
                """
                remotes:
                  - { name: farm, url: "grpc://127.0.0.1:\(proxy.port)", execute: true, queue: 2, timeout: 2 }

                """)
            let run = try workspace.vgraph(
                "build", "a.out", "-j0", "--remote", "farm", "--json",
                environment: ["XDG_CONFIG_HOME": workspace.path("config")])
            #expect(run.status == 0, "\(fault): \(run.out)")
            #expect(try workspace.text("a.out") == "THE FAULT \(fault.uppercased())\n", "\(fault)")
            #expect(Self.sent(run) == ["a.out:upper"], "\(fault): \(run.out)")
            // To wait is harmless, so it is asked for again where the stream ended without an answer or the connection
            // was closed; to execute is not, and must happen as often as is said here.
            let made = proxy.calls.enumerated().filter { index, call in
                index == 0 || call != "WaitExecution" || proxy.calls[index - 1] != call
            }
            #expect(made.map(\.element) == calls, "\(fault): \(proxy.calls)")
            let warned = run.events.filter { "\($0)".contains("remote-not-done") }.count
            #expect(warned == (isDoneHere ? 1 : 0), "\(fault): \(run.out)")
        }
    }

    /// The same where the work is that of a worker.
    @Test(
        .enabled(if: ExecutingServer.isAvailable),
        arguments: ["other-outputs", "unsent", "other-bytes", "nothing-kept"])
    func aFilmIsMadeWhateverAServerReturns(_ fault: String) throws {
        let here = try Self.film(), there = try Self.film()
        defer { for workspace in [here, there] { workspace.remove() } }
        #expect(try here.vgraph("build", "a.mp4").status == 0)
        let server = try ExecutingServer(in: there.path("casd")), proxy = try FaultyExecutor(server, fault)
        let run = try there.vgraph("build", "a.mp4", "-j1", "--remote", "grpc://127.0.0.1:\(proxy.port)", "--json")
        #expect(run.status == 0, "\(run.out)")
        let warned = run.events.filter { "\($0)".contains("remote-not-done") }.count
        #expect(warned == (fault == "nothing-kept" ? 0 : 1), "\(run.out)")
        #expect(try here.bytes("a.mp4") == there.bytes("a.mp4"))
        #expect(try Self.digests(here) == Self.digests(there))
    }
}
