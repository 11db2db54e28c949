// Encodes the frames of one segment as an MP4 file of H.264 that can be joined to others without encoding again. Knows
// nothing of the frames' content or of other segments: everything that must agree between segments follows from
// `EncodeSettings`.
import CFFmpeg
import CSystem
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

    var x264Parameters: String {
        // cpu-independent: equal bytes on every CPU. stitchable: SPS and PPS do not depend on content or quality.
        var parameters = [
            "stitchable=1", "cpu-independent=1", "force-cfr=1", "open-gop=0", "sliced-threads=0",
            "keyint=\(keyframeInterval)", "rc-lookahead=\(lookahead)",
        ]
        if preset == .graphics { parameters += ["mbtree=1", "weightp=0", "b-adapt=0"] }
        // The quantizer of a hold's picture is lowered by a part of x264 that ultrafast switches off.
        if preset == .ultrafast { parameters += ["aq-mode=1", "aq-strength=0.01"] }
        return parameters.joined(separator: ":")
    }

    /// x264's parameter for what the processor can do; nil: x264 finds out. With AVX-512 it took 12 to 17 % longer than
    /// with AVX2 where it was measured (Sapphire Rapids; 1080p, `graphics`). The bytes are equal: cpu-independent=1.
    static let instructions: String? = {
        #if arch(x86_64)
            guard av_get_cpu_flags() & AV_CPU_FLAG_AVX512 != 0 else { return nil }
            return "asm=MMX2,SSE2Fast,SSSE3,SSE4.2,AVX,FMA3,BMI2,AVX2"
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
    private var context: CodecContext?
    private let output: FormatOutput
    private let stream: UnsafeMutablePointer<AVStream>
    private let file: UnfinishedFile
    private let skipped: SkippedPicture
    private let headers: [UInt8]
    private let reorder: Int
    private let frame: Frame
    private let packet: Packet
    public private(set) var frames = 0
    /// How often the frame that was given last is still to be encoded.
    private var waiting = 0
    private var startsContext = true
    private var sent = 0, written = 0
    /// The last keyframe, in the order shown.
    private var key = 0
    /// The number of the last reference picture in the order of decoding.
    private var reference = 0
    /// The last picture in the order shown.
    private var last: SkippedPicture.Place?

    /// - Parameter path: the MP4 file to write; it appears when `finish` returns.
    public init(path: String, settings: EncodeSettings) throws {
        try settings.validate()
        self.settings = settings
        let context = try Self.context(settings)
        self.context = context
        headers = Self.headers(of: context)
        skipped = try headers.withUnsafeBytes { bytes throws(EncodeProblem) in try SkippedPicture(headers: bytes) }
        reorder = Int(context.pointer.pointee.has_b_frames)
        file = UnfinishedFile(path)
        output = try FormatOutput(path: file.path, format: "mp4")
        stream = try output.addStream(timeBase: settings.rate.timeBase)
        try libav(avcodec_parameters_from_context(stream.pointee.codecpar, context.pointer), "describe the stream")
        stream.pointee.avg_frame_rate = context.pointer.pointee.framerate
        try output.start(options: ["movflags": "+faststart+negative_cts_offsets", "use_editlist": "0"])
        frame = try Frame()
        packet = try Packet()
    }

    private static func headers(of context: CodecContext) -> [UInt8] {
        Array(
            UnsafeBufferPointer(
                start: context.pointer.pointee.extradata, count: Int(context.pointer.pointee.extradata_size)))
    }

    private static func context(_ settings: EncodeSettings) throws -> CodecContext {
        _ = LibAVLog.isSetUp
        guard let codec = avcodec_find_encoder_by_name("libx264") else {
            throw EncodeProblem.missingEncoder(
                name: "libx264", package: "a libavcodec built with libx264 (Debian: libavcodec59)")
        }
        let context = try CodecContext(codec)
        let c = context.pointer
        c.pointee.width = Int32(settings.size.width)
        c.pointee.height = Int32(settings.size.height)
        c.pointee.pix_fmt = AV_PIX_FMT_YUV420P
        c.pointee.time_base = settings.rate.timeBase
        c.pointee.framerate = AVRational(num: Int32(settings.rate.numerator), den: Int32(settings.rate.denominator))
        c.pointee.sample_aspect_ratio = AVRational(num: 1, den: 1)
        c.pointee.color_range = AVCOL_RANGE_MPEG
        c.pointee.color_primaries = AVCOL_PRI_BT709
        c.pointee.color_trc = AVCOL_TRC_BT709
        c.pointee.colorspace = AVCOL_SPC_BT709
        c.pointee.chroma_sample_location = AVCHROMA_LOC_LEFT
        // More threads would change the bytes; segments are encoded in parallel instead.
        c.pointee.thread_count = 1
        c.pointee.flags |= Int32(
            bitPattern: UInt32(AV_CODEC_FLAG_GLOBAL_HEADER) | UInt32(AV_CODEC_FLAG_CLOSED_GOP)
                | UInt32(AV_CODEC_FLAG_BITEXACT))
        try context.set("preset", settings.preset.x264)
        try context.set("profile", "high")
        try context.set("level", "\(settings.level / 10).\(settings.level % 10)")
        try context.set("crf", "\(settings.crf)")
        let parameters = [settings.x264Parameters, EncodeSettings.instructions].compactMap { $0 }
        try context.set("x264-params", parameters.joined(separator: ":"))
        try withMappedBlocks { try context.open("start libx264") }
        return context
    }

    /// Takes the next frame and holds it until it is encoded; it must not change as long as it is held.
    public func encode(_ picture: PicturePlanes) throws {
        try encodeWaiting(endsSegment: false)
        let width = settings.size.width
        precondition(picture.size == settings.size && picture.yStride >= width && picture.uvStride >= width / 2)
        try frame.refer(to: picture)
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
        if settings.isHold(count, endsSegment: endsSegment) {
            try hold(count)
        } else {
            for _ in 0..<count { try submit() }
        }
    }

    private func hold(_ count: Int) throws {
        let end = sent + count
        while sent < end {
            try submit(finerBy: settings.holdOffset(count))
            try endContext()
            guard var repeated = last, repeated.isReference else {
                throw EncodeProblem.media(doing: "encode a hold", reason: "nothing may refer to its picture")
            }
            while sent < end, sent - key < settings.keyframeInterval {
                let number = (reference + 1) % skipped.numbers
                try skip(skipped.packet(number: number, shown: sent - key, repeated: repeated.number))
                reference = number
                repeated.number = number
            }
        }
    }

    private func skip(_ bytes: [UInt8]) throws {
        try libav(av_new_packet(packet.pointer, Int32(bytes.count)), "repeat a frame")
        packet.pointer.pointee.data.update(from: bytes, count: bytes.count)
        packet.pointer.pointee.pts = Int64(sent)
        sent += 1
        try write()
    }

    private func submit(finerBy offset: Int = 0) throws {
        let context = try self.context ?? continued()
        frame.pointer.pointee.pts = Int64(sent)
        // A segment must start with an IDR picture.
        frame.pointer.pointee.pict_type = startsContext ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE
        startsContext = false
        if offset > 0 { try refine(by: offset) }
        defer { av_frame_remove_side_data(frame.pointer, AV_FRAME_DATA_REGIONS_OF_INTEREST) }
        try Self.withMappedBlocks { try context.send(frame, "encode frame \(sent)") }
        sent += 1
        try drain(context)
    }

    /// libx264 allocates its frames in here, and uses them until the segment is done.
    private static func withMappedBlocks(_ work: () throws -> Void) rethrows {
        csystem_map_large_blocks(1)
        defer { csystem_map_large_blocks(0) }
        try work()
    }

    /// A new encoder, for what follows a hold.
    private func continued() throws -> CodecContext {
        let context = try Self.context(settings)
        guard Self.headers(of: context) == headers else {
            throw EncodeProblem.media(doing: "encode after a hold", reason: "libx264 describes the stream differently")
        }
        self.context = context
        startsContext = true
        return context
    }

    /// Lowers the quantizer of the next picture.
    private func refine(by offset: Int) throws {
        let size = MemoryLayout<AVRegionOfInterest>.size
        let data = try allocated(
            av_frame_new_side_data(frame.pointer, AV_FRAME_DATA_REGIONS_OF_INTEREST, size), "encode a hold")
        // libavcodec counts in parts of 51.
        let region = AVRegionOfInterest(
            self_size: UInt32(size), top: 0, bottom: Int32(settings.size.height), left: 0,
            right: Int32(settings.size.width), qoffset: AVRational(num: -Int32(offset), den: 51))
        data.pointee.data.withMemoryRebound(to: AVRegionOfInterest.self, capacity: 1) { $0.pointee = region }
    }

    private func drain(_ context: CodecContext) throws {
        while try context.receive(packet, "encode frame \(sent)") == .got {
            let fields = packet.pointer.pointee
            let place = try skipped.place(of: UnsafeRawBufferPointer(start: fields.data, count: Int(fields.size)))
            if fields.flags & AV_PKT_FLAG_KEY != 0 { key = Int(fields.pts) }
            if place.isReference { reference = place.number }
            if Int(fields.pts) == sent - 1 { last = place }
            try write()
        }
    }

    /// Writes what the encoder still has, and frees it.
    private func endContext() throws {
        guard let context else { return }
        try context.send(nil as Frame?, "finish the segment")
        try drain(context)
        self.context = nil
    }

    private func write() throws {
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
        frame.clear()
        try endContext()
        guard written == frames, frames > 0 else {
            throw EncodeProblem.frameCount(what: "the encoded segment", expected: frames, got: written)
        }
        try output.finish()
        try file.keep()
        return frames
    }
}

