// Seconds that a part of a job's work takes, on its own thread.
import Glibc

public struct WorkTime: Sendable {
    public private(set) var wall = 0.0, cpu = 0.0

    public init() {}

    public mutating func count(_ work: () -> Void) {
        let start = Self.now(CLOCK_MONOTONIC), before = Self.now(CLOCK_THREAD_CPUTIME_ID)
        work()
        wall += Self.now(CLOCK_MONOTONIC) - start
        cpu += Self.now(CLOCK_THREAD_CPUTIME_ID) - before
    }

    /// This without a part of it.
    public func without(_ part: WorkTime) -> WorkTime {
        var rest = WorkTime()
        rest.wall = max(0, wall - part.wall)
        rest.cpu = max(0, cpu - part.cpu)
        return rest
    }

    private static func now(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
