import ArgumentParser
import Graph
import Pipelines
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
            --reference prints the fields of a spec as tables, for people: those of
            pipelines/SPEC.md.
            """)

    @Flag(help: "The schema of a pipeline file.") var pipeline = false
    @Flag(help: "The schema of a profile.") var profile = false

    @Flag(help: "The fields of a spec as tables in Markdown.") var reference = false

    func validate() throws {
        if [pipeline, profile, reference].count(where: { $0 }) > 1 {
            throw ValidationError("--pipeline, --profile and --reference exclude each other")
        }
    }

    func run() {
        if reference {
            printDocument(specReference(), terminator: "")
        } else if pipeline {
            printDocument(JSONReport.text(PipelineSchema.value(kinds: Stages.all), pretty: true))
        } else {
            printDocument(profile ? profileSchemaText() : schemaText())
        }
    }
}
