// One worker: its own process group, lines of JSON in and out, and its last error output. Must not know what it works
// on.
import CSystem
import Diagnostics
import FoundationEssentials
import Glibc
import Processes
import Work

package enum WorkerEvent {
    case progress(job: Int, Reply.Progress)
    case outcome(job: Int, Outcome, cpu: Double)
    case failure(job: Int, [Diagnostic], cpu: Double)
    /// It is gone: it ended, or we ended it. `how` reads after "the worker".
    case died(job: Int, how: String, stderr: [String])
    /// It answered with `line`, which is not a reply, and was killed.
    case garbage(job: Int, line: String)
}

final class WorkerProcess {
    let pid: Int32
    /// -1: this kernel has no pidfd; then the end of its output tells.
    let pidfd: Int32
    private(set) var input: Int32
    let output: Int32
    let errors: Int32
    private(set) var job: Int?
    /// The last job that it got.
    private(set) var lastJob: Int?
    /// Its program and arguments.
    let command: [String]
    private var cpuBefore = 0.0
    private var outgoing: ArraySlice<UInt8> = []
    private var incoming: [UInt8] = []
    private var scanned = 0
    private var lastWords: [UInt8] = []
    private(set) var isGone = false
    private var watch = WorkerWatch()

    /// A longer line is not accepted as a reply.
    static let longestLine = 64 << 20
    static let longestLastWords = 16 << 10

