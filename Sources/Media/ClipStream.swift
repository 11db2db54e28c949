// The picture stream of a clip: which one, how its pictures are turned and how large they are with square pixels.
import CFFmpeg
import Diagnostics

struct ClipStream {
    var index: Int
    var stream: UnsafeMutablePointer<AVStream>
    var codec: UnsafePointer<AVCodec>
    var orientation: Orientation
    /// Before `orientation` turns them, after non-square pixels are made square.
    var width: Int
    var height: Int

    var timeBase: AVRational { stream.pointee.time_base }

    /// nil when the file has no moving pictures (a cover in a sound file is none).
    init?(_ input: FormatInput) throws(MediaProblem) {
        guard let best = input.best(AVMEDIA_TYPE_VIDEO), best.stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC == 0 else { return nil }
        index = best.index
        stream = best.stream
        codec = best.decoder
        let parameters = stream.pointee.codecpar.pointee
        let stored = (width: Int(parameters.width), height: Int(parameters.height))
        guard stored.width > 0, stored.height > 0 else {
            throw .damaged(name: input.name, what: "clip", place: "its header", reason: "pictures of \(stored.width)x\(stored.height)")
        }
        guard PictureHeader.fits(width: stored.width, height: stored.height) else {
            throw .pictureTooLarge(name: input.name, width: stored.width, height: stored.height)
        }
        width = stored.width
        height = stored.height
        let aspect = av_guess_sample_aspect_ratio(input.pointer, stream, nil)
        if aspect.num > 0, aspect.den > 0, aspect.num != aspect.den {
            let wide = (Double(width) * Double(aspect.num) / Double(aspect.den)).rounded()
            guard wide >= 1, wide <= Double(PictureHeader.maximumSide), PictureHeader.fits(width: Int(wide), height: height) else {
                throw .damaged(name: input.name, what: "clip", place: "its header",
                               reason: "pixels with sides of \(aspect.num):\(aspect.den)")
            }
            width = Int(wide)
        }
        orientation = Orientation()
        var count = 0
        if let data = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &count), count >= 36 {
            orientation = Orientation(matrix: data.withMemoryRebound(to: Int32.self, capacity: 9) { Array(UnsafeBufferPointer(start: $0, count: 9)) })
        }
    }

    /// A decoder, opened.
    func open(_ input: FormatInput, threads: Int32 = 1, recognition: Int32 = 0) throws(LibAVError) -> CodecContext {
        try Self.open(input, stream, codec, threads: threads, recognition: recognition)
    }

    static func open(_ input: FormatInput, _ stream: UnsafeMutablePointer<AVStream>, _ codec: UnsafePointer<AVCodec>,
                     threads: Int32, recognition: Int32) throws(LibAVError) -> CodecContext {
        let context = try CodecContext(codec)
        try libav(avcodec_parameters_to_context(context.pointer, stream.pointee.codecpar), "read the stream of '\(input.name)'")
        context.pointer.pointee.thread_count = threads
        context.pointer.pointee.pkt_timebase = stream.pointee.time_base
        context.pointer.pointee.max_pixels = Int64(PictureHeader.maximumPixels)
        context.pointer.pointee.err_recognition |= recognition
        try context.open("open a decoder for '\(input.name)'")
        return context
    }
}

extension CodecContext {
    /// Says to a decoder that no packet follows: it gives out what it still holds.
    func sendEnd() throws(LibAVError) { try send(nil as Packet?, "finish decoding") }
}

/// A time stamp in seconds; nil where there is none.
func seconds(_ stamp: Int64, _ base: AVRational) -> Double? {
    stamp == VG_AV_NOPTS_VALUE || base.den <= 0 ? nil : Double(stamp) * Double(base.num) / Double(base.den)
}

extension FormatInput {
    /// What time 0 means: where the earliest stream begins.
    var start: Double {
        let start = pointer.pointee.start_time
        return start == VG_AV_NOPTS_VALUE ? 0 : Double(start) / Double(AV_TIME_BASE)
    }
    /// As the header says or libav estimates; nil when unknown.
    var headerDuration: Double? {
        let duration = pointer.pointee.duration
        return duration == VG_AV_NOPTS_VALUE || duration <= 0 ? nil : Double(duration) / Double(AV_TIME_BASE)
    }
    var durationIsGuessed: Bool { av_fmt_ctx_get_duration_estimation_method(pointer) == AVFMT_DURATION_FROM_BITRATE }

    /// To the last key frame at or before a time counted from `start`; false where the format cannot.
    func seek(toSeconds time: Double) -> Bool {
        let target = (time + start) * Double(AV_TIME_BASE)
        guard let stamp = Int64(exactly: target.rounded(.down)) else { return false }
        return av_seek_frame(pointer, -1, stamp, AVSEEK_FLAG_BACKWARD) >= 0
    }
}
