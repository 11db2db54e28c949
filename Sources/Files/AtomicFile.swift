// Puts a file in its place whole or not at all: the only recipe for records, state, archives, results and reports.
import Diagnostics
import Glibc

public final class AtomicFile {
    /// Open for writing and reading.
    public let number: Int32
    private let file: Descriptor
    private let folder: Descriptor
    private let temporary: String
    /// Whether the file has the name `temporary` in the folder yet.
    private var hasName: Bool
    private let lasts: Bool

    /// O_TMPFILE, which Swift does not import.
    private static let withoutName: Int32 = 0o20000000 | O_DIRECTORY

    /// Step 1: a name of its own. Readers never mistake it for the file, two writers never share it, and sweeping
    /// recognizes it. The folder is on the same file system as the file's place, as rename requires.
    /// - Parameters:
    ///   - folder: open; this keeps a descriptor of its own.
    ///   - lasts: the file must survive a power cut. false: readers check the file first (by a checksum, a digest or a
    ///     stamp of this boot), so a lost or torn file only costs work, and no fsync is needed.
    ///   - isNameless: the file has no name until it is complete, if the file system supports that: a killed process
    ///     then leaves nothing in a folder that we may not sweep.
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
        // Held until the file is in place or gone: sweeping skips locked files.
        _ = flock(number, LOCK_EX | LOCK_NB)
    }

    /// Step 2: writes all of the bytes or throws; callers that copy in the kernel use `number` instead.
    public func write(_ bytes: UnsafeRawBufferPointer) throws(SystemFailure) {
        try OpenFile.write(bytes, to: number)
    }

    /// The remaining steps. Called once; without it the file never appears.
    /// - Parameter syncsFolder: false: the caller syncs the folder, once for all files that it puts there.
    public func place(at name: String, in target: Int32, syncsFolder: Bool = true) throws(SystemFailure) {
        // Step 3: bytes before name. A rename may reach the disk first, and a power cut would then leave an empty file.
        if lasts && fdatasync(number) != 0 { throw SystemFailure(code: errno) }
        if !hasName {
            guard linkat(AT_FDCWD, "/proc/self/fd/\(number)", folder.number, temporary, AT_SYMLINK_FOLLOW) == 0 else {
                throw SystemFailure(code: errno)
            }
            hasName = true
        }
        // Step 4: rename replaces the old file in one step; a reader sees the old or the new file, each complete.
        guard renameat(folder.number, temporary, target, name) == 0 else { throw SystemFailure(code: errno) }
        hasName = false
        // Step 5: the name belongs to the folder and is on disk once the folder is synced.
        if lasts && syncsFolder { Folder.sync(target) }
    }

    /// Step 6: removes a file that never reached its place.
    deinit { if hasName { unlinkat(folder.number, temporary, 0) } }
}

extension AtomicFile {
    /// All steps for bytes in memory.
    /// - Parameters:
    ///   - folder: where the temporary file is written, on the file system of `path`.
    ///   - prefix: the beginning of the temporary name.
    ///   - root: the folder that neither may leave; nil: anywhere.
    public static func write(
        _ bytes: UnsafeRawBufferPointer, to path: String, by folder: String, prefix: String = "",
        in root: Root? = nil, lasts: Bool = false, mode: mode_t = 0o644
    ) throws(StoreProblem) {
        try write(to: path, by: folder, prefix: prefix, in: root, lasts: lasts, mode: mode) {
            file throws(SystemFailure) in try file.write(bytes)
        }
    }

    /// All steps for bytes that `body` writes.
    public static func write(
        to path: String, by folder: String, prefix: String = "", in root: Root? = nil, lasts: Bool = false,
        mode: mode_t = 0o644, _ body: (AtomicFile) throws(SystemFailure) -> Void
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
            try body(file)
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
