// Encodes the frames of one segment as an MP4 file of H.264 that can be joined to others without encoding again. Knows
// nothing of the frames' content or of other segments: everything that must agree between segments follows from
// `EncodeSettings`.
import CFFmpeg
import Composition
import Diagnostics
import Glibc

public struct EncodeSettings: Codable, Sendable, Hashable {
    public typealias Preset = EncoderPreset

    public var size: PixelSize
    public var rate: FrameRate
    public var preset: Preset
    /// x264's constant rate factor, 0...51.
    public var crf: Double
    /// Pictures of a hold repeat the first one, without being encoded.
    public var skipsHolds: Bool

    public init(
        size: PixelSize, rate: FrameRate, preset: Preset = .graphics, crf: Double = 20, skipsHolds: Bool = true
    ) {
        self.size = size
        self.rate = rate
        self.preset = preset
        self.crf = crf
        self.skipsHolds = skipsHolds
    }

    func validate() throws(EncodeProblem) {
        guard (16...8192).contains(size.width), (16...8192).contains(size.height), size.width % 2 == 0,
            size.height % 2 == 0
        else {
            throw .badFrameSize(width: size.width, height: size.height)
        }
        try rate.validate()
        guard crf >= 0, crf <= 51 else { throw .badQuality(crf) }
    }

    /// Each frame of lookahead costs x264 about 3.3 bytes a pixel, and several encoders run at once.
    var lookahead: Int { min(preset.lookahead, max(8, 34_000_000 / (size.width * size.height))) }

    /// A keyframe at least every four seconds, so that players can seek.
    var keyframeInterval: Int { max(1, Int((rate.perSecond * 4).rounded())) }

    /// Whether equal frames in a row are a hold. After one that does not end its segment comes a keyframe, which costs
    /// as much as dozens of frames that repeat.
    func isHold(_ count: Int, endsSegment: Bool) -> Bool {
        skipsHolds
            && count >= (endsSegment ? Self.shortestHold : max(Self.shortestHold, Int((rate.perSecond * 2).rounded())))
    }

    static let shortestHold = 8

    /// What the quantizer of a hold's picture is lowered by. x264 encodes a picture the finer, the more pictures of its
    /// lookahead build on it: by twice the binary logarithm of their number. Of a hold it sees only the first, so this
    /// makes up for the rest, and for what the others would add to it: what tests of drawn pictures ask for.
    func holdOffset(_ count: Int) -> Int {
        preset.lookahead == 0 ? 7 : Int((2 * log2(Double(min(lookahead, count) + 1)) + 4).rounded())
    }

    /// The lowest level with sufficient limits of macroblocks a frame and a second (Rec. ITU-T H.264, table A-1). x264
    /// would choose it by the content, but it is in the SPS and must be equal in all segments.
    var level: Int {
        let columns = (size.width + 15) / 16, rows = (size.height + 15) / 16
        let macroblocks = columns * rows
        let perSecond = Double(macroblocks) * rate.perSecond
        let table: [(level: Int, perSecond: Double, frame: Int)] = [
            (10, 1485, 99), (11, 3000, 396), (12, 6000, 396), (20, 11880, 396), (21, 19800, 792), (22, 20250, 1620),
            (30, 40500, 1620), (31, 108_000, 3600), (32, 216_000, 5120), (40, 245_760, 8192), (42, 522_240, 8704),
            (50, 589_824, 22080), (51, 983_040, 36864), (52, 2_073_600, 36864), (60, 4_177_920, 139_264),
            (61, 8_355_840, 139_264),
        ]
        // A side must not exceed the square root of eight times the frame limit.
        let fits = table.first {
            macroblocks <= $0.frame && perSecond <= $0.perSecond && columns * columns <= 8 * $0.frame
                && rows * rows <= 8 * $0.frame
        }
        return fits?.level ?? 62
    }

    /// Names and values, as x264's command line has them.
    var x264Parameters: [(String, String)] {
        // cpu-independent: equal bytes on every CPU. stitchable: SPS and PPS do not depend on content or quality.
        var parameters = [
            ("level", "\(level / 10).\(level % 10)"), ("stitchable", "1"), ("cpu-independent", "1"),
            ("force-cfr", "1"), ("open-gop", "0"), ("sliced-threads", "0"), ("keyint", "\(keyframeInterval)"),
            ("rc-lookahead", "\(lookahead)"),
        ]
        if preset == .graphics { parameters += [("mbtree", "1"), ("weightp", "0"), ("b-adapt", "0")] }
        // The quantizer of a hold's picture is lowered by a part of x264 that ultrafast switches off.
        if preset == .ultrafast { parameters += [("aq-mode", "1"), ("aq-strength", "0.01")] }
        if let instructions = Self.instructions { parameters.append(("asm", instructions)) }
        return parameters
    }

