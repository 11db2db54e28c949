// The state of the last complete build of a request: its nodes, the leaves as they are now, and the nodes that a change
// of those leaves can reach. The rest of the graph is not created.
import Diagnostics
import Digests
import Files
import Patterns
import Pipelines
import Store
import Work

final class Resumption {
    let trace: TraceFile
    /// As they are now, in the order of the trace.
    let leaves: LeafTable
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
    /// Stages with a node to create, by target; each once.
    let reachedStages: [(target: Int, stage: Int)]

    static func tracePath(_ request: StateRequest, _ cache: Cache) -> String {
        cache.root + "/state/" + request.identity.hex + ".trace"
    }
    static func pipelinesPath(_ request: StateRequest, _ cache: Cache) -> String {
        cache.root + "/state/" + request.identity.hex + ".pipelines"
    }

    /// nil: there is no such build, or something changed on which everything depends (a pipeline, vgraph, a library).
    static func find(_ request: StateRequest, cache: Cache, kinds: [StageDescriptor]) -> Resumption? {
        var unchanged = UnchangedLeaves()
        guard
            var state = StateFile.load(
                request.path(cache: cache.root), identity: request.identity, unchanged: &unchanged),
            let checksum = state.trace,
            let trace = TraceFile(
                tracePath(request, cache), identity: request.identity, checksum: checksum,
                leafCount: state.leaves.count)
        else { return nil }
        var leaves: [Leaf] = [], changed: [Int] = [], absent: Set<UInt32> = [], looks = FolderLook()
        // Taken, so that a change of one does not copy all.
        swap(&leaves, &state.leaves)
        for index in leaves.indices where !unchanged.contains(index) {
            switch looks.look(at: leaves[index].path) {
            // Nearly all are as they were.
            case .present(leaves[index].signature) where !leaves[index].isRacy && leaves[index].kind != .absent:
                continue
            case .absent where leaves[index].kind == .absent: continue
            default: break
            }
            let leaf = leaves[index]
            guard let now = try? Leaf.observe(leaf.path, kind: leaf.kind == .absent ? .file : leaf.kind, known: leaf)
            else { return nil }
            if now == leaf { continue }
            leaves[index] = now
            // Programs are not hashed, so any other signature is a change.
            let isSame = now.isSame(as: leaf) && (leaf.kind != .program || now.signature == leaf.signature)
            if !isSame { changed.append(index) }
            // A new file in a folder may be the input of a rule, or an element of a list. So may be what a link leads
            // to now, which no listing shows.
            let mayMatch = leaf.kind == .program || now.kind != leaf.kind
            if !isSame && (leaf.kind == .folder || mayMatch && FileSignature.isLink(leaf.path)) { return nil }
            if !isSame && leaf.kind == .absent { absent.insert(UInt32(index)) }
        }
        // Nodes may look at such a file too, so their reach is not enough.
        guard !trace.foundation.contains(where: { changed.contains(Int($0)) }),
            let isReached = trace.reach(of: changed),
            let kept = KeptPipelines(pipelinesPath(request, cache), identity: request.identity, kinds: kinds),
            kept.checksum == trace.pipelines,
            let pipelines = kept.pipelines()
        else { return nil }
        return Resumption(
            trace: trace, leaves: LeafTable(leaves, first: trace.foundation.map { Int($0) }), isReached: isReached,
            changed: changed, absent: absent,
            pipelines: pipelines)
    }

