// validate: the spec's structure, every file it names, and its text as it will be set, before anything is rendered.
import Diagnostics
import Spec
import Stages
import Work

extension StageBody {
    static let validate = StageBody(of: ValidateStage.stage) { job, progress in
        typealias Stage = ValidateStage
        let spec = try job.spec(Stage.spec, props: Stage.props, set: Stage.set)
        let read = try Proofreading(spec: spec, in: job.folders, format: job[Stage.format], progress: progress)
        guard !read.findings.contains(where: { $0.severity == .error }) else { throw Diagnostics(read.findings) }
        return Outcome(
            [
                try job.write(read.facts, to: Stage.facts),
                try job.write(read.profile, to: Stage.profile),
                try job.write(read.drafts.first?.texts.map(TextPlace.init) ?? [], to: Stage.texts),
                try job.write(Findings(findings: read.findings), to: Stage.findings),
            ], discovered: read.discovered, answers: read.answers, diagnostics: read.findings)
    }
}
