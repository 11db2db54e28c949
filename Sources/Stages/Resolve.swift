// Takes everything implicit out of a spec: the artifact is what a person reads to see what a video really is.
import Composition
import Diagnostics
import FoundationEssentials
import Spec
import Store
import Work

func resolveStage(_ job: Job) throws -> Outcome {
    let facts = try job.decode(Facts.self, "facts")
    let props = try job.input("props").map { Array(try job.read($0)) }
    guard let specPath = job.input("spec") else { throw StageProblem.noInput(slot: "spec", node: job.node).diagnostic }
    let spec = try ValidSpec.read(spec: Array(try job.read(specPath)), specName: job.name("spec"), props: props, propsName: job.name("props"),
                                  set: job.table("set"))
    let digests = Dictionary(facts.assets.values.map { (ByteText($0.path), $0.digest) }) { first, _ in first }
    let video = try resolve(spec, facts: facts, format: job.string("format")) { path in
        let bytes = Array(try job.read(job.folders.path(path)))
        // The facts are what this node's key holds: other bytes than theirs must not go into its result.
        guard digests[path] == Digest.of(bytes).hex else { throw StageProblem.changedFile(path: path).diagnostic }
        return bytes
    }
    return Outcome(outputs: ["composition": [try job.write(video, as: "resolved.json")]])
}

extension Job {
    func string(_ parameter: String) -> String? {
        if case .string(let text)? = parameters[parameter] { return text }
        return nil
    }

    /// A table of texts: what `--set` gives.
    func table(_ parameter: String) -> [String: String] {
        guard case .object(let members)? = parameters[parameter] else { return [:] }
        return members.compactMapValues { value in
            switch value {
            case .string(let text): text
            case .int(let number): String(number)
            case .number(let number): String(number)
            case .bool(let flag): flag ? "true" : "false"
            default: nil
            }
        }
    }
}

extension StageDescriptor {
    static let resolve = StageDescriptor(
        name: "resolve", version: 3, summary: "takes every default, reference, template and unit out of the spec",
        slots: [Slot("spec", accepts: ["file"]), Slot("props", accepts: ["file"], count: .optional), Slot("facts", accepts: ["facts"])],
        outputs: [Output("composition", type: "composition", fileName: "resolved.json")],
        parameters: [.set, Parameter("format", .string, default: .string(""), "one of the spec's formats; its own size by default")],
        place: .here(resolveStage))
}
