// Limits of the machine and of the shell that vgraph was started from: what fails says so in our words, once, and with
// a status.
import Foundation
import TestSupport
import Testing

@Suite struct MachineLimitTests {
    /// Values of Swift and names of its types, which no person should read.
    private static let raw = [
        "CocoaError", "NSError", "POSIXError", "Optional(", "Error Domain", "userInfo", "SIGXFSZ", "Fatal error",
        "DecodingError",
    ]

    private func shell(_ workspace: Workspace, _ before: String, _ command: String) throws -> Workspace.Run {
        let vgraph = Repository.binary("vgraph")
        return try Workspace.run(
            "bash", ["-c", "\(before); \(command.replacingOccurrences(of: "vgraph", with: vgraph))"],
            in: workspace.folder)
    }

    private func expect(_ run: Workspace.Run, _ status: Set<Int32>, _ what: String) {
        #expect(status.contains(run.status), "\(what): \(run)")
        for word in Self.raw { #expect(!(run.out + run.err).contains(word), "\(what): \(run)") }
        if run.status != 0 { #expect(run.err.contains("error: "), "\(what): \(run)") }
    }

    @Test(arguments: [
        "ulimit -f 4", "ulimit -f 20", "ulimit -f 100", "ulimit -v 200000", "ulimit -v 400000", "ulimit -n 32",
        "umask 777", "umask 077",
    ])
    func ofTheShell(_ limit: String) throws {
        // With sound: its mix is the largest file of a short film.
        let workspace = try Workspace(["clip.video.yaml": Sample.spec() + "audio: { tracks: [{ asset: tone.wav }] }\n"])
        defer { workspace.remove() }
        try workspace.write("tone.wav", Wave.file((0..<48_000).map { Int16(8000 * sin(Double($0) * 0.06)) }))
        let run = try shell(workspace, limit, "vgraph build -q clip.mp4")
        expect(run, limit.hasPrefix("umask") ? [0] : [0, 1], limit)
        if limit.hasPrefix("ulimit -f") {
            #expect(run.status == 1 && run.err.contains("too large") || run.err.contains("no space left"), "\(run)")
        }
        // It leaves a cache that the next build uses.
        #expect(try shell(workspace, "true", "vgraph build -q clip.mp4").status == 0)
    }

    /// A file system with room and without numbers for new files. Where nothing can be mounted there is nothing to see.
    @Test func outOfInodes() throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec(), "disk/.keep": ""])
        defer { workspace.remove() }
        for count in [25, 45, 70] {
            let script = """
                mount -t tmpfs -o nr_inodes=\(count),size=100m none disk 2>/dev/null || exit 77
                cp clip.video.yaml disk/ && cd disk && exec "$0" build -q clip.mp4
                """
            let run = try Workspace.run(
                "unshare", ["-m", "sh", "-c", script, Repository.binary("vgraph")],
                in: workspace.folder)
            if run.status == 77 || run.err.contains("unshare") { continue }
            expect(run, [0, 1], "\(count) inodes")
            if run.status == 1 { #expect(run.err.contains("no space left"), "\(run)") }
        }
    }

    /// What could not be printed is not done.
    @Test func reportsThatCannotBeWritten() throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { workspace.remove() }
        #expect(try workspace.vgraph("build", "-q", "clip.mp4").status == 0)
        for command in [
            "build clip.mp4", "build --json clip.mp4", "check clip.mp4", "check --format junit clip.mp4",
            "check --format sarif clip.mp4", "show clip.mp4:plan", "log",
            "graph clip.mp4", "why clip.mp4", "hash clip.mp4", "diff . . clip.mp4", "schema", "checks", "checks --json",
            "cache stats", "version", "--help", "build --help",
        ] {
            let run = try shell(workspace, "true", "vgraph \(command) > /dev/full")
            expect(run, [1], command)
        }
    }
}
