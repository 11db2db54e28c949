// Writes the trace for the next build: the nodes of this build, and those that it did not need to create.
import Diagnostics
import Pipelines
import Store

struct TraceWriter {
    let build: Build
    private(set) var pipelines: [Pipeline] = []
    private var trace = Trace()
    private var leaves: [Leaf] = []
    private var leafAt: [ByteText: UInt32] = [:]
    /// By target: what to add to an old row to get the new row.
    private var shifts: [Int] = []

    /// The run whose log has all nodes.
    private let logBase: String
    /// Nodes whose decision counts until a moment.
    private let expiring: Set<ObjectIdentifier>

    init(_ build: Build, logBase: String) {
        self.build = build
        self.logBase = logBase
        expiring = Set(build.decisions.lazy.filter { $0.decision.expires != nil }.map { ObjectIdentifier($0.node) })
    }

    mutating func write() -> (Trace, [Leaf]) {
        gatherLeaves()
        addTargets()
        // Rows first: producers refer to them.
        var count = 0
        for target in build.targets.indices {
            shifts.append(count - (build.resumption?.rows[target].lowerBound ?? 0))
            if let resumption = build.resumption, !resumption.isWhole[target] {
                for family in build.families[target] {
                    guard let family else { continue }
                    for (node, row) in zip(family.nodes, resumption.rows(target, family.stage)) {
                        node.row = row + shifts[target]
                    }
                }
                count += resumption.rows[target].count
            } else {
                for node in build.families[target].lazy.flatMap({ $0?.nodes ?? [] }) {
                    node.row = count
                    count += 1
                }
            }
        }
        trace.nodes.reserveCapacity(count)
        for target in build.targets.indices {
            if let resumption = build.resumption, !resumption.isWhole[target] {
                addKept(target, resumption)
            } else {
                for family in build.families[target] { for node in family?.nodes ?? [] { add(node) } }
            }
        }
        return prune()
    }

    private mutating func addTargets() {
        for (index, wanted) in build.targets.enumerated() {
            var pipeline = build.resumption?.trace.targets[index].pipeline ?? -1
            if pipeline < 0 {
                pipeline = pipelines.firstIndex { $0.file.isSameBytes(wanted.pipeline.file) } ?? pipelines.count
                if pipeline == pipelines.count { pipelines.append(wanted.pipeline) }
            }
            trace.targets.append(
                Trace.Target(
                    file: wanted.file, name: wanted.name.name, film: wanted.name.film, choice: wanted.choice,
                    pipeline: pipeline,
                    stage: wanted.stage,
                    published: build.result.targets[index].published,
                    verdict: build.result.targets[index].verdict))
        }
    }

    /// What this build saw of a file overrides the old trace.
    private mutating func gatherLeaves() {
        leaves = build.resumption?.leaves ?? []
        for (index, leaf) in leaves.enumerated() { leafAt[leaf.path] = UInt32(index) }
        for leaf in build.files.leaves {
            if let index = leafAt[leaf.path] {
                leaves[Int(index)] = leaf
            } else {
                leafAt[leaf.path] = UInt32(leaves.count)
                leaves.append(leaf)
            }
        }
    }

    private mutating func addKept(_ target: Int, _ resumption: Resumption) {
        let old = resumption.trace
        for row in resumption.rows[target] {
            var node = old.nodes[row]
            if let family = build.families[target][Int(node.stage)] {
                let made = family.nodes[row - resumption.rows(target, Int(node.stage)).lowerBound]
                if !made.isAsBefore {
                    add(made)
                    continue
                }
            }
            node.results = append(old.results[node.results.range], to: \.results)
            let producers = old.producers[node.producers.range].map {
                UInt32(Int($0) + shifts[Int(old.nodes[Int($0)].target)])
            }
            node.producers = append(producers, to: \.producers)
            node.leaves = append(old.leaves[node.leaves.range], to: \.leaves)
            if logBase == build.result.run { node.flags.remove(.isNew) }
            trace.nodes.append(node)
        }
    }

    private mutating func append<Element>(
        _ items: some Collection<Element>,
        to list: WritableKeyPath<Trace, [Element]>
    ) -> Trace.Span {
        let span = Trace.Span(start: trace[keyPath: list].count, count: items.count)
        trace[keyPath: list].append(contentsOf: items)
        return span
    }

