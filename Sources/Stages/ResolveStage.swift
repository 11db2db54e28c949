// resolve: makes everything explicit that a spec leaves implicit. People read its artifact to see what a video
// contains.
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
    public static let drafts = Output("drafts", .drafts, file: "drafts.json", form: .line)

    public static let set = ValidateStage.set
    public static let choice = ChosenFilm.parameter
    public static let format = Parameter("format", default: "", "a format of the spec; by default that of 'choice'")

    public static let stage = StageDescriptor(
        name: "resolve", version: 14, summary: "resolves defaults, references, templates and units of the spec",
        slots: [spec.declared, props.declared, facts.declared],
        outputs: [composition.declared, drafts.declared],
        parameters: [set.declared, choice.declared, format.declared],
        place: .here(perform))

    private static func perform(_ job: Job) throws -> Outcome {
        let spec = try job.spec(spec, props: props, set: set, choice: job.choice(format: job[format]))
        let made = try job.drafts(of: spec, job[facts], in: job.folders)
        return Outcome([try job.write(made[0].video, to: composition), try job.write(made, to: drafts)])
    }
}

extension Job {
    /// The video at the size that is asked for, then in every other that the spec offers; never empty.
    public func drafts(of spec: ValidSpec, _ facts: Facts, in folders: Folders) throws -> [Draft] {
        let digests = Dictionary(facts.assets.values.map { (ByteText($0.path), $0.digest) }) { first, _ in first }
        return try Draft.all(of: spec, facts: facts, format: spec.choice.format ?? "") { path in
            let bytes = try bytes(Input(slot: "facts", path: folders.path(path), name: path))
            // The key of this node has the digests of the facts, so other bytes must not enter its result.
            guard digests[path] == Digest.of(bytes) else { throw StageProblem.changedFile(path: path).diagnostic }
            return bytes
        }
    }
}
