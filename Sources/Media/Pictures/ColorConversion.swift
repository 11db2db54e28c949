// Converts HLG and PQ (BT.2100), wide primaries and pictures with a profile to BT.709 primaries in SDR, in which the
// renderer works. Tables are made once for each kind of picture; the loop over pixels is in CPixels.
import CFFmpeg
import CPixels
import Glibc

final class ColorConversion {
    /// The colours of a picture that need conversion.
    enum Source: Hashable {
        /// Transfer of BT.2100's HLG or PQ. `peak` in cd/m², of PQ only.
        case hlg(Primaries), pq(Primaries, peak: Int)
        /// SDR with other primaries.
        case wide(Primaries)
        case profile(ColorProfile)
    }
    enum Primaries: Hashable { case bt709, bt2020, p3 }

    /// HDR reference white (BT.2408), which becomes the white of SDR.
    static let referenceWhite = 203.0
    private static let steps = Int(CPIXELS_ROOT_STEPS)

    private let linear: [[Float]]
    private let scene: [Float]?
    private let tone: [Float]?
    private let peak: Float
    private let matrix: [Float]
    private let encode: [UInt8]

    /// The conversion that a frame needs; nil if it needs none.
    static func source(of frame: Frame, untagged: BitmapConverter.Untagged) -> Source? {
        let fields = frame.pointer.pointee
        let primaries: Primaries =
            switch fields.color_primaries {
            case AVCOL_PRI_BT2020: .bt2020
            case AVCOL_PRI_SMPTE431, AVCOL_PRI_SMPTE432: .p3
            default: .bt709
            }
        switch fields.color_trc {
        case AVCOL_TRC_ARIB_STD_B67: return .hlg(fields.color_primaries == AVCOL_PRI_UNSPECIFIED ? .bt2020 : primaries)
        case AVCOL_TRC_SMPTE2084:
            return .pq(fields.color_primaries == AVCOL_PRI_UNSPECIFIED ? .bt2020 : primaries, peak: peak(of: frame))
        default: break
        }
        if untagged == .picture, let profile = ColorProfile(of: frame) {
            return profile.isSRGB ? nil : .profile(profile)
        }
        return primaries == .bt709 ? nil : .wide(primaries)
    }

    /// The declared peak luminance of the picture; 1000 cd/m² by default.
    private static func peak(of frame: Frame) -> Int {
        if let side = av_frame_get_side_data(frame.pointer, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL),
            side.pointee.size >= MemoryLayout<AVContentLightMetadata>.size
        {
            let most = UnsafeRawPointer(side.pointee.data).loadUnaligned(as: AVContentLightMetadata.self).MaxCLL
            if (300...10_000).contains(most) { return Int(most) }
        }
        return 1000
    }

    init(_ source: Source) {
        let codes = (0..<65_536).map { Double($0) / 65_535 }
        var scene: [Float]?, tone: [Float]?, peak = 1.0, primaries = Primaries.bt709
        switch source {
        case .hlg(let own):
            primaries = own
            let table = codes.map { tidied(Self.hlgLight($0)) }
            linear = [table, table, table]
            // The system's gamma of 1.2 for a display of 1000 cd/m², on luminance.
            peak = 1000 / Self.referenceWhite
            scene = Self.roots { pow($0, 0.2) * 1000 / Self.referenceWhite }
        case .pq(let own, let nits):
            primaries = own
            let table = codes.map { tidied(min(10_000, Self.pqLight($0)) / Self.referenceWhite) }
            linear = [table, table, table]
            peak = Double(nits) / Self.referenceWhite
        case .wide(let own):
            primaries = own
            let table = codes.map { tidied(pow($0, 2.4)) }
            linear = [table, table, table]
        case .profile(let profile):
            linear = profile.curves.map { curve in codes.map { tidied(curve.light($0)) } }
        }
        switch source {
        case .hlg, .pq: tone = Self.roots { Self.rolledOff($0 * peak, peak: peak) / max($0 * peak, 1e-9) }
        default: break
        }
        self.scene = scene
        self.tone = tone
        self.peak = Float(peak)
        if case .profile(let profile) = source {
            matrix = profile.toBT709.map { tidied($0) }
            encode = Self.roots { $0 }.map { UInt8((Self.sRGB(Double($0)) * 255).rounded()) }
        } else {
            matrix = Self.matrix(primaries)
            // The display of BT.1886, as in BT.2408.
            encode = Self.roots { $0 }.map { UInt8((pow(Double($0), 1 / 2.4) * 255).rounded()) }
        }
    }

