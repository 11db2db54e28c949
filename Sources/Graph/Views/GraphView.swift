// The nodes of a request as they would be drawn: names, states, and edges.
import Diagnostics
import Digests
import Pipelines
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

    /// An edge between nodes by their numbers: ten thousand are not told apart by their names.
    struct Link: Hashable {
        var from: Int
        var to: Int
        var slot: String

        func hash(into hasher: inout Hasher) {
            // Two nodes have one slot between them, or two.
            hasher.combine(from)
            hasher.combine(to)
        }
    }

    public private(set) var nodes: [Node]
    let links: [Link]

    init(_ nodes: [Node], _ links: [Link]) {
        self.nodes = nodes
        self.links = links
    }

    public var edges: [Edge] { links.map { Edge(from: nodes[$0.from].id, to: nodes[$0.to].id, slot: $0.slot) } }

    /// By node, as in `nodes`: what goes into it, and the slots.
    public var incoming: [[(from: String, slot: String)]] {
        var incoming = [[(from: String, slot: String)]](repeating: [], count: nodes.count)
        for link in links { incoming[link.to].append((nodes[link.from].id, link.slot)) }
        return incoming
    }

    /// - Parameter asked: targets on the command line, if the build has more; nil: all that it has.
    init(_ build: Build, asked: [String]?) {
        var plans = Plans(build.result.planned), nodes: [Node] = [], links: [Link] = []
        for (target, wanted) in build.targets.enumerated() {
            let stages = wanted.pipeline.stages
            // Where each stage's nodes are; sources come before users.
            var places = [Range<Int>](repeating: 0..<0, count: stages.count)
            for stage in Self.stages(of: wanted, asked) {
                let made = stages.sketch(stage), output = made.output?.file(for: wanted.name), first = nodes.count
                for (id, element, found) in Self.names(build, target, stage, made.name) {
                    let plan = plans.plan(.init(target: target, stage: stage, element: element))
                    let state: State =
                        switch plan?.outcome {
                        case .hit?: .hit
                        case .run?: .stale
                        default: .unknown
                        }
                    var node = Node(
                        id: id, target: wanted.file, stage: made.name, element: element,
                        state: state,
                        why: plan?.why ?? [], key: plan?.key, files: [],
                        output: output)
                    for (slot, sources) in made.inputs {
                        for source in sources {
                            switch source {
                            case .file(let pattern, _, _): node.files.append(pattern.file(for: wanted.name))
                            case .files(let glob, let isElement, _, let place):
                                let paths = (try? build.paths(target, glob, isOptional: true, place))?.paths ?? []
                                for (index, path) in paths.enumerated() where !isElement || index == element {
                                    node.files.append(path)
                                }
                            case .output(let other, _, let reach):
                                var before = places[other]
                                if reach == .instance, let element, before.count > 1 {
                                    let own = before.lowerBound + element
                                    before = before.contains(own) ? own..<own + 1 : 0..<0
                                }
                                for from in before { links.append(Link(from: from, to: nodes.count, slot: slot)) }
                            }
                        }
                    }
                    node.files += build.discovered(found)
                    nodes.append(node)
                }
                places[stage] = first..<nodes.count
            }
        }
        self.init(nodes, links)
    }

    /// What a dry run says of each node. Nodes are drawn in the order in which it lists them, so nearly all are next.
    private struct Plans {
        private let all: [BuildResult.Planned]
        private var next = 0
        private lazy var places = Dictionary(
            all.enumerated().map { ($1.place, $0) }, uniquingKeysWith: { first, _ in first })

        init(_ all: [BuildResult.Planned]) { self.all = all }

        mutating func plan(_ place: BuildResult.Planned.Place) -> BuildResult.Planned? {
            if all.indices.contains(next), all[next].place == place {
                next += 1
                // Of two the first counts.
                if next < 2 || all[next - 2].place != place { return all[next - 1] }
            }
            return places[place].map { all[$0] }
        }
    }

    /// The stages of a target that are drawn, in order.
    private static func stages(of wanted: WantedTarget, _ asked: [String]?) -> [Int] {
        let pipeline = wanted.pipeline
        guard let asked else { return pipeline.closure(of: wanted.stage) }
        var stages: Set<Int> = []
        for text in asked {
            if text.isSameBytes(wanted.file) { return pipeline.order }
            guard text.utf8.starts(with: (wanted.file + ":").utf8) else { continue }
            let stage = pipeline.stage(named: String(text.dropFirst(wanted.file.count + 1)))
            if let stage { stages.formUnion(pipeline.closure(of: stage)) }
        }
        return pipeline.order.filter(stages.contains)
    }

    /// A node as far as its record goes.
    enum Found {
        case record(Record)
        /// Unchanged since the trace.
        case row(Int)
        case nothing
    }

    /// The names of a stage's nodes, or one name for all if their number is not known.
    private static func names(
        _ build: Build, _ target: Int, _ stage: Int, _ stageName: String
    ) -> [(id: String, element: Int?, found: Found)] {
        let wanted = build.targets[target], pipeline = wanted.pipeline
        guard let family = build.families[target][stage] else {
            guard let resumption = build.resumption else { return [] }
            return resumption.rows(target, stage).enumerated().map { index, row in
                let element = resumption.trace[row].element < 0 ? nil : index
                return (NodeName.id(target: wanted.file, stage: stageName, element: element), element, .row(row))
            }
        }
        func name(_ node: BuildNode) -> (String, Int?, Found) {
            let row = node.isAsBefore ? node.lastRow : nil
            return (node.name.id, node.element, row.map(Found.row) ?? node.record.map(Found.record) ?? .nothing)
        }
        if !family.nodes.isEmpty { return family.nodes.map(name) }
        let source = (pipeline.stages[stage].domain?.source).flatMap { build.families[target][$0] }
        let isKnown = pipeline.stages[stage].domain?.source == nil || source?.nodes.first?.state == .done
        return isKnown ? [] : [(wanted.file + ":" + stageName + "[…]", nil, .nothing)]
    }
}

extension Build {
    /// Files that a node read beyond its inputs.
    fileprivate func discovered(_ found: GraphView.Found) -> [String] {
        switch found {
        case .nothing: return []
        case .record(let record): return record.discovered.map(\.path)
        case .row(let row):
            guard let node = resumption?.trace[row], resumption?.hasFinds(row) == true else { return [] }
            guard case .found(let record) = records.lookup(node.key, where: { $0.world == node.world }) else {
                return []
            }
            return record.discovered.map(\.path)
        }
    }
}
