// The log of one build: which nodes were hits, which ran and why. gc does not remove it.
import Diagnostics
import Digests
import Files
import Work

public struct RunLog: Codable, Sendable {
    public struct Node: Codable, Sendable {
        public var id: String
        public var stage: String
        /// nil: the node never got a key.
        public var key: Digest?
        /// Which of the key's results it was; nil: the key has only one.
        public var world: String?
        /// hit, ran, failed, skipped.
        public var outcome: String
        public var why: [String]
        public var seconds: Double

        /// Members in the order of their names.
        fileprivate func put(to out: inout JSONText) {
            out.member("{\"id\":", id)
            out.member(",\"key\":", key)
            out.member(",\"outcome\":", outcome)
            out.member(",\"seconds\":", seconds.isFinite ? seconds : 0)
            out.member(",\"stage\":", stage)
            out.raw(",\"why\":")
            out.list(why) { $1.string($0) }
            out.member(",\"world\":", world)
            out.raw("}")
        }

        public init(
            id: String, stage: String, key: Digest?, world: Digest = .zero, outcome: String, why: [String],
            seconds: Double
        ) {
            self.world = world == .zero ? nil : world.hex
            self.id = id
            self.stage = stage
            self.key = key
            self.outcome = outcome
            self.why = why
            self.seconds = seconds
        }
    }

    /// ISO 8601, UTC.
    public var time: String
    public var workspace: String
    public var targets: [String]
    public var nodes: [Node]
    public var diagnostics: [Diagnostic]
    public var status: ExitStatus
    public var seconds: Double
    /// The run that has all other nodes: a log of a resumed build holds only the nodes that a change reached.
    public var base: String?
    /// Values that were set on the command line; nil: none were.
    public var sets: [String: String]?

    public init(
        time: String, workspace: String, targets: [String], nodes: [Node], diagnostics: [Diagnostic],
        status: ExitStatus, seconds: Double
    ) {
        self.time = time
        self.workspace = workspace
        self.targets = targets
        self.nodes = nodes
        self.diagnostics = diagnostics
        self.status = status
        self.seconds = seconds
    }

    /// Writes it as `runs/20260101T120000Z-xxxx.json`; returns the run's name without the extension.
    @discardableResult
    public func write(in cache: Cache) throws(StoreProblem) -> String {
        let stamp = time.filter { $0 != "-" && $0 != ":" }
        let name = stamp + "-" + String(UInt32.random(in: .min ... .max), radix: 36)
        let path = cache.root + "/runs/" + name + ".json"
        var rest = JSONText()
        putTail(to: &rest)
        guard rest.isSound else { throw .cannotWrite(path: path, reason: "cannot encode it as JSON") }
        try AtomicFile.write(to: path, by: cache.temporary) { file throws(SystemFailure) in
            // In pieces, since ten thousand nodes at once take more memory than the build.
            var piece = JSONText()
            func flush(above limit: Int) throws(SystemFailure) {
                guard piece.bytes.count > limit else { return }
                try piece.bytes.withBytes { bytes throws(SystemFailure) in try file.write(bytes) }
                piece.removeAll()
            }
            piece.raw("{")
            if let base {
                piece.member("\"base\":", base)
                piece.raw(",")
            }
            piece.raw("\"diagnostics\":")
            piece.list(diagnostics) { $1.diagnostic($0) }
            piece.raw(",\"nodes\":[")
            for (index, node) in nodes.enumerated() {
                if index > 0 { piece.raw(",") }
                node.put(to: &piece)
                try flush(above: 1 << 16)
            }
            try flush(above: 0)
            try rest.bytes.withBytes { bytes throws(SystemFailure) in try file.write(bytes) }
        }
        return name
    }

    /// What follows the nodes.
    private func putTail(to out: inout JSONText) {
        out.member("],\"seconds\":", seconds)
        if let sets {
            out.raw(",\"sets\":")
            out.table(sets) { $1.string($0) }
        }
        out.member(",\"status\":", status.rawValue)
        out.raw(",\"targets\":")
        out.list(targets) { $1.string($0) }
        out.member(",\"time\":", time)
        out.member(",\"workspace\":", workspace)
        out.raw("}\n")
    }

    private static func decoded(_ bytes: [UInt8]) -> RunLog? {
        JSONCursor.decode(bytes) { cursor throws(JSONCursor.Mismatch) in try RunLog(&cursor) }
    }

    /// nil: the run does not exist, or its file is damaged.
    public static func load(_ name: String, in cache: Cache) -> RunLog? {
        guard !name.contains("/"),
            let content = try? FileContent.read(
                cache.root + "/runs/" + name + ".json",
                keepBytes: true, in: cache.folder)
        else {
            return nil
        }
        guard var log = decoded(content.bytes) else { return nil }
        // Only one step: a base log has no base.
        if let base = log.base, base != name,
            let whole = try? FileContent.read(
                cache.root + "/runs/" + base + ".json", keepBytes: true,
                in: cache.folder), !base.contains("/"),
            let before = decoded(whole.bytes), before.base == nil
        {
            let news = Dictionary(log.nodes.map { (ByteText($0.id), $0) }, uniquingKeysWith: { first, _ in first })
            var seen: Set<ByteText> = []
            var nodes = before.nodes.map { node in
                seen.insert(node.id)
                if let new = news[node.id] { return new }
                var kept = node
                (kept.outcome, kept.why, kept.seconds) = ("hit", [], 0)
                return kept
            }
            nodes += log.nodes.filter { !seen.contains($0.id) }
            log.nodes = nodes
        }
        return log
    }

    /// Names of all runs, oldest first.
    public static func names(in cache: Cache) throws(StoreProblem) -> [String] {
        (try cache.folder.names(cache.root + "/runs")
            ?? []).filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }
    }
}
