// The examples whose pipelines have programs of their own, built as a reader would.
import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct ExamplePipelineTests {
    private static func example(_ name: String) throws -> Workspace {
        let workspace = try Workspace()
        let source = Repository.file("pipelines/examples/" + name)
        for file in try #require(FileManager.default.enumerator(atPath: source.path)).compactMap({ $0 as? String })
        where [".yaml", ".txt", ".json", ".py"].contains(where: file.hasSuffix) && !file.hasPrefix("cache/") {
            try workspace.write(file, try String(contentsOf: source.appending(path: file), encoding: .utf8))
        }
        return workspace
    }

    @Test func narrated() throws {
        let workspace = try Self.example("narrated")
        defer { workspace.remove() }
        let first = try workspace.vgraph("build", "intro.mp4")
        #expect(first.status == 0 && !(first.out + first.err).contains("warning"), "\(first.out)\(first.err)")
        #expect(workspace.exists("intro.narration.wav") && workspace.exists("intro.mp4"))
        #expect(
            try settled { try workspace.vgraph("build", "intro.mp4") } == "intro.mp4 is up to date, gate: pass\n")
        // Another sentence is another voice: no frame is drawn for it.
        try workspace.write("intro.narration.txt", "Nothing is made twice.\n")
        let second = try workspace.vgraph("build", "--json", "intro.mp4")
        let ran = second.events.filter { $0["outcome"] as? String == "ran" }.compactMap { $0["node"] as? String }
        #expect(
            second.status == 0 && ran.contains("intro.mp4:voice") && ran.contains("intro.mp4:audio")
                && ran.contains("intro.mp4:mux"), "\(ran)")
        #expect(!ran.contains { $0.contains(":render") || $0.contains(":encode") }, "\(ran)")
    }

    /// Three voices on equal terms; the chosen one is known to the film by its bytes, and another choice changes the pin
    /// alone.
    @Test func bakeoff() throws {
        let workspace = try Self.example("bakeoff")
        defer { workspace.remove() }
        let compared = try workspace.vgraph("-C", "voices", "build", "comparison.html")
        #expect(compared.status == 0, "\(compared.out)\(compared.err)")
        let table = try JSONSerialization.jsonObject(with: workspace.bytes("voices/comparison.json")) as? [String: Any]
        let rows = try #require(table?["candidates"] as? [[String: Any]])
        #expect(rows.map { $0["name"] as? String } == ["brisk", "calm", "northern"])
        #expect(rows.allSatisfy { $0["fit"] as? Bool == true && ($0["failed"] as? [String])?.isEmpty == true })
        #expect(rows.allSatisfy { ($0["checks"] as? [String: String])?["D06"]?.contains("LUFS") == true })
        // What was not judged is told: no reviewers are installed here.
        #expect(rows.allSatisfy { ($0["reviewer"] as? [String: Any])?["status"] as? String == "not_run" })
        let speeds = rows.compactMap { $0["words_per_minute"] as? Int }
        #expect(speeds.count == 3 && speeds[0] > speeds[2] && speeds[2] > speeds[1], "\(speeds)")
        #expect(try workspace.text("voices/comparison.html").contains("<td>calm</td>"))

        func choose(_ name: String) throws -> Workspace.Run {
            try Workspace.run(
                "python3", ["choose.py", name, "--by", "ann", "--reason", "it is \(name)"], in: workspace.folder)
        }
        func film() throws -> Workspace.Run { try workspace.vgraph("-C", "film", "build", "lesson.mp4", "--json") }
        #expect(try film().status == 2, "nothing was chosen")
        #expect(try choose("loud").err == "there is no candidate 'loud'; there are brisk, calm, northern\n")
        let first = try choose("calm")
        #expect(first.status == 0 && first.out.contains("no reviewer listened to it"), "\(first.out)\(first.err)")
        let calm = try workspace.text("film/lesson.video.yaml").split(separator: "\n")
        #expect(try film().status == 0)

        #expect(try choose("brisk").status == 0)
        let brisk = try workspace.text("film/lesson.video.yaml").split(separator: "\n")
        let changed = zip(calm, brisk).filter { $0 != $1 }
        #expect(
            calm.count == brisk.count && changed.count == 1 && changed.first?.1.hasPrefix("    sha256: ") == true,
            "\(changed)")
        let second = try film()
        let ran = second.events.filter { $0["outcome"] as? String == "ran" }.compactMap { $0["node"] as? String }
        #expect(second.status == 0 && ran.contains("lesson.mp4:audio"), "\(second.err)")
        #expect(!ran.contains { $0.contains(":render") || $0.contains(":encode") }, "\(ran)")
        let choice = try JSONSerialization.jsonObject(with: workspace.bytes("film/voice.choice.json")) as? [String: Any]
        #expect(
            (choice?["chosen"] as? [String: Any])?["name"] as? String == "brisk" && choice?["by"] as? String == "ann")
        #expect((choice?["over"] as? [[String: Any]])?.map { $0["name"] as? String } == ["calm", "northern"])

        // Another voice than the chosen one is refused at the pin, and one that was not compared is not chosen.
        try workspace.write("film/voice.wav", Array(workspace.bytes("voices/northern.wav")))
        let other = try workspace.vgraph("-C", "film", "build", "lesson.mp4")
        #expect(
            other.status == 2
                && other.err.contains(
                    "lesson.video.yaml:12:13: error: 'voice.wav' has other bytes than those that the spec pins "
                        + "[asset-other-bytes]"),
            "\(other.err)")
        try workspace.write("voices/calm.wav", Array(workspace.bytes("voices/northern.wav")))
        #expect(try choose("calm").err.contains("is not the sound that was compared"))
    }

    @Test func rendered() throws {
        let workspace = try Self.example("rendered")
        defer { workspace.remove() }
        let run = try workspace.vgraph("build", "tide.mp4")
        #expect(run.status == 0 && workspace.exists("tide.backdrop.mp4"), "\(run.out)\(run.err)")
    }

    @Test func generated() throws {
        let workspace = try Self.example("generated")
        defer { workspace.remove() }
        let first = try workspace.vgraph("build", "dawn.mp4")
        #expect(first.status == 0 && first.out.hasSuffix("spent 0.40 USD\n"), "\(first.out)\(first.err)")
        // Another title is no other clip, and costs nothing.
        try workspace.write(
            "dawn.video.yaml",
            try workspace.text("dawn.video.yaml").replacingOccurrences(of: "Paid for once", with: "Paid for, once"))
        let second = try workspace.vgraph("build", "dawn.mp4")
        #expect(second.status == 0 && !second.out.contains("spent") && !second.out.contains("imagine"), "\(second.out)")
        #expect(try workspace.vgraph("log", "last~1").out.contains("0.40 USD"))
    }
}
