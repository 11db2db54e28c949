// Lines between vgraph and vgraph-remote: what is read without the general decoder is what the decoder reads.
import Diagnostics
import Digests
import Foundation
import Remotes
import Store
import TestSupport
import Testing
import Work

@Suite struct LineTests {
    private static let record: Record = {
        let manifest = Manifest(
            stage: "é \"s\"", version: 1, parameters: ["p": .array([.int(1), .number(0.5), .null])], inputs: [],
            tools: [:])
        let blob = Record.Blob(digest: Digest.of("b"), size: 7, sha256: String(repeating: "a", count: 64))
        return Record(
            key: manifest.key, manifest: manifest,
            outputs: [.init(name: "o", type: "t", fileName: "f.mp4", blobs: [blob])], discovered: [],
            diagnostics: [], verdict: nil, cost: .init(wall: 1, cpu: 2),
            origin: .init(user: "u", host: "h", time: "t", vgraph: "v", node: "n"))
    }()

    private static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    @Test func requests() throws {
        let blob = Self.record.outputs[0].blobs[0]
        let requests = [
            RemoteRequest(1, .find(.init(manifest: Self.record.manifest))),
            RemoteRequest(2, .fetch(.init(blob: blob, to: "/c/é"))),
            RemoteRequest(3, .publish(.init(record: Self.record, cache: "/c"))),
            RemoteRequest(4, .probe(.init())), RemoteRequest(5, .finish(.init(seconds: 2.5))),
        ]
        for request in requests {
            let line = try Self.text(request)
            #expect(try RemoteRequest.read(line.utf8).map(Self.text) == line)
        }
        let fetch = #"{"blob":{"digest":"\#(blob.digest.hex)","size":1},"to":"/a"}"#
        for line in [
            #"{"fetch":\#(fetch)}"#, #"{"fetch":\#(fetch),"id":3,"later":1}"#, #"{"fetch":\#(fetch),"probe":{}}"#,
            #"{"id":null,"fetch":\#(fetch)}"#, #"{"fetch":{"to":"/a"},"id":1}"#, "", "{", "[]", "{}", #"{"id":1}"#,
        ] {
            let decoded = try? JSONDecoder().decode(RemoteRequest.self, from: Data(line.utf8))
            #expect(try RemoteRequest.read(line.utf8).map(Self.text) == decoded.map(Self.text), "\(line)")
        }
    }

    @Test func replies() throws {
        var found = RemoteReply(id: 4, records: [Self.record, Self.record])
        found.from = ["ci", "team"]
        let problem = Diagnostic("an-id", .warning, fault: .environment, "slow")
        for reply in [
            found, RemoteReply(id: 1, done: true), RemoteReply(id: 2, missing: true), RemoteReply(id: 3, failed: "no"),
            RemoteReply(id: 9, records: []), RemoteReply(warning: .init(remote: "ci", diagnostic: problem)),
            RemoteReply(statistics: [.init(remote: "ci")]),
        ] {
            let line = try Self.text(reply)
            #expect(try RemoteReply.read(line.utf8).map(Self.text) == line)
        }
        for line in ["", "{", "[]", #"{"id":"1"}"#, #"{"id":1,"records":[{}]}"#] {
            #expect(RemoteReply.read(line.utf8) == nil, "\(line)")
        }
    }
}
