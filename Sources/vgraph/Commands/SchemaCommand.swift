// `vgraph schema`: descriptions of the file formats, generated from the tables that read them.
import ArgumentParser
import Graph
import Pipelines
import Spec
import Stages

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema (2020-12) of a spec, a pipeline or a profile.",
        discussion: """
            For completion and checking in an editor, run
              vgraph schema > video.schema.json
            and begin the spec with the line
              # yaml-language-server: $schema=./video.schema.json
            --pipeline prints the schema of the files in pipelines/, --profile that of the
            files in pipelines/profiles/. --reference prints a spec's fields as the tables
            of pipelines/SPEC.md. --kind prints what a reviewer gets (review-request), what
            each line of its answer is (observation), what the gate decides (gate) and
            what a line of NAME.answers.jsonl and NAME.decisions.jsonl is (record).
            """)

    enum Kind: String, CaseIterable, ExpressibleByArgument {
        case spec, pipeline, profile, observation, gate, record
        case reviewRequest = "review-request"
    }

    @Option(help: ArgumentHelp("Print the schema of this.", valueName: "kind")) var kind: Kind?

    @Flag(help: "Print the schema of a pipeline file.") var pipeline = false
    @Flag(help: "Print the schema of a profile.") var profile = false

    @Flag(help: "Print the fields of a spec as Markdown tables.") var reference = false

    func validate() throws {
        if [pipeline, profile, reference, kind != nil].count(where: { $0 }) > 1 {
            throw ValidationError("use only one of --pipeline, --profile, --reference and --kind")
        }
    }

    func run() {
        if reference { return printDocument(specReference(), terminator: "") }
        switch kind ?? (pipeline ? .pipeline : profile ? .profile : .spec) {
        case .spec: printDocument(schemaText())
        case .pipeline: printDocument(JSONReport.text(PipelineSchema.value(kinds: Stages.all), pretty: true))
        case .profile: printDocument(profileSchemaText())
        case .reviewRequest: printDocument(ReviewSchemas.request, terminator: "")
        case .observation: printDocument(ReviewSchemas.observation, terminator: "")
        case .gate: printDocument(DecisionSchemas.gate, terminator: "")
        case .record: printDocument(DecisionSchemas.record, terminator: "")
        }
    }
}
