// `vgraph why`: what a dry run says about a target's nodes.
import ArgumentParser
import Diagnostics
import Graph
import Work

struct WhyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why", abstract: "Show why nodes are stale, or where fresh results came from.",
        discussion: """
            The walk that makes a node's key also compares it with the node's record from
            the last build of this target. Nothing runs. If the target was built as a whole,
            only what has changed since is looked at.
            """)

    @OptionGroup var folder: FolderOptions
    @Option(name: .customLong("set"), help: ArgumentHelp("As for build.", valueName: "key=value")) var sets: [String] =
        []
    @Flag(inversion: .prefixedNo, help: "As for build.") var sandbox = true
    @Argument(help: "TARGET or TARGET:STAGE.") var target: String

    func run() throws {
        try exiting(json: folder.json) {
            let project = try Project(folder)
            var request = project.request(targets: [target], sets: try BuildCommand.table(sets))
            request.sandbox = sandbox
            let planned = try project.builder.why(request, withOrigins: !folder.json)
            for node in planned {
                if folder.json {
                    JSONReport.say([
                        "node": .string(node.node), "outcome": .string(node.outcome.rawValue),
                        "why": .array(node.why.map(Value.string)),
                        "key": node.key.map { .string($0.hex) } ?? .null,
                        "remote": node.origin?.remote.map(Value.string) ?? .null,
                    ])
                    continue
                }
                switch node.outcome {
                case .hit:
                    let origin =
                        node.origin.map { ReportText.origin($0) } ?? "in the cache"
                    print("fresh  \(node.node): \(origin)")
                case .run: print("stale  \(node.node): \(node.why.joined(separator: "; "))")
                case .unknown: print("open   \(node.node): \(node.why.joined(separator: "; "))")
                }
            }
        }
    }
}
