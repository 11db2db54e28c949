// What `vgraph build --check-determinism` finds: a stage whose results differ from run to run.

public enum RepetitionProblem: Problem, Hashable {
    /// `what` reads after "gave two results from the same inputs: "; `detail`: the place as packets, frames or fields.
    case differs(node: String, stage: String, what: String, detail: [String])
    /// The first run succeeded; the errors of the second follow on their own.
    case failedAgain(node: String, stage: String)

    public var diagnostic: Diagnostic {
        switch self {
        case .differs(let node, let stage, let what, let detail):
            Diagnostic(
                "not-deterministic", fault: .environment,
                "\(node): stage '\(stage)' gave two results from the same inputs: \(what)"
                    + (detail.isEmpty ? "" : "; " + detail.joined(separator: "; ")),
                hint: "look for what depends on time, chance, memory addresses or the number of threads; "
                    + "vgraph kept neither result")
        case .failedAgain(let node, let stage):
            Diagnostic(
                "not-repeatable", fault: .environment,
                "\(node): stage '\(stage)' succeeded, then failed with the same inputs")
        }
    }
}
