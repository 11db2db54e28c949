// Real servers of caches, one of each kind for all tests: nginx, also in its form that keeps the first body, SeaweedFS
// and buildbox-casd. They end with the process of the tests, whatever becomes of it.
import Foundation
import Remotes
import TestSupport
import Testing

final class Server: @unchecked Sendable {
    let folder = TemporaryFolder()
    let port: Int
    private let program: Program
    /// As long as it is open, the server lives.
    private let life: Int32

    /// - Parameter words: a command; `PORT` and `FOLDER` are replaced, also in the files.
    init(_ name: String, _ words: [String], files: [String: String] = [:], isReady: (Int) -> Bool) throws {
        let port = try freePort(), folder = folder
        self.port = port
        func filled(_ text: String) -> String {
            text.replacingOccurrences(of: "PORT", with: "\(port)").replacingOccurrences(of: "FOLDER", with: folder.path)
        }
        for (name, text) in files { try folder.write(name, filled(text)) }
        let pipe = folder("life")
        mkfifo(pipe, 0o600)
        life = open(pipe, O_RDWR | O_CLOEXEC)
        let guarded = "\"$@\" </dev/null & child=$!; cat >/dev/null; kill -9 $child"
        program = try Program(
            ["/bin/sh", "-c", guarded, "sh"] + words.map(filled), input: pipe, output: folder("log"))
        try program.until("\(name) answers", within: 120) { isReady(port) }
    }

    deinit { close(life) }

    var log: String { folder.text("log") ?? "" }

