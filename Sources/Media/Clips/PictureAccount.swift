// Records for each packet whether its picture came out of the decoder. A decoder may lose a picture without an error:
// its threads may swallow an error at the end of the stream, or it may take a packet for a hint. Decodes nothing
// itself.
import CFFmpeg

final class PictureAccount {
    private enum Entry: UInt8 {
        case owed, given, excused, faulty
        /// Decoded but not shown, because of an edit list.
        case leftOut
        /// Decoded but not shown, because of a damaged time rather than an edit list.
        case displaced
    }

    /// Codecs in which each packet results in one picture, except hidden ones. Other codecs repeat a picture by an
    /// empty or missing packet, so only their errors count.
    private static let exact: Set<UInt32> = Set(
        [
            AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_AV1, AV_CODEC_ID_VP8, AV_CODEC_ID_VP9,
            AV_CODEC_ID_MPEG1VIDEO,
            AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_MPEG4, AV_CODEC_ID_H263, AV_CODEC_ID_FLV1, AV_CODEC_ID_MJPEG,
            AV_CODEC_ID_PRORES,
            AV_CODEC_ID_DNXHD, AV_CODEC_ID_THEORA, AV_CODEC_ID_FFV1, AV_CODEC_ID_GIF, AV_CODEC_ID_APNG, AV_CODEC_ID_PNG,
            AV_CODEC_ID_HUFFYUV, AV_CODEC_ID_FFVHUFF, AV_CODEC_ID_UTVIDEO, AV_CODEC_ID_RAWVIDEO, AV_CODEC_ID_V210,
            AV_CODEC_ID_QTRLE,
        ].map(\.rawValue))
    /// Codecs with open groups: pictures of the first group that are shown before its key frame may depend on a missing
    /// group.
    private static let open: Set<UInt32> = Set(
        [
            AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG2VIDEO,
        ].map(\.rawValue))

    private let codec: AVCodecID
    /// AVI and Ogg use an empty packet to repeat a picture.
    private let emptyRepeats: Bool
    private var entries: [Entry] = []
    private var times: [Int64] = []
    private var keys = 0
    private var firstKey = VG_AV_NOPTS_VALUE
    /// Whether a picture was read that is shown after the first key frame.
    private var hasFollowing = false
    private var parser: UnsafeMutablePointer<AVCodecParserContext>?
    private var context: CodecContext?
    private var lastWasField = false
    private var lastShown = Int64.min
    /// Whether all pictures, also those that are not shown, come out of the decoder in the order of their times.
    private(set) var isInOrder = true
    /// Whether the edit list omits pictures after the last one shown.
    private(set) var leavesOutEnd = false

    init(_ stream: UnsafeMutablePointer<AVStream>, _ decoder: UnsafePointer<AVCodec>, container: String) {
        let parameters = stream.pointee.codecpar
        codec = parameters!.pointee.codec_id
        emptyRepeats = container == "avi" || container == "ogg"
        guard Self.open.contains(codec.rawValue), let context = try? CodecContext(decoder),
            avcodec_parameters_to_context(context.pointer, parameters) >= 0
        else { return }
        self.context = context
        parser = av_parser_init(Int32(codec.rawValue))
        parser?.pointee.flags |= PARSER_FLAG_COMPLETE_FRAMES
    }
    deinit { av_parser_close(parser) }

    /// Number of packets so far.
    var count: Int { entries.count }
    /// Whether the picture of the last packet is still to come.
    var lastOwes: Bool { entries.last == .owed }
    var hasKey: Bool { keys > 0 }

