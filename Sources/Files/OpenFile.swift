// An open file by its number: the one loop that reads it in pieces, the one that writes all of some bytes, and its digests.
// An interrupted call is made again.
import Digests
import Glibc

public enum OpenFile {
    /// Hands on the bytes of a regular file from its beginning, wherever its position is.
    /// - Parameter take: returns false to stop.
    public static func pieces(of file: Int32, _ take: (UnsafeRawBufferPointer) -> Bool) throws(SystemFailure) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
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

    /// Writes all of the bytes; a disk may take them in parts.
    public static func write(_ bytes: UnsafeRawBufferPointer, to file: Int32) throws(SystemFailure) {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(file, rest.baseAddress, rest.count)
            if count < 0 && errno == EINTR { continue }
            // Nothing taken and no reason given: there is none to wait for.
            guard count > 0 else { throw SystemFailure(code: count < 0 ? errno : EIO) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }
}
