// Two checkouts on two caches, and a real server of each kind between them: the built programs, a small film, and what
// moves. What the engine makes of faults is in GraphTests, what vgraph-remote makes of them in FaultTests.
import Foundation
import Remotes
import TestSupport
import Testing

@Suite(.serialized) struct CheckoutTests {
    private static func spec(_ text: String = "The end") -> String {
        """
        version: 1
        video: { size: 320x180, fps: 15, background: "#101820" }
        scenes:
          - { id: one, duration: 1s, layers: [{ text: "Hello", style: title, at: [center, 40%] }] }
          - { id: two, duration: 1s, layers: [{ text: "\(text)", style: title, at: [center, 40%] }] }

        """
    }

    private final class Checkout {
        private let folder = TemporaryFolder()
        private let environment: [String: String]

        init(_ kind: Kind?, _ access: RemoteSettings.Access = .readOnly, prefix: String = "") throws {
            var environment = Program.environment.merging(Kind.environment) { $1 }
            environment["XDG_DATA_HOME"] = "/nonexistent"
            environment["XDG_CONFIG_HOME"] = folder("config")
            for name in environment.keys where name.hasPrefix("VGRAPH_") { environment[name] = nil }
            self.environment = environment
            try folder.write("work/film.video.yaml", CheckoutTests.spec())
            guard let kind else { return }
            let remote = try kind.remote()
            // nginx takes one name before 'ac' and 'cas'.
            let url = kind == .http ? "http://\(remote.url.host)" : remote.url.text
            var lines = ["name: team", "url: \(url)\(prefix)", "access: \(access.rawValue)"]
            if let user = remote.user, let password = remote.password {
                lines += ["user: $\(user)", "password: $\(password)"]
            }
            if let endpoint = remote.endpoint { lines.append("endpoint: \(endpoint)") }
            if let region = remote.region { lines.append("region: \(region)") }
            try folder.write(
                "config/vgraph/remotes.yaml", "remotes:\n  - " + lines.joined(separator: "\n    ") + "\n")
        }

        func write(_ text: String) throws { try folder.write("work/film.video.yaml", text) }

        var film: Data? { FileManager.default.contents(atPath: folder("work/film.mp4")) }

        func vgraph(_ arguments: String...) throws -> Program.Run {
            try Program.run(
                [Repository.binary("vgraph")] + arguments, in: folder("work"), environment: environment)
        }

        /// The last line of a build, and what it says of the remote.
        func build(_ more: String...) throws -> (done: [String: Any], remote: [String: Any]) {
            let run = try Program.run(
                [Repository.binary("vgraph"), "build", "--json", "film.mp4"] + more, in: folder("work"),
                environment: environment)
            #expect(run.status == 0, "\(run.out.suffix(2000))\(run.err)")
            let events = run.out.split(separator: "\n").compactMap {
                try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
            }
            return (events.last ?? [:], events.first { $0["event"] as? String == "remote" } ?? [:])
        }
    }

    private func int(_ value: Any?) -> Int? { value as? Int }

    @Test(arguments: Kind.available) func aSecondCheckoutMakesNothing(_ kind: Kind) throws {
        // What an earlier run of the tests left on a server would be a hit.
        let prefix = kind == .reapi ? "" : "/checkouts-\(UInt32.random(in: 0 ... .max))"
        let one = try Checkout(kind, .readWrite, prefix: prefix), two = try Checkout(kind, prefix: prefix)
        let first = try one.build(), nodes = try #require(int(first.done["nodes"]))
        #expect(int(first.done["ran"]) == nodes)
        #expect(int(first.remote["published"]) == nodes, "\(first.remote)")
        let second = try two.build(), film = try #require(two.film)
        #expect(int(second.done["ran"]) == 0 && int(second.done["hits"]) == nodes)
        #expect(int(second.remote["hits"]) == nodes && int(second.remote["published"]) == 0, "\(second.remote)")
        #expect(film == one.film)
        #expect(try #require(int(second.remote["bytes_down"])) >= film.count)
        // Now nothing is to do, and the remote is not asked.
        #expect(try two.build().remote.isEmpty)
        let why = try two.vgraph("why", "film.mp4:encode")
        #expect(why.out.contains("from the remote cache team"), "\(why.out)\(why.err)")
        // An edit brings what it needs, and the film is the one of a machine that knows no remote.
        try two.write(Self.spec("The very end"))
        let edited = try two.build(), alone = try Checkout(nil)
        let ran = try #require(int(edited.done["ran"]))
        #expect(ran > 0 && ran < nodes)
        try alone.write(Self.spec("The very end"))
        _ = try alone.build()
        #expect(two.film != nil && two.film == alone.film)
    }

    @Test func theFilmMayStayAway() throws {
        let prefix = "/away-\(UInt32.random(in: 0 ... .max))"
        _ = try Checkout(.http, .readWrite, prefix: prefix).build()
        let two = try Checkout(.http, prefix: prefix)
        let run = try two.vgraph("build", "film.mp4", "--download", "none")
        #expect(run.status == 0 && two.film == nil)
        #expect(run.out.contains("film.mp4 stayed in the remote cache"), "\(run.out)\(run.err)")
        // What a command shows comes.
        #expect(try two.vgraph("show", "film.mp4:plan").status == 0)
        #expect(int(try two.build().done["ran"]) == 0 && two.film != nil)
    }

    /// Nobody may take the film of yesterday for that of today, which has passed.
    @Test func anEarlierFilmIsToldFromTheOneThatStaysAway() throws {
        let prefix = "/older-\(UInt32.random(in: 0 ... .max))"
        let one = try Checkout(.http, .readWrite, prefix: prefix), two = try Checkout(.http, prefix: prefix)
        _ = try one.build()
        #expect(try two.vgraph("build", "film.mp4", "--download", "target").status == 0)
        let earlier = two.film
        for checkout in [one, two] { try checkout.write(Self.spec("Another end")) }
        _ = try one.build()
        for _ in 1...2 {
            let run = try two.vgraph("build", "film.mp4", "--download", "none")
            #expect(run.status == 0 && two.film == earlier)
            #expect(run.err.contains("'film.mp4' is of an earlier build"), "\(run.out)\(run.err)")
        }
        let run = try two.vgraph("build", "film.mp4", "--download", "target")
        #expect(two.film == one.film && !run.err.contains("earlier build"), "\(run.err)")
    }
}
