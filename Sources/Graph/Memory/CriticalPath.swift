// Which runnable node goes first: the one with the longest path to the end, by the times of the last build.
import Patterns
import Pipelines

/// The longest path to the end from each stage of a pipeline.
struct CriticalPath {
    /// Seconds from the end of a stage's nodes to the end of everything.
    private var after: [Double]
    /// Stages that run over the same list, by list: one element's nodes depend on each other.
    private var chain: [Pipeline.Domain: [Int]] = [:]
    /// Stages of a list that all its other stages come `after`: they must finish for every element first.
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

    /// Seconds from the start of a node to the end of everything. All nodes of one element get the value of the first,
    /// so that an element is finished before the next begins and its intermediate files are still in memory.
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
