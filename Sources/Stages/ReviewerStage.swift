// reviewer: runs one program on one request and accepts its answer whole or not at all. Runs in a worker, which starts
// the program in a sandbox.
import Composition
import Work

public enum ReviewerStage {
    public static let request = Slot("request", .request)
    /// The request names each by its digest.
    public static let exhibits = Slot("exhibits", list: .exhibits, .material)
    /// A reviewer of the project's own; without it one of those that `vgraph reviewers install` sets up.
    public static let program = Slot("program", optional: .file)

    public static let name = Parameter("reviewer", default: "", "its name: text, speech, or that of `program`")
    public static let kind = Parameter("kind", choice: Reviewer.Kind.model, "what `program` is; a person is none")
    public static let family = Parameter("family", default: "", "what `program` errs alike with; its name by default")
    public static let timeout = Parameter("timeout", 1.0...86400, default: 600, "seconds after which it is ended")
    public static let memory = Parameter("memory", 64...65536, default: 4096, "megabytes that it may have")

    /// Read by nobody: it is in the key.
    public static let attempt = Parameter(
        "attempt", 1...1_000_000, default: 1, "another number asks again")
    /// Whoever is asked there is a model.
    public static let endpoint = Parameter(
        "endpoint", default: "", "base URL of an OpenAI-compatible API, whose model is asked in place of a program")
    public static let model = Parameter("model", default: "", "the model at `endpoint`")
    public static let tokens = Parameter(
        "tokens", 1...100_000_000, default: 200_000, "what all calls may use; it is held before each call")
    public static let secret = Parameter(
        "secret", default: "VGRAPH_MODEL_KEY", "the variable of the environment with the key of `endpoint`")

    public static let report = Output("report", .reviewerReport, file: "reviewer.json")
    /// What it wrote, as it wrote it.
    public static let reply = Output("reply", .reply, file: "reply.jsonl")

    public static let stage = StageDescriptor(
        name: "reviewer", version: 3, summary: "asks a reviewer, and takes its answer whole or not at all",
        slots: [request.declared, exhibits.declared, program.declared],
        outputs: [report.declared, reply.declared],
        parameters: [
            name.declared, kind.declared, family.declared, timeout.declared, memory.declared,
            attempt.declared, endpoint.declared, model.declared, tokens.declared, secret.declared,
        ],
        tools: [tool],
        place: .worker, eachSlot: request.name)

    /// Which reviewers are installed: another answer asks again.
    public static let tool = "reviewers"
}
