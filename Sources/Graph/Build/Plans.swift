// What a dry run says of each node: whether it would run, and why. A walk of the whole graph and one that begins from
// the trace must say the same, so nothing here may depend on the order in which nodes were evaluated.
import Diagnostics
import Digests
import Pipelines
import Store

extension Build {
    func plan(
        _ node: BuildNode, _ outcome: BuildResult.Planned.Outcome, why: [String] = [], key: Digest? = nil,
        origin: Record.Origin? = nil
    ) {
        account.result.planned.append(
            BuildResult.Planned(
                node: node.name.id, stage: node.name.stage, outcome: outcome, why: why, key: key, origin: origin,
                place: .init(target: node.target, stage: node.stage, element: node.element)))
    }

    /// A dry run cannot know how many nodes a stale list will have.
    func plan(_ family: Family, after node: BuildNode) {
        let name = stage(family).name, id = "\(targets[family.target].file):\(name)[…]"
        family.isExpanded = true
        account.result.planned.append(
            BuildResult.Planned(
                node: id, stage: name, outcome: .unknown, why: [Explanation.depends(on: node.name.id)], key: nil,
                origin: nil, place: .init(target: family.target, stage: family.stage, element: nil)))
    }

    /// Completes what a dry run says: adds the nodes that no change reached, names of several stale producers always
    /// the same one, and puts all in the order of the graph.
    func arrangePlans() {
        planKept()
        let ranks = targets.map { wanted in
            var ranks = [Int](repeating: 0, count: wanted.pipeline.stages.count)
            for (rank, stage) in wanted.pipeline.order.enumerated() { ranks[stage] = rank }
            return ranks
        }
        var plans = account.result.planned
        account.result.planned = []
        for index in plans.indices where plans[index].outcome == .unknown {
            let place = plans[index].place
            guard let family = families[place.target][place.stage], !family.nodes.isEmpty else { continue }
            if let first = firstStale(before: family.nodes[place.element ?? 0]) {
                plans[index].why = [Explanation.depends(on: first.name.id)]
            }
        }
        // By small keys: ten thousand plans are not moved about while they are sorted.
        let keys = plans.enumerated().map { index, plan in
            (plan.place.target, ranks[plan.place.target][plan.place.stage], plan.place.element ?? -1, index)
        }
        account.result.planned = keys.sorted { $0 < $1 }.map { plans[$0.3] }
        giveVerdicts()
    }

    /// Nodes that no change reached are hits, as in a build that begins from the trace.
    private func planKept() {
        guard let resumption else { return }
        account.result.planned.reserveCapacity(account.result.planned.count + resumption.trace.count)
        for row in 0..<resumption.trace.count where isKept(row) {
            let node = resumption.trace[row]
            let target = Int(node.target), stage = Int(node.stage), element = node.element < 0 ? nil : Int(node.element)
            let name = targets[target].pipeline.stages.name(stage)
            account.result.planned.append(
                BuildResult.Planned(
                    node: NodeName.id(target: targets[target].file, stage: name, element: element), stage: name,
                    outcome: .hit, why: [], key: node.key, origin: nil,
                    place: .init(target: target, stage: stage, element: element)))
        }
    }

    /// The first stale node, by what the pipeline says, that a node waits for.
    private func firstStale(before node: BuildNode) -> BuildNode? {
        func stale(_ target: Int, _ stage: Int, _ element: Int?) -> BuildNode? {
            guard let family = families[target][stage] else { return nil }
            if let element {
                guard family.nodes.indices.contains(element) else { return nil }
                return family.nodes[element].state == .stale ? family.nodes[element] : nil
            }
            if let found = family.nodes.first(where: { $0.state == .stale }) { return found }
            // How many nodes it will have depends on this.
            let source = targets[target].pipeline.stages[stage].domain?.source
            return family.nodes.isEmpty ? source.flatMap { stale(target, $0, nil) } : nil
        }
        for case .output(let other, _, let reach) in stage(node).bindings.flatMap(\.sources) {
            if let found = stale(node.target, other, reach == .instance ? node.element : nil) { return found }
        }
        for other in stage(node).after { if let found = stale(node.target, other, nil) { return found } }
        let written = writers.before(node).sorted { ($0.target, $0.stage) < ($1.target, $1.stage) }
        for other in written { if let found = stale(other.target, other.stage, nil) { return found } }
        return nil
    }

    /// The verdict of a target is that of its last stage with one.
    private func giveVerdicts() {
        var last: [Int: Verdict] = [:]
        for plan in account.result.planned where plan.outcome == .hit {
            let place = plan.place
            let node = families[place.target][place.stage]?.nodes[place.element ?? 0]
            var verdict = node?.record?.verdict
            if let resumption, node?.isAsBefore ?? true {
                let row = node?.lastRow ?? resumption.rows(place.target, place.stage).lowerBound + (place.element ?? 0)
                guard row < resumption.trace.count, resumption.trace[row].flags.contains(.judges) else { continue }
                verdict = fresh(resumption.trace[row].key)?.verdict
            }
            guard let verdict,
                targets[place.target].pipeline.stages[place.stage].descriptor.decides == nil
            else { continue }
            last[place.target] = verdict
        }
        for target in targets.indices { account.result.targets[target].verdict = last[target] }
    }
}
