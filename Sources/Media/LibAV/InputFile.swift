// A regular file that is open for reading. Knows nothing of its content.
import Diagnostics
import Digests
import Files
import Glibc

/// The descriptor stays open for the object's life, so that all reads are from one file.
final class InputFile {
    let descriptor: Int32
    /// How messages name the file.
    let name: String
    let path: String
    let size: Int

    /// Never blocks: refuses a named pipe instead of waiting for its writer.
    init(path: String, name: String? = nil) throws(MediaProblem) {
        let name = name ?? path
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        if descriptor < 0 {
            let code = errno
            if code == ENOENT || code == ENOTDIR { throw .missing(name: name, similar: nil) }
            if code == ENXIO { throw .notRegular(name: name) }
            throw .unreadable(name: name, reason: String(cString: strerror(code)))
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let code = errno
            close(descriptor)
            throw .unreadable(name: name, reason: String(cString: strerror(code)))
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw status.st_mode & S_IFMT == S_IFDIR ? .folder(name: name) : .notRegular(name: name)
        }
        self.descriptor = descriptor
        self.name = name
        self.path = path
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// Fills the buffer from `offset`; returns the number of bytes read, which is smaller only at the end of the file.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(MediaProblem) -> Int {
        var done = 0
        while done < buffer.count {
            let count = pread(descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))
            if count < 0 {
                if errno == EINTR { continue }
                throw .unreadable(name: name, reason: String(cString: strerror(errno)))
            }
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// Up to `count` bytes from `offset`; fewer at the end of the file, none past it.
    func bytes(at offset: Int, count: Int) throws(MediaProblem) -> [UInt8] {
        guard offset >= 0, offset < size, count > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: min(count, size - offset))
        var got = 0
        do {
            try bytes.withUnsafeMutableBytes { got = try read(at: offset, into: $0) }
        } catch let problem as MediaProblem {
            throw problem
        } catch { throw .unreadable(name: name, reason: "\(error)") }
        bytes.removeLast(bytes.count - got)
        return bytes
    }

    /// XXH3-128 of the whole file.
    func digest(_ known: KnownDigests) throws(MediaProblem) -> Digest {
        do throws(SystemFailure) { return try known.digest(of: descriptor) } catch { throw unreadable(error) }
    }

    /// SHA-256 of the whole file, 64 hex digits.
    func sha256() throws(MediaProblem) -> String {
        do throws(SystemFailure) { return try OpenFile.sha256(of: descriptor).sum } catch { throw unreadable(error) }
    }

    private func unreadable(_ failure: SystemFailure) -> MediaProblem {
        .unreadable(name: name, reason: String(cString: strerror(failure.code)))
    }
}
