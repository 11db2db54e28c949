// A file that is written or read whole where it is (see AtomicFile for a place that others read), by system calls:
// through Foundation the reason of a failure is lost.
import Glibc

public enum WholeFile {
    /// Makes a file; one that is there already is an error.
    /// - Parameter folder: what `path` is relative to.
    public static func write(
        _ bytes: UnsafeRawBufferPointer, to path: String, in folder: Int32 = AT_FDCWD,
        mode: mode_t = 0o644
    ) throws(SystemFailure) {
        try fill(openat(folder, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode), bytes)
    }

    public static func write(
        _ bytes: some Sequence<UInt8>, to path: String, in folder: Int32 = AT_FDCWD,
        mode: mode_t = 0o644
    ) throws(SystemFailure) {
        try Array(bytes).withBytes { bytes throws(SystemFailure) in try write(bytes, to: path, in: folder, mode: mode) }
    }

    /// Writes over what is there: a device too, which is not to be replaced by a file.
    public static func overwrite(_ path: String, with bytes: some Sequence<UInt8>) throws(SystemFailure) {
        try Array(bytes).withBytes { bytes throws(SystemFailure) in
            try fill(open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666), bytes)
        }
    }

    /// - Parameter file: closed at the end; negative: opening it failed.
    private static func fill(_ file: Int32, _ bytes: UnsafeRawBufferPointer) throws(SystemFailure) {
        guard file >= 0 else { throw SystemFailure(code: errno) }
        do throws(SystemFailure) { try OpenFile.write(bytes, to: file) } catch {
            close(file)
            throw error
        }
        // Where a file system says so only now.
        guard close(file) == 0 || errno == EINTR else { throw SystemFailure(code: errno) }
    }

    public static func read(_ path: String) throws(SystemFailure) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw SystemFailure(code: errno) }
        defer { close(file) }
        return try OpenFile.read(file)
    }
}
