// The page by which a person decides: what it says along a film's life, and that it works in a browser.
import Foundation
import TestSupport
import Testing

@Suite struct SheetTests {
    /// Texts that would run as scripts where one escape is forgotten, findings before and after rendering, and claims.
    private static let spec = """
        version: 1
        video: { size: 320x180, fps: 15, background: "#405060", title: "</script><img src=x onerror=hacked=1>" }
        theme: { fonts: { body: [Inter, sans-serif] } }
        scenes:
          - id: one
            duration: 2s
            layers: [ { text: "Faint", style: { size: 20%, color: "#8494a4" }, at: [center, 40%] } ]
          - id: two
            duration: 2s
            layers: [ { text: "A <h1> & \\"c\\"", style: { size: 12% }, at: [center, 40%] } ]
        captions:
          - { start: 0.2s, end: 1.8s, text: "First caption" }
          - { start: 2.2s, end: 3.8s, text: "<script>hacked=2</script>" }
        review: { claims: ["</textarea><svg onload=hacked=3>", "the square is legible"] }
        acceptance: { max_bytes: 1000 }

        """

    /// Reviewers that differ: each answers what it is told to, and that the rest holds.
    private static func reviewer(_ answers: String, unplanned: Bool) -> String {
        """
        #!/usr/bin/env python3
        import json, sys
        request = json.load(open(sys.argv[1]))
        pictures = [e for e in request["exhibits"] if e.get("frame") is not None]
        def say(claim, verdict, severity, start, end, **more):
            seen = [e["file"] for e in pictures if start <= e["frame"] < end][:1]
            print(json.dumps({"claim": claim, "verdict": verdict, "severity": severity, "startFrame": start,
                "endFrame": end, "evidence": seen, "rationale": "<i>" + verdict + "</i>", **more}))
        print(json.dumps({"schema": "vgraph.observation/1", "version": "1", "model": "none"}))
        for claim in request["list"]["claims"]:
            verdict = \(answers).get(claim["id"], "supports")
            bad = verdict in ("contradicts", "absent")
            say(claim["id"], verdict, "major" if bad else "info", claim["startFrame"], claim["endFrame"])
        if \(unplanned ? "True" : "False"):
            say("unplanned", "contradicts", "major", 3, 27, found="<img src=x onerror=hacked=4>")

        """
    }

