// "gate: pass" is said of the very bytes at the target, and of nothing else.
import Foundation
import Testing

@Suite struct BoundDecisionTests {
    private func sha256(_ workspace: Workspace, _ file: String) throws -> String {
        String(try Workspace.run("sha256sum", [file], in: workspace.folder).out.prefix(64))
    }

    /// The gate judges what mux made, and another stage makes the target from it.
    @Test func aStageAfterTheGateIsSeen() throws {
        let workspace = try Workspace([
            "clip.video.yaml": Sample.spec(),
            "pipelines/video.yaml": """
            pipeline: video
            target: "{name}.mp4"
            include: builtin
            stages:
              last: { run: [sh, -c, 'cat "$$0" > "$$1"; printf EVIL >> "$$1"', $mux, $out], output: "{name}.mp4" }
              mux: { output: "{name}.inner.mp4" }
            """,
        ])
        defer { workspace.remove() }
        for _ in 0..<2 {
            let built = try workspace.vgraph("build", "clip.mp4")
            #expect(built.status == 3 && !built.out.contains("gate: pass"), "\(built)")
        }
    }

    @Test func whatLiesAtTheTargetIsWhatPassed() throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { workspace.remove() }
        let first = try workspace.vgraph("build", "clip.mp4")
        try #require(first.status == 0 && first.out.contains("gate: pass"), "\(first)")
        let sum = try sha256(workspace, "clip.mp4")
        #expect(try workspace.text(gate(workspace)).contains(sum))

        // Another film of the same length and size in its place.
        let other = try Workspace(["clip.video.yaml": Sample.spec(background: "#602030")])
        defer { other.remove() }
        #expect(try other.vgraph("build", "clip.mp4").status == 0)
        try other.bytes("clip.mp4").write(to: URL(filePath: workspace.path("clip.mp4")))
        let checked = try workspace.vgraph("check", "clip.mp4")
        #expect(checked.status == 3 && checked.out.contains("The file is the one that the gate judged"), "\(checked)")
        #expect(try workspace.vgraph("build", "clip.mp4").status == 0)
        #expect(try sha256(workspace, "clip.mp4") == sum)
        #expect(try workspace.vgraph("check", "clip.mp4").status == 0)

        // A blob altered in place, its time put back.
        let blob = try #require(try blobs(workspace).first { try sha256(workspace, $0) == sum })
        let path = workspace.path(blob),
            time = try #require(try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        let handle = try FileHandle(forUpdating: URL(filePath: path))
        try handle.seek(toOffset: 5000)
        try handle.write(contentsOf: Data("XXXX".utf8))
        try handle.close()
        #expect(
            try Workspace.run("touch", ["-d", "@\(time.timeIntervalSince1970)", path], in: workspace.folder).status == 0
        )
        try FileManager.default.removeItem(atPath: workspace.path("clip.mp4"))
        let again = try workspace.vgraph("build", "--verify-outputs", "clip.mp4")
        #expect(again.status == 0, "\(again)")
        #expect(try sha256(workspace, "clip.mp4") == sum)
    }

    /// A cache from elsewhere says pass in a record, and revise in the decision that the record names.
    @Test func theVerdictIsTheDecision() throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec() + "acceptance: { max_bytes: 10 }\n"])
        defer { workspace.remove() }
        try #require(try workspace.vgraph("build", "clip.mp4").status == 3)
        let record = try #require(
            try files(workspace, "cache/records").first { try workspace.text($0).contains("\"stage\":\"gate\"") })
        var line = try #require(try workspace.text(record).split(separator: "\n").first.map(String.init))
        line = line.replacingOccurrences(of: "\"verdict\":\"revise\"", with: "\"verdict\":\"pass\"")
        let sum = try Workspace.run(
            "sh", ["-c", "printf %s \"$0\" | xxhsum -H2 | cut -c1-32", line], in: workspace.folder
        ).out.prefix(32)
        try workspace.write(record, line + "\n{\"xxh3\":\"\(sum)\"}\n")
        for file in try files(workspace, "cache/state") {
            try FileManager.default.removeItem(atPath: workspace.path(file))
        }
        let built = try workspace.vgraph("build", "clip.mp4")
        #expect(built.status == 3 && built.out.contains("gate: revise"), "\(built)")
        #expect(try workspace.text(record).contains("\"verdict\":\"pass\""), "the record was made again")
    }

    /// What is switched off is recorded as off; a spec that switches everything off does not pass.
    @Test func switchedOffIsNoPass() throws {
        let all = [
            "D01", "D02", "D02.frames", "D03", "D04", "D05", "D06", "D07", "D07.clipping", "D07.phase", "D08",
            "D08.frozen", "D09", "D09.patterns", "D10", "D11",
            "D12", "D13", "D14", "D14.captions", "D15", "A01", "A02",
        ]
        let workspace = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { workspace.remove() }
        for (off, status) in [(all, 3), (["D01"], 3), (["D08", "D12"], 0), (["D04", "D08", "D12", "D11"], 3)]
            as [([String], Int32)]
        {
            let checks = off.map { "\($0): off" }.joined(separator: ", ")
            try workspace.write("clip.video.yaml", Sample.spec() + "acceptance: { checks: { \(checks) } }\n")
            #expect(try workspace.vgraph("build", "clip.mp4").status == status, "\(off)")
            let decision = try workspace.text(gate(workspace)).filter { !$0.isWhitespace }
            for id in off { #expect(decision.contains("\"\(id)\":\"off\"")) }
        }
    }

    private func files(_ workspace: Workspace, _ folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: workspace.path(folder)).map { folder + "/" + $0 }.filter {
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: workspace.path($0), isDirectory: &isFolder)
                && !isFolder.boolValue
        }
    }
    private func blobs(_ workspace: Workspace) throws -> [String] { try files(workspace, "cache/blobs") }

    private func gate(_ workspace: Workspace) throws -> String {
        try workspace.vgraph("show", "clip.mp4:gate").out.write(
            toFile: workspace.path("gate.json"), atomically: true, encoding: .utf8)
        return "gate.json"
    }
}
