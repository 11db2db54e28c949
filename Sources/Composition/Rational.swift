// Exact numbers for times, so that no rounding decides which picture is shown.

/// A fraction in lowest terms; as JSON "1001/30000". Results that do not fit are rounded to nanoseconds, then clamped.
public struct Rational: Sendable, Hashable {
    public let numerator: Int
    /// At least 1.
    public let denominator: Int

    /// A denominator of 0 makes 0.
    public init(_ numerator: Int, _ denominator: Int = 1) { self.init(wide: Int128(numerator), Int128(denominator)) }

    /// The nearest multiple of a millionth (or of another part). NaN becomes 0, an infinity a time far beyond any
    /// video.
    public init(_ value: Double, parts: Int = 1_000_000) {
        guard !value.isNaN else { self.init(0); return }
        let most = 4e18 / Double(parts)
        self.init(Int((max(-most, min(most, value)) * Double(parts)).rounded()), parts)
    }

    private init(lowest numerator: Int, _ denominator: Int) {
        self.numerator = numerator
        self.denominator = denominator
    }

    private init(wide numerator: Int128, _ denominator: Int128) {
        guard denominator != 0 else { self.init(lowest: 0, 1); return }
        var (a, b) = (numerator.magnitude, denominator.magnitude)
        while b != 0 { (a, b) = (b, a % b) }
        let divisor = Int128(a) * (denominator < 0 ? -1 : 1)
        let (top, bottom) = (numerator / divisor, denominator / divisor)
        if let top = Int(exactly: top), let bottom = Int(exactly: bottom) {
            self.init(lowest: top, bottom)
        } else {
            self.init(Double(top) / Double(bottom), parts: 1_000_000_000)
        }
    }

    public var seconds: Double { Double(numerator) / Double(denominator) }

    /// The largest whole number that is not greater.
    public var floor: Int { numerator >= 0 ? numerator / denominator : -((denominator - 1 - numerator) / denominator) }
    /// The nearest whole number; halves go away from 0.
    public var rounded: Int { numerator >= 0 ? (self + Rational(1, 2)).floor : -((Rational(1, 2) - self).floor) }
    public var magnitude: Rational { numerator < 0 ? Rational(0) - self : self }

    public static func + (a: Rational, b: Rational) -> Rational {
        if a.denominator == b.denominator {
            return Rational(
                wide: Int128(a.numerator) + Int128(b.numerator),
                Int128(a.denominator))
        }
        return Rational(
            wide: Int128(a.numerator) * Int128(b.denominator) + Int128(b.numerator) * Int128(a.denominator),
            Int128(a.denominator) * Int128(b.denominator))
    }
    public static func - (a: Rational, b: Rational) -> Rational {
        if a.denominator == b.denominator {
            return Rational(
                wide: Int128(a.numerator) - Int128(b.numerator),
                Int128(a.denominator))
        }
        return Rational(
            wide: Int128(a.numerator) * Int128(b.denominator) - Int128(b.numerator) * Int128(a.denominator),
            Int128(a.denominator) * Int128(b.denominator))
    }
    public static func * (a: Rational, b: Rational) -> Rational {
        Rational(wide: Int128(a.numerator) * Int128(b.numerator), Int128(a.denominator) * Int128(b.denominator))
    }
    /// Division by 0 results in 0.
    public static func / (a: Rational, b: Rational) -> Rational {
        Rational(wide: Int128(a.numerator) * Int128(b.denominator), Int128(a.denominator) * Int128(b.numerator))
    }
}

extension Rational: Comparable {
    public static func < (a: Rational, b: Rational) -> Bool {
        Int128(a.numerator) * Int128(b.denominator) < Int128(b.numerator) * Int128(a.denominator)
    }
}

extension Rational: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
    public init(integerLiteral value: Int) { self.init(value) }
    public init(floatLiteral value: Double) { self.init(value) }
}

extension Rational: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let top = parts[0], let bottom = parts[1], bottom > 0 else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a fraction: \(text)")
        }
        self.init(top, bottom)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode("\(numerator)/\(denominator)")
    }
}

extension FrameRate {
    /// The start of a frame, in seconds.
    public func time(ofFrame frame: Int) -> Rational { Rational(frame) * Rational(denominator, numerator) }
    /// The nearest frame to a time.
    public func frame(at time: Rational) -> Int { (time * Rational(numerator, denominator)).rounded }
}
