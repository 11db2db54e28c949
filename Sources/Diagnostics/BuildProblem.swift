// What can go wrong while a build runs. What stages report themselves is in their own catalogues.

public enum BuildProblem: Problem, Hashable {
    /// `how`: "was killed by SIGSEGV", "ended with status 3".
    case workerDied(node: String, how: String, stderr: [String])
    case workerGarbage(node: String, line: String)
    case workerMissing(path: String, reason: String)
    case workerTools(path: String, reason: String)
    case stageThrew(node: String, error: String)
    case outputMissing(node: String, output: String)
    case outputUnknown(node: String, output: String)
    case outputOutside(node: String, path: String)
    case tooManyInputs(node: String, slot: String, count: Int)
    case keepsChanging(node: String, path: String)
    /// `left`: the number of tries after the next one.
    case triesAgain(node: String, seconds: Int, left: Int, reason: String)
    /// The file at a target is not the one that a stage judged.
    case otherFile(target: String, stage: String)
    /// A target's file stayed in a remote cache, and an earlier one lies there.
    case olderFile(path: String)
    /// Two films of one spec have the same bytes.
    case sameFilm(String, as: String)
    /// A stage's decision counted until a moment that is over.
    case decisionExpired(target: String, stage: String)

    public var diagnostic: Diagnostic {
        switch self {
        case .workerDied(let node, let how, let stderr):
            Diagnostic(
                "worker-died", fault: .environment, "\(node): the worker \(how)",
                hint: stderr.isEmpty ? nil : "last output: \(stderr.joined(separator: " | "))")
        case .workerGarbage(let node, let line):
            Diagnostic("worker-garbage", fault: .bug, "\(node): the worker's answer is not a reply: '\(line)'")
        case .workerMissing(let path, let reason):
            Diagnostic(
                "worker-missing", fault: .environment, "cannot start the worker '\(path)': \(reason)",
                hint: "run 'vgraph doctor' to see what is missing")
        case .workerTools(let path, let reason):
            Diagnostic(
                "worker-tools", fault: .environment, "the worker '\(path)' did not report its tools: \(reason)",
                hint: "run 'vgraph doctor' to see what is missing")
        case .stageThrew(let node, let error):
            Diagnostic("stage-error", fault: .bug, "\(node): \(error)")
        case .outputMissing(let node, let output):
            Diagnostic("output-missing", fault: .bug, "\(node) did not make its output '\(output)'")
        case .outputUnknown(let node, let output):
            Diagnostic("output-unknown", fault: .bug, "\(node) made '\(output)', which it does not declare")
        case .outputOutside(let node, let path):
            Diagnostic("output-outside", fault: .bug, "\(node) names an output outside its folder: '\(path)'")
        case .tooManyInputs(let node, let slot, let count):
            Diagnostic("too-many-inputs", fault: .bug, "\(node): '\(slot)' takes one file, not \(count)")
        case .triesAgain(let node, let seconds, let left, let reason):
            Diagnostic(
                "tries-again", .note, fault: .environment,
                "\(node): failed; next try in \(seconds) s, \(left == 0 ? "the last" : "then \(left) more"): \(reason)")
        case .keepsChanging(let node, let path):
            FileProblem.changing(path: path, node: node).diagnostic
        case .otherFile(let target, let stage):
            Diagnostic(
                "other-file", .warning,
                "'\(stage)' judged another file than the one at '\(target)', so '\(target)' has not passed",
                hint: "give check, review and \(stage) the file that becomes '\(target)', then build again")
        case .sameFilm(let file, let other):
            Diagnostic(
                "same-film", .warning, fault: .result, "'\(file)' is the same film as '\(other)', byte for byte",
                hint: "compare their rows: one was copied, or nothing shows the column in which they differ")
        case .olderFile(let path):
            Diagnostic(
                "older-file", .warning,
                "'\(path)' is of an earlier build: the file of this one stayed in the remote cache",
                hint: "'vgraph build --download target' brings it here")
        case .decisionExpired(let target, let stage):
            Diagnostic(
                "decision-expired", .error, fault: .result,
                "'\(stage)' passed '\(target)' only until a moment that is over: a waiver has expired",
                hint: "mend what was waived, or sign a new waiver; vgraph runbook gate.waiver-expired",
                at: Place(file: target, line: 0, column: 0))
        }
    }
}