    private func reviewed() throws -> Workspace {
        var pipeline = try Repository.text("pipelines/video.yaml")
        pipeline = pipeline.replacingOccurrences(
            of: "reports: [$text, $speech, $heard]", with: "reports: [$text, $speech, $heard, $eye, $model]"
        ).replacingOccurrences(of: "reviewers: installed", with: "reviewers: any")
        for (name, kind) in [("eye", "rule"), ("model", "model")] {
            pipeline += "  \(name): { uses: reviewer, reviewer: \(name), kind: \(kind), program: reviewers/\(name), "
            pipeline += "request: $request, exhibits: $request }\n"
        }
        let workspace = try Workspace(["clip.video.yaml": Self.spec, "pipelines/video.yaml": pipeline])
        for (name, text) in [
            (
                "eye",
                Self.reviewer("{'caption.2': 'absent', 'claim.1': 'abstain', 'claim.2': 'abstain'}", unplanned: true)
            ),
            ("model", Self.reviewer("{'caption.1': 'contradicts', 'claim.1': 'abstain'}", unplanned: false)),
        ] {
            try workspace.write("reviewers/" + name, text)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: workspace.path("reviewers/" + name))
        }
        return workspace
    }

    private func part(_ id: String, of page: String) throws -> String {
        let rest = try #require(page.components(separatedBy: "<section id=\"\(id)\"").dropFirst().first, "\(id)")
        return try #require(rest.components(separatedBy: "</section>").first)
    }

    @Test func itWorksInABrowser() throws {
        let workspace = try reviewed()
        defer { workspace.remove() }
        #expect(try workspace.vgraph("build", "clip.mp4").status == 3)
        let run = try workspace.vgraph("review", "clip.mp4")
        #expect(run.status == 0 && run.out == "clip.review.html\n", "\(run)")
        let page = try workspace.text("clip.review.html")
        // Who says what, and how far they agree.
        let claims = try part("claims", of: page)
        for word in [
            "answers agree", "answers split", "8 asked: ", "one answer alone", "no answer",
            "not planned, major",
            "eye and model agree on", "reviewers install",
        ] {
            #expect(claims.contains(word), "\(word)")
        }
        let decision = try part("decision", of: page)
        for word in [
            "vgraph answer clip.mp4 claim.1 supports --by", "max_bytes", "vgraph build clip.mp4",
            "No person has decided about these bytes", "vgraph waive clip.mp4 A02 ", "Runbook: A02",
        ] {
            #expect(decision.contains(word), "\(word)")
        }
        #expect(try part("since", of: page).contains("No version was ever approved"))
        for word in ["<script>hacked", "<img src=x", "<svg onload", "</textarea>", "<i>absent"] {
            #expect(!page.contains(word), "\(word)")
        }

        let browser = try Workspace.run(
            "/usr/bin/python3",
            [Repository.file("Tests/Tools/browser.py").path, workspace.path("clip.review.html")]
                + (ProcessInfo.processInfo.environment["VGRAPH_SHOTS"].map { [$0] } ?? []),
            in: workspace.folder)
        #expect(browser.status == 0, "\(browser.out)\(browser.err)")
        #expect(browser.out.components(separatedBy: "texts, least contrast").count == 5, "\(browser.out)")
    }

    /// From a film that nobody looked at to an approved one, and to the next version.
    @Test func itFollowsWhatPersonsDecide() throws {
        let spec = Sample.spec() + "review: { claims: [the square is legible] }\n"
        let workspace = try Workspace(["clip.video.yaml": spec])
        defer { workspace.remove() }
        let home = ["XDG_CONFIG_HOME": workspace.path("home")]
        func vgraph(_ words: String...) throws -> Workspace.Run {
            try Workspace.run(Repository.binary("vgraph"), words, in: workspace.folder, environment: home)
        }
        func page() throws -> String { try workspace.text("clip.review.html") }
        func verdict(_ word: String) throws -> Bool { try page().contains("</span> \(word)</p>") }
        let words = ["--by", "anna", "--reason", "looked at 'it'"]
        func decide(_ what: String...) throws -> Workspace.Run {
            try Workspace.run(Repository.binary("vgraph"), what + words, in: workspace.folder, environment: home)
        }
        #expect(try vgraph("review", "clip.mp4").err.contains("[no-artifact]"))
        #expect(try vgraph("build", "clip.mp4").status == 3 && vgraph("key", "new", "anna").status == 0)
        // Without a page there is none to write anew.
        #expect(try decide("answer", "clip.mp4", "claim.1", "contradicts").status == 0)
        #expect(!workspace.exists("clip.review.html"))
        #expect(try vgraph("review", "clip.mp4").status == 0 && verdict("REVISE"))
        #expect(try part("decision", of: page()).contains("contradicted"))
        // Each decision is on the page at once.
        #expect(try decide("answer", "clip.mp4", "claim.1", "supports").status == 0 && verdict("PASS, NOT APPROVED"))
        #expect(try decide("approve", "clip.mp4").status == 0 && verdict("APPROVED"))
        #expect(try page().contains("looked at &#39;it&#39;") && part("since", of: page()).contains("the same bytes"))
        #expect(try decide("revise", "clip.mp4").status == 0 && verdict("REVISE"))
        #expect(try page().contains("sent it back"))
        #expect(try decide("approve", "clip.mp4").status == 0 && verdict("APPROVED"))
        #expect(try vgraph("build", "clip.mp4").status == 0)
        #expect(try settled { try vgraph("build", "clip.mp4") } == "clip.mp4 is up to date, gate: pass\n")
        #expect(try vgraph("show", "clip.mp4:review", "-o", workspace.path("other.html")).status == 0)
        #expect(try workspace.text("other.html").contains("</span> APPROVED</p>"))

        // The next version: a build writes the page anew, and it says what is new.
        try workspace.write("clip.video.yaml", spec.replacingOccurrences(of: "Second caption", with: "Another one"))
        #expect(try vgraph("build", "clip.mp4").status == 3 && verdict("REVISE"))
        let since = try part("since", of: page())
        #expect(since.contains("<b>anna</b> approved SHA-256") && since.contains("The sound is the same."), "\(since)")
        #expect(since.contains("changed</span>") && since.contains("Another one") && !since.contains("First caption"))
        #expect(try page().contains("about other bytes, void"))
        // Another file at the target is never shown as the one that was judged.
        try workspace.write("clip.mp4", "other bytes")
        #expect(try vgraph("review", "clip.mp4").status == 0 && verdict("REVISE"))
        #expect(try page().contains("is not the file that the gate judged"))
        // A greater film plays from where it lies, whatever its folder is called.
        try workspace.write("clip.mp4", [UInt8](repeating: 0, count: 9 << 20))
        #expect(try vgraph("review", "clip.mp4").status == 0 && page().contains("src=\"./clip.mp4\""))
        #expect(mkdir(workspace.path("a:b c"), 0o755) == 0)
        #expect(try vgraph("review", "clip.mp4", "-o", "a:b c/page.html").status == 0)
        #expect(try workspace.text("a:b c/page.html").contains("src=\"../clip.mp4\""))
        // A damaged record is told, and no page of somebody else's is replaced.
        try workspace.write("clip.decisions.jsonl", "{}\n")
        #expect(try vgraph("review", "clip.mp4").status == 0 && page().contains("records damaged"))
        try workspace.write("clip.review.html", "mine")
        let refused = try vgraph("review", "clip.mp4")
        #expect(refused.status == 2 && refused.err.contains("[not-a-sheet]"), "\(refused)")
        #expect(try page() == "mine")
    }

    /// A page that cannot be written anew may show another film than the one beside it.
    @Test func anOldPageIsToldOf() throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { workspace.remove() }
        try FileManager.default.createSymbolicLink(
            atPath: workspace.path("clip.review.html"), withDestinationPath: "/etc/hostname")
        let run = try workspace.vgraph("build", "clip.mp4")
        #expect(run.status == 0 && run.err.contains("[old-sheet]"), "\(run)")
        #expect(try workspace.vgraph("review", "clip.mp4").status != 0)
    }
}
