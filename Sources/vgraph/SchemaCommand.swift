import ArgumentParser
import Spec

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema (2020-12) of a spec, or of a profile.",
        discussion: """
            vgraph schema > video.schema.json, and at the top of a spec the line
            # yaml-language-server: $schema=./video.schema.json
            gives completion and checking in an editor.
            """)

    @Flag(help: "Of the files in pipelines/profiles.") var profile = false

    func run() { print(profile ? profileSchemaText() : schemaText()) }
}
