// A muxer that writes one file. Its bytes depend only on the packets: no dates, no random ids, no version of
// libavformat.
import CFFmpeg
import Diagnostics
import Glibc

final class FormatOutput {
    let pointer: UnsafeMutablePointer<AVFormatContext>
    let name: String
    private var isOpen = false

    /// - Parameters:
    ///   - path: an existing file is overwritten. Nothing is renamed or removed; that is the caller's task.
    ///   - format: libavformat's name of the container ("mp4", "ipod").
    init(path: String, format: String) throws {
        _ = LibAVLog.isSetUp
        name = path.split(separator: "/").last.map(String.init) ?? path
        var context: UnsafeMutablePointer<AVFormatContext>?
        try libav(avformat_alloc_output_context2(&context, nil, format, "file:" + path), "start a \(format) file")
        pointer = try allocated(context, "start a \(format) file")
        pointer.pointee.flags |= AVFMT_FLAG_BITEXACT
        // Time stamps are final; the first decode time may be negative because of B-frames.
        pointer.pointee.avoid_negative_ts = AVFMT_AVOID_NEG_TS_DISABLED
        try libav(avio_open(&pointer.pointee.pb, "file:" + path, AVIO_FLAG_WRITE), "write '\(name)'")
        isOpen = true
    }

    deinit {
        if isOpen { avio_closep(&pointer.pointee.pb) }
        avformat_free_context(pointer)
    }

    func addStream(timeBase: AVRational) throws -> UnsafeMutablePointer<AVStream> {
        let stream = try allocated(avformat_new_stream(pointer, nil), "add a stream to '\(name)'")
        stream.pointee.time_base = timeBase
        return stream
    }

    func start(options: KeyValuePairs<String, String>) throws {
        var dictionary: OpaquePointer?
        defer { av_dict_free(&dictionary) }
        for (key, value) in options { av_dict_set(&dictionary, key, value, 0) }
        try libav(avformat_write_header(pointer, &dictionary), "start '\(name)'")
        if let unknown = av_dict_get(dictionary, "", nil, AV_DICT_IGNORE_SUFFIX) {
            throw EncodeProblem.media(
                doing: "start '\(name)'", reason: "libavformat does not know '\(String(cString: unknown.pointee.key))'")
        }
    }

    /// Sets file-level metadata. The moov box is written last, so this may be called until `finish`. "encoder" is not
    /// written, since it would only name libavformat's version.
    func setMetadata(_ key: String, _ value: String) { av_dict_set(&pointer.pointee.metadata, key, value, 0) }

    /// Writes a packet with times in `timeBase`; the packet is empty afterwards.
    func write(_ packet: Packet, to stream: UnsafeMutablePointer<AVStream>, timeBase: AVRational) throws {
        packet.pointer.pointee.stream_index = stream.pointee.index
        packet.pointer.pointee.pos = -1
        av_packet_rescale_ts(packet.pointer, timeBase, stream.pointee.time_base)
        try libav(av_interleaved_write_frame(pointer, packet.pointer), "write '\(name)'")
        if pointer.pointee.pb.pointee.error < 0 {
            throw LibAVError(code: pointer.pointee.pb.pointee.error, doing: "write '\(name)'")
        }
    }

    func finish() throws {
        try libav(av_write_trailer(pointer), "finish '\(name)'")
        avio_flush(pointer.pointee.pb)
        let error = pointer.pointee.pb.pointee.error
        isOpen = false
        let closed = avio_closep(&pointer.pointee.pb)
        try libav(error < 0 ? error : closed, "finish '\(name)'")
    }
}

/// A file that gets its name only when it is complete: written under another name, then renamed. Removed unless kept.
final class UnfinishedFile {
    let path: String
    private let finalPath: String
    private var isKept = false
    init(_ finalPath: String) {
        self.finalPath = finalPath
        path = finalPath + ".part"
    }
    deinit { if !isKept { unlink(path) } }
    func keep() throws {
        try libav(rename(path, finalPath) == 0 ? 0 : -errno, "rename '\(path)'")
        isKept = true
    }
}
