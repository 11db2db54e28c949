// contrast: draws a few frames of a segment in which its texts are in full view, and measures their contrast.
import Render
import Stages
import Work

extension StageBody {
    static let contrast = StageBody(of: ContrastStage.stage) { job, progress in
        let materials = MaterialFiles(folders: job.folders, files: try job[ContrastStage.materials].files)
        var contrasts = TextContrasts(try job[ContrastStage.segment], sources: materials.sources)
        let measured = try contrasts.measure { done, total in
            progress(Reply.Progress(done: done, total: total, unit: "frames"))
        }
        return Outcome(
            [try job.write(measured, to: ContrastStage.contrast)],
            discovered: try discoveredFonts(contrasts.fontsUsed, in: job.folders),
            answers: try fontAnswers(contrasts.used, in: job.folders))
    }
}
