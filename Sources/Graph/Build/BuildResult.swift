// The result of a build: its status, targets and figures, and for a dry run what would happen.
import Diagnostics
import Digests
import Store

public struct BuildResult: Sendable {
    public struct Target: Sendable {
        /// As the user named it.
        public var name: String
        /// Files that were written into the workspace or were already up to date there, relative to it.
        public var published: [String]
        /// Verdict of the last stage that gave one.
        public var verdict: Verdict?
        /// The last stage whose verdict is revise.
        public var judge: String?
        public var hasFailed: Bool
        /// Nodes that ran for it, and seconds that they took.
        public var ran = 0
        public var seconds = 0.0
        /// Nodes whose results existed.
        public var hits = 0
        /// Those of `hits` that this build made for another target.
        public var shared = 0
        /// Files that are up to date in a remote cache and were not brought here (`download: none`).
        public var away: [String] = []
    }

    /// What a remote cache did for a build.
    public struct Remote: Sendable, Hashable {
        public var name: String
        /// Nodes whose results came from it.
        public var hits = 0
        /// Records that went to it.
        public var published = 0
        public var bytesDown: UInt64 = 0
        public var bytesUp: UInt64 = 0
        public var errors = 0
        /// Whether it was given up on.
        public var isOff = false
    }

    /// What a dry run found about a node.
    public struct Planned: Sendable {
        public enum Outcome: String, Sendable { case hit, run, unknown }
        /// `launch.mp4:encode[3]`; `launch.mp4:encode[…]` where it is not known how many there will be.
        public var node: String
        public var stage: String
        public var outcome: Outcome
        public var why: [String]
        public var key: Digest?
        /// For a hit: who made it, when and where; nil: its record was not read.
        public var origin: Record.Origin?
        /// Where it is in the graph.
        var place: Place

        struct Place: Hashable {
            var target: Int
            var stage: Int
            /// nil: the stage runs once, or it is not known how many nodes there will be.
            var element: Int?
        }
    }

    public var status: ExitStatus = .done
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
    /// Of a dry run, by target, then stage, then element, so that no order of evaluation shows.
    public var planned: [Planned] = []
    /// The cost of this build, by currency.
    public var spent: [String: Double] = [:]
    /// What each remote cache did, in the order in which they are asked; empty: none was asked.
    public var remotes: [Remote] = []
    /// Name of the run's log; nil: none was written.
    public var run: String?
}
