// The writers of files that nodes read: stages of this build, known from pipelines or found while nodes ran, and
// targets that are not part of this build.
import Diagnostics
import Pipelines
import Store

final class Writers {
    private let targets: [WantedTarget]
    private let resumption: Resumption?
    private let load: () -> Rules?
    private lazy var rules = load()
    /// nil: the trace has the edges that are needed; computed when others are.
    private var knownEdges: FileEdges?
    /// Writers whose results a node turned out to read, by the node's stage.
    private var met: [FileEdges.Stage: Set<FileEdges.Stage>] = [:]
    /// Files of the workspace that were checked for a maker.
    private var askedFor: Set<ByteText> = []
    /// Targets outside this build that make files which nodes turned out to read.
    private(set) var newMakers: [WantedTarget] = []

    /// - Parameter rules: those of the workspace; read when they are first needed.
    init(_ targets: [WantedTarget], edges: FileEdges?, resumption: Resumption?, rules load: @escaping () -> Rules?) {
        self.targets = targets
        self.resumption = resumption
        self.load = load
        knownEdges = edges
    }

    /// Every file that a stage of this build writes, and the order that follows from it.
    var edges: FileEdges? {
        if knownEdges == nil { knownEdges = try? FileEdges(targets) }
        return knownEdges
    }

    /// A file that a node turned out to read may be another pipeline's target: then this build starts over and builds
    /// that target first.
    /// - Returns: whether it starts over.
    func needsMaker(of path: String, _ files: FileTable) -> Bool {
        guard askedFor.insert(path).inserted, let maker = rules?.maker(of: path, files) else { return false }
        let isOurs = targets.contains { target in
            target.file.isSameBytes(maker.file) && (target.stage == nil || target.stage == maker.stage)
        }
        if !isOurs { newMakers.append(maker) }
        return !isOurs
    }

    /// Stages that must be done before a node, in addition to those in its pipeline.
    func before(_ node: BuildNode) -> [FileEdges.Stage] {
        let here = FileEdges.Stage(target: node.target, stage: node.stage), met = met[here].map(Array.init) ?? []
        guard let resumption, !resumption.isWhole[node.target], let row = node.lastRow else {
            return (edges?.before[here] ?? []) + met
        }
        // Includes all those of the last build.
        let producers = resumption.trace.producers(row)
        let own = targets[node.target].pipeline.sources(of: node.stage)
        if met.isEmpty, areOf(own, of: node.target, producers, resumption.trace) { return [] }
        var found = Set<FileEdges.Stage>(met)
        for producer in producers {
            let other = resumption.trace[Int(producer)]
            found.insert(FileEdges.Stage(target: Int(other.target), stage: Int(other.stage)))
        }
        guard found.contains(where: { $0.target == node.target }) else { return Array(found) }
        let known = Set(own)
        return found.filter { $0.target != node.target || !known.contains($0.stage) }
    }

    /// Whether nodes are all of some stages, in the order of these: so a trace names what a pipeline says, and a node
    /// that takes from ten thousand is looked through once.
    private func areOf(
        _ stages: [Int], of target: Int, _ rows: UnsafeBufferPointer<UInt32>, _ trace: TraceFile
    ) -> Bool {
        var at = 0
        for row in rows {
            let node = trace[Int(row)]
            guard Int(node.target) == target else { return false }
            while at < stages.count, stages[at] != Int(node.stage) { at += 1 }
            if at == stages.count { return false }
        }
        return true
    }

    /// What is known about an undeclared file that a node read.
    enum Meeting {
        /// No stage of this build writes it.
        case noWriter
        /// Its writer is known to come first, or is the node's own stage.
        case known
        /// A stage that did not come before the node until now.
        case new(FileEdges.Stage)
        /// A stage that itself waits for the node's stage.
        case circle(writer: String)
    }

    func meet(_ path: String, by reader: FileEdges.Stage, _ edges: FileEdges) -> Meeting {
        guard let writer = edges.writer(of: path) else { return .noWriter }
        guard writer != reader, met[reader]?.contains(writer) != true, !edges.isBefore(writer, reader, met) else {
            return .known
        }
        if edges.isBefore(reader, writer, met) { return .circle(writer: edges.id(writer)) }
        met[reader, default: []].insert(writer)
        return .new(writer)
    }
}
