// Changes in folders, as the kernel reports them (inotify). Looks at no file itself, and must not know builds.
import Diagnostics
import Glibc

/// For one thread.
public final class FolderWatch {
    /// Readable when there is something to collect.
    public let descriptor: Int32
    /// A folder with two paths has one watch.
    private var paths: [Int32: Set<ByteText>] = [:]
    private var numbers: [ByteText: Int32] = [:]

    public struct Changes {
        /// Absolute paths of files and folders that were written, created, moved, touched or removed.
        public var paths: Set<ByteText> = []
        /// Those of `paths` that are new folders, which are not watched yet.
        public var newFolders: Set<ByteText> = []
        /// Watched folders that were removed or renamed.
        public var lost: Set<ByteText> = []
        /// The kernel's queue overflowed: anything may have changed.
        public var hasOverflowed = false
        public var isEmpty: Bool { paths.isEmpty && lost.isEmpty && !hasOverflowed }
    }

    public init() throws(WatchProblem) {
        descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        guard descriptor >= 0 else { throw .cannotWatch(reason: message(errno)) }
    }

    deinit { close(descriptor) }

    public var folders: Int { paths.count }
    public func isWatching(_ folder: String) -> Bool { numbers[folder] != nil }

    private static let wanted =
        UInt32(
            IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM
                | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF) | UInt32(IN_ONLYDIR) | UInt32(IN_EXCL_UNLINK)

    public enum Added { case watching, absent, full }

    /// Watches a folder, but not the folders in it.
    public func add(_ folder: String) -> Added {
        if numbers[folder] != nil { return .watching }
        let number = inotify_add_watch(descriptor, folder, Self.wanted)
        guard number >= 0 else { return errno == ENOSPC || errno == ENOMEM ? .full : .absent }
        numbers[folder] = number
        paths[number, default: []].insert(folder)
        return .watching
    }

    /// All changes since the last call.
    public func collect() -> Changes {
        var changes = Changes()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return changes }
            buffer.withUnsafeBytes { bytes in
                var at = 0
                // wd, mask, cookie, length of the name, then the name padded with NULs.
                while at + 16 <= count {
                    let number = bytes.loadUnaligned(fromByteOffset: at, as: Int32.self)
                    let mask = bytes.loadUnaligned(fromByteOffset: at + 4, as: UInt32.self)
                    let length = Int(bytes.loadUnaligned(fromByteOffset: at + 12, as: UInt32.self))
                    let name = bytes[(at + 16)..<min(count, at + 16 + length)].prefix { $0 != 0 }
                    take(number, mask, String(decoding: name, as: UTF8.self), &changes)
                    at += 16 + length
                }
            }
        }
    }

    private func take(_ number: Int32, _ mask: UInt32, _ name: String, _ changes: inout Changes) {
        func has(_ flag: some BinaryInteger) -> Bool { mask & UInt32(truncatingIfNeeded: flag) != 0 }
        if has(IN_Q_OVERFLOW) {
            changes.hasOverflowed = true
            return
        }
        guard let folders = paths[number] else { return }
        if has(IN_IGNORED) || has(IN_DELETE_SELF) || has(IN_MOVE_SELF) || has(IN_UNMOUNT) {
            for folder in folders { forget(folder.text, &changes) }
            return
        }
        for folder in folders {
            let path = folder.text + "/" + name
            changes.paths.insert(path)
            guard has(IN_ISDIR) else { continue }
            // Watches below it would report paths that now lead elsewhere.
            if has(IN_MOVED_FROM) || has(IN_DELETE) { forget(path, &changes) }
            if has(IN_CREATE) || has(IN_MOVED_TO) { changes.newFolders.insert(path) }
        }
    }

    /// Ends the watches of a folder and those below it.
    private func forget(_ folder: String, _ changes: inout Changes) {
        for path in numbers.keys where path.text.isSameBytes(folder) || path.text.beneath(folder) != nil {
            guard let number = numbers.removeValue(forKey: path) else { continue }
            changes.lost.insert(path)
            paths[number]?.remove(path)
            if paths[number]?.isEmpty == true {
                paths[number] = nil
                inotify_rm_watch(descriptor, number)
            }
        }
    }
}
