// The state of the last complete build of a request: its nodes, the leaves as they are now, and the nodes that a change
// of those leaves can reach. The rest of the graph is not created.
import Diagnostics
import Digests
import Patterns
import Pipelines
import Store
import Work

struct Resumption {
    let trace: Trace
    /// As they are now, in the order of the trace.
    let leaves: [Leaf]
    let targets: [WantedTarget]
    let isReached: [Bool]
    /// Leaves of files that did not exist.
    private let wasAbsent: Set<UInt32>
    /// Leaves that changed.
    private let isChanged: [Bool]
    /// Targets whose graph may change its shape, so that all their nodes are created.
    let isWhole: [Bool]
    /// By target: the rows of its nodes.
    let rows: [Range<Int>]
    /// By target, then stage: its first row; -1: it has none.
    private let first: [[Int32]]

    static func tracePath(_ request: StateRequest, _ cache: Cache) -> String {
        cache.root + "/state/" + request.identity.hex + ".trace"
    }
    static func pipelinesPath(_ request: StateRequest, _ cache: Cache) -> String {
        cache.root + "/state/" + request.identity.hex + ".pipelines"
    }

    /// nil: there is no such build, or something changed on which everything depends (a pipeline, vgraph, a library).
    static func find(_ request: StateRequest, cache: Cache, kinds: [StageDescriptor]) -> Resumption? {
        guard let state = StateFile.load(request.path(cache: cache.root), identity: request.identity),
            let checksum = state.trace,
            let trace = Trace.load(
                tracePath(request, cache), identity: request.identity, checksum: checksum,
                leafCount: state.leaves.count)
        else { return nil }
        var leaves = state.leaves, changed: [Int] = [], absent: Set<UInt32> = []
        for (index, leaf) in state.leaves.enumerated() {
            guard let now = try? Leaf.observe(leaf.path, kind: leaf.kind == .absent ? .file : leaf.kind, known: leaf)
            else { return nil }
            leaves[index] = now
            // Programs are not hashed, so any other signature is a change.
            let isSame = now.isSame(as: leaf) && (leaf.kind != .program || now.signature == leaf.signature)
            if !isSame { changed.append(index) }
            // A new file in a folder may be the input of a rule.
            if !isSame && leaf.kind == .folder { return nil }
            if !isSame && leaf.kind == .absent { absent.insert(UInt32(index)) }
        }
        guard let isReached = trace.reach(of: changed, leafCount: leaves.count),
            let kept = KeptPipelines(pipelinesPath(request, cache), identity: request.identity, kinds: kinds),
            kept.checksum == trace.pipelines,
            let pipelines = kept.pipelines()
        else { return nil }
        return Resumption(
            trace: trace, leaves: leaves, isReached: isReached, changed: changed, absent: absent,
            pipelines: pipelines)
    }

    private init?(
        trace: Trace, leaves: [Leaf], isReached: [Bool], changed: [Int], absent: Set<UInt32>,
        pipelines: [Pipeline]
    ) {
        var targets: [WantedTarget] = []
        for target in trace.targets {
            guard pipelines.indices.contains(target.pipeline),
                target.stage.map(pipelines[target.pipeline].stages.indices.contains) ?? true
            else { return nil }
            targets.append(
                WantedTarget(
                    file: target.file, pipeline: pipelines[target.pipeline],
                    name: TargetName(name: target.name, film: target.film), choice: target.choice,
                    stage: target.stage))
        }
        var isWhole = [Bool](repeating: false, count: targets.count)
        var first = targets.map { [Int32](repeating: -1, count: $0.pipeline.stages.count) }
        var rows = [Range<Int>](repeating: 0..<0, count: targets.count)
        for (index, node) in trace.nodes.enumerated() {
            let target = Int(node.target), stage = Int(node.stage)
            guard first[target].indices.contains(stage) else { return nil }
            if first[target][stage] < 0 { first[target][stage] = Int32(index) }
            rows[target] = rows[target].isEmpty ? index..<index + 1 : rows[target].lowerBound..<index + 1
            guard isReached[index] else { continue }
            if node.flags.contains(.shapes) { isWhole[target] = true }
        }
        // The nodes after a target that changes its shape get new rows.
        var isSpreading = targets.count > 1 && isWhole.contains(true)
        while isSpreading {
            isSpreading = false
            for node in trace.nodes where !isWhole[Int(node.target)] {
                let makers = trace.producers[node.producers.range].map { Int(trace.nodes[Int($0)].target) }
                guard makers.contains(where: { isWhole[$0] }) else { continue }
                isWhole[Int(node.target)] = true
                isSpreading = true
            }
        }
        self.trace = trace
        self.leaves = leaves
        self.targets = targets
        self.isReached = isReached
        wasAbsent = absent
        var isChanged = [Bool](repeating: false, count: leaves.count)
        for leaf in changed { isChanged[leaf] = true }
        self.isChanged = isChanged
        self.isWhole = isWhole
        self.rows = rows
        self.first = first
    }

    /// The rows of a stage's nodes.
    func rows(_ target: Int, _ stage: Int) -> Range<Int> {
        guard first[target][stage] >= 0 else { return 0..<0 }
        let start = Int(first[target][stage])
        var end = start
        while end < trace.nodes.count, Int(trace.nodes[end].target) == target, Int(trace.nodes[end].stage) == stage {
            end += 1
        }
        return start..<end
    }

    /// The old key of a node, for a target whose nodes are all created. By index, so in a list that grew in the middle
    /// a node is compared with its neighbour.
    func key(target: Int, stage: Int, element: Int?) -> Digest? {
        let rows = rows(target, stage), row = rows.lowerBound + (element ?? 0)
        return rows.contains(row) ? trace.nodes[row].key : nil
    }

    func blobs(_ row: Int, output: Int) -> [Record.Blob] {
        trace.results[trace.nodes[row].results.range].filter { $0.output == output }.map(\.blob)
    }

    /// Whether a file that a node itself looked at changed.
    func hasNewLeaf(_ row: Int) -> Bool { trace.leaves[trace.nodes[row].leaves.range].contains { isChanged[Int($0)] } }

    /// Whether it read files beyond its inputs, or searched.
    func hasFinds(_ row: Int) -> Bool { trace.nodes[row].world != .zero }

    /// Everything that it looked at.
    func leafPaths(_ row: Int) -> [String] { trace.leaves[trace.nodes[row].leaves.range].map { leaves[Int($0)].path } }

    /// The same files as they are now, without files that appeared or disappeared.
    func newLeaves(_ row: Int) -> [Leaf] {
        trace.leaves[trace.nodes[row].leaves.range].filter { isChanged[Int($0)] }.map {
            wasAbsent.contains($0) ? Leaf(absent: leaves[Int($0)].path) : leaves[Int($0)]
        }
    }

    /// Stages with a node to create, by target; each once.
    var reachedStages: [(target: Int, stage: Int)] {
        var found: [(Int, Int)] = []
        for (index, node) in trace.nodes.enumerated() where isReached[index] && !isWhole[Int(node.target)] {
            let stage = (Int(node.target), Int(node.stage))
            if found.last.map({ $0 == stage }) != true { found.append(stage) }
        }
        return found
    }
}
