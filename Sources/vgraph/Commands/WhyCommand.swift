// `vgraph why`: what a dry run says about a target's nodes.
import ArgumentParser
import Diagnostics
import Graph
import Work

struct WhyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why", _superCommandName: "vgraph",
        abstract: "Show why nodes are stale, or where fresh results came from.",
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
            // A pipeline may have a hundred thousand nodes.
            for start in stride(from: 0, to: planned.count, by: 1000) {
                let some = planned[start..<min(start + 1000, planned.count)]
                if folder.json {
                    JSONReport.say(lines: Self.json(some))
                } else {
                    print(some.map(Self.line).joined(), terminator: "")
                }
            }
        }
    }

    private static func line(_ node: BuildResult.Planned) -> String {
        switch node.outcome {
        case .hit: "fresh  \(node.node): \(node.origin.map { ReportText.origin($0) } ?? "in the cache")\n"
        case .run: "stale  \(node.node): \(node.why.joined(separator: "; "))\n"
        case .unknown: "open   \(node.node): \(node.why.joined(separator: "; "))\n"
        }
    }

    /// A line for each; members in the order of their names.
    private static func json(_ nodes: ArraySlice<BuildResult.Planned>) -> JSONText {
        var text = JSONText()
        for node in nodes {
            text.raw("{\"key\":")
            if let key = node.key { text.digest(key) } else { text.raw("null") }
            text.raw(",\"node\":")
            text.string(node.node)
            text.raw(",\"outcome\":")
            text.string(node.outcome.rawValue)
            text.raw(",\"remote\":")
            if let remote = node.origin?.remote { text.string(remote) } else { text.raw("null") }
            text.raw(",\"why\":")
            text.list(node.why) { $1.string($0) }
            text.raw("}\n")
        }
        return text
    }
}
