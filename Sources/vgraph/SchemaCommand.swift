import ArgumentParser
import Graph
import Spec
import Stages

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema (2020-12) of a spec, or of a pipeline.",
        discussion: """
            vgraph schema > video.schema.json, and at the top of a spec the line
            # yaml-language-server: $schema=./video.schema.json
            gives completion and checking in an editor. The same with --pipeline for
            the files in pipelines/.
            """)

    @Flag(help: "The schema of a pipeline file.") var pipeline = false

    func run() {
        print(pipeline ? JSONReport.text(PipelineSchema.value(kinds: Stages.all), pretty: true) : schemaText())
    }
}
