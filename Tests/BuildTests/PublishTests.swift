// Publishing: what is copied, what never is, and what the ledger says after any end.
import Decisions
import Foundation
import TestSupport
import Testing

@Suite struct PublishTests {
    @Test func anApprovedFilmIsCopiedWithItsEvidence() throws {
        let film = try ApprovedFilm(), workspace = film.workspace
        defer { film.remove() }
        let first = try film.publish()
        #expect(first.status == 0 && first.out.contains("clip.mp4: PUBLISHED as dist/clip.mp4"), "\(first)")
        let sum = try film.sum("clip.mp4")
        #expect(try film.sum("dist/clip.mp4") == sum)
        let names = try FileManager.default.contentsOfDirectory(atPath: workspace.path("dist")).sorted()
        #expect(
            names == [
                "clip.\(sum.prefix(12)).evidence.tar", "clip.\(sum.prefix(12)).intoto.jsonl", "clip.mp4",
            ])
        // Any tar lists the evidence, and it says who decided.
        let list = try Workspace.run("tar", ["tf", "dist/" + names[0]], in: workspace.folder).out
        for part in [
            "spec.video.yaml", "provenance.json", "provenance.html", "essence.json", "decisions.jsonl",
            "artifacts/check.check.json", "artifacts/gate.gate.json", "artifacts/plan.plan.json",
            "ro-crate-metadata.json", "vgraph.keys",
        ] { #expect(list.contains(part), "\(part) is not in \(list)") }
        let page = try Workspace.run("tar", ["xOf", "dist/" + names[0], "provenance.html"], in: workspace.folder).out
        #expect(page.contains("APPROVED") && page.contains(sum) && !page.contains("<script"))
        try workspace.write("page.html", page)
        let browser = try Workspace.run(
            "/usr/bin/python3", [Repository.file("Tests/Tools/browser.py").path, "page.html"], in: workspace.folder)
        #expect(browser.status == 0, "\(browser.out)\(browser.err)")

        // Again: nothing changes, and nothing is recorded.
        let records = try workspace.text("clip.decisions.jsonl")
        let again = try film.publish()
        #expect(again.status == 0 && again.out.contains("already published"), "\(again)")
        #expect(try workspace.text("clip.decisions.jsonl") == records)
        // A copy that was lost is made again, from the same evidence.
        try FileManager.default.removeItem(atPath: workspace.path("dist/clip.mp4"))
        #expect(try film.vgraph("ledger", "verify").err.contains("[publication-changed]"))
        #expect(try film.publish().out.contains("PUBLISHED"))
        #expect(try film.vgraph("ledger", "verify").status == 0)
        // In another checkout the folder of publication is missing: that is said, and breaks nothing.
        try FileManager.default.moveItem(atPath: workspace.path("dist"), toPath: workspace.path("away"))
        let elsewhere = try film.vgraph("ledger", "verify")
        #expect(elsewhere.status == 0 && elsewhere.err.contains("[publication-elsewhere]"), "\(elsewhere)")
        try FileManager.default.moveItem(atPath: workspace.path("away"), toPath: workspace.path("dist"))
        // A second place: the same film under one identity.
        #expect(try film.publish(to: workspace.path("mirror")).status == 0)
        #expect(try film.sum("mirror/clip.mp4") == sum)
        #expect(try settled { try film.vgraph("build", "clip.mp4") } == "clip.mp4 is up to date, gate: pass\n")

        // A new candidate does not touch what is published; one that is sent back does neither.
        let published = try workspace.bytes("dist/clip.mp4")
        try workspace.write("clip.video.yaml", Sample.spec(title: "Second"))
        #expect(try film.vgraph("build", "clip.mp4").status == 0)
        #expect(try film.publish().err.contains("[not-approved]"))
        #expect(try film.vgraph("revise", "clip.mp4", "--by", "anna", "--reason", "no").status == 0)
        let revised = try film.publish()
        #expect(revised.status == 3 && revised.err.contains("[publish-revised]"), "\(revised)")
        #expect(try workspace.bytes("dist/clip.mp4") == published)
        try film.approve()
        let second = try film.publish("--json")
        #expect(second.status == 0 && second.done["new"] as? Bool == true, "\(second)")
        #expect(try workspace.bytes("dist/clip.mp4") == workspace.bytes("clip.mp4"))
        #expect(try film.vgraph("ledger", "verify").status == 0)
        // What is published stays when the cache goes, and so does what is known of it.
        #expect(try film.vgraph("clean", "--cache-too").status == 0)
        let found = try film.vgraph("ledger", "find", "--by", "anna", "--used", "libx264")
        #expect(found.status == 0 && found.out.components(separatedBy: "SHA-256").count == 3, "\(found)")
        #expect(try film.vgraph("ledger", "find", "--asset", "nothing.png").status == 3)
        let export = try film.vgraph("ledger", "export", "all.tar")
        #expect(export.status == 0, "\(export)")
        let kept = try Workspace.run("tar", ["tf", "all.tar"], in: workspace.folder).out
        #expect(kept.contains("vgraph.ledger/\(sum).evidence.tar") && kept.contains("clip.decisions.jsonl"))
    }