extension SegmentEncoder {
    /// Version of the libx264 that libavcodec uses, from the text that it writes into streams: "164 r3095 baee400".
    static func x264Version() -> String {
        let settings = EncodeSettings(size: PixelSize(width: 16, height: 16), rate: FrameRate(30), preset: .ultrafast)
        guard let context = try? context(settings), let frame = try? Frame(), let packet = try? Packet() else {
            return "missing"
        }
        frame.pointer.pointee.format = AV_PIX_FMT_YUV420P.rawValue
        frame.pointer.pointee.width = 16
        frame.pointer.pointee.height = 16
        guard av_frame_get_buffer(frame.pointer, 0) >= 0 else { return "missing" }
        for index in 0..<3 {
            let plane = frame.plane(index)
            plane.data?.update(repeating: 128, count: plane.stride * (index == 0 ? 16 : 8))
        }
        frame.pointer.pointee.pts = 0
        guard (try? context.send(frame, "")) != nil, (try? context.send(nil as Frame?, "")) != nil,
            (try? context.receive(packet, "")) == .got, let data = packet.pointer.pointee.data
        else { return "missing" }
        let bytes = UnsafeBufferPointer(start: data, count: Int(packet.pointer.pointee.size))
        let mark = Array("x264 - core ".utf8)
        guard bytes.count > mark.count,
            let at = (0...(bytes.count - mark.count)).first(where: { bytes[$0..<($0 + mark.count)].elementsEqual(mark) }
            )
        else { return "unknown" }
        let text = String(decoding: bytes[(at + mark.count)...].prefix { $0 >= 0x20 && $0 < 0x7f }, as: UTF8.self)
        // "164 r3095 baee400 - H.264/MPEG-4 AVC codec - Copy..."
        let words = text.split(separator: " ").prefix { $0 != "-" }
        return words.joined(separator: " ")
    }
}
