// Every fault of a server, by every protocol: one clear warning or a miss, nothing wrong is taken, and bounded time and
// memory. The proxy stands between vgraph-remote and a real server.
import Foundation
import Remotes
import Store
import TestSupport
import Testing
import Wire

@Suite(.serialized) struct FaultTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var kind: Kind
        var fault: String
        var testDescription: String { "\(fault), \(kind.rawValue)" }
    }

    static let faults = [
        "wrong-bytes", "short", "cut", "endless", "errors", "redirect", "stall", "vanish",
    ]

    static var rows: [Row] { faults.flatMap { fault in Kind.available.map { Row(kind: $0, fault: fault) } } }

    /// What may be said of each, and no more than once.
    private static let said: [String: Set<String>] = [
        "wrong-bytes": ["remote-wrong", "remote-record-refused", "remote-foreign"],
        "short": ["remote-wrong", "remote-record-refused"],
        "cut": ["remote-gone"], "endless": ["remote-wrong"], "errors": ["remote-gone"],
        "redirect": ["remote-redirects", "remote-foreign", "remote-gone"], "stall": ["remote-gone"],
        "vanish": ["remote-gone"],
    ]

    /// The film is longer than any message, so that it comes as a stream.
    private func published(_ kind: Kind) throws -> (record: Record, blob: Record.Blob, bytes: [UInt8], key: TestKey) {
        let local = try LocalCache(), bytes = noise(1_500_000), key = try TestKey("ours")
        let record = try local.record("faults \(UUID())", [bytes])
        var remote = try kind.remote()
        remote.signingKey = "$OUR_KEY"
        let session = try Session([remote], [local.publish(record)], environment: ["OUR_KEY": key.seed])
        try #require(session[0].done == true, "\(session)")
        let found = try Session([remote], [.find(record)], environment: ["OUR_KEY": key.seed])
        return (record, try #require(found[0].records?.first?.outputs[0].blobs.first), bytes, key)
    }

    @Test(arguments: rows) func whatIsReadThroughAFault(_ row: Row) throws {
        let (record, blob, bytes, key) = try published(row.kind)
        for part in ["results", "blobs"] {
            let proxy = try FaultyProxy(row.kind, row.fault, only: part), target = TemporaryFolder()
            var remote = try row.kind.remote(port: proxy.port)
            (remote.access, remote.publicKeys, remote.timeout) = (.readOnly, [key.key], 1)
            // What is below gRPC cannot tell calls apart.
            let isBlind = row.kind == .reapi && ["redirect", "stall", "errors"].contains(row.fault)
            let session = try Session(
                [remote],
                part == "results"
                    ? [.find(record), .find(record), .find(record)] : [.fetch(blob, to: target("film"))])
            if part == "results" {
                for index in 0..<3 { #expect(session[index].records?.isEmpty == true, "\(part): \(session)") }
            } else {
                #expect(session[0].failed != nil || isBlind, "\(part): \(session)")
                #expect(session[0].done != true)
                #expect(fileBytes(target("film")) == nil, "nothing is left of what is wrong")
            }
            let ids = session.warningIds
            #expect(ids.count <= 1 && Set(ids).isSubset(of: Self.said[row.fault]!), "\(part): \(session.warnings)")
            // A blob alone does not always use patience up: then its answer says what is wrong.
            if part == "results" { #expect(ids.count == 1, "\(session)") }

            guard part == "blobs" else { continue }
            // A second remote that is sound serves it.
            var sound = try row.kind.remote(name: "sound")
            (sound.access, sound.publicKeys) = (.readOnly, [key.key])
            let both = try Session([remote, sound], [.fetch(blob, to: target("film"))])
            #expect(both[0].done == true, "\(both)")
            #expect(target.read("film") == bytes)
        }
    }

    /// Though it is signed, it is of another node.
    @Test(arguments: Kind.available) func theRecordOfAnotherKey(_ kind: Kind) throws {
        let (record, _, _, key) = try published(kind), other = try LocalCache().record("other \(UUID())", [])
        let names = [other, record].map { EntryAddress.of($0.manifest).hash }
        let proxy = try FaultyProxy(kind, "\(names[0])=\(names[1])", only: "all")
        var remote = try kind.remote(port: proxy.port)
        (remote.access, remote.publicKeys) = (.readOnly, [key.key])
        let session = try Session([remote], [.find(other)])
        #expect(session[0].records?.isEmpty == true, "\(session)")
        #expect(session.warningIds == ["remote-record-refused"])
        let said = session.warnings.first?.diagnostic.message ?? ""
        #expect(said.hasSuffix("it is the record of another node"), "\(said)")
    }

    @Test(arguments: ["errors", "refuse", "full", "stall", "redirect"], Kind.available)
    func whatIsPublishedThroughAFault(_ fault: String, _ kind: Kind) throws {
        let local = try LocalCache(),
            records = try (0..<4).map { try local.record("up \($0) \(UUID())", [noise(70_000)]) }
        let proxy = try FaultyProxy(kind, fault, only: "all")
        var remote = try kind.remote(port: proxy.port)
        remote.timeout = 1
        let session = try Session([remote], records.map(local.publish))
        for index in records.indices { #expect(session[index].failed != nil, "\(session)") }
        #expect(session.warnings.count == 1, "\(session.warnings)")
        let ids: Set = [
            "errors": ["remote-gone", "remote-gone-for-writing"], "refuse": ["remote-not-writable"],
            "full": ["remote-not-kept"], "stall": ["remote-gone-for-writing", "remote-gone"],
            "redirect": ["remote-redirects", "remote-foreign", "remote-gone", "remote-gone-for-writing"],
        ][fault]!
        #expect(Set(session.warningIds).isSubset(of: ids), "\(session.warnings)")
        // Nothing names blobs that are not there.
        let found = try Session([try kind.remote()], records.map { .find($0) })
        for index in records.indices { #expect(found[index].records?.isEmpty == true) }
    }

    /// A blob that a server keeps with other bytes is put again by who has the right ones and saw it.
    @Test func aBlobThatIsWrongAtItsPlace() throws {
        let (record, blob, bytes, _) = try published(.http)
        let server = try Kind.http.server, target = TemporaryFolder()
        let file = server.folder("data/films/cas/" + blob.sha256!)
        try server.folder.write(file, noise(bytes.count))
        var remote = try Kind.http.remote()
        let session = try Session([remote], [.find(record), .fetch(blob, to: target("film"))])
        #expect(session[1].failed == "a blob has other bytes than its SHA-256 says")
        #expect(session.warningIds == ["remote-wrong"])
        remote.access = .readOnly
        #expect(fileBytes(target("film")) == nil)
    }
}
