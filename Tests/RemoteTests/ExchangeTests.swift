// What is published to a real server of each kind is found, verified and fetched by another machine, and by none that
// must not trust it.
import Diagnostics
import Digests
import Foundation
import Remotes
import Store
import TestSupport
import Testing
import Wire

@Suite(.serialized) struct ExchangeTests {
    @Test(arguments: Kind.available) func aRecordAndItsBlobsTravel(_ kind: Kind) throws {
        let local = try LocalCache(), remote = try kind.remote(), target = TemporaryFolder()
        // Nothing, a few bytes, more than a message of gRPC, and twice the same.
        let small = noise(300), large = noise(9 << 20), many = (0..<40).map { noise(1000 + $0) }
        let films = [[], small, large, small] + many
        let record = try local.record("travel \(UUID())", films)
        let first = try Session([remote], [local.publish(record)])
        #expect(first[0].done == true, "\(first)")
        #expect(first.warnings.isEmpty, "\(first.warnings)")
        #expect(first.statistics[0].published == 1)
        #expect(first.statistics[0].bytesUp > 9 << 20)

        let second = try Session([remote], [.find(record), .find(try local.record("nothing \(UUID())", [small]))])
        let found = try #require(second[0].records?.first)
        #expect(second[0].records?.count == 1)
        #expect(second[1].records?.isEmpty == true)
        #expect(found.key == record.key && found.manifest == record.manifest)
        #expect((second.statistics[0].hits, second.statistics[0].misses) == (1, 1))
        let blobs = found.outputs[0].blobs
        #expect(blobs.map(\.digest) == record.outputs[0].blobs.map(\.digest))
        #expect(blobs.allSatisfy { $0.sha256 != nil })

        var gone = blobs[2]
        gone.sha256 = String(repeating: "12", count: 32)
        let third = try Session(
            [remote],
            blobs.enumerated().map { .fetch($1, to: target("\($0)")) } + [.fetch(gone, to: target("gone"))])
        for (index, bytes) in films.enumerated() {
            #expect(third[index].done == true, "\(third[index])")
            #expect(target.read("\(index)") == bytes, "blob \(index)")
        }
        #expect(third[films.count].missing == true)
        #expect(fileBytes(target("gone")) == nil, "what is missing leaves no file")
        #expect(third.warnings.isEmpty, "\(third.warnings)")

        // What is there is not sent again, whoever publishes it.
        let again = try Session([remote], [local.publish(record)])
        #expect(again[0].done == true)
        #expect(again.statistics[0].published == 0)
        #expect(again.statistics[0].bytesUp < 100_000)
    }

    @Test(arguments: Kind.available) func worldsOfOneKeyAreKeptTogether(_ kind: Kind) throws {
        let local = try LocalCache(), remote = try kind.remote(), name = "worlds \(UUID())"
        func record(_ world: Int) throws -> Record {
            try local.record(
                name, [noise(64)], found: Array("font \(world)".utf8),
                time: "2026-01-\(world < 10 ? "0" : "")\(world)T00:00:00Z")
        }
        var last: Record?
        for world in 1...10 {
            let made = try record(world)
            #expect(try Session([remote], [local.publish(made)])[0].done == true)
            last = made
        }
        let records = try #require(try Session([remote], [.find(last!)])[0].records)
        #expect(records.count == Entry.worldsLimit)
        #expect(Set(records.map(\.world)).count == records.count)
        #expect(records.map { $0.origin.time.prefix(10) }.sorted().first == "2026-01-03", "the oldest went")
    }

