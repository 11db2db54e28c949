// The exact times of a clip's pictures. Containers round time stamps (Matroska to milliseconds, transport streams to
// 1/90000 s); in a clip with a constant rate the rate gives the exact time.
import CFFmpeg
import Composition

struct ClipClock {
    private let tick: Rational
    /// The stamp of the first picture.
    private let first: Int64
    /// Time from 0 of the file to the first picture.
    private let offset: Rational
    /// Duration of one picture; nil if the rate is variable or unknown.
    private let step: Rational?

    /// If sound begins before the pictures by no more than this, it is an encoder's delay and is cut off.
    static let encoderDelay = Rational(50, 1000)

    /// Time 0 is the start of the earliest stream, so that a file's sound and pictures stay in sync.
    init(_ input: FormatInput, _ clip: ClipStream) {
        tick = Rational(Int(clip.timeBase.num), Int(clip.timeBase.den))
        let start = clip.stream.pointee.start_time
        first = start == VG_AV_NOPTS_VALUE ? 0 : start
        offset = (input.startOfPictures ?? 0) - (input.origin ?? 0)
        step = Self.rate(clip.stream).map { Rational($0.denominator, $0.numerator) }
    }

    /// The time of the picture with this stamp; nil without a stamp.
    func time(_ stamp: Int64) -> Rational? {
        guard stamp != VG_AV_NOPTS_VALUE, tick > 0 else { return nil }
        let (ticks, overflows) = stamp.subtractingReportingOverflow(first)
        return offset + onGrid(Rational(overflows ? 0 : Int(ticks)) * tick)
    }

    /// The stamp at or before a time.
    func stamp(_ time: Rational) -> Int64 {
        tick > 0 ? first.addingReportingOverflow(Int64(((time - offset) / tick).floor)).partialValue : first
    }

    /// The end of the pictures, corrected to a whole number of pictures if the difference is only rounding.
    func length(ofPictures seconds: Rational) -> Rational { offset + onGrid(seconds) }

    private func onGrid(_ time: Rational) -> Rational {
        guard let step else { return time }
        let near = Rational((time / step).rounded) * step
        return (near - time).magnitude <= max(tick, Rational(1, 1_000_000)) ? near : time
    }

    /// The file's declared rate, replaced by the standard rate that it approximates: 23.98 means 24000/1001.
    private static func rate(_ stream: UnsafeMutablePointer<AVStream>) -> Rational? {
        let said: [Rational] = [
            stream.pointee.avg_frame_rate,
            stream.pointee.r_frame_rate,
        ].compactMap { rate -> Rational? in
            rate.num > 0 && rate.den > 0 ? Rational(Int(rate.num), Int(rate.den)) : nil
        }
        for rate in said {
            for standard in known where (standard - rate).magnitude <= standard * Rational(1, 5000) { return standard }
        }
        guard let first = said.first, said.allSatisfy({ $0 == first }) else { return nil }
        return first
    }

    /// The rate of a clip if the file declares one standard rate and its pictures keep it on average, as in footage;
    /// nil in what a phone or a screen recorder writes.
    static func constantRate(_ stream: UnsafeMutablePointer<AVStream>) -> FrameRate? {
        let said = [stream.pointee.avg_frame_rate, stream.pointee.r_frame_rate]
            .map { Rational(Int($0.num), Int($0.den)) }
        // 24 and 24000/1001 are three times as far apart.
        return known.first { rate in said.allSatisfy { ($0 - rate).magnitude <= rate * Rational(1, 3000) } }
            .map { FrameRate($0.numerator, $0.denominator) }
    }

    private static let known: [Rational] = {
        let broadcast: [Int] = [12, 15, 24, 30, 48, 60, 120, 240], others: [Int] = [5, 6, 8, 10, 20, 25, 50, 100]
        var rates = broadcast.map { Rational($0 * 1000, 1001) }
        for whole in broadcast + others { rates.append(Rational(whole)) }
        return rates
    }()
}

extension FormatInput {
    private func start(_ kind: AVMediaType) -> [Rational] {
        streams.compactMap { stream -> Rational? in
            guard let stream = stream?.pointee, stream.codecpar.pointee.codec_type == kind,
                stream.disposition & AV_DISPOSITION_ATTACHED_PIC == 0,
                stream.start_time != VG_AV_NOPTS_VALUE, stream.time_base.den > 0
            else { return nil }
            return Rational(Int(stream.start_time)) * Rational(Int(stream.time_base.num), Int(stream.time_base.den))
        }
    }

    /// The time of the first picture, on the file's own clock.
    var startOfPictures: Rational? { start(AVMEDIA_TYPE_VIDEO).min() }

    /// Time 0 of a clip: the start of the earliest stream, or of the pictures if only an encoder's delay precedes them;
    /// nil without pictures.
    var origin: Rational? {
        guard let pictures = startOfPictures else { return nil }
        guard let sound = start(AVMEDIA_TYPE_AUDIO).min(), sound < pictures else { return pictures }
        return pictures - sound <= ClipClock.encoderDelay ? pictures : sound
    }
}
