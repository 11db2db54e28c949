// The clock of file time stamps, and the resolution of the stamps.
import CSystem
import Glibc

package enum StampClock {
    /// The wall clock that file systems use, in nanoseconds.
    package static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return FileSignature.nanoseconds(time)
    }

    /// The resolution of a file system's stamps: a kernel tick if it is known to keep nanoseconds, else two seconds
    /// (FAT).
    package static func slack(ofFileSystemWith descriptor: Int32) -> Int64 { csystem_stamp_slack(descriptor) }
}
