// The kinds of single scalars: texts, numbers, times, sizes, rates.
import Composition
import Diagnostics
import YAML

/// The largest values that a spec may contain.
public enum SpecLimits {
    public static let side = 16...8192
    public static let framesPerSecond = 1.0...240.0
    /// Six hours.
    public static let seconds = 21_600.0
    public static let scenes = 2000
    public static let layers = 64
    public static let cues = 20_000
    public static let tracks = 64
    /// Bytes of a text, and of a caption.
    public static let text = 10_000
    public static let caption = 1000
    /// Highlighted words; each is a layer.
    public static let words = 40_000
    /// Values after repeating every `each`; a hundred bytes of text count as one value.
    public static let values = 200_000
}

/// Namespace of the kinds of single scalars.
enum Scalar {}

enum Time: Sendable, Equatable {
    case seconds(Double)
    case frames(Double)

    /// The nearest frame, clamped far beyond the longest video.
    func frames(at rate: FrameRate) -> Int { max(-1_000_000_000, min(1_000_000_000, rate.frame(at: exact(at: rate)))) }

    /// In seconds; exact for up to nine decimals.
    func exact(at rate: FrameRate) -> Rational {
        switch self {
        case .seconds(let seconds): Rational(seconds, parts: 1_000_000_000)
        case .frames(let frames): Rational(frames) * Rational(rate.denominator, rate.numerator)
        }
    }

    func seconds(at rate: FrameRate) -> Double {
        switch self {
        case .seconds(let seconds): seconds
        case .frames(let frames): frames / rate.perSecond
        }
    }
}

enum Length: Sendable, Equatable {
    case pixels(Double)
    /// The field defines what it is a percentage of.
    case percent(Double)
    /// Multiples of the text's own size.
    case em(Double)
    /// A percentage of the frame's safe area; as a position, counted from its left or upper edge.
    case safe(Double)
}

/// "12.5px" into 12.5 and "px". No exponents, no infinities.
func splitUnit(_ text: String) -> (number: Double, unit: String)? {
    let bytes = Array(text.utf8)
    let digits = bytes.prefix { (48...57).contains($0) || $0 == 46 || $0 == 45 || $0 == 43 }
    guard digits.contains(where: { (48...57).contains($0) }), digits.count < 32,
        let number = Double(String(decoding: digits, as: UTF8.self)), number.isFinite
    else { return nil }
    let unit = String(decoding: bytes[digits.count...], as: UTF8.self)
    return (number, String(unit.drop { $0 == " " }))
}

/// Seconds of "1:02.5" or "00:01:02.500". A comma counts as a decimal point, as in SubRip.
func clockSeconds(_ text: String) -> Double? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count) else { return nil }
    var seconds = 0.0
    for (index, part) in parts.enumerated() {
        let isLast = index == parts.count - 1
        let allowed = part.utf8.allSatisfy { (48...57).contains($0) || (isLast && ($0 == 46 || $0 == 44)) }
        guard allowed, !part.isEmpty, part.utf8.count <= 12,
            let number = Double(part.replacing(",", with: "."))
        else { return nil }
        if index > 0, number >= 60 { return nil }
        seconds = seconds * 60 + number
    }
    return seconds
}

extension Scalar {
    static let string = Kind<String>(.type("string"), describe: { .string($0) }) { node, reader in
        guard let text = node.string ?? (isQuoted(node) ? node.text : nil) else {
            reader.wrongType(
                node, expected: "a text", hint: node.text != nil && !node.isNull ? "put quotes around it" : nil)
            return nil
        }
        guard text.utf8.count <= SpecLimits.text else {
            reader.report(.textTooLong(reader.field, limit: SpecLimits.text, at: node.place))
            return nil
        }
        return withoutLastBreaks(text)
    }

    static let language = Kind<String>(
        Schema.type("string", [("pattern", .string("^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"))]).orTemplate(),
        describe: { .string($0) }
    ) { node, reader in
        let parts = (node.text ?? "").split(separator: "-", omittingEmptySubsequences: false)
        // YAML's booleans and null are not language tags.
        guard !["true", "false", "null"].contains(node.text?.lowercased() ?? ""), let first = parts.first,
            (2...8).contains(first.utf8.count), first.utf8.allSatisfy({ (65...90).contains($0 & 0xDF) }),
            parts.allSatisfy({ (1...8).contains($0.utf8.count) && $0.utf8.allSatisfy { isAlphanumeric($0) } })
        else {
            reader.wrongType(node, expected: "a language tag such as en or pt-BR")
            return nil
        }
        return node.text
    }

