// The nodes of a request as they would be drawn: names, states, and edges.
import Diagnostics
import Digests
import Store

public struct GraphView: Sendable {
    public enum State: String, Sendable {
        /// Its result is in the cache.
        case hit
        /// It would run.
        case stale
        /// It depends on a node that would run.
        case unknown
    }

    public struct Node: Sendable {
        public var id: String
        public var target: String
        public var stage: String
        /// From 0; nil for a stage that runs once, and if the number of nodes is not known.
        public var element: Int?
        public var state: State
        public var why: [String]
        public var key: Digest?
        /// Files of the workspace that it reads: its inputs and what it discovered.
        public var files: [String]
        /// The file or folder that it writes into the workspace.
        public var output: String?
    }

    public struct Edge: Sendable, Hashable {
        public var from: String
        public var to: String
        /// The slot at `to`.
        public var slot: String
        public init(from: String, to: String, slot: String) {
            self.from = from
            self.to = to
            self.slot = slot
        }
    }

    public var nodes: [Node] = []
    public var edges: [Edge] = []

    init(_ build: Build) {
        let planned = Dictionary(build.result.planned.map { (ByteText($0.node), $0) }, uniquingKeysWith: { a, _ in a })
        for (target, wanted) in build.targets.enumerated() {
            let pipeline = wanted.pipeline
            for stage in pipeline.closure(of: wanted.stage) {
                for (id, element, record) in Self.names(build, target, stage) {
                    let plan = planned[id]
                    let state: State =
                        switch plan?.outcome {
                        case .hit?: .hit
                        case .run?: .stale
                        default: .unknown
                        }
                    var node = Node(
                        id: id, target: wanted.file, stage: pipeline.stages[stage].name, element: element,
                        state: state,
                        why: plan?.why ?? [], key: plan?.key, files: [],
                        output: pipeline.stages[stage].output?.file(for: wanted.name))
                    for binding in pipeline.stages[stage].bindings {
                        for source in binding.sources {
                            switch source {
                            case .file(let pattern, _, _): node.files.append(pattern.file(for: wanted.name))
                            case .files(let glob, let isElement, _, let place):
                                let paths = (try? build.paths(target, glob, isOptional: true, place))?.paths ?? []
                                for (index, path) in paths.enumerated() where !isElement || index == element {
                                    node.files.append(path)
                                }
                            case .output(let other, _, let reach):
                                for before in Self.names(build, target, other, reach == .instance ? element : nil) {
                                    edges.append(Edge(from: before.id, to: id, slot: binding.slot.name))
                                }
                            }
                        }
                    }
                    node.files += record?.discovered.map(\.path) ?? []
                    nodes.append(node)
                }
            }
        }
    }

    /// The names of a stage's nodes, or one name for all if their number is not known.
    private static func names(
        _ build: Build, _ target: Int, _ stage: Int,
        _ element: Int? = nil
    ) -> [(id: String, element: Int?, record: Record?)] {
        guard let family = build.families[target][stage] else { return [] }
        if let element, family.nodes.count > 1 {
            guard family.nodes.indices.contains(element) else { return [] }
            return [(family.nodes[element].name.id, element, nil)]
        }
        if !family.nodes.isEmpty { return family.nodes.map { ($0.name.id, $0.element, $0.record) } }
        let pipeline = build.targets[target].pipeline
        let source = (pipeline.stages[stage].domain?.source).flatMap { build.families[target][$0] }
        let isKnown = pipeline.stages[stage].domain?.source == nil || source?.nodes.first?.state == .done
        return isKnown ? [] : [(build.targets[target].file + ":" + pipeline.stages[stage].name + "[…]", nil, nil)]
    }
}

extension Builder {
    /// The nodes of a request and what a build would do with each.
    public func graph(_ request: BuildRequest) throws(Diagnostics) -> GraphView {
        var request = request
        request.dryRun = true
        return GraphView(try perform(request, nil, nil))
    }
}
