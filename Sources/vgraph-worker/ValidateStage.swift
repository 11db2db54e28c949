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
