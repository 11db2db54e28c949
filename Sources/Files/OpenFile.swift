// Operations on an open file: the only loop that reads it in pieces, the only loop that writes all bytes, and its
// digests. Interrupted calls are repeated.
import Digests
import Glibc

public enum OpenFile {
    /// Passes on the bytes of a regular file from its beginning, whatever its position.
    /// - Parameters:
    ///   - size: the largest piece.
    ///   - take: returns false to stop.
    public static func pieces(
        of file: Int32, by size: Int = 1 << 20,
        _ take: (UnsafeRawBufferPointer) -> Bool
    ) throws(SystemFailure) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
        defer { buffer.deallocate() }
        var offset: off_t = 0
        while true {
            let count = pread(file, buffer.baseAddress, buffer.count, offset)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw SystemFailure(code: errno) }
            if count == 0 || !take(UnsafeRawBufferPointer(rebasing: buffer[..<count])) { return }
            offset += off_t(count)
        }
    }

    /// XXH3-128 of a regular file's bytes.
    public static func digest(of file: Int32) throws(SystemFailure) -> Digest {
        var writer = DigestWriter()
        try pieces(of: file) {
            writer.add($0)
            return true
        }
        return writer.finish()
    }

    /// SHA-256 of a regular file's bytes as 64 hex digits, and how many bytes that were.
    public static func sha256(of file: Int32) throws(SystemFailure) -> (sum: String, bytes: Int) {
        var writer = SHA256Writer(), bytes = 0
        try pieces(of: file) {
            writer.add($0)
            bytes += $0.count
            return true
        }
        return (writer.finish(), bytes)
    }

    /// Writes the bytes of a regular file to another, at its position, and returns the SHA-256 of what it wrote.
    public static func copy(_ source: Int32, to target: Int32) throws(SystemFailure) -> String {
        var writer = SHA256Writer(), failure: SystemFailure?
        try pieces(of: source) { piece in
            writer.add(piece)
            do throws(SystemFailure) { try write(piece, to: target) } catch { failure = error }
            return failure == nil
        }
        if let failure { throw failure }
        return writer.finish()
    }

    /// Everything from the file's position on.
    /// - Parameter limit: stops once it has more bytes than this, so that the caller can tell that the file is longer.
    public static func read(_ file: Int32, limit: Int = .max) throws(SystemFailure) -> [UInt8] {
        var bytes: [UInt8] = [], status = stat(), size = 1 << 16
        // Of a file it is known how many bytes come; one more shows that it is no longer than that.
        if fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 {
            bytes.reserveCapacity(min(Int(status.st_size), limit, 1 << 26))
            size = min(size, Int(status.st_size) + 1)
        }
        var buffer = [UInt8](repeating: 0, count: size)
        while bytes.count <= limit {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw SystemFailure(code: errno) }
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return bytes
    }

    /// Writes all of the bytes; a disk or a pipe may accept them in parts.
    /// - Parameter offset: where to write; nil: at the file's position.
    public static func write(
        _ bytes: UnsafeRawBufferPointer, to file: Int32,
        at offset: Int? = nil
    ) throws(SystemFailure) {
        var rest = bytes
        while !rest.isEmpty {
            let count =
                offset.map { pwrite(file, rest.baseAddress, rest.count, off_t($0 + bytes.count - rest.count)) }
                ?? Glibc.write(file, rest.baseAddress, rest.count)
            if count < 0 && errno == EINTR { continue }
            // 0 bytes without an error would loop for ever.
            guard count > 0 else { throw SystemFailure(code: count < 0 ? errno : EIO) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }
}
