// Results that jobs made beside their own (`Job.Companion`), from then until the nodes that they belong to ask for them.
// A result is kept under the key that its node will have if it takes exactly what the job made, so a node with another
// key never finds it. Its bytes are those whose digest the worker sent through its pipe, which `keep` compares with
// what the cache adopted. Must not know any stage.
import Diagnostics
import Digests
import Files
import Pipelines
import Store
import Work

final class Companions {
    /// A result that waits for its node.
    struct Made {
        var outcome: Outcome
        /// The digests of its files, by output.
        var digests: [String: [Digest]]
        var wall: Double
        var cpu: Double

        func isMade(of outputs: [Record.Output]) -> Bool {
            outputs.allSatisfy { $0.blobs.map(\.digest) == digests[$0.name] ?? [] }
        }
    }

    private let cache: Cache
    /// Names of stages that others can be done beside.
    private let leaders: Set<String>
    private var made: [Digest: (folder: String, made: Made)] = [:]
    /// What `stages` found, by target and stage.
    private var known: [[Int]: [Int]] = [:]

    init(_ cache: Cache, kinds: [StageDescriptor]) {
        self.cache = cache
        leaders = Set(kinds.compactMap(\.companionOf))
    }

    /// The stages of a pipeline that can be done beside one: they take nothing keyed but what one node of it makes.
    func stages(beside own: Pipeline.Stage, at number: Int, of pipeline: Pipeline, _ target: Int) -> [Int] {
        guard own.command == nil, leaders.contains(own.descriptor.name) else { return [] }
        if let known = known[[target, number]] { return known }
        let found = pipeline.stages.indices.filter { index in
            let stage = pipeline.stages[index]
            // A pool limits how many nodes of a stage run, so none of them runs beside another.
            guard stage.descriptor.companionOf == own.descriptor.name, stage.command == nil, stage.pool == nil,
                stage.domain == own.domain
            else { return false }
            let keyed = stage.bindings.filter(\.slot.isKeyed)
            return keyed.allSatisfy { binding in
                binding.filters.isEmpty
                    && binding.sources.allSatisfy { source in
                        guard case .output(number, _, let reach) = source else { return false }
                        return reach == (own.domain == nil ? .whole : .instance)
                    }
            }
        }
        known[[target, number]] = found
        return found
    }

    /// Moves a result out of its job's folder. Does nothing if that fails: the node then does the work itself.
    func put(_ result: CompanionOutcome, from scratch: String, under key: Digest) {
        guard made[key] == nil, let folder = try? cache.makeScratch() else { return }
        var outcome = Outcome(outputs: [:]), digests: [String: [Digest]] = [:]
        for (output, files) in result.outputs {
            for (index, file) in files.enumerated() {
                let name = "\(output).\(index)"
                // A path from a worker is not trusted: it is a plain name in its folder.
                guard !file.path.contains("/"), !file.path.hasPrefix("."),
                    cache.folder.rename(scratch + "/" + file.path, to: folder + "/" + name) == 0
                else { return cache.folder.remove(folder) }
                outcome.outputs[output, default: []].append(name)
                digests[output, default: []].append(file.digest)
            }
        }
        made[key] = (
            folder, Made(outcome: outcome, digests: digests, wall: max(0, result.wall), cpu: max(0, result.cpu))
        )
    }

    func has(_ key: Digest) -> Bool { made[key] != nil }

    /// Moves a key's result into the folder of its node's job; nil: there is none.
    func take(_ key: Digest, into scratch: String) -> Made? {
        guard let (folder, result) = made.removeValue(forKey: key) else { return nil }
        defer { cache.folder.remove(folder) }
        for name in result.outcome.outputs.values.joined()
        where cache.folder.rename(folder + "/" + name, to: scratch + "/" + name) != 0 { return nil }
        return result
    }

    /// Removes what no node asked for.
    func close() {
        for (folder, _) in made.values { cache.folder.remove(folder) }
        made = [:]
    }
}

extension Build {
    /// What a node's job may do beside its work: that of the stage that declares it, if its node will follow in this
    /// build and takes nothing keyed from elsewhere.
    func companion(of node: BuildNode) -> Job.Companion? {
        // Checked twice, each node does its own work.
        guard !request.checksDeterminism, let (stage, outputs) = follower(of: node) else { return nil }
        guard !request.force, let key = lastKeys.keys[ByteText(node.name.id)], let record = fresh(key) else {
            return Job.Companion(
                stage: stage.descriptor.name, parameters: parameters(stage, of: node.target), before: [])
        }
        var before: [Job.Input] = []
        for (slot, output) in outputs {
            for blob in record.output(output.name)?.blobs ?? [] where blobs.has(blob) {
                before.append(
                    Job.Input(
                        slot: slot.name, path: blobs.path(blob.digest), name: output.fileName, digest: blob.digest))
            }
        }
        return Job.Companion(
            stage: stage.descriptor.name, parameters: parameters(stage, of: node.target), before: before)
    }

    /// Keeps what a job made beside its node's result, for the node that follows.
    func put(_ result: CompanionOutcome, of node: BuildNode, _ made: [Record.Output], from scratch: String) {
        guard let (stage, outputs) = follower(of: node), stage.descriptor.name == result.stage else { return }
        let inputs = outputs.flatMap { slot, output in
            (made.first { $0.name == output.name }?.blobs ?? []).map {
                Manifest.Input(slot: slot.name, digest: $0.digest)
            }
        }
        companions.put(result, from: scratch, under: manifest(of: stage, node.target, inputs).key)
    }

    /// The stage that can be done beside a node's, and which of the node's outputs fill its keyed slots.
    private func follower(
        of node: BuildNode
    ) -> (stage: Pipeline.Stage, outputs: [(StageDescriptor.Slot, StageDescriptor.Output)])? {
        let own = stage(node), stages = targets[node.target].pipeline.stages
        for index in companions.stages(beside: own, at: node.stage, of: targets[node.target].pipeline, node.target) {
            // A stage without a family is as it was, or was not asked for.
            guard let family = families[node.target][index], isAwaited(family, node.element) else { continue }
            var outputs: [(StageDescriptor.Slot, StageDescriptor.Output)] = []
            for binding in stages[index].bindings where binding.slot.isKeyed {
                for case .output(_, let output, _) in binding.sources {
                    outputs.append((binding.slot, own.descriptor.outputs[output]))
                }
            }
            return (stages[index], outputs)
        }
        return nil
    }

    private func isAwaited(_ family: Family, _ element: Int?) -> Bool {
        guard family.isExpanded else { return true }
        let index = element ?? 0
        return family.nodes.indices.contains(index) && family.nodes[index].state == .waiting
    }
}
