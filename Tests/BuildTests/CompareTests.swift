// Films side by side, and one person's decision for several that share what was looked at.
import Foundation
import TestSupport
import Testing

@Suite struct CompareTests {
    private func spec(price: String, middle: String = "Middle", extra: String = "") -> String {
        """
        version: 1
        video: { size: 320x180, fps: 10, background: "#102030", title: A film }
        scenes:
          - { id: hook, duration: 1s, layers: [ { text: Aurora, style: title } ] }
          - { id: price, duration: 1s, layers: [ { text: "\(price)", style: title } ] }
          - { id: middle, duration: 1s, layers: [ { text: "\(middle)", style: title } ] }
        \(extra)
        """
    }

    @Test func filmsSideBySideAndDecidedTogether() throws {
        let workspace = try Workspace([
            "a.video.yaml": spec(price: "49"), "b.video.yaml": spec(price: "59"),
            "c.video.yaml": spec(price: "69", middle: "Other"),
        ])
        defer { workspace.remove() }
        let environment = ["XDG_CONFIG_HOME": workspace.path("home")]
        func vgraph(_ words: String...) throws -> Workspace.Run {
            try Workspace.run(Repository.binary("vgraph"), words, in: workspace.folder, environment: environment)
        }
        #expect(try vgraph("key", "new", "anna").status == 0)
        let unbuilt = try vgraph("compare", "a.mp4", "b.mp4")
        #expect(unbuilt.status == 2 && unbuilt.err.contains("a.mp4"), "\(unbuilt)")
        #expect(try vgraph("build", "a.mp4", "b.mp4", "c.mp4").status == 0)

        let compared = try vgraph("compare", "a.mp4", "b.mp4", "c.mp4", "--html", "compared.html")
        #expect(compared.status == 0, "\(compared)")
        for line in [
            "  a.mp4 0.00–1.00 s (hook): in all", "  a.mp4 1.00–2.00 s (price): alone",
            "  a.mp4 2.00–3.00 s (middle): also in b.mp4", "  price 1", "    a.mp4: 49", "    a.mp4, b.mp4: Middle",
        ] { #expect(compared.out.contains(line), "\(line) in \(compared.out)") }
        let page = try workspace.text("compared.html")
        #expect(page.components(separatedBy: "data:image/jpeg").count == 10 && page.contains("in this film alone"))
        let browser = try Workspace.run(
            "/usr/bin/python3",
            [Repository.file("Tests/Tools/browser.py").path, workspace.path("compared.html")], in: workspace.folder)
        #expect(browser.status == 0, "\(browser.out)\(browser.err)")
        let json = try vgraph("compare", "a.mp4", "b.mp4", "--json").done
        #expect((json["films"] as? [[String: Any]])?.count == 2 && (json["texts"] as? [Any])?.count == 1)

        // Each of several targets has a line, and the worst counts.
        let gates = try vgraph("gate", "a.mp4", "b.mp4", "none.mp4")
        #expect(gates.status == 2 && gates.out.contains("2 pass, 1 not judged"), "\(gates)")
        func approve(_ words: String...) throws -> Workspace.Run {
            try Workspace.run(
                Repository.binary("vgraph"), ["approve"] + words + ["--by", "anna", "--reason", "seen"],
                in: workspace.folder, environment: environment)
        }
        func refused(_ id: String, _ run: Workspace.Run) {
            #expect(run.status != 0 && run.err.contains("[\(id)]"), "\(run)")
            #expect(!workspace.exists("b.decisions.jsonl") && !workspace.exists("c.decisions.jsonl"))
        }
        refused("no-basis", try approve("b.mp4", "--like", "a.mp4"))
        #expect(try approve("a.mp4").status == 0)
        refused("not-like", try approve("b.mp4", "--like", "a.mp4"))
        // All or none: of c another scene differs too.
        let both = try approve("b.mp4", "c.mp4", "--like", "a.mp4", "--except", "price")
        refused("not-like", both)
        #expect(both.err.contains("2.00–3.00 s (middle)"), "\(both.err)")
        refused("unknown-scene", try approve("b.mp4", "--like", "a.mp4", "--except", "prize"))
        let approved = try approve("b.mp4", "--like", "a.mp4", "--except", "price")
        #expect(approved.status == 0 && approved.out.contains("APPROVED like a.mp4"), "\(approved)")
        #expect(try approve("c.mp4", "--like", "b.mp4", "--except", "price,middle").err.contains("[no-basis]"))
        let gate = try vgraph("gate", "b.mp4", "--approved")
        #expect(gate.status == 0 && gate.out.contains("2.00 of 3.00 s are the same, without price"), "\(gate)")
        #expect(try vgraph("gate", "a.mp4", "b.mp4", "--approved").out.contains("PASS    APPROVED by anna like a.mp4"))

        // What was approved because another was is approved no longer than that one.
        #expect(try vgraph("revise", "a.mp4", "--by", "anna", "--reason", "the hook is wrong").status == 0)
        let gone = try vgraph("gate", "b.mp4")
        #expect(gone.status == 3 && gone.out.contains("vgraph runbook gate.basis-gone"), "\(gone)")
        #expect(gone.out.contains("rests on that of a.mp4, which is not approved any more"))
        let published = try vgraph("publish", "b.mp4", "--to", "dist", "--by", "anna")
        #expect(published.status == 3 && published.err.contains("[publish-not-passed]"), "\(published)")
        #expect(try approve("b.mp4").status == 0, "by itself it may be")
        #expect(try vgraph("gate", "b.mp4", "--approved").status == 0)
    }
}
