// What a program cannot see, in a sandbox that works.
import Diagnostics
import Files
import Glibc
import Graph
import Programs
import Store
import TestSupport
import Testing

@Suite(.enabled(if: CommandWorld.reasonAgainst == nil, "\(CommandWorld.reasonAgainst ?? "")")) struct SandboxTests {
    private var state: Sandbox.State { CommandWorld.sandbox }

    @Test func hidesWhatWasNotDeclared() throws {
        let world = try CommandWorld()
        let declared = try world.write("declared.txt", "yes\n"), secret = try world.write("secret.txt", "secret\n")
        let command = CommandWorld.shell(
            """
            cat declared.txt; cat '\(secret)' '\(declared)' /proc/1/environ ../secret.txt 2>&1 | grep -c secret:; ls \
            -A /home /root '\(world.cache.root)' 2>/dev/null
            ls /proc | grep -c '^[0-9]'; echo x > /usr/x; echo x > /etc/x; echo x >> declared.txt; ls -A "$HOME" \
            /tmp; hostname
            """
        ) { $0.mounts = [.init(at: "declared.txt", source: declared)] }
        let run = try world.run(command, in: state)
        #expect(!run.log.contains("secret\n") && run.log.hasPrefix("yes\n"))
        #expect(
            run.log.contains("/usr/x: Read-only") && run.log.contains("/etc/x: Read-only")
                && run.log.contains("declared.txt: Read-only"), "\(run.log)")
        #expect(run.log.hasSuffix("/tmp:\nbuild\n"), "\(run.log)")
        #expect(fileText(declared) == "yes\n")
    }

    @Test func network() throws {
        let world = try CommandWorld()
        // A server of ours on the machine's loopback: only a program that may can reach it.
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(server) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = withUnsafeMutablePointer(to: &address) { pointer -> UInt16 in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                guard bind(server, generic, size) == 0, listen(server, 8) == 0, getsockname(server, generic, &size) == 0
                else { return 0 }
                return UInt16(bigEndian: pointer.pointee.sin_port)
            }
        }
        try #require(port != 0)
        let script = "import socket; socket.create_connection(('127.0.0.1', \(port)), 5); print('reached')"
        #expect(try world.run(CommandWorld.python(script) { $0.network = true }, in: state).log == "reached\n")
        let closed = try world.run(CommandWorld.python(script), in: state)
        #expect(closed.end.how == .exit(1) && closed.log.contains("refused"))
        let name = CommandWorld.python("import socket; socket.getaddrinfo('example.com', 80)")
        #expect(
            try world.problems(name, in: state).first?.hint?.hasSuffix(
                "; if it needs the network, write 'network: true'") == true)
    }

    /// A program that is not the system's comes with its folder and nothing beside it.
    @Test func aProgramElsewhere() throws {
        let world = try CommandWorld()
        let program = try world.write(
            "tool/bin/say", "#!/bin/sh\ncat \"${0%/*}/words\"; ls \(world.workspace)\n", mode: 0o755)
        try world.write("tool/bin/words", "hello\n")
        try world.write("other", "")
        let command = Command(node: "n", program: program, arguments: ["say"], environment: ["PATH": "/usr/bin:/bin"])
        #expect(try world.run(command, in: state).log == "hello\ntool\n")
        // Where its folder holds the cache, the program comes alone.
        let top = world.root + "/top"
        try Array("#!/bin/sh\nls \(world.root)\n".utf8).withUnsafeBytes {
            try AtomicFile.write($0, to: top, by: world.root)
        }
        chmod(top, 0o755)
        let alone = Command(node: "n", program: top, arguments: ["top"], environment: ["PATH": "/usr/bin:/bin"])
        #expect(try world.run(alone, in: state).log == "top\n")
    }

    /// Neither the machine's switches nor a namespace, a mount, a keyring, io_uring or a terminal's input; nor root.
    @Test func reachesNotTheKernel() throws {
        let world = try CommandWorld()
        let run = try world.run(
            CommandWorld.python(
                """
                import ctypes, os
                c = ctypes.CDLL(None, use_errno=True)
                def call(*words):
                    ctypes.set_errno(0)
                    return c.syscall(*words), os.strerror(ctypes.get_errno())
                n = dict(mount=165, unshare=272, setns=308, clone=56, keyctl=250, io=425) if os.uname().machine == \
                'x86_64' else \\
                    dict(mount=40, unshare=97, setns=268, clone=220, keyctl=219, io=425)
                print('mount', call(n['mount'], b'none', b'/tmp', b'tmpfs', 0, 0))
                print('unshare', call(n['unshare'], 0x10000000))
                print('clone', call(n['clone'], 0x10000000 | 17, 0, 0, 0, 0))
                print('keyctl', call(n['keyctl'], 0, -3, 1))
                print('io_uring', call(n['io'], 1, 0))
                print('tiocsti', c.ioctl(0, 0x5412, b'x'), os.strerror(ctypes.get_errno()))
                print('uid', os.getuid() != 0)
                for path in ('/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger', '/dev/x', '/sys/x'):
                    try: open(path, 'a'); print(path, 'opened')
                    except OSError as error: print(path, 'refused')
                open('/dev/null', 'w').write('x'); open('/dev/shm/x', 'w').write('x'); print(os.system('true'))
                """), in: state)
        for name in ["mount", "unshare", "clone", "keyctl", "io_uring"] {
            #expect(run.log.contains("\(name) (-1, 'Operation not permitted')"), "\(run.log)")
        }
        #expect(run.log.contains("tiocsti -1 Operation not permitted") && run.log.contains("uid True"), "\(run.log)")
        #expect(run.log.components(of: "refused") == 4 && run.log.hasSuffix("0\n"), "\(run.log)")
    }

    @Test func isFoundOnceAndRemembered() throws {
        let world = try CommandWorld()
        #expect(Sandbox.find(cache: world.cache) == state)
        #expect(try Folder.names(world.cache.root + "/state")?.filter { $0.hasSuffix(".sandbox") }.count == 1)
        // Found again without running anything: the program that would be run is another.
        let fake = try world.write("fake/bwrap", "#!/bin/sh\nexit 9\n", mode: 0o755)
        let path = String(fake.dropLast("/bwrap".count))
        #expect(
            Sandbox.find(cache: world.cache, path: path)
                == .none(reason: "'\(fake)' does not work here: it failed without a message"))
        try world.write(
            "fake/bwrap", "#!/bin/sh\necho 'bwrap: No permissions to create new namespace'; exit 1\n", mode: 0o755)
        #expect(
            Sandbox.find(cache: world.cache, path: path)
                == .none(
                    reason: "'\(fake)' does not work here: bwrap: No permissions to create new namespace"))
        #expect(try Folder.names(world.cache.root + "/tmp") == [])
    }

    /// A program's fault is its own, a sandbox's is said to be the sandbox's.
    @Test func refusals() throws {
        let world = try CommandWorld(), source = try world.write("gone", "")
        let command = CommandWorld.shell("true") { $0.mounts = [.init(at: "gone", source: source)] }
        unlink(source)
        #expect(
            throws: ProgramProblem.cannotPrepare(node: "a.mp4:cmd", path: "gone", reason: "no such file or directory")
        ) { try world.run(command, in: state) }
        let words = CommandWorld.shell("echo 'bwrap: Creating new namespace failed'; exit 1")
        #expect(try world.problems(words, in: state).map(\.id) == ["sandbox-failed"])
    }
}

extension String {
    fileprivate func components(of word: String) -> Int { split(separator: "\n").count { $0.hasSuffix(word) } }
}

@Suite struct NoSandboxTests {
    /// Without a sandbox a program has at least no terminal: it leads a session of its own.
    @Test func hasNoTerminal() throws {
        let run = try CommandWorld().run(
            CommandWorld.python("import os; print(os.getsid(0) == os.getpid())"), in: .none(reason: ""))
        #expect(run.log == "True\n")
    }

    @Test func saysWhy() throws {
        let world = try CommandWorld()
        guard access("/usr/bin/bwrap", X_OK) != 0 else { return }
        #expect(
            Sandbox.find(cache: world.cache, path: "/nowhere")
                == .none(reason: "'bwrap' is not on PATH (Debian's package 'bubblewrap')"))
    }
}