    @Test(arguments: Kind.available) func onlyWhatAKeySignedCounts(_ kind: Kind) throws {
        let local = try LocalCache(), ours = try TestKey("ours"), theirs = try TestKey("theirs")
        var writer = try kind.remote(), reader = try kind.remote(), stranger = try kind.remote()
        writer.signingKey = "$OUR_KEY"
        (reader.publicKeys, reader.access) = ([ours.key], .readOnly)
        stranger.signingKey = "$THEIR_KEY"
        let keys = ["OUR_KEY": ours.seed, "THEIR_KEY": theirs.seed]
        let signed = try local.record("signed \(UUID())", [noise(100)])
        let unsigned = try local.record("unsigned \(UUID())", [noise(100)])
        let foreign = try local.record("foreign \(UUID())", [noise(100)])
        #expect(try Session([writer], [local.publish(signed)], environment: keys)[0].done == true)
        #expect(try Session([try kind.remote()], [local.publish(unsigned)])[0].done == true)
        #expect(try Session([stranger], [local.publish(foreign)], environment: keys)[0].done == true)

        let read = try Session([reader], [.find(signed), .find(unsigned), .find(foreign)])
        #expect(read[0].records?.count == 1)
        #expect(read[1].records?.isEmpty == true)
        #expect(read[2].records?.isEmpty == true)
        #expect(read.warningIds == ["remote-record-refused"], "\(read.warnings)")
        #expect(read.statistics[0].refused == 2)
        let reasons = try [unsigned, foreign].map { try Session([reader], [.find($0)]).warnings[0].diagnostic.message }
        #expect(reasons[0].hasSuffix("it is not signed"))
        #expect(reasons[1].hasSuffix("no key in 'public_keys' signed it"))
        #expect(reasons.allSatisfy { $0.contains("'team'") })

        // Who may sign puts a record of their own in place of one that does not count, and passes none of it on.
        writer.publicKeys = [ours.key]
        #expect(try Session([writer], [local.publish(foreign)], environment: keys)[0].done == true)
        #expect(try Session([reader], [.find(foreign)])[0].records?.count == 1)
    }

    @Test(arguments: Kind.available) func aRemoteThatIsOnlyReadGetsNothing(_ kind: Kind) throws {
        let local = try LocalCache(), record = try local.record("read only \(UUID())", [noise(100)])
        var remote = try kind.remote()
        remote.access = .readOnly
        let session = try Session([remote], [local.publish(record)])
        #expect(session[0].failed != nil)
        #expect(session.warnings.isEmpty)
        #expect(try Session([remote], [.find(record)])[0].records?.isEmpty == true)
    }

    @Test(arguments: Kind.available) func theStatusOfEach(_ kind: Kind) throws {
        let standing = try #require(
            try Session([try kind.remote()], [.probe(RemoteRequest.Probe())])[0].standings?.first)
        #expect(standing.isGood)
        #expect(standing.milliseconds.map { $0 > 0 } == true)
        #expect(standing.problems.map(\.id) == ["remote-unsigned"])
        if kind == .reapi { #expect(standing.server?.hasPrefix("REAPI 2.") == true, "\(standing)") }
    }

    /// The second remote serves what the first does not have.
    @Test func remotesAreAskedInOrder() throws {
        let local = try LocalCache(), record = try local.record("order \(UUID())", [noise(5000)])
        let first = try Kind.http.remote(name: "near"), target = TemporaryFolder()
        var second = try Kind.http.remote(name: "far")
        second.url = try #require(RemoteAddress(first.url.text + "-2"))
        #expect(try Session([second], [local.publish(record)])[0].done == true)
        let found = try Session([first, second], [.find(record)])
        let blob = try #require(found[0].records?.first?.outputs[0].blobs.first)
        #expect(found.statistics.map(\.hits) == [0, 1])
        #expect(try Session([first, second], [.fetch(blob, to: target("film"))])[0].done == true)
        #expect(target.read("film").count == 5000)
        // Both are written.
        #expect(try Session([first, second], [local.publish(record)])[0].done == true)
        #expect(try Session([first], [.find(record)])[0].records?.count == 1)
    }

    @Test func aServerThatKeepsTheFirstBodyForEver() throws {
        let local = try LocalCache(), name = "once \(UUID())"
        let one = try local.record(name, [noise(100)], found: [1]),
            two = try local.record(name, [noise(100)], found: [2])
        var remote = try Kind.http.remote()
        remote.url = try #require(RemoteAddress("http://127.0.0.1:\(try Servers.writeOnce.get().port)"))
        for record in [one, two] {
            let session = try Session([remote], [local.publish(record)])
            #expect(session[0].done == true)
            #expect(session.warnings.isEmpty)
        }
        #expect(try Session([remote], [.find(one)])[0].records?.map(\.world) == [one.world])
    }