    /// Every way to publish what was not approved that we know.
    @Test func noOtherFileIsPublished() throws {
        let film = try ApprovedFilm(), workspace = film.workspace
        defer { film.remove() }
        func refused(_ id: String, _ run: Workspace.Run, status: Int32 = 3, _ what: String) {
            #expect(run.status == status && run.err.contains("[\(id)]"), "\(what): \(run)")
            #expect(!workspace.exists("dist/clip.mp4"), "\(what)")
        }
        let good = try workspace.bytes("clip.mp4"), records = try workspace.text("clip.decisions.jsonl")
        func put(_ bytes: Data) throws { try bytes.write(to: URL(filePath: workspace.path("clip.mp4"))) }

        var other = good
        other[other.count / 2] ^= 1
        try put(other)
        refused("publish-not-passed", try film.publish(), "a byte was changed after the approval")
        try put(good)
        try workspace.write("clip.decisions.jsonl", records.replacingOccurrences(of: "it ships", with: "it Ships"))
        refused("publish-not-passed", try film.publish(), "a record was changed")
        try workspace.write("clip.decisions.jsonl", "")
        refused("not-approved", try film.publish(), "the records are gone")
        // A gate's file that a person wrote beside the film is nothing to anyone.
        try workspace.write("gate.json", "{\"decision\": \"pass\", \"sha256\": \"\(try film.sum("clip.mp4"))\"}")
        refused("not-approved", try film.publish(), "a gate's file by hand")
        // The approval of another film does not count for this one.
        try workspace.write("other.video.yaml", Sample.spec(title: "Other"))
        #expect(try film.vgraph("build", "other.mp4").status == 0)
        #expect(try film.vgraph("approve", "other.mp4", "--by", "anna", "--reason", "fine").status == 0)
        try workspace.write("clip.decisions.jsonl", workspace.text("other.decisions.jsonl"))
        refused("publish-not-passed", try film.publish(), "the approval of another target")
        // The film of another target, under this name.
        try workspace.write("clip.decisions.jsonl", records)
        try put(workspace.bytes("other.mp4"))
        refused("publish-not-passed", try film.publish(), "another film in its place")
        // A link to it as well.
        try FileManager.default.removeItem(atPath: workspace.path("clip.mp4"))
        try FileManager.default.createSymbolicLink(
            atPath: workspace.path("clip.mp4"), withDestinationPath: "other.mp4")
        refused("publish-not-passed", try film.publish(), "a link in its place")
        try FileManager.default.removeItem(atPath: workspace.path("clip.mp4"))
        try put(good)
        // Who publishes must be listed, and have the key.
        try workspace.write("vgraph.keys", "")
        refused("publish-not-passed", try film.publish(), "nobody is listed")
        #expect(try film.vgraph("publish", "clip.mp4", "--to", "dist", "--by", "eve").err.contains("[no-key]"))
    }

