// ICC profiles of three curves and a matrix (ICC.1, "three-component matrix-based profiles"), as cameras, phones and
// screens write them. Other profiles are not applied, which a warning tells.
import CFFmpeg
import Glibc

struct ColorProfile: Hashable {
    enum Curve: Hashable {
        /// Function type 0 to 4 of a parametric curve, with all seven numbers.
        case function([Double])
        case table([UInt16])

        func light(_ code: Double) -> Double {
            switch self {
            case .function(let p):
                let light = code >= p[4] ? pow(max(0, p[1] * code + p[2]), p[0]) + p[5] : p[3] * code + p[6]
                return max(0, min(1, light))
            case .table(let values):
                let place = code * Double(values.count - 1), low = min(values.count - 2, Int(place))
                let from = Double(values[low]), to = Double(values[low + 1])
                return (from + (to - from) * (place - Double(low))) / 65_535
            }
        }
    }

    /// Red, green, blue.
    var curves: [Curve]
    /// From linear light to BT.709's, row by row.
    var toBT709: [Double]

    /// Whether the difference to sRGB is invisible in 8 bits.
    var isSRGB: Bool {
        let identity: [Double] = [1, 0, 0, 0, 1, 0, 0, 0, 1]
        guard zip(toBT709, identity).allSatisfy({ abs($0 - $1) < 0.01 }) else { return false }
        return curves.allSatisfy { curve in
            stride(from: 0.05, through: 1, by: 0.05).allSatisfy { code in
                abs(ColorConversion.sRGB(curve.light(code)) - code) < 0.01
            }
        }
    }

    /// Whether a frame has a profile.
    static func exists(in frame: Frame) -> Bool {
        av_frame_get_side_data(
            frame.pointer,
            AV_FRAME_DATA_ICC_PROFILE) != nil
    }

    init?(of frame: Frame) {
        guard let side = av_frame_get_side_data(frame.pointer, AV_FRAME_DATA_ICC_PROFILE),
            side.pointee.size < 4 << 20
        else { return nil }
        self.init(Array(UnsafeBufferPointer(start: side.pointee.data, count: side.pointee.size)))
    }

    init?(_ bytes: [UInt8]) {
        func big(_ offset: Int, _ size: Int) -> Int? {
            guard offset >= 0, offset + size <= bytes.count else { return nil }
            return bytes[offset..<offset + size].reduce(0) { $0 << 8 | Int($1) }
        }
        func name(_ offset: Int) -> String? {
            offset >= 0 && offset + 4 <= bytes.count ? String(decoding: bytes[offset..<offset + 4], as: UTF8.self) : nil
        }
        func fixed(_ offset: Int) -> Double? { big(offset, 4).map { Double(Int32(truncatingIfNeeded: $0)) / 65_536 } }
        guard name(36) == "acsp", name(16) == "RGB ", name(20) == "XYZ ", let count = big(128, 4),
            count <= 200
        else { return nil }
        var tags: [String: Int] = [:]
        for index in 0..<count {
            if let tag = name(132 + index * 12), let offset = big(136 + index * 12, 4) { tags[tag] = offset }
        }
        var columns: [[Double]] = []
        curves = []
        for color in ["r", "g", "b"] {
            guard let column = tags[color + "XYZ"], name(column) == "XYZ ", let x = fixed(column + 8),
                let y = fixed(column + 12),
                let z = fixed(column + 16), let curve = tags[color + "TRC"]
            else { return nil }
            columns.append([x, y, z])
            switch name(curve) {
            case "curv"?:
                guard let entries = big(curve + 8, 4), entries <= 65_536 else { return nil }
                if entries == 0 {
                    curves.append(.function([1, 1, 0, 1, 0, 0, 0]))
                } else if entries == 1 {
                    guard let gamma = big(curve + 12, 2), gamma > 0 else { return nil }
                    curves.append(.function([Double(gamma) / 256, 1, 0, 0, 0, 0, 0]))
                } else {
                    let values = (0..<entries).compactMap { big(curve + 12 + $0 * 2, 2).map { UInt16($0) } }
                    guard values.count == entries else { return nil }
                    curves.append(.table(values))
                }
            case "para"?:
                guard let type = big(curve + 8, 2), type < 5 else { return nil }
                let p = (0..<[1, 3, 4, 5, 7][type]).compactMap { fixed(curve + 12 + $0 * 4) }
                guard p.count == [1, 3, 4, 5, 7][type] else { return nil }
                // g, a, b, c, d, e, f: (aX + b)^g + e from d on, cX + f before.
                switch type {
                case 0: curves.append(.function([p[0], 1, 0, 0, 0, 0, 0]))
                case 1: curves.append(.function([p[0], p[1], p[2], 0, p[1] == 0 ? 0 : -p[2] / p[1], 0, 0]))
                case 2: curves.append(.function([p[0], p[1], p[2], 0, p[1] == 0 ? 0 : -p[2] / p[1], p[3], p[3]]))
                case 3: curves.append(.function(p + [0, 0]))
                default: curves.append(.function(p))
                }
            default: return nil
            }
        }
        // From XYZ with D50, Bradford-adapted, to linear BT.709.
        let toLinear: [Double] = [
            3.1338561, -1.6168667, -0.4906146, -0.9787684, 1.9161415, 0.0334540, 0.0719453,
            -0.2289914, 1.4052427,
        ]
        toBT709 = [Double](repeating: 0, count: 9)
        for row in 0..<3 {
            for column in 0..<3 {
                for inner in 0..<3 { toBT709[row * 3 + column] += toLinear[row * 3 + inner] * columns[column][inner] }
            }
        }
    }
}
