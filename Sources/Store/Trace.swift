// The nodes of the last complete build of a request: keys, results, edges, and the files that each looked at. With it
// an edit costs only the nodes that it reaches, and no pipeline is read.
import Diagnostics
import Digests

public struct Trace: Sendable {
    public struct Target: Sendable {
        public var file: String
        /// The value of `{name}`.
        public var name: String
        /// The values of `{film}` and `{choice}`.
        public var film: String
        public var choice: String
        /// Index of its pipeline in the file named by `pipelines`.
        public var pipeline: Int
        /// nil: everything.
        public var stage: Int?
        public var published: [String]
        public var verdict: Verdict?
        public init(
            file: String, name: String, film: String, choice: String, pipeline: Int, stage: Int?, published: [String],
            verdict: Verdict?
        ) {
            self.file = file
            self.name = name
            self.film = film
            self.choice = choice
            self.pipeline = pipeline
            self.stage = stage
            self.published = published
            self.verdict = verdict
        }
    }

    /// A range of one of the lists below.
    public struct Span: Sendable, BitwiseCopyable {
        public var start: UInt32
        public var count: UInt32
        public init(start: Int, count: Int) {
            self.start = UInt32(start)
            self.count = UInt32(count)
        }
        public var range: Range<Int> { Int(start)..<Int(start) + Int(count) }
    }

    public struct Node: Sendable, BitwiseCopyable {
        public struct Flags: OptionSet, Sendable, BitwiseCopyable {
            public var rawValue: UInt32
            public init(rawValue: UInt32) { self.rawValue = rawValue }
            /// The number of nodes depends on its result, or on a list of files to which it belongs.
            public static let shapes = Flags(rawValue: 1)
            /// Its result's bytes must exist.
            public static let isWanted = Flags(rawValue: 2)
            /// Its record has diagnostics.
            public static let speaks = Flags(rawValue: 4)
            /// Its key differs from the one in the run `log`.
            public static let isNew = Flags(rawValue: 8)
            /// Its result counts only for a while or never: every build that walks the graph evaluates it again.
            public static let isTimed = Flags(rawValue: 16)
            /// Its record has a verdict.
            public static let judges = Flags(rawValue: 32)
        }
        public var high: UInt64
        public var low: UInt64
        public var target: UInt32
        public var stage: UInt32
        /// -1: the stage runs once.
        public var element: Int32
        public var flags: Flags
        public var results: Span
        public var producers: Span
        public var leaves: Span
        public var seconds: Float
        private var padding: UInt32 = 0
        private var worldHigh: UInt64
        private var worldLow: UInt64

        public init(
            key: Digest, target: Int, stage: Int, element: Int?, flags: Flags, results: Span, producers: Span,
            leaves: Span, seconds: Double,
            world: Digest = .zero
        ) {
            (worldHigh, worldLow) = (world.high, world.low)
            (high, low) = (key.high, key.low)
            self.target = UInt32(target)
            self.stage = UInt32(stage)
            self.element = Int32(element ?? -1)
            self.flags = flags
            self.results = results
            self.producers = producers
            self.leaves = leaves
            self.seconds = Float(seconds)
        }

        public var key: Digest { Digest(high: high, low: low) }
        /// Which of the key's results it was.
        public var world: Digest { Digest(high: worldHigh, low: worldLow) }
    }

    public struct Result: Sendable, BitwiseCopyable {
        public var high: UInt64
        public var low: UInt64
        public var size: UInt64
        /// Index of the output in the stage's descriptor.
        public var output: UInt32
        private var isExecutable: UInt32
        public init(output: Int, _ blob: Record.Blob) {
            (high, low, size) = (blob.digest.high, blob.digest.low, blob.size)
            self.output = UInt32(output)
            isExecutable = blob.isExecutable == true ? 1 : 0
        }
        public var blob: Record.Blob {
            Record.Blob(digest: Digest(high: high, low: low), size: size, isExecutable: isExecutable == 1 ? true : nil)
        }
    }

    public var targets: [Target] = []
    /// By target, then stage, then element, so that the nodes of a stage are contiguous.
    public var nodes: [Node] = []
    public var results: [Result] = []
    /// Indices of `nodes`.
    public var producers: [UInt32] = []
    /// Indices of the leaves of the state file.
    public var leaves: [UInt32] = []
    /// Checksum of the pipelines' file.
    public var pipelines = Digest.zero
    /// The last run whose log names every node.
    public var log = ""

