// Interleaved 32-bit floats in a scratch file, since a mix is read several times and ten minutes have 230 MB.
import Diagnostics
import Files
import Glibc

final class SampleFile {
    private let descriptor: Int32
    private let path: String

    /// An empty file that is unlinked at once, so that it disappears with its owner, even after a crash.
    init(scratch: String) throws {
        path = scratch + "/mix.f32"
        descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        try libav(descriptor < 0 ? -errno : 0, "write '\(path)'")
        unlink(path)
    }
    deinit { close(descriptor) }

    func append(_ samples: UnsafeBufferPointer<Float>) throws {
        do throws(SystemFailure) { try OpenFile.write(UnsafeRawBufferPointer(samples), to: descriptor) } catch {
            try libav(-error.code, "write the mix")
        }
    }

    func rewind() { lseek(descriptor, 0, SEEK_SET) }

    /// Fills the buffer as far as possible; returns the number of floats, 0 at the end.
    func read(_ samples: UnsafeMutableBufferPointer<Float>) throws -> Int {
        let bytes = UnsafeMutableRawBufferPointer(samples)
        var count = 0
        while count < bytes.count {
            let n = Glibc.read(descriptor, bytes.baseAddress! + count, bytes.count - count)
            if n < 0, errno == EINTR { continue }
            try libav(n < 0 ? -errno : 0, "read the mix")
            if n == 0 { break }
            count += n
        }
        return count / MemoryLayout<Float>.stride
    }
}
