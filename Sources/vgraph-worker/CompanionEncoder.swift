// Encodes the frames of a segment as render draws them, for the encode node that takes exactly these frames: each is
// drawn once. While the frames equal those that were drawn the last time, that node may be a hit, so nothing is encoded
// until one differs. What fails here, the encode node does again and reports.
import Composition
import Diagnostics
import Digests
import Files
import Glibc
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
    private var wall = 0.0, cpu = 0.0

    private static let file = "companion.mp4"

    /// nil: the job does not ask for it.
    init?(of job: Job, _ segment: Segment, _ source: SegmentSource) {
        guard let own = job.companionJob, own.stage == EncodeStage.stage.name,
            let settings = try? EncodeSettings(own, size: segment.size, rate: segment.rate)
        else { return nil }
        self.job = own
        self.settings = settings
        self.source = source
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

    /// The finished stream; nil: the frames are those of the last time, or something failed.
    func finish(_ hashes: FrameHashes) -> CompanionOutcome? {
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
        guard let bytes = try? WholeFile.read(job.scratch + "/" + Self.file) else { return nil }
        return CompanionOutcome(
            stage: EncodeStage.stage.name,
            outputs: [EncodeStage.stream.declared.name: [.init(path: Self.file, digest: Digest.of(bytes))]],
            wall: wall, cpu: cpu)
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
        let made = try SegmentEncoder(path: job.scratch + "/" + Self.file, settings: settings)
        encoder = made
        return made
    }

    /// Counts the time, and after a failure does nothing more.
    private func attempt(_ work: () throws -> Void) {
        guard !hasFailed else { return }
        let start = Self.now(CLOCK_MONOTONIC), before = Self.now(CLOCK_THREAD_CPUTIME_ID)
        do { try work() } catch {
            hasFailed = true
            encoder = nil
        }
        wall += Self.now(CLOCK_MONOTONIC) - start
        cpu += Self.now(CLOCK_THREAD_CPUTIME_ID) - before
    }

    private static func now(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
