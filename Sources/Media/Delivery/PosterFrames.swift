// Small JPEG pictures of a video at given times, for the review page.
import CFFmpeg
import Composition
import Diagnostics
import Glibc

public enum PosterFrames {
    /// One JPEG for each time, in the order of `times`; nil if the picture cannot be decoded. Equal input gives equal
    /// bytes.
    /// - Parameter width: in pixels. The height keeps the aspect ratio; both become even.
    /// - Throws: `MediaProblem` if the file cannot be opened.
    public static func make(
        path: String, name: String? = nil, times: [Double], width: Int = 480,
        progress: (Int) -> Void = { _ in }
    ) throws -> [[UInt8]?] {
        let reader = try ClipReader(path: path, name: name)
        var posters = [[UInt8]?](repeating: nil, count: times.count)
        // In ascending order the clip is decoded only once, forwards.
        for (done, index) in times.indices.sorted(by: { times[$0] < times[$1] }).enumerated() {
            let bitmap = try? reader.bitmap(at: Rational(times[index]))
            posters[index] = bitmap.flatMap { try? jpeg($0, width: width) }
            progress(done + 1)
        }
        return posters
    }

    /// Encodes a bitmap, on black, as JPEG in 4:2:0.
    public static func jpeg(_ bitmap: Bitmap, width: Int) throws(LibAVError) -> [UInt8] {
        let width = max(16, min(width, bitmap.width) & ~1)
        let height = max(16, (bitmap.height * width / bitmap.width) & ~1)
        guard let codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG) else {
            throw LibAVError(code: -ENOSYS, doing: "encode a JPEG")
        }
        let encoder = try CodecContext(codec)
        encoder.pointer.pointee.width = Int32(width)
        encoder.pointer.pointee.height = Int32(height)
        encoder.pointer.pointee.pix_fmt = AV_PIX_FMT_YUVJ420P
        encoder.pointer.pointee.color_range = AVCOL_RANGE_JPEG
        encoder.pointer.pointee.time_base = AVRational(num: 1, den: 25)
        encoder.pointer.pointee.thread_count = 1
        encoder.pointer.pointee.flags |= AV_CODEC_FLAG_QSCALE | AV_CODEC_FLAG_BITEXACT
        encoder.pointer.pointee.global_quality = 4 * FF_QP2LAMBDA
        try encoder.open("encode a JPEG")

        let frame = try Frame()
        frame.pointer.pointee.format = AV_PIX_FMT_YUVJ420P.rawValue
        frame.pointer.pointee.width = Int32(width)
        frame.pointer.pointee.height = Int32(height)
        frame.pointer.pointee.quality = 4 * FF_QP2LAMBDA
        try libav(av_frame_get_buffer(frame.pointer, 0), "encode a JPEG")
        let scaler = sws_getContext(
            Int32(bitmap.width), Int32(bitmap.height), AV_PIX_FMT_BGRA, Int32(width), Int32(height),
            AV_PIX_FMT_YUVJ420P, SWS_AREA | SWS_ACCURATE_RND | SWS_BITEXACT, nil, nil, nil)
        defer { sws_freeContext(scaler) }
        guard scaler != nil else { throw LibAVError(code: -ENOMEM, doing: "scale a picture") }
        let source: [UnsafePointer<UInt8>?] = [UnsafePointer(bitmap.pixels), nil, nil, nil]
        let strides: [Int32] = [Int32(bitmap.stride), 0, 0, 0]
        let planes = (0..<4).map { frame.plane($0) }
        let rows = sws_scale(
            scaler, source, strides, 0, Int32(bitmap.height), planes.map(\.data), planes.map { Int32($0.stride) })
        try libav(rows, "scale a picture")

        let packet = try Packet()
        try encoder.send(frame, "encode a JPEG")
        guard try encoder.receive(packet, "encode a JPEG") == .got, let data = packet.pointer.pointee.data else {
            throw LibAVError(code: -EIO, doing: "encode a JPEG")
        }
        return Array(UnsafeBufferPointer(start: data, count: Int(packet.pointer.pointee.size)))
    }
}
