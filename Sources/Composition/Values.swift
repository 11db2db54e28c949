// The small values of a composition. All are plain data: no I/O, no units left to resolve.

/// Frames per second as a ratio, so that 29.97 is 30000/1001 exactly.
public struct FrameRate: Codable, Sendable, Hashable {
    public var numerator: Int
    public var denominator: Int
    public init(_ numerator: Int, _ denominator: Int = 1) {
        self.numerator = numerator
        self.denominator = denominator
    }
    public var perSecond: Double { Double(numerator) / Double(denominator) }
    /// The start of a frame in seconds.
    public func seconds(ofFrame frame: Int) -> Double { Double(frame) * Double(denominator) / Double(numerator) }
    /// The nearest frame to a time in seconds.
    public func frame(atSeconds seconds: Double) -> Int { Int((seconds * perSecond).rounded()) }
}

public struct PixelSize: Codable, Sendable, Hashable {
    public var width: Int
    public var height: Int
    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }
}

/// sRGB, 8 bits a channel, straight (not premultiplied) alpha. As JSON: "#rrggbbaa".
public struct Color: Codable, Sendable, Hashable {
    public var red, green, blue, alpha: UInt8
    public init(red: UInt8, green: UInt8, blue: UInt8, alpha: UInt8 = 255) {
        self.red = red
        self.green = green
        self.blue = blue
        self.alpha = alpha
    }

    /// Whether no channel but alpha differs by more than some steps.
    public func isNear(_ other: Color, within steps: Int) -> Bool {
        abs(Int(red) - Int(other.red)) <= steps && abs(Int(green) - Int(other.green)) <= steps
            && abs(Int(blue) - Int(other.blue)) <= steps
    }

    /// `#rgb`, `#rgba`, `#rrggbb` or `#rrggbbaa`.
    public init?(hex: String) {
        guard hex.first == "#" else { return nil }
        let digits = hex.dropFirst().compactMap { $0.isASCII ? $0.hexDigitValue : nil }
        guard digits.count == hex.count - 1 else { return nil }
        let bytes: [Int]
        switch digits.count {
        case 3, 4: bytes = digits.map { $0 * 17 }
        case 6, 8: bytes = stride(from: 0, to: digits.count, by: 2).map { digits[$0] * 16 + digits[$0 + 1] }
        default: return nil
        }
        self.init(
            red: UInt8(bytes[0]), green: UInt8(bytes[1]), blue: UInt8(bytes[2]),
            alpha: bytes.count == 4 ? UInt8(bytes[3]) : 255)
    }

    public var hex: String {
        func two(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
        return "#" + two(red) + two(green) + two(blue) + two(alpha)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let color = Color(hex: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a colour: \(text)")
        }
        self = color
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }
}

/// The fill of an area.
public enum Paint: Codable, Sendable, Hashable {
    case color(Color)
    /// `angle` in degrees as in CSS: 0 goes up, 90 goes right. Offsets of stops are 0...1, ascending.
    case linear(angle: Double, stops: [GradientStop])
    /// Centre as a fraction of the area; radius as a fraction of its longer side.
    case radial(centerX: Double, centerY: Double, radius: Double, stops: [GradientStop])
}

public struct GradientStop: Codable, Sendable, Hashable {
    public var offset: Double
    public var color: Color
    public init(offset: Double, color: Color) {
        self.offset = offset
        self.color = color
    }
}
