// A waiver from its signature to its end: what counts, what does not and why, and a pass that ends by itself.
import Decisions
import Foundation
import TestSupport
import Testing

@Suite struct WaiverBuildTests {
    /// Too large for what it promises, with no claim that must be answered.
    private static let spec = Sample.spec() + "acceptance: { max_bytes: 1000 }\n"

    private struct Desk {
        let workspace: Workspace
        let config: String

        init(_ pipeline: String? = nil) throws {
            workspace = try Workspace(["clip.video.yaml": WaiverBuildTests.spec])
            config = workspace.folder.appending(path: "home").path
            if let pipeline { try workspace.write("pipelines/video.yaml", pipeline) }
        }
        func vgraph(_ arguments: String...) throws -> Workspace.Run {
            try Workspace.run(
                Repository.binary("vgraph"), arguments, in: workspace.folder, environment: ["XDG_CONFIG_HOME": config])
        }
        func waive(_ check: String, until: String, _ more: String...) throws -> Workspace.Run {
            try Workspace.run(
                Repository.binary("vgraph"),
                ["waive", "clip.mp4", check, "--by", "anna", "--reason", "agreed", "--until", until] + more,
                in: workspace.folder, environment: ["XDG_CONFIG_HOME": config])
        }
        var answers: String { get throws { try workspace.text("clip.answers.jsonl") } }

        /// A record as no command signs it.
        func sign(_ waiver: SignedDecision.Waiver, sha256: String) throws {
            let keys = try PublicKeys.read(in: workspace.folder.path)
            _ = try DecisionFile(.answers, of: "clip.mp4", in: workspace.folder.path).append(
                .init(.waive, target: "clip.mp4", sha256: sha256, reason: "agreed", waiver: waiver),
                by: try PrivateKey.read("anna", in: config + "/vgraph/keys"), keys: keys)
        }
    }

    private func day(_ days: Double) -> String {
        String(Date(timeIntervalSinceNow: days * 86400).formatted(.iso8601).prefix(10))
    }

