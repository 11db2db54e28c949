// The nodes of the last complete build of a request: keys, results, edges, and the files that each looked at. With it
// an edit costs only the nodes that it reaches, and no pipeline is read. This is a trace as it is written: all of it,
// or what an edit changed of one that lies on the disk. `TraceFile` is one that is read.
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
        /// Index of where its result came from; `noOrigin`: not known.
        public var origin: UInt32
        private var worldHigh: UInt64
        private var worldLow: UInt64

        public init(
            key: Digest, target: Int, stage: Int, element: Int?, flags: Flags, results: Span, producers: Span,
            leaves: Span, seconds: Double, origin: UInt32 = noOrigin, world: Digest = .zero
        ) {
            self.origin = origin
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

        public static let noOrigin = UInt32.max

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

    /// How long the lists of the base are that edits are laid over: theirs go on where those end.
    public struct Lengths: Sendable {
        public var results = 0, producers = 0, leaves = 0, origins = 0
        public init() {}
    }

    /// The file that edits are laid over.
    public struct Base: Sendable {
        public var checksum: Digest
        public var lengths: Lengths
    }

    public var targets: [Target] = []
    /// By target, then stage, then element, so that the nodes of a stage are contiguous; of edits, those of `rows`.
    public var nodes: [Node] = []
    public var results: [Result] = []
    /// Rows of nodes.
    public var producers: [UInt32] = []
    /// Indices of the leaves of the state file.
    public var leaves: [UInt32] = []
    /// Each once; a node's own name stands as "".
    public var origins: [Record.Origin] = []
    /// Leaves on which everything depends, whether a node looks at them or not. Empty in edits.
    public var foundation: [UInt32] = []
    /// Checksum of the pipelines' file.
    public var pipelines = Digest.zero
    /// The last run whose log names every node.
    public var log = ""
    /// nil: this is a whole trace.
    public var base: Base?
    /// Of edits: which nodes these are, ascending.
    public var rows: [UInt32] = []
    private var originAt: [Record.Origin: UInt32] = [:]

    public init(over base: Base? = nil) { self.base = base }

    // MARK: Making it

    public mutating func add(results items: some Collection<Result>) -> Span {
        defer { results.append(contentsOf: items) }
        return Span(start: (base?.lengths.results ?? 0) + results.count, count: items.count)
    }

    public mutating func add(producers items: some Collection<UInt32>) -> Span {
        defer { producers.append(contentsOf: items) }
        return Span(start: (base?.lengths.producers ?? 0) + producers.count, count: items.count)
    }

    public mutating func add(leaves items: some Collection<UInt32>) -> Span {
        defer { leaves.append(contentsOf: items) }
        return Span(start: (base?.lengths.leaves ?? 0) + leaves.count, count: items.count)
    }

    /// - Parameter node: the name of the node whose result it is.
    public mutating func add(_ origin: Record.Origin, of node: String) -> UInt32 {
        var origin = origin
        if origin.node == node { origin.node = "" }
        if let known = originAt[origin] { return known }
        let index = UInt32((base?.lengths.origins ?? 0) + origins.count)
        origins.append(origin)
        originAt[origin] = index
        return index
    }

    // MARK: Writing it

    /// - Returns: its checksum.
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
        packer.put(base?.checksum.hex)
        packer.put(origins) { packer, origin in
            for text in [origin.user, origin.host, origin.time, origin.vgraph, origin.node] { packer.put(text) }
            packer.put(origin.remote)
            packer.put(origin.executor)
        }
        var draft = SectionFile.Draft(identity: identity, sections: 8)
        packer.add(to: &draft)
        draft.add(nodes)
        draft.add(results)
        draft.add(producers)
        draft.add(leaves)
        draft.add(foundation)
        draft.add(rows)
        return try draft.write(to: path, by: folder)
    }
}