    static func choice(_ choices: [String]) -> Kind<String> {
        Kind<String>(Schema([("enum", .array(choices.map { .string($0) }))]).orTemplate(), describe: { .string($0) }) {
            node, reader in
            guard let text = node.text, choices.contains(text) else {
                reader.report(.badChoice(reader.field, node.text ?? node.kindName, choices: choices, at: node.place))
                return nil
            }
            return text
        }
    }
}

/// Removes the line break at the end of a YAML block (`|`, `>`), which would be shown as an empty line.
extension Scalar {
    /// 64 hex digits in lower case, as sha256sum prints them. A text: YAML reads some of them as numbers.
    static let sha256 = Kind<Placed<String>>(
        Schema.type("string", [("pattern", .string("^[0-9a-f]{64}$"))]).orTemplate()
    ) { node, reader in
        guard let text = node.text, text.utf8.count == 64,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else {
            reader.wrongType(node, expected: "a SHA-256: 64 hex digits in lower case")
            return nil
        }
        return Placed(value: text, place: node.place)
    }
}

func withoutLastBreaks(_ text: String) -> String {
    guard text.last?.isNewline == true else { return text }
    return String(text.reversed().drop { $0.isNewline }.reversed())
}

func isQuoted(_ node: Node) -> Bool {
    if case .scalar(_, isPlain: false) = node.content { return true }
    return false
}

private func isAlphanumeric(_ c: UInt8) -> Bool { (48...57).contains(c) || (65...90).contains(c & 0xDF) }

extension Scalar {
    /// - also: synonyms.
    static func oneOf<Value: RawRepresentable & CaseIterable & Sendable>(also: [String: Value] = [:]) -> Kind<Value>
    where Value.RawValue == String {
        let names = Value.allCases.map(\.rawValue) + also.keys.sorted()
        return Kind<Value>(
            Schema([("enum", .array(names.map { .string($0) }))]).orTemplate(), describe: { .string($0.rawValue) }
        ) { node, reader in
            guard let text = node.text, let value = Value(rawValue: text) ?? also[text] else {
                reader.report(.badChoice(reader.field, node.text ?? node.kindName, choices: names, at: node.place))
                return nil
            }
            return value
        }
    }
}

extension Scalar {
    static func number(_ range: ClosedRange<Double>) -> Kind<Double> {
        Kind<Double>(
            Schema.type("number", [("minimum", .number(range.lowerBound)), ("maximum", .number(range.upperBound))])
                .orTemplate(),
            describe: { .number($0) }
        ) { node, reader in
            guard let value = node.double else {
                reader.wrongType(
                    node, expected: "a number",
                    hint: node.text.flatMap { Double($0) } != nil ? "remove the quotes" : nil)
                return nil
            }
            return reader.inRange(value, range, at: node)
        }
    }

    /// A number with an optional unit: -14LUFS, -18dB.
    static func number(unit: String, _ range: ClosedRange<Double>) -> Kind<Double> {
        Kind<Double>(
            .any([.type("number"), .type("string", [("pattern", .string("^[-+]?[0-9.]+ ?\(unit)$|\\{\\{"))])]),
            describe: { .string(plainNumber($0) + unit) }
        ) { node, reader in
            let split = node.text.flatMap(splitUnit)
            guard let value = node.double ?? (split?.unit == unit ? split?.number : nil) else {
                reader.wrongType(
                    node, expected: "a number of \(unit) such as \(plainNumber(range.lowerBound / 4))\(unit)")
                return nil
            }
            return reader.inRange(value, range, at: node)
        }
    }

    /// A percentage or a fraction: 40% is 0.4.
    static func fraction(_ range: ClosedRange<Double>) -> Kind<Double> {
        Kind<Double>(
            .any([.type("number"), .type("string", [("pattern", .string("^[-+]?[0-9.]+ ?%$|\\{\\{"))])]),
            describe: { .number($0) }
        ) { node, reader in
            let split = node.text.flatMap(splitUnit)
            guard let value = node.double ?? (split?.unit == "%" ? split.map { $0.number / 100 } : nil) else {
                reader.wrongType(node, expected: "a percentage such as 40%")
                return nil
            }
            return reader.inRange(value, range, at: node)
        }
    }
}

extension Reader {
    func inRange(_ value: Double, _ range: ClosedRange<Double>, at node: Node) -> Double? {
        guard range.contains(value) else {  // also false for NaN
            report(
                .outOfRange(
                    field, node.text ?? "",
                    range: "\(plainNumber(range.lowerBound)) to \(plainNumber(range.upperBound))", at: node.place))
            return nil
        }
        return value
    }
}

