// Writes or reads a whole file in place (see AtomicFile for files that others read). Uses system calls, since
// Foundation loses the reason of a failure.
import Glibc

public enum WholeFile {
    /// Creates a file; an existing one is an error.
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

    /// Overwrites what exists, which may be a device that must not be replaced by a file.
    public static func overwrite(_ path: String, with bytes: some Sequence<UInt8>) throws(SystemFailure) {
        try Array(bytes).withBytes { bytes throws(SystemFailure) in
            try fill(open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666), bytes)
        }
    }

    /// - Parameter file: closed at the end; negative: it could not be opened.
    private static func fill(_ file: Int32, _ bytes: UnsafeRawBufferPointer) throws(SystemFailure) {
        guard file >= 0 else { throw SystemFailure(code: errno) }
        do throws(SystemFailure) { try OpenFile.write(bytes, to: file) } catch {
            close(file)
            throw error
        }
        // Some file systems report a failed write only now.
        guard close(file) == 0 || errno == EINTR else { throw SystemFailure(code: errno) }
    }

    public static func read(_ path: String) throws(SystemFailure) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw SystemFailure(code: errno) }
        defer { close(file) }
        return try OpenFile.read(file)
    }
}
