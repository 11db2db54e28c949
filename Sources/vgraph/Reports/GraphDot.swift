// A graph for Graphviz.
import Graph

enum GraphDot {
    static func text(_ view: GraphView) -> String {
        var lines = ["digraph vgraph {", "  rankdir=LR; node [shape=box, fontname=\"sans-serif\"];"]
        for node in view.nodes {
            lines.append("  \(quoted(node.id)) [style=filled, fillcolor=\"\(GraphColour.of(node.state).fill)\"];")
            for file in node.files {
                lines.append("  \(quoted(file)) [shape=note]; \(quoted(file)) -> \(quoted(node.id));")
            }
            if let output = node.output {
                lines.append("  \(quoted(output)) [shape=note, style=bold]; \(quoted(node.id)) -> \(quoted(output));")
            }
        }
        for edge in view.edges {
            lines.append("  \(quoted(edge.from)) -> \(quoted(edge.to)) [label=\(quoted(edge.slot))];")
        }
        return (lines + ["}"]).joined(separator: "\n")
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
    }
}

/// Colours of node states in drawings. The text is black.
enum GraphColour {
    static func of(_ state: GraphView.State) -> (fill: String, line: String) {
        switch state {
        case .hit: ("#d7f0dd", "#3f8a55")
        case .stale: ("#f9d9c8", "#c05a2b")
        case .unknown: ("#eeeeee", "#888888")
        }
    }
}
