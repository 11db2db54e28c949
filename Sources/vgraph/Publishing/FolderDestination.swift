// A folder of this machine as a place to publish to.
import Diagnostics
import Files
import Glibc

final class FolderDestination: Destination {
    /// Beneath the workspace a path in it, else absolute.
    let name: String
    private let path: String
    private let folder: Descriptor

    /// Creates the folder where it is missing.
    init(_ given: String, workspace: String) throws {
        let absolute = given.hasPrefix("/") ? given : workspace + "/" + given
        do throws(StoreProblem) { try Folder.create(absolute) } catch {
            throw PublishProblem.badPlace(given, reason: error.diagnostic.message)
        }
        guard let real = realpath(absolute, nil) else {
            throw PublishProblem.badPlace(given, reason: message(errno))
        }
        defer { free(real) }
        path = String(cString: real)
        name = path.beneath(workspace) ?? path
        folder = Descriptor(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        guard folder.number >= 0 else { throw PublishProblem.badPlace(given, reason: message(errno)) }
    }

    /// Whether it is the folder in which a file of the workspace lies.
    func holds(_ target: String, of workspace: String) -> Bool {
        let own = Descriptor(open((workspace + "/" + target).folderPart, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        var (a, b) = (stat(), stat())
        guard own.number >= 0, fstat(own.number, &a) == 0, fstat(folder.number, &b) == 0 else { return false }
        return a.st_dev == b.st_dev && a.st_ino == b.st_ino
    }

    func sha256(of file: String) throws -> String? {
        let found = Descriptor(openat(folder.number, file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK))
        guard found.number >= 0 else {
            if errno == ENOENT { return nil }
            if errno == ELOOP { throw PublishProblem.foreign(place: place(of: file), found: "a link") }
            throw PublishProblem.cannotReach(place: place(of: file), reason: message(errno))
        }
        var status = stat()
        guard fstat(found.number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw PublishProblem.foreign(place: place(of: file), found: "not a regular file")
        }
        do throws(SystemFailure) { return try OpenFile.sha256(of: found.number).sum } catch {
            throw PublishProblem.cannotReach(place: place(of: file), reason: error.words)
        }
    }

    func put(_ source: Int32, as file: String, sha256 sum: String) throws {
        let new: AtomicFile, copied: String
        do throws(SystemFailure) {
            new = try AtomicFile(".\(file).\(Unique.name())", in: folder.number, lasts: true, isNameless: true)
            copied = try OpenFile.copy(source, to: new.number)
        } catch { throw PublishProblem.cannotWrite(place: place(of: file), reason: error.words) }
        guard copied == sum else { throw PublishProblem.changedMeanwhile(target: file) }
        do throws(SystemFailure) { try new.place(at: file, in: folder.number) } catch {
            throw PublishProblem.cannotWrite(place: place(of: file), reason: error.words)
        }
    }
}
