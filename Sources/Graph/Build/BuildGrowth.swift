// How a build grows: a family of nodes for each stage, a node for each element of a known list, and what each node
// waits for.
import Diagnostics
import Pipelines
import Store

extension Build {
    func plant() {
        account.result.targets = targets.map { wanted in
            let stage = wanted.stage.map { ":" + wanted.pipeline.stages[$0].name }
            return BuildResult.Target(name: wanted.file + (stage ?? ""), published: [], verdict: nil, hasFailed: false)
        }
        families = targets.map { [Family?](repeating: nil, count: $0.pipeline.stages.count) }
        if let resumption { return replant(resumption) }
        for target in targets.indices { found(target) }
        for target in targets.indices { grow(target) }
    }

    /// Creates only the nodes that a change can have reached.
    private func replant(_ resumption: Resumption) {
        for (target, kept) in resumption.trace.targets.enumerated() {
            if resumption.isWhole[target] {
                found(target)
            } else {
                account.result.targets[target].published = kept.published
                account.result.targets[target].verdict = kept.verdict
                account.result.nodes += resumption.rows[target].count
            }
        }
        var planted: [BuildNode] = []
        for (target, stage) in resumption.reachedStages {
            let family = Family(target: target, stage: stage), rows = resumption.rows(target, stage)
            family.isExpanded = true
            family.remaining = rows.count
            for row in rows {
                let kept = resumption.trace[row], element = kept.element < 0 ? nil : Int(kept.element)
                let node = make(family, element: element)
                node.lastRow = row
                if kept.flags.contains(.isWanted) { family.isWanted = true }
            }
            families[target][stage] = family
            planted += family.nodes
        }
        for target in targets.indices where resumption.isWhole[target] { grow(target) }
        account.tell(.grew(nodes: account.result.nodes))
        var kept = 0
        for target in targets.indices where !resumption.isWhole[target] {
            account.result.targets[target].hits += resumption.rows[target].count
            kept += resumption.rows[target].count
        }
        for node in planted { account.result.targets[node.target].hits -= 1 }
        kept -= planted.count
        account.result.hits += kept
        account.tell(.kept(nodes: kept))
        for node in planted { attach(node) }
        for row in resumption.trace.rows(with: .speaks) where isKept(row) {
            guard let record = fresh(resumption.trace[row].key) else { continue }
            for diagnostic in record.diagnostics { account.remark(nil, diagnostic) }
        }
    }

    /// Creates the families of a target.
    private func found(_ target: Int) {
        let wanted = targets[target], pipeline = wanted.pipeline
        let closure = pipeline.closure(of: wanted.stage)
        var used: Set<Int> = []
        for stage in closure { used.formUnion(pipeline.sources(of: stage)) }
        for stage in closure {
            let family = Family(target: target, stage: stage)
            family.isWanted = !used.contains(stage) || pipeline.stages[stage].output != nil
            families[target][stage] = family
            if let source = pipeline.stages[stage].domain?.source { families[target][source]!.followers.append(family) }
        }
    }

    /// Creates the nodes of a target's families whose number is known.
    private func grow(_ target: Int) {
        let pipeline = targets[target].pipeline
        for stage in pipeline.closure(of: targets[target].stage) {
            switch pipeline.stages[stage].domain {
            case nil: expand(families[target][stage]!, count: nil)
            case .files(let lister):
                if let count = fileCount(target, lister) {
                    expand(families[target][stage]!, count: count)
                } else {
                    account.result.failed += 1
                }
            case .list: break
            }
        }
    }

    /// How many files of the workspace a stage runs for; nil: they cannot be listed, and an error is reported.
    private func fileCount(_ target: Int, _ stage: Int) -> Int? {
        let sources = targets[target].pipeline.stages[stage].bindings.flatMap(\.sources)
        for case .files(let glob, isElement: true, let isOptional, let place) in sources {
            do throws(Diagnostic) {
                let filled = try? glob.filled(targets[target].name)
                if let filled, let writer = writers.edges?.folderWriter(in: filled) {
                    throw PipelineProblem.eachOfOutput(glob.text, writer: writer, at: place).diagnostic
                }
                return try paths(target, glob, isOptional: isOptional, place).paths.count
            } catch {
                account.add(error: error)
                return nil
            }
        }
        return 0
    }

    /// Creates a family's nodes: one for nil, else one for each element.
    func expand(_ family: Family, count: Int?) {
        family.isExpanded = true
        for element in 0..<(count ?? 1) { _ = make(family, element: count == nil ? nil : element) }
        family.remaining = family.nodes.count
        account.result.nodes += family.nodes.count
        account.tell(.grew(nodes: account.result.nodes))
        for node in family.nodes { attach(node) }
        if family.nodes.isEmpty { release(&family.waiters) }
    }

    private func make(_ family: Family, element: Int?) -> BuildNode {
        let wanted = targets[family.target], stage = wanted.pipeline.stages[family.stage].name
        let name = NodeName(
            id: NodeName.id(target: wanted.file, stage: stage, element: element), target: wanted.file, stage: stage,
            element: element)
        let node = BuildNode(name: name, target: family.target, stage: family.stage, family: family)
        family.nodes.append(node)
        return node
    }

    /// Counts what a node waits for. Results that the trace has are not waited for.
    private func attach(_ node: BuildNode) {
        for source in stage(node).bindings.flatMap(\.sources) {
            guard case .output(let other, _, let reach) = source, let family = families[node.target][other] else {
                continue
            }
            if reach == .gather {
                wait(node, for: family)
            } else {
                let index = reach == .instance ? node.element! : 0
                if family.nodes.indices.contains(index) { wait(node, for: family.nodes[index]) }
            }
        }
        for other in stage(node).after {
            if let family = families[node.target][other] { wait(node, for: family) }
        }
        for other in writers.before(node) {
            if let family = families[other.target][other.stage] { wait(node, for: family) }
        }
        if node.pending == 0 && node.state == .waiting { schedule.addReady(node) }
    }

    private func wait(_ node: BuildNode, for family: Family) {
        if family.isDone { return }
        family.waiters.append(node)
        node.pending += 1
    }

    private func wait(_ node: BuildNode, for source: BuildNode) {
        if source.state == .done { return }
        source.waiters.append(node)
        switch source.state {
        case .failed, .skipped, .stale: pass(over: source)
        default: break
        }
        node.pending += 1
    }
}
