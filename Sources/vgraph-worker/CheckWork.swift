// check: measures the delivered file and judges it by the plan. A fault that it finds is a result, not a failure of the
// stage.
import Composition
import Media
import Stages
import Work

extension StageBody {
    static let check = StageBody(of: CheckStage.stage) { job, progress in
        let media = try job[CheckStage.media], plan = try job[CheckStage.plan]
        let measures = try job[CheckStage.measures].map { try job.decoded($0, as: SegmentMeasures.self) }
        let sound = try job[CheckStage.sound].map {
            PromisedSound.encoded(SoundFile(path: $0.path, name: "the encoded mix"))
        }
        let heard = try job[CheckStage.heard].map { try job.decoded($0, as: HeardSound.self) }
        let report = try Media.check(
            path: media.path, name: media.name, plan: plan,
            profile: job[CheckStage.profile] ?? .none, known: measures, sound: sound, heard: heard,
            baseline: job[CheckStage.baseline]
        ) { done in
            progress(Reply.Progress(done: done, total: plan.frames, unit: "frames"))
        }
        return Outcome([try job.write(report, to: CheckStage.report)])
    }
}