    /// Notes a packet before it is sent.
    /// - Returns: whether its errors are faults of the file.
    func take(_ packet: Packet) -> Bool {
        let fields = packet.pointer.pointee
        let isKey = fields.flags & AV_PKT_FLAG_KEY != 0
        if isKey {
            if keys == 0 { firstKey = fields.pts }
            keys += 1
        }
        let isLeading = keys == 1 && !isKey && leads(packet)
        let isField = isField(packet)
        // The second field of a picture has no picture of its own.
        let isSecond = isField && lastWasField
        lastWasField = isField && !isSecond
        // An edit list omits pictures before and after the ones it shows. A picture to be shown before it is decoded
        // has a damaged time; the demuxer marks it in the same way.
        let isDisplaced = fields.pts != VG_AV_NOPTS_VALUE && fields.dts != VG_AV_NOPTS_VALUE && fields.pts < fields.dts
        let isDiscarded = fields.flags & AV_PKT_FLAG_DISCARD != 0
        let isExcused =
            isLeading && !isDisplaced || isSecond || isHidden(fields) || !Self.exact.contains(codec.rawValue)
        entries.append(isDiscarded ? (isDisplaced ? .displaced : .leftOut) : isExcused ? .excused : .owed)
        times.append(fields.pts == VG_AV_NOPTS_VALUE ? fields.dts : fields.pts)
        return !isLeading && !isDiscarded
    }

    /// Notes a picture that came out of the decoder.
    /// - Returns: whether it is shown.
    func give(_ number: Int64, at time: Int64) -> Bool {
        guard let index = Int(exactly: number), entries.indices.contains(index) else { return true }
        if time != VG_AV_NOPTS_VALUE {
            isInOrder = isInOrder && time > lastShown
            lastShown = time
        }
        leavesOutEnd = entries[index] == .leftOut
        if entries[index] == .leftOut || entries[index] == .displaced { return false }
        entries[index] = .given
        return true
    }

    /// A fault of the last packet has already been reported.
    func blame() { if entries.last == .owed { entries[entries.count - 1] = .faulty } }

    /// The time stamps of packets whose picture never came out.
    var lost: [Int64] {
        entries.indices.filter { entries[$0] == .owed || entries[$0] == .displaced }.map { times[$0] }
    }

    /// Whether an edit list omits pictures.
    var leavesOut: Bool { entries.contains(.leftOut) }

    private func leads(_ packet: Packet) -> Bool {
        guard Self.open.contains(codec.rawValue) else { return false }
        let pts = packet.pointer.pointee.pts
        if pts != VG_AV_NOPTS_VALUE, firstKey != VG_AV_NOPTS_VALUE {
            // In decoding order these come before any picture that is shown after the key frame.
            hasFollowing = hasFollowing || pts > firstKey
            return pts < firstKey && !hasFollowing
        }
        // An elementary stream has no times; its first B pictures may depend on a missing group.
        parse(packet)
        return parser?.pointee.pict_type == Int32(AV_PICTURE_TYPE_B.rawValue) && entries.count < 16
    }

    private func isField(_ packet: Packet) -> Bool {
        guard codec == AV_CODEC_ID_H264 else { return false }
        parse(packet)
        return [AV_PICTURE_STRUCTURE_TOP_FIELD, AV_PICTURE_STRUCTURE_BOTTOM_FIELD].contains(
            parser?.pointee.picture_structure)
    }

    private func parse(_ packet: Packet) {
        guard let parser, let context else { return }
        let fields = packet.pointer.pointee
        var out: UnsafeMutablePointer<UInt8>?, size: Int32 = 0
        parser.pointee.pict_type = 0
        av_parser_parse2(
            parser, context.pointer, &out, &size, fields.data, fields.size, fields.pts, fields.dts, fields.pos)
    }

    /// Whether the picture serves only as a reference and is never shown. VP9 and AV1 put such a picture into the
    /// packet of a shown one; VP8 encoders keep it in another buffer than the last picture; MPEG-4 part 2 has pictures
    /// of a few bytes that mean "as before".
    private func isHidden(_ fields: AVPacket) -> Bool {
        guard let data = fields.data, fields.size > 0 else { return emptyRepeats }
        switch codec {
        case AV_CODEC_ID_VP8:
            let bytes = UnsafeBufferPointer(start: data, count: Int(fields.size))
            guard let header = VP8Header(bytes), !header.isShown else { return false }
            return !header.isKey && !header.replacesLast && header.isKept
        case AV_CODEC_ID_MPEG4:
            return (4...8).contains(fields.size) && data[0] == 0 && data[1] == 0 && data[2] == 1 && data[3] == 0xb6
        default: return false
        }
    }
}
