// A graph as a Mermaid flowchart, which GitHub and GitLab draw in Markdown pages.
import Diagnostics
import Graph

enum GraphMermaid {
    static func text(_ view: GraphView) -> String {
        var lines = ["flowchart LR"]
        var ids: [ByteText: String] = [:], files: [ByteText: String] = [:], arrows: [String] = []
        func file(_ path: String, _ shape: (String) -> String) -> String {
            if let known = files[path] { return known }
            let id = "f\(files.count)"
            files[path] = id
            lines.append("  \(id)\(shape(quoted(path))):::file")
            return id
        }
        for (index, node) in view.nodes.enumerated() {
            ids[node.id] = "n\(index)"
            lines.append("  n\(index)[\(quoted(node.id))]:::\(node.state.rawValue)")
        }
        for (index, node) in view.nodes.enumerated() {
            for path in node.files { arrows.append("  \(file(path) { "[/\($0)/]" }) --> n\(index)") }
            if let output = node.output { arrows.append("  n\(index) --> \(file(output) { "([\($0)])" })") }
        }
        for edge in view.edges {
            guard let from = ids[edge.from], let to = ids[edge.to] else { continue }
            arrows.append("  \(from) -->|\(quoted(edge.slot))| \(to)")
        }
        lines += arrows
        for state in [GraphView.State.hit, .stale, .unknown] {
            let colour = GraphColour.of(state)
            lines.append("  classDef \(state.rawValue) fill:\(colour.fill),stroke:\(colour.line),color:#000")
        }
        lines.append("  classDef file fill:#fff,stroke:#555,color:#000")
        return lines.joined(separator: "\n")
    }

    /// Escapes every character that Mermaid's grammar or Markdown could interpret.
    private static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "#", "&", "<", ">", "`", "\\", "*", "_", "~", ";", "%": out += "#\(scalar.value);"
            case let other where other.value < 0x20 || other.value == 0x7F: out += " "
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }
}
