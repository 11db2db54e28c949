// Reviewers of every ill nature look at one film: none of them fails the build, none of them passes for an answer.
import Foundation
import TestSupport
import Testing

@Suite struct ReviewerTests {
    private static let spec = """
        version: 1
        video: { size: 320x180, fps: 10, background: "#101820", title: "A film" }
        scenes:
          - id: one
            duration: 1s
            layers: [{ text: "Hello", style: title, at: [center, 40%] }]
        captions: [{ start: 0.1s, end: 0.9s, text: "First caption" }]

        """

    /// Answers every claim that it is asked.
    private static let honest = """
        #!/usr/bin/env python3
        import json, sys
        request = json.load(open(sys.argv[1]))
        print(json.dumps({"schema": "vgraph.observation/1", "version": "7", "model": "none"}))
        for claim in request["list"]["claims"]:
            print(json.dumps({"claim": claim["id"], "verdict": "supports", "severity": "info",
                "startFrame": 0, "endFrame": request["list"]["frames"], "rationale": "as asked",
                "evidence": [request["exhibits"][0]["file"]]}))

        """

    private static let programs: [(name: String, text: String, reason: String)] = [
        ("nonsense", "#!/bin/sh\necho looks good\n", "its answer was rejected: line 1 is not a JSON object"),
        ("silent", "#!/bin/sh\ntrue\n", "its answer was rejected: it is empty"),
        ("failing", "#!/bin/sh\necho no luck >&2\nexit 3\n", "it ended with status 3: no luck"),
        ("slow", "#!/bin/sh\nsleep 60\n", "it took longer than 1 s"),
        ("partial", honest.replacingOccurrences(of: "[\"claims\"]:", with: "[\"claims\"][1:]:"), "it neither answers"),
        ("inventing", honest.replacingOccurrences(of: "claim[\"id\"]", with: "\"title.9\""), "was not asked for"),
        ("citing", honest.replacingOccurrences(of: "[0][\"file\"]", with: "[0][\"file\"] + \"x\""), "has no file"),
        ("late", honest.replacingOccurrences(of: "[\"frames\"]", with: "[\"frames\"] + 1"), "outside the film's"),
        ("linking", "#!/bin/sh\nln -sf /etc/passwd answer.jsonl\n", "answer.jsonl"),
        ("missing", "#!/nonexistent/interpreter\n", "it ended with status 12"),
    ]

