// Measures a segment while it is encoded, from the pictures that its encoder reconstructs: ITU-T H.264 binds every
// decoder to show exactly these, so that decoding the whole segment would measure the same. A decoder confirms it for
// the beginning of each group of pictures and for each hold; if it shows anything else, nothing is measured here.
import CFFmpeg
import Composition
import Diagnostics
import Digests

public final class ReconstructionMeter {
    /// What measuring took of the time in which the encoder was called.
    public private(set) var time = WorkTime()

    /// A closed group of pictures.
    struct Group {
        var packets = 0
        /// Packets that a decoder looks at, in the order of decoding.
        var confirmed = ReconstructionMeter.confirmed
        var hasHold = false
    }

    /// x264 codes a P picture and the three B pictures before it after the key picture: one of every kind.
    private static let confirmed = 5

    private let count: Int
    private let sampling: SegmentPictures.Sampling
    private let isCompared: Bool
    private let meter = PictureMeter()
    private lazy var pictures = SegmentPictures(
        sampling, name: "the segment",
        drawn: isCompared ? { [unowned self] in drawn[$0].flatMap { PicturePlanes($0.picture) } } : nil,
        areSame: { [unowned self] in drawn[$0] != nil && drawn[$0]?.run == drawn[$1]?.run })
    private let pool: FramePool
    private var groups: [Group] = []
    /// Of the packets, in the order of coding.
    private var units: [Digest] = []
    private var hashes: [Int: Digest] = [:]
    /// Coded, and shown after others that are not.
    private var waiting: [Int: Frame] = [:]
    /// Copies of the drawn pictures that will be compared, and which are the same.
    private var drawn: [Int: (picture: Frame, run: Int)] = [:]
    private var runs = 0
    /// What failed. The measure node does the work again and reports it.
    private var failure: (any Error)?

    /// - Parameters:
    ///   - frames: how many the segment has.
    ///   - compares: whether some pictures are compared with the drawn ones.
    /// - Throws: `LibAVError`
    public init(_ settings: EncodeSettings, frames: Int, compares: Bool) throws {
        count = frames
        isCompared = compares
        let rate = AVRational(num: Int32(settings.rate.numerator), den: Int32(settings.rate.denominator))
        sampling = SegmentPictures.Sampling(count: frames, rate: rate)
        pool = try FramePool(settings)
    }

    /// A picture will go into the encoder, `count` times from the place `first` on.
    func willEncode(_ picture: PicturePlanes, from first: Int, count: Int) {
        guard isCompared else { return }
        attempt {
            runs += 1
            var copy: Frame?
            for number in first..<first + count where sampling.isCompared(number) {
                let kept = try copy ?? pool.frame(picture)
                copy = kept
                drawn[number] = (kept, runs)
            }
        }
    }

    /// A packet goes into the file; its units follow start codes.
    func willWrite(_ bytes: UnsafeRawBufferPointer) {
        attempt { units.append(AccessUnit(bytes, lengthSize: nil).digest) }
    }

    /// Takes a picture in the order of coding.
    func hasEncoded(_ coded: X264Encoder.Coded) {
        attempt {
            if coded.isKey || groups.isEmpty { groups.append(Group()) }
            let frame = try pool.frame(coded.reconstruction, shown: coded.shown)
            groups[groups.count - 1].packets += 1
            if groups[groups.count - 1].packets <= Self.confirmed { hashes[coded.shown] = frame.samples }
            waiting[coded.shown] = frame
            while let next = waiting.removeValue(forKey: meter.count) { try show(next, repeats: nil) }
        }
    }

    /// The picture before is shown again (`SkippedPicture`).
    func hasRepeated(_ shown: Int) {
        attempt {
            guard let before = meter.previous, meter.count == shown, var group = groups.popLast() else {
                throw EncodeProblem.media(doing: "measure a hold", reason: "its picture is not there")
            }
            group.packets += 1
            if !group.hasHold {
                group.hasHold = true
                group.confirmed = group.packets
                hashes[shown - 1] = before.samples
                hashes[shown] = before.samples
            }
            groups.append(group)
            let frame = try Frame()
            try libav(av_frame_ref(frame.pointer, before.pointer), "repeat a picture")
            frame.place(at: shown)
            try show(frame, repeats: true)
        }
    }

    private func show(_ frame: Frame, repeats: Bool?) throws {
        let number = meter.count
        if meter.onPicture == nil { meter.onPicture = pictures.take }
        _ = try meter.take(frame, repeats: repeats)
        if let failure = pictures.failure { throw failure }
        // The one that was compared last is asked for once more.
        let last = pictures.likeness.last?.frame ?? 0
        if sampling.isCompared(number) { drawn = drawn.filter { $0.key >= last } }
    }

    /// The measures of the segment that was encoded; nil: something failed, the file has other packets, or a decoder shows other
    /// pictures.
    public func finish(path: String) -> (SegmentMeasures, SegmentPosters)? {
        var result: (SegmentMeasures, SegmentPosters)?
        attempt {
            guard meter.count == count, waiting.isEmpty else { return }
            let input = try FormatInput(path: path, findStreamInfo: false)
            let clip = try SegmentMeasures.stream(of: input)
            let decoder = try clip.open(input, recognition: AV_EF_EXPLODE)
            let witness = try DecoderWitness(decoder, groups, hashes)
            let track = PictureTrack(clip: clip, decoder: decoder, container: "mov", known: meter.finish())
            var read: [Digest] = []
            let lengthSize = AccessUnit.lengthSize(clip.stream.pointee.codecpar)
            let measures = try SegmentMeasures.read(input, clip, track, pictures, latest: meter) { packet, _ in
                let bytes = UnsafeRawBufferPointer(
                    start: packet.pointer.pointee.data, count: Int(packet.pointer.pointee.size))
                read.append(AccessUnit(bytes, lengthSize: lengthSize).digest)
                try witness.take(packet)
            }
            guard read == units, !measures.isFaulty, try witness.confirms() else { return }
            result = (measures, pictures.posters)
        }
        return result
    }

    /// Counts the time, and after a failure does nothing more.
    private func attempt(_ work: () throws -> Void) {
        guard failure == nil else { return }
        time.count { do { try work() } catch { failure = error } }
    }
}
