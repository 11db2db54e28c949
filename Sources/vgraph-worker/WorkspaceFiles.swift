// Reads small files of the workspace and its roots by name, such as profiles.
import Diagnostics
import Digests
import Files
import Glibc
import Work

/// Reads small files of the workspace and its roots by name.
struct WorkspaceFiles {
    let folders: Folders
    static let largest = 8 << 20

    /// nil if the file does not exist. A link that leads outside its folder is not followed.
    func read(_ path: String) throws -> (bytes: [UInt8], digest: Digest)? {
        let root = Folders.root(of: path).map { folders.roots[$0.root] ?? Folders.nowhere } ?? folders.workspace
        guard let real = realpath(folders.path(path), nil), let base = realpath(root, nil) else {
            guard errno == ENOENT || errno == ENOTDIR else {
                throw ProfileProblem.unreadable(path: path, reason: String(cString: strerror(errno))).diagnostic
            }
            return nil
        }
        defer {
            free(real)
            free(base)
        }
        let file = String(cString: real), folder = String(cString: base)
        guard file.hasPrefix(folder == "/" ? "/" : folder + "/") else {
            throw ProfileProblem.unreadable(path: path, reason: "it leads outside its folder").diagnostic
        }
        let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw ProfileProblem.unreadable(path: path, reason: String(cString: strerror(errno))).diagnostic
        }
        defer { close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG, info.st_size <= Self.largest else {
            throw ProfileProblem.unreadable(
                path: path,
                reason:
                    "it is not a regular file, or it is larger than 8 MB"
            ).diagnostic
        }
        let bytes: [UInt8]
        do throws(SystemFailure) { bytes = try OpenFile.read(descriptor, limit: Self.largest) } catch {
            throw ProfileProblem.unreadable(path: path, reason: String(cString: strerror(error.code))).diagnostic
        }
        return (bytes, Digest.of(bytes))
    }
}
