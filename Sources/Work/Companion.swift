// Work that a job may do beside its own: that of nodes which will probably follow and would take what this job has at
// hand from nothing again (encode draws the frames that render has just drawn, measure decodes what encode has just
// reconstructed). All stay nodes with keys and records of their own. The engine keeps what was made until a node with
// exactly that key asks for it. Must not know any stage.
import Digests

extension Job {
    public struct Companion: Codable, Sendable {
        /// The stage of the node that will follow, and its parameters.
        public var stage: String
        public var parameters: [String: Value]
        /// Its slots that something fills.
        public var slots: [String]
        /// What this job's node made the last time, as far as the follower's key has it. While the job makes the same
        /// again, the follower may be a hit, and its work would be in vain. Empty: nothing is known.
        public var before: [Input]

        public init(stage: String, parameters: [String: Value], slots: [String], before: [Input]) {
            self.stage = stage
            self.parameters = parameters
            self.slots = slots
            self.before = before
        }
    }

    /// A companion's work as a job of its own, so that a body reads its parameters as always. nil: none is asked for.
    public func companion(of stage: String) -> (job: Job, companion: Companion)? {
        guard let companion = companions?.first(where: { $0.stage == stage }) else { return nil }
        var job = Job(
            id: id, stage: companion.stage, node: node, workspace: workspace, inputs: companion.before,
            parameters: companion.parameters, scratch: scratch)
        job.roots = roots
        return (job, companion)
    }
}

/// What a companion made, in the job's folder.
public struct CompanionOutcome: Codable, Sendable {
    public struct File: Codable, Sendable, Hashable {
        /// Relative to the scratch folder.
        public var path: String
        /// Of the bytes that were written. The engine takes no others.
        public var digest: Digest

        public init(path: String, digest: Digest) {
            self.path = path
            self.digest = digest
        }
    }

    public var stage: String
    /// The files of each output.
    public var outputs: [String: [File]]
    /// Seconds that it took of the job's.
    public var wall: Double
    public var cpu: Double

    public init(stage: String, outputs: [String: [File]], wall: Double, cpu: Double) {
        self.stage = stage
        self.outputs = outputs
        self.wall = wall
        self.cpu = cpu
    }
}
