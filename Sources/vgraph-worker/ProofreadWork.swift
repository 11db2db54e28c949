// proofread: checks a resolved spec and its measured texts by the rules, before rendering.
import Diagnostics
import Spec
import Stages
import Work

extension StageBody {
    static let proofread = StageBody(of: ProofreadStage.stage) { job, _ in
        typealias Stage = ProofreadStage
        let drafts = try job[Stage.drafts]
        let read = try Proofreading(
            of: drafts, try job[Stage.facts], by: try job[Stage.profile], in: job.folders,
            recalling: job.recall(Stage.known) ?? ProofAnswers())
        guard !read.findings.contains(where: { $0.severity == .error }) else { throw Diagnostics(read.findings) }
        return Outcome(
            [
                try job.write(drafts.first?.texts.map(TextPlace.init) ?? [], to: Stage.texts),
                try job.write(Findings(findings: read.findings), to: Stage.findings),
                try job.write(read.known, to: Stage.known),
            ], discovered: read.discovered, answers: read.answers, diagnostics: read.findings)
    }
}
