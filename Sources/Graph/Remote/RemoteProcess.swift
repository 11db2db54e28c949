// The running vgraph-remote: lines of JSON in and out, without blocking. It may crash, hang or print anything: the
// caller learns why it is gone and goes on without it. Must not know what is asked, and no network.
import CSystem
import Glibc
import Processes
import Remotes
import Work
import Workers

final class RemoteProcess {
    private let child: PipedChild
    private var incoming: [UInt8] = []
    private var scanned = 0
    /// When it last wrote a line or used the processor, its use then, and when it last wrote a line.
    private var alive = monotonicSeconds(), cpu = 0.0, heard = monotonicSeconds()
    private var looked = monotonicSeconds()

    /// A record names its blobs: a folder of ten thousand files is a line of some megabytes.
    private static let longestLine = 64 << 20

    /// - Throws: why it cannot be started.
    init(_ command: [String]) throws(PipedChild.StartFailure) { child = try PipedChild(command, isShutOut: true) }

    // MARK: Lines

    /// Bytes that it has not taken yet.
    var backlog: Int { child.backlog }

    func send(_ request: RemoteRequest) {
        guard let line = try? JSONForm.line.bytes(of: request) else { return }
        child.send(line)
    }

    /// Adds the three descriptors to poll.
    func descriptors(into list: inout [pollfd]) {
        list.append(pollfd(fd: child.output, events: Int16(POLLIN), revents: 0))
        list.append(pollfd(fd: child.errors, events: Int16(POLLIN), revents: 0))
        list.append(pollfd(fd: backlog > 0 ? child.input : -1, events: Int16(POLLOUT), revents: 0))
    }

    /// What it said since the last call, and why it is of no more use; nil: it is.
    func handle(_ list: ArraySlice<pollfd>) -> (replies: [RemoteReply], fault: String?) {
        let first = list.startIndex
        guard list.count >= 3 else { return ([], nil) }
        if list[first + 1].revents != 0 { child.readErrors() }
        if list[first + 2].revents != 0 { child.write() }
        guard list[first].revents != 0 else { return ([], nil) }
        var replies: [RemoteReply] = [], buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(child.output, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            if count < 0 && errno == EAGAIN { return (replies, nil) }
            guard count > 0 else { return (replies, end(patience: 0.1)) }
            heard = monotonicSeconds()
            alive = heard
            incoming.append(contentsOf: buffer[..<count])
            var start = 0
            while let end = incoming[scanned...].firstIndex(of: 0x0A) {
                guard let reply = RemoteReply.read(incoming[start..<end]) else {
                    let words = PipedChild.printable(incoming[start..<end].prefix(200))
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

    // MARK: Its end

    /// From now on it owes an answer.
    func watch() { (alive, heard, looked) = (monotonicSeconds(), monotonicSeconds(), monotonicSeconds()) }

    /// Why one that owes an answer must be ended; nil: it makes progress. It has its own time limits for servers, so
    /// this finds only one that stands still, or that works and never answers.
    func overdue(_ patience: Double) -> String? {
        let now = monotonicSeconds()
        guard now - looked >= min(1, patience / 4) else { return nil }
        let used = csystem_cpu_seconds(child.pid)
        // If we have not looked for long, we were probably stopped ourselves.
        if used > cpu + 0.001 || now - looked > 5 { alive = now }
        (looked, cpu) = (now, max(cpu, used))
        if now - alive > patience { return "did nothing for \(Int(patience.rounded(.up))) s" }
        return now - heard > patience * 20 ? "answered nothing for \(Int(now - heard)) s" : nil
    }

    /// Waits for a process that is ending and kills it after `patience` seconds. Returns how it ended.
    @discardableResult
    func end(patience: Double = 0) -> String {
        guard let end = child.end(patience: patience) else { return "ended" }
        return end.words + (child.lastLines(1).first.map { ": " + $0 } ?? "")
    }
}
