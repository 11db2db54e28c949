// A request to end a build: Ctrl-C, SIGTERM, another thread, or an alarm.
import CSystem
import Glibc

public final class Interruption: Sendable {
    /// Polls readable once interrupted.
    let readable: Int32
    private let writable: Int32
    let alarm: Alarm?

    /// Another reason to end a build: a descriptor to poll, and a function that decides whether to end once it is
    /// readable. Called only on the build's own thread, so it need not be safe to share.
    public struct Alarm: @unchecked Sendable {
        let descriptor: Int32
        let matters: () -> Bool
        public init(descriptor: Int32, matters: @escaping () -> Bool) {
            self.descriptor = descriptor
            self.matters = matters
        }
    }

    /// nil: the process has no descriptor left.
    public init?(alarm: Alarm? = nil) {
        self.alarm = alarm
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

    /// Whether the process should end; an alarm does not count.
    public var isTriggered: Bool { Self.isReadable(readable) }

    var isRaised: Bool {
        if isTriggered { return true }
        guard let alarm, Self.isReadable(alarm.descriptor) else { return false }
        return alarm.matters()
    }

    private static func isReadable(_ descriptor: Int32) -> Bool {
        var list = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
        return poll(&list, 1, 0) > 0
    }

    /// Waits until triggered, until `other` is readable, or for a time. Returns whether `other` is readable. For use
    /// between builds.
    /// - Parameter seconds: nil: for ever.
    public func wait(or other: Int32, seconds: Double?) -> Bool {
        var list = [
            pollfd(fd: readable, events: Int16(POLLIN), revents: 0),
            pollfd(fd: other, events: Int16(POLLIN), revents: 0),
        ]
        let limit = seconds.map { Int32(min(max(0, $0 * 1000).rounded(.up), 1e9)) } ?? -1
        return poll(&list, 2, limit) > 0 && list[1].revents != 0
    }

    /// While `body` runs, SIGINT and SIGTERM end in this interruption and SIGPIPE in an error of `write`.
    public func catchingSignals<T, E: Error>(_ body: () throws(E) -> T) throws(E) -> T {
        csystem_catch_interrupts(writable)
        defer { csystem_release_interrupts() }
        return try body()
    }
}
