// Numbers bound to a data file and words looked up in dictionaries, end to end: what stops the build, and what runs
// when the data change.
import Foundation
import Testing

@Suite struct WordingBuildTests {
    private static let spec = """
        version: 1
        video: { size: 320x180, fps: 15, language: en-GB }
        scenes:
          - id: one
            duration: 2s
            layers:
              - { text: 167 plants, source: data/plants.csv#total, style: { size: 12%, color: white } }

        """

    private func ran(_ run: Workspace.Run) -> [String] {
        run.events.filter { $0["event"] as? String == "node" && $0["outcome"] as? String == "ran" }.compactMap {
            $0["stage"] as? String
        }.sorted()
    }

    @Test func aDataFileIsAnInputOfWhatReadsIt() throws {
        let workspace = try Workspace([
            "clip.video.yaml": Self.spec, "data/plants.csv": "name,count\nKiel,7\ntotal,167\n",
        ])
        defer { workspace.remove() }
        let first = try workspace.vgraph("build", "clip.mp4:mux", "--json")
        #expect(first.status == 0, "\(first.err)")
        // Another cell: the spec is proofread again, and nothing is drawn.
        try workspace.write("data/plants.csv", "name,count\nKiel,8\ntotal,167\n")
        let second = try workspace.vgraph("build", "clip.mp4:mux", "--json")
        #expect(
            second.status == 0 && ran(second) == ["proofread", "resolve", "validate"], "\(ran(second)) \(second.err)")
        // The cell itself: the build stops with both places.
        try workspace.write("data/plants.csv", "name,count\nKiel,8\ntotal,168\n")
        let third = try workspace.vgraph("build", "clip.mp4:mux")
        #expect(third.status == 2)
        #expect(
            third.err.contains(
                "clip.video.yaml:7:17: error: '167 plants' says '167', but its source 'data/plants.csv#total' says '168' "
                    + "(data/plants.csv:3:7) [P13.source]"), "\(third.err)")
    }

    @Test func wordsAreLookedUpInTheMachinesDictionaries() throws {
        let text = Self.spec.replacing(
            "text: 167 plants, source: data/plants.csv#total", with: "text: We recieve colour")
        let workspace = try Workspace(["clip.video.yaml": text])
        defer { workspace.remove() }
        func found(_ spec: String) throws -> [String] {
            try workspace.write("clip.video.yaml", spec)
            let run = try workspace.vgraph("build", "clip.mp4:proofread", "--json")
            #expect(run.status == 0, "\(run.err)")
            return run.events.compactMap { ($0["diagnostic"] as? [String: Any])?["message"] as? String }
        }
        #expect(try found(text) == ["no dictionary has the word 'recieve' of 'We recieve colour'"])
        #expect(try found(text + "words: [recieve]\n").isEmpty)
        // British spelling is wrong in American English, and right where both are.
        let american = text.replacing("recieve", with: "see").replacing("en-GB", with: "en-US")
        #expect(try found(american) == ["no dictionary has the word 'colour' of 'We see colour'"])
        #expect(try found(american.replacing("en-US", with: "en")).isEmpty)
        let german = american.replacing("en-US", with: "de").replacing(
            "We see colour", with: "Größe und Farbtiefe stimmmen")
        #expect(try found(german) == ["no dictionary has the word 'stimmmen' of 'Größe und Farbtiefe stimmmen'"])
    }
}
