import ArgumentParser
import Spec

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema (2020-12) of a spec.",
        discussion: """
            vgraph schema > video.schema.json, and at the top of a spec the line
            # yaml-language-server: $schema=./video.schema.json
            gives completion and checking in an editor.
            """)

    func run() { print(schemaText()) }
}
