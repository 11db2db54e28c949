// The picture stream of a clip: its decoder, the rotation of its pictures and their size in square pixels.
import CFFmpeg
import Composition
import Diagnostics

struct ClipStream {
    var index: Int
    var stream: UnsafeMutablePointer<AVStream>
    var codec: UnsafePointer<AVCodec>
    var orientation: Orientation
    /// The stream has transparency, but no decoder returns it.
    var losesAlpha = false
    /// In square pixels, before rotation by `orientation`.
    var width: Int
    var height: Int

    var timeBase: AVRational { stream.pointee.time_base }

    /// Whether its form has no transparency.
    var isOpaque: Bool {
        let mode = av_dict_get(stream.pointee.metadata, "alpha_mode", nil, 0).map { String(cString: $0.pointee.value) }
        return (mode ?? "0") == "0"
            && !BitmapConverter.hasAlpha(AVPixelFormat(stream.pointee.codecpar.pointee.format))
    }

    /// The name of a colour matrix that cannot be read; reading it as another one would falsify all colours.
    var unreadColors: String? {
        switch stream.pointee.codecpar.pointee.color_space {
        case AVCOL_SPC_YCGCO: "YCgCo"
        case AVCOL_SPC_ICTCP: "ICtCp"
        case AVCOL_SPC_SMPTE2085: "Y'D'zD'x (SMPTE ST 2085)"
        default: nil
        }
    }

    /// A colour matrix that is read as a similar one.
    var nearColors: (own: String, taken: String)? {
        switch stream.pointee.codecpar.pointee.color_space {
        case AVCOL_SPC_BT2020_CL: ("BT.2020 of constant luminance", "BT.2020")
        case AVCOL_SPC_CHROMA_DERIVED_NCL, AVCOL_SPC_CHROMA_DERIVED_CL:
            ("a matrix derived from their primaries", "BT.709 or BT.601")
        default: nil
        }
    }

    /// nil if the file has no moving pictures; a cover in a sound file does not count.
    init?(_ input: FormatInput) throws(MediaProblem) {
        guard let best = input.best(AVMEDIA_TYPE_VIDEO),
            best.stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC == 0
        else { return nil }
        index = best.index
        stream = best.stream
        codec = best.decoder
        // libavcodec's own decoders drop the second picture, in which VP8 and VP9 store transparency.
        if av_dict_get(
            stream.pointee.metadata, "alpha_mode", nil,
            0
        ).map({ String(cString: $0.pointee.value) }) == "1" {
            let isVP8 = stream.pointee.codecpar.pointee.codec_id == AV_CODEC_ID_VP8
            let better = avcodec_find_decoder_by_name(isVP8 ? "libvpx" : "libvpx-vp9")
            if let better, better.pointee.id == stream.pointee.codecpar.pointee.codec_id {
                codec = better
            } else {
                losesAlpha = true
            }
        }
        let parameters = stream.pointee.codecpar.pointee
        let stored = (width: Int(parameters.width), height: Int(parameters.height))
        guard stored.width > 0, stored.height > 0 else {
            throw .damaged(
                name: input.name, what: "clip", place: "its header",
                reason: "a picture size of \(stored.width)x\(stored.height)")
        }
        guard PictureHeader.fits(width: stored.width, height: stored.height) else {
            throw .pictureTooLarge(name: input.name, width: stored.width, height: stored.height)
        }
        width = stored.width
        height = stored.height
        for aspect in [parameters.sample_aspect_ratio, stream.pointee.sample_aspect_ratio]
        where aspect.num < 0 || aspect.den < 0 {
            throw .damaged(
                name: input.name, what: "clip", place: "its header",
                reason: "a pixel aspect ratio of \(aspect.num):\(aspect.den)")
        }
        let aspect = av_guess_sample_aspect_ratio(input.pointer, stream, nil)
        if aspect.num > 0, aspect.den > 0, aspect.num != aspect.den {
            let wide = (Double(width) * Double(aspect.num) / Double(aspect.den)).rounded()
            guard wide >= 1, wide <= Double(PictureHeader.maximumSide),
                PictureHeader.fits(width: Int(wide), height: height)
            else {
                throw .damaged(
                    name: input.name, what: "clip", place: "its header",
                    reason: "a pixel aspect ratio of \(aspect.num):\(aspect.den)")
            }
            width = Int(wide)
        }
        orientation = Orientation()
        var count = 0
        if let data = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &count), count >= 36 {
            orientation = Orientation(
                matrix: data.withMemoryRebound(to: Int32.self, capacity: 9) {
                    Array(UnsafeBufferPointer(start: $0, count: 9))
                })
        }
    }

    /// Opens a decoder.
    func open(_ input: FormatInput, threads: Int32 = 1, recognition: Int32 = 0) throws(LibAVError) -> CodecContext {
        try Self.open(input, stream, codec, threads: threads, recognition: recognition)
    }

    static func open(
        _ input: FormatInput, _ stream: UnsafeMutablePointer<AVStream>, _ codec: UnsafePointer<AVCodec>,
        threads: Int32, recognition: Int32
    ) throws(LibAVError) -> CodecContext {
        let context = try CodecContext(codec)
        try libav(
            avcodec_parameters_to_context(context.pointer, stream.pointee.codecpar),
            "read the stream of '\(input.name)'")
        context.pointer.pointee.thread_count = isFitForThreads(codec.pointee.id) ? threads : 1
        context.pointer.pointee.pkt_timebase = stream.pointee.time_base
        context.pointer.pointee.max_pixels = Int64(PictureHeader.maximumPixels)
        context.pointer.pointee.err_recognition |= recognition
        try context.open("open a decoder for '\(input.name)'")
        return context
    }

    /// Codecs that libav decodes safely with several threads. With frame threads and `AV_EF_EXPLODE` the decoders of
    /// the MPEG-4 part 2 family fail an assertion on a damaged picture, which ends the process.
    static func isFitForThreads(_ codec: AVCodecID) -> Bool {
        [AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_AV1, AV_CODEC_ID_VP9, AV_CODEC_ID_PRORES, AV_CODEC_ID_DNXHD]
            .contains(codec)
    }
}

