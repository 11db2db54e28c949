// A file that is written or read whole, by system calls: through Foundation the reason of a failure is lost.
import Glibc

public enum WholeFile {
    /// Makes a file; one that is there already is an error.
    /// - Parameter folder: what `path` is relative to.
    public static func write(_ bytes: UnsafeRawBufferPointer, to path: String, in folder: Int32 = AT_FDCWD,
                             mode: mode_t = 0o644) throws(SystemFailure) {
        try fill(openat(folder, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode), bytes)
    }

    public static func write(_ bytes: some Sequence<UInt8>, to path: String, in folder: Int32 = AT_FDCWD) throws(SystemFailure) {
        try withBytes(of: Array(bytes)) { bytes throws(SystemFailure) in try write(bytes, to: path, in: folder) }
    }

    /// Writes over what is there: a device too, which is not to be replaced by a file.
    public static func overwrite(_ path: String, with bytes: some Sequence<UInt8>) throws(SystemFailure) {
        try withBytes(of: Array(bytes)) { bytes throws(SystemFailure) in try fill(open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666), bytes) }
    }

    private static func withBytes(of bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws(SystemFailure) -> Void) throws(SystemFailure) {
        var failure: SystemFailure?
        bytes.withUnsafeBytes { buffer in
            do throws(SystemFailure) { try body(buffer) } catch { failure = error }
        }
        if let failure { throw failure }
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
        var status = stat()
        var bytes: [UInt8] = [], buffer = [UInt8](repeating: 0, count: 1 << 16)
        if fstat(file, &status) == 0 { bytes.reserveCapacity(Int(max(0, min(status.st_size, 1 << 30)))) }
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw SystemFailure(code: errno) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }
}