    /// Between the look at the film and its copy.
    @Test func aFilmThatChangesMeanwhileIsNotPublished() throws {
        let film = try ApprovedFilm(), workspace = film.workspace
        defer { film.remove() }
        // The lock of the ledger, which is taken between, takes two seconds.
        let slow = try Program(
            [
                "strace", "-o", "/dev/null", "-e", "trace=flock", "-e", "inject=flock:delay_exit=2000000:when=1",
                Repository.binary("vgraph"), "publish", "clip.mp4", "--to", "dist", "--by", "anna",
            ], in: workspace.folder.path,
            environment: Program.environment.merging(film.environment) { $1 }
                .merging(["XDG_DATA_HOME": "/nonexistent"]) { $1 },
            output: workspace.path("said"))
        try until("it holds the ledger") { workspace.exists("vgraph.ledger") || !slow.isRunning }
        guard slow.isRunning else { return #expect(try workspace.text("said").contains("ptrace")) }
        var other = try workspace.bytes("clip.mp4")
        other[other.count / 2] ^= 1
        try other.write(to: URL(filePath: workspace.path("clip.mp4")))
        #expect(slow.wait() == 3)
        let said = try workspace.text("said")
        #expect(said.contains("[publish-changed]"), "\(said)")
        #expect(!workspace.exists("dist/clip.mp4"))
        #expect(try !workspace.text("clip.decisions.jsonl").contains("\"publish\""))
    }

    @Test func aFilmWithoutItsPlanHasNoEvidence() throws {
        let film = try ApprovedFilm(), workspace = film.workspace
        defer { film.remove() }
        let plan = try film.vgraph("show", "clip.mp4:plan").out
        let blobs = FileManager.default.enumerator(atPath: workspace.path("cache/blobs"))?.compactMap { $0 as? String }
        for name in blobs ?? [] {
            let path = "cache/blobs/" + name
            if let text = try? workspace.text(path), plan.hasPrefix(text.trimmingCharacters(in: .newlines)),
                text.count > 50
            {
                try FileManager.default.removeItem(atPath: workspace.path(path))
            }
        }
        let run = try film.publish()
        #expect(run.status == 2 && run.err.contains("[publish-evidence]"), "\(run)")
        #expect(!workspace.exists("dist/clip.mp4"))
    }

    @Test func onlyItsOwnPlaceIsReplaced() throws {
        let film = try ApprovedFilm(), workspace = film.workspace
        defer { film.remove() }
        func refused(_ id: String, _ run: Workspace.Run, status: Int32 = 2) {
            #expect(run.status == status && run.err.contains("[\(id)]"), "\(run)")
        }
        try workspace.write("dist/clip.mp4", "a film of somebody else")
        refused("publish-foreign", try film.publish())
        #expect(try workspace.text("dist/clip.mp4") == "a film of somebody else")
        try FileManager.default.removeItem(atPath: workspace.path("dist/clip.mp4"))
        try FileManager.default.createSymbolicLink(atPath: workspace.path("dist/clip.mp4"), withDestinationPath: "x")
        refused("publish-foreign", try film.publish())
        try FileManager.default.removeItem(atPath: workspace.path("dist/clip.mp4"))
        refused("publish-onto-itself", try film.publish(to: "."))
        try workspace.write("plain", "x")
        refused("publish-place", try film.publish(to: "plain/below"))
        refused("publish-place", try film.publish(to: "s3://NOT a bucket"))
        refused("publish-credentials", try film.publish(to: "s3://films"), status: 1)
        let server = ["AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"]
        refused("publish-reach", try film.publish(to: "s3://films", environment: server), status: 1)
        #expect(try film.publish().status == 0)
        // The same bytes as another target.
        try workspace.write("twin.video.yaml", Sample.spec())
        #expect(try film.vgraph("build", "twin.mp4").status == 0)
        #expect(try film.sum("twin.mp4") == film.sum("clip.mp4"))
        #expect(try film.vgraph("approve", "twin.mp4", "--by", "anna", "--reason", "twice").status == 0)
        refused(
            "publish-other-identity", try film.vgraph("publish", "twin.mp4", "--to", "dist", "--by", "anna"), status: 3)
        // A full disk: what was published stays, and the next attempt completes it.
        let before = try workspace.bytes("dist/clip.mp4")
        try film.revise(Sample.spec(title: "Second"))
        let full = try Workspace.run(
            "bash",
            [
                "-c", "ulimit -f 8; trap '' XFSZ; exec \"$0\" publish clip.mp4 --to dist --by anna",
                Repository.binary("vgraph"),
            ],
            in: workspace.folder, environment: film.environment)
        #expect(full.status != 0, "\(full)")
        #expect(try workspace.bytes("dist/clip.mp4") == before)
        #expect(try film.publish().status == 0 && film.vgraph("ledger", "verify").status == 0)
    }

    /// Killed at any call: the place has the old or the new file, whole, and the ledger says which.
    @Test(.timeLimit(.minutes(4))) func killedAtAnyCallTheLedgerSaysWhatIsThere() throws {
        let film = try ApprovedFilm(), workspace = film.workspace
        defer { film.remove() }
        #expect(try film.publish().status == 0)
        try film.revise(Sample.spec(title: "Second"))
        let old = try workspace.bytes("dist/clip.mp4"), new = try workspace.bytes("clip.mp4")
        let records = try workspace.text("clip.decisions.jsonl")
        let calls =
            "openat,openat2,write,pwrite64,renameat,renameat2,rename,linkat,fsync,fdatasync,mkdirat,ftruncate,flock"
        func traced(_ options: [String]) throws -> Workspace.Run {
            try Workspace.run(
                "strace",
                ["-o", workspace.path("trace"), "-e", "trace=" + calls] + options
                    + [Repository.binary("vgraph"), "publish", "clip.mp4", "--to", "dist", "--by", "anna"],
                in: workspace.folder, environment: film.environment)
        }
        func reset() throws {
            try workspace.write("clip.decisions.jsonl", records)
            try old.write(to: URL(filePath: workspace.path("dist/clip.mp4")))
            let sum = try film.sum("clip.mp4")
            for name in [
                "vgraph.ledger/\(sum).evidence.tar", "vgraph.ledger/\(sum).intoto.jsonl",
                "dist/clip.\(sum.prefix(12)).evidence.tar", "dist/clip.\(sum.prefix(12)).intoto.jsonl",
            ] { try? FileManager.default.removeItem(atPath: workspace.path(name)) }
        }
        let whole = try traced([])
        guard whole.status == 0 else { return #expect(whole.err.contains("ptrace"), "\(whole)") }
        var counts: [String: Int] = [:], made: [(call: String, number: Int)] = [], arrival: Int?
        for line in try workspace.text("trace").split(separator: "\n") {
            guard let end = line.firstIndex(of: "(") else { continue }
            let call = String(line[..<end])
            counts[call, default: 0] += 1
            // The film gets its name at its place by a rename or a link.
            if call.hasPrefix("rename") || call == "linkat",
                line.contains("/clip.mp4\"") || line.contains("\"clip.mp4\"")
            {
                arrival = arrival ?? made.count
            }
            made.append((call, counts[call]!))
        }
        // Some before the film arrives and some after it, so that both ends are seen on every machine, then some of all.
        let middle = try #require(arrival)
        #expect(middle > 2 && made.count > middle + 4)
        var kills = [made[middle - 2], made[middle - 1], made[middle + 1], made[middle + 2]]
        var random = Seeded(seed: 7)
        kills += made.suffix(6) + made.shuffled(using: &random).prefix(6)
        var ends: Set<String> = []
        for (call, number) in kills {
            try reset()
            let killed = try traced(["-e", "inject=\(call):signal=KILL:when=\(number)"])
            let what = "\(call) \(number)"
            let there = try workspace.bytes("dist/clip.mp4")
            #expect(there == old || there == new, "\(what): neither file lies there")
            let verified = try film.vgraph("ledger", "verify")
            let text = try workspace.text("clip.decisions.jsonl")
            if killed.status == 0 {
                #expect(verified.status == 0, "\(what): \(verified)")
            } else if text.contains("\"state\":\"begun\",") && !text.hasSuffix(records) {
                let isBegun = text.dropFirst(records.count).contains("\"begun\"")
                let isDone = text.dropFirst(records.count).contains("\"done\"")
                if isBegun && !isDone {
                    #expect(verified.err.contains("[publish-interrupted]"), "\(what): \(verified)")
                    let says = there == new ? "the new file, whole" : "the file that was published before"
                    #expect(verified.err.contains(says), "\(what): \(verified.err)")
                    ends.insert(says)
                }
            }
            let next = try film.publish()
            #expect(next.status == 0, "\(what): \(next)")
            #expect(try workspace.bytes("dist/clip.mp4") == new)
            let last = try film.vgraph("ledger", "verify")
            #expect(last.status == 0, "\(what): \(last)")
        }
        #expect(ends.count == 2, "kills before and after the copy: \(ends)")
    }

    /// A byte of each kind of entry, changed or gone.
    @Test func theLedgerSaysWhereItBreaks() throws {
        let film = try ApprovedFilm(Sample.spec() + "review: { claims: [the square is legible] }\n"),
            workspace = film.workspace
        defer { film.remove() }
        let sum = try film.sum("clip.mp4")
        #expect(try film.publish().status == 0)
        func verified(_ id: String, _ name: String, _ change: (String) -> String?) throws {
            let before = try workspace.bytes(name)
            if let text = change(String(decoding: before, as: UTF8.self)) {
                try workspace.write(name, text)
            } else {
                try FileManager.default.removeItem(atPath: workspace.path(name))
            }
            let run = try film.vgraph("ledger", "verify")
            #expect(run.status == 3 && run.err.contains("[\(id)]"), "\(name): \(run)")
            try before.write(to: URL(filePath: workspace.path(name)))
            #expect(try film.vgraph("ledger", "verify").status == 0)
        }
        let decisions = "clip.decisions.jsonl", statements = "vgraph.ledger/\(sum).intoto.jsonl"
        try verified("decision-damaged", decisions) { $0.replacingOccurrences(of: "it ships", with: "it shipS") }
        try verified("decision-damaged", decisions) {
            $0.split(separator: "\n").dropFirst().joined(separator: "\n") + "\n"
        }
        try verified("decision-damaged", "clip.answers.jsonl") {
            $0.replacingOccurrences(of: "supports", with: "contradicts")
        }
        try verified("records-cut-off", "clip.answers.jsonl") { _ in nil }
        try verified("decision-torn", decisions) { String($0.dropLast(3)) }
        try verified("decision-damaged", "vgraph.keys") { _ in "" }
        try verified("evidence-missing", "vgraph.ledger/\(sum).evidence.tar") { _ in nil }
        try verified("evidence-missing", "vgraph.ledger/\(sum).evidence.tar") { $0 + "x" }
        try verified("evidence-missing", statements) { $0.replacingOccurrences(of: "\"sig\":\"", with: "\"sig\":\"A") }
        try verified("publication-changed", "dist/clip.mp4") { _ in "x" }
        // Statements that no listed key signed, though a record names them.
        let other = String(repeating: "1", count: 64), keys = try PublicKeys.read(in: workspace.folder.path)
        func named(_ suffix: String) throws -> String { try film.sum("vgraph.ledger/" + other + suffix) }
        for suffix in [".evidence.tar", ".intoto.jsonl"] {
            try workspace.write("vgraph.ledger/" + other + suffix, "{}\n")
        }
        let records = try workspace.text(decisions)
        _ = try DecisionFile(.decisions, of: "clip.mp4", in: workspace.folder.path).append(
            .init(
                .publish, target: "clip.mp4", sha256: other, reason: "forged",
                publication: .init(
                    .done, to: "dist", file: "none.mp4", sha256: other, evidence: try named(".evidence.tar"),
                    statements: try named(".intoto.jsonl"))),
            by: try PrivateKey.read("anna", in: workspace.path("home/vgraph/keys")), keys: keys)
        #expect(try film.vgraph("ledger", "verify").err.contains("[statement-unsigned]"))
        try workspace.write(decisions, records)
        for suffix in [".evidence.tar", ".intoto.jsonl"] {
            try FileManager.default.removeItem(atPath: workspace.path("vgraph.ledger/" + other + suffix))
        }
        // A file that no record names is said, and breaks nothing.
        let stray = String(repeating: "0", count: 64)
        try workspace.write("vgraph.ledger/\(stray).evidence.tar", "x")
        let run = try film.vgraph("ledger", "verify")
        #expect(run.status == 0 && run.err.contains("[evidence-unnamed]"), "\(run)")
        // A cut of both files at once is what version control tells: the publication is then unknown.
        let broken = try film.vgraph("trace", "clip.mp4", "--evidence", "vgraph.ledger/\(stray).evidence.tar")
        #expect(broken.status == 2 && broken.err.contains("[evidence-damaged]"), "\(broken)")
    }

    @Test func whatADecisionNamesIsNeverCollected() throws {
        let film = try ApprovedFilm(), workspace = film.workspace
        defer { film.remove() }
        // Approved, then replaced by another candidate.
        try workspace.write("clip.video.yaml", Sample.spec(title: "Second", middle: "Other"))
        #expect(try film.vgraph("build", "clip.mp4").status == 0)
        try workspace.write("clip.video.yaml", Sample.spec(title: "Third"))
        #expect(try film.vgraph("build", "clip.mp4").status == 0)
        let stats = try film.vgraph("cache", "stats")
        #expect(stats.out.contains("kept for ever: 1 approved or published films"), "\(stats)")
        #expect(try film.vgraph("cache", "gc", "--keep-days", "0").status == 0)
        let kept = try film.vgraph("diff", "approved", ".", "clip.mp4")
        #expect(kept.status == 1 && !kept.out.contains("no longer in the cache"), "\(kept)")
        // Also where the limit says that everything goes.
        #expect(try film.vgraph("cache", "gc", "--max-size", "1").status == 0)
        try workspace.write("clip.video.yaml", Sample.spec())
        let back = try film.vgraph("build", "clip.mp4")
        #expect(back.status == 0 && !back.out.contains("mux"), "\(back)")
        #expect(try film.vgraph("gate", "clip.mp4", "--approved").status == 0)
        // A record that does not count keeps gc from guessing.
        let records = try workspace.text("clip.decisions.jsonl")
        try workspace.write("clip.decisions.jsonl", records.replacingOccurrences(of: "it ships", with: "it shipS"))
        #expect(try film.vgraph("cache", "gc", "--keep-days", "0").err.contains("[decision-damaged]"))
    }

    @Test func todaysRulesAreHeldAgainstWhatIsPublished() throws {
        let film = try ApprovedFilm(), workspace = film.workspace
        defer { film.remove() }
        #expect(try film.publish().status == 0)
        let same = try film.vgraph("recheck", "--published")
        #expect(same.status == 0 && same.out.contains("PASS, from its evidence"), "\(same)")
        // A person finds a fault after it was published, and takes that back.
        #expect(try film.vgraph("revise", "clip.mp4", "--by", "anna", "--reason", "the price is old").status == 0)
        let recalled = try film.vgraph("recheck", "--published")
        #expect(recalled.status == 3 && recalled.out.contains("WOULD NOT PASS, from its evidence"), "\(recalled)")
        #expect(recalled.out.contains("anna says revise: the price is old"), "\(recalled)")
        #expect(try film.vgraph("recheck", "--published", "--json").done["decision"] as? String == "revise")
        #expect(try film.vgraph("approve", "clip.mp4", "--by", "anna", "--reason", "it is not").status == 0)
        #expect(try film.vgraph("recheck", "--published").status == 0)
        // What cannot be said of a film is said, not left out: a publication that did not end, evidence that is gone.
        let decisions = try workspace.text("clip.decisions.jsonl")
        let begun = decisions.split(separator: "\n").prefix { !$0.contains("\"done\"") }
        try workspace.write("clip.decisions.jsonl", begun.joined(separator: "\n") + "\n")
        let unfinished = try film.vgraph("recheck", "--published")
        #expect(unfinished.status == 3 && unfinished.out.contains("NOT CHECKED"), "\(unfinished)")
        #expect(unfinished.out.contains("its publication did not end"), "\(unfinished)")
        try workspace.write("clip.decisions.jsonl", decisions)
        let evidence = "vgraph.ledger/\(try film.sum("clip.mp4")).evidence.tar"
        let kept = try workspace.bytes(evidence)
        for damage in [kept + Data([0]), nil] {
            try FileManager.default.removeItem(atPath: workspace.path(evidence))
            try damage?.write(to: URL(filePath: workspace.path(evidence)))
            let lost = try film.vgraph("recheck", "--published")
            #expect(lost.status == 3 && lost.out.contains("NOT CHECKED\n  '\(evidence)'"), "\(lost)")
            let found = try film.vgraph("ledger", "find", "--asset", "nothing.png")
            #expect(found.status == 3 && found.err.contains("[evidence-missing]"), "\(found)")
            let all = try film.vgraph("ledger", "find", "--json")
            #expect(all.status == 3 && all.out.contains("evidence-missing"), "\(all)")
            let traced = try film.vgraph("trace", "dist/clip.mp4")
            #expect(traced.err.contains("[evidence-missing]") && traced.status == 0, "\(traced)")
        }
        try kept.write(to: URL(filePath: workspace.path(evidence)))
        // A policy that asks for more.
        let policy = try Repository.text("pipelines/policies/default.yaml")
        try workspace.write(
            "pipelines/policies/default.yaml",
            policy.replacingOccurrences(of: "checks: [D01,", with: "reviewers: [text]\nchecks: [D01,"))
        let stricter = try film.vgraph("recheck", "--published")
        #expect(stricter.status == 3 && stricter.out.contains("WOULD NOT PASS, from its evidence"), "\(stricter)")
        #expect(stricter.out.contains("the reviewer 'text' did not run"))
        try FileManager.default.removeItem(atPath: workspace.path("pipelines"))
        // Rules for files: the film is decoded, and only then.
        let faster = """
            profile: default
            title: ours
            sources: { house: { is: "our own rule", read: 2026-11-22 } }
            rules: { frame_rate: { min: 24, source: house } }

            """
        try workspace.write("pipelines/profiles/default.yaml", faster)
        let decoded = try film.vgraph("recheck", "--published", "--json")
        #expect(decoded.status == 3 && decoded.done["decoded"] as? Bool == true, "\(decoded)")
        #expect(decoded.out.contains("D02"), "\(decoded)")
        // Without a copy on this machine it cannot be said.
        try FileManager.default.removeItem(atPath: workspace.path("dist"))
        try FileManager.default.removeItem(atPath: workspace.path("clip.mp4"))
        let gone = try film.vgraph("recheck", "--published")
        #expect(gone.status == 3 && gone.out.contains("NOT CHECKED") && gone.out.contains("no copy"), "\(gone)")
    }
}
