// A request's nodes as far as they are known without running them: manifests, keys, records and stages.
import Diagnostics
import Digests
import Store
import Work

public struct Survey: Sendable {
    public struct Node: Sendable {
        /// `launch.mp4:encode[3]`.
        public var id: String
        public var target: String
        public var stage: String
        public var element: Int?
        /// nil: it depends on a node without a result.
        public var key: Digest?
        /// nil: its result is not in the cache.
        public var record: Record?
    }

    /// A stage of a target. A user's program is included only if one of its nodes is known, since its arguments contain
    /// the inputs.
    public struct Stage: Sendable {
        public var target: String
        public var name: String
        /// Without inputs: kind, version, parameters, tools.
        public var manifest: Manifest
    }

    /// Files as a target's side.
    public var targets: [String] = []
    public var nodes: [Node] = []
    public var stages: [Stage] = []
    /// Existing files of the workspace that a target's pipeline names, by target.
    public var files: [ByteText: [ByteText: Digest]] = [:]
    /// Problems that kept nodes from being created.
    public var problems: [Diagnostic] = []
}

extension Builder {
    /// Surveys a request. To learn more it runs stages of the given kinds that need no other kind; this leaves no trace
    /// in the workspace's history.
    /// - Throws: problems that keep targets from being resolved at all.
    public func survey(_ request: BuildRequest, running kinds: Set<String>) throws(Diagnostics) -> Survey {
        var request = request
        request.isRemembered = false
        request.publishes = false
        request.takesAnyResult = true
        var survey = Survey()
        let quick = try quickStages(request, kinds)
        if !quick.isEmpty {
            var first = request
            first.targets = quick
            first.keepGoing = true
            // A question asks no remote cache.
            first.remotes.remotes = []
            survey.problems = try run(first, catchSignals: false).diagnostics.filter { $0.severity == .error }
        }
        request.dryRun = true
        let build = try perform(request, nil, nil)
        for problem in build.account.errors where problem.severity == .error && !survey.problems.contains(problem) {
            survey.problems.append(problem)
        }
        survey.targets = build.targets.map(\.file)
        for node in build.allNodes {
            survey.nodes.append(
                Survey.Node(
                    id: node.name.id, target: node.name.target, stage: node.name.stage,
                    element: node.element,
                    key: node.key, record: node.state == .done ? node.record : nil))
        }
        for (target, wanted) in build.targets.enumerated() {
            for index in wanted.pipeline.closure(of: wanted.stage) {
                let stage = wanted.pipeline.stages[index], descriptor = stage.descriptor
                // Its list is known, and empty: it has no part in the target.
                if let family = build.families[target][index], family.isExpanded, family.nodes.isEmpty { continue }
                if var manifest = build.families[target][index]?.nodes.lazy.compactMap(\.manifest).first {
                    manifest.inputs = []
                    survey.stages.append(Survey.Stage(target: wanted.file, name: stage.name, manifest: manifest))
                    continue
                }
                if stage.command != nil { continue }
                let tools = Dictionary(
                    descriptor.tools.map { ($0, build.tools[$0] ?? "unknown") },
                    uniquingKeysWith: { first, _ in first })
                survey.stages.append(
                    Survey.Stage(
                        target: wanted.file, name: stage.name,
                        manifest: Manifest(
                            stage: descriptor.name, version: descriptor.version,
                            parameters: build.parameters(stage, of: target),
                            inputs: [], tools: tools)))
            }
        }
        for target in survey.targets {
            var one = request
            one.targets = [target]
            for part in try inputs(one).parts where part.kind == "file" {
                if let digest = Digest(hex: part.value) { survey.files[target, default: [:]][part.name] = digest }
            }
        }
        return survey
    }

    /// `TARGET:STAGE` for every stage of the given kinds that depends only on such stages.
    private func quickStages(_ request: BuildRequest, _ kinds: Set<String>) throws(Diagnostics) -> [String] {
        let cache: Cache
        do throws(StoreProblem) { cache = try Cache(request.cache, for: .serving) } catch {
            throw Diagnostics([error.diagnostic])
        }
        return try prepare(request, cache, nil).build.targets.flatMap { wanted in
            let pipeline = wanted.pipeline
            return pipeline.closure(of: wanted.stage).filter { stage in
                pipeline.closure(of: stage).allSatisfy { kinds.contains(pipeline.stages[$0].descriptor.name) }
            }.map { wanted.file + ":" + pipeline.stages[$0].name }
        }
    }
}
