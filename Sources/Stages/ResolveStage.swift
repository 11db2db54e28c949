// resolve: everything implicit taken out of a spec. The artifact is what a person reads to see what a video really is.
import Composition
import Diagnostics
import Digests
import Spec
import Work

public enum ResolveStage {
    public static let spec = Slot("spec", .file)
    public static let props = Slot("props", optional: .file)
    public static let facts = Slot("facts", .facts)

    public static let composition = Output("composition", .composition, file: "resolved.json", form: .open)

    public static let set = ValidateStage.set
    public static let format = Parameter("format", default: "", "one of the spec's formats; its own size by default")

    public static let stage = StageDescriptor(
        name: "resolve", version: 3, summary: "takes every default, reference, template and unit out of the spec",
        slots: [spec.declared, props.declared, facts.declared],
        outputs: [composition.declared],
        parameters: [set.declared, format.declared],
        place: .here(perform))

    private static func perform(_ job: Job) throws -> Outcome {
        let facts = try job[facts]
        let spec = try job.spec(spec, props: props, set: set)
        let digests = Dictionary(facts.assets.values.map { (ByteText($0.path), $0.digest) }) { first, _ in first }
        let video = try resolve(spec, facts: facts, format: job[format]) { path in
            let bytes = try job.bytes(Job.Input(slot: "facts", path: job.folders.path(path), name: path))
            // The facts are what this node's key holds: other bytes than theirs must not go into its result.
            guard digests[path] == Digest.of(bytes) else { throw StageProblem.changedFile(path: path).diagnostic }
            return bytes
        }
        return Outcome([try job.write(video, to: composition)])
    }
}
