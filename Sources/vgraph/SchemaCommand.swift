import ArgumentParser
import Graph
import Spec
import Stages

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema (2020-12) of a spec, a pipeline or a profile.",
        discussion: """
            vgraph schema > video.schema.json, and at the top of a spec the line
            # yaml-language-server: $schema=./video.schema.json
            gives completion and checking in an editor. The same with --pipeline for
            the files in pipelines/, with --profile for those in pipelines/profiles/.
            """)

    @Flag(help: "The schema of a pipeline file.") var pipeline = false
    @Flag(help: "The schema of a profile.") var profile = false

    func validate() throws {
        if pipeline, profile { throw ValidationError("--pipeline and --profile exclude each other") }
    }

    func run() {
        if pipeline { print(JSONReport.text(PipelineSchema.value(kinds: Stages.all), pretty: true)) }
        else { print(profile ? profileSchemaText() : schemaText()) }
    }
}
