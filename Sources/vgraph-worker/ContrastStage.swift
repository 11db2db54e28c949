// contrast: the frames of a segment in which text is in full view, drawn at a few moments, and how well it can be told apart.
import Composition
import Diagnostics
import Render
import Work

func contrastStage(_ job: Job, progress: (Reply.Progress) -> Void) throws -> Outcome {
    let segment = try SegmentSource.value(Segment.self, job, "segment")
    let materials = try SegmentSource.value(Materials.self, job, "materials")
    var contrasts = TextContrasts(segment, sources: MaterialFiles(folders: job.folders, files: materials.files).sources)
    let measured = try contrasts.measure { done, total in progress(Reply.Progress(done: done, total: total, unit: "frames")) }
    try job.write(measured, "contrast.json")
    return Outcome(outputs: ["contrast": ["contrast.json"]], discovered: try discoveredFonts(contrasts.fontsUsed, in: job.folders),
                   answers: try fontAnswers(contrasts.used, in: job.folders))
}
