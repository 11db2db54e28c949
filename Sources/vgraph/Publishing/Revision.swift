// The git revision of a workspace, for the provenance of a film. Says nothing where there is no git or no repository.
import Diagnostics
import Provenance

enum Revision {
    /// - Parameter paths: of files that must be as they were committed for the revision to say what was built.
    static func of(_ paths: [String], in workspace: String) -> Provenance.Revision? {
        guard let scratch = try? JobFolder() else { return nil }
        return try? found(paths, workspace, scratch.path)
    }

    private static func found(_ paths: [String], _ workspace: String, _ scratch: String) throws -> Provenance.Revision?
    {
        // The repository's own index: status compares with it, and refreshes nothing.
        let git = try Git(workspace: workspace, index: nil, scratch: scratch)
        guard let commit = try git.lines(["rev-parse", "--verify", "HEAD"], doing: "read the revision").first,
            commit.utf8.count >= 40
        else { return nil }
        let changed = try git.lines(
            ["status", "--porcelain", "--untracked-files=all", "--"] + paths.filter { !$0.hasPrefix("/") },
            doing: "compare the spec with the revision")
        return Provenance.Revision(commit: commit, isClean: changed.isEmpty)
    }
}
