// A graph as lines: each node, its files and inputs, and what it writes.
import Diagnostics
import Graph

enum GraphText {
    static func text(_ view: GraphView) -> String {
        var text = ""
        for (node, incoming) in zip(view.nodes, view.incoming) {
            text += "\(mark(node.state)) \(Columns.plain(node.id))\n"
            for file in node.files { text += "      \(Columns.plain(file))\n" }
            for edge in incoming { text += "      \(Columns.plain(edge.from)) as \(edge.slot)\n" }
            if let output = node.output { text += "      writes \(Columns.plain(output))\n" }
        }
        return text + "= fresh, * stale, ? depends on a stale one"
    }

    private static func mark(_ state: GraphView.State) -> String {
        switch state {
        case .hit: "="
        case .stale: "*"
        case .unknown: "?"
        }
    }
}
