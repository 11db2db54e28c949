// One running program: its own session, one pipe for its output, its limits. Must not know what the program makes.
import CSystem
import Diagnostics
import Files
import Glibc
import Processes
import Store

final class CommandProcess {
    struct Call {
        var program: String
        var environment: [String]
        /// nil: the program runs without a sandbox.
        var sandboxArguments: [UInt8]?
    }

    private enum State {
        case running
        /// Asked to end; it is killed at this time.
        case asked(until: Double)
        /// It has ended but its children have not; they are waited for until this time.
        case draining(until: Double)
        case ended, gone
    }

    let job: Int
    private let command: Command
    private var pid: Int32
    /// For the end of the process. -1: this kernel has no pidfd, so the end is polled every few milliseconds.
    private(set) var pidfd: Int32
    /// The pipe with its output; -1 once that has ended.
    private(set) var output: Int32
    /// The pipe on which bubblewrap reports the first process in its sandbox.
    private var info: Int32 = -1
    private let isSandboxed: Bool
    /// Identifies it and its children; 0 in a sandbox, whose processes all end with it.
    private let mark: UInt32
    private let started: Int64
    private let begun: Double
    private let timeLimit: Double?
    private var state = State.gone
    private var how: CommandEnd.How?
    private var log: CommandLog
    /// New output since the last call, if the pool follows its programs.
    private(set) var news: [UInt8] = []
    private let isFollowed: Bool
    private var cpu = 0.0
    private var peak: UInt64 = 0
    /// When to measure again what it and its children use.
    private var nextLook = Double.infinity
    private let folder: String
    private let device: dev_t
    /// Bytes that it and its children may have on the disk together, and the size of its folder at the start.
    private let disk: UInt64
    private let laid: UInt64

    init(
        job: Int, _ command: Command, _ call: Call, folder: String, input: Int32,
        isFollowed: Bool = false
    ) throws(ProgramProblem) {
        self.job = job
        self.command = command
        // Any number that no other running program of ours has.
        mark = call.sandboxArguments == nil ? UInt32(truncatingIfNeeded: job) % 400_000 + 1 : 0
        self.isFollowed = isFollowed
        log = CommandLog(without: command.secrets)
        isSandboxed = call.sandboxArguments != nil
        begun = monotonicSeconds()
        self.folder = folder
        var place = stat()
        device = stat(folder, &place) == 0 ? place.st_dev : 0
        disk = command.disk ?? Self.room(in: folder)
        // In a sandbox inputs lie elsewhere or are read-only.
        laid = isSandboxed ? 0 : csystem_tree_bytes(folder, nil)
        timeLimit = command.timeout.flatMap { $0.isFinite ? max(0, $0) : nil }
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        started = Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)

        func problem(_ code: Int32) -> ProgramProblem {
            .cannotStart(node: command.node, program: command.program, reason: message(code))
        }
        // Closed at the end in any case.
        var ours: [Int32] = []
        defer { for descriptor in ours { close(descriptor) } }
        var pipe: [Int32] = [-1, -1], told: [Int32] = [-1, -1], words: Int32 = -1, filter: Int32 = -1
        (pid, pidfd, output) = (0, -1, -1)
        var code = csystem_pipe(&pipe)
        guard code == 0 else { throw problem(-code) }
        ours.append(pipe[1])
        var arguments = command.arguments
        if let bytes = call.sandboxArguments {
            code = csystem_pipe(&told)
            words = code == 0 ? bytes.withUnsafeBytes { csystem_memory_file($0.baseAddress, $0.count) } : -1
            if code == 0 { ours.append(told[1]) }
            if words >= 0 { ours.append(words) }
            guard code == 0, words >= 0 else {
                for end in [pipe[0], told[0]] where end >= 0 { close(end) }
                throw problem(code == 0 ? -words : -code)
            }
            // Without a slash exec would search PATH.
            let program = command.program.utf8.contains(UInt8(ascii: "/")) ? command.program : "./" + command.program
            filter = csystem_call_filter()
            guard filter >= 0 || filter == -ENOSYS else {
                for end in [pipe[0], told[0]] where end >= 0 { close(end) }
                throw problem(-filter)
            }
            if filter >= 0 { ours.append(filter) }
            arguments =
                ["bwrap", "--args", "3", "--info-fd", "4"] + (filter >= 0 ? ["--seccomp", "5"] : [])
                + ["--", program] + arguments.dropFirst()
        }
        guard let argv = CStrings(arguments), let envp = CStrings(call.environment) else {
            for end in [pipe[0], told[0]] where end >= 0 { close(end) }
            throw .cannotStart(
                node: command.node, program: command.program,
                reason: "an argument or a variable contains a NUL byte")
        }
        pid = call.program.withCString { path in
            folder.withCString { folder in
                var program = csystem_program()
                program.path = path
                program.argv = UnsafePointer(argv.pointers)
                program.envp = UnsafePointer(envp.pointers)
                program.folder = folder
                program.in = input
                program.out = pipe[1]
                program.err = pipe[1]
                program.extra = (words, told[1], filter)
                // bubblewrap creates its own session.
                program.has_session = call.sandboxArguments == nil ? 1 : 0
                program.is_shut_out = 1
                program.has_limits = 1
                program.cpu_seconds = Self.seconds(command.cpuTime)
                program.memory_bytes = command.memory ?? 0
                program.file_bytes = disk
                program.mark = mark
                return csystem_start(&program)
            }
        }
        guard pid > 0 else {
            for end in [pipe[0], told[0]] where end >= 0 { close(end) }
            throw problem(-pid)
        }
        state = .running
        (output, info) = (pipe[0], told[0])
        for end in [output, info] where end >= 0 { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        pidfd = csystem_pidfd(pid)
        nextLook = begun + Self.firstLook(command)
    }

