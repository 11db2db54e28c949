// Which runnable node goes first: one that leads to a file, before one that judges files; among those, the one with the
// longest path to the end, by the times of the last build.
import Patterns
import Pipelines

/// How early a node should run; the greatest first.
struct Urgency: Comparable {
    enum Rank: Int {
        /// No file in the workspace waits for it.
        case judges
        case leads
        /// A stage `after` which other stages come, for every element of the list: the judge of a draft.
        case admits
        /// It leads to a file and runs once, so it cannot be shared out among workers.
        case leadsAlone
    }
    var rank = Rank.judges
    /// Seconds from its start to the end of everything.
    var seconds = 0.0

    static func < (a: Self, b: Self) -> Bool {
        a.rank == b.rank ? a.seconds < b.seconds : a.rank.rawValue < b.rank.rawValue
    }
}

/// The longest path to the end from each stage of a pipeline.
struct CriticalPath {
    /// Seconds from the end of a stage's nodes to the end of everything.
    private var after: [Double]
    /// Stages that run over the same list, by list: one element's nodes depend on each other.
    private var chain: [Pipeline.Domain: [Int]] = [:]
    /// Stages of a list that all its other stages come `after`: they must finish for every element first.
    private var first: Set<Int> = []
    /// Whether a file in the workspace is made from a stage.
    private var leads: [Bool]
    private let durations: Durations
    /// Seconds of nodes that never ran.
    private var estimates: [String: Double] = [:]

    init(_ pipeline: Pipeline, _ durations: Durations) {
        self.durations = durations
        after = [Double](repeating: 0, count: pipeline.stages.count)
        leads = [Bool](repeating: false, count: pipeline.stages.count)
        for stage in pipeline.order.reversed() {
            let whole = after[stage] + durations.seconds(stage: pipeline.stages[stage].name)
            if pipeline.stages[stage].output != nil { leads[stage] = true }
            for source in pipeline.sources(of: stage) {
                after[source] = max(after[source], whole)
                if leads[stage] { leads[source] = true }
            }
            if let domain = pipeline.stages[stage].domain { chain[domain, default: []].append(stage) }
        }
        for stage in pipeline.stages.indices {
            guard let domain = pipeline.stages[stage].domain else { continue }
            for judge in pipeline.stages[stage].after {
                first.formUnion(pipeline.closure(of: judge).filter { pipeline.stages[$0].domain == domain })
            }
        }
    }

    /// All nodes of one element that lead to a file, and all that judge it, get the seconds of the first, so that an
    /// element is finished before the next begins and its intermediate files are still in memory.
    /// - Parameter estimate: seconds of the node itself, roughly; asked if it never ran.
    mutating func urgency(
        _ node: NodeName, stage: Int, of pipeline: Pipeline, estimate: () -> Double?
    ) -> Urgency {
        if seconds(of: node) == nil, let seconds = estimate() {
            estimates[node.id] = seconds
        }
        guard let element = node.element, let domain = pipeline.stages[stage].domain, let chain = chain[domain] else {
            // In a pipeline without elements all work is shared out.
            let rank: Urgency.Rank = leads[stage] ? (self.chain.isEmpty ? .leads : .leadsAlone) : .judges
            return Urgency(rank: rank, seconds: after[stage] + seconds(node.id, stage: node.stage))
        }
        if first.contains(stage) { return Urgency(rank: .admits) }
        // Listed from the end of the pipeline.
        let tail = chain.first.map { after[$0] } ?? 0
        let whole = chain.reduce(tail) { sum, stage in
            let name = pipeline.stages[stage].name
            return sum + seconds("\(node.target):\(name)[\(element)]", stage: name)
        }
        return Urgency(rank: leads[stage] ? .leads : .judges, seconds: whole)
    }

    /// Seconds that a node takes, of those whose urgency was asked for; nil: it never ran, and its stage cannot tell.
    func seconds(of node: NodeName) -> Double? { known(node.id) }

    private func known(_ node: String) -> Double? { durations.seconds(node) ?? estimates[node] }

    private func seconds(_ node: String, stage: String) -> Double { known(node) ?? durations.seconds(stage: stage) }
}
