// Measures a segment while it is encoded, for the measure node that will take exactly this stream. What fails here, that
// node does again and reports.
import Composition
import Digests
import Files
import Media
import Stages
import Work

struct MeasureCompanion {
    let meter: ReconstructionMeter
    private let job: Job

    /// nil: the job does not ask for it.
    init?(of job: Job, _ settings: EncodeSettings, frames: Int) {
        guard let (own, companion) = job.companion(of: MeasureStage.stage.name) else { return nil }
        let compares = [MeasureStage.frames.declared, MeasureStage.segment.declared, MeasureStage.materials.declared]
            .allSatisfy { companion.slots.contains($0.name) }
        guard let meter = try? ReconstructionMeter(settings, frames: frames, compares: compares) else { return nil }
        self.meter = meter
        self.job = own
    }

    /// - Parameter path: the stream that was encoded.
    func finish(_ path: String) -> CompanionOutcome? {
        guard let (measures, posters) = meter.finish(path: path),
            let files = try? [
                job.write(json: measures, to: MeasureStage.measures),
                job.write(json: posters, to: MeasureStage.posters),
            ]
        else { return nil }
        return try? CompanionOutcome(of: job, files, meter.time)
    }
}

extension CompanionOutcome {
    /// What a companion has written.
    /// - Throws: if a file cannot be read.
    init(of job: Job, _ made: [Outcome.Files], _ time: WorkTime) throws {
        let outputs = try Outcome(made).outputs.mapValues { paths in
            try paths.map { path in
                CompanionOutcome.File(path: path, digest: Digest.of(try WholeFile.read(job.scratch + "/" + path)))
            }
        }
        self.init(stage: job.stage, outputs: outputs, wall: time.wall, cpu: time.cpu)
    }
}