    @Test func fromItsSignatureToItsEnd() throws {
        // The gate is found by what it is, whatever it is called.
        let desk = try Desk(
            Repository.text("pipelines/video.yaml").replacingOccurrences(of: "  gate:  ", with: "  verdict: "))
        let workspace = desk.workspace
        defer { workspace.remove() }
        let built = try desk.vgraph("build", "clip.mp4")
        #expect(built.status == 3 && built.err.contains("vgraph runbook A02"), "\(built)")
        #expect(try desk.vgraph("key", "new", "anna").status == 0)
        let gate = try desk.vgraph("gate", "clip.mp4")
        #expect(gate.status == 3 && gate.out.contains("(vgraph runbook A02)"), "\(gate)")

        // What cannot be signed.
        for (check, until, more, id) in [
            ("D08", day(3), [], "nothing-to-waive"), ("A02", "soon", [], "bad-until"),
            ("A02", day(-2), [], "bad-until"),
            ("A02", day(60), [], "bad-until"), ("A02", day(3), ["--from", "1", "--to", "2"], "waiver-range"),
            ("A02", day(3), ["--frames", "3..9"], "waiver-range"),
        ] as [(String, String, [String], String)] {
            let refused = try Workspace.run(
                Repository.binary("vgraph"),
                ["waive", "clip.mp4", check, "--by", "anna", "--reason", "agreed", "--until", until] + more,
                in: workspace.folder, environment: ["XDG_CONFIG_HOME": desk.config])
            #expect(refused.status == 2 && refused.err.contains("[\(id)]"), "\(check) \(until): \(refused)")
        }
        #expect(!workspace.exists("clip.answers.jsonl"), "nothing was signed")

        // It counts, and the gate says whose it is; the check stays failed.
        #expect(try desk.waive("a02", until: day(7)).status == 0)
        let waived = try desk.vgraph("build", "clip.mp4")
        #expect(waived.status == 0 && waived.err.contains("[gate-waived]"), "\(waived)")
        #expect(try settled { try desk.vgraph("build", "clip.mp4") } == "clip.mp4 is up to date, gate: pass\n")
        let shown = try desk.vgraph("gate", "clip.mp4")
        #expect(shown.status == 0 && shown.out.contains("  waived  A02 by anna until \(day(7)): agreed ("), "\(shown)")
        let json = try desk.vgraph("gate", "clip.mp4", "--json")
        #expect((json.done["waivers"] as? [[String: Any]])?.map { $0["state"] as? String } == ["counts"], "\(json)")
        let made = try desk.vgraph("show", "clip.mp4:verdict").out
        #expect(made.contains(#""A02":"fail""#) || made.contains(#""A02" : "fail""#), "\(made)")
        try workspace.conforms(made, to: "gate")
        for line in try desk.answers.split(separator: "\n") { try workspace.conforms(String(line), to: "record") }
        #expect(try desk.vgraph("approve", "clip.mp4", "--by", "anna", "--reason", "fine").status == 0)
        #expect(try desk.vgraph("gate", "clip.mp4", "--approved").status == 0)

        // A record that was there when anna approved is cut off: its chain is whole, and the approval knows better.
        let kept = try desk.answers
        try workspace.write("clip.answers.jsonl", "")
        let cut = try desk.vgraph("gate", "clip.mp4")
        #expect(cut.status == 3 && cut.out.contains("records are missing at the end of 'clip.answers.jsonl'"), "\(cut)")
        // Replayed, edited, or by a key that does not count: the line is named, and none counts.
        let keys = try workspace.text("vgraph.keys")
        for (text, keys, words) in [
            (kept + kept, keys, "it does not follow the line before it"),
            (kept.replacingOccurrences(of: day(7), with: day(20)), keys, "its signature does not match"),
            (kept.replacingOccurrences(of: "\"A02\"", with: "\"A01\""), keys, "its signature does not match"),
            (kept.replacingOccurrences(of: "clip.mp4", with: "clap.mp4"), keys, "it is about another target"),
            (kept, "# none\n", "the key of 'anna' is not in 'vgraph.keys'"),
        ] {
            try workspace.write("clip.answers.jsonl", text)
            try workspace.write("vgraph.keys", keys)
            let judged = try desk.vgraph("build", "clip.mp4")
            #expect(judged.status == 3 && judged.err.contains(words), "\(words): \(judged)")
            #expect(judged.err.contains("A02 Accepted file size"), "it is not waived")
        }
        try workspace.write("vgraph.keys", keys)
        try workspace.write("clip.answers.jsonl", kept)
        #expect(try desk.vgraph("build", "clip.mp4").status == 0)

        // Other bytes: void, and said so.
        try workspace.write(
            "clip.video.yaml", Self.spec.replacingOccurrences(of: "Second caption", with: "Second one"))
        let other = try desk.vgraph("build", "clip.mp4")
        #expect(other.status == 3 && other.err.contains("does not count: it is about another file"), "\(other)")
        #expect(other.err.contains("vgraph runbook waiver.other-file"))
        #expect(other.err.contains("[waiver-idle]"))
    }

    @Test func aGateIsFoundByWhatItIs() throws {
        let video = try Repository.text("pipelines/video.yaml")
        let desk = try Desk(video + "  second: { uses: gate, check: $check, review: $review }\n")
        defer { desk.workspace.remove() }
        let two = try desk.vgraph("gate", "clip.mp4")
        #expect(two.status == 2 && two.err.contains("[several-gates]"), "\(two)")
        try desk.workspace.write(
            "pipelines/text.yaml",
            "pipeline: text\ntarget: out.txt\nstages: { s: { run: [cp, $in, $out], inputs: [a], output: out.txt } }\n")
        try desk.workspace.write("a", "a\n")
        let none = try desk.vgraph("gate", "out.txt")
        #expect(none.status == 2 && none.err.contains("[no-gate]"), "\(none)")
    }

