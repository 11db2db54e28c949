// From a file alone back to its film: renamed, in other containers, cut, encoded again, and films that are not ours.
import Foundation
import TestSupport
import Testing

@Suite struct TraceTests {
    /// With a tone, so that there is sound to follow.
    private static func spec(_ title: String, tone: String = "tone.wav") -> String {
        Sample.spec(title: title) + "assets: { tone: \(tone) }\naudio: { tracks: [{ asset: tone }] }\n"
    }

    private func tone(_ name: String, _ pitch: Int, _ workspace: Workspace) throws {
        let run = try Workspace.run(
            "sox", ["-n", "-r", "48000", name, "synth", "6", "sine", "\(pitch)", "vol", "0.2", "tremolo", "3"],
            in: workspace.folder)
        #expect(run.status == 0, "\(run)")
    }

    private func ffmpeg(_ words: String, in workspace: Workspace) throws {
        let run = try Workspace.run(
            "ffmpeg", ["-v", "error", "-y"] + words.split(separator: " ").map(String.init), in: workspace.folder)
        #expect(run.status == 0, "\(words): \(run.err)")
    }

    @Test func anyFileLeadsBackInAnotherCheckout() throws {
        let workspace = try Workspace([
            "clip.video.yaml": Self.spec("Hello"), "other.video.yaml": Self.spec("Hello", tone: "high.wav"),
        ])
        defer { workspace.remove() }
        try tone("tone.wav", 440, workspace)
        try tone("high.wav", 880, workspace)
        let environment = ["XDG_CONFIG_HOME": workspace.path("home")]
        func vgraph(_ words: [String]) throws -> Workspace.Run {
            try Workspace.run(Repository.binary("vgraph"), words, in: workspace.folder, environment: environment)
        }
        #expect(try vgraph(["key", "new", "anna"]).status == 0)
        // Two films with the same pictures and other sound.
        for target in ["clip.mp4", "other.mp4"] {
            let built = try vgraph(["build", target])
            #expect(built.status == 0, "\(built)")
            #expect(try vgraph(["approve", target, "--by", "anna", "--reason", "it ships"]).status == 0)
            let published = try vgraph(["publish", target, "--to", "dist", "--by", "anna"])
            #expect(published.status == 0, "\(published)")
        }
        // Another checkout has what version control has: specs, keys, records, the ledger. No cache, no key, no film.
        try FileManager.default.createDirectory(atPath: workspace.path("checkout"), withIntermediateDirectories: true)
        for name in [
            "vgraph.keys", "vgraph.ledger", "clip.video.yaml", "clip.decisions.jsonl", "other.decisions.jsonl",
        ] {
            #expect(try Workspace.run("cp", ["-r", name, "checkout/"], in: workspace.folder).status == 0)
        }
        func trace(_ file: String) throws -> (status: Int32, match: String, targets: [String], film: [String: Any]) {
            let run = try Workspace.run(
                Repository.binary("vgraph"), ["trace", "-C", "checkout", "--json", file], in: workspace.folder)
            let films = run.done["films"] as? [[String: Any]] ?? []
            return (
                run.status, run.done["match"] as? String ?? "\(run)", films.compactMap { $0["target"] as? String },
                films.first ?? [:]
            )
        }

        try FileManager.default.copyItem(atPath: workspace.path("dist/clip.mp4"), toPath: workspace.path("final 3.mp4"))
        let exact = try trace("final 3.mp4")
        #expect(exact.status == 0 && exact.match == "exact" && exact.targets == ["clip.mp4"], "\(exact)")
        #expect(exact.film["spec"] as? String == "clip.video.yaml")
        #expect((exact.film["decision"] as? [String: Any])?["by"] as? String == "anna")

        // What is done to it, what still matches, and whose film it is said to be.
        let cases: [(words: String, file: String, match: String, targets: [String])] = [
            ("-i dist/clip.mp4 -c copy -map 0:v -map 0:a", "a.mkv", "repackaged", ["clip.mp4"]),
            ("-i dist/other.mp4 -c copy -map 0:v -map 0:a", "b.mkv", "repackaged", ["other.mp4"]),
            ("-i dist/clip.mp4 -c copy -map 0:v -map 0:a", "a.ts", "repackaged", ["clip.mp4"]),
            ("-i a.ts -c copy", "c.mp4", "repackaged", ["clip.mp4"]),
            ("-i dist/other.mp4 -map_metadata -1 -c copy -map 0:v -map 0:a", "d.mp4", "repackaged", ["other.mp4"]),
            (
                "-i dist/other.mp4 -c copy -movflags frag_keyframe+empty_moov -map 0:v -map 0:a", "e.mp4", "repackaged",
                ["other.mp4"]
            ),
            ("-i dist/clip.mp4 -c copy -an -sn", "f.mp4", "pictures", ["clip.mp4"]),
            ("-i dist/other.mp4 -i tone.wav -map 0:v -map 1:a -c:v copy -c:a aac", "g.mp4", "pictures", ["other.mp4"]),
            // Marks and sound taken away, only the pictures remain: both films have them.
            (
                "-i dist/other.mp4 -c copy -an -sn -bsf:v filter_units=remove_types=6", "h.mp4", "pictures",
                ["clip.mp4", "other.mp4"]
            ),
            ("-ss 2.1 -i dist/clip.mp4 -t 2 -c copy -map 0:v -map 0:a", "i.mp4", "parts", ["clip.mp4"]),
            ("-i dist/clip.mp4 -t 3 -c copy -map 0:v -map 0:a", "j.mp4", "parts", ["clip.mp4"]),
            (
                "-i dist/clip.mp4 -c:v libx264 -crf 30 -vf scale=214:120 -an -sn", "k.mp4", "alike",
                ["clip.mp4", "other.mp4"]
            ),
            ("-i dist/clip.mp4 -c:v mpeg4 -q:v 6 -r 25 -an -sn", "l.mp4", "alike", ["clip.mp4", "other.mp4"]),
            ("-i dist/other.mp4 -vn -sn -c copy", "m.m4a", "parts", ["other.mp4"]),
            ("-f lavfi -i testsrc=d=4:s=320x180:r=15 -c:v libx264", "n.mp4", "unknown", []),
            ("-f lavfi -i color=black:d=4:s=320x180:r=15 -c:v libx264", "o.mp4", "unknown", []),
        ]
        for (words, file, match, targets) in cases {
            try ffmpeg(words + " " + file, in: workspace)
            let found = try trace(file)
            #expect(found.match == match && found.targets.sorted() == targets, "\(words): \(found)")
            #expect(found.status == 3, "\(words): these bytes were not decided upon")
        }
        // One byte in the middle: the packet that has it is another.
        var touched = try workspace.bytes("dist/clip.mp4")
        touched[touched.count / 2] ^= 1
        try touched.write(to: URL(filePath: workspace.path("p.mp4")))
        let damaged = try trace("p.mp4")
        #expect(damaged.status == 3 && ["parts", "pictures"].contains(damaged.match), "\(damaged)")
        #expect(damaged.targets == ["clip.mp4"])

        // A candidate that nobody decided about leads back through the cache that made it.
        try workspace.write("clip.video.yaml", Self.spec("Later"))
        #expect(try vgraph(["build", "clip.mp4"]).status == 0)
        let candidate = try vgraph(["trace", "--json", workspace.path("clip.mp4")])
        #expect(candidate.status == 3 && candidate.done["match"] as? String == "candidate", "\(candidate)")
        #expect((candidate.done["candidate"] as? [String: Any])?["node"] as? String == "clip.mp4:mux")
        let elsewhere = try trace("clip.mp4")
        #expect(elsewhere.match == "parts" || elsewhere.match == "elsewhere", "\(elsewhere)")

        // The evidence alone, in a workspace that knows the key, and in one that does not.
        let name = try #require(
            FileManager.default.contentsOfDirectory(atPath: workspace.path("dist")).first {
                $0.hasPrefix("clip.") && $0.hasSuffix(".evidence.tar")
            })
        for (keys, decision) in [(try workspace.text("vgraph.keys"), true), ("", false)] {
            try workspace.write("empty/vgraph.keys", keys)
            let run = try vgraph(["trace", "-C", "empty", "--json", "--evidence", "dist/" + name, "final 3.mp4"])
            #expect(run.done["match"] as? String == "exact" && run.status == (decision ? 0 : 3), "\(run)")
        }
        for file in ["missing.mp4", "tone.wav", "vgraph.keys"] {
            let run = try vgraph(["trace", file])
            #expect(run.status == (file == "tone.wav" ? 3 : 2), "\(file): \(run)")
        }
    }
}
