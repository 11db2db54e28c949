// Measures the pictures of a stream in the order shown. Does not know where they come from: a decoder, or the encoder
// that reconstructs them.
import CFFmpeg

final class PictureMeter {
    /// Called with each picture, its index, and whether it equals the one before.
    var onPicture: ((Frame, Int, _ repeats: Bool) -> Void)?
    /// The last picture.
    private(set) var latest: Frame?
    private let frames = FrameMeter()
    private let flashes = FlashMeter()
    private var video = Inspection.Video()
    private var shape: (width: Int32, height: Int32, format: Int32)?

    var count: Int { frames.measures.count }
    /// The last picture that differs from the one before it.
    var previous: Frame? { frames.previous }

    /// Measures a picture. May keep it; the caller then continues with the returned frame.
    /// - Parameter known: whether it repeats the one before; nil: they are compared.
    func take(_ frame: Frame, repeats known: Bool?) throws(LibAVError) -> Frame {
        let fields = frame.pointer.pointee
        if let shape {
            if shape != (fields.width, fields.height, fields.format) { video.changedFrames += 1 }
        } else {
            describe(fields)
            shape = (fields.width, fields.height, fields.format)
        }
        if fields.interlaced_frame != 0 { video.interlacedFrames += 1 }
        let repeats = known ?? previous.map(frame.shows) ?? false
        onPicture?(frame, count, repeats)
        flashes.take(frame, repeats: repeats)
        let spare = try frames.take(frame, repeats: repeats)
        // One that repeats is not kept.
        latest = spare === frame && !repeats ? frame : previous
        return spare
    }

    /// What the pictures tell of their stream (`Inspection.Video.adopt`).
    func finish() -> Inspection.Video {
        video.frames = frames.measures
        flashes.finish(&video)
        return video
    }

    private func describe(_ fields: AVFrame) {
        func text(_ name: UnsafePointer<CChar>?) -> String { name.map { String(cString: $0) } ?? "unknown" }
        video.width = Int(fields.width)
        video.height = Int(fields.height)
        video.pixelAspect = .init(
            width: Int(fields.sample_aspect_ratio.num), height: Int(fields.sample_aspect_ratio.den))
        video.pixelFormat = text(av_get_pix_fmt_name(AVPixelFormat(fields.format)))
        video.primaries = text(av_color_primaries_name(fields.color_primaries))
        video.transfer = text(av_color_transfer_name(fields.color_trc))
        video.matrix = text(av_color_space_name(fields.colorspace))
        video.range = text(av_color_range_name(fields.color_range))
    }
}