    /// x264's name for what the processor can do; nil: x264 finds out. With AVX-512 it took 12 to 17 % longer than
    /// with AVX2 where it was measured (Sapphire Rapids; 1080p, `graphics`). The bytes are equal: cpu-independent=1.
    private static let instructions: String? = {
        #if arch(x86_64)
            guard av_get_cpu_flags() & AV_CPU_FLAG_AVX512 != 0 else { return nil }
            return "MMX2,SSE2Fast,SSSE3,SSE4.2,AVX,FMA3,BMI2,AVX2"
        #else
            return nil
        #endif
    }()
}

extension EncoderPreset {
    var x264: String { self == .graphics ? "superfast" : rawValue }
    /// Frames of lookahead of the rate control: x264's own default for the preset.
    var lookahead: Int {
        switch self {
        case .graphics: 20
        case .ultrafast: 0
        case .veryfast: 10
        case .medium: 40
        case .slow: 50
        }
    }
}

extension FrameRate {
    func validate() throws(EncodeProblem) {
        guard numerator > 0, denominator > 0, numerator <= 10_000_000, denominator <= 10_000_000,
            perSecond >= 1, perSecond <= 240
        else { throw .badFrameRate(numerator: numerator, denominator: denominator) }
    }
    /// The duration of a frame.
    var timeBase: AVRational { AVRational(num: Int32(denominator), den: Int32(numerator)) }
}

/// Equal frames are counted before they are encoded. A hold is one encoded picture and pictures that skip all
/// macroblocks (`SkippedPicture`); then the encoder has ended, and what follows begins with a keyframe.
public final class SegmentEncoder {
    private let settings: EncodeSettings
    /// nil after a hold.
    private var encoder: X264Encoder?
    private let output: FormatOutput
    private let stream: UnsafeMutablePointer<AVStream>
    private let file: UnfinishedFile
    private let skipped: SkippedPicture
    private let headers: [UInt8]
    private let reorder: Int
    private let packet: Packet
    private let meter: ReconstructionMeter?
    public private(set) var frames = 0
    /// The frame that was given last, and how often it is still to be encoded.
    private var picture: PicturePlanes?
    private var waiting = 0
    private var startsStream = true
    private var sent = 0, written = 0
    /// The last keyframe, in the order shown.
    private var key = 0
    /// The number of the last reference picture in the order of decoding.
    private var reference = 0
    /// The last picture in the order shown.
    private var last: SkippedPicture.Place?

    /// - Parameters:
    ///   - path: the MP4 file to write; it appears when `finish` returns.
    ///   - meter: measures the pictures as they are encoded.
    public init(path: String, settings: EncodeSettings, meter: ReconstructionMeter? = nil) throws {
        try settings.validate()
        self.settings = settings
        self.meter = meter
        let encoder = try X264Encoder(settings, reconstructs: meter != nil)
        self.encoder = encoder
        headers = encoder.headers
        skipped = try headers.withUnsafeBytes { bytes throws(EncodeProblem) in try SkippedPicture(headers: bytes) }
        reorder = encoder.reorder
        file = UnfinishedFile(path)
        output = try FormatOutput(path: file.path, format: "mp4")
        stream = try output.addStream(timeBase: settings.rate.timeBase)
        try settings.describe(stream, headers: headers, reorder: reorder)
        try output.start(options: ["movflags": "+faststart+negative_cts_offsets", "use_editlist": "0"])
        packet = try Packet()
    }

    /// Takes the next frame and holds it until it is encoded; it must not change as long as it is held.
    public func encode(_ picture: PicturePlanes) throws {
        try encodeWaiting(endsSegment: false)
        let width = settings.size.width
        precondition(picture.size == settings.size && picture.yStride >= width && picture.uvStride >= width / 2)
        self.picture = picture
        frames += 1
        waiting = 1
    }

    /// Takes the previous frame again. There must be one.
    public func encodeRepeat() throws {
        precondition(frames > 0)
        frames += 1
        waiting += 1
    }

    private func encodeWaiting(endsSegment: Bool) throws {
        let count = waiting
        waiting = 0
        guard let picture else { return }
        meter?.willEncode(picture, from: sent, count: count)
        if settings.isHold(count, endsSegment: endsSegment) {
            try hold(picture, count)
        } else {
            for _ in 0..<count { try submit(picture) }
        }
    }

    private func hold(_ picture: PicturePlanes, _ count: Int) throws {
        let end = sent + count
        while sent < end {
            try submit(picture, finerBy: settings.holdOffset(count))
            try endStream()
            guard var repeated = last, repeated.isReference else {
                throw EncodeProblem.media(doing: "encode a hold", reason: "nothing may refer to its picture")
            }
            while sent < end, sent - key < settings.keyframeInterval {
                let number = (reference + 1) % skipped.numbers
                let bytes = skipped.packet(number: number, shown: sent - key, repeated: repeated.number)
                try bytes.withUnsafeBytes { try write($0, shown: sent, isKey: false) }
                meter?.hasRepeated(sent)
                sent += 1
                reference = number
                repeated.number = number
            }
        }
    }

