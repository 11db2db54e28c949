// What can go wrong while a build runs, apart from what stages say themselves.

public enum BuildProblem: Problem, Sendable, Hashable {
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
    /// `left`: how many tries there are after the next one.
    case triesAgain(node: String, seconds: Int, left: Int, reason: String)
    /// What lies at a target is not what was decided upon.
    case otherFile(target: String, stage: String)

    public var diagnostic: Diagnostic {
        switch self {
        case .workerDied(let node, let how, let stderr):
            Diagnostic("worker-died", fault: .environment, "\(node): the worker \(how)",
                       hint: stderr.isEmpty ? nil : "last output: \(stderr.joined(separator: " | "))")
        case .workerGarbage(let node, let line):
            Diagnostic("worker-garbage", fault: .bug, "\(node): the worker answered with something that is not a reply: '\(line)'")
        case .workerMissing(let path, let reason):
            Diagnostic("worker-missing", fault: .environment, "cannot start the worker '\(path)': \(reason)",
                       hint: "'vgraph doctor' says what is missing")
        case .workerTools(let path, let reason):
            Diagnostic("worker-tools", fault: .environment, "the worker '\(path)' does not say which tools it has: \(reason)",
                       hint: "'vgraph doctor' says what is missing")
        case .stageThrew(let node, let error):
            Diagnostic("stage-error", fault: .bug, "\(node): \(error)")
        case .outputMissing(let node, let output):
            Diagnostic("output-missing", fault: .bug, "\(node) did not make its output '\(output)'")
        case .outputUnknown(let node, let output):
            Diagnostic("output-unknown", fault: .bug, "\(node) made '\(output)', which it does not declare")
        case .outputOutside(let node, let path):
            Diagnostic("output-outside", fault: .bug, "\(node) names an output outside its folder: '\(path)'")
        case .tooManyInputs(let node, let slot, let count):
            Diagnostic("too-many", fault: .bug, "\(node): '\(slot)' takes one, but there are \(count)")
        case .triesAgain(let node, let seconds, let left, let reason):
            Diagnostic("tries-again", .note, fault: .environment,
                "\(node): tried again in \(seconds) s, and \(left == 0 ? "not" : "\(left) times") after that: \(reason)")
        case .keepsChanging(let node, let path):
            Diagnostic("file-changing", fault: .environment, "\(node): '\(path)' keeps changing while it is used",
                       hint: "wait until it is written, then build again")
        case .otherFile(let target, let stage):
            Diagnostic("other-file", .warning, "the file at '\(target)' is not the one that '\(stage)' decided upon, so it has not passed",
                       hint: "let check, review and \(stage) take what becomes '\(target)', then build again")
        }
    }
}