    /// Straight RGBA64 to straight BGRA.
    func convert(_ rgba: UnsafePointer<UInt16>, stride: Int, to bitmap: Bitmap) {
        linear[0].withUnsafeBufferPointer { red in
            linear[1].withUnsafeBufferPointer { green in
                linear[2].withUnsafeBufferPointer { blue in
                    (scene ?? []).withUnsafeBufferPointer { sceneTable in
                        (tone ?? []).withUnsafeBufferPointer { toneTable in
                            encode.withUnsafeBufferPointer { bytes in
                                var color = cpixels_color()
                                color.linear = (red.baseAddress, green.baseAddress, blue.baseAddress)
                                color.scene = scene == nil ? nil : sceneTable.baseAddress
                                color.luma = (0.2627, 0.678, 0.0593)
                                color.tone = tone == nil ? nil : toneTable.baseAddress
                                color.peak = peak
                                color.matrix = (
                                    matrix[0], matrix[1], matrix[2], matrix[3], matrix[4], matrix[5],
                                    matrix[6], matrix[7], matrix[8]
                                )
                                color.encode = bytes.baseAddress
                                cpixels_convert_color(
                                    rgba, stride, bitmap.pixels, bitmap.stride, Int32(bitmap.width),
                                    Int32(bitmap.height), &color)
                            }
                        }
                    }
                }
            }
        }
    }

    private static func roots(_ value: (Double) -> Double) -> [Float] {
        (0..<steps).map { step in
            let root = Double(step) / Double(steps - 1)
            return tidied(value(root * root))
        }
    }

    // ITU-R BT.2100-2, tables 4 and 5.
    private static func hlgLight(_ code: Double) -> Double {
        let a = 0.17883277, b = 1 - 4 * a, c = 0.5 - a * log(4 * a)
        return code <= 0.5 ? code * code / 3 : (exp((code - c) / a) + b) / 12
    }
    private static let m1 = 2610.0 / 16_384, m2 = 2523.0 / 4096 * 128, c1 = 3424.0 / 4096, c2 = 2413.0 / 4096 * 32,
        c3 = 2392.0 / 4096 * 32
    static func pqLight(_ code: Double) -> Double {
        let power = pow(code, 1 / m2)
        return 10_000 * pow(max(0, power - c1) / (c2 - c3 * power), 1 / m1)
    }
    static func pqCode(_ nits: Double) -> Double {
        let power = pow(max(0, nits) / 10_000, m1)
        return pow((c1 + c2 * power) / (1 + c3 * power), m2)
    }

    /// BT.2390's roll-off, in PQ's domain, from the source's peak to reference white; light is relative to reference
    /// white. The knee uses an offset of 0.25 (BT.2390's own is 0.5), so that reference white keeps nine tenths of its
    /// light, and skin and mid-tones all of theirs.
    static func rolledOff(_ light: Double, peak: Double) -> Double {
        let source = pqCode(peak * referenceWhite), most = pqCode(referenceWhite) / source
        guard most < 1 else { return min(1, light) }
        let knee = 1.25 * most - 0.25, value = min(1, pqCode(light * referenceWhite) / source)
        guard value > knee else { return light }
        let t = (value - knee) / (1 - knee), t2 = t * t, t3 = t2 * t
        let rolled = (2 * t3 - 3 * t2 + 1) * knee + (t3 - 2 * t2 + t) * (1 - knee) + (3 * t2 - 2 * t3) * most
        return pqLight(rolled * source) / referenceWhite
    }

    static func sRGB(_ light: Double) -> Double {
        light <= 0.0031308
            ? light * 12.92
            : 1.055
                * pow(
                    light,
                    1 / 2.4) - 0.055
    }

    /// The matrices of BT.2087 and the equivalent for P3-D65; both have BT.709's white point.
    private static func matrix(_ primaries: Primaries) -> [Float] {
        switch primaries {
        case .bt709: [1, 0, 0, 0, 1, 0, 0, 0, 1]
        case .bt2020: [1.6605, -0.5876, -0.0728, -0.1246, 1.1329, -0.0083, -0.0182, -0.1006, 1.1187]
        case .p3: [1.2249, -0.2247, 0, -0.042, 1.042, 0, -0.0197, -0.0786, 1.0979]
        }
    }
}

/// Rounded, since mathematical libraries differ in the last bits, for equal bytes on every machine.
private func tidied(_ value: Double) -> Float { value.isFinite ? Float((value * 1_048_576).rounded() / 1_048_576) : 0 }
