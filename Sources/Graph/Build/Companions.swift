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
    /// What `stages` found, by target and stages.
    private var known: [[Int]: [Int]] = [:]

    init(_ cache: Cache, kinds: [StageDescriptor]) {
        self.cache = cache
        leaders = Set(kinds.compactMap(\.companionOf))
    }

    /// The stages of a pipeline that can be done beside the last of some, which are done beside the first one: each takes
    /// nothing keyed but what a node of one of them makes or, of the first, is given.
    func stages(beside done: [Int], of pipeline: Pipeline, _ target: Int) -> [Int] {
        let own = pipeline.stages[done[0]], last = pipeline.stages[done[done.count - 1]]
        guard own.command == nil, leaders.contains(last.descriptor.name) else { return [] }
        if let known = known[[target] + done] { return known }
        let given = Set(own.bindings.filter(\.slot.isKeyed).compactMap(\.onlyOutput))
        let reach: Pipeline.Reach = own.domain == nil ? .whole : .instance
        let found = pipeline.stages.indices.filter { index in
            let stage = pipeline.stages[index]
            // A pool limits how many nodes of a stage run, so none of them runs beside another.
            guard stage.descriptor.companionOf == last.descriptor.name, stage.command == nil, stage.pool == nil,
                stage.domain == own.domain
            else { return false }
            return stage.bindings.filter(\.slot.isKeyed).allSatisfy { binding in
                binding.filters.isEmpty
                    && binding.sources.allSatisfy { source in
                        if case .output(let number, _, reach) = source, done.contains(number) { return true }
                        return given.contains(source)
                    }
            }
        }
        known[[target] + done] = found
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

extension Pipeline.Binding {
    /// The output of a stage that is its one source; nil: it is something else.
    fileprivate var onlyOutput: Pipeline.Source? {
        guard sources.count == 1, filters.isEmpty, case .output = sources[0] else { return nil }
        return sources[0]
    }
}

extension Build {
    /// What a node's job may do beside its work: that of the stage that declares it, if its node will follow in this
    /// build and takes nothing keyed from elsewhere; then that of the stage that declares that one, and so on.
    func companions(of node: BuildNode) -> [Job.Companion]? {
        // Checked twice, each node does its own work.
        guard !request.checksDeterminism else { return nil }
        let stages = targets[node.target].pipeline.stages, followers = followers(of: node)
        guard !followers.isEmpty else { return nil }
        return followers.map { index in
            let stage = stages[index]
            return Job.Companion(
                stage: stage.descriptor.name, parameters: parameters(stage, of: node.target),
                slots: stage.bindings.filter { !$0.sources.isEmpty }.map(\.slot.name), before: before(stage, node))
        }
    }

    /// What a node made the last time, as far as it fills keyed slots of a stage.
    private func before(_ stage: Pipeline.Stage, _ node: BuildNode) -> [Job.Input] {
        guard !request.force, let key = lastKeys.keys[ByteText(node.name.id)], let record = fresh(key) else {
            return []
        }
        var before: [Job.Input] = []
        for binding in stage.bindings where binding.slot.isKeyed {
            for case .output(node.stage, let number, _) in binding.sources {
                let output = self.stage(node).descriptor.outputs[number]
                before += kept(output.name, of: record, as: binding.slot.name, output.fileName)
            }
        }
        return before
    }

    /// Keeps what a job made beside its node's result, for the nodes that follow.
    func put(_ results: [CompanionOutcome], of node: BuildNode, _ made: [Record.Output], from scratch: String) {
        let stages = targets[node.target].pipeline.stages
        // The digests of outputs, by stage.
        var outputs = [node.stage: Dictionary(made.map { ($0.name, $0.blobs.map(\.digest)) }) { $1 }]
        for (index, result) in zip(followers(of: node), results) {
            let stage = stages[index]
            guard stage.descriptor.name == result.stage else { return }
            let inputs = stage.bindings.filter(\.slot.isKeyed).flatMap { binding in
                binding.sources.flatMap { source in
                    digests(source, outputs, given: node).map { Manifest.Input(slot: binding.slot.name, digest: $0) }
                }
            }
            outputs[index] = result.outputs.mapValues { $0.map(\.digest) }
            companions.put(result, from: scratch, under: manifest(of: stage, node.target, inputs).key)
        }
    }

    /// What a source of a follower brings: outputs of those before it, or what its leader was given.
    private func digests(
        _ source: Pipeline.Source, _ outputs: [Int: [String: [Digest]]], given node: BuildNode
    ) -> [Digest] {
        if case .output(let number, let output, _) = source, let made = outputs[number] {
            let stage = targets[node.target].pipeline.stages[number]
            return made[stage.descriptor.outputs[output].name] ?? []
        }
        let slot = stage(node).bindings.first { $0.slot.isKeyed && $0.onlyOutput == source }?.slot.name
        return node.inputs.first { $0.slot.name == slot }?.files.map(\.digest) ?? []
    }

    /// The stages that can be done beside a node's, each beside the one before it.
    private func followers(of node: BuildNode) -> [Int] {
        var done = [node.stage]
        // A stage without a family is as it was, or was not asked for.
        while let next = companions.stages(beside: done, of: targets[node.target].pipeline, node.target).first(where: {
            families[node.target][$0].map { isAwaited($0, node.element) } ?? false
        }) { done.append(next) }
        return Array(done.dropFirst())
    }

    private func isAwaited(_ family: Family, _ element: Int?) -> Bool {
        guard family.isExpanded else { return true }
        let index = element ?? 0
        return family.nodes.indices.contains(index) && family.nodes[index].state == .waiting
    }
}
