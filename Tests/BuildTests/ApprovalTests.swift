// A day of an operator: from `init` to approve, revise, and approve again.
import Foundation
import TestSupport
import Testing

@Suite struct ApprovalTests {
    private func reasons(_ run: Workspace.Run) -> [String] { run.done["reasons"] as? [String] ?? [] }

    @Test func onlyWhoDecidesApproves() throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { workspace.remove() }
        let environment = ["XDG_CONFIG_HOME": workspace.path("home")]
        func vgraph(_ words: [String]) throws -> Workspace.Run {
            try Workspace.run(Repository.binary("vgraph"), words, in: workspace.folder, environment: environment)
        }
        func approve(by name: String) throws -> Workspace.Run {
            try vgraph(["approve", "clip.mp4", "--by", name, "--reason", "fine"])
        }
        for name in ["anna", "ben"] { #expect(try vgraph(["key", "new", name]).status == 0) }
        #expect(try vgraph(["build", "clip.mp4"]).status == 0)
        #expect(try approve(by: "ben").status == 0)
        #expect(try vgraph(["gate", "clip.mp4", "--approved"]).status == 0)

        try workspace.write("clip.video.yaml", Sample.spec() + "brief: { decides: [anna] }\n")
        #expect(try vgraph(["build", "clip.mp4"]).status == 0)
        let gate = try vgraph(["gate", "clip.mp4", "--approved"])
        #expect(gate.status == 3 && gate.out.contains("the approval of 'ben' does not count"), "\(gate)")
        #expect(gate.out.contains("vgraph runbook gate.not-theirs"))
        let refused = try approve(by: "ben")
        #expect(refused.status == 3 && refused.err.contains("[not-theirs]"), "\(refused)")
        #expect(refused.err.contains("the brief lets anna decide"))
        #expect(try approve(by: "anna").status == 0)
        #expect(try vgraph(["gate", "clip.mp4", "--approved"]).status == 0)
    }

