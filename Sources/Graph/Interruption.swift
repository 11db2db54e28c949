// Somebody wants the build to end: Ctrl-C, SIGTERM, or another thread.
import CSystem
import Glibc

public final class Interruption: Sendable {
    /// Polls readable once interrupted.
    let readable: Int32
    private let writable: Int32

    /// nil: the process has no descriptor left.
    public init?() {
        var ends: [Int32] = [-1, -1]
        guard csystem_pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        (readable, writable) = (ends[0], ends[1])
    }

    deinit {
        close(readable)
        close(writable)
    }

    /// From any thread, any number of times.
    public func trigger() {
        var byte: UInt8 = 0
        _ = write(writable, &byte, 1)
    }

    /// While `body` runs, SIGINT and SIGTERM end in this interruption and SIGPIPE in an error of `write`.
    func catchingSignals<T, E: Error>(_ body: () throws(E) -> T) throws(E) -> T {
        csystem_catch_interrupts(writable)
        defer { csystem_release_interrupts() }
        return try body()
    }
}
