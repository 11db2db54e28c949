// libx264: one stream of H.264, from its first picture to its last. Called itself and not through libavcodec, which
// keeps the pictures that the encoder reconstructs to itself. Knows neither containers nor segments.
import CSystem
import CX264
import Composition
import Diagnostics
import Glibc

final class X264Encoder {
    /// A coded picture and what it shows; valid until the next call.
    struct Coded {
        /// NAL units after start codes; what x264 says of itself comes in front of the first picture.
        var greeting: [UInt8]
        var bytes: UnsafeRawBufferPointer
        /// Its place in the order shown.
        var shown: Int
        /// An IDR picture.
        var isKey: Bool
        var reconstruction: Reconstruction
    }

    /// What every decoder must show for a picture (ITU-T H.264, 8): its luma, and its U and V in turn. In streams of
    /// `reconstructs` alone it is complete.
    struct Reconstruction {
        var luma, chroma: UnsafePointer<UInt8>
        var lumaStride, chromaStride: Int
    }

    /// SPS and PPS, as NAL units after start codes.
    let headers: [UInt8]
    /// How many pictures one may be coded before those shown before it.
    let reorder: Int
    private let encoder: OpaquePointer
    private let macroblocks: Int
    private var greeting: [UInt8]

    /// - Parameter reconstructs: pictures that no other refers to are reconstructed to the end, too.
    /// - Throws: `EncodeProblem`
    init(_ settings: EncodeSettings, reconstructs: Bool = false) throws(EncodeProblem) {
        var parameters = x264_param_t()
        guard x264_param_default_preset(&parameters, settings.preset.x264, nil) == 0 else {
            throw Self.refused("the preset '\(settings.preset.x264)'")
        }
        parameters.i_log_level = X264_LOG_NONE
        parameters.i_csp = X264_CSP_I420
        parameters.i_bitdepth = 8
        parameters.i_width = Int32(settings.size.width)
        parameters.i_height = Int32(settings.size.height)
        parameters.i_fps_num = UInt32(settings.rate.numerator)
        parameters.i_fps_den = UInt32(settings.rate.denominator)
        parameters.i_timebase_num = UInt32(settings.rate.denominator)
        parameters.i_timebase_den = UInt32(settings.rate.numerator)
        parameters.rc.i_rc_method = X264_RC_CRF
        parameters.rc.f_rf_constant = Float(settings.crf)
        parameters.vui.i_sar_width = 1
        parameters.vui.i_sar_height = 1
        parameters.vui.b_fullrange = 0
        // BT.709 in all three, and chroma at the left (ITU-T H.264, tables E-3 to E-5, figure E-1).
        parameters.vui.i_colorprim = 1
        parameters.vui.i_transfer = 1
        parameters.vui.i_colmatrix = 1
        parameters.vui.i_chroma_loc = 0
        // More threads would change the bytes; segments are encoded in parallel instead.
        parameters.i_threads = 1
        parameters.b_repeat_headers = 0
        parameters.b_full_recon = reconstructs ? 1 : 0
        for (name, value) in settings.x264Parameters
        where x264_param_parse(&parameters, name, value) != 0 { throw Self.refused("\(name)=\(value)") }
        guard x264_param_apply_profile(&parameters, "high") == 0 else { throw Self.refused("the profile 'high'") }
        guard let encoder = Self.withMappedBlocks({ cx264_open(&parameters) }) else {
            throw .media(doing: "start libx264", reason: "it does not take these settings")
        }
        self.encoder = encoder
        var used = x264_param_t()
        x264_encoder_parameters(encoder, &used)
        reorder = used.i_bframe == 0 ? 0 : used.i_bframe_pyramid == 0 ? 1 : 2
        macroblocks = ((settings.size.width + 15) / 16) * ((settings.size.height + 15) / 16)
        var units: UnsafeMutablePointer<x264_nal_t>?, count: Int32 = 0
        var headers: [UInt8] = [], greeting: [UInt8] = []
        if x264_encoder_headers(encoder, &units, &count) > 0 {
            for unit in UnsafeBufferPointer(start: units, count: Int(count)) {
                let bytes = UnsafeBufferPointer(start: unit.p_payload, count: Int(unit.i_payload))
                if unit.i_type == Int32(NAL_SEI.rawValue) { greeting += bytes } else { headers += bytes }
            }
        }
        self.headers = headers
        self.greeting = greeting
        guard !headers.isEmpty else { throw .media(doing: "start libx264", reason: "it makes no parameter sets") }
    }

    deinit { x264_encoder_close(encoder) }

