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
        var drawn: [Node] = [], places: [Group: Int] = [:], members: [Int: [Int]] = [:]
        /// By the number of a node, that of the node which is drawn.
        var place: [Int] = []
        place.reserveCapacity(nodes.count)
        for node in nodes {
            guard let element = node.element else {
                place.append(drawn.count)
                drawn.append(node)
                continue
            }
            let family = Family(target: ByteText(node.target), stage: node.stage),
                group = Group(family: family, state: node.state)
            guard sizes[family, default: 0] > limit else {
                place.append(drawn.count)
                drawn.append(node)
                continue
            }
            guard let at = places[group] else {
                places[group] = drawn.count
                place.append(drawn.count)
                members[drawn.count] = [element]
                drawn.append(node)
                continue
            }
            place.append(at)
            members[at, default: []].append(element)
            if drawn[at].why != node.why { drawn[at].why = [] }
            // A folded node has no single key.
            drawn[at].key = nil
            for file in node.files where !drawn[at].files.holds(file) { drawn[at].files.append(file) }
        }
        for (at, elements) in members {
            let node = drawn[at]
            drawn[at].id = "\(node.target):\(node.stage)[\(Self.ranges(elements))]"
            if elements.count > 1 { drawn[at].element = nil }
        }
        return GraphView(drawn, members.isEmpty ? Self.once(links) : Self.once(links, place))
    }

    /// Links between nodes as they are drawn, each once.
    private static func once(_ links: [Link], _ place: [Int]) -> [Link] {
        var seen: Set<Link> = []
        seen.reserveCapacity(links.count)
        return links.compactMap { link in
            let link = Link(from: place[link.from], to: place[link.to], slot: link.slot)
            return seen.insert(link).inserted ? link : nil
        }
    }

    /// The same where nothing is folded: the links to one node follow each other, and mostly they are few.
    private static func once(_ links: [Link]) -> [Link] {
        var kept: [Link] = [], first = 0, seen: Set<Link> = []
        kept.reserveCapacity(links.count)
        for (index, link) in links.enumerated() {
            if index == 0 || links[index - 1].to != link.to {
                first = kept.count
                seen.removeAll()
            }
            if kept.count - first < 16 {
                if !kept[first...].contains(link) { kept.append(link) }
                continue
            }
            if seen.isEmpty { seen = Set(kept[first...]) }
            if seen.insert(link).inserted { kept.append(link) }
        }
        return kept
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
