// libav selects its loops by CPU features, and sums of floats differ in their last bits between SSE, AVX and plain C.
// Sound costs little time, so it is decoded, resampled and encoded in plain C for equal bytes on every machine.
import CFFmpeg
import Synchronization

enum PortableArithmetic {
    private static let users = Mutex(0)

    /// Codecs and resamplers opened inside `body` use plain C for their whole life. libav's switch applies to the whole
    /// process while `body` runs, which may slow down others but never makes them wrong.
    static func during<T>(_ body: () throws -> T) rethrows -> T {
        users.withLock { count in
            if count == 0 { av_force_cpu_flags(0) }
            count += 1
        }
        defer {
            users.withLock { count in
                count -= 1
                if count == 0 { av_force_cpu_flags(-1) }
            }
        }
        return try body()
    }
}
