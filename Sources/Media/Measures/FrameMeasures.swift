// Measures of each decoded picture: its time, brightness, difference to the one before, and bars. Reads every fourth
// row, which suffices for spans of black and frozen pictures and costs a few percent of decoding.
import CFFmpeg
import CPixels

public struct FrameMeasures: Codable, Sendable, Hashable {
    /// In ticks of the stream, in the order shown.
    @Packed public var stamps: [Int] = []
    /// 0...1: share of samples up to `darkLimit`. Empty if the pixel format has no readable luma plane.
    @Packed public var dark: [Float] = []
    /// 0...1: share of samples as bright as letters on black. Empty if `dark` is.
    @Packed public var bright: [Float] = []
    /// Mean of luma, 0...255.
    @Packed public var mean: [Float] = []
    /// Mean absolute difference to the previous picture, 0...255; 255 for the first.
    @Packed public var change: [Float] = []
    /// Duration of the last picture in ticks; 0 if the file does not declare it.
    public var lastDuration = 0

    /// The part of the picture without bars, as runs of pictures in display order. Empty if `dark` is.
    public var content: [ContentRun] = []

    /// The rectangle inside dark bars, for `count` consecutive pictures; all 0 for dark pictures.
    public struct ContentRun: Codable, Sendable, Hashable {
        public var left, top, right, bottom: Int
        public var count: Int

        func hasBox(of other: ContentRun) -> Bool {
            left == other.left && top == other.top && right == other.right && bottom == other.bottom
        }
    }

    mutating func append(_ run: ContentRun) {
        if let last = content.last, last.hasBox(of: run) {
            content[content.count - 1].count += run.count
        } else {
            content.append(run)
        }
    }

    public var count: Int { stamps.count }

    /// 10 % between black and white in limited range, as in ffmpeg's blackdetect.
    static let darkLimit: Int32 = 38
    /// Bars are black up to the errors of an encoder: luma at most 4 above black.
    static func barLimit(isFull: Bool) -> Int32 { isFull ? 4 : 20 }
    static let step: Int32 = 4
}

/// Takes the measures of frames in order. Keeps a reference to the previous frame for comparison.
final class FrameMeter {
    private(set) var measures = FrameMeasures()
    private(set) var previous: Frame?

    /// Measures a frame. May keep it; the caller then continues with the returned frame.
    /// - Parameter repeats: whether the picture is known to equal the previous one.
    func take(_ frame: Frame, repeats: Bool) throws(LibAVError) -> Frame {
        let fields = frame.pointer.pointee
        let stamp = fields.best_effort_timestamp
        let last = measures.stamps.last ?? 0
        // A missing stamp is estimated from the one before, so that the frame still counts.
        let guess =
            stamp == VG_AV_NOPTS_VALUE
            ? last.addingReportingOverflow(max(1, measures.lastDuration)).partialValue : Int(stamp)
        measures.stamps.append(guess)
        measures.lastDuration = Int(fields.pkt_duration)

        if repeats, let dark = measures.dark.last, let bright = measures.bright.last, let mean = measures.mean.last,
            var run = measures.content.last
        {
            measures.dark.append(dark)
            measures.bright.append(bright)
            measures.mean.append(mean)
            run.count = 1
            measures.append(run)
            measures.change.append(0)
            return frame
        }
        guard let description = av_pix_fmt_desc_get(AVPixelFormat(fields.format))?.pointee, hasLuma(description),
            let data = frame.plane(0).data, fields.width > 0, fields.height > 0
        else { return frame }
        let stride = frame.plane(0).stride
        var same: (data: UnsafeMutablePointer<UInt8>, stride: Int)?
        if let previous, previous.pointer.pointee.width == fields.width,
            previous.pointer.pointee.height == fields.height,
            previous.pointer.pointee.format == fields.format, let old = previous.plane(0).data
        {
            same = (old, previous.plane(0).stride)
        }
        var result = cpixels_luma(), box = cpixels_box()
        let bars = FrameMeasures.barLimit(
            isFull: fields.color_range == AVCOL_RANGE_JPEG || fields.format == AV_PIX_FMT_YUVJ420P.rawValue)
        let depth = description.comp.0.depth
        if depth == 8 {
            cpixels_measure_luma8(
                data, stride, same?.data, same?.stride ?? 0, fields.width, fields.height,
                FrameMeasures.step, FrameMeasures.darkLimit, &result)
            cpixels_content8(data, stride, fields.width, fields.height, bars, &box)
        } else {
            cpixels_measure_luma16(
                data, stride, same?.data, same?.stride ?? 0, fields.width, fields.height,
                FrameMeasures.step, FrameMeasures.darkLimit, depth - 8, &result)
            cpixels_content16(data, stride, fields.width, fields.height, bars, depth - 8, &box)
        }
        let samples = Float(max(1, result.samples))
        measures.dark.append(Float(result.dark) / samples)
        measures.bright.append(Float(result.bright) / samples)
        measures.mean.append(Float(result.sum) / samples)
        measures.append(
            FrameMeasures.ContentRun(
                left: Int(box.left), top: Int(box.top), right: Int(box.right), bottom: Int(box.bottom), count: 1))
        measures.change.append(same == nil ? 255 : Float(result.difference) / samples)
        let spare = previous
        previous = frame
        if let spare { spare.clear(); return spare }
        return try Frame()
    }

    /// Whether the format is planar or grey, with 8 to 16 bits in native byte order, and not in hardware.
    private func hasLuma(_ description: AVPixFmtDescriptor) -> Bool {
        let refused = UInt64(
            AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BE | AV_PIX_FMT_FLAG_HWACCEL
                | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_FLOAT)
        let luma = description.comp.0
        return description.flags & refused == 0 && luma.plane == 0 && luma.offset == 0 && luma.shift == 0
            && luma.depth >= 8 && luma.depth <= 16 && luma.step == (luma.depth > 8 ? 2 : 1)
    }
}
