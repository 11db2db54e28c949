// Whatever stops a build, the next one ends in the bytes of a clean one, and the previous target stays until then.
import Foundation
import TestSupport
import Testing

@Suite struct CrashTests {
    @Test func killedAtRandomMomentsItBuildsToTheSameBytes() throws {
        let clean = try Workspace(["clip.video.yaml": Sample.spec()]),
            workspace = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { clean.remove(); workspace.remove() }
        #expect(try clean.vgraph("build", "clip.mp4").status == 0)
        var random = Seeded(seed: 42)
        for _ in 0..<8 {
            let log = workspace.path("build.log")
            let build = try workspace.start(["build", "--json", "clip.mp4"], output: log)
            // So many events in, somewhere in the work that follows; a build that has less to do is over by then.
            let events = Int.random(in: 0...30, using: &random)
            try until("event \(events), or the end") {
                !build.isRunning || fileBytes(log)?.count { $0 == UInt8(ascii: "\n") } ?? 0 >= events
            }
            usleep(UInt32.random(in: 0...30_000, using: &random))
            build.signal(SIGKILL)
            build.wait()
            if workspace.exists("clip.mp4") { #expect(try workspace.bytes("clip.mp4") == clean.bytes("clip.mp4")) }
        }
        let last = try workspace.vgraph("build", "clip.mp4")
        #expect(last.status == 0, "\(last.err)")
        #expect(try workspace.bytes("clip.mp4") == clean.bytes("clip.mp4"))
        #expect(try workspace.vgraph("cache", "verify").status == 0)
    }

    /// A build that has begun to draw pictures.
    private func start(_ workspace: Workspace, _ arguments: [String]) throws -> Program {
        let log = workspace.path("build.log")
        let build = try workspace.start(arguments + ["--json"], output: log)
        try build.until("a picture is being drawn") { fileText(log)?.contains(#""event":"progress""#) == true }
        return build
    }

    @Test func interruptedItSaysSoAndKeepsThePreviousVideo() throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { workspace.remove() }
        #expect(try workspace.vgraph("build", "clip.mp4").status == 0)
        let before = try workspace.bytes("clip.mp4")
        try workspace.write(
            "clip.video.yaml",
            Sample.spec(title: "Changed", middle: "Changed", firstSeconds: 60)
                .replacingOccurrences(of: "320x180", with: "1920x1080"))
        let build = try start(workspace, ["build", "clip.mp4"])
        let asked = Date()
        build.signal(SIGINT)
        #expect(build.wait() == 130)
        #expect(Date().timeIntervalSince(asked) < 2)
        #expect(try workspace.bytes("clip.mp4") == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.path("cache/tmp")).isEmpty)
    }

    @Test func twoBuildsAtOnceShareTheWork() throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { workspace.remove() }
        let other = try workspace.start(["build", "clip.mp4"], output: workspace.path("other.log"))
        let run = try workspace.vgraph("build", "clip.mp4", "--json")
        other.wait()
        #expect(run.status == 0, "\(run.out)\(run.err)")
        let words = try workspace.text("other.log")
        #expect(other.wait() == 0, "\(words)")
        #expect(try workspace.vgraph("build", "clip.mp4", "--json").done["ran"] as? Int == 0)
    }

    @Test func aKilledWorkerFailsItsNodeAlone() throws {
        let workspace = try Workspace([
            "clip.video.yaml": Sample.spec(firstSeconds: 600)
                .replacingOccurrences(of: "320x180", with: "1920x1080")
        ])
        defer { workspace.remove() }
        // Up to mux: of all nodes some stand beside the file, and one of those may fail without harm to it.
        let build = try start(workspace, ["build", "-j", "1", "clip.mp4:mux"])
        let workers = ProcessTable.children(of: build.id)
        #expect(!workers.isEmpty)
        for worker in workers { kill(worker, SIGKILL) }
        #expect(build.wait() == 1)
        #expect(!workspace.exists("clip.mp4"))
        let mended = try workspace.vgraph("build", "clip.mp4:plan")
        #expect(mended.status == 0)
    }

    @Test func aTamperedTargetAndALostBlobAreMended() throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { workspace.remove() }
        #expect(try workspace.vgraph("build", "clip.mp4").status == 0)
        let good = try workspace.bytes("clip.mp4")
        try workspace.write("clip.mp4", "not a video")
        #expect(try workspace.vgraph("build", "clip.mp4").status == 0)
        #expect(try workspace.bytes("clip.mp4") == good)
        try FileManager.default.removeItem(atPath: workspace.path("clip.mp4"))
        try FileManager.default.removeItem(atPath: workspace.path("cache/blobs"))
        let mended = try workspace.vgraph("build", "clip.mp4")
        #expect(mended.status == 0, "\(mended.err)")
        #expect(try workspace.bytes("clip.mp4") == good)
    }

    @Test(.enabled(if: getuid() == 0, "wants root, for a file system that is full"))
    func aFullDiskIsAClearErrorAndLosesNothing() throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { workspace.remove() }
        #expect(try workspace.vgraph("build", "clip.mp4").status == 0)
        let good = try workspace.bytes("clip.mp4")
        try FileManager.default.createDirectory(atPath: workspace.path("small"), withIntermediateDirectories: true)
        let mounted = try Workspace.run(
            "mount", ["-t", "tmpfs", "-o", "size=96k", "tmpfs", workspace.path("small")], in: workspace.folder)
        guard mounted.status == 0 else { return }
        defer { _ = try? Workspace.run("umount", [workspace.path("small")], in: workspace.folder) }
        try workspace.write("clip.video.yaml", Sample.spec(title: "Other"))
        let run = try workspace.vgraph("build", "--cache", workspace.path("small"), "clip.mp4")
        #expect(run.status == 1)
        #expect(run.err.lowercased().contains("no space left"), "\(run.err)")
        #expect(try workspace.bytes("clip.mp4") == good)
    }
}
