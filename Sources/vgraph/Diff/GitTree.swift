// A folder as it was in a revision of its git repository, written to a scratch folder with git's checkout conversions.
// The work tree and the index stay as they are.
import CSystem
import Diagnostics
import Files
import FoundationEssentials
import Glibc
import Processes
import Store

struct GitTree: ~Copyable {
    /// Full hash.
    let commit: String
    /// First line of its message.
    let subject: String
    /// Absolute path of the workspace's copy.
    let folder: String
    private let scratch: String

    /// - Parameters:
    ///   - scratch: an empty folder; removed with this value.
    ///   - revision: whatever a user typed.
    init(_ revision: String, of workspace: String, in scratch: String) throws(DiffProblem) {
        // git reads a word that begins with '-' as an option in some places and as a name in others.
        guard !revision.isEmpty, !revision.hasPrefix("-"), !revision.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }),
            revision.utf8.count < 1000
        else {
            throw .badRevision(revision)
        }
        let git = try Git(workspace: workspace, index: scratch + "/index", scratch: scratch)
        let found = try git.run(["rev-parse", "--verify", "--end-of-options", revision + "^{commit}"])
        guard found.status == 0, let commit = found.lines.last, commit.utf8.count >= 40, commit.allSatisfy(\.isHexDigit)
        else {
            throw .noSuchSide(revision, reason: found.reason)
        }
        let subject = try git.lines(["log", "-1", "--format=%s", commit], doing: "read the commit").first ?? ""
        let prefix =
            try git.lines(["rev-parse", "--show-prefix"], doing: "find the folder in its repository").first ?? ""
        let tree = scratch + "/tree/"
        let folder = prefix.isEmpty ? scratch + "/tree" : tree + prefix.dropLast(prefix.hasSuffix("/") ? 1 : 0)
        _ = try git.lines(["read-tree", commit], doing: "read the tree of \(commit.prefix(12))")
        // Names go through files: there may be many, with any bytes.
        let list = scratch + "/list", names = scratch + "/names"
        guard try git.run(["ls-files", "-s", "-z"], output: list).status == 0 else {
            throw .gitFailed(doing: "list the files of \(commit.prefix(12))", reason: "no answer")
        }
        do throws(SystemFailure) {
            let copies = GitCopies(git: git, workspace: workspace, folder: folder, scratch: scratch)
            try WholeFile.write(copies.left(of: WholeFile.read(list)), to: names)
        } catch { throw .gitFailed(doing: "list the files of \(commit.prefix(12))", reason: error.words) }
        let written = try git.run(["checkout-index", "-z", "--stdin", "--quiet", "--prefix=" + tree], input: names)
        guard written.status == 0 else {
            throw .gitFailed(doing: "write the files of \(commit.prefix(12))", reason: written.reason)
        }
        do throws(StoreProblem) { try Folder.create(folder) } catch {
            throw .gitFailed(doing: "write the files of \(commit.prefix(12))", reason: error.diagnostic.message)
        }
        // Assigned last: a value that is not complete does not run deinit.
        (self.commit, self.subject, self.folder, self.scratch) = (commit, subject, folder, scratch)
    }

    deinit { Folder.remove(scratch) }
}
