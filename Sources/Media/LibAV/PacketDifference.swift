// Finds the first packet in which two media files differ, to explain why a stage is not deterministic.
import CFFmpeg
import Diagnostics
import Glibc

public enum PacketDifference {
    /// Text that follows "the first difference is "; nil if all packets are equal and the container differs.
    /// - Throws: `MediaProblem`
    public static func first(_ one: String, _ other: String, name: String) throws(MediaProblem) -> String? {
        do throws(LibAVError) {
            return try difference([try FormatInput(path: one, name: name), try FormatInput(path: other, name: name)])
        } catch { throw MediaProblem(error) }
    }

    private static func difference(_ files: [FormatInput]) throws(LibAVError) -> String? {
        guard files[0].streams.count == files[1].streams.count else {
            return "in the number of streams: \(files[0].streams.count), then \(files[1].streams.count)"
        }
        for index in 0..<files[0].streams.count where !isEqual(extra(files[0], index), extra(files[1], index)) {
            return "in the codec parameters of stream \(index)"
        }
        let packets = [try Packet(), try Packet()]
        var counts = [Int](repeating: 0, count: files[0].streams.count)
        while true {
            let more = [try files[0].read(packets[0]), try files[1].read(packets[1])]
            guard more[0] || more[1] else { return nil }
            let shown = packets[more[0] ? 0 : 1].pointer.pointee
            let stream = Int(shown.stream_index)
            guard counts.indices.contains(stream) else { return "in the number of streams" }
            let place =
                "\(kind(files[more[0] ? 0 : 1], stream)) packet \(counts[stream])" + time(files[more[0] ? 0 : 1], shown)
            guard more[0] && more[1] else { return "\(place), which only the \(more[0] ? "first" : "second") run has" }
            if let what = difference(packets[0].pointer.pointee, packets[1].pointer.pointee) {
                return "\(place): \(what)"
            }
            counts[stream] += 1
        }
    }

    private static func difference(_ one: AVPacket, _ other: AVPacket) -> String? {
        guard one.stream_index == other.stream_index else {
            return "the packets of the streams are in a different "
                + "order"
        }
        guard one.size == other.size else { return "\(one.size) bytes, then \(other.size)" }
        if one.size > 0, memcmp(one.data, other.data, Int(one.size)) != 0 { return "different bytes" }
        return one.pts == other.pts && one.dts == other.dts && one.duration == other.duration ? nil : "a different time"
    }

    private static func kind(_ file: FormatInput, _ stream: Int) -> String {
        switch file.streams[stream]?.pointee.codecpar.pointee.codec_type {
        case AVMEDIA_TYPE_VIDEO: "video"
        case AVMEDIA_TYPE_AUDIO: "audio"
        case AVMEDIA_TYPE_SUBTITLE: "caption"
        default: "data"
        }
    }

    private static func time(_ file: FormatInput, _ packet: AVPacket) -> String {
        guard let stream = file.streams[Int(packet.stream_index)], packet.pts != VG_AV_NOPTS_VALUE,
            stream.pointee.time_base.den > 0
        else { return "" }
        let base = stream.pointee.time_base
        return " at " + decimals(Double(packet.pts) * Double(base.num) / Double(base.den), 3) + " s"
    }

    private static func extra(_ file: FormatInput, _ stream: Int) -> UnsafeRawBufferPointer {
        guard let parameters = file.streams[stream]?.pointee.codecpar, let data = parameters.pointee.extradata else {
            return UnsafeRawBufferPointer(start: nil, count: 0)
        }
        return UnsafeRawBufferPointer(start: data, count: Int(max(0, parameters.pointee.extradata_size)))
    }

    private static func isEqual(_ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer) -> Bool {
        one.count == other.count && (one.isEmpty || memcmp(one.baseAddress!, other.baseAddress!, one.count) == 0)
    }
}