extension Scalar {
    static func integer(_ range: ClosedRange<Int>) -> Kind<Int> {
        Kind<Int>(
            Schema.type(
                "integer",
                [("minimum", .number(Double(range.lowerBound))), ("maximum", .number(Double(range.upperBound)))]
            ).orTemplate(),
            describe: { .number(Double($0)) }
        ) { node, reader in
            guard let value = node.int else {
                reader.wrongType(node, expected: "a whole number")
                return nil
            }
            guard range.contains(value) else {
                reader.report(
                    .outOfRange(
                        reader.field, node.text ?? "", range: "\(range.lowerBound) to \(range.upperBound)",
                        at: node.place))
                return nil
            }
            return value
        }
    }

    static let byteCount = Kind<Int>(
        .any([
            .type("number", [("minimum", .number(1))]),
            .type("string", [("pattern", .string("^[0-9.]+ ?(B|kB|KB|MB|GB)?$|\\{\\{"))]),
        ])
    ) { node, reader in
        let factors = ["": 1.0, "B": 1, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9]
        guard let split = node.text.flatMap(splitUnit), let factor = factors[split.unit] else {
            reader.wrongType(node, expected: "a number of bytes such as 20MB")
            return nil
        }
        return reader.inRange(split.number * factor, 1...1e15, at: node).map { Int($0) }
    }

    static let weight = Kind<Int>(
        Schema.any([
            .type("integer", [("minimum", .number(100)), ("maximum", .number(900))]),
            Schema([("enum", .array(fontWeights.map { .string($0.0) }))]),
        ]).orTemplate(),
        describe: { .number(Double($0)) }
    ) { node, reader in
        if let named = fontWeights.first(where: { $0.0 == node.text }) { return named.1 }
        guard let value = node.int else {
            reader.wrongType(node, expected: "a weight from 100 to 900, or a name such as bold")
            return nil
        }
        return reader.inRange(Double(value), 100...900, at: node).map { Int($0) }
    }
}

private let fontWeights = [
    ("thin", 100), ("light", 300), ("regular", 400), ("medium", 500), ("semibold", 600), ("bold", 700),
    ("extrabold", 800), ("black", 900),
]

extension Scalar {
    static let bool = Kind<Bool>(Schema.type("boolean").orTemplate(), describe: { .bool($0) }) { node, reader in
        guard let value = node.bool else {
            reader.wrongType(node, expected: "true or false")
            return nil
        }
        return value
    }
}

extension Scalar {
    /// The pattern of a time without its sign.
    static let timePattern =
        "(?:[0-9]*\\.?[0-9]+\\.? ?(?:s|ms|m|min|h|f)?|[0-9]{1,12}(?::[0-5]?[0-9]){1,2}(?:[.,][0-9]*)?)"

    /// The same without frames.
    static let secondsPattern = timePattern.replacing("|f)", with: ")")

    private static func form(_ sign: String, _ least: (String, JSON)?) -> Schema {
        Schema.any([
            .type("number", least.map { [$0] } ?? []),
            .type("string", [("pattern", .string("^\(sign)\(timePattern)$|\\{\\{"))]),
        ])
    }

    static func time(_ range: ClosedRange<Double>) -> Kind<Time> {
        let isSigned = range.lowerBound < 0
        let kind = Kind<Time>(
            isSigned ? form("[-+]?", nil) : form("\\+?", ("minimum", .number(0))),
            describe: { time in
                switch time {
                case .seconds(let seconds): .string(plainNumber(seconds) + "s")
                case .frames(let frames): .string(plainNumber(frames) + "f")
                }
            }
        ) { node, reader in
            guard let time = node.double.map(Time.seconds) ?? node.text.flatMap(Time.init) else {
                reader.wrongType(node, expected: "a time such as 3s, 500ms, 90f or 0:01.5")
                return nil
            }
            let seconds =
                switch time {
                case .seconds(let s): s;
                case .frames(let f): f / 240
                }
            guard range.contains(seconds) else {
                let limit =
                    seconds.isNaN
                    ? "a time"
                    : seconds < range.lowerBound
                        ? "at least \(plainNumber(range.lowerBound))s" : "at most \(plainNumber(range.upperBound))s"
                reader.report(.timeOutOfRange(reader.field, node.text ?? "", limit: limit, at: node.place))
                return nil
            }
            return time
        }
        return isSigned
            ? kind.named("signed-time", "A time that may be negative")
            : kind.named("time", "3s, 500ms, 90f (frames), 0:01.5, or a number of seconds")
    }

    static let time = time(0...SpecLimits.seconds)
    static let signedTime = time(-SpecLimits.seconds...SpecLimits.seconds)