    init(path: String, arguments: [String] = []) throws(BuildProblem) {
        command = [path] + arguments
        var pipes = [Int32](repeating: -1, count: 6)
        for index in stride(from: 0, to: 6, by: 2) {
            // A socket for its input, so that writing to a dead worker is an error and not SIGPIPE.
            let made = pipes.withUnsafeMutableBufferPointer {
                index == 0 ? csystem_socket_pair($0.baseAddress!) : csystem_pipe($0.baseAddress! + index)
            }
            if made != 0 {
                let reason = String(cString: strerror(-made)).lowercased()
                for fd in pipes where fd >= 0 { close(fd) }
                throw .workerMissing(path: path, reason: reason)
            }
        }
        let pid = Self.spawn(command, pipes)
        for fd in [pipes[0], pipes[3], pipes[5]] { close(fd) }
        (input, output, errors) = (pipes[1], pipes[2], pipes[4])
        self.pid = pid
        guard pid > 0 else {
            pidfd = -1
            isGone = true
            for fd in [input, output, errors] { close(fd) }
            throw .workerMissing(path: path, reason: String(cString: strerror(-pid)).lowercased())
        }
        pidfd = csystem_pidfd(pid)
        for fd in [input, output, errors] { _ = fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) }
    }

    deinit {
        if !isGone { end() }
    }

    private static func spawn(_ command: [String], _ pipes: [Int32]) -> Int32 {
        var environment: [String] = ["SWIFT_BACKTRACE=enable=no"]
        var variable = environ
        while let text = variable.pointee {
            if strncmp(text, "SWIFT_BACKTRACE=", 16) != 0 { environment.append(String(cString: text)) }
            variable += 1
        }
        guard let argv = CStrings(command), let envp = CStrings(environment) else { return -EINVAL }
        return command[0].withCString { path in
            var program = csystem_program()
            program.path = path
            program.argv = UnsafePointer(argv.pointers)
            program.envp = UnsafePointer(envp.pointers)
            (program.in, program.out, program.err) = (pipes[0], pipes[3], pipes[5])
            program.extra = (-1, -1, -1)
            program.has_limits = 1
            program.memory_bytes = WorkerWatch.memory
            return csystem_start(&program)
        }
    }

    var wantsToWrite: Bool { !outgoing.isEmpty }

    func start(_ work: Job) throws(BuildProblem) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let line = try? encoder.encode(work) else {
            throw .stageThrew(node: work.node, error: "cannot write its job as JSON")
        }
        job = work.id
        lastJob = work.id
        lastWords = []
        cpuBefore = max(0, csystem_cpu_seconds(pid))
        watch = WorkerWatch(pid, cpu: cpuBefore, cpuLimit: work.cpuLimit)
        outgoing = (Array(line) + [0x0A])[...]
        write()
    }

    func write() {
        while !outgoing.isEmpty {
            let count = outgoing.withUnsafeBytes { send(input, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0 {
                if errno == EINTR { continue }
                // A worker that reads no more is dead, which the next event reports.
                if errno != EAGAIN { outgoing = [] }
                return
            }
            outgoing = outgoing.dropFirst(count)
        }
    }

    /// Reads its output and turns whole lines into events. `isEnd`: the process has closed its output.
    func readOutput() -> (events: [WorkerEvent], isEnd: Bool) {
        var events: [WorkerEvent] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(output, &buffer, buffer.count)
            if count < 0 {
                if errno == EINTR { continue }
                return (events, errno != EAGAIN)
            }
            if count == 0 { return (events, true) }
            incoming.append(contentsOf: buffer[..<count])
            while let end = incoming[scanned...].firstIndex(of: 0x0A) {
                if let event = event(incoming[..<end]) { events.append(event) }
                incoming.removeSubrange(...end)
                scanned = 0
                if case .garbage = events.last { return (events, false) }
            }
            scanned = incoming.count
            if incoming.count > Self.longestLine, let event = garbage(incoming[...]) {
                return (events + [event], false)
            }
        }
    }

    private func event(_ line: ArraySlice<UInt8>) -> WorkerEvent? {
        guard let job else { return nil }
        guard let reply = try? JSONDecoder().decode(Reply.self, from: Data(line)), reply.id == job else {
            return garbage(line)
        }
        let cpu = max(0, csystem_cpu_seconds(pid) - cpuBefore)
        switch (reply.progress, reply.outcome, reply.failure) {
        case (let progress?, nil, nil):
            watch.gotOn(pid)
            return .progress(job: job, progress)
        case (nil, let outcome?, nil):
            self.job = nil
            return .outcome(job: job, outcome, cpu: cpu)
        case (nil, nil, let failure?):
            self.job = nil
            return .failure(job: job, failure, cpu: cpu)
        default: return garbage(line)
        }
    }

    private func garbage(_ line: ArraySlice<UInt8>) -> WorkerEvent? {
        guard let job else { return nil }
        self.job = nil
        return .garbage(job: job, line: Self.printable(line.prefix(200)))
    }

    func readErrors() {
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let count = read(errors, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            lastWords.append(contentsOf: buffer[..<count])
            if lastWords.count > Self.longestLastWords {
                lastWords.removeFirst(lastWords.count - Self.longestLastWords)
            }
        }
    }

    private static func printable(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }, as: UTF8.self)
    }

    /// The last lines it wrote to standard error.
    var stderr: [String] { lastWords.split(separator: 0x0A).suffix(5).map { Self.printable($0.prefix(400)) } }

    func signal(_ number: Int32) { if !isGone { kill(-pid, number) } }

    /// Why a busy worker must be ended, reading after "the worker"; nil: it makes progress.
    func overdue(_ now: Double) -> String? { job == nil || isGone ? nil : watch.overdue(pid, now) }

    /// Waits for a process that is ending and kills it after `patience` seconds. Returns how it ended.
    @discardableResult
    func end(patience: Double = 0) -> String {
        guard !isGone else { return "ended" }
        isGone = true
        var status: Int32 = 0, wasKilled = false, used = 0.0, peak: UInt64 = 0
        var rest = patience
        while csystem_reap(pid, &status, &used, &peak) == 0 {
            if rest <= 0 {
                wasKilled = true
                kill(-pid, SIGKILL)
                while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
                break
            }
            usleep(1000)
            rest -= 0.001
        }
        // Ends its children too.
        kill(-pid, SIGKILL)
        readErrors()
        for fd in [input, output, errors, pidfd] where fd >= 0 { close(fd) }
        if wasKilled { return "closed its output but did not end" }
        let number = status & 0x7F
        if number == 0 { return "ended with status \((status >> 8) & 0xFF)" }
        // A failed allocation ends a Swift process like any other trap, so its peak memory must tell.
        let isFull = peak > WorkerWatch.memory / 2
        let most = WorkerWatch.memory >> 20
        let memory = isFull ? "; it used \(peak >> 20) MB of the \(most) MB of memory that a worker may use" : ""
        return "was killed by \(signalName(number))\(memory)"
    }
}
