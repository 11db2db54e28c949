// validate: the spec's structure, then every file it names, opened and decoded, before anything is rendered.
import Composition
import Diagnostics
import FoundationEssentials
import Media
import Render
import Spec
import Work

func validateStage(_ job: Job, progress: (Reply.Progress) -> Void) throws -> Outcome {
    let hasProps = job.inputs["props"]?.isEmpty == false
    let spec = try ValidSpec.read(spec: [UInt8](job.bytes("spec")), specName: job.names["spec"]?.first ?? "spec",
                                  props: hasProps ? [UInt8](job.bytes("props")) : nil, propsName: job.names["props"]?.first ?? "props",
                                  set: try job.table("set"))
    let requests = spec.references.map { AssetRequest(name: $0.name, path: $0.path, kinds: $0.kinds, place: $0.place) }
    return try validated(requests, warnings: spec.warnings, job, progress: progress)
}

/// Looks at the files. All that is wrong with any of them is thrown together.
func validated(_ requests: [AssetRequest], warnings: [Diagnostic], _ job: Job, progress: (Reply.Progress) -> Void) throws -> Outcome {
    let census = AssetCensus.take(requests, workspace: job.workspace, families: FontFile.families(path:), progress: { done in
        progress(Reply.Progress(done: done, total: requests.count, unit: "files"))
    })
    let problems = warnings + census.problems
    guard !problems.contains(where: { $0.severity == .error }) else { throw Diagnostics(problems) }
    try job.write(census.facts, "facts.json")
    return Outcome(outputs: ["facts": ["facts.json"]],
                   discovered: census.files.map { Discovered(path: $0.path, digest: $0.digest) }, diagnostics: problems)
}

extension Job {
    /// Name to text, as `--set` gives it.
    func table(_ parameter: String) throws -> [String: String] {
        switch parameters[parameter] {
        case nil, .null: return [:]
        case .object(let values):
            return try values.mapValues { value in
                guard case .string(let text) = value else { throw EncodeProblem.badJob("parameter '\(parameter)' holds \(value), not text").diagnostic }
                return text
            }
        case let other?: throw EncodeProblem.badJob("parameter '\(parameter)' is \(other), not a table").diagnostic
        }
    }

    /// A value as JSON, equal bytes for equal values, into a file of the scratch folder.
    func write(_ value: some Encodable, _ file: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        do {
            var data = try encoder.encode(value)
            data.append(10)
            try data.write(to: URL(filePath: scratch + "/" + file))
        } catch {
            throw EncodeProblem.media(doing: "write '\(file)'", reason: "\(error)").diagnostic
        }
    }
}
