// The clock that file systems stamp files with, and how coarse its stamps are.
import CSystem
import Glibc

package enum StampClock {
    /// Wall clock in nanoseconds, the one that file systems stamp with.
    package static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return FileSignature.nanoseconds(time)
    }

    /// How coarse a file system's stamps may be: a kernel tick where it is known to keep nanoseconds, else two seconds
    /// (FAT).
    package static func slack(ofFileSystemWith descriptor: Int32) -> Int64 { csystem_stamp_slack(descriptor) }
}
