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

    private func workspace() throws -> Workspace {
        var pipeline = try String(contentsOf: Repository.file("pipelines/video.yaml"), encoding: .utf8)
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

    /// The schema that `vgraph schema` prints, by a validator that nobody here wrote.
    private func conforms(_ text: String, to kind: String, _ workspace: Workspace) throws {
        try workspace.write("schema.json", workspace.vgraph("schema", "--kind", kind).out)
        try workspace.write("instance.json", text)
        let check =
            "import json, jsonschema; jsonschema.validate(json.load(open('instance.json')), "
            + "json.load(open('schema.json')))"
        let run = try Workspace.run("/usr/bin/python3", ["-c", check], in: workspace.folder)
        #expect(run.status == 0, "\(kind): \(run.err.suffix(600))")
    }

    private func report(_ stage: String, _ workspace: Workspace) throws -> [String: Any] {
        let run = try workspace.vgraph("show", "a.mp4:" + stage)
        return try #require(JSONSerialization.jsonObject(with: Data(run.out.utf8)) as? [String: Any], "\(run.err)")
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

        try conforms(show("request", workspace), to: "review-request", workspace)
        for line in try show("honest.reply", workspace).split(separator: "\n") {
            try conforms(String(line), to: "observation", workspace)
        }

        // Replayed by hash: nothing runs again, until a reviewer is another one.
        let again = try workspace.vgraph("build", "a.mp4", "--json")
        #expect(again.done["ran"] as? Int == 0)
        try workspace.write("reviewers/silent", "#!/bin/sh\nexit 4\n")
        _ = try workspace.vgraph("build", "a.mp4")
        #expect(try report("silent", workspace)["reason"] as? String == "it ended with status 4")
    }
}
