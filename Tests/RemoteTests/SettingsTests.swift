// What may stand in remotes.yaml and in the environment, and how each fault of it is reported.
import Diagnostics
import Foundation
import Remotes
import TestSupport
import Testing

@Suite struct SettingsTests {
    @Test func faultsAreReportedAtTheirPlaces() throws {
        try Golden.run("remote-errors.txt", least: 12) { item in
            do throws(Diagnostics) {
                let settings = try RemoteSettings(Array(item.section("")!.utf8), file: "remotes.yaml")
                return "\(settings.remotes.map { "\($0.name) \($0.url.text) \($0.access.rawValue)" })"
            } catch {
                return error.all.map { $0.text() }.joined(separator: "\n")
            }
        }
    }

    private func read(_ variables: [String: String]) throws -> RemoteSettings {
        try RemoteSettings.read { variables[$0] }
    }

    @Test func theFileOfTheUserIsRead() throws {
        let folder = TemporaryFolder()
        try folder.write(
            "vgraph/remotes.yaml",
            """
            download: all
            remotes:
              - name: team
                url: https://cache.example.com/films
                token: $TEAM_TOKEN
                public_keys: [ci ed25519 \(String(repeating: "ab", count: 32))]
              - name: far
                url: s3://films/team
                endpoint: http://127.0.0.1:8333
                region: eu-central-1
                access: read-write
            """)
        let settings = try read(["XDG_CONFIG_HOME": folder.path])
        #expect(settings.download == .all)
        #expect(settings.remotes.map(\.name) == ["team", "far"])
        #expect(settings.remotes[0].access == .readOnly)
        #expect(settings.remotes[0].token == "TEAM_TOKEN")
        #expect(settings.remotes[0].publicKeys.map(\.name) == ["ci"])
        #expect(settings.remotes[1].isWritable)
        let forced = try read([
            "XDG_CONFIG_HOME": folder.path, "VGRAPH_REMOTE_ACCESS": "read-only", "VGRAPH_REMOTE_DOWNLOAD": "none",
        ])
        #expect(!forced.isWritable && forced.download == .none && forced.remotes.count == 2)
        #expect(try read(["XDG_CONFIG_HOME": folder.path, "VGRAPH_REMOTE": ""]).remotes.isEmpty)
        #expect(try read(["HOME": folder("nothing")]).remotes.isEmpty)
    }

    @Test func theEnvironmentReplacesTheList() throws {
        let key = String(repeating: "cd", count: 32)
        let settings = try read([
            "VGRAPH_REMOTE": "grpcs://build.example.com:443/main", "VGRAPH_REMOTE_ACCESS": "read-write",
            "VGRAPH_REMOTE_TOKEN": "t", "VGRAPH_REMOTE_SIGNING_KEY": key,
            "VGRAPH_REMOTE_PUBLIC_KEYS": "ci ed25519 \(key), two ed25519 \(String(repeating: "ef", count: 32))",
        ])
        let remote = try #require(settings.remotes.first)
        #expect(remote.url.kind == .reapi && remote.url.isEncrypted && remote.url.path == "main")
        #expect(remote.isWritable && remote.token == "VGRAPH_REMOTE_TOKEN")
        #expect(remote.signingKey == "$VGRAPH_REMOTE_SIGNING_KEY" && remote.publicKeys.count == 2)
        for (name, text) in [
            ("VGRAPH_REMOTE", "ftp://x"), ("VGRAPH_REMOTE", "https://user:secret@x"),
            ("VGRAPH_REMOTE_ACCESS", "write"), ("VGRAPH_REMOTE_DOWNLOAD", "some"),
            ("VGRAPH_REMOTE_PUBLIC_KEYS", "abc"), ("VGRAPH_REMOTE_CA", "ca.pem"), ("VGRAPH_REMOTE_USER", "me"),
            ("VGRAPH_REMOTE_ENDPOINT", "s3://x"),
        ] {
            var variables = ["VGRAPH_REMOTE": "https://x"]
            variables[name] = text
            let error = try #require(throws: Diagnostics.self) { _ = try read(variables) }
            #expect(error.all.map(\.id) == ["remote-variable"], "\(name)=\(text)")
            #expect(error.all[0].message.contains("'VGRAPH_REMOTE") && !error.all[0].message.contains("secret@"))
        }
    }

    @Test func aFileThatCannotBeRead() throws {
        let folder = TemporaryFolder()
        try folder.write("vgraph/remotes.yaml/x", "")
        let error = try #require(throws: Diagnostics.self) { _ = try read(["XDG_CONFIG_HOME": folder.path]) }
        #expect(error.all.map(\.id) == ["remotes-file"])
    }
}
