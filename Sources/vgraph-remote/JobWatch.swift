// Tells the server to end an action that nobody waits for any more, because vgraph was interrupted, ended the job or is
// gone, and ends this process. Must not know what an action does.
import CSystem
import Files
import Glibc
import Remotes

final class JobWatch: Sendable {
    private struct State {
        var isWorking = false
        /// Whether the server was asked to run an action, and the name that it gave it.
        var isAsked = false
        var operation = ""
        var isEnding = false
    }
    private let state = Guarded(State())
    private let cancel: @Sendable (String) -> Void

    /// Call it before the first thread is made: threads inherit what is blocked.
    static func prepare() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        // A vgraph that was killed takes its children along, but for one that has a server to tell.
        csystem_outlive_parent()
    }

    /// - Parameter cancel: tells the server, in seconds.
    init(cancel: @escaping @Sendable (String) -> Void) {
        self.cancel = cancel
        do throws(SystemFailure) { try watch() } catch { refuse("no thread can be started: \(error.words)") }
    }

    private func watch() throws(SystemFailure) {
        try startThread { [self] in
            var signals = sigset_t(), number: Int32 = 0
            sigemptyset(&signals)
            sigaddset(&signals, SIGTERM)
            while sigwait(&signals, &number) != 0 {}
            end(128 + SIGTERM)
        }
        try startThread { [self] in
            // Jobs come through a socket, or a pipe of a test: either says when its other end is gone.
            var input = pollfd(fd: 0, events: Int16(POLLRDHUP), revents: 0)
            let ends = Int16(POLLRDHUP | Int32(POLLHUP) | Int32(POLLERR))
            while true {
                _ = poll(&input, 1, -1)
                if input.revents & ends != 0 {
                    // Between jobs the loop that reads them ends.
                    if state.withLock({ $0.isWorking }) { end(1) }
                    usleep(20_000)
                }
            }
        }
    }

    func begin() { state.withLock { $0 = State(isWorking: true, isEnding: $0.isEnding) } }
    func end() { state.withLock { $0 = State(isEnding: $0.isEnding) } }

    /// - Returns: false: no action may be asked for any more.
    func ask() -> Bool {
        state.withLock {
            ($0.isAsked, $0.operation) = (!$0.isEnding, "")
            return !$0.isEnding
        }
    }

    func note(_ operation: String) { state.withLock { $0.operation = operation } }

    private func end(_ status: Int32) {
        let isFirst = state.withLock { state in
            defer { state.isEnding = true }
            return !state.isEnding
        }
        guard isFirst else { return }
        // An action that was just asked for has no name yet.
        for _ in 0..<50 where state.withLock({ $0.isAsked && $0.operation.isEmpty }) { usleep(10_000) }
        let operation = state.withLock { $0.operation }
        if !operation.isEmpty { cancel(operation) }
        _exit(status)
    }
}

/// <poll.h> has it for GNU sources alone.
private let POLLRDHUP: Int32 = 0x2000
