// Who writes the files that nodes read: stages of this build, as its pipelines say or as turned out while nodes ran,
// and targets that are no part of this build.
import Diagnostics
import Pipelines
import Store

final class Writers {
    private let targets: [WantedTarget]
    private let resumption: Resumption?
    private let load: () -> Rules?
    private lazy var rules = load()
    /// nil: the trace has those that are needed; made when more are asked for.
    private var knownEdges: FileEdges?
    /// Writers that a node met while it ran, whose results it read: by the node's stage.
    private var met: [FileEdges.Stage: Set<FileEdges.Stage>] = [:]
    /// Files of the workspace of which it is known whether a pipeline makes them.
    private var askedFor: Set<ByteText> = []
    /// Targets that make files which nodes turned out to read, and that are no part of this build.
    private(set) var newMakers: [WantedTarget] = []

    /// - Parameter rules: those of the workspace; read when they are first needed.
    init(_ targets: [WantedTarget], edges: FileEdges?, resumption: Resumption?, rules load: @escaping () -> Rules?) {
        self.targets = targets
        self.resumption = resumption
        self.load = load
        knownEdges = edges
    }

    /// Every file that a stage of this build writes, and who must be done before whom for it.
    var edges: FileEdges? {
        if knownEdges == nil { knownEdges = try? FileEdges(targets) }
        return knownEdges
    }

    /// A file that a node turned out to read may be another pipeline's target: then that is built first, and this build
    /// starts over with it.
    /// - Returns: whether it does.
    func needsMaker(of path: String, _ files: FileTable) -> Bool {
        guard askedFor.insert(path).inserted, let maker = rules?.maker(of: path, files) else { return false }
        let isOurs = targets.contains { target in
            target.file.isSameBytes(maker.file) && (target.stage == nil || target.stage == maker.stage)
        }
        if !isOurs { newMakers.append(maker) }
        return !isOurs
    }

    /// Stages that must be done before a node, beyond those of its pipeline.
    func before(_ node: BuildNode) -> [FileEdges.Stage] {
        let here = FileEdges.Stage(target: node.target, stage: node.stage), met = met[here].map(Array.init) ?? []
        guard let resumption, !resumption.isWhole[node.target], let row = node.lastRow else {
            return (edges?.before[here] ?? []) + met
        }
        // Those of the last build, all of them.
        var found = Set<FileEdges.Stage>(met)
        for producer in resumption.trace.producers[resumption.trace.nodes[row].producers.range] {
            let other = resumption.trace.nodes[Int(producer)]
            found.insert(FileEdges.Stage(target: Int(other.target), stage: Int(other.stage)))
        }
        guard found.contains(where: { $0.target == node.target }) else { return Array(found) }
        let own = Set(targets[node.target].pipeline.sources(of: node.stage))
        return found.filter { $0.target != node.target || !own.contains($0.stage) }
    }

    /// What is known of a file that a node read without having said so.
    enum Meeting {
        /// No stage of this build writes it.
        case noWriter
        /// Its writer is known to come first, or is the node's own stage.
        case known
        /// A stage that nothing put before the node; from now on it is.
        case new(FileEdges.Stage)
        /// A stage that itself waits for the node's.
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
