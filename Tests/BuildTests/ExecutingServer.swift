// A real server that does work, and a proxy before it that does one wrong thing: buildbox-casd with buildbox-run, from
// PyPI by hash, each on a port of its own.
import Foundation
import TestSupport
import Testing

final class ExecutingServer {
    /// Where the programs are; nil: PyPI does not give them, and nothing else has them.
    private static let folder: String? = {
        let own = Repository.file(".build/remote-servers").path
        let run = try? Program.run([Repository.file("Tests/Tools/remote-servers").path, own])
        let named = [own] + (ProcessInfo.processInfo.environment["VGRAPH_BUILDBOX"].map { [$0] } ?? [])
        let path = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        let found = (named + path).first { folder in
            ["buildbox-casd", "buildbox-run"].allSatisfy {
                FileManager.default.isExecutableFile(atPath: folder + "/" + $0)
            }
        }
        if found == nil {
            print("tests of remote execution are left out: no buildbox-casd: \(run?.err.suffix(300) ?? "")")
        }
        return found
    }()
    static var isAvailable: Bool { folder != nil }

    let port: Int
    var address: String { "grpc://127.0.0.1:\(port)" }
    private let program: Program

    /// - Parameters:
    ///   - folder: for what it keeps.
    ///   - hasPrograms: whether jobs see this machine's programs; else they have nothing but a kernel.
    init(in folder: String, hasPrograms: Bool = false, jobs: Int = 1) throws {
        port = try freePort()
        let place = try #require(Self.folder)
        var words = [
            place + "/buildbox-casd", "--bind=127.0.0.1:\(port)", "--log-level=error", "--quota-high=4G",
            "--reserved=100M", "--jobs=\(jobs)", "--buildbox-run=" + place + "/buildbox-run", "--cache-failures=false",
        ]
        if hasPrograms {
            let shown = ["/usr:/usr", "/usr/bin:/bin", "/usr/lib:/lib", "/usr/lib64:/lib64", "/etc:/etc"]
            words += shown.map { "--runner-arg=--ro-bind-mount=" + $0 }
        }
        program = try Program(words + [folder], in: "/")
        let port = port
        try program.until("the server answers") {
            (try? Program.run(["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/\(port)"], in: "/"))?.status == 0
        }
    }

    deinit {
        kill(program.id, SIGTERM)
        program.wait()
    }
}

/// `Tests/Tools/faulty-executor.py`.
final class FaultyExecutor {
    let port: Int
    private let program: Program
    private let folder = TemporaryFolder()

    init(_ server: ExecutingServer, _ fault: String) throws {
        let out = folder("out")
        program = try Program(
            [
                "/usr/bin/python3", Repository.file("Tests/Tools/faulty-executor.py").path, "\(server.port)", fault,
                folder("calls"),
            ], output: out)
        var found: Int?
        try program.until("the proxy listens") {
            found = fileText(out)?.split(separator: "\n").first.flatMap { Int($0) }
            return found != nil
        }
        port = found!
    }

    /// Of Execute and what belongs to it, in order.
    var calls: [String] { folder.text("calls")?.split(separator: "\n").map(String.init) ?? [] }
}

/// One that was free a moment ago.
private func freePort() throws -> Int {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_in(), size = socklen_t(MemoryLayout<sockaddr_in>.size)
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    let isBound = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(socket, $0, size) == 0 && getsockname(socket, $0, &size) == 0
        }
    }
    try #require(isBound)
    return Int(UInt16(bigEndian: address.sin_port))
}