    private func workspace(takesFrames: Bool = true) throws -> Workspace {
        var pipeline = try String(contentsOf: Repository.file("pipelines/video.yaml"), encoding: .utf8)
        #expect(pipeline.contains(", reviewers: installed"))
        if takesFrames { pipeline = pipeline.replacingOccurrences(of: ", reviewers: installed", with: "") }
        for (name, _, _) in Self.programs {
            pipeline += "  \(name): { uses: reviewer, reviewer: \(name), program: reviewers/\(name), "
            pipeline += "request: $request, exhibits: $request, timeout: 1 }\n"
        }
        pipeline += "  honest: { uses: reviewer, reviewer: honest, kind: rule, family: tests, "
        pipeline += "program: reviewers/honest, request: $request, exhibits: $request }\n"
        let workspace = try Workspace(["a.video.yaml": Self.spec, "pipelines/video.yaml": pipeline])
        for (name, text) in Self.programs.map({ ($0.name, $0.text) }) + [("honest", Self.honest)] {
            try workspace.write("reviewers/" + name, text)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: workspace.path("reviewers/" + name))
        }
        return workspace
    }

    private func show(_ what: String, _ workspace: Workspace) throws -> String {
        try workspace.vgraph("show", "a.mp4:" + what).out
    }

    private func report(_ stage: String, _ workspace: Workspace) throws -> [String: Any] {
        let run = try workspace.vgraph("show", "a.mp4:" + stage)
        return try #require(JSONSerialization.jsonObject(with: Data(run.out.utf8)) as? [String: Any], "\(run.err)")
    }

    @Test func aRequestWithoutFramesAsksNoProgram() throws {
        let workspace = try workspace(takesFrames: false)
        defer { workspace.remove() }
        _ = try workspace.vgraph("build", "a.mp4")
        let report = try report("honest", workspace)
        #expect(report["status"] as? String == "not_run")
        #expect((report["reason"] as? String)?.contains("set 'reviewers: any'") == true)
    }

    @Test func noneFailsTheBuildAndNonePassesForAnAnswer() throws {
        let workspace = try workspace()
        defer { workspace.remove() }
        let run = try workspace.vgraph("build", "a.mp4")
        #expect(run.out.contains("a.mp4"), "\(run.out)\(run.err)")
        for (name, _, reason) in Self.programs {
            let report = try report(name, workspace)
            #expect(report["status"] as? String == "not_run", "\(name)")
            #expect((report["observations"] as? [Any])?.isEmpty == true, "\(name)")
            #expect((report["reason"] as? String)?.contains(reason) == true, "\(name): \(report["reason"] ?? "")")
        }
        let honest = try report("honest", workspace), reviewer = honest["reviewer"] as? [String: Any]
        #expect(honest["status"] as? String == "done", "\(honest["reason"] ?? "")")
        #expect(reviewer?["kind"] as? String == "rule" && reviewer?["version"] as? String == "7")
        #expect((honest["observations"] as? [Any])?.count == (honest["asked"] as? [Any])?.count)
        for name in ["text", "speech"] {
            let report = try report(name, workspace)
            if (report["asked"] as? [Any])?.isEmpty == true { continue }
            #expect(report["status"] as? String == "not_run")
            #expect((report["reason"] as? String)?.contains("vgraph reviewers install") == true)
        }

        try workspace.conforms(show("request", workspace), to: "review-request")
        for line in try show("honest.reply", workspace).split(separator: "\n") {
            try workspace.conforms(String(line), to: "observation")
        }

        // Replayed by hash: nothing runs again, until a reviewer is another one, but what failed and said nothing.
        let why = try workspace.vgraph("why", "a.mp4:failing").out
        #expect(why.contains("it failed the last time"), "\(why)")
        let again = try workspace.vgraph("build", "a.mp4", "--json")
        #expect(again.done["ran"] as? Int == 3, "failing, slow and missing are asked again: \(again.out)")
        try workspace.write("reviewers/failing", Self.honest)
        for name in ["slow", "missing"] { try workspace.write("reviewers/" + name, Self.honest) }
        _ = try workspace.vgraph("build", "a.mp4")
        #expect(try report("failing", workspace)["status"] as? String == "done")
        #expect(try settled { try workspace.vgraph("build", "a.mp4") }.contains("is up to date"))
        try workspace.write("reviewers/silent", "#!/bin/sh\nexit 4\n")
        _ = try workspace.vgraph("build", "a.mp4")
        #expect(try report("silent", workspace)["reason"] as? String == "it ended with status 4")
    }

    /// A reviewer of the project's own looks at parts; what changed in one is nothing to the others, and its remarks are
    /// shown.
    @Test func partsAreAskedOneByOne() throws {
        let scenes = (1...8).map {
            "  - { id: s\($0), duration: 1s, layers: [{ text: \"Hello \($0)\", style: title, at: [center, 40%] }] }\n"
        }
        let spec = "version: 1\nvideo: { size: 320x180, fps: 10, background: \"#101820\", title: A }\nscenes:\n"
        let workspace = try Workspace(["a.video.yaml": spec + scenes.joined()])
        defer { workspace.remove() }
        let remarks = Self.honest.replacingOccurrences(of: "\"info\"", with: "\"minor\"")
        try workspace.write("reviewers/honest", remarks)
        _ = try Workspace.run("chmod", ["+x", "reviewers/honest"], in: workspace.folder)
        func wire(_ parts: String, _ list: String = "pictures") throws {
            try workspace.write(
                "pipelines/video.yaml",
                """
                pipeline: video
                target: "{name}.mp4"
                include: builtin
                stages:
                  request: { reviewers: any }
                  look: { uses: reviewer, reviewer: honest, kind: rule, program: reviewers/honest,
                          each: $request.\(list), exhibits: $request }
                  honest: { uses: collect, reviewer: honest, request: $request, parts: \(parts), reports: $look }
                  gate: { reports: [$honest] }

                """)
        }
        try wire("pictures")
        let run = try workspace.vgraph("build", "a.mp4")
        #expect(run.status == 0 && run.err.contains("honest on 's1.text.1': as asked [reviewer-remark]"), "\(run)")
        #expect(run.err.contains("allows: 1 title [claims-open]"), "\(run.err)")
        #expect(run.err.contains("vgraph review a.mp4 --open"))
        let whole = try report("honest", workspace)
        #expect((whole["asked"] as? [String])?.count == 8 && whole["status"] as? String == "done")
        let claims = (whole["observations"] as? [[String: Any]] ?? []).compactMap { $0["claim"] as? String }
        #expect(claims == (1...8).map { "s\($0).text.1" })
        try workspace.write(
            "a.video.yaml", spec + scenes.joined().replacingOccurrences(of: "Hello 7", with: "Hallo 7"))
        let again = try workspace.vgraph("build", "-v", "a.mp4")
        #expect(again.err.contains("start  a.mp4:look[1]") || again.out.contains("start  a.mp4:look[1]"), "\(again)")
        #expect(!(again.err + again.out).contains("start  a.mp4:look[0]"), "\(again)")

        try wire("soundtrack")
        #expect(try workspace.vgraph("build", "a.mp4").err.contains("[reviewer-other-parts]"))
        // As many parts of another kind.
        let spoken = """
            captions: [{ start: 0.1s, end: 0.9s, text: "Hello" }]
            audio: { tracks: [{ asset: voice.wav }] }

            """
        let voice = try Workspace.run("espeak-ng", ["-w", "voice.wav", "Hello"], in: workspace.folder)
        try #require(voice.status == 0)
        try workspace.write("a.video.yaml", spec + scenes[0] + spoken)
        try wire("sentences", "pictures")
        #expect(try workspace.vgraph("build", "a.mp4").err.contains("[reviewer-other-part]"))
    }

    /// Without a sandbox a reviewer has the person's rights: the gate says so, and strict refuses it.
    @Test func oneWithoutASandboxIsTold() throws {
        let workspace = try Workspace(["a.video.yaml": Self.spec])
        defer { workspace.remove() }
        try workspace.write("reviewers/honest", Self.honest)
        _ = try Workspace.run("chmod", ["+x", "reviewers/honest"], in: workspace.folder)
        try workspace.write(
            "pipelines/video.yaml",
            """
            pipeline: video
            target: "{name}.mp4"
            include: builtin
            stages:
              honest: { uses: reviewer, reviewer: honest, kind: rule, program: reviewers/honest, request: $request,
                        exhibits: $request }
              request: { reviewers: any }
              gate: { reports: [$honest] }

            """)
        // One that is found first and does not work.
        try workspace.write("bin/bwrap", "#!/bin/sh\nexit 1\n")
        _ = try Workspace.run("chmod", ["+x", "bin/bwrap"], in: workspace.folder)
        let path = workspace.path("bin") + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
        func vgraph(_ arguments: String...) throws -> Workspace.Run {
            try Workspace.run(
                Repository.binary("vgraph"), arguments, in: workspace.folder, environment: ["PATH": path])
        }
        let built = try vgraph("build", "a.mp4")
        #expect(built.status == 0 && built.err.contains("[reviewer-unsandboxed]"), "\(built)")
        let gate = try vgraph("gate", "a.mp4", "--json")
        #expect(gate.done["unsandboxed"] as? [String] == ["honest"], "\(gate)")
        try workspace.conforms(vgraph("show", "a.mp4:gate").out, to: "gate")
        try workspace.write("pipelines/policies/default.yaml", "policy: default\nopen: [title]\nsandbox: true\n")
        let strict = try vgraph("build", "a.mp4")
        #expect(strict.status == 3 && strict.err.contains("the reviewer 'honest' ran without a sandbox"), "\(strict)")
        #expect(strict.err.contains("vgraph runbook gate.reviewer-unsandboxed"))
        #expect(try vgraph("doctor").out.contains("sandbox"))
    }
}
