// Every fault of a server, by every protocol: one clear warning or a miss, nothing wrong is taken, and bounded time and
// memory. The proxy stands between vgraph-remote and a real server.
import Dispatch
import Foundation
import Remotes
import Store
import Synchronization
import TestSupport
import Testing
import Wire

@Suite(.serialized) struct FaultTests {
    static let faults = ["wrong-bytes", "short", "cut", "endless", "errors", "redirect", "stall", "vanish"]

    /// What may be said of each, and no more than once.
    private static let said: [String: Set<String>] = [
        "wrong-bytes": ["remote-wrong", "remote-record-refused", "remote-foreign"],
        "short": ["remote-wrong", "remote-record-refused"],
        "cut": ["remote-gone"], "endless": ["remote-wrong"], "errors": ["remote-gone"],
        "redirect": ["remote-redirects", "remote-foreign", "remote-gone"], "stall": ["remote-gone"],
        "vanish": ["remote-gone"],
    ]

    private typealias Film = (record: Record, blob: Record.Blob, bytes: [UInt8], key: TestKey)

    /// The film is so long that it comes as a stream.
    private func published(_ kind: Kind) throws -> Film {
        let local = try LocalCache(), bytes = noise(1_500_000), key = try TestKey("ours")
        let record = try local.record("faults \(UUID())", [bytes])
        var remote = try kind.remote()
        remote.signingKey = "$OUR_KEY"
        let session = try Session([remote], [local.publish(record)], environment: ["OUR_KEY": key.seed])
        try #require(session[0].done == true, "\(session)")
        let found = try Session([remote], [.find(record)], environment: ["OUR_KEY": key.seed])
        return (record, try #require(found[0].records?.first?.outputs[0].blobs.first), bytes, key)
    }

    /// Results and blobs, of each kind of server, at the same time: most of it is waiting.
    @Test(arguments: faults) func whatIsReadThroughAFault(_ fault: String) throws {
        var rows: [(kind: Kind, part: String, film: Film)] = []
        for kind in Kind.available {
            let film = try published(kind)
            rows += [(kind, "results", film), (kind, "blobs", film)]
        }
        let said = Mutex<[String]>([]), all = rows
        DispatchQueue.concurrentPerform(iterations: all.count) { index in
            let (kind, part, film) = all[index]
            let found: [String]
            do { found = try Self.wrongs(kind, fault, part, film) } catch { found = ["\(error)"] }
            said.withLock { $0 += found.map { "\(fault), \(kind.rawValue), \(part): \($0)" } }
        }
        let wrongs = said.withLock { $0 }
        #expect(wrongs.isEmpty, "\(wrongs.joined(separator: "\n"))")
    }

    private static func wrongs(_ kind: Kind, _ fault: String, _ part: String, _ film: Film) throws -> [String] {
        let proxy = try FaultyProxy(kind, fault, only: part), target = TemporaryFolder()
        var remote = try kind.remote(port: proxy.port), sound = try kind.remote(name: "sound"), wrongs: [String] = []
        (remote.access, remote.publicKeys, remote.timeout) = (.readOnly, [film.key.key], 1)
        (sound.access, sound.publicKeys) = (.readOnly, [film.key.key])
        func judge(_ holds: Bool, _ what: String, _ session: Session) {
            if !holds { wrongs.append("\(what): \(session)") }
        }
        if part == "results" {
            let session = try Session([remote], [.find(film.record), .find(film.record), .find(film.record)])
            judge((0..<3).allSatisfy { session[$0].records?.isEmpty == true }, "something was found", session)
            judge(session.warnings.count == 1, "one warning is due", session)
            judge(Set(session.warningIds).isSubset(of: said[fault]!), "another warning", session)
        } else {
            let alone = try Session([remote], [.fetch(film.blob, to: target("film"))])
            judge(alone[0].failed != nil, "it must fail", alone)
            judge(fileBytes(target("film")) == nil, "something is left of what is wrong", alone)
            // A remote that is sound serves it.
            let both = try Session([remote, sound], [.fetch(film.blob, to: target("film"))])
            judge(both[0].done == true && target.read("film") == film.bytes, "the second serves it", both)
            judge(both.warnings.count <= 1, "one warning at most", both)
            judge(Set(both.warningIds).isSubset(of: said[fault]!), "another warning", both)
        }
        return wrongs
    }

    /// Though it is signed, it is of another node.
    @Test(arguments: Kind.available) func theRecordOfAnotherKey(_ kind: Kind) throws {
        let (record, _, _, key) = try published(kind), other = try LocalCache().record("other \(UUID())", [])
        let (name, from) = (EntryAddress.of(other.manifest).hash, EntryAddress.of(record.manifest).hash)
        var remote = try kind.remote(), proxy: FaultyProxy?
        if kind == .s3 {
            // A signature holds for one path: the object itself is put in the other's place.
            let object = TemporaryFolder(), url = "http://127.0.0.1:\(try kind.server.port)/films/team/ac/"
            for words in [["-o", object("entry"), url + from], ["-T", object("entry"), url + name]] {
                let sign = ["curl", "-sf", "--aws-sigv4", "aws:amz:us-east-1:s3", "-u", "writer:writersecret"]
                #expect(try Program.run(sign + words).status == 0)
            }
        } else {
            proxy = try FaultyProxy(kind, "\(name)=\(from)", only: "all")
            remote = try kind.remote(port: proxy?.port)
        }
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

    /// A server of the HTTP protocol keeps whatever it gets under a name.
    @Test func aBlobThatIsWrongAtItsPlace() throws {
        let (record, blob, bytes, _) = try published(.http)
        let server = try Kind.http.server, target = TemporaryFolder()
        let file = server.folder("data/films/cas/" + blob.sha256!)
        try server.folder.write(file, noise(bytes.count))
        let remote = try Kind.http.remote()
        let session = try Session([remote], [.find(record), .fetch(blob, to: target("film"))])
        #expect(session[1].failed == "a blob has other bytes than its SHA-256 says")
        #expect(session.warningIds == ["remote-wrong"])
        #expect(fileBytes(target("film")) == nil)
    }
}
