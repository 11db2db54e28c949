// The three examples whose pipelines have programs of their own, built as a reader would.
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
        #expect(try workspace.vgraph("build", "intro.mp4").out == "intro.mp4 is up to date, gate: pass\n")
        // Another sentence is another voice: no frame is drawn for it.
        try workspace.write("intro.narration.txt", "Nothing is made twice.\n")
        let second = try workspace.vgraph("build", "--json", "intro.mp4")
        let ran = second.events.filter { $0["outcome"] as? String == "ran" }.compactMap { $0["node"] as? String }
        #expect(
            second.status == 0 && ran.contains("intro.mp4:voice") && ran.contains("intro.mp4:audio")
                && ran.contains("intro.mp4:mux"), "\(ran)")
        #expect(!ran.contains { $0.contains(":render") || $0.contains(":encode") }, "\(ran)")
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
