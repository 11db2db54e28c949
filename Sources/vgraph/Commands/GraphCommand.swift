// `vgraph graph`: a target's graph in one of several formats; each drawing is a file in `Reports`.
import ArgumentParser
import Diagnostics
import Graph
import Work

struct GraphCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph", _superCommandName: "vgraph",
        abstract: "Draw a target's graph and mark what is fresh and what is stale.",
        discussion: """
              vgraph graph launch.mp4 --format dot | dot -Tsvg > launch.svg
              vgraph graph launch.mp4 --format mermaid    for a page on GitHub or GitLab

            Where a stage runs for hundreds of segments, nodes in the same state are drawn
            as one: encode[0…6,8…19]. --all draws each node; JSON always lists each.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, dot, mermaid, json }

    @OptionGroup var folder: FolderOptions
    @Option(help: "text, dot, mermaid or json.") var format = Format.text
    @Flag(help: "Draw every node of a stage that runs for each segment.") var all = false
    @Option(name: .customLong("set"), help: ArgumentHelp("As for build.", valueName: "key=value")) var sets: [String] =
        []
    @Flag(inversion: .prefixedNo, help: "As for build.") var sandbox = true
    @Argument(help: "TARGET or TARGET:STAGE.") var target: String

    func run() throws {
        try exiting(json: folder.json) {
            let project = try Project(folder)
            var request = project.request(targets: [target], sets: try BuildCommand.table(sets))
            request.sandbox = sandbox
            let view = try project.builder.graph(request)
            let drawn = all ? view : view.folded()
            switch folder.json ? .json : format {
            case .text: print(GraphText.text(drawn))
            case .dot: print(GraphDot.text(drawn))
            case .mermaid: print(GraphMermaid.text(drawn))
            case .json: printDocument(JSONReport.text(json(view), pretty: true))
            }
        }
    }

    private func json(_ view: GraphView) -> Value {
        .object([
            "nodes": .array(
                view.nodes.map { node in
                    .object([
                        "id": .string(node.id), "stage": .string(node.stage), "state": .string(node.state.rawValue),
                        "why": .array(node.why.map(Value.string)), "key": node.key.map { .string($0.hex) } ?? .null,
                        "files": .array(node.files.map(Value.string)), "output": node.output.map(Value.string) ?? .null,
                    ])
                }),
            "edges": .array(
                view.edges.map { .object(["from": .string($0.from), "to": .string($0.to), "slot": .string($0.slot)]) }),
        ])
    }
}