    private func submit(_ picture: PicturePlanes, finerBy offset: Int = 0) throws {
        let encoder = try self.encoder ?? continued()
        let coded = try encoder.encode(picture, shown: sent, isFirst: startsStream, finerBy: offset)
        // A segment must start with an IDR picture.
        startsStream = false
        sent += 1
        if let coded { try take(coded) }
    }

    /// A new encoder, for what follows a hold.
    private func continued() throws -> X264Encoder {
        let encoder = try X264Encoder(settings, reconstructs: meter != nil)
        guard encoder.headers == headers else {
            throw EncodeProblem.media(doing: "encode after a hold", reason: "libx264 describes the stream differently")
        }
        self.encoder = encoder
        startsStream = true
        return encoder
    }

    private func take(_ coded: X264Encoder.Coded) throws {
        let place = try skipped.place(of: coded.bytes)
        if coded.isKey { key = coded.shown }
        if place.isReference { reference = place.number }
        if coded.shown == sent - 1 { last = place }
        try write(coded.bytes, after: coded.greeting, shown: coded.shown, isKey: coded.isKey)
        meter?.hasEncoded(coded)
    }

    /// Writes what the encoder still has, and frees it.
    private func endStream() throws {
        guard let encoder else { return }
        while let coded = try encoder.encodeRest() { try take(coded) }
        self.encoder = nil
    }

    private func write(
        _ bytes: UnsafeRawBufferPointer, after greeting: [UInt8] = [], shown: Int, isKey: Bool
    ) throws {
        packet.clear()
        try libav(av_new_packet(packet.pointer, Int32(greeting.count + bytes.count)), "encode frame \(shown)")
        let data = UnsafeMutableRawBufferPointer(
            start: packet.pointer.pointee.data, count: Int(packet.pointer.pointee.size))
        data.copyBytes(from: greeting)
        UnsafeMutableRawBufferPointer(rebasing: data[greeting.count...]).copyMemory(from: bytes)
        meter?.willWrite(UnsafeRawBufferPointer(data))
        if isKey { packet.pointer.pointee.flags |= AV_PKT_FLAG_KEY }
        packet.pointer.pointee.pts = Int64(shown)
        // Every frame lasts one tick, so decode times are a count. x264's own would start later in segments shorter
        // than its reorder delay.
        packet.pointer.pointee.dts = Int64(written - reorder)
        packet.pointer.pointee.duration = 1
        written += 1
        try output.write(packet, to: stream, timeBase: settings.rate.timeBase)
    }

    /// Writes the frames that the encoder still holds and renames the file into place. Returns its number of frames.
    @discardableResult
    public func finish() throws -> Int {
        try encodeWaiting(endsSegment: true)
        picture = nil
        try endStream()
        guard written == frames, frames > 0 else {
            throw EncodeProblem.frameCount(what: "the encoded segment", expected: frames, got: written)
        }
        try output.finish()
        try file.keep()
        return frames
    }
}

extension EncodeSettings {
    /// Describes a stream that is encoded so.
    /// - Parameter headers: its parameter sets.
    fileprivate func describe(
        _ stream: UnsafeMutablePointer<AVStream>, headers: [UInt8], reorder: Int
    ) throws(LibAVError) {
        let parameters = stream.pointee.codecpar!
        parameters.pointee.codec_type = AVMEDIA_TYPE_VIDEO
        parameters.pointee.codec_id = AV_CODEC_ID_H264
        parameters.pointee.profile = Int32(FF_PROFILE_H264_HIGH)
        parameters.pointee.level = Int32(level)
        parameters.pointee.width = Int32(size.width)
        parameters.pointee.height = Int32(size.height)
        parameters.pointee.format = AV_PIX_FMT_YUV420P.rawValue
        parameters.pointee.sample_aspect_ratio = AVRational(num: 1, den: 1)
        parameters.pointee.video_delay = Int32(reorder)
        parameters.pointee.color_range = AVCOL_RANGE_MPEG
        parameters.pointee.color_primaries = AVCOL_PRI_BT709
        parameters.pointee.color_trc = AVCOL_TRC_BT709
        parameters.pointee.color_space = AVCOL_SPC_BT709
        parameters.pointee.chroma_location = AVCHROMA_LOC_LEFT
        let padded = headers.count + Int(AV_INPUT_BUFFER_PADDING_SIZE)
        let extra = try allocated(av_mallocz(padded), "describe the stream")
        extra.copyMemory(from: headers, byteCount: headers.count)
        parameters.pointee.extradata = extra.assumingMemoryBound(to: UInt8.self)
        parameters.pointee.extradata_size = Int32(headers.count)
        stream.pointee.avg_frame_rate = AVRational(num: Int32(rate.numerator), den: Int32(rate.denominator))
    }
}
