// The exit codes: each is caused here by the built command, and the help and the README list the same ones.
import Diagnostics
// Testing has a type of this name, too.
import enum Diagnostics.ExitStatus
import Foundation
import TestSupport
import Testing

@Suite struct ExitStatusTests {
    /// A pipeline of one program that writes `out.txt`.
    private func workspace(_ script: String) throws -> Workspace {
        try Workspace([
            "pipelines/t.yaml": """
            pipeline: t
            target: out.txt
            stages:
              s:
                run: [sh, -c, '\(script)', $out]
                output: out.txt
            """
        ])
    }

    private static let good = "echo a > \"$$0\""

    @Test(arguments: ExitStatus.allCases) func isCaused(_ status: ExitStatus) throws {
        let workspace = try workspace(
            status == .failed ? "exit 7" : status == .interrupted ? "echo started; sleep 60" : Self.good)
        defer { workspace.remove() }
        let run: Workspace.Run
        switch status {
        case .done, .failed: run = try workspace.vgraph("build", "out.txt")
        case .badInput: run = try workspace.vgraph("build", "other.txt")
        case .revise:
            try workspace.write("no.mp4", "not a video")
            run = try workspace.vgraph("check", "no.mp4")
        case .damaged:
            try workspace.write("cache/FORMAT", "nonsense")
            run = try workspace.vgraph("build", "out.txt")
        case .interrupted:
            let build = try workspace.start(["build", "--follow", "out.txt"], output: workspace.path("log"))
            try build.until("its program runs") { try workspace.text("log").contains("started\n") }
            build.signal(SIGINT)
            run = Workspace.Run(status: build.wait(), out: "", err: try workspace.text("log"))
        }
        #expect(run.status == status.rawValue, "\(run)")
    }

    /// Damage to what the cache holds is exit code 4, whichever command meets it; a folder that is no cache is not.
    @Test func damage() throws {
        let workspace = try workspace(Self.good)
        defer { workspace.remove() }
        #expect(try workspace.vgraph("build", "out.txt").status == 0)
        try damageBlobs(workspace)
        // What it finds it removes, and the next build makes it again.
        #expect(try workspace.vgraph("cache", "verify").status == 4)
        #expect(try workspace.vgraph("build", "--verify-outputs", "out.txt").status == 0)
        try damageBlobs(workspace)
        let export = try workspace.vgraph("cache", "export", "--for", "out.txt", "e.tar")
        #expect(export.status == 4 && export.err.contains("[blob-damaged]"), "\(export)")
        let runs = try FileManager.default.contentsOfDirectory(atPath: workspace.path("cache/runs"))
        for name in runs { try workspace.write("cache/runs/" + name, "{") }
        let log = try workspace.vgraph("log", String(try #require(runs.first).prefix(16)))
        #expect(log.status == 4 && log.err.contains("[run-damaged]"), "\(log)")
        // What another build needs is made again, and nothing is lost.
        #expect(try workspace.vgraph("build", "out.txt").status == 0)
        try workspace.write("photos/cat.jpg", "a cat")
        let foreign = try workspace.vgraph("build", "--cache", workspace.path("photos"), "out.txt")
        #expect(foreign.status == 2 && foreign.err.contains("[cache-not-ours]"), "\(foreign)")
    }

    private func damageBlobs(_ workspace: Workspace) throws {
        let names = try #require(FileManager.default.enumerator(atPath: workspace.path("cache/blobs"))).compactMap {
            $0 as? String
        }
        for name in names where workspace.isFile("cache/blobs/" + name) {
            chmod(workspace.path("cache/blobs/" + name), 0o644)
            try Data("b\n".utf8).write(to: workspace.folder.appending(path: "cache/blobs/" + name))
        }
    }

    @Test func helpAndReadmeListThem() throws {
        let readme = try Repository.text("README.md")
        let help = try Workspace.run(Repository.binary("vgraph"), ["--help"], in: Repository.root)
            .out
        for status in ExitStatus.allCases { #expect(readme.contains("| \(status.rawValue) | \(status.meaning) |\n")) }
        #expect(
            readme.components(separatedBy: "\n| ").count { $0.prefix { $0.isNumber }.isEmpty == false }
                == ExitStatus.allCases.count)
        for line in ExitStatus.table.split(separator: "\n") {
            #expect(help.contains(line.drop { $0 == " " }), "\(help)")
        }
    }
}

extension Workspace {
    fileprivate func isFile(_ name: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path(name), isDirectory: &isFolder) && !isFolder.boolValue
    }
}
