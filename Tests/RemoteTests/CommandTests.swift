// `vgraph remote`: what it says of remotes that answer and of those that do not, and the example that it prints.
import Foundation
import Remotes
import TestSupport
import Testing

@Suite(.serialized) struct CommandTests {
    private func vgraph(_ arguments: String..., environment: [String: String]) throws -> Program.Run {
        try Program.run(
            [Repository.binary("vgraph")] + arguments,
            environment: Program.environment.merging(environment) { $1 })
    }

    @Test func theExampleIsWhatVgraphReads() throws {
        let run = try vgraph("remote", "example", environment: [:])
        #expect(run.status == 0)
        let settings = try RemoteSettings(Array(run.out.utf8), file: "remotes.yaml")
        #expect(settings.remotes.map(\.name) == ["team", "archive", "farm"])
        #expect(settings.remotes.map(\.isWritable) == [false, false, true])
        let used = run.out.matches(of: /VGRAPH_REMOTE\w*/).map { String($0.0) }
        let reader = try Repository.text("Sources/Remotes/SettingsFile.swift")
        for name in used { #expect(reader.contains("\"\(name)\""), "\(name)") }
        for found in reader.matches(of: /"(VGRAPH_REMOTE\w*)"/) { #expect(used.contains(String(found.1))) }
    }

    @Test func theStatus() throws {
        let folder = TemporaryFolder(), port = try Kind.http.server.port
        try folder.write(
            "vgraph/remotes.yaml",
            """
            remotes:
              - { name: team, url: "http://127.0.0.1:\(port)/films", access: read-write, user: $U, password: $P }
              - { name: gone, url: "http://127.0.0.1:1" }
            """)
        let environment = ["XDG_CONFIG_HOME": folder.path, "U": "writer", "P": "secret"]
        let run = try vgraph("remote", "status", environment: environment)
        #expect(run.status == 1)
        #expect(run.out.contains(/team  http:\S+  read-write  answers in [0-9.]+ ms \(nginx\S*\)\n/), "\(run.out)")
        #expect(run.out.contains("gone  http://127.0.0.1:1  read-only  cannot be used\n"))
        #expect(run.err.contains("[remote-unsigned]") && run.err.contains("[remote-gone]"), "\(run.err)")
        let json = try vgraph("remote", "status", "--json", environment: environment)
        let lines = try json.out.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        #expect(lines.map { $0["ok"] as? Bool } == [true, false])
        #expect((lines[1]["problems"] as? [[String: Any]])?.first?["id"] as? String == "remote-gone")

        let wrong = try vgraph("remote", "status", environment: environment.merging(["P": "no"]) { $1 })
        #expect(wrong.err.contains("[remote-not-writable]"), "\(wrong.err)")
        let unset = try vgraph(
            "remote", "status", environment: ["VGRAPH_REMOTE": "http://127.0.0.1:\(port)/films"])
        #expect(unset.status == 0 && unset.out.contains("read-only  answers"), "\(unset)")
        let open = try vgraph(
            "remote", "status", environment: ["VGRAPH_REMOTE": "http://0.0.0.0:1", "VGRAPH_REMOTE_TOKEN": "t"])
        #expect(open.err.contains("[remote-open-secret]"), "\(open.err)")
        let none = try vgraph("remote", "status", environment: ["VGRAPH_REMOTE": ""])
        #expect(none.status == 0 && none.out.contains("no remote is configured"))
        let missing = try vgraph(
            "remote", "status",
            environment: ["VGRAPH_REMOTE": "http://127.0.0.1:1", "VGRAPH_REMOTE_PROGRAM": "/nonexistent"])
        #expect(missing.status == 1 && missing.err.contains("[remote-program]"), "\(missing)")
        let bad = try vgraph("remote", "status", environment: ["VGRAPH_REMOTE": "x"])
        #expect(bad.err.contains("[remote-variable]"))
    }
}
