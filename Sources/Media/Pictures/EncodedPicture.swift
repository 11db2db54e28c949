// A bitmap as the bytes of a JPEG or PNG file, by libav. Its alpha is dropped.
import CFFmpeg
import Glibc

extension Bitmap {
    /// JPEG in 4:2:0, on black. Equal pixels give equal bytes.
    /// - Parameter width: in pixels, at most its own. The height keeps the aspect ratio; both become even.
    public func jpeg(width wanted: Int) throws(LibAVError) -> [UInt8] {
        let small = max(16, min(wanted, width) & ~1)
        let tall = max(16, (height * small / width) & ~1)
        return try encoded(
            AV_CODEC_ID_MJPEG, AV_PIX_FMT_YUVJ420P, width: small, height: tall, doing: "encode a JPEG"
        ) { encoder, frame in
            encoder.color_range = AVCOL_RANGE_JPEG
            encoder.flags |= AV_CODEC_FLAG_QSCALE
            encoder.global_quality = 4 * FF_QP2LAMBDA
            frame.quality = 4 * FF_QP2LAMBDA
        }
    }

    /// PNG in RGB at the lowest effort: many are made and few are kept, and a harder try takes five times as long for a
    /// tenth of the size. Equal pixels give equal bytes.
    public func quickPNG() throws(LibAVError) -> [UInt8] {
        try encoded(AV_CODEC_ID_PNG, AV_PIX_FMT_RGB24, width: width, height: height, doing: "encode a PNG") {
            encoder, _ in encoder.compression_level = 1
        }
    }

    private func encoded(
        _ codec: AVCodecID, _ format: AVPixelFormat, width outWidth: Int, height outHeight: Int, doing: String,
        set: (inout AVCodecContext, inout AVFrame) -> Void
    ) throws(LibAVError) -> [UInt8] {
        guard let codec = avcodec_find_encoder(codec) else { throw LibAVError(code: -ENOSYS, doing: doing) }
        let encoder = try CodecContext(codec), frame = try Frame()
        encoder.pointer.pointee.width = Int32(outWidth)
        encoder.pointer.pointee.height = Int32(outHeight)
        encoder.pointer.pointee.pix_fmt = format
        encoder.pointer.pointee.time_base = AVRational(num: 1, den: 25)
        encoder.pointer.pointee.thread_count = 1
        encoder.pointer.pointee.flags |= AV_CODEC_FLAG_BITEXACT
        frame.pointer.pointee.format = format.rawValue
        frame.pointer.pointee.width = Int32(outWidth)
        frame.pointer.pointee.height = Int32(outHeight)
        set(&encoder.pointer.pointee, &frame.pointer.pointee)
        try encoder.open(doing)
        try libav(av_frame_get_buffer(frame.pointer, 0), doing)
        let scaler = sws_getContext(
            Int32(width), Int32(height), AV_PIX_FMT_BGRA, Int32(outWidth), Int32(outHeight), format,
            SWS_AREA | SWS_ACCURATE_RND | SWS_BITEXACT, nil, nil, nil)
        defer { sws_freeContext(scaler) }
        guard scaler != nil else { throw LibAVError(code: -ENOMEM, doing: "scale a picture") }
        let source: [UnsafePointer<UInt8>?] = [UnsafePointer(pixels), nil, nil, nil]
        let strides: [Int32] = [Int32(stride), 0, 0, 0]
        let planes = (0..<4).map { frame.plane($0) }
        let rows = sws_scale(
            scaler, source, strides, 0, Int32(height), planes.map(\.data), planes.map { Int32($0.stride) })
        try libav(rows, "scale a picture")

        let packet = try Packet()
        try encoder.send(frame, doing)
        guard try encoder.receive(packet, doing) == .got, let data = packet.pointer.pointee.data else {
            throw LibAVError(code: -EIO, doing: doing)
        }
        return Array(UnsafeBufferPointer(start: data, count: Int(packet.pointer.pointee.size)))
    }
}