    private init?(
        trace: TraceFile, leaves: LeafTable, isReached: [Bool], changed: [Int], absent: Set<UInt32>,
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
        var reached: [(target: Int, stage: Int)] = []
        // The rows of a stage follow each other, and so do the stages of a target.
        let nodes = trace.nodes
        var last = (target: -1, stage: -1), starts: [Int32] = []
        for row in nodes.indices {
            let target = Int(nodes[row].target), stage = Int(nodes[row].stage)
            if stage != last.stage || target != last.target {
                if target != last.target {
                    if last.target >= 0 { first[last.target] = starts }
                    starts = first[target]
                    rows[target] = row..<row
                }
                guard starts.indices.contains(stage), starts[stage] < 0 else { return nil }
                starts[stage] = Int32(row)
                last = (target, stage)
            }
            guard isReached[row] else { continue }
            if reached.last.map({ $0 == last }) != true { reached.append(last) }
            if nodes[row].flags.contains(.shapes) { isWhole[target] = true }
        }
        if last.target >= 0 { first[last.target] = starts }
        var end = trace.count
        for target in targets.indices.reversed() where first[target].contains(where: { $0 >= 0 }) {
            rows[target] = rows[target].lowerBound..<end
            end = rows[target].lowerBound
        }
        // The nodes after a target that changes its shape get new rows.
        var isSpreading = targets.count > 1 && isWhole.contains(true)
        while isSpreading {
            isSpreading = false
            for row in 0..<trace.count {
                let target = Int(trace[row].target)
                guard !isWhole[target], trace.producers(row).contains(where: { isWhole[Int(trace[Int($0)].target)] })
                else { continue }
                isWhole[target] = true
                isSpreading = true
            }
        }
        self.trace = trace
        self.leaves = leaves
        self.targets = targets
        self.isReached = isReached
        wasAbsent = absent
        var isChanged = [Bool](repeating: false, count: leaves.leaves.count)
        for leaf in changed { isChanged[leaf] = true }
        self.isChanged = isChanged
        self.isWhole = isWhole
        self.rows = rows
        self.first = first
        reachedStages = reached.filter { !isWhole[$0.target] }
    }

    /// Whether a file is not what it was when this build looked for changes.
    /// - Parameters:
    ///   - seen: what nodes saw later.
    ///   - made: what this build wrote itself.
    func isOutdated(by seen: [Leaf], besides made: Set<ByteText>, cache: Cache) -> Bool {
        seen.contains { leaf in
            guard let then = leaves[leaf.path], !made.contains(leaf.path), leaf.path.beneath(cache.root) == nil else {
                return false
            }
            return !leaf.isSame(as: then) || (leaf.kind == .program && leaf.signature != then.signature)
        }
    }

    /// The rows of a stage's nodes.
    func rows(_ target: Int, _ stage: Int) -> Range<Int> {
        guard first[target][stage] >= 0 else { return 0..<0 }
        let start = Int(first[target][stage])
        var end = start
        while end < trace.count, Int(trace[end].target) == target, Int(trace[end].stage) == stage { end += 1 }
        return start..<end
    }

    /// The old key of a node, for a target whose nodes are all created. By index, so in a list that grew in the middle
    /// a node is compared with its neighbour.
    func key(target: Int, stage: Int, element: Int?) -> Digest? {
        let rows = rows(target, stage), row = rows.lowerBound + (element ?? 0)
        return rows.contains(row) ? trace[row].key : nil
    }

    func blobs(_ row: Int, output: Int) -> [Record.Blob] {
        trace.results(row).filter { $0.output == output }.map(\.blob)
    }

    /// Whether a file that a node itself looked at changed.
    func hasNewLeaf(_ row: Int) -> Bool { trace.leaves(row).contains { isChanged[Int($0)] } }

    /// Whether it read files beyond its inputs, or searched.
    func hasFinds(_ row: Int) -> Bool { trace[row].world != .zero }

    /// Everything that it looked at.
    func leafPaths(_ row: Int) -> [String] { trace.leaves(row).map { leaves.leaves[Int($0)].path } }

    /// The same files as they are now, without files that appeared or disappeared.
    func newLeaves(_ row: Int) -> [Leaf] {
        trace.leaves(row).filter { isChanged[Int($0)] }.map {
            wasAbsent.contains($0) ? Leaf(absent: leaves.leaves[Int($0)].path) : leaves.leaves[Int($0)]
        }
    }
}
