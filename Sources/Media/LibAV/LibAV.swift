// Owners of libav's objects: one class each, freed on deinit, so that a thrown error leaks nothing. Knows nothing of
// particular codecs or of the wording of messages.
import CFFmpeg
import Glibc

/// A failed call into libav (or libswscale, libswresample): its code and the action that failed.
public struct LibAVError: Error, Sendable, Hashable {
    public var code: Int32
    /// Follows "cannot" in messages: "open 'voice.wav'", "decode sound".
    public var doing: String

    public init(code: Int32, doing: String) {
        self.code = code
        self.doing = doing
    }

    /// libav's text for the code, for example "Invalid data found when processing input".
    public var text: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard av_strerror(code, buffer.baseAddress!, 256) >= 0 else { return "error \(code)" }
            return String(cString: buffer.baseAddress!)
        }
    }

    public var isDiskFull: Bool { code == -ENOSPC || code == -EDQUOT }
    public var isOutOfMemory: Bool { code == -ENOMEM }
    public var isMissingFile: Bool { code == -ENOENT }
}

/// Passes a libav result through, or throws it. `doing` is evaluated only on failure.
@discardableResult
func libav(_ code: Int32, _ doing: @autoclosure () -> String) throws(LibAVError) -> Int32 {
    if code < 0 { throw LibAVError(code: code, doing: doing()) }
    return code
}

/// The pointer that an allocation returned, or an out-of-memory error.
func allocated<T>(_ pointer: T?, _ doing: @autoclosure () -> String) throws(LibAVError) -> T {
    guard let pointer else { throw LibAVError(code: -ENOMEM, doing: doing()) }
    return pointer
}

final class Packet {
    let pointer: UnsafeMutablePointer<AVPacket>
    init() throws(LibAVError) { pointer = try allocated(av_packet_alloc(), "allocate a packet") }
    deinit { var p: UnsafeMutablePointer<AVPacket>? = pointer; av_packet_free(&p) }
    func clear() { av_packet_unref(pointer) }
}

final class Frame {
    let pointer: UnsafeMutablePointer<AVFrame>
    init() throws(LibAVError) { pointer = try allocated(av_frame_alloc(), "allocate a frame") }
    deinit { var p: UnsafeMutablePointer<AVFrame>? = pointer; av_frame_free(&p) }
    func clear() { av_frame_unref(pointer) }

    /// Base address and bytes per row of one plane.
    func plane(_ index: Int) -> (data: UnsafeMutablePointer<UInt8>?, stride: Int) {
        precondition(index >= 0 && index < 8)
        let data = withUnsafeBytes(of: &pointer.pointee.data) {
            $0.bindMemory(to: UnsafeMutablePointer<UInt8>?.self)[index]
        }
        let stride = withUnsafeBytes(of: &pointer.pointee.linesize) { $0.bindMemory(to: Int32.self)[index] }
        return (data, Int(stride))
    }
}

/// An encoder or decoder; call `open` before use.
final class CodecContext {
    let pointer: UnsafeMutablePointer<AVCodecContext>

    init(_ codec: UnsafePointer<AVCodec>) throws(LibAVError) {
        pointer = try allocated(avcodec_alloc_context3(codec), "allocate a codec")
    }
    deinit { var p: UnsafeMutablePointer<AVCodecContext>? = pointer; avcodec_free_context(&p) }

    func set(_ name: String, _ value: String) throws(LibAVError) {
        try libav(av_opt_set(pointer, name, value, AV_OPT_SEARCH_CHILDREN), "set \(name)=\(value)")
    }
    func open(_ doing: @autoclosure () -> String) throws(LibAVError) {
        try libav(avcodec_open2(pointer, nil, nil), doing())
    }

