// validate: checks the spec's structure, the files that it names and its profiles.
import Diagnostics
import Spec
import Stages
import Work

extension StageBody {
    static let validate = StageBody(of: ValidateStage.stage) { job, progress in
        typealias Stage = ValidateStage
        let spec = try job.spec(Stage.spec, props: Stage.props, set: Stage.set, choice: job.choice())
        let unchanged = Set(job.earlier?.unchanged ?? [])
        let known = (job.recall(Stage.examined) ?? []).filter {
            unchanged.contains(Discovered(path: $0.path, digest: $0.digest))
        }
        let found = try SpecFacts(of: spec, in: job.folders, known: known, progress: progress)
        return Outcome(
            [
                try job.write(found.facts, to: Stage.facts),
                try job.write(found.profile, to: Stage.profile),
                try job.write(Findings(findings: found.findings), to: Stage.findings),
                try job.write(found.examined, to: Stage.examined),
            ], discovered: found.discovered, diagnostics: found.findings)
    }
}
