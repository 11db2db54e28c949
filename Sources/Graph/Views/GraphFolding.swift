// Folds a graph with hundreds of segments for people: nodes of one family with the same state become one node.
import Diagnostics

extension GraphView {
    /// Draws families of more than `limit` nodes as one node per state, named by its elements:
    /// `launch.mp4:encode[0…6,8…19]`. Edges between the same two nodes and into the same slot become one.
    public func folded(above limit: Int = 4) -> GraphView {
        struct Family: Hashable { var target: ByteText, stage: String }
        struct Group: Hashable { var family: Family, state: State }
        var sizes: [Family: Int] = [:]
        for node in nodes where node.element != nil {
            sizes[Family(target: ByteText(node.target), stage: node.stage), default: 0] += 1
        }

        var view = self
        view.nodes = []
        var places: [Group: Int] = [:], members: [Int: [Int]] = [:], place: [ByteText: Int] = [:]
        for node in nodes {
            let family = Family(target: ByteText(node.target), stage: node.stage),
                group = Group(family: family, state: node.state)
            guard let element = node.element, sizes[family, default: 0] > limit else {
                place[node.id] = view.nodes.count
                view.nodes.append(node)
                continue
            }
            guard let at = places[group] else {
                places[group] = view.nodes.count
                place[node.id] = view.nodes.count
                members[view.nodes.count] = [element]
                view.nodes.append(node)
                continue
            }
            place[node.id] = at
            members[at, default: []].append(element)
            if view.nodes[at].why != node.why { view.nodes[at].why = [] }
            // A folded node has no single key.
            view.nodes[at].key = nil
            for file in node.files where !view.nodes[at].files.holds(file) { view.nodes[at].files.append(file) }
        }
        for (at, elements) in members {
            let node = view.nodes[at]
            view.nodes[at].id = "\(node.target):\(node.stage)[\(Self.ranges(elements))]"
            if elements.count > 1 { view.nodes[at].element = nil }
        }
        var seen: Set<Edge> = []
        view.edges = edges.compactMap { edge in
            guard let from = place[edge.from], let to = place[edge.to] else { return nil }
            let edge = Edge(from: view.nodes[from].id, to: view.nodes[to].id, slot: edge.slot)
            return seen.insert(edge).inserted ? edge : nil
        }
        return view
    }

    /// `0…6,8,10…19`; cuts a long list.
    static func ranges(_ elements: [Int]) -> String {
        var runs: [ClosedRange<Int>] = []
        for element in elements.sorted() {
            if let last = runs.last, last.upperBound + 1 == element {
                runs[runs.count - 1] = last.lowerBound...element
            } else {
                runs.append(element...element)
            }
        }
        let texts = runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)…\($0.upperBound)" }
        return texts.count <= 6
            ? texts.joined(separator: ",")
            : texts.prefix(5).joined(separator: ",")
                + ",… \(elements.count) in all"
    }
}