    @Test func aBlobThatIsDamagedHereIsNotPublished() throws {
        let local = try LocalCache(), record = try local.record("damaged \(UUID())", [noise(1000)])
        let path = Blobs(local.cache).path(record.outputs[0].blobs[0].digest)
        chmod(path, 0o644)
        try local.folder.write(path, noise(1000))
        let session = try Session([try Kind.http.remote()], [local.publish(record)])
        #expect(session[0].failed?.contains("damaged") == true)
        #expect(try Session([try Kind.http.remote()], [.find(record)])[0].records?.isEmpty == true)
    }

    @Test func whatKeepsARemoteFromBeingUsed() throws {
        let local = try LocalCache(), record = try local.record("unused \(UUID())", [noise(10)])
        func warning(_ change: (inout RemoteSettings.Remote) -> Void, _ environment: [String: String] = [:]) throws
            -> String
        {
            var remote = try Kind.http.remote()
            change(&remote)
            let session = try Session([remote], [local.publish(record), .find(record)], environment: environment)
            #expect(session[0].done != true)
            let diagnostic = try #require(session.warnings.first?.diagnostic)
            #expect(session.warnings.count == 1, "\(session.warnings)")
            #expect(diagnostic.message.contains("the remote 'team'"), "\(diagnostic)")
            return diagnostic.id
        }
        #expect(try warning { $0.token = "NOT_SET" } == "remote-variable-unset")
        #expect(try warning({ $0.token = "BROKEN" }, ["BROKEN": "a\nb"]) == "remote-variable-unfit")
        #expect(try warning { $0.authority = "/nonexistent/ca.pem" } == "remote-ca")
        #expect(try warning { $0.signingKey = "$NOT_SET" } == "remote-signing-key-unset")
        #expect(try warning { $0.signingKey = "nobody-has-this" } == "remote-signing-key-unusable")
        let key = try TestKey("a")
        #expect(try warning { $0.publicKeys = [key.key] } == "remote-no-signing-key")
        #expect(
            try warning(
                {
                    $0.publicKeys = [key.key, key.key]; $0.signingKey = "$K"
                }, ["K": key.seed]) == "remote-keys")
        #expect(try warning({ _ in }, ["TEST_PASSWORD": "wrong"]) == "remote-not-writable")
        // A port where nothing listens.
        #expect(try warning { $0.url = RemoteAddress("http://127.0.0.1:1")! }.hasPrefix("remote-gone"))
        #expect(try warning { $0.url = RemoteAddress("https://\($0.url.host)")! } == "remote-foreign")
        #expect(try warning { $0.url = RemoteAddress("grpc://\($0.url.host)")! }.hasPrefix("remote-"))
    }

    /// A certificate of an authority that is named counts, and one of any other does not.
    /// A record and its blob go there and come back.
    private func expect(
        _ local: LocalCache, exchanges record: Record, of bytes: [UInt8], with remote: RemoteSettings.Remote,
        environment: [String: String] = [:]
    ) throws {
        func ask(_ call: RemoteRequest.Call) throws -> RemoteReply? {
            try Session([remote], [call], environment: environment)[0]
        }
        let target = TemporaryFolder()
        #expect(try ask(local.publish(record))?.done == true)
        let blob = try #require(try ask(.find(record))?.records?.first?.outputs[0].blobs.first)
        #expect(try ask(.fetch(blob, to: target("film")))?.done == true)
        #expect(target.read("film") == bytes)
    }

    @Test(.enabled(if: Servers.hasInstalled)) func encryptedLines() throws {
        let local = try LocalCache(), server = try Servers.encrypted.get()
        let film = noise(3 << 20), record = try local.record("TLS \(UUID())", [film])
        var remote = try RemoteSettings.Remote(
            name: "team", url: #require(RemoteAddress("grpcs://127.0.0.1:\(server.port)")))
        (remote.access, remote.authority) = (.readWrite, server.folder("ca.pem"))
        try expect(local, exchanges: record, of: film, with: remote)
        for url in ["https", "grpcs"] {
            remote.url = try #require(RemoteAddress("\(url)://127.0.0.1:\(server.port)"))
            remote.authority = server.folder("ca.pem")
            let known = try Session([remote], [.find(try local.record("TLS \(UUID())", []))])
            #expect(known[0].records?.isEmpty == true && known.warnings.isEmpty, "\(known)")
            remote.authority = nil
            let unknown = try Session([remote], [.find(record)])
            #expect(unknown[0].records?.isEmpty == true)
            #expect(unknown.warningIds == ["remote-foreign"])
            let said = unknown.warnings.first?.diagnostic.message ?? ""
            #expect(said.contains("its certificate is not trusted"), "\(said)")
        }
    }

    @Test(.enabled(if: Servers.hasInstalled), arguments: ["https", "grpcs"])
    func aTokenIsShownToTheServer(_ kind: String) throws {
        let local = try LocalCache(), server = try Servers.guarded.get()
        let film = noise(3 << 20), record = try local.record("token \(UUID())", [film])
        var remote = try RemoteSettings.Remote(
            name: "team", url: #require(RemoteAddress("\(kind)://127.0.0.1:\(server.port)")))
        (remote.access, remote.authority, remote.token) = (.readWrite, server.folder("ca.pem"), "TEAM_TOKEN")
        try expect(
            local, exchanges: record, of: film, with: remote, environment: ["TEAM_TOKEN": Servers.token])
        for secret in ["wrong-token-1", nil] {
            remote.token = secret.map { _ in "TEAM_TOKEN" }
            let session = try Session(
                [remote], [.find(record)], environment: secret.map { ["TEAM_TOKEN": $0] } ?? [:])
            #expect(session[0].records?.isEmpty == true && session.warningIds == ["remote-denied"], "\(session)")
            #expect(!"\(session)".contains("wrong-token-1"))
        }
    }

    @Test(.enabled(if: Servers.hasInstalled)) func aSecretThatIsWrong() throws {
        let record = try LocalCache().record("denied \(UUID())", [])
        var remote = try Kind.s3.remote()
        remote.access = .readOnly
        let session = try Session([remote], [.find(record)], environment: ["TEST_S3_PASSWORD": "wrong"])
        #expect(session[0].records?.isEmpty == true)
        #expect(session.warningIds == ["remote-denied"])
        #expect(session.warnings[0].diagnostic.message.hasSuffix("(SignatureDoesNotMatch)"))
    }

    /// A disk that is full is not the remote's fault, which is used on.
    @Test func aFileThatCannotBeWritten() throws {
        let local = try LocalCache(), record = try local.record("full \(UUID())", [noise(1 << 20), noise(100)])
        let remote = try Kind.http.remote(), target = TemporaryFolder()
        #expect(try Session([remote], [local.publish(record)])[0].done == true)
        let blobs = try #require(try Session([remote], [.find(record)])[0].records?.first?.outputs[0].blobs)
        let session = try Session(
            [remote], [.fetch(blobs[0], to: target("large")), .fetch(blobs[1], to: target("small"))],
            limit: "ulimit -f 64")
        #expect(session[0].failed == "file too large", "\(session)")
        #expect(session[1].done == true)
        #expect(session.warningIds == ["remote-here"])
        #expect(fileBytes(target("large")) == nil)
    }

    /// Many small things under way at once, which may go and come together: each is answered for itself.
    @Test(arguments: Kind.available) func manySmallRecords(_ kind: Kind) throws {
        let local = try LocalCache(), remote = try kind.remote(), target = TemporaryFolder(), shared = noise(900)
        let films = (0..<120).map { index in index % 10 == 0 ? [shared] : [noise(100 + index), shared, []] }
        let records = try films.enumerated().map { try local.record("many \($0) \(UUID())", $1) }
        let broken = try local.record("broken \(UUID())", [noise(700)])
        let path = Blobs(local.cache).path(broken.outputs[0].blobs[0].digest)
        chmod(path, 0o644)
        try local.folder.write(path, noise(700))
        // As a build does: each is asked for, made and published.
        let up = try Session([remote], records.map { .find($0) } + (records + [broken]).map(local.publish))
        for index in records.indices {
            #expect(up[index].records?.isEmpty == true)
            #expect(up[records.count + index].done == true, "\(up[records.count + index])")
        }
        #expect(up[2 * records.count].failed?.contains("damaged") == true)
        #expect(up.warnings.isEmpty && up.statistics[0].published == records.count, "\(up.warnings)")

        let found = try Session([remote], (records + [broken]).map { .find($0) })
        #expect(found[records.count].records?.isEmpty == true)
        var calls: [RemoteRequest.Call] = [], expected: [[UInt8]?] = []
        for (index, film) in films.enumerated() {
            let blobs = try #require(found[index].records?.first?.outputs[0].blobs)
            for (blob, bytes) in zip(blobs, film) {
                calls.append(.fetch(blob, to: target("\(calls.count)")))
                expected.append(bytes)
            }
            // One that is not there among those that are.
            guard index % 7 == 0 else { continue }
            var gone = blobs[0]
            gone.sha256 = noise(32).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            calls.append(.fetch(gone, to: target("\(calls.count)")))
            expected.append(nil)
        }
        let down = try Session([remote], calls)
        for (index, bytes) in expected.enumerated() {
            #expect(
                down[index].done == (bytes == nil ? nil : true) && down[index].missing == (bytes == nil ? true : nil))
            #expect(fileBytes(target("\(index)")) == bytes, "blob \(index)")
        }
        #expect(down.warnings.isEmpty && down.statistics[0].errors == 0, "\(down)")
    }

    /// Two results of one key that go up after a miss are both there.
    @Test(arguments: Kind.available) func aMissIsNotBelievedTwice(_ kind: Kind) throws {
        let local = try LocalCache(), remote = try kind.remote(), name = "twice \(UUID())"
        let one = try local.record(name, [noise(100)], found: [1]),
            two = try local.record(name, [noise(100)], found: [2])
        // One after the other, as machines do it that know of each other.
        let session = try Session(
            [remote], [.find(one), local.publish(one), local.publish(two)], limit: Session.slowly)
        #expect(session[1].done == true && session[2].done == true)
        let found = try Session([remote], [.find(one)])
        #expect(Set(found[0].records?.map(\.world) ?? []) == [one.world, two.world])
    }

    /// A server may end a line that is idle; the next call makes another, and nobody hears of it.
    @Test(.enabled(if: Servers.hasInstalled)) func linesThatEndBetweenCalls() throws {
        let local = try LocalCache(), record = try local.record("brief \(UUID())", [noise(3000), noise(100_000)])
        let proxy = try FaultyProxy(.reapi, "brief", only: "all"), target = TemporaryFolder()
        var remote = try Kind.reapi.remote(port: proxy.port)
        // One thread, so that each call has the line of the one before it.
        remote.concurrency = 1
        let session = try Session(
            [remote], [.find(record), local.publish(record), .find(record), .find(record)], limit: Session.slowly)
        #expect(session[1].done == true)
        let blobs = try #require(session[3].records?.first?.outputs[0].blobs)
        let second = try Session(
            [remote], blobs.enumerated().map { .fetch($1, to: target("\($0)")) }, limit: Session.slowly)
        #expect(second[0].done == true && second[1].done == true)
        #expect(session.warnings.isEmpty && second.warnings.isEmpty)
        #expect(session.statistics[0].errors + second.statistics[0].errors == 0, "\(session) \(second)")
    }

    /// Where the machine has few threads left, those that start do the work.
    @Test func fewThreads() throws {
        let local = try LocalCache(),
            records = try (0..<20).map { try local.record("few \($0) \(UUID())", [noise(900)]) }
        let session = try Session(
            [try Kind.http.remote()], records.map(local.publish), limit: "ulimit -s 400000")
        for index in records.indices { #expect(session[index].done == true) }
        #expect(session.warnings.isEmpty)

        let folder = TemporaryFolder()
        var settings = RemoteSettings()
        settings.remotes = [try Kind.http.remote()]
        try folder.write("in", try JSONEncoder().encode(RemoteRequest(0, .open(settings))) + [10])
        let none = try Program.run(
            [
                "/bin/sh", "-c", "ulimit -s 3000000; ulimit -v 2000000; exec \"$@\"", "sh",
                Repository.binary("vgraph-remote"),
            ],
            input: folder("in"))
        #expect(none.status == 2 && none.err.hasPrefix("vgraph-remote: no thread can be started: "), "\(none)")
    }

    @Test func theProgramWantsToBeOpenedFirst() throws {
        let folder = TemporaryFolder()
        try folder.write("in", "{\"id\":3,\"probe\":{}}\n")
        let run = try Program.run([Repository.binary("vgraph-remote")], input: folder("in"))
        #expect(run.status == 0 && run.out.contains("the first request is not 'open'"), "\(run)")
        try folder.write("in", "nonsense\n")
        #expect(try Program.run([Repository.binary("vgraph-remote")], input: folder("in")).status == 2)
    }
}
