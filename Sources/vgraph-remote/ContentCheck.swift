// Writes what comes to a file and computes its SHA-256: of little on the way, of much on a second thread from what the
// file has by then, since the sum takes about as long as the transfer.
import Digests
import Files
import Glibc
import Synchronization

final class ContentCheck {
    private let file: Int32
    private var writer: SHA256Writer? = SHA256Writer()
    /// nil: the sum is computed on the way.
    private let follower: Follower?
    private(set) var size: Int64 = 0
    private(set) var failure: SystemFailure?

    /// - Parameters:
    ///   - file: at its beginning, open for writing and reading.
    ///   - size: what is expected.
    init(_ file: Int32, size: Int64 = 0) {
        self.file = file
        follower = size < 8 << 20 ? nil : try? Follower(file)
    }

    deinit { follower?.stop() }

    func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        size += Int64(bytes.count)
        do throws(SystemFailure) { try OpenFile.write(bytes, to: file) } catch { failure = error }
        guard failure == nil else { return false }
        if let follower { follower.follow(to: Int(size)) } else { writer?.add(bytes) }
        return true
    }

    /// 64 hex digits.
    func finish() -> String {
        guard let follower else { return writer.take()?.finish() ?? "" }
        follower.stop()
        return follower.sum
    }
}

/// Reads a file behind the one who writes it.
private final class Follower: Sendable {
    private let file: Int32
    private let written = Atomic(0)
    private let isOver = Atomic(false)
    private let news = Semaphore(0), end = Semaphore(0)
    private let result = Guarded("")

    init(_ file: Int32) throws(SystemFailure) {
        self.file = file
        try startThread { [self] in run() }
    }

    func follow(to size: Int) {
        let before = written.exchange(size, ordering: .releasing)
        // Waking it for every piece would cost more than it helps.
        if before >> 20 != size >> 20 { news.post() }
    }

    /// Waits for the sum of what was written.
    func stop() {
        guard !isOver.exchange(true, ordering: .sequentiallyConsistent) else { return }
        news.post()
        end.wait()
    }

    /// Empty where the file could not be read, which is the sum of nothing.
    var sum: String { result.withLock { $0 } }

    private func run() {
        var writer = SHA256Writer(), at = 0
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
        defer { buffer.deallocate() }
        var isSound = true
        while isSound {
            news.wait()
            let isLast = isOver.load(ordering: .sequentiallyConsistent)
            let size = written.load(ordering: .acquiring)
            while at < size, isSound {
                let count = pread(file, buffer.baseAddress, min(buffer.count, size - at), off_t(at))
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else {
                    isSound = false
                    break
                }
                writer.add(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                at += count
            }
            if isLast { break }
        }
        let sum = writer.finish()
        if isSound { result.withLock { $0 = sum } }
        end.post()
    }
}
