// Cache entry and provenance in one: what went in, what came out, what it cost, who made it when and where.
import Diagnostics
import Work

public struct Record: Codable, Sendable {
    public struct Blob: Codable, Sendable, Hashable {
        public var digest: Digest
        public var size: UInt64
        /// 64 hex digits; computed when first needed, kept from then on.
        public var sha256: String?
        public init(digest: Digest, size: UInt64, sha256: String? = nil) {
            self.digest = digest
            self.size = size
            self.sha256 = sha256
        }
    }

    public struct Output: Codable, Sendable, Hashable {
        public var name: String
        public var type: String
        public var fileName: String
        /// One, or any number in order where the output is a list.
        public var blobs: [Blob]
        public init(name: String, type: String, fileName: String, blobs: [Blob]) {
            self.name = name
            self.type = type
            self.fileName = fileName
            self.blobs = blobs
        }
    }

    /// Seconds.
    public struct Cost: Codable, Sendable, Hashable {
        public var wall: Double
        public var cpu: Double
        /// What had to be paid for it, once.
        public var price: Price?
        public init(wall: Double, cpu: Double, price: Price? = nil) {
            self.wall = wall
            self.cpu = cpu
            self.price = price
        }
    }

    /// Money.
    public struct Price: Codable, Sendable, Hashable {
        public var amount: Double
        /// ISO 4217, for example "USD".
        public var currency: String
        public init(amount: Double, currency: String) {
            self.amount = amount
            self.currency = currency
        }
    }

    public struct Origin: Codable, Sendable, Hashable {
        public var user: String
        public var host: String
        /// ISO 8601, UTC.
        public var time: String
        public var vgraph: String
        /// The node as a person names it, in the build that made this.
        public var node: String
        public init(user: String, host: String, time: String, vgraph: String, node: String) {
            self.user = user
            self.host = host
            self.time = time
            self.vgraph = vgraph
            self.node = node
        }
    }

    public var key: Digest
    public var manifest: Manifest
    public var outputs: [Output]
    /// Read beyond the inputs; compared before this record counts.
    public var discovered: [Discovered]
    public var diagnostics: [Diagnostic]
    public var verdict: String?
    public var cost: Cost
    public var origin: Origin

    public init(key: Digest, manifest: Manifest, outputs: [Output], discovered: [Discovered], diagnostics: [Diagnostic],
                verdict: String?, cost: Cost, origin: Origin) {
        self.key = key
        self.manifest = manifest
        self.outputs = outputs
        self.discovered = discovered
        self.diagnostics = diagnostics
        self.verdict = verdict
        self.cost = cost
        self.origin = origin
    }

    public func output(_ name: String) -> Output? { outputs.first { $0.name == name } }
}
