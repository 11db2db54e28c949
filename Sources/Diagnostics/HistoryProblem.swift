// What asking after earlier builds, and handing their results on, can be refused for.

public enum HistoryProblem: Error, Sendable, Hashable {
    case noSuchRun(String)
    case noRuns
    case manyRuns(String, found: [String])
    case damagedRun(String)
    /// `node` is the first that is not up to date.
    case notUpToDate(target: String, node: String, why: String)

    public var diagnostic: Diagnostic {
        switch self {
        case .noSuchRun(let text):
            Diagnostic("no-such-run", "there is no run and no run of a target '\(text)'",
                       hint: "'vgraph log' lists this folder's runs, 'vgraph log --all' those of every folder that shares the cache")
        case .noRuns:
            Diagnostic("no-runs", "nothing has been built here yet", hint: "'vgraph log --all' lists the runs of every folder that shares the cache")
        case .manyRuns(let text, let found):
            Diagnostic("ambiguous-run", "'\(text)' is the beginning of \(found.count) runs: \(found.prefix(4).joined(separator: ", "))\(found.count > 4 ? ", …" : "")",
                       hint: "give more of its id")
        case .damagedRun(let name):
            Diagnostic("run-damaged", fault: .cache, "the log of run '\(name)' cannot be read")
        case .notUpToDate(let target, let node, let why):
            Diagnostic("not-up-to-date", "'\(target)' is not up to date: \(node)\(why.isEmpty ? "" : ": " + why)",
                       hint: "run 'vgraph build \(target)' first, with the same --set")
        }
    }
}
