// Waiting for what happens, instead of for a time: no longer than needed, and with a name when it never happens.
import Glibc

/// Returns as soon as `condition` holds; throws when it does not within `seconds`.
public func until(_ what: String, within seconds: Double = 30, _ condition: () throws -> Bool) throws {
    let deadline = monotonicNow() + seconds
    while try !condition() {
        guard monotonicNow() < deadline else { throw NeverHappened(what: what, why: "not within \(seconds) s") }
        usleep(2000)
    }
}

public struct NeverHappened: Error, CustomStringConvertible {
    var what, why: String
    public var description: String { "never: \(what): \(why)" }
}

func monotonicNow() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
