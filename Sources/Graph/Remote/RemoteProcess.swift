// The running vgraph-remote: lines of JSON in and out, without blocking. It may crash, hang or print anything: the
// caller learns why it is gone and goes on without it. Must not know what is asked, and no network.
import CSystem
import FoundationEssentials
import Glibc
import Processes
import Remotes

final class RemoteProcess {
    private let pid: Int32
    private let input: Int32
    private let output: Int32
    private let errors: Int32
    private var outgoing: [UInt8] = []
    private var sent = 0
    private var incoming: [UInt8] = []
    private var scanned = 0
    private var lastWords: [UInt8] = []
    private var isGone = false
    /// When it last wrote a line or used the processor, its use then, and when it last wrote a line.
    private var alive = monotonicSeconds(), cpu = 0.0, heard = monotonicSeconds()
    private var looked = monotonicSeconds()

    /// A record names its blobs: a folder of ten thousand files is a line of some megabytes.
    private static let longestLine = 64 << 20

    /// - Throws: why it cannot be started.
    init(_ command: [String]) throws(StartFailure) {
        var pipes = [Int32](repeating: -1, count: 6)
        for index in stride(from: 0, to: 6, by: 2) {
            // A socket for its input, so that writing to a dead process is an error and not SIGPIPE.
            let made = pipes.withUnsafeMutableBufferPointer {
                index == 0 ? csystem_socket_pair($0.baseAddress!) : csystem_pipe($0.baseAddress! + index)
            }
            guard made != 0 else { continue }
            for descriptor in pipes where descriptor >= 0 { close(descriptor) }
            throw StartFailure(why: String(cString: strerror(-made)).lowercased())
        }
        let pid = Self.spawn(command, pipes)
        for descriptor in [pipes[0], pipes[3], pipes[5]] { close(descriptor) }
        (input, output, errors) = (pipes[1], pipes[2], pipes[4])
        self.pid = pid
        guard pid > 0 else {
            isGone = true
            for descriptor in [input, output, errors] { close(descriptor) }
            throw StartFailure(why: String(cString: strerror(-pid)).lowercased())
        }
        for descriptor in [input, output, errors] {
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        }
    }

    struct StartFailure: Error { var why: String }

    deinit { end() }

    private static func spawn(_ command: [String], _ pipes: [Int32]) -> Int32 {
        var environment = ["SWIFT_BACKTRACE=enable=no"], variable = environ
        while let text = variable.pointee {
            if strncmp(text, "SWIFT_BACKTRACE=", 16) != 0 { environment.append(String(cString: text)) }
            variable += 1
        }
        guard let path = command.first, let argv = CStrings(command), let envp = CStrings(environment) else {
            return -EINVAL
        }
        return path.withCString { path in
            var program = csystem_program()
            program.path = path
            program.argv = UnsafePointer(argv.pointers)
            program.envp = UnsafePointer(envp.pointers)
            (program.in, program.out, program.err) = (pipes[0], pipes[3], pipes[5])
            program.extra = (-1, -1, -1)
            program.is_shut_out = 1
            return csystem_start(&program)
        }
    }

    // MARK: Lines

    /// Bytes that it has not taken yet.
    var backlog: Int { outgoing.count - sent }

    func send(_ request: RemoteRequest) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let line = try? encoder.encode(request) else { return }
        outgoing.append(contentsOf: line)
        outgoing.append(0x0A)
        write()
    }

    private func write() {
        while sent < outgoing.count {
            let count = outgoing[sent...].withUnsafeBytes {
                Glibc.send(input, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0 {
                if errno == EINTR { continue }
                // A process that reads no more is dead, which the end of its output tells.
                if errno != EAGAIN { sent = outgoing.count }
                break
            }
            sent += count
        }
        if sent == outgoing.count || sent > 1 << 20 {
            outgoing.removeFirst(sent)
            sent = 0
        }
    }

    /// Adds the three descriptors to poll.
    func descriptors(into list: inout [pollfd]) {
        list.append(pollfd(fd: output, events: Int16(POLLIN), revents: 0))
        list.append(pollfd(fd: errors, events: Int16(POLLIN), revents: 0))
        list.append(pollfd(fd: backlog > 0 ? input : -1, events: Int16(POLLOUT), revents: 0))
    }

    /// What it said since the last call, and why it is of no more use; nil: it is.
    func handle(_ list: ArraySlice<pollfd>) -> (replies: [RemoteReply], fault: String?) {
        let first = list.startIndex
        guard list.count >= 3 else { return ([], nil) }
        if list[first + 1].revents != 0 { readErrors() }
        if list[first + 2].revents != 0 { write() }
        guard list[first].revents != 0 else { return ([], nil) }
        var replies: [RemoteReply] = [], buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(output, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            if count < 0 && errno == EAGAIN { return (replies, nil) }
            guard count > 0 else { return (replies, end(patience: 0.1)) }
            heard = monotonicSeconds()
            alive = heard
            incoming.append(contentsOf: buffer[..<count])
            var start = 0
            while let end = incoming[scanned...].firstIndex(of: 0x0A) {
                guard let reply = try? JSONDecoder().decode(RemoteReply.self, from: Data(incoming[start..<end])) else {
                    let words = Self.printable(incoming[start..<end].prefix(200))
                    return (replies, "answered with a line that is not a reply: \(words)")
                }
                replies.append(reply)
                (start, scanned) = (end + 1, end + 1)
            }
            incoming.removeFirst(start)
            scanned = incoming.count
            if incoming.count > Self.longestLine { return (replies, "answered with a line without an end") }
        }
    }

    private func readErrors() {
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let count = read(errors, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            lastWords.append(contentsOf: buffer[..<count])
            if lastWords.count > 16 << 10 { lastWords.removeFirst(lastWords.count - (16 << 10)) }
        }
    }

    private static func printable(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }, as: UTF8.self)
    }

    // MARK: Its end

    /// From now on it owes an answer.
    func watch() { (alive, heard, looked) = (monotonicSeconds(), monotonicSeconds(), monotonicSeconds()) }

    /// Why one that owes an answer must be ended; nil: it makes progress. It has its own time limits for servers, so this
    /// finds only one that stands still, or that works and never answers.
    func overdue(_ patience: Double) -> String? {
        let now = monotonicSeconds()
        guard now - looked >= min(1, patience / 4) else { return nil }
        let used = csystem_cpu_seconds(pid)
        // If we have not looked for long, we were probably stopped ourselves.
        if used > cpu + 0.001 || now - looked > 5 { alive = now }
        (looked, cpu) = (now, max(cpu, used))
        if now - alive > patience { return "did nothing for \(Int(patience.rounded(.up))) s" }
        return now - heard > patience * 20 ? "answered nothing for \(Int(now - heard)) s" : nil
    }

    /// Waits for a process that is ending and kills it after `patience` seconds. Returns how it ended.
    @discardableResult
    func end(patience: Double = 0) -> String {
        guard !isGone else { return "ended" }
        isGone = true
        var status: Int32 = 0, wasKilled = false, used = 0.0, peak: UInt64 = 0, rest = patience
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
        kill(-pid, SIGKILL)
        readErrors()
        for descriptor in [input, output, errors] { close(descriptor) }
        let number = status & 0x7F
        let how =
            wasKilled
            ? "closed its output but did not end"
            : number == 0
                ? "ended with status \((status >> 8) & 0xFF)" : "was killed by \(signalName(number))"
        let last = lastWords.split(separator: 0x0A).last.map { ": " + Self.printable($0.prefix(400)) }
        return how + (last ?? "")
    }
}