    /// A time greater than 0.
    static let duration = Kind<Time>(form("\\+?", ("exclusiveMinimum", .number(0))), describe: time.describe) {
        node, reader in
        guard let value = signedTime.read(node, reader) else { return nil }
        if case .seconds(let seconds) = value, seconds > 0 { return value }
        if case .frames(let frames) = value, frames > 0 { return value }
        reader.report(.timeOutOfRange(reader.field, node.text ?? "", limit: "greater than 0", at: node.place))
        return nil
    }.named("duration", "A time greater than 0: 3s, 500ms, 90f (frames), 0:01.5, or a number of seconds")
}

extension Time {
    init?(_ text: String) {
        if let seconds = clockSeconds(text) { self = .seconds(seconds); return }
        guard let (number, unit) = splitUnit(text) else { return nil }
        switch unit {
        case "s", "": self = .seconds(number)
        case "ms": self = .seconds(number / 1000)
        case "m", "min": self = .seconds(number * 60)
        case "h": self = .seconds(number * 3600)
        case "f": self = .frames(number)
        default: return nil
        }
    }
}

extension Scalar {
    static let size: Kind<PixelSize> = {
        let side = Schema.type(
            "integer", [("minimum", .number(16)), ("maximum", .number(8192)), ("multipleOf", .number(2))])
        let schema = Schema.any([
            .type("string", [("pattern", .string("^[0-9]+ ?[x×] ?[0-9]+$|\\{\\{"))]),
            Schema([
                ("type", .string("object")),
                ("properties", .object([("width", .object(side.json)), ("height", .object(side.json))])),
                ("required", .array([.string("width"), .string("height")])), ("additionalProperties", .bool(false)),
            ]),
        ])
        let kind = Kind<PixelSize>(schema, describe: { .string("\($0.width)x\($0.height)") }) { node, reader in
            var width: Int?, height: Int?
            if let text = node.text {
                let parts = text.split { $0 == "x" || $0 == "×" }.map { $0.filter { $0 != " " } }
                if parts.count == 2 { (width, height) = (Int(parts[0]), Int(parts[1])) }
            } else if let pairs = node.pairs {
                for pair in pairs where pair.name != "width" && pair.name != "height" {
                    reader.report(.unknownField(pair.name, of: "size", known: ["width", "height"], at: pair.key.place))
                }
                (width, height) = (node["width"]?.int, node["height"]?.int)
            }
            guard let width, let height else {
                reader.wrongType(node, expected: "a size such as 1920x1080")
                return nil
            }
            guard SpecLimits.side.contains(width), SpecLimits.side.contains(height), width % 2 == 0, height % 2 == 0
            else {
                reader.report(.badSize("\(width)x\(height)", at: node.place))
                return nil
            }
            return PixelSize(width: width, height: height)
        }
        return kind.named("size", "Width x height in pixels: even numbers from 16 to 8192")
    }()
}

extension Scalar {
    static let rate = Kind<FrameRate>(
        .any([
            .type("number", [("minimum", .number(1)), ("maximum", .number(240))]),
            .type("string", [("pattern", .string("^[0-9]+/[0-9]+$|\\{\\{"))]),
        ]),
        describe: { .number($0.perSecond) }
    ) { node, reader in
        var rate: FrameRate?
        if let text = node.text, text.contains("/") {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
            if parts.count == 2, let n = parts[0], let d = parts[1], (1...240_000).contains(n), (1...10_000).contains(d)
            {
                let divisor = gcd(n, d)
                rate = FrameRate(n / divisor, d / divisor)
            }
        } else if let value = node.double {
            // Broadcast rates are whole numbers times 1000/1001: 29.97 means 30000/1001.
            let broadcast = [24, 30, 48, 60, 120, 240].first { abs(Double($0) * 1000 / 1001 - value) < 0.005 }
            if let broadcast {
                rate = FrameRate(broadcast * 1000, 1001)
            } else if value == value.rounded(), abs(value) <= 1000 {
                rate = FrameRate(Int(value))
            } else if abs(value) <= 1000 {
                let n = Int((value * 1000).rounded()), divisor = gcd(n, 1000)
                rate = FrameRate(n / max(divisor, 1), 1000 / max(divisor, 1))
            }
        }
        guard let rate else {
            reader.wrongType(node, expected: "frames per second such as 30, 29.97 or 30000/1001")
            return nil
        }
        guard SpecLimits.framesPerSecond.contains(rate.perSecond) else {
            reader.report(.outOfRange(reader.field, node.text ?? "", range: "1 to 240", at: node.place))
            return nil
        }
        return rate
    }
}

private func gcd(_ a: Int, _ b: Int) -> Int { b == 0 ? abs(a) : gcd(b, a % b) }
