// The lines that vgraph-remote writes: one answer a request, in any order, and warnings at any time.
import Diagnostics
import Store

public struct RemoteReply: Codable, Sendable {
    public struct Warning: Codable, Sendable {
        public var remote: String
        public var diagnostic: Diagnostic
        public init(remote: String, diagnostic: Diagnostic) {
            self.remote = remote
            self.diagnostic = diagnostic
        }
    }

    /// What one remote did for a build.
    public struct Statistics: Codable, Sendable, Hashable {
        public var remote: String
        /// Manifests that it had a record for, and those that it had none for.
        public var hits = 0
        public var misses = 0
        /// Blobs that came from it, and records that went to it.
        public var blobs = 0
        public var published = 0
        public var bytesDown: UInt64 = 0
        public var bytesUp: UInt64 = 0
        /// Of all calls together.
        public var seconds = 0.0
        public var errors = 0
        /// Records that were not taken, because no key that counts had signed them or they were of another node.
        public var refused = 0
        /// Whether it was given up on.
        public var isOff = false
        public init(remote: String) { self.remote = remote }
    }

    /// How a remote is now.
    public struct Standing: Codable, Sendable, Hashable {
        public var remote: String
        /// Whether it can be read, and, where it is configured to, written.
        public var isGood: Bool
        /// Of the fastest of a few calls; nil: none was answered.
        public var milliseconds: Double?
        /// "nginx", "buildbox-casd, REAPI 2.0 to 2.12": what it says of itself; nil: nothing.
        public var server: String?
        /// What is wrong and what to do.
        public var problems: [Diagnostic]
        public init(
            remote: String, isGood: Bool, milliseconds: Double?, server: String?, problems: [Diagnostic]
        ) {
            self.remote = remote
            self.isGood = isGood
            self.milliseconds = milliseconds
            self.server = server
            self.problems = problems
        }
    }

    /// 0 in warnings and in the last line.
    public var id = 0
    /// Verified; their blobs carry SHA-256. Empty: no remote has one.
    public var records: [Record]?
    /// Which remote each of the records came from.
    public var from: [String]?
    public var done: Bool?
    /// No remote has the blob.
    public var missing: Bool?
    /// Why it could not be done.
    public var failed: String?
    public var standings: [Standing]?
    public var warning: Warning?
    public var statistics: [Statistics]?

    /// The answer to `find`, from `records` and `from` that are JSON already: to decode and to encode a record once
    /// more would cost more than to bring it.
    public static func line(id: Int, records: [[UInt8]], from names: [UInt8]) -> [UInt8] {
        Array("{\"from\":".utf8) + names + Array(",\"id\":\(id),\"records\":[".utf8)
            + Array(records.joined(separator: [UInt8(ascii: ",")])) + Array("]}".utf8)
    }

    public init(
        id: Int = 0, records: [Record]? = nil, done: Bool? = nil, missing: Bool? = nil, failed: String? = nil,
        standings: [Standing]? = nil, warning: Warning? = nil, statistics: [Statistics]? = nil
    ) {
        self.id = id
        self.records = records
        self.done = done
        self.missing = missing
        self.failed = failed
        self.standings = standings
        self.warning = warning
        self.statistics = statistics
    }
}