    /// Takes a picture, and returns the next one that is coded, if there is one. The picture is copied.
    /// - Parameters:
    ///   - shown: its place in the order shown.
    ///   - isFirst: the stream begins with it.
    ///   - offset: what its quantizer is lowered by.
    /// - Throws: `EncodeProblem`
    func encode(
        _ picture: PicturePlanes, shown: Int, isFirst: Bool, finerBy offset: Int
    ) throws(EncodeProblem) -> Coded? {
        var input = x264_picture_t()
        x264_picture_init(&input)
        input.i_type = isFirst ? X264_TYPE_KEYFRAME : X264_TYPE_AUTO
        input.i_pts = Int64(shown)
        input.img.i_csp = X264_CSP_I420
        input.img.i_plane = 3
        input.img.plane.0 = UnsafeMutablePointer(mutating: picture.y)
        input.img.plane.1 = UnsafeMutablePointer(mutating: picture.u)
        input.img.plane.2 = UnsafeMutablePointer(mutating: picture.v)
        input.img.i_stride.0 = Int32(picture.yStride)
        input.img.i_stride.1 = Int32(picture.uvStride)
        input.img.i_stride.2 = Int32(picture.uvStride)
        if offset > 0 { try refine(&input, by: offset) }
        return try withExtendedLifetime(picture.owner) { () throws(EncodeProblem) in try next(&input) }
    }

    /// The next coded picture of those that it still has; nil: that was all.
    /// - Throws: `EncodeProblem`
    func encodeRest() throws(EncodeProblem) -> Coded? {
        while x264_encoder_delayed_frames(encoder) > 0 {
            if let coded = try next(nil) { return coded }
        }
        return nil
    }

    private func next(_ input: UnsafeMutablePointer<x264_picture_t>?) throws(EncodeProblem) -> Coded? {
        var units: UnsafeMutablePointer<x264_nal_t>?, count: Int32 = 0, output = x264_picture_t()
        let size = Self.withMappedBlocks { x264_encoder_encode(encoder, &units, &count, input, &output) }
        guard size >= 0 else { throw .media(doing: "encode a frame", reason: "libx264 fails") }
        guard size > 0, count > 0, let first = units?.pointee.p_payload, let luma = output.img.plane.0,
            let chroma = output.img.plane.1
        else { return nil }
        defer { greeting = [] }
        // The units of a picture lie one after the other.
        return Coded(
            greeting: greeting, bytes: UnsafeRawBufferPointer(start: first, count: Int(size)),
            shown: Int(output.i_pts), isKey: output.b_keyframe != 0,
            reconstruction: Reconstruction(
                luma: UnsafePointer(luma), chroma: UnsafePointer(chroma), lumaStride: Int(output.img.i_stride.0),
                chromaStride: Int(output.img.i_stride.1)))
    }

    /// Lowers the quantizer of a picture.
    private func refine(_ input: inout x264_picture_t, by offset: Int) throws(EncodeProblem) {
        let size = macroblocks * MemoryLayout<Float>.stride
        guard let memory = malloc(size) else { throw .outOfMemory(doing: "encode a hold") }
        let offsets = memory.bindMemory(to: Float.self, capacity: macroblocks)
        offsets.update(repeating: Float(-offset), count: macroblocks)
        input.prop.quant_offsets = offsets
        input.prop.quant_offsets_free = { free($0) }
    }

    /// libx264 allocates its frames in here, and uses them until the stream is done.
    private static func withMappedBlocks<Result>(_ work: () -> Result) -> Result {
        csystem_map_large_blocks(1)
        defer { csystem_map_large_blocks(0) }
        return work()
    }

    private static func refused(_ what: String) -> EncodeProblem {
        .media(doing: "start libx264", reason: "it does not know \(what)")
    }

    /// The library's version, from the text that it writes into streams: "164 r3095 baee400".
    static let version: String = {
        let settings = EncodeSettings(size: PixelSize(width: 16, height: 16), rate: FrameRate(30), preset: .ultrafast)
        guard let encoder = try? X264Encoder(settings) else { return "missing" }
        let mark = Array("x264 - core ".utf8), bytes = encoder.greeting
        guard bytes.count > mark.count,
            let at = (0...(bytes.count - mark.count)).first(where: { bytes[$0..<($0 + mark.count)].elementsEqual(mark) }
            )
        else { return "unknown" }
        let text = String(decoding: bytes[(at + mark.count)...].prefix { $0 >= 0x20 && $0 < 0x7f }, as: UTF8.self)
        // "164 r3095 baee400 - H.264/MPEG-4 AVC codec - Copy..."
        return text.split(separator: " ").prefix { $0 != "-" }.joined(separator: " ")
    }()
}
