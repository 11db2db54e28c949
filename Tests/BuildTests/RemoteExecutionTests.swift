// Work that another machine does: the same bytes as here, and whatever goes wrong there costs a warning. With a real
// server where one is found: buildbox-casd and buildbox-run, on the path or in the folder VGRAPH_BUILDBOX.
import Foundation
import TestSupport
import Testing

@Suite struct RemoteExecutionTests {
    private static func film() throws -> Workspace {
        let workspace = try Workspace(["a.video.yaml": PinnedBuild.spec])
        try PinnedBuild.writeAssets(in: workspace)
        return workspace
    }

    private static func digests(_ workspace: Workspace) throws -> [String: [[String]]] {
        let made = try PinnedBuild.made(in: workspace)
        return Dictionary(made.map { ($0.node, $0.outputs.map(\.digests)) }) { first, _ in first }
    }

    @Test func aServerThatIsNotThereCostsAWarning() throws {
        let here = try Self.film(), there = try Self.film()
        defer {
            here.remove()
            there.remove()
        }
        #expect(try here.vgraph("build", "a.mp4").status == 0)
        let run = try there.vgraph("build", "a.mp4", "-j0", "--remote", "grpc://127.0.0.1:1", "--remote-jobs", "2")
        #expect(run.status == 0, "\(run.err)")
        #expect(run.err.split(separator: "\n").count { $0.contains("[remote-not-done]") } == 1, "\(run.err)")
        #expect(run.err.split(separator: "\n").count { $0.contains("[remote-executor-gone]") } == 1, "\(run.err)")
        #expect(try here.bytes("a.mp4") == there.bytes("a.mp4"))
        #expect(try Self.digests(here) == Self.digests(there))

        let refused = try there.vgraph("build", "a.mp4", "--remote", "http://127.0.0.1:1/cache")
        #expect(refused.status == 2 && refused.err.contains("[remote-execute]"), "\(refused.err)")
    }

    /// A server on a port of its own.
    private final class Server {
        let program: Program
        let address: String

        /// nil: there is none on this machine.
        init?(in folder: String) throws {
            // The tests of remote caches install one.
            let named =
                [Repository.file(".build/remote-servers").path]
                + (ProcessInfo.processInfo.environment["VGRAPH_BUILDBOX"].map { [$0] } ?? [])
            let path = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
            guard
                let place = (named + path).first(where: {
                    FileManager.default.isExecutableFile(atPath: $0 + "/buildbox-casd")
                        && FileManager.default.isExecutableFile(atPath: $0 + "/buildbox-run")
                })
            else { return nil }
            let port = 20_000 + Int(getpid()) % 20_000
            address = "grpc://127.0.0.1:\(port)"
            program = try Program(
                [
                    place + "/buildbox-casd", "--bind=127.0.0.1:\(port)", "--log-level=error", "--quota-high=4G",
                    "--reserved=1G", "--jobs=1", "--buildbox-run=" + place + "/buildbox-run",
                    "--cache-failures=false", folder,
                ], in: "/")
            for _ in 0..<100 where !Self.answers(port) { usleep(50_000) }
        }

        private static func answers(_ port: Int) -> Bool {
            (try? Program.run(["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/\(port)"], in: "/"))?.status == 0
        }

        deinit {
            kill(program.id, SIGTERM)
            program.wait()
        }
    }

    @Test func aServerMakesTheSameBytes() throws {
        let here = try Self.film(), there = try Self.film(), again = try Self.film()
        defer { for workspace in [here, there, again] { workspace.remove() } }
        guard let server = try Server(in: there.path("casd")) else {
            return print("skipped: there is no buildbox-casd")
        }
        #expect(try here.vgraph("build", "a.mp4").status == 0)
        let run = try there.vgraph(
            "build", "a.mp4", "-j0", "--remote", server.address, "--remote-jobs", "2", "--json", "--trace",
            there.path("trace.json"))
        #expect(run.status == 0, "\(run.err)")
        #expect(!run.out.contains("remote-not-done"), "\(run.out)")
        #expect(try here.bytes("a.mp4") == there.bytes("a.mp4"))
        #expect(try Self.digests(here) == Self.digests(there))
        let sent = Set(run.events.filter { $0["event"] as? String == "sent" }.compactMap { $0["node"] as? String })
        for stage in ["render[0]", "contrast[0]", "audio", "mux", "measure[0]", "check"] {
            #expect(sent.contains("a.mp4:" + stage), "\(stage) of \(sent.sorted())")
        }
        #expect(try there.text("trace.json").contains(#""executor":"127.0.0.1:"#))

        // Here and there at once.
        let both = try again.vgraph("build", "a.mp4", "-j1", "--remote", server.address, "--json")
        #expect(both.status == 0 && !both.out.contains("remote-not-done"), "\(both.out)")
        #expect(try here.bytes("a.mp4") == again.bytes("a.mp4"))
        #expect(try Self.digests(here) == Self.digests(again))
    }
}
