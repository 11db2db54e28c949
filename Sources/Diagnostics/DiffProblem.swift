// Why `vgraph diff` cannot compare.

public enum DiffProblem: Problem, Hashable {
    /// Neither a run nor a revision; `reason` is git's, empty where there is no repository.
    case noSuchSide(String, reason: String)
    case badRevision(String)
    case noGit
    case gitFailed(doing: String, reason: String)
    case noTarget(String, sides: [String])
    case nothingToCompare
    case unknownFilm(String, reason: String)

    public var diagnostic: Diagnostic {
        switch self {
        case .noSuchSide(let text, let reason):
            Diagnostic(
                "no-such-side",
                "'\(text)' is neither a run of this folder nor a revision"
                    + (reason.isEmpty ? "" : ": \(reason)"),
                hint:
                    "name a run as 'vgraph log' lists it, 'last', 'last~1', a git revision, or '.' for the folder as "
                    + "it is now"
            )
        case .badRevision(let text):
            Diagnostic(
                "bad-revision", "'\(text)' cannot be a revision",
                hint: "name a commit, a tag or a branch, for example 'main' or 'HEAD~2'")
        case .noGit:
            Diagnostic(
                "no-git", fault: .environment, "git is not installed, so vgraph cannot read revisions",
                hint: "apt-get install git")
        case .gitFailed(let doing, let reason):
            Diagnostic("git-failed", fault: .environment, "git could not \(doing): \(reason)")
        case .noTarget(let target, let sides):
            Diagnostic("no-target", "'\(target)' is in neither \(sides.joined(separator: " nor "))")
        case .unknownFilm(let file, let reason):
            Diagnostic(
                "unknown-film", "'\(file)' cannot be compared: \(reason)",
                hint:
                    "'vgraph trace' tells what is known of a file; 'vgraph cache import' adds another machine's results"
            )
        case .nothingToCompare:
            Diagnostic(
                "nothing-to-compare", "neither side has a target",
                hint: "name a target: vgraph diff A B launch.mp4")
        }
    }
}