    @Test func aDayFromInitToApproval() throws {
        let workspace = try Workspace([
            "clip.video.yaml": Sample.spec() + "review: { claims: [the square is legible] }\n"
        ])
        defer { workspace.remove() }
        let config = workspace.folder.appending(path: "home").path
        func vgraph(_ arguments: String...) throws -> Workspace.Run {
            try Workspace.run(
                "env", ["XDG_CONFIG_HOME=" + config, Repository.binary("vgraph")] + arguments,
                in: workspace.folder)
        }
        #expect(try vgraph("gate", "clip.mp4").status == 2, "nothing is built yet")
        // A claim that nobody answered does not pass, and the error says what to do.
        let built = try vgraph("build", "clip.mp4")
        #expect(built.status == 3 && built.err.contains("the claim 'claim.1' is not answered"), "\(built)")
        #expect(built.err.contains("vgraph answer clip.mp4 claim.1 supports --by NAME --reason TEXT"), "\(built.err)")
        #expect(try vgraph("gate", "clip.mp4").status == 3)
        let words = ["--by", "anna", "--reason", "looked at it"]
        func decide(_ what: String...) throws -> Workspace.Run {
            try Workspace.run(
                "env",
                ["XDG_CONFIG_HOME=" + config, Repository.binary("vgraph")] + what + words,
                in: workspace.folder)
        }
        #expect(try decide("answer", "clip.mp4", "claim.1", "supports").err.contains("[no-key]"))
        let made = try vgraph("key", "new", "anna")
        #expect(made.status == 0 && workspace.exists("vgraph.keys"), "\(made)")
        #expect(try vgraph("key", "new", "anna").err.contains("[key-exists]"))
        #expect(try decide("approve", "clip.mp4").err.contains("[not-passed]"), "what does not pass cannot be approved")
        let silent = try vgraph("revise", "clip.mp4", "--by", "anna", "--reason", " ")
        #expect(silent.status == 2 && silent.err.contains("[bad-decision]"), "\(silent)")
        #expect(try decide("answer", "clip.mp4", "claim.9", "supports").err.contains("[unknown-claim]"))
        let answered = try decide("answer", "clip.mp4", "claim.1", "supports")
        #expect(answered.status == 0, "\(answered)")
        let again = try vgraph("build", "clip.mp4")
        #expect(again.status == 0 && again.out.contains("gate: pass"), "\(again)")
        // Passed, not approved; then approved; and the build stays up to date.
        #expect(try vgraph("gate", "clip.mp4").out.contains("clip.mp4: PASS, not approved"))
        #expect(try vgraph("gate", "clip.mp4", "--approved").status == 3)
        let approved = try decide("approve", "clip.mp4")
        #expect(approved.status == 0 && approved.out.contains("clip.mp4: APPROVED by anna"), "\(approved)")
        #expect(try settled { try vgraph("build", "clip.mp4") } == "clip.mp4 is up to date, gate: pass\n")
        let gate = try vgraph("gate", "clip.mp4", "--approved", "--json")
        #expect(gate.status == 0 && gate.done["approved"] as? Bool == true, "\(gate)")
        // A person says revise: that holds against the gate.
        #expect(try decide("revise", "clip.mp4").status == 0)
        let revised = try vgraph("gate", "clip.mp4")
        #expect(revised.status == 3 && revised.out.contains("clip.mp4: REVISE, REVISED"), "\(revised)")
        // A build is told so too, also where it has nothing to do, and of all the folder's films.
        for targets in [["clip.mp4"], ["clip.mp4"], [], ["-q"]] {
            let built = try Workspace.run(
                Repository.binary("vgraph"), ["build"] + targets, in: workspace.folder,
                environment: ["XDG_CONFIG_HOME": config])
            #expect(built.status == 3, "\(targets): \(built)")
            #expect(built.err.contains("clip.mp4: error: anna says revise of exactly this file: "), "\(built)")
            #expect(built.err.contains("[sent-back]"), "\(built)")
        }
        #expect(try decide("approve", "clip.mp4").status == 0)
        #expect(try vgraph("build", "clip.mp4").status == 0)
        #expect(try vgraph("gate", "clip.mp4", "--approved").status == 0)
        // The cache may go: decisions stay.
        #expect(try vgraph("clean", "--cache-too").status == 0)
        #expect(try vgraph("build", "clip.mp4").status == 0 && vgraph("gate", "clip.mp4", "--approved").status == 0)

        // One changed byte, and all that was said of the file is void.
        let film = try workspace.bytes("clip.mp4")
        var other = film
        other[other.count - 1] ^= 1
        try other.write(to: URL(filePath: workspace.path("clip.mp4")))
        let touched = try vgraph("gate", "clip.mp4", "--json")
        #expect(touched.status == 3 && touched.done["approved"] as? Bool == false, "\(touched)")
        #expect((touched.done["void"] as? [Any])?.count == 3, "\(touched.out)")
        #expect(try decide("answer", "clip.mp4", "claim.1", "supports").err.contains("[gate-other-file]"))
        // Also where the gate has to judge anew, the file that lies there stays.
        let keys = try workspace.text("vgraph.keys")
        try workspace.write("vgraph.keys", keys + "# another line\n")
        #expect(try vgraph("gate", "clip.mp4").status == 3)
        #expect(try workspace.bytes("clip.mp4") == other)
        try workspace.write("vgraph.keys", keys)
        try film.write(to: URL(filePath: workspace.path("clip.mp4")))
        #expect(try vgraph("gate", "clip.mp4", "--approved").status == 0)
        // A changed record: the gate says which line.
        let log = try workspace.text("clip.decisions.jsonl")
        try workspace.write("clip.decisions.jsonl", log.replacingOccurrences(of: "looked at it", with: "looked at IT"))
        let forged = try vgraph("gate", "clip.mp4")
        #expect(forged.status == 3 && forged.out.contains("clip.decisions.jsonl:1: "), "\(forged)")
        try workspace.write("clip.decisions.jsonl", log)
        // An answer that somebody forges makes the gate say revise.
        let answers = try workspace.text("clip.answers.jsonl")
        try workspace.write(
            "clip.answers.jsonl", answers.replacingOccurrences(of: "looked at it", with: "looked at IT"))
        let spoilt = try vgraph("build", "clip.mp4")
        #expect(spoilt.status == 3 && spoilt.err.contains("its signature does not match"), "\(spoilt)")
        // Without the key's line nothing that it signed counts.
        try workspace.write("clip.answers.jsonl", answers)
        try workspace.write("vgraph.keys", "# no key\n")
        #expect(try vgraph("build", "clip.mp4").status == 3)
        #expect(try decide("answer", "clip.mp4", "claim.1", "supports").err.contains("[key-unlisted]"))
        try workspace.write("vgraph.keys", "anna rsa 12\n")
        let broken = try decide("answer", "clip.mp4", "claim.1", "supports")
        #expect(broken.err.contains("vgraph.keys:1:1: ") && broken.err.contains("[keys-damaged]"), "\(broken)")
    }

    @Test func aDraftPassesAndIsNeverApproved() throws {
        let workspace = try Workspace([
            "clip.video.yaml": Sample.spec() + "review: { claims: [the square is legible] }\n"
        ])
        defer { workspace.remove() }
        try workspace.write(
            "pipelines/policies/default.yaml",
            "policy: default\nopen: [text, caption, speech, number, claim, title, description]\napproval: false\n")
        let built = try workspace.vgraph("build", "clip.mp4")
        #expect(built.status == 0, "\(built)")
        let gate = try workspace.vgraph("gate", "clip.mp4")
        #expect(gate.status == 0 && gate.out.contains("allows no approval"), "\(gate)")
        #expect(
            gate.out.contains("not examined, which the policy allows: ") && gate.out.contains("claim.1"), "\(gate.out)")
        let approve = try workspace.vgraph("approve", "clip.mp4", "--by", "anna", "--reason", "fine")
        #expect(approve.status == 3 && approve.err.contains("[draft-policy]"), "\(approve)")
        #expect(try workspace.vgraph("policy", "draft").out.contains("cannot be approved"))
        let unknown = try workspace.vgraph("policy", "house")
        #expect(unknown.status == 2 && unknown.err.contains("[unknown-policy]"), "\(unknown)")
        try workspace.write("pipelines/policies/house.yaml", "policy: home\n")
        #expect(try workspace.vgraph("policy", "house").err.contains("[other-policy-name]"))
    }
}