    public init() {}

    public func write(identity: Digest, to path: String, by folder: String) throws(StoreProblem) -> Digest {
        var packer = Packer()
        packer.put(targets) { packer, target in
            packer.put(target.file)
            packer.put(target.name)
            packer.put(target.film)
            packer.put(target.choice)
            packer.put(target.pipeline)
            packer.put(target.stage ?? -1)
            packer.put(target.published) { $0.put($1) }
            packer.put(target.verdict?.rawValue)
        }
        packer.put(pipelines.hex)
        packer.put(log)
        return try SectionFile.write(
            [
                packer.bytes, packer.table, nodes.rawBytes, results.rawBytes, producers.rawBytes,
                leaves.rawBytes,
            ],
            identity: identity, to: path, by: folder)
    }

    /// nil: the file is missing, damaged, for another request or has another checksum.
    public static func load(_ path: String, identity: Digest, checksum: Digest, leafCount: Int) -> Trace? {
        guard let file = SectionFile(path, identity: identity), file.checksum == checksum,
            let texts = TextTable(file[1])
        else {
            return nil
        }
        return withExtendedLifetime(file) {
            var trace = Trace(), reader = Unpacker(file[0], texts: texts)
            trace.targets = reader.list { reader in
                let file = reader.text(), name = reader.text(), film = reader.text(), choice = reader.text(),
                    pipeline = reader.int(), stage = reader.int()
                return Target(
                    file: file, name: name, film: film, choice: choice, pipeline: pipeline,
                    stage: stage < 0 ? nil : stage,
                    published: reader.list { $0.text() },
                    verdict: reader.optionalText().flatMap(Verdict.init))
            }
            trace.pipelines = Digest(hex: reader.text()) ?? .zero
            trace.log = reader.text()
            trace.nodes = file.array(2, of: Node.self)
            trace.results = file.array(3, of: Result.self)
            trace.producers = file.array(4, of: UInt32.self)
            trace.leaves = file.array(5, of: UInt32.self)
            return reader.isSound && trace.isConsistent(leafCount) ? trace : nil
        }
    }

    /// The checksum is not a signature: the content may still be invalid.
    private func isConsistent(_ leafCount: Int) -> Bool {
        nodes.allSatisfy { node in
            node.target < targets.count && node.results.range.upperBound <= results.count
                && node.producers.range.upperBound <= producers.count
                && node.leaves.range.upperBound <= leaves.count
        } && producers.allSatisfy { $0 < nodes.count } && leaves.allSatisfy { $0 < leafCount }
    }

    /// For each of `count` entries, the nodes that point to it.
    private func reversed(
        _ count: Int, _ list: [UInt32],
        _ span: (Node) -> Span
    ) -> (starts: [UInt32], nodes: [UInt32]) {
        var starts = [UInt32](repeating: 0, count: count + 1)
        for node in nodes { for entry in list[span(node).range] { starts[Int(entry) + 1] += 1 } }
        for index in 0..<count { starts[index + 1] += starts[index] }
        var next = starts, nodes = [UInt32](repeating: 0, count: Int(starts[count]))
        for (index, node) in self.nodes.enumerated() {
            for entry in list[span(node).range] {
                nodes[Int(next[Int(entry)])] = UInt32(index)
                next[Int(entry)] += 1
            }
        }
        return (starts, nodes)
    }

    /// The nodes that a change of some leaves, or the passing of time, can reach; nil: a leaf changed that no node
    /// looked at, so anything may be different.
    public func reach(of changed: [Int], leafCount: Int) -> [Bool]? {
        var isReached = [Bool](repeating: false, count: nodes.count)
        let timed = nodes.indices.filter { nodes[$0].flags.contains(.isTimed) }.map { UInt32($0) }
        guard !changed.isEmpty || !timed.isEmpty else { return isReached }
        let readers = reversed(leafCount, leaves, \.leaves), users = reversed(nodes.count, producers, \.producers)
        var open = timed
        for leaf in changed {
            let range = Int(readers.starts[leaf])..<Int(readers.starts[leaf + 1])
            guard !range.isEmpty else { return nil }
            open += readers.nodes[range]
        }
        while let index = open.popLast() {
            guard !isReached[Int(index)] else { continue }
            isReached[Int(index)] = true
            open += users.nodes[Int(users.starts[Int(index)])..<Int(users.starts[Int(index) + 1])]
        }
        return isReached
    }
}
