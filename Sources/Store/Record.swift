// A cache entry with its provenance: what went in, what came out, the cost, and who made it when and where.
import Diagnostics
import Digests
import Glibc
import Work

public struct Record: Codable, Sendable {
    public struct Blob: Codable, Sendable, Hashable {
        public var digest: Digest
        public var size: UInt64
        /// 64 hex digits; computed when first needed and then kept.
        public var sha256: String?
        /// true: the file was executable, and copies of the blob are too. An executable and another blob may share
        /// their bytes.
        public var isExecutable: Bool?
        public init(digest: Digest, size: UInt64, sha256: String? = nil, isExecutable: Bool? = nil) {
            self.digest = digest
            self.size = size
            self.sha256 = sha256
            self.isExecutable = isExecutable
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
        /// What the run cost, once.
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
        /// The node's name in the build that made this.
        public var node: String
        /// The remote cache that it came from; nil: it was made here, or imported.
        public var remote: String?
        /// The remote that did the work; nil: the machine `host` did.
        public var executor: String?
        public init(user: String, host: String, time: String, vgraph: String, node: String) {
            self.user = user
            self.host = host
            self.time = time
            self.vgraph = vgraph
            self.node = node
        }

        /// `time` in seconds since 1970; nil: the text has another form.
        public var seconds: Int64? {
            let parts = time.split { !$0.isASCII || !$0.isNumber }.compactMap { Int32($0) }
            guard parts.count == 6 else { return nil }
            var moment = tm()
            (moment.tm_year, moment.tm_mon, moment.tm_mday) = (parts[0] &- 1900, parts[1] &- 1, parts[2])
            (moment.tm_hour, moment.tm_min, moment.tm_sec) = (parts[3], parts[4], parts[5])
            return Int64(timegm(&moment))
        }
    }

    public var key: Digest
    public var manifest: Manifest
    public var outputs: [Output]
    /// Files read beyond the inputs; compared before this record counts.
    public var discovered: [Discovered]
    /// Answers of searches; compared before this record counts. nil: there were none.
    public var answers: [Answer]?
    public var diagnostics: [Diagnostic]
    public var verdict: Verdict?
    public var cost: Cost
    public var origin: Origin
    /// Whether the program ran in a sandbox; nil: a built-in stage made it.
    public var isSandboxed: Bool?
    /// true: it counted for the build that made it alone.
    public var isProvisional: Bool?

    public init(
        key: Digest, manifest: Manifest, outputs: [Output], discovered: [Discovered], answers: [Answer]? = nil,
        diagnostics: [Diagnostic], verdict: Verdict?, cost: Cost, origin: Origin
    ) {
        self.key = key
        self.manifest = manifest
        self.outputs = outputs
        self.discovered = discovered
        self.answers = answers
        self.diagnostics = diagnostics
        self.verdict = verdict
        self.cost = cost
        self.origin = origin
    }

    /// The digest of everything found beyond the inputs, which tells results under one key apart. `.zero`: nothing was.
    public var world: Digest {
        if discovered.isEmpty && (answers ?? []).isEmpty { return .zero }
        var writer = DigestWriter()
        for item in discovered.sorted(by: { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }) {
            writer.add(field: item.path)
            writer.add(field: item.digest?.hex ?? "")
        }
        writer.add(field: "answers")
        for item in (answers ?? []).sorted(by: { $0.question.utf8.lexicographicallyPrecedes($1.question.utf8) }) {
            writer.add(field: item.question)
            writer.add(field: item.answer)
        }
        return writer.finish()
    }

    /// Whether the names that become file names are none that lead elsewhere.
    public var hasPlainNames: Bool {
        outputs.allSatisfy { output in
            !output.fileName.isEmpty && output.fileName != "." && output.fileName != ".."
                && !output.fileName.utf8.contains { $0 == 0x2F || $0 < 0x20 || $0 == 0x7F }
        }
    }

    public func output(_ name: String) -> Output? { outputs.first { $0.name == name } }
}
