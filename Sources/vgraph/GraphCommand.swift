import ArgumentParser
import Diagnostics
import Graph
import Work

struct GraphCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph", abstract: "Draw the graph of a target, with what is fresh and what is stale.",
        discussion: "vgraph graph launch.mp4 --format dot | dot -Tsvg > launch.svg")

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, dot, json }

    @OptionGroup var folder: FolderOptions
    @Option(help: "text, dot or json.") var format = Format.text
    @Option(name: .customLong("set"), help: ArgumentHelp("As for build.", valueName: "key=value")) var sets: [String] = []
    @Argument(help: "TARGET or TARGET:STAGE.") var target: String

    func run() throws {
        try exiting(json: folder.json) {
            let place = try Place(folder)
            let view = try place.builder.graph(place.request(targets: [target], sets: try BuildCommand.table(sets)))
            switch folder.json ? .json : format {
            case .text: text(view)
            case .dot: dot(view)
            case .json: print(JSONReport.text(json(view), pretty: true))
            }
        }
    }

    private func text(_ view: GraphView) {
        for node in view.nodes {
            print("\(mark(node.state)) \(node.id)")
            for file in node.files { print("      \(file)") }
            for edge in view.edges where edge.to == node.id { print("      \(edge.from) as \(edge.slot)") }
            if let output = node.output { print("      writes \(output)") }
        }
        print("= fresh, * stale, ? depends on a stale one")
    }

    private func mark(_ state: GraphView.State) -> String {
        switch state {
        case .hit: "="
        case .stale: "*"
        case .unknown: "?"
        }
    }

    private func dot(_ view: GraphView) {
        func quoted(_ text: String) -> String { "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\"" }
        print("digraph vgraph {\n  rankdir=LR; node [shape=box, fontname=\"sans-serif\"];")
        for node in view.nodes {
            let color = switch node.state {
            case .hit: "#d7f0dd"
            case .stale: "#f9d9c8"
            case .unknown: "#eeeeee"
            }
            print("  \(quoted(node.id)) [style=filled, fillcolor=\"\(color)\"];")
            for file in node.files { print("  \(quoted(file)) [shape=note]; \(quoted(file)) -> \(quoted(node.id));") }
            if let output = node.output { print("  \(quoted(output)) [shape=note, style=bold]; \(quoted(node.id)) -> \(quoted(output));") }
        }
        for edge in view.edges { print("  \(quoted(edge.from)) -> \(quoted(edge.to)) [label=\(quoted(edge.slot))];") }
        print("}")
    }

    private func json(_ view: GraphView) -> Value {
        .object([
            "nodes": .array(view.nodes.map { node in
                .object(["id": .string(node.id), "stage": .string(node.stage), "state": .string(node.state.rawValue),
                         "why": .array(node.why.map(Value.string)), "key": node.key.map { .string($0.hex) } ?? .null,
                         "files": .array(node.files.map(Value.string)), "output": node.output.map(Value.string) ?? .null])
            }),
            "edges": .array(view.edges.map { .object(["from": .string($0.from), "to": .string($0.to), "slot": .string($0.slot)]) }),
        ])
    }
}
