// Which of the nodes that could run goes first: the one with the longest way to the end, by what nodes took the last time.
import Diagnostics
import Store

/// Seconds that nodes took in the last whole build of the same request.
struct Durations {
    private var ofNode: [ByteText: Double] = [:]
    private var ofStage: [String: (sum: Double, count: Double)] = [:]
    /// A guess for what never ran: then the number of stages to go decides.
    static let unknown = 0.1

    static func load(_ request: StateRequest, cache: Cache, kinds: [StageDescriptor]) -> Durations {
        var durations = Durations()
        guard let state = StateFile.load(request.path(cache: cache.root), identity: request.identity), let checksum = state.trace,
              let trace = Trace.load(Resumption.tracePath(request, cache), identity: request.identity, checksum: checksum, leafCount: state.leaves.count),
              let kept = KeptPipelines(Resumption.pipelinesPath(request, cache), identity: request.identity, kinds: kinds),
              kept.checksum == trace.pipelines, let pipelines = kept.pipelines() else { return durations }
        for node in trace.nodes where node.seconds.isFinite && node.seconds >= 0 {
            let target = trace.targets[Int(node.target)]
            guard pipelines.indices.contains(target.pipeline), pipelines[target.pipeline].stages.indices.contains(Int(node.stage)) else { continue }
            let stage = pipelines[target.pipeline].stages[Int(node.stage)].name, seconds = Double(node.seconds)
            durations.ofNode[target.file + ":" + stage + (node.element < 0 ? "" : "[\(node.element)]")] = seconds
            let known = durations.ofStage[stage] ?? (0, 0)
            durations.ofStage[stage] = (known.sum + seconds, known.count + 1)
        }
        return durations
    }

    func seconds(_ node: String, stage: String) -> Double { ofNode[node] ?? seconds(stage: stage) }
    func seconds(stage: String) -> Double { ofStage[stage].map { $0.sum / $0.count } ?? Self.unknown }
}

/// The way to the end from each stage of a pipeline.
struct CriticalPath {
    /// Seconds from the end of a stage's nodes to the end of everything.
    private var after: [Double]
    /// Stages that run over the same list as a stage, itself included: an element's nodes follow each other.
    private var chain: [Pipeline.Domain: [Int]] = [:]
    /// Stages of a list that all others of it wait for, through what the pipeline wants done before: they hold up none of its elements.
    private var first: Set<Int> = []
    private let durations: Durations

    init(_ pipeline: Pipeline, _ durations: Durations) {
        self.durations = durations
        after = [Double](repeating: 0, count: pipeline.stages.count)
        for stage in pipeline.order.reversed() {
            let whole = after[stage] + durations.seconds(stage: pipeline.stages[stage].name)
            for source in pipeline.sources(of: stage) { after[source] = max(after[source], whole) }
            if let domain = pipeline.stages[stage].domain { chain[domain, default: []].append(stage) }
        }
        for stage in pipeline.stages.indices {
            guard let domain = pipeline.stages[stage].domain else { continue }
            for judge in pipeline.stages[stage].after {
                first.formUnion(pipeline.closure(of: judge).filter { pipeline.stages[$0].domain == domain })
            }
        }
    }

    /// Seconds from the start of a node to the end of everything. All nodes of one element have that of the first: an
    /// element that was begun is finished before the next, so that what lies between its nodes is used while it is in memory.
    func seconds(_ node: NodeName, stage: Int, of pipeline: Pipeline) -> Double {
        guard let element = node.element, let domain = pipeline.stages[stage].domain, let chain = chain[domain] else {
            return after[stage] + durations.seconds(node.id, stage: node.stage)
        }
        if first.contains(stage) { return .greatestFiniteMagnitude }
        // Listed from the end of the pipeline.
        let tail = chain.first.map { after[$0] } ?? 0
        return chain.reduce(tail) { sum, stage in
            let name = pipeline.stages[stage].name
            return sum + durations.seconds("\(node.target):\(name)[\(element)]", stage: name)
        }
    }
}