extension CodecContext {
    /// Tells a decoder that no packet follows, so that it returns the pictures that it still holds.
    func sendEnd() throws(LibAVError) { try send(nil as Packet?, "finish decoding") }
}

/// A time stamp in seconds; nil without a stamp.
func seconds(_ stamp: Int64, _ base: AVRational) -> Double? {
    stamp == VG_AV_NOPTS_VALUE || base.den <= 0 ? nil : Double(stamp) * Double(base.num) / Double(base.den)
}

extension FormatInput {
    /// Time 0: the start of the earliest stream.
    var start: Double {
        let start = pointer.pointee.start_time
        return start == VG_AV_NOPTS_VALUE ? 0 : Double(start) / Double(AV_TIME_BASE)
    }
    /// From the header, or estimated by libav; nil if unknown.
    var headerDuration: Double? {
        let duration = pointer.pointee.duration
        return duration == VG_AV_NOPTS_VALUE || duration <= 0 ? nil : Double(duration) / Double(AV_TIME_BASE)
    }
    /// The end of the packet's content, in seconds on the file's own clock; minus infinity if it has no time.
    func end(of packet: Packet) -> Double {
        let fields = packet.pointer.pointee
        guard let stream = streams[Int(fields.stream_index)] else { return -.infinity }
        let stamp = fields.pts == VG_AV_NOPTS_VALUE ? fields.dts : fields.pts, base = stream.pointee.time_base
        guard let time = seconds(stamp, base) else { return -.infinity }
        return time + (seconds(max(0, fields.duration), base) ?? 0)
    }
    /// The end of a stream that the header declares, in seconds on the file's own clock; nil if it is missing or
    /// estimated.
    func declaredEnd(_ index: Int) -> Double? {
        guard !durationIsGuessed, let stream = streams[index], stream.pointee.duration != VG_AV_NOPTS_VALUE,
            let length = seconds(stream.pointee.duration, stream.pointee.time_base), length > 0
        else { return nil }
        return length + (seconds(stream.pointee.start_time, stream.pointee.time_base) ?? 0)
    }
    var durationIsGuessed: Bool { av_fmt_ctx_get_duration_estimation_method(pointer) == AVFMT_DURATION_FROM_BITRATE }

    /// The duration that the file declares for the pictures, or else for the whole file; nil if unknown.
    func lengthOfPictures(_ clip: ClipStream) -> Rational? {
        let own = clip.stream.pointee.duration
        if own != VG_AV_NOPTS_VALUE, own > 0, own < Int64.max / 2 {
            return Rational(Int(own)) * Rational(Int(clip.timeBase.num), Int(clip.timeBase.den))
        }
        return headerDuration.map { Rational(max(0, countsFromZero ? $0 - start : $0)) }
    }

    /// Matroska declares the end of a file, not its duration; the two differ in a file that was cut out of another.
    var countsFromZero: Bool {
        String(cString: pointer.pointee.iformat.pointee.name).hasPrefix("matroska") && start > 0
    }

    /// Seeks to the last key frame at or before a stamp of a stream; false if the format cannot seek.
    func seek(_ clip: ClipStream, to stamp: Int64) -> Bool {
        av_seek_frame(pointer, Int32(clip.index), stamp, AVSEEK_FLAG_BACKWARD) >= 0
    }

    /// Seeks to the last key frame at or before a time counted from `start`; false if the format cannot seek.
    func seek(toSeconds time: Double) -> Bool {
        // Without an index a seek to the time of the first picture ends at a packet that is decoded at that time: in a
        // stream with B pictures it follows the key frame.
        if time <= 0, KeyPlace.mustBeLookedFor(self) { return av_seek_frame(pointer, -1, 0, AVSEEK_FLAG_BYTE) >= 0 }
        let target = (time + start) * Double(AV_TIME_BASE)
        guard let stamp = Int64(exactly: target.rounded(.down)) else { return false }
        return av_seek_frame(pointer, -1, stamp, AVSEEK_FLAG_BACKWARD) >= 0
    }
}
