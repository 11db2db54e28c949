// Encodes the frames of a segment as render draws them, for the encode node that takes exactly these frames: each is
// drawn once. If the job asks for it, it measures them, too (`MeasureCompanion`). While the frames equal those that were drawn the last time, that node may be a hit, so nothing is encoded
// until one differs. What fails here, the encode node does again and reports.
import Composition
import Diagnostics
import Media
import Render
import Stages
import Work

final class CompanionEncoder {
    private let job: Job
    private let settings: EncodeSettings
    private let source: SegmentSource
    /// The hashes of the last time, while all frames so far equal them; nil: some differ.
    private var before: FrameHashes?
    private var encoder: SegmentEncoder?
    private var hasFailed = false
    private var time = WorkTime()
    private let measuring: MeasureCompanion?

    private static let file = "companion.mp4"

    /// nil: the job does not ask for it.
    init?(of job: Job, _ segment: Segment, _ source: SegmentSource) {
        guard let own = job.companion(of: EncodeStage.stage.name)?.job,
            let settings = try? EncodeSettings(own, size: segment.size, rate: segment.rate)
        else { return nil }
        self.job = own
        self.settings = settings
        self.source = source
        measuring = MeasureCompanion(of: job, settings, frames: segment.frames)
        before = own.inputs.isEmpty ? nil : try? own[EncodeStage.frames]
        if before?.size != segment.size || before?.rate != segment.rate { before = nil }
    }

    /// Takes a frame that differs from the one before. It may draw others, so `frame` is not valid afterwards.
    /// - Parameter hashes: those of all frames up to this one.
    func add(_ frame: I420Frame, _ hashes: FrameHashes) {
        next(hashes) { try $0.encode(frame.planes) }
    }

    /// The last frame again.
    func addRepeat(_ hashes: FrameHashes) { next(hashes) { try $0.encodeRepeat() } }

    private func next(_ hashes: FrameHashes, _ encode: (SegmentEncoder) throws -> Void) {
        attempt {
            guard let before else { return try encode(opened()) }
            if before.hash(ofFrame: hashes.frames - 1) == hashes.runs.last?.hash { return }
            self.before = nil
            try catchUp(hashes)
        }
    }

    /// The finished stream and its measures; nil: the frames are those of the last time, or something failed.
    func finish(_ hashes: FrameHashes) -> [CompanionOutcome]? {
        attempt {
            // Fewer frames than the last time differ too.
            if let before, before.frames != hashes.frames {
                self.before = nil
                try catchUp(hashes)
            }
            try encoder?.finish()
        }
        guard !hasFailed, let encoder, encoder.frames == hashes.frames else { return nil }
        self.encoder = nil
        let own = measuring.map { time.without($0.meter.time) } ?? time
        guard let made = try? CompanionOutcome(of: job, [EncodeStage.stream.made([Self.file])], own) else { return nil }
        return [made] + (measuring?.finish(job.scratch + "/" + Self.file).map { [$0] } ?? [])
    }

    /// Draws the frames so far once more and encodes them.
    private func catchUp(_ hashes: FrameHashes) throws {
        let encoder = try opened()
        for run in hashes.runs {
            let frame = try source.frame(encoder.frames)
            guard frame.hash == run.hash else {
                throw EncodeProblem.frameMismatch(
                    frame: encoder.frames, expected: run.hash.hex, got: frame.hash.hex)
            }
            try encoder.encode(frame.planes)
            for _ in 1..<run.count { try encoder.encodeRepeat() }
        }
    }

    private func opened() throws -> SegmentEncoder {
        if let encoder { return encoder }
        let made = try SegmentEncoder(
            path: job.scratch + "/" + Self.file, settings: settings, meter: measuring?.meter)
        encoder = made
        return made
    }

    /// Counts the time, and after a failure does nothing more.
    private func attempt(_ work: () throws -> Void) {
        guard !hasFailed else { return }
        time.count {
            do { try work() } catch {
                hasFailed = true
                encoder = nil
            }
        }
    }
}
