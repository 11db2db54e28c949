// libav chooses its loops by what the CPU can do, and sums of floats differ in their last bits between SSE, AVX and
// plain C. Sound is a small part of a build: it is decoded, resampled and encoded by plain C, so that its bytes are
// equal on every machine.
import CFFmpeg
import Synchronization

enum PortableArithmetic {
    private static let users = Mutex(0)

    /// Codecs and resamplers opened inside `body` use plain C for as long as they live. The switch is libav's, so it
    /// holds for the whole process meanwhile: others are slowed, never wrong.
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
