// The lines that a worker writes while it runs a job.
import Diagnostics

/// A line from a worker: `progress` any number of times, then `outcome` or `failure` (never both).
public struct Reply: Codable, Sendable {
    public struct Progress: Codable, Sendable {
        public var done: Int
        public var total: Int
        /// "frames", "seconds" …
        public var unit: String
        /// The unit of a job that was sent to another machine, which now has all that it needs.
        public static let sent = "sent"
        public init(done: Int, total: Int, unit: String) {
            self.done = done
            self.total = total
            self.unit = unit
        }
    }
    public var id: Int
    public var progress: Progress?
    public var outcome: Outcome?
    public var failure: [Diagnostic]?
    /// Seconds of processor time that it took, where whoever reads this cannot see it.
    public var cpu: Double?
    /// Seconds from its start to its end there.
    public var wall: Double?
    public init(id: Int, progress: Progress? = nil, outcome: Outcome? = nil, failure: [Diagnostic]? = nil) {
        self.id = id
        self.progress = progress
        self.outcome = outcome
        self.failure = failure
    }
}