    static func isOpen(_ port: Int) -> Bool {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = loopback(port)
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}

private func loopback(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    return address
}

/// One that was free a moment ago. SeaweedFS takes the port 10000 above each of its own too.
private func freePort() throws -> Int {
    func isFree(_ port: Int) -> Bool {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = loopback(port)
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
    for _ in 0..<1000 {
        let port = Int.random(in: 12_000..<22_000)
        if isFree(port), isFree(port + 10_000) { return port }
    }
    throw NoPort()
}

private struct NoPort: Error {}

enum Servers {
    /// Where what is not of Debian is installed, once a checkout.
    private static let installed: String? = {
        let folder = Repository.file(".build/remote-servers").path
        let run = try? Program.run([Repository.file("Tests/Tools/remote-servers").path, folder])
        guard run?.status != 0 else { return folder }
        print(
            "tests with buildbox-casd and SeaweedFS are left out: PyPI does not give them: \(run?.err.suffix(300) ?? "")"
        )
        return nil
    }()

    static var hasInstalled: Bool { installed != nil }

    private static let nginxHead = """
        daemon off;
        master_process off;
        pid FOLDER/nginx.pid;
        error_log stderr warn;
        \(geteuid() == 0 ? "user root;" : "")
        events { worker_connections 256; }
        http {
          access_log off;
          client_body_temp_path FOLDER/tmp;
          proxy_temp_path FOLDER/tmp;
          fastcgi_temp_path FOLDER/tmp;
          uwsgi_temp_path FOLDER/tmp;
          scgi_temp_path FOLDER/tmp;
          server {
            listen 127.0.0.1:PORT;
            client_max_body_size 0;
            client_body_buffer_size 1m;
            default_type application/octet-stream;
            types { }
            root FOLDER/data;
            etag off;

        """

    private static let nginxPlaces = """
            location ~ "^/(?:[A-Za-z0-9._-]+/)?(ac|cas)/[0-9a-f]{64}$" {
              dav_methods PUT;
              create_full_put_path on;
              limit_except GET HEAD {
                auth_basic "cache write";
                auth_basic_user_file FOLDER/htpasswd;
              }
            }
            location / { return 404; }
          }
        }

        """

    /// The first body of a name stays: the rule must stand at this level, since `limit_except` makes a place of its own.
    private static let firstStays = """
            set $w "";
            if ($request_method = PUT) { set $w "P"; }
            if (-f $request_filename) { set $w "${w}E"; }
            if ($w = PE) { return 204; }

        """

    private static func nginx(_ middle: String) throws -> Server {
        let hash = try Program.run(["openssl", "passwd", "-apr1", "secret"]).out
        let program = access("/usr/sbin/nginx", X_OK) == 0 ? "/usr/sbin/nginx" : "nginx"
        return try Server(
            "nginx", [program, "-p", "FOLDER", "-e", "stderr", "-c", "FOLDER/nginx.conf"],
            files: [
                "nginx.conf": nginxHead + middle + nginxPlaces, "htpasswd": "writer:" + hash, "data/keep": "",
                "tmp/keep": "",
            ], isReady: Server.isOpen)
    }

    /// An authority, and a certificate of it for 127.0.0.1.
    private static let certificates = """
        set -e
        cd FOLDER
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key -out ca.pem -days 30 \\
            -subj /CN=Test
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout server.key -out server.csr \\
            -subj /CN=127.0.0.1
        echo subjectAltName=IP:127.0.0.1 > names
        openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 20 -extfile names -out server.pem
        exec "$0" -p FOLDER -e stderr -c FOLDER/nginx.conf
        """

    /// With TLS: the HTTP cache, and in front of the server of the Remote Execution API.
    static let encrypted = Result { try encrypted("nginx with TLS", nginxPlaces) }

    /// The same for those who have a token, and nobody else.
    static let guarded = Result {
        try encrypted(
            "nginx with TLS and a token",
            """
                if ($http_authorization != "Bearer \(token)") { return 401; }
                location ~ "^/(ac|cas)/[0-9a-f]{64}$" { dav_methods PUT; create_full_put_path on; }
              }
            }

            """)
    }
    static let token = "team.token-0"

    private static func encrypted(_ name: String, _ places: String) throws -> Server {
        let head = nginxHead.replacingOccurrences(
            of: "listen 127.0.0.1:PORT;",
            with: "listen 127.0.0.1:PORT ssl http2; ssl_certificate server.pem; ssl_certificate_key server.key;")
        let behind = """
                location /build.bazel { grpc_pass grpc://127.0.0.1:\(try reapi.get().port); }
                location /google { grpc_pass grpc://127.0.0.1:\(try reapi.get().port); }

            """
        let program = access("/usr/sbin/nginx", X_OK) == 0 ? "/usr/sbin/nginx" : "nginx"
        return try Server(
            name, ["/bin/sh", "-c", certificates, program],
            files: ["nginx.conf": head + behind + places, "htpasswd": "", "data/keep": "", "tmp/keep": ""],
            isReady: Server.isOpen)
    }

    static let http = Result { try nginx("") }
    static let writeOnce = Result { try nginx(firstStays) }

    static let s3 = Result {
        let server = try Server(
            "SeaweedFS",
            [
                installed! + "/weed", "server", "-dir=FOLDER/data", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
                "-master.port=\(try freePort())", "-volume.port=\(try freePort())", "-filer",
                "-filer.port=\(try freePort())", "-s3", "-s3.port=PORT", "-s3.config=FOLDER/s3.json",
                "-master.volumeSizeLimitMB=128", "-volume.max=20",
            ],
            files: [
                "data/keep": "",
                "s3.json": """
                {"identities": [
                  {"name": "writer", "credentials": [{"accessKey": "writer", "secretKey": "writersecret"}],
                   "actions": ["Admin", "Read", "Write", "List", "Tagging"]},
                  {"name": "reader", "credentials": [{"accessKey": "reader", "secretKey": "readersecret"}],
                   "actions": ["Read", "List"]}]}
                """,
            ],
            isReady: { port in
                guard Server.isOpen(port) else { return false }
                // The bucket can be made once all of its parts know each other.
                let made = try? Program.run([
                    "curl", "-sf", "--aws-sigv4", "aws:amz:us-east-1:s3", "-u", "writer:writersecret", "-X", "PUT",
                    "http://127.0.0.1:\(port)/films",
                ])
                return made?.status == 0
            })
        return server
    }

    static let reapi = Result {
        try Server(
            "buildbox-casd",
            [
                installed! + "/buildbox-casd", "--bind=127.0.0.1:PORT", "--quota-high=2G", "--reserved=100M",
                "--log-level=warning", "FOLDER/cas",
            ], isReady: Server.isOpen)
    }
}

/// A kind of server under test.
enum Kind: String, CaseIterable, Sendable {
    case http, s3, reapi

    var server: Server {
        get throws {
            switch self {
            case .http: try Servers.http.get()
            case .s3: try Servers.s3.get()
            case .reapi: try Servers.reapi.get()
            }
        }
    }

    static var available: [Kind] { Servers.hasInstalled ? allCases : [.http] }

    /// A remote that the tests may write.
    /// - Parameter port: of a proxy; nil: the server's own.
    func remote(port: Int? = nil, name: String = "team") throws -> RemoteSettings.Remote {
        let port = try port ?? server.port
        var remote: RemoteSettings.Remote
        switch self {
        case .http:
            remote = try RemoteSettings.Remote(
                name: name, url: #require(RemoteAddress("http://127.0.0.1:\(port)/films")))
            (remote.user, remote.password) = ("TEST_USER", "TEST_PASSWORD")
        case .s3:
            remote = try RemoteSettings.Remote(name: name, url: #require(RemoteAddress("s3://films/team")))
            (remote.user, remote.password) = ("TEST_S3_USER", "TEST_S3_PASSWORD")
            remote.endpoint = "http://127.0.0.1:\(port)"
        case .reapi:
            remote = try RemoteSettings.Remote(name: name, url: #require(RemoteAddress("grpc://127.0.0.1:\(port)")))
        }
        remote.access = .readWrite
        remote.timeout = 5
        return remote
    }

    static let environment = [
        "TEST_USER": "writer", "TEST_PASSWORD": "secret", "TEST_S3_USER": "writer", "TEST_S3_PASSWORD": "writersecret",
    ]
}

/// A proxy that does one wrong thing.
final class FaultyProxy {
    let port: Int
    private let program: Program
    private let folder = TemporaryFolder()

    init(_ kind: Kind, _ fault: String, only: String) throws {
        // Below gRPC's messages lies what cuts its lines.
        let isBelow = ["cut", "vanish", "stall", "redirect", "brief"].contains(fault)
        let way = kind != .reapi ? "http" : isBelow ? "tcp" : "grpc"
        let out = folder("out")
        program = try Program(
            [
                "/usr/bin/python3", Repository.file("Tests/Tools/faulty-remote.py").path, way,
                "\(try kind.server.port)", fault, only,
            ], output: out)
        var found: Int?
        try program.until("the proxy listens") {
            found = fileText(out)?.split(separator: "\n").first.flatMap { Int($0) }
            return found != nil
        }
        port = found!
    }
}
