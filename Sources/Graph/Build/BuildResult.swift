// What a build came to: its status, its targets, its figures, and for a dry run what would happen.
import Diagnostics
import Store

public struct BuildResult: Sendable {
    public enum Status: Int32, Sendable {
        /// Built, or nothing was to do.
        case done = 0
        case failed = 1
        /// All that failed was refused for what the user wrote.
        case badInput = 2
        /// Everything is built and a stage says revise.
        case revise = 3
        case interrupted = 130
    }

    public struct Target: Sendable {
        /// As the user named it.
        public var name: String
        /// Files written into the workspace or found to be right there, relative to it.
        public var published: [String]
        /// Verdict of the last stage that gave one.
        public var verdict: String?
        /// The stage that said revise last.
        public var judge: String?
        public var hasFailed: Bool
    }

    /// What a dry run found out about a node.
    public struct Planned: Sendable {
        public enum Outcome: String, Sendable { case hit, run, unknown }
        /// `launch.mp4:encode[3]`; `launch.mp4:encode[…]` where it is not known how many there will be.
        public var node: String
        public var stage: String
        public var outcome: Outcome
        public var why: [String]
        public var key: Digest?
        /// For a hit: who made it, when and where.
        public var origin: Record.Origin?
    }

    public var status: Status = .done
    public var targets: [Target] = []
    public var nodes = 0
    public var ran = 0
    public var hits = 0
    public var failed = 0
    public var skipped = 0
    /// Nodes that ran twice with equal results.
    public var repeated = 0
    public var seconds = 0.0
    /// Errors of the nodes that failed, then warnings and notes, each once.
    public var diagnostics: [Diagnostic] = []
    /// Of a dry run, in the order in which things would happen.
    public var planned: [Planned] = []
    /// What was paid in this build, by currency.
    public var spent: [String: Double] = [:]
    /// Name of the run's log, nil where none was written.
    public var run: String?
}