    /// Programs with a limit are measured often; others now and then, to find one that forks without end.
    private static func firstLook(_ command: Command) -> Double {
        command.memory != nil || command.cpuTime != nil || command.disk != nil ? 0.1 : 2
    }

    /// The disk limit of a program that declares none: a tenth of the free space stays free.
    private static func room(in folder: String) -> UInt64 {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return Command.usualDisk }
        let free = UInt64(status.f_bavail) &* UInt64(status.f_frsize)
        return min(Command.usualDisk, max(1 << 20, free / 10 * 9))
    }

    deinit { kill() }

    /// Rounded up to whole seconds, the kernel's unit; 0: no limit.
    private static func seconds(_ time: Double?) -> UInt64 {
        guard let time, time > 0 else { return 0 }
        return time < 1e9 ? UInt64(time.rounded(.up)) : 0
    }

    var isGone: Bool { if case .gone = state { true } else { false } }

    /// Monotonic time at which `advance` has something to do.
    var deadline: Double? {
        let timed: Double? =
            switch state {
            case .running: min(nextLook, timeLimit.map { begun + $0 } ?? .infinity)
            case .asked(let until): until
            case .draining: monotonicSeconds() + (pidfd < 0 ? 0.001 : 0.05)
            case .ended, .gone: 0
            }
        if pidfd >= 0 { return timed }
        return min(timed ?? .infinity, monotonicSeconds() + 0.005)
    }

    func readOutput(_ buffer: inout [UInt8]) {
        guard output >= 0 else { return }
        // A program that prints faster than we read must not block the others.
        for _ in 0..<64 {
            let count = read(output, &buffer, buffer.count)
            if count < 0 {
                if errno == EINTR { continue }
                if errno == EAGAIN { return }
            }
            guard count > 0 else {
                close(output)
                output = -1
                return
            }
            let kept = buffer.withUnsafeBytes { log.add(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            if isFollowed { news += kept }
            if count < buffer.count { return }
        }
    }

    /// Checks whether it has ended, and enforces its limits.
    func advance(_ now: Double, hasEnded: Bool, patience: Double) {
        if hasEnded || pidfd < 0 { reap(now) }
        switch state {
        case .running:
            if let timeLimit, now >= begun + timeLimit { how = .timedOut } else if now >= nextLook { how = excess(now) }
            guard how != nil else { return }
            signal(SIGTERM)
            state = .asked(until: now + patience)
        case .asked(let until) where now >= until:
            signal(SIGKILL)
            state = .asked(until: .infinity)
        case .draining(let until):
            if now >= until || (!isSandboxed && !isGroupAlive) { state = .ended }
        default: return
        }
    }

    /// The limit that it and its children have reached; nil: none.
    private func excess(_ now: Double) -> CommandEnd.How? {
        let tree = ProcessTree(of: pid, session: !isSandboxed), taken = monotonicSeconds() - now
        // Measuring many processes takes time: at most a tenth of ours.
        nextLook = now + max(Self.firstLook(command) * 2, taken * 10)
        if tree.processes.count > ProcessTree.mostProcesses { return .tooManyProcesses }
        if let limit = command.cpuTime, tree.cpu > limit + 1 { return .usedUpCPU }
        let written = self.written(tree)
        if written > disk { return .usedUpDisk(written, limit: disk) }
        if let limit = command.memory {
            let used = tree.memory(limit: limit, isSandboxed: isSandboxed)
            if used > limit { return .usedUpMemory(used) }
        }
        return nil
    }

    /// Bytes on the disk, plus files in memory if no memory limit counts them.
    private func written(_ tree: ProcessTree) -> UInt64 {
        let named = csystem_tree_bytes(folder, isSandboxed ? Command.staged : nil)
        guard named < UInt64.max else { return named }
        let shared = isSandboxed && command.memory == nil ? tree.sharedFiles : 0
        return named - min(named, laid) + tree.nameless(on: device) + shared
    }

    private func reap(_ now: Double) {
        var status: Int32 = 0, time = 0.0, memory: UInt64 = 0
        if case .draining = state {
            // When the first process of a sandbox is gone, all are.
            guard isSandboxed, csystem_reap(pid, &status, &time, &memory) != 0 else { return }
            cpu += time
            peak = max(peak, memory)
            state = .ended
            return
        }
        // Until it is reaped no other process can get its pid.
        if pidfd >= 0 { signal(SIGKILL) }
        let found = csystem_reap(pid, &status, &time, &memory)
        guard found != 0 else { return }
        if pidfd < 0 { signal(SIGKILL) }
        if found > 0 { (cpu, peak) = (time, memory) }
        if how == nil { how = meaning(status) }
        if isSandboxed {
            let first = firstInSandbox()
            if pidfd >= 0 { close(pidfd) }
            pidfd = first > 1 ? csystem_pidfd(first) : -1
            pid = first
            state = first > 1 ? .draining(until: now + 2) : .ended
        } else {
            // Processes that left the group, as daemons do, have become our children by now.
            _ = csystem_kill_marked(mark)
            state = isGroupAlive ? .draining(until: now + 0.05) : .ended
            if pidfd >= 0 { close(pidfd) }
            pidfd = -1
        }
    }

    /// Whether any of its children is left once it has been reaped.
    private var isGroupAlive: Bool {
        // Orphans that no other process waits for have become our children.
        while waitpid(-pid, nil, WNOHANG) > 0 {}
        return Glibc.kill(-pid, 0) == 0
    }

    /// bubblewrap reports `"child-pid": 123`.
    private func firstInSandbox() -> Int32 {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = info < 0 ? 0 : max(0, read(info, &bytes, bytes.count))
        let words = bytes[..<count].split {
            !(0x30...0x39).contains($0) && $0 != UInt8(ascii: "-") && !(0x61...0x7A).contains($0)
        }
        guard let name = words.firstIndex(where: { $0.elementsEqual("child-pid".utf8) }), name + 1 < words.endIndex
        else { return 0 }
        return Int32(String(decoding: words[name + 1], as: UTF8.self)) ?? 0
    }

    private func meaning(_ status: Int32) -> CommandEnd.How {
        let number = status & 0x7F, code = (status >> 8) & 0xFF
        // A shell or bubblewrap reports a child's signal in this form.
        if command.cpuTime != nil && (number == SIGXCPU || code == 128 + SIGXCPU) { return .usedUpCPU }
        if number == SIGXFSZ || code == 128 + SIGXFSZ { return .usedUpDisk(disk, limit: disk) }
        if number != 0 { return .signal(number) }
        if isSandboxed && code > 128 && code <= 128 + 64 { return .signal(code - 128) }
        return .exit(code)
    }

    /// How it ended; nil until it has ended and all its output is read.
    func conclude(_ buffer: inout [UInt8]) -> CommandEnd? {
        guard case .ended = state else { return nil }
        readOutput(&buffer)
        let kept = log.end()
        if isFollowed { news += kept }
        shut()
        return CommandEnd(
            how: how ?? .signal(SIGKILL), log: log.bytes, cpu: cpu, peakMemory: peak, started: started,
            wasSandboxed: isSandboxed)
    }

    func takeNews() -> [UInt8] {
        defer { news = [] }
        return news
    }

    /// Signals it and its children.
    func signal(_ number: Int32) {
        switch state {
        case .running, .asked: _ = Glibc.kill(-pid, number)
        default: return
        }
    }

    /// Kills it at once.
    func kill() {
        switch state {
        case .gone: return
        case .running, .asked, .draining:
            signal(SIGKILL)
            let end = monotonicSeconds() + 2
            while !isGone {
                var list = [pollfd(fd: pidfd, events: Int16(POLLIN), revents: 0)]
                let count = poll(&list, 1, pidfd < 0 ? 1 : 100), now = monotonicSeconds()
                advance(now, hasEnded: count > 0, patience: 0)
                if case .ended = state { break }
                // The kernel may be unable to end it, for example if a file system does not answer.
                if now > end { break }
            }
        case .ended: break
        }
        shut()
    }

    private func shut() {
        for descriptor in [output, pidfd, info] where descriptor >= 0 { close(descriptor) }
        (output, pidfd, info) = (-1, -1, -1)
        state = .gone
    }
}
