// Looks at many files, one folder after the other. A look by its whole path goes through every folder above a file anew,
// which for ten thousand files takes longer than all else that a build with nothing to do does.
import Glibc

public struct FolderLook: ~Copyable {
    /// The path of the last file's folder, with the slash at its end.
    private var path: [CChar] = []
    /// That folder, from the second file in it on; negative: it is not open.
    private var folder = Descriptor(-1)
    private var isAsked = false

    public init() {}

    public mutating func look(at path: String) -> FileSignature.Look { path.withCString { look(at: $0) } }

    /// Follows links, like `FileSignature.look`.
    package mutating func look(at file: UnsafePointer<CChar>) -> FileSignature.Look {
        guard let slash = strrchr(file, 0x2F), slash[1] != 0 else { return FileSignature.look(at: file) }
        let count = UnsafePointer(slash) - file + 1
        let isSame = path.count == count && path.withUnsafeBytes { memcmp($0.baseAddress!, file, count) == 0 }
        if !isSame {
            path = Array(UnsafeBufferPointer(start: file, count: count))
            folder = Descriptor(-1)
            isAsked = false
            return FileSignature.look(at: file)
        }
        if !isAsked {
            isAsked = true
            folder = Descriptor(
                (path + [0]).withUnsafeBufferPointer {
                    open($0.baseAddress!, Root.place | O_DIRECTORY | O_CLOEXEC)
                })
        }
        guard folder.number >= 0 else { return FileSignature.look(at: file) }
        var status = stat()
        if fstatat(folder.number, slash + 1, &status, 0) == 0 { return .present(FileSignature(status)) }
        return errno == ENOENT || errno == ENOTDIR ? .absent : .failed(errno)
    }
}
