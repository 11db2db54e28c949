// A graph as lines: each node, its files and inputs, and what it writes.
import Diagnostics
import Graph

enum GraphText {
    static func text(_ view: GraphView) -> String {
        let incoming = Dictionary(grouping: view.edges, by: \.to)
        var lines: [String] = []
        for node in view.nodes {
            lines.append("\(mark(node.state)) \(Columns.plain(node.id))")
            lines += node.files.map { "      " + Columns.plain($0) }
            lines += (incoming[node.id] ?? []).map { "      \(Columns.plain($0.from)) as \($0.slot)" }
            if let output = node.output { lines.append("      writes " + Columns.plain(output)) }
        }
        lines.append("= fresh, * stale, ? depends on a stale one")
        return lines.joined(separator: "\n")
    }

    private static func mark(_ state: GraphView.State) -> String {
        switch state {
        case .hit: "="
        case .stale: "*"
        case .unknown: "?"
        }
    }
}
