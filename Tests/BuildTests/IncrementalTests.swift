// An incremental build gives the bytes of a clean one, and runs what changed and nothing else.
import Foundation
import TestSupport
import Testing

@Suite struct IncrementalTests {
    /// Stage names of the nodes that ran, as `--json` tells them.
    func ran(_ run: Workspace.Run) -> [String] {
        run.events.filter { $0["event"] as? String == "node" && $0["outcome"] as? String == "ran" }.compactMap {
            $0["stage"] as? String
        }
    }

    @Test func anEditCostsWhatItChanged() throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { workspace.remove() }
        let full = try workspace.vgraph("build", "clip.mp4", "--json")
        #expect(full.status == 0)

        // A comment: the spec's bytes change, what it means does not. Places move, which findings and claims have.
        try workspace.write("clip.video.yaml", "# a comment\n" + Sample.spec())
        let comment = ran(try workspace.vgraph("build", "clip.mp4", "--json"))
        #expect(
            Set(comment).isSubset(
                of: ["validate", "resolve", "proofread", "proof", "review", "claims", "gate"]), "\(comment)")

        // One caption: the segments that show it, and what follows.
        try workspace.write("clip.video.yaml", Sample.spec(caption: "Another text"))
        let caption = ran(try workspace.vgraph("build", "clip.mp4", "--json"))
        #expect(caption.filter { $0 == "render" }.count >= 1)
        #expect(caption.filter { $0 == "render" }.count < ran(full).filter { $0 == "render" }.count)
        #expect(caption.filter { $0 == "encode" }.count == caption.filter { $0 == "render" }.count)
        #expect(!caption.contains("audio"))

        // Back again: everything is in the cache.
        try workspace.write("clip.video.yaml", Sample.spec())
        #expect(ran(try workspace.vgraph("build", "clip.mp4", "--json")).isEmpty)
    }

    /// Asking before a build says the same with the trace of the last build and without it.
    @Test func questionsAreAnsweredFromTheTrace() throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { workspace.remove() }
        #expect(try workspace.vgraph("build", "clip.mp4").status == 0)
        try workspace.write("clip.video.yaml", Sample.spec(caption: "Another text"))
        func answers() throws -> [String] {
            try [
                ["why", "clip.mp4"], ["why", "clip.mp4:render"], ["build", "-n", "-v", "clip.mp4"],
                ["graph", "clip.mp4", "--all"], ["graph", "clip.mp4:frames", "--format", "json"],
            ].map { words in
                let run = try Workspace.run(Repository.binary("vgraph"), words, in: workspace.folder)
                return "\(words): \(run.status)\n\(run.out)\n\(run.err)"
            }
        }
        let short = try answers()
        for name in try FileManager.default.contentsOfDirectory(atPath: workspace.path("cache/state"))
        where name.hasSuffix(".trace") { try workspace.write("cache/state/" + name, "") }
        for (short, long) in zip(short, try answers()) { #expect(short == long) }
        #expect(short[2].contains("would run  clip.mp4:validate: 'clip.video.yaml' has changed"), "\(short[2])")
    }

    @Test func insertingASceneAtTheFrontRendersNoneOfTheLaterOnes() throws {
        let workspace = try Workspace([
            "clip.video.yaml": Sample.spec().replacingOccurrences(
                of: "captions:", with: "unused:"
            ).components(separatedBy: "unused:")[0]
        ])
        defer { workspace.remove() }
        #expect(try workspace.vgraph("build", "clip.mp4").status == 0)
        let spec = try workspace.text("clip.video.yaml").replacingOccurrences(
            of: "scenes:\n", with: "scenes:\n  - { id: zero, duration: 1s, layers: [ { text: New, style: title } ] }\n")
        try workspace.write("clip.video.yaml", spec)
        let run = try workspace.vgraph("build", "clip.mp4", "--json")
        #expect(run.status == 0, "\(run.err)")
        #expect(ran(run).filter { $0 == "render" }.count == 1)
        #expect(try probe(workspace, "clip.mp4")["nb_read_frames"] == "105")
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func randomEditsEndInTheBytesOfACleanBuild(seed: UInt64) throws {
        var random = Seeded(seed: seed)
        let workspace = try Workspace()
        defer { workspace.remove() }
        let words = ["Alpha", "Beta", "Gamma", "Delta", "Épsilon", "%50", "\u{05D0}\u{05D1}\u{05D2}"]
        let colors = ["#203060", "#602030", "#206030"]
        for step in 0..<4 {
            let spec = Sample.spec(
                title: words.randomElement(using: &random)!, middle: words.randomElement(using: &random)!,
                caption: words.randomElement(using: &random)!, background: colors.randomElement(using: &random)!,
                firstSeconds: [1.5, 2, 2.6].randomElement(using: &random)!)
            try workspace.write("clip.video.yaml", spec)
            let incremental = try workspace.vgraph("build", "clip.mp4", "--json")
            #expect(incremental.status == 0 || incremental.status == 3, "seed \(seed) step \(step): \(incremental.out)")

            let clean = try Workspace(["clip.video.yaml": spec])
            defer { clean.remove() }
            _ = try clean.vgraph("build", "clip.mp4")
            #expect(try workspace.bytes("clip.mp4") == clean.bytes("clip.mp4"), "seed \(seed) step \(step)")
        }
        try nodesRanWhenTheirManifestWasNew(workspace)
    }

    /// The log of all runs: a node ran if and only if no earlier run had its key.
    func nodesRanWhenTheirManifestWasNew(_ workspace: Workspace) throws {
        // A name tells the second only; of one second, the file written later is the later run.
        let runs = try FileManager.default.contentsOfDirectory(atPath: workspace.path("cache/runs"))
            .map { (name: $0, written: try workspace.modified("cache/runs/" + $0)) }
            .sorted { $0.written < $1.written }.map(\.name)
        #expect(runs.count > 1)
        var known: Set<String> = []
        for run in runs {
            let log =
                try JSONSerialization.jsonObject(with: workspace.bytes("cache/runs/" + run)) as? [String: Any] ?? [:]
            var made: Set<String> = []
            for node in log["nodes"] as? [[String: Any]] ?? [] {
                guard let key = node["key"] as? String, let outcome = node["outcome"] as? String else { continue }
                if known.contains(key) {
                    #expect(outcome == "hit", "\(run) \(node)")
                } else if !made.contains(key) {
                    #expect(outcome == "ran", "\(run) \(node)")
                }
                made.insert(key)
            }
            known.formUnion(made)
        }
    }

    @Test func oneJobAndEightGiveTheSameBytes() throws {
        let one = try Workspace(["clip.video.yaml": Sample.spec()]),
            eight = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { one.remove(); eight.remove() }
        #expect(try one.vgraph("build", "-j", "1", "clip.mp4").status == 0)
        #expect(try eight.vgraph("build", "-j", "8", "clip.mp4").status == 0)
        #expect(try one.bytes("clip.mp4") == eight.bytes("clip.mp4"))
    }
}
