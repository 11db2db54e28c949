// Writes the trace for the next build: the nodes of this build, and those that it did not need to create. Where a build
// changed little of a trace, only what it changed.
import Diagnostics
import Digests
import Pipelines
import Store

struct TraceWriter {
    let build: Build
    private var trace: Trace
    private var leaves: LeafPlaces
    /// By target: what to add to an old row to get the new row.
    private var shifts: [Int] = []

    /// Where results came from: by the index in the old trace, that in the new one.
    private var origins: [UInt32: UInt32] = [:]

    /// The run whose log has all nodes.
    private let logBase: String
    /// Nodes whose decision counts until a moment.
    private let expiring: Set<ObjectIdentifier>

    init(_ build: Build, logBase: String) {
        self.build = build
        self.logBase = logBase
        trace = Trace()
        leaves = LeafPlaces(build)
        expiring = Set(build.decisions.lazy.filter { $0.decision.expires != nil }.map { ObjectIdentifier($0.node) })
    }

    /// A trace that is whole, or edits of the one that this build began from, which must stay.
    mutating func write() -> (Trace, [Leaf]) {
        if let resumption = build.resumption, let changed = edits(of: resumption),
            leaves.place(freed: unused(resumption, changed))
        {
            return writeEdits(of: resumption, changed)
        }
        leaves.append()
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
                for row in resumption.rows[target] { addOld(row, resumption) }
            } else {
                for family in build.families[target] { for node in family?.nodes ?? [] { add(node) } }
            }
        }
        return prune()
    }

    // MARK: Edits

    /// The nodes that this build changed, by row; nil: the trace must be written anew, since its rows move, its log is
    /// another, or the edits have become many.
    private func edits(of resumption: Resumption) -> [Int: BuildNode]? {
        guard !resumption.isWhole.contains(true), logBase != build.result.run, !logBase.isEmpty else { return nil }
        var changed: [Int: BuildNode] = [:]
        for node in build.allNodes where !node.isAsBefore {
            guard let row = node.lastRow else { return nil }
            changed[row] = node
        }
        let most = 64 + resumption.trace.count / 8
        return resumption.trace.edited.count + changed.count <= most ? changed : nil
    }

    private mutating func writeEdits(
        of resumption: Resumption, _ changed: [Int: BuildNode]
    ) -> (Trace, [Leaf]) {
        let old = resumption.trace
        trace = Trace(over: old.baseOfEdits)
        shifts = [Int](repeating: 0, count: build.targets.count)
        addTargets()
        for family in build.allFamilies { for node in family.nodes { node.row = node.lastRow ?? 0 } }
        let rows = Set(changed.keys).union(old.edited.lazy.map { Int($0) }).sorted()
        for row in rows {
            trace.rows.append(UInt32(row))
            if let node = changed[row] { add(node) } else { addKept(row, resumption) }
        }
        return (trace, leaves.all)
    }

    /// Leaves that only changed nodes looked at, and do not any more.
    private func unused(_ resumption: Resumption, _ changed: [Int: BuildNode]) -> [Int] {
        var now: Set<Int> = [], before: Set<Int> = []
        for (row, node) in changed {
            now.formUnion(reads(node).compactMap { resumption.leaves.index(of: $0) })
            before.formUnion(resumption.trace.leaves(row).lazy.map { Int($0) })
        }
        before.subtract(now)
        before.subtract(resumption.trace.foundation.lazy.map { Int($0) })
        // A pattern without a match has no node, but the folders that it searched decide whether it will have one.
        before.subtract(listed.compactMap { resumption.leaves.index(of: $0.text) })
        return before.filter { leaf in
            resumption.trace.readers(of: leaf).allSatisfy { changed[Int($0)] != nil }
        }.sorted()
    }

    private var listed: Set<ByteText> { Set(texts: build.lookups.globs.values.flatMap { $0.folders }) }

    // MARK: Parts

    private mutating func addTargets() {
        let pipelines = build.resumption?.trace.targets.map(\.pipeline) ?? KeptPipelines.distinct(build.targets).of
        for (index, wanted) in build.targets.enumerated() {
            trace.targets.append(
                Trace.Target(
                    file: wanted.file, name: wanted.name.name, film: wanted.name.film, choice: wanted.choice,
                    pipeline: pipelines[index], stage: wanted.stage,
                    published: build.result.targets[index].published,
                    verdict: build.result.targets[index].verdict))
        }
    }

    /// A row of the old trace: as it was, unless this build changed its node.
    private mutating func addOld(_ row: Int, _ resumption: Resumption) {
        let old = resumption.trace[row], target = Int(old.target)
        if let family = build.families[target][Int(old.stage)] {
            let made = family.nodes[row - resumption.rows(target, Int(old.stage)).lowerBound]
            if !made.isAsBefore { return add(made) }
        }
        addKept(row, resumption)
    }

    private mutating func addKept(_ row: Int, _ resumption: Resumption) {
        let old = resumption.trace
        var node = old[row]
        node.results = trace.add(results: old.results(row))
        let shifts = shifts
        node.producers = trace.add(
            producers: old.producers(row).lazy.map { UInt32(Int($0) + shifts[Int(old[Int($0)].target)]) })
        node.leaves = trace.add(leaves: old.leaves(row))
        if let known = origins[node.origin] {
            node.origin = known
        } else {
            let origin = old.origin(row, of: "").map { trace.add($0, of: "") } ?? Trace.Node.noOrigin
            origins[node.origin] = origin
            node.origin = origin
        }
        if logBase == build.result.run { node.flags.remove(.isNew) }
        trace.nodes.append(node)
    }

    private func reads(_ node: BuildNode) -> [String] {
        node.reads + (node.record?.discovered.map { build.absolute($0.path) } ?? [])
    }

    private mutating func add(_ node: BuildNode) {
        let stage = build.stage(node)
        var flags: Trace.Node.Flags = []
        if !node.family.followers.isEmpty || (node.element != nil && isGlobbed(stage)) { flags.insert(.shapes) }
        if node.family.isWanted { flags.insert(.isWanted) }
        let isTimed = !stage.terms.isTimeless || node.record?.isProvisional == true
        if isTimed || expiring.contains(ObjectIdentifier(node)) { flags.insert(.isTimed) }
        if node.speaks { flags.insert(.speaks) }
        if node.record?.verdict != nil { flags.insert(.judges) }
        if !logBase.isEmpty, logBase != build.result.run { flags.insert(.isNew) }
        var results: [Trace.Result] = []
        for output in node.record?.outputs ?? [] {
            guard let index = stage.descriptor.outputs.firstIndex(where: { $0.name == output.name }) else { continue }
            for blob in output.blobs { results.append(Trace.Result(output: index, blob)) }
        }
        var read: [UInt32] = [], seen: Set<UInt32> = []
        for path in reads(node) {
            if let leaf = leaves[path], seen.insert(leaf).inserted { read.append(leaf) }
        }
        let spans = (
            results: trace.add(results: results), producers: trace.add(producers: producers(node, stage)),
            leaves: trace.add(leaves: read)
        )
        let origin = node.record.map { trace.add($0.origin, of: node.name.id) } ?? Trace.Node.noOrigin
        trace.nodes.append(
            Trace.Node(
                key: node.key ?? .zero, target: node.target, stage: node.stage,
                element: node.element, flags: flags, results: spans.results, producers: spans.producers,
                leaves: spans.leaves, seconds: node.record?.cost.wall ?? 0, origin: origin,
                world: node.world))
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
        var trace = trace, isUsed = [Bool](repeating: true, count: leaves.all.count)
        if let old = build.resumption?.trace {
            for row in 0..<old.count { for leaf in old.leaves(row) { isUsed[Int(leaf)] = false } }
            for leaf in leaves.gaps { isUsed[leaf] = false }
            for leaf in trace.leaves { isUsed[Int(leaf)] = true }
            for leaf in old.foundation { isUsed[Int(leaf)] = true }
            for path in listed { if let leaf = leaves[path.text] { isUsed[Int(leaf)] = true } }
            trace.foundation = Array(old.foundation)
        } else {
            trace.foundation = build.foundation.compactMap { leaves[$0.text] }.sorted()
        }
        guard isUsed.contains(false) else { return (trace, leaves.all) }
        var at = [UInt32](repeating: 0, count: leaves.all.count), kept: [Leaf] = []
        for (index, leaf) in leaves.all.enumerated() where isUsed[index] {
            at[index] = UInt32(kept.count)
            kept.append(leaf)
        }
        trace.leaves = trace.leaves.map { at[Int($0)] }
        trace.foundation = trace.foundation.map { at[Int($0)] }
        return (trace, kept)
    }
}
