// Our own stages do the same thing twice, with one worker and with eight; and where files differ the worker says where.
import Foundation
import TestSupport
import Testing
import Work

@Suite struct DeterminismTests {
    @Test(arguments: [1, 8]) func everyStageRepeatsItself(jobs: Int) throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { workspace.remove() }
        let run = try workspace.vgraph("build", "--check-determinism", "-j", "\(jobs)", "--json", "clip.mp4")
        #expect(run.status == 0, "\(run.out)\(run.err)")
        #expect(run.done["repeated"] as? Int == run.done["ran"] as? Int && (run.done["ran"] as? Int ?? 0) > 15)
        #expect(try workspace.vgraph("build", "--check-determinism", "clip.mp4").status == 0)
        #expect(try workspace.vgraph("build", "-n", "--check-determinism", "clip.mp4").status == 2)
    }

    /// Frames that were encoded as they were drawn give the bytes of an encode node that draws them itself: in a first
    /// build, after an edit, after one that changes the frames of a segment's end alone, and after one that changes no
    /// pixel, where nothing is encoded.
    @Test func encodingAlongGivesTheBytesOfAnHonestEncode() throws {
        let along = try Workspace(["clip.video.yaml": Sample.spec()]), honest = try Workspace()
        defer {
            along.remove()
            honest.remove()
        }
        func build() throws -> [String] {
            let run = try along.vgraph("build", "clip.mp4:mux", "-j1", "--json")
            #expect(run.status == 0, "\(run.out)\(run.err)")
            try honest.write("clip.video.yaml", along.text("clip.video.yaml"))
            #expect(try honest.vgraph("build", "clip.mp4:mux", "--check-determinism").status == 0)
            let files = try [along, honest].map { try Data(contentsOf: URL(fileURLWithPath: $0.path("clip.mp4"))) }
            #expect(files[0] == files[1])
            return run.events.filter { $0["event"] as? String == "node" && $0["outcome"] as? String == "ran" }
                .compactMap { $0["stage"] as? String }
        }
        let first = try build()
        #expect(first.contains("encode") && first.count { $0 == "encode" } == first.count { $0 == "render" })
        try along.write("clip.video.yaml", Sample.spec(caption: "Another text"))
        #expect(try build().contains("encode"))
        try along.write("clip.video.yaml", Sample.spec(caption: "Another text, at more length"))
        #expect(try build().contains("encode"))
    }

    /// What the worker answers when it is asked where two results begin to differ.
    private func difference(_ workspace: Workspace, _ type: String, _ first: String, _ second: String) throws -> String?
    {
        var job = Job(
            id: 1, stage: DifferenceRequest.request.name, node: "n", workspace: workspace.path(""),
            scratch: workspace.path(""))
        job.put(workspace.path(first), in: DifferenceRequest.first)
        job.put(workspace.path(second), in: DifferenceRequest.second)
        job.set(DifferenceRequest.type, to: type)
        try workspace.write("job.json", String(decoding: try JSONEncoder().encode(job), as: UTF8.self) + "\n")
        let worker = Repository.binary("vgraph-worker")
        let run = try Workspace.run("sh", ["-c", "\"$0\" < job.json", worker], in: workspace.folder)
        let outcome = try #require(run.done["outcome"] as? [String: Any], "\(run.out)\(run.err)")
        return (outcome["diagnostics"] as? [[String: Any]])?.first?["message"] as? String
    }

    @Test func theFirstPacketOrFrameThatDiffersIsNamed() throws {
        let one = Sample.spec(),
            other = Sample.spec().replacingOccurrences(of: "1.6s, text: \"First", with: "1.6s, text: \"Fir5t")
        let workspace = try Workspace(["one.video.yaml": one, "other.video.yaml": other])
        defer { workspace.remove() }
        #expect(try workspace.vgraph("build", "one.mp4:mux", "other.mp4:mux").status == 0)
        for (name, video) in [("1", "one"), ("2", "other")] {
            #expect(try workspace.vgraph("show", "\(video).mp4:encode[0]", "-o", "stream\(name)").status == 0)
            #expect(try workspace.vgraph("show", "\(video).mp4:mux", "-o", "media\(name)").status == 0)
            #expect(try workspace.vgraph("show", "\(video).mp4:render.frames[0]", "-o", "frames\(name)").status == 0)
        }
        #expect(
            try difference(workspace, "stream", "stream1", "stream2")?.hasPrefix(
                "the first difference is video packet ") == true)
        let media = try #require(try difference(workspace, "media", "media1", "media2"))
        #expect(media.contains("video packet ") || media.contains("caption packet "), "\(media)")
        #expect(
            try difference(workspace, "frames", "frames1", "frames2") == "the first difference is frame 3 at 0.200 s",
            "the caption comes at 0.2 s")
        #expect(try difference(workspace, "media", "media1", "media1") == nil)
        #expect(try difference(workspace, "plan", "media1", "media2") == nil)

        func frames(_ runs: [(digit: String, count: Int)]) -> String {
            let runs = runs.map {
                #"{"hash":"\#(String(repeating: $0.digit, count: 32))","count":\#($0.count)}"#
            }.joined(separator: ",")
            return #"{"size":{"width":2,"height":2},"rate":{"numerator":10,"denominator":1},"runs":[\#(runs)]}"#
        }
        // The same frames but for the third run.
        try workspace.write("a.json", frames([("1", 3), ("2", 2)]))
        try workspace.write("b.json", frames([("1", 4), ("2", 1)]))
        #expect(try difference(workspace, "frames", "a.json", "b.json") == "the first difference is frame 3 at 0.300 s")
        try workspace.write("c.json", frames([("1", 3)]))
        #expect(
            try difference(workspace, "frames", "a.json", "c.json")
                == "the first difference is frame 3 at 0.300 s, which only one of them has")
    }
}
