// The exit codes of vgraph, defined only here: `vgraph --help` and the README print this table, runs and state files
// keep these numbers. Must not know which command ends.

public enum ExitStatus: Int32, Codable, Sendable, Hashable, CaseIterable {
    case done = 0
    case failed = 1
    case badInput = 2
    case revise = 3
    case damaged = 4
    case interrupted = 130

    public var meaning: String {
        switch self {
        case .done: "built, or up to date"
        case .failed: "a stage failed, or the machine lacks something"
        case .badInput: "the command line, a spec, a pipeline or an asset is wrong"
        case .revise: "a check failed, or the gate or a person decided 'revise'"
        case .damaged: "the cache is damaged"
        case .interrupted: "interrupted"
        }
    }

    /// Every exit code and its meaning, one per line.
    public static var table: String {
        allCases.map { status in
            let number = String(status.rawValue)
            return String(repeating: " ", count: 5 - number.count) + number + "  " + status.meaning
        }.joined(separator: "\n")
    }

    /// The outcome of a build in one word, for reports.
    public var word: String {
        switch self {
        case .done: "built"
        case .failed, .badInput, .damaged: "failed"
        case .revise: "revise"
        case .interrupted: "interrupted"
        }
    }

    /// The status of a build or a command that these problems ended. Warnings count only if there is no error.
    public init(endedBy problems: [Diagnostic]) {
        let errors = problems.filter { $0.severity == .error }
        let statuses = Set((errors.isEmpty ? problems : errors).map(\.fault.exitStatus))
        if statuses.contains(.damaged) {
            self = .damaged
        } else if statuses.count == 1, let only = statuses.first {
            self = only
        } else {
            self = .failed
        }
    }
}

extension Diagnostic.Fault {
    /// The status of a command that such a problem ends.
    public var exitStatus: ExitStatus {
        switch self {
        case .input: .badInput
        case .environment, .program, .bug: .failed
        case .cache: .damaged
        case .result: .revise
        }
    }
}
