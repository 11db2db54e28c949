// A graph as lines: each node, its files and inputs, and what it writes.
import Diagnostics
import Graph

enum GraphText {
    static func text(_ view: GraphView) -> String {
        var text = ""
        // A graph of ten thousand nodes is a megabyte: its lines are put together in place.
        func line(_ parts: String...) {
            for part in parts { text += part }
            text += "\n"
        }
        for (node, incoming) in zip(view.nodes, view.incoming) {
            line(mark(node.state), " ", Columns.plain(node.id))
            for file in node.files { line("      ", Columns.plain(file)) }
            for edge in incoming { line("      ", Columns.plain(edge.from), " as ", edge.slot) }
            if let output = node.output { line("      writes ", Columns.plain(output)) }
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
