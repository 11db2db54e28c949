// A build whose system calls fail, one at a time: no space, a broken disk, a short write, sudden death. strace does it
// to the real program, so nothing of the store knows. Whatever happened, the next build is right and believes nothing
// torn.
import EngineFakes
import Glibc
import Graph
import Processes
import Store
import Testing
import TestSupport

@Suite struct FaultTests {
    static let pipeline = """
        pipeline: faults
        target: "{name}.out"
        stages:
          one:   { uses: mix, from: ["{name}.txt"] }
          two:   { run: [cp, $one, $out] }
          three: { uses: mix, from: [$one, $two], output: "{name}.out" }

        """

    private static func expected(_ text: String) -> String? {
        FakeStages.mixed([text], salt: "").flatMap { FakeStages.mixed([$0, $0], salt: "") }
    }

    private static let strace = "/usr/bin/strace"
    static let reasonAgainst: String? = {
        if access(strace, X_OK) != 0 { return "there is no strace" }
        return wait(["-o", "/dev/null", "/bin/true"], output: "/dev/null") == 0 ? nil : "nobody may trace here"
    }()

    /// Runs a program under strace; -N: signal N killed it.
    static func wait(_ arguments: [String], output: String) -> Int32 {
        let variables = ["PATH": "/usr/bin:/bin", "PROBE_PLAIN": "1"]
        return (try? Program([strace] + arguments, environment: variables, output: output))?.wait() ?? 127
    }

    /// What can go wrong with a call, by its name.
    private static func faults(_ call: String) -> [String] {
        switch call {
        case "write", "pwrite64": ["error=ENOSPC", "error=EIO", "retval=0", "signal=KILL"]
        case "openat", "mkdir", "mkdirat", "linkat", "symlinkat", "symlink":
            ["error=ENOSPC", "error=EMFILE", "signal=KILL"]
        case "rename", "renameat2": ["error=ENOSPC", "error=EIO", "signal=KILL"]
        default: ["error=EIO", "signal=KILL"]
        }
    }

    private static let calls =
        "openat,write,pwrite64,rename,renameat2,linkat,symlink,symlinkat,unlink,unlinkat,mkdir,mkdirat,rmdir,"
        + "ftruncate,chmod,fchmod,utimensat,read,fstat,newfstatat,getdents64,fcntl,flock,mmap,fdatasync,fsync,copy_file_range,ioctl,close"

    private struct Fault { var call: String, number: Int, what: String, isSecond: Bool }

    private static func world(isSecond: Bool) throws -> FakeWorkspace {
        let world = try Probe.workspace(pipeline)
        try world.write("a.txt", "old\n")
        if isSecond {
            try world.build("a.out") {
                $0.sandbox = false; $0.jobs = 1
            }
        }
        try world.write("a.txt", "new\n")
        return world
    }

    private static func build(_ world: FakeWorkspace, _ options: [String]) -> Int32 {
        wait(
            options + [Probe.path, "build", world.workspace, world.cache, "a.out", "1"], output: world.root + "/output")
    }

    /// Every call of a build that concerns its own files, with every way it can fail.
    private func all(isSecond: Bool) throws -> [Fault] {
        let world = try Self.world(isSecond: isSecond), log = world.root + "/trace"
        try #require(
            Self.build(world, ["-y", "-o", log, "-e", "trace=" + Self.calls]) == 0,
            "\(world.read(world.root + "/output") ?? "")")
        var counts: [String: Int] = [:], found: [Fault] = []
        for line in (world.read(log) ?? "").split(separator: "\n") {
            guard let end = line.firstIndex(of: "(") else { continue }
            let call = String(line[..<end])
            counts[call, default: 0] += 1
            guard line.contains(world.root) else { continue }
            found += Self.faults(call).map { Fault(call: call, number: counts[call]!, what: $0, isSecond: isSecond) }
        }
        return found
    }

    @Test(.enabled(if: reasonAgainst == nil, "\(reasonAgainst ?? "")")) func atEveryCall() throws {
        let seconds = getenv("VGRAPH_FAULT_SECONDS").flatMap { Double(String(cString: $0)) } ?? 25
        var random = Seeded(seed: 11)
        let all = try (all(isSecond: false) + all(isSecond: true)).shuffled(using: &random)
        #expect(all.count > 100)
        let begun = monotonicSeconds()
        var done = 0
        for fault in all where monotonicSeconds() - begun < seconds {
            try check(fault)
            done += 1
        }
        #expect(done > 20)
        print("\(done) of \(all.count) faults")
    }

    private func check(_ fault: Fault) throws {
        let world = try Self.world(isSecond: fault.isSecond)
        let name = "\(fault.call) \(fault.number) \(fault.what)\(fault.isSecond ? " in a second build" : "")"
        let status = Self.build(
            world,
            [
                "-o", "/dev/null", "-e", "trace=" + fault.call, "-e",
                "inject=\(fault.call):\(fault.what):when=\(fault.number)",
            ])
        let said = world.read(world.root + "/output") ?? ""
        let wanted = Self.expected("new\n")!, before = fault.isSecond ? Self.expected("old\n") : nil,
            text = world.read("a.out")
        #expect(text == wanted || text == before, "\(name): the target is neither the old nor the new one")
        #expect(status == -SIGKILL || (0..<128).contains(status), "\(name): crashed with \(status): \(said)")
        if status == 0 { #expect(text == wanted, "\(name): said to be done, but is not: \(said)") }
        let build = try world.build("a.out") { $0.sandbox = false }
        #expect(
            build.result.status == .done && world.read("a.out") == wanted,
            "\(name): the next build: \(build.result.diagnostics.map(\.message))")
        let verified = try Cache(world.cache).verify()
        #expect(verified.damagedBlobs.isEmpty && verified.damagedRecords.isEmpty, "\(name): something torn is left")
        // And what the next build remembers is so.
        try world.write("a.txt", "newer\n")
        #expect(try world.build("a.out") { $0.sandbox = false }.result.status == .done)
        #expect(world.read("a.out") == Self.expected("newer\n"), "\(name): an edit after it")
    }
}
