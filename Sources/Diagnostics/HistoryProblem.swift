// Why vgraph cannot answer a question about earlier builds or export their results.

public enum HistoryProblem: Problem, Hashable {
    case noSuchRun(String)
    case noRuns
    case manyRuns(String, found: [String])
    case damagedRun(String)
    /// `node` is the first that is not up to date.
    case notUpToDate(target: String, node: String, why: String)
    /// No remembered build says anything under this id.
    case notJudged(String, target: String, known: [String])
    case neverBad(String, target: String)

    public var diagnostic: Diagnostic {
        switch self {
        case .noSuchRun(let text):
            Diagnostic(
                "no-such-run", "'\(text)' is neither a run nor a target that was built",
                hint:
                    "'vgraph log' lists this folder's runs, 'vgraph log --all' those of every folder that shares the "
                    + "cache"
            )
        case .noRuns:
            Diagnostic(
                "no-runs", "this folder has no runs yet",
                hint: "'vgraph log --all' lists the runs of every folder that shares the cache")
        case .manyRuns(let text, let found):
            Diagnostic(
                "ambiguous-run",
                "\(found.count) runs begin with '\(text)': "
                    + "\(found.prefix(4).joined(separator: ", "))\(found.count > 4 ? ", …" : "")",
                hint: "write more of the run's id")
        case .damagedRun(let name):
            Diagnostic("run-damaged", fault: .cache, "the log of run '\(name)' is damaged")
        case .notUpToDate(let target, let node, let why):
            Diagnostic(
                "not-up-to-date", "'\(target)' is not up to date: \(node)\(why.isEmpty ? "" : ": " + why)",
                hint: "run 'vgraph build \(target)' first, with the same --set")
        case .notJudged(let id, let target, let known):
            Diagnostic(
                "not-judged", "the last build of '\(target)' says nothing of '\(id)'",
                hint: didYouMean(id, among: known).map { "did you mean '\($0)'?" }
                    ?? "'vgraph gate \(target)' and 'vgraph checks' list the ids")
        case .neverBad(let id, let target):
            Diagnostic(
                "never-bad", fault: .result, "'\(id)' does not fail in the last build of '\(target)'",
                hint: "'vgraph diff last~1 last \(target)' shows what changed last")
        }
    }
}
