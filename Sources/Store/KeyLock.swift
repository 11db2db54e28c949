// One build's right to make the result of a key, so that two builds share work instead of repeating it. A key's lock is
// one byte of one file, at an offset computed from the key: nothing is created or removed for it, and the kernel
// releases it when the process ends.
import CSystem
import Diagnostics
import Digests
import Files
import Glibc

/// The locks of one build. Of two builds, in one process or in two, only one holds a key.
public final class KeyLocks {
    fileprivate let file: Descriptor

    public init(_ cache: Cache) throws(StoreProblem) {
        let path = cache.root + "/keys"
        file = Descriptor(cache.folder.open(path, O_RDWR | O_CREAT, 0o666))
        guard file.number >= 0 else { throw .writing(path, -file.number) }
    }

    /// nil: another build holds it.
    public func take(_ key: Digest) throws(StoreProblem) -> KeyLock? {
        let code = csystem_lock_byte(file.number, KeyLock.offset(key), 1)
        if code == -EAGAIN || code == -EACCES { return nil }
        guard code == 0 else { throw .cannotWrite(path: "the locks of keys", reason: message(-code)) }
        return KeyLock(key, of: self)
    }
}

public final class KeyLock {
    private let locks: KeyLocks
    private let key: Digest

    fileprivate init(_ key: Digest, of locks: KeyLocks) {
        self.key = key
        self.locks = locks
    }

    /// Two keys share an offset once in 2^62 pairs; then one only waits for the other.
    fileprivate static func offset(_ key: Digest) -> Int64 { Int64(key.low >> 2) }

    deinit { csystem_lock_byte(locks.file.number, Self.offset(key), 0) }
}