    private mutating func add(_ node: BuildNode) {
        let stage = build.stage(node)
        var flags: Trace.Node.Flags = []
        if !node.family.followers.isEmpty || (node.element != nil && isGlobbed(stage)) { flags.insert(.shapes) }
        if node.family.isWanted { flags.insert(.isWanted) }
        let isTimed = !stage.terms.isTimeless || node.record?.isProvisional == true
        if isTimed || expiring.contains(ObjectIdentifier(node)) { flags.insert(.isTimed) }
        if node.record?.diagnostics.isEmpty == false { flags.insert(.speaks) }
        if node.record?.verdict != nil { flags.insert(.judges) }
        if !logBase.isEmpty, logBase != build.result.run { flags.insert(.isNew) }
        var results: [Trace.Result] = []
        for output in node.record?.outputs ?? [] {
            guard let index = stage.descriptor.outputs.firstIndex(where: { $0.name == output.name }) else { continue }
            for blob in output.blobs { results.append(Trace.Result(output: index, blob)) }
        }
        var read: [UInt32] = [], seen: Set<UInt32> = []
        for path in node.reads + (node.record?.discovered.map { build.absolute($0.path) } ?? []) {
            if let leaf = leafAt[path], seen.insert(leaf).inserted { read.append(leaf) }
        }
        trace.nodes.append(
            Trace.Node(
                key: node.key ?? .zero, target: node.target, stage: node.stage,
                element: node.element, flags: flags,
                results: append(results, to: \.results),
                producers: append(producers(node, stage), to: \.producers),
                leaves: append(read, to: \.leaves), seconds: node.record?.cost.wall ?? 0,
                world: node.record?.world ?? .zero))
    }

    private func isGlobbed(_ stage: Pipeline.Stage) -> Bool { if case .files = stage.domain { true } else { false } }

    private func producers(_ node: BuildNode, _ stage: Pipeline.Stage) -> [UInt32] {
        var rows: [UInt32] = []
        func add(_ other: Int, of target: Int, _ reach: Pipeline.Reach) {
            guard let family = build.families[target][other] else {
                guard let resumption = build.resumption else { return }
                let old = resumption.rows(target, other), shift = shifts[target]
                let kept = old.lowerBound + shift..<old.upperBound + shift
                switch reach {
                case .gather: rows += kept.map { UInt32($0) }
                case .instance: if kept.count > node.element! { rows.append(UInt32(kept.lowerBound + node.element!)) }
                default: if let first = kept.first { rows.append(UInt32(first)) }
                }
                return
            }
            switch reach {
            case .gather: rows += family.nodes.map { UInt32($0.row) }
            case .instance where family.nodes.indices.contains(node.element!):
                rows.append(UInt32(family.nodes[node.element!].row))
            case .instance: break
            default: if let first = family.nodes.first { rows.append(UInt32(first.row)) }
            }
        }
        for binding in stage.bindings {
            for case .output(let other, _, let reach) in binding.sources { add(other, of: node.target, reach) }
        }
        for other in stage.after { add(other, of: node.target, .gather) }
        for other in build.writers.before(node) { add(other.stage, of: other.target, .gather) }
        return rows
    }

    /// Removes leaves that nodes looked at before but no longer do.
    private func prune() -> (Trace, [Leaf]) {
        guard let old = build.resumption else { return (trace, leaves) }
        var isUsed = [Bool](repeating: true, count: leaves.count)
        for leaf in old.trace.leaves { isUsed[Int(leaf)] = false }
        for leaf in trace.leaves { isUsed[Int(leaf)] = true }
        // A pattern without a match has no node, but the folders that it searched decide whether it will have
        // one.
        let listed = Set(build.lookups.globs.values.flatMap { $0.folders })
        for (index, leaf) in leaves.enumerated() where listed.contains(leaf.path) { isUsed[index] = true }
        guard isUsed.contains(false) else { return (trace, leaves) }
        var at = [UInt32](repeating: 0, count: leaves.count), kept: [Leaf] = []
        for (index, leaf) in leaves.enumerated() where isUsed[index] {
            at[index] = UInt32(kept.count)
            kept.append(leaf)
        }
        var trace = trace
        trace.leaves = trace.leaves.map { at[Int($0)] }
        return (trace, kept)
    }
}
