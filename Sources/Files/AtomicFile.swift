// A file that is put in its place whole or not at all: the one recipe for it, for records, state, archives, results and
// reports.
import Diagnostics
import Glibc

public final class AtomicFile {
    /// Open for writing and reading.
    public let number: Int32
    private let file: Descriptor
    private let folder: Descriptor
    private let temporary: String
    /// Whether `temporary` is a name in the folder yet.
    private var hasName: Bool
    private let lasts: Bool

    /// O_TMPFILE, which Swift does not import.
    private static let withoutName: Int32 = 0o20000000 | O_DIRECTORY

    /// Step 1: a name of its own. Whoever reads the folder never takes it for the file, two writers never share it, and
    /// whoever sweeps the folder knows it. The folder is on the file system of the file's place, as a rename demands.
    /// - Parameters:
    ///   - folder: open; this keeps a descriptor of its own.
    ///   - lasts: what is in place survives a power cut. false: whoever reads the file checks it first (by a checksum,
    ///     a digest, a stamp of this boot), so a lost or a torn one costs work and no fsync is paid for.
    ///   - isNameless: it has no name until it is whole, where the file system can do that: a process that is killed
    ///     leaves nothing in a folder that is not ours to sweep.
    public init(
        _ temporary: String = Unique.name(), in folder: Int32, mode: mode_t = 0o644, lasts: Bool,
        isNameless: Bool = false
    ) throws(SystemFailure) {
        self.folder = Descriptor(
            folder == AT_FDCWD
                ? open(".", Root.place | O_DIRECTORY | O_CLOEXEC)
                : fcntl(folder, F_DUPFD_CLOEXEC, 0))
        self.temporary = temporary
        self.lasts = lasts
        let nameless = isNameless ? openat(folder, ".", Self.withoutName | O_RDWR | O_CLOEXEC, mode) : -1
        hasName = nameless < 0
        number = hasName ? openat(folder, temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode) : nameless
        if number < 0 { hasName = false }
        let code = errno
        file = Descriptor(number)
        guard number >= 0 else { throw SystemFailure(code: code) }
        // Held until it is in place or gone: a sweeper leaves alone what is locked.
        _ = flock(number, LOCK_EX | LOCK_NB)
    }

    /// Step 2: all of the bytes, or an error; `number` serves those who copy in the kernel instead.
    public func write(_ bytes: UnsafeRawBufferPointer) throws(SystemFailure) {
        try OpenFile.write(bytes, to: number)
    }

    /// The steps that are left. Called once; without it nothing was done.
    /// - Parameter syncsFolder: false: the caller does it, once for all that it puts there.
    public func place(at name: String, in target: Int32, syncsFolder: Bool = true) throws(SystemFailure) {
        // Step 3: the bytes first. A rename may reach the disk before them, and then a power cut leaves an empty file.
        if lasts && fdatasync(number) != 0 { throw SystemFailure(code: errno) }
        if !hasName {
            guard linkat(AT_FDCWD, "/proc/self/fd/\(number)", folder.number, temporary, AT_SYMLINK_FOLLOW) == 0 else {
                throw SystemFailure(code: errno)
            }
            hasName = true
        }
        // Step 4: in one step the old file is the new one; a reader has either, whole.
        guard renameat(folder.number, temporary, target, name) == 0 else { throw SystemFailure(code: errno) }
        hasName = false
        // Step 5: a name is the folder's, and on disk once the folder is.
        if lasts && syncsFolder { Folder.sync(target) }
    }

    /// Step 6: what did not get to its place is removed.
    deinit { if hasName { unlinkat(folder.number, temporary, 0) } }
}

extension AtomicFile {
    /// Bytes that are at hand.
    /// - Parameters:
    ///   - folder: where it is written, on the file system of `path`.
    ///   - prefix: of the temporary name.
    ///   - root: what neither may leave; nil: wherever the paths lead.
    public static func write(
        _ bytes: UnsafeRawBufferPointer, to path: String, by folder: String, prefix: String = "",
        in root: Root? = nil, lasts: Bool = false, mode: mode_t = 0o644
    ) throws(StoreProblem) {
        func opened(_ folder: String) throws(StoreProblem) -> Descriptor {
            let flags = Root.place | O_DIRECTORY | O_CLOEXEC
            let found = Descriptor(root.map { $0.open(folder, flags) } ?? open(folder, flags))
            guard found.number >= 0 else { throw .writing(path, root == nil ? errno : -found.number) }
            return found
        }
        let (place, name) = Root.split(path)
        let here = path.utf8.first == UInt8(ascii: "/") ? "/" : "."
        let own = try opened(folder), target = try opened(place.isEmpty ? here : place)
        do throws(SystemFailure) {
            let file = try AtomicFile(prefix + Unique.name(), in: own.number, mode: mode, lasts: lasts)
            try file.write(bytes)
            try file.place(at: name, in: target.number)
        } catch { throw .writing(path, error.code) }
    }

    public static func write(
        _ bytes: [UInt8], to path: String, by folder: String, prefix: String = "",
        in root: Root? = nil, lasts: Bool = false, mode: mode_t = 0o644
    ) throws(StoreProblem) {
        try bytes.withBytes { bytes throws(StoreProblem) in
            try write(bytes, to: path, by: folder, prefix: prefix, in: root, lasts: lasts, mode: mode)
        }
    }
}