    /// The clock changes what counts, and no artifact: the same record says pass before and revise after.
    @Test func aPassEndsByItself() throws {
        let desk = try Desk()
        let workspace = desk.workspace
        defer { workspace.remove() }
        #expect(try desk.vgraph("build", "clip.mp4").status == 3)
        #expect(try desk.vgraph("key", "new", "anna").status == 0)
        let gate = try desk.vgraph("gate", "clip.mp4", "--json")
        let sum = try #require(gate.done["sha256"] as? String)
        // What the policy does not name cannot be waived.
        let policy = "pipelines/policies/default.yaml"
        try workspace.write(policy, "policy: default\nwaivable: [D08]\n")
        #expect(try desk.vgraph("build", "clip.mp4").status == 3)
        let refused = try desk.waive("A02", until: day(3))
        #expect(refused.status == 3 && refused.err.contains("[not-waivable]"), "\(refused)")
        try FileManager.default.removeItem(atPath: workspace.path(policy))
        // One that was over when it was signed: a command refuses that, a program may not.
        try desk.sign(.init(check: "A02", until: "2026-11-20"), sha256: sum)
        let late = try desk.vgraph("build", "clip.mp4")
        #expect(late.status == 3 && late.err.contains("[decision-expired]"), "\(late)")
        #expect(
            try desk.vgraph("build", "clip.mp4", "-q").err.contains("[decision-expired]"), "also with nothing to do")
        let over = try desk.vgraph("gate", "clip.mp4")
        #expect(over.status == 3 && over.out.contains("anna waived A02 until 2026-11-20"), "\(over)")
        #expect(
            try desk.vgraph("approve", "clip.mp4", "--by", "anna", "--reason", "fine").err.contains("[not-passed]"))

        let end = Date(timeIntervalSinceNow: 12)
        #expect(try desk.waive("A02", until: end.formatted(.iso8601)).status == 0, "what has expired is waived again")
        #expect(try desk.vgraph("build", "clip.mp4").status == 0)
        #expect(try settled { try desk.vgraph("build", "clip.mp4") } == "clip.mp4 is up to date, gate: pass\n")
        let before = try desk.vgraph("show", "clip.mp4:gate").out
        Thread.sleep(until: end.addingTimeInterval(1))
        let after = try desk.vgraph("build", "clip.mp4", "--json")
        #expect(after.status == 3 && after.done["ran"] as? Int == 0, "\(after)")
        #expect(after.out.contains("decision-expired"))
        #expect(try desk.vgraph("gate", "clip.mp4").status == 3)
        #expect(try desk.vgraph("show", "clip.mp4:gate").out == before)
    }

    /// A reviewer reads a sign that no text of the spec has: waived where it is seen, and nowhere else.
    @Test func aStrayWordIsWaivedWhereItIs() throws {
        let desk = try Desk(
            """
            pipeline: video
            target: "{name}.mp4"
            include: builtin
            stages:
              request: { reviewers: any }
              signs: { uses: reviewer, reviewer: signs, kind: rule, program: reviewers/signs, request: $request,
                       exhibits: $request }
              gate: { reports: [$signs] }

            """)
        let workspace = desk.workspace
        defer { workspace.remove() }
        try workspace.write("clip.video.yaml", Sample.spec())
        try workspace.write(
            "reviewers/signs",
            """
            #!/usr/bin/env python3
            import json, sys
            request = json.load(open(sys.argv[1]))
            print(json.dumps({"schema": "vgraph.observation/1", "version": "1"}))
            seen = [e["file"] for e in request["exhibits"] if 30 <= e.get("frame", -1) < 60][:1]
            for claim in [c["id"] for c in request["list"]["claims"]] + ["unplanned"]:
                print(json.dumps({"claim": claim, "verdict": "contradicts" if claim == "unplanned" else "abstain",
                    "severity": "major", "startFrame": 30, "endFrame": 60, "evidence": seen, "rationale": "it reads SALE"}))

            """)
        _ = try Workspace.run("chmod", ["+x", "reviewers/signs"], in: workspace.folder)
        let built = try desk.vgraph("build", "clip.mp4")
        #expect(built.status == 3 && built.err.contains("vgraph runbook gate.unplanned"), "\(built)")
        #expect(try desk.vgraph("key", "new", "anna").status == 0)
        #expect(try desk.waive("unplanned", until: day(3), "--frames", "31..59").err.contains("[waiver-range]"))
        // 15 frames a second: 2 s to 4 s.
        #expect(try desk.waive("unplanned", until: day(3), "--frames", "30..59").status == 0)
        #expect(try desk.vgraph("build", "clip.mp4").status == 0)
        let gate = try desk.vgraph("gate", "clip.mp4")
        #expect(gate.out.contains("  waived  unplanned, 2.00 to 4.00 s by anna"), "\(gate)")
    }
}
