// vgraph-remote with requests at its input, and its answers; and a local cache with records to publish.
import Decisions
import Diagnostics
import Digests
import Files
import Foundation
import Remotes
import Store
import TestSupport
import Testing
import Work

struct Session {
    var replies: [Int: RemoteReply] = [:]
    var warnings: [RemoteReply.Warning] = []
    var statistics: [RemoteReply.Statistics] = []
    var status: Int32
    var errors: String

    /// A `limit` that hands over a request each half second.
    static let slowly = """
        line=$(mktemp -u) && mkfifo "$line" && exec 3<&0
        (while IFS= read -r text; do printf '%s\\n' "$text"; sleep 0.5; done <&3 >"$line") &
        exec 3<&- <"$line"; rm "$line"
        """

    /// Runs the requests, which are under way at the same time, to their end. Memory is limited to what is enough for
    /// no blob.
    init(
        _ remotes: [RemoteSettings.Remote], _ calls: [RemoteRequest.Call], environment: [String: String] = [:],
        finish seconds: Double = 60, limit: String = "true"
    ) throws {
        var settings = RemoteSettings()
        settings.remotes = remotes
        let folder = TemporaryFolder(), encoder = JSONEncoder()
        let requests =
            [RemoteRequest(0, .open(settings))] + calls.enumerated().map { RemoteRequest($0 + 1, $1) } + [
                RemoteRequest(0, .finish(RemoteRequest.Finish(seconds: seconds)))
            ]
        var input = Data()
        for request in requests { input += try encoder.encode(request) + [10] }
        try folder.write("in", Array(input))
        let run = try Program.run(
            ["/bin/sh", "-c", "ulimit -v 2000000; \(limit); exec \"$@\"", "sh", Repository.binary("vgraph-remote")],
            environment: Program.environment.merging(Kind.environment) { $1 }.merging(environment) { $1 },
            input: folder("in"))
        (status, errors) = (run.status, run.err)
        for line in run.out.split(separator: "\n") {
            let reply = try JSONDecoder().decode(RemoteReply.self, from: Data(line.utf8))
            if let warning = reply.warning {
                warnings.append(warning)
            } else if let found = reply.statistics {
                statistics = found
            } else {
                #expect(replies[reply.id] == nil, "two answers to one request")
                replies[reply.id] = reply
            }
        }
        #expect(status == 0 && statistics.count == remotes.count, "\(status) \(run.out) \(errors)")
        for index in calls.indices { #expect(replies[index + 1] != nil, "no answer to request \(index + 1)") }
    }

    subscript(_ index: Int) -> RemoteReply { replies[index + 1] ?? RemoteReply() }

    var warningIds: [String] { warnings.map(\.diagnostic.id) }
}

/// A local cache, and records whose blobs it holds.
final class LocalCache {
    let folder = TemporaryFolder()
    let cache: Cache
    var root: String { folder("cache") }

    init() throws { cache = try Cache(folder("cache")) }

    func blob(_ bytes: [UInt8]) throws -> Record.Blob {
        try Blobs(cache).adopt(folder.write("cache/tmp/" + UUID().uuidString, bytes))
    }

    /// - Parameter found: what it read beyond its inputs: the world that it belongs to.
    func record(_ name: String, _ blobs: [[UInt8]], found: [UInt8]? = nil, time: String = "2026-01-01T00:00:00Z") throws
        -> Record
    {
        let manifest = Manifest(
            stage: "render", version: 1, parameters: ["name": .string(name)],
            inputs: [Manifest.Input(slot: "plan", digest: Digest.of(name))], tools: ["libx264": "164"])
        return Record(
            key: manifest.key, manifest: manifest,
            outputs: [
                Record.Output(name: "film", type: "mp4", fileName: "film.mp4", blobs: try blobs.map { try blob($0) })
            ],
            discovered: found.map { [Discovered(path: "font.ttf", digest: Digest.of($0))] } ?? [], diagnostics: [],
            verdict: nil, cost: Record.Cost(wall: 1, cpu: 1),
            origin: Record.Origin(user: "ci", host: "h", time: time, vgraph: "0.1.0", node: name))
    }

    func publish(_ record: Record) -> RemoteRequest.Call {
        .publish(RemoteRequest.Publish(record: record, cache: root))
    }
}

extension RemoteRequest.Call {
    static func find(_ record: Record) -> RemoteRequest.Call { .find(RemoteRequest.Find(manifest: record.manifest)) }

    static func fetch(_ blob: Record.Blob, to path: String) -> RemoteRequest.Call {
        .fetch(RemoteRequest.Fetch(blob: blob, to: path))
    }
}

/// Bytes that no other test has and that do not compress.
func noise(_ count: Int, seed: UInt64 = .random(in: 0 ... .max)) -> [UInt8] {
    var random = Seeded(seed: seed)
    var bytes = [UInt8](repeating: 0, count: count)
    bytes.withUnsafeMutableBytes { buffer in
        for at in stride(from: 0, to: count - 7, by: 8) {
            buffer.storeBytes(of: random.next(), toByteOffset: at, as: UInt64.self)
        }
        for at in (count & ~7)..<count { buffer[at] = UInt8(truncatingIfNeeded: random.next()) }
    }
    return bytes
}

struct TestKey: Sendable {
    let name: String
    let seed: String
    let key: RemoteSettings.PublicKey

    init(_ name: String) throws {
        self.name = name
        var bytes = noise(32)
        bytes[0] |= 1
        seed = bytes.map { String(format: "%02x", $0) }.joined()
        key = RemoteSettings.PublicKey(
            name: name, key: try #require(PrivateKey(name: name, seed: bytes)).publicKey)
    }
}