    enum Step { case got, needsInput, ended }
    func send(_ packet: Packet?, _ doing: @autoclosure () -> String) throws(LibAVError) {
        try libav(avcodec_send_packet(pointer, packet?.pointer), doing())
    }
    func receive(_ frame: Frame, _ doing: @autoclosure () -> String) throws(LibAVError) -> Step {
        try Self.step(avcodec_receive_frame(pointer, frame.pointer), doing())
    }
    func send(_ frame: Frame?, _ doing: @autoclosure () -> String) throws(LibAVError) {
        try libav(avcodec_send_frame(pointer, frame?.pointer), doing())
    }
    func receive(_ packet: Packet, _ doing: @autoclosure () -> String) throws(LibAVError) -> Step {
        try Self.step(avcodec_receive_packet(pointer, packet.pointer), doing())
    }
    private static func step(_ code: Int32, _ doing: @autoclosure () -> String) throws(LibAVError) -> Step {
        if code >= 0 { return .got }
        if code == VG_AVERROR_EAGAIN { return .needsInput }
        if code == VG_AVERROR_EOF { return .ended }
        throw LibAVError(code: code, doing: doing())
    }
}

/// A demuxer over one local file. The name is never read as a URL or a pattern, and formats that name other files or
/// hosts (playlists, concat scripts, image sequences) are refused, since an asset is the one file whose digest is in
/// the key.
final class FormatInput {
    /// Demuxers for sounds, clips and still pictures; none of them opens a second file.
    static let formats =
        "mov,matroska,webm,wav,w64,mp3,flac,ogg,aac,ac3,eac3,aiff,au,caf,amr,avi,flv,mpegts,mpeg,asf,ivf,h264,hevc,"
        + "m4v,mpegvideo,nut,obu,y4m,yuv4mpegpipe,gif,apng,"
        + "png_pipe,jpeg_pipe,webp_pipe,bmp_pipe,tiff_pipe,gif_pipe,pgm_pipe,ppm_pipe,pam_pipe,"
        + "pbm_pipe,qoi_pipe,jpegxl_pipe,mjpeg"

    let pointer: UnsafeMutablePointer<AVFormatContext>
    /// How messages name the file.
    let name: String

    /// - Parameter findStreamInfo: reads packets, and may decode frames, to find the streams of formats without a
    ///   header.
    init(path: String, name: String? = nil, findStreamInfo: Bool = true) throws(LibAVError) {
        _ = LibAVLog.isSetUp
        self.name = name ?? path
        var options: OpaquePointer?
        defer { av_dict_free(&options) }
        av_dict_set(&options, "protocol_whitelist", "file", 0)
        av_dict_set(&options, "format_whitelist", Self.formats, 0)
        var context: UnsafeMutablePointer<AVFormatContext>?
        try libav(avformat_open_input(&context, "file:" + path, nil, &options), "open '\(self.name)'")
        pointer = try allocated(context, "open '\(self.name)'")
        if findStreamInfo {
            try libav(avformat_find_stream_info(pointer, nil), "read the streams of '\(self.name)'")
        }
    }
    deinit { var p: UnsafeMutablePointer<AVFormatContext>? = pointer; avformat_close_input(&p) }

    var streams: UnsafeBufferPointer<UnsafeMutablePointer<AVStream>?> {
        UnsafeBufferPointer(start: pointer.pointee.streams, count: Int(pointer.pointee.nb_streams))
    }
    /// The stream that a player would choose, with its decoder; nil if there is none.
    func best(_ kind: AVMediaType) -> (
        index: Int, stream: UnsafeMutablePointer<AVStream>, decoder: UnsafePointer<AVCodec>
    )? {
        var decoder: UnsafePointer<AVCodec>?
        let index = av_find_best_stream(pointer, kind, -1, -1, &decoder, 0)
        guard index >= 0, let decoder, let stream = streams[Int(index)] else { return nil }
        return (Int(index), stream, decoder)
    }
    /// Opens a decoder for a stream, with one thread.
    func decoder(_ stream: UnsafeMutablePointer<AVStream>, _ codec: UnsafePointer<AVCodec>) throws(LibAVError)
        -> CodecContext
    {
        let context = try CodecContext(codec)
        try libav(
            avcodec_parameters_to_context(context.pointer, stream.pointee.codecpar), "read the stream of '\(name)'")
        context.pointer.pointee.thread_count = 1
        context.pointer.pointee.pkt_timebase = stream.pointee.time_base
        try context.open("open a decoder for '\(name)'")
        return context
    }
    /// The next packet of any stream; false at the end of the file.
    func read(_ packet: Packet) throws(LibAVError) -> Bool {
        packet.clear()
        let code = av_read_frame(pointer, packet.pointer)
        if code == VG_AVERROR_EOF { return false }
        try libav(code, "read '\(name)'")
        return true
    }
}
