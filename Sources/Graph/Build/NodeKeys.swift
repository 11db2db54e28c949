// Computes a node's manifest and key from its inputs; the key then gives a hit or work to do.
import Diagnostics
import Digests
import Pipelines
import Store
import Work

extension Build {
    private func manifest(_ node: BuildNode) throws(Diagnostic) -> Manifest {
        let stage = stage(node)
        if let command = stage.command { return try manifest(node, command, node.inputs) }
        return self.manifest(
            of: stage, node.target,
            node.inputs.filter(\.slot.isKeyed).flatMap { slot, files in
                files.map { Manifest.Input(slot: slot.name, digest: $0.digest, path: $0.source?.text) }
            })
    }

    /// The manifest of a node of a stage that is not a program, by its keyed inputs.
    func manifest(of stage: Pipeline.Stage, _ target: Int, _ keyed: [Manifest.Input]) -> Manifest {
        let descriptor = stage.descriptor
        var tools: [String: String] = [:]
        for tool in descriptor.tools { tools[tool] = self.tools[tool] ?? "unknown" }
        return Manifest(
            stage: descriptor.name, version: descriptor.version, parameters: parameters(stage, of: target),
            inputs: keyed, tools: tools)
    }

    /// A node that waits for nothing gets its key. It is then a hit or stale.
    func evaluate(_ node: BuildNode) {
        node.reads = []
        if let row = node.lastRow, isUntouched(node, row) {
            node.key = resumption?.trace[row].key
            return keep(node)
        }
        if waitsForListings(node) { return }
        let manifest: Manifest
        do throws(Diagnostic) {
            node.inputs = try inputs(of: node)
            manifest = try self.manifest(node)
        } catch { return fail(node, [error]) }
        let key = manifest.key
        node.manifest = manifest
        node.key = key
        if let leader = keys.maker(of: key), leader !== node {
            node.pending = 1
            leader.waiters.append(node)
            return
        }
        if isAsBefore(node, key) { return keep(node) }
        if node.mustRun && remotes == nil { return stale(node, [Explanation.resultGone], key) }
        if request.force && !keys.isMade(key) { return stale(node, [Explanation.forced], key) }
        decide(node, key)
    }

    /// Takes a node's result from the cache, or from a remote cache; else it must run.
    /// - Parameter known: why it is stale, if that was found before the remote caches were asked.
    func decide(_ node: BuildNode, _ key: Digest, _ known: [String]? = nil) {
        switch find(node, key) {
        case .hit(let record): finish(node, record, hasRun: false)
        case .away(_, let blobs): bring(blobs, for: node) { [weak self] in self?.decide(node, key, known) }
        case .stale(let why):
            if !ask(node, key, known ?? why) { stale(node, known ?? why, key) }
        }
    }

    /// Whether a node that a change could have reached is unchanged: then its row in the trace is enough.
    private func isAsBefore(_ node: BuildNode, _ key: Digest) -> Bool {
        // What depends on the time is looked at anew: a result's age, and a decision that counts until a moment.
        guard let resumption, let row = node.lastRow, !node.mustRun, !request.force, node.attempts == 0,
            !resumption.trace[row].flags.contains(.isTimed)
        else { return false }
        guard resumption.trace[row].key == key, !resumption.hasNewLeaf(row) else { return false }
        return !hasRewritten(row)
    }

    /// Whether this build wrote a file that a node looked at before.
    private func hasRewritten(_ row: Int) -> Bool {
        // Files that it discovered are not in its key, and another stage may just have written one.
        let rewritten = publisher.rewritten
        return !rewritten.isEmpty && resumption?.leafPaths(row).contains { rewritten.contains($0) } != false
    }

    /// Whether a node cannot have changed although something before it did: what it takes is what it was, and so is
    /// every file that it looked at. It is then like a node that no change reached, and needs no key.
    private func isUntouched(_ node: BuildNode, _ row: Int) -> Bool {
        guard let resumption, !node.mustRun, !request.force, node.attempts == 0,
            !resumption.trace[row].flags.contains(.isTimed), !resumption.hasNewLeaf(row), !hasRewritten(row)
        else { return false }
        let areAsBefore = resumption.trace.producers(row).allSatisfy { producer in
            let before = resumption.trace[Int(producer)], target = Int(before.target), stage = Int(before.stage)
            guard let family = families[target][stage] else { return true }
            let index = Int(producer) - resumption.rows(target, stage).lowerBound
            return !resumption.isWhole[target] && family.nodes.indices.contains(index) && family.nodes[index].isAsBefore
        }
        guard areAsBefore, lookups.planned.isEmpty else { return false }
        // What a pattern finds may be new without a file that the trace knows.
        return !stage(node).bindings.contains { binding in
            binding.sources.contains { if case .files = $0 { true } else { false } }
        }
    }

    private func keep(_ node: BuildNode) {
        node.isAsBefore = true
        let speaks = node.lastRow.map { resumption?.trace[$0].flags.contains(.speaks) == true } ?? false
        if speaks, let record = node.key.flatMap(fresh) {
            for diagnostic in record.diagnostics { account.remark(node, diagnostic) }
        }
        if request.dryRun { plan(node, .hit, key: node.key) }
        account.tell(.hit(node.name, from: nil))
        settle(node)
    }

    /// No result counts: the node must run, or in a dry run would.
    func stale(_ node: BuildNode, _ why: [String], _ key: Digest) {
        node.why = why
        node.isAsBefore = false
        if request.dryRun {
            set(node, .stale)
            plan(node, .run, why: why, key: key)
            return pass(over: node)
        }
        set(node, .runnable)
        schedule.queue(node)
    }
}
