// Reads lengths, positions, colours and paints.
import Composition
import Diagnostics
import YAML

/// A position in one direction.
struct Coordinate: Sendable, Equatable {
    var length: Length
    /// Set for a word: left 0, center 0.5, right 1. It is also the default position of the anchor.
    var keyword: Double?
}

struct Point: Sendable {
    var x, y: Coordinate
    /// The name of the place, if it was given so.
    var name: String?

    /// Places by name. All lie in the safe area, and none of them meets the captions at the bottom.
    static let named: [(name: String, point: Point)] = {
        func place(_ name: String, _ x: Double, _ y: Double, _ anchorX: Double, _ anchorY: Double) -> (String, Point) {
            (
                name,
                Point(
                    x: Coordinate(length: .safe(x), keyword: anchorX),
                    y: Coordinate(length: .safe(y), keyword: anchorY), name: name)
            )
        }
        return [
            place("title", 50, 40, 0.5, 0.5), place("lower-third", 0, 78, 0, 1), place("caption", 50, 100, 0.5, 1),
            place("cta", 50, 66, 0.5, 0.5), place("logo", 100, 0, 1, 0),
        ]
    }()

    var isSafe: Bool { x.length.isSafe || y.length.isSafe }
}

/// A box; a side that is nil follows from the picture's aspect ratio.
struct BoxSize: Sendable {
    var width, height: Length?
}

enum Axis: Sendable { case x, y }

private let columns = ["left": 0, "center": 0.5, "right": 1.0]
private let rows = ["top": 0, "middle": 0.5, "center": 0.5, "bottom": 1.0]

extension Scalar {
    private static func lengthSchema(em: Bool, safe: Bool = false) -> Schema {
        let pattern = "[-+]?[0-9.]+ ?(px|%\(em ? "|em" : ""))"
        return Schema.any([
            .type("number"),
            .type(
                "string", [("pattern", .string("^\(safe ? "(\(pattern)|safe [-+]?[0-9.]+ ?%)" : pattern)$|\\{\\{"))]),
        ])
    }

    /// - safe: whether percentages of the safe area may be given.
    static func length(_ range: ClosedRange<Double>, em: Bool = true, safe: Bool = false) -> Kind<Length> {
        Kind<Length>(
            lengthSchema(em: em, safe: safe),
            describe: { length in
                switch length {
                case .pixels(let value): .string(plainNumber(value) + "px")
                case .percent(let value): .string(plainNumber(value) + "%")
                case .em(let value): .string(plainNumber(value) + "em")
                case .safe(let value): .string("safe " + plainNumber(value) + "%")
                }
            }
        ) { node, reader in
            guard let length = lengthOf(node), em || !length.isEm, safe || !length.isSafe else {
                reader.wrongType(
                    node,
                    expected: em
                        ? "a length such as 24px, 5% or 0.5em"
                        : safe ? "a length such as 24px, 5% or safe 90%" : "a length such as 24px or 5%")
                return nil
            }
            guard range.contains(length.number) else {
                reader.report(
                    .outOfRange(
                        reader.field, node.text ?? "",
                        range: "\(plainNumber(range.lowerBound)) to \(plainNumber(range.upperBound))", at: node.place))
                return nil
            }
            return length
        }.named(
            em ? "length" : safe ? "wrap-length" : "frame-length",
            "Pixels of video.size (24, 24px), or a percentage (5%)"
                + (em ? ", or multiples of the text's own size (0.5em)" : "")
                + (safe ? ", or a percentage of the safe area's width (safe 90%)" : ""))
    }

    static let length = length(-20_000...20_000, em: false)
    static let positiveLength = length(0...20_000)

    private static func lengthOf(_ node: Node) -> Length? {
        if let number = node.double { return .pixels(number) }
        if let rest = node.text.flatMap(safePart) {
            return splitUnit(rest).flatMap { $0.unit == "%" ? .safe($0.number) : nil }
        }
        guard let (number, unit) = node.text.flatMap(splitUnit) else { return nil }
        switch unit {
        case "px": return .pixels(number)
        case "%": return .percent(number)
        case "em": return .em(number)
        default: return nil
        }
    }

    /// What follows `safe `; nil for a text that does not begin so.
    private static func safePart(_ text: String) -> String? {
        text.hasPrefix("safe ") ? String(text.dropFirst(5).drop { $0 == " " }) : nil
    }

    static func coordinate(_ axis: Axis) -> Kind<Coordinate> {
        let words = axis == .x ? columns : rows
        let names = axis == .x ? ["left", "center", "right"] : ["top", "middle", "center", "bottom"]
        let schema = Schema.any([
            Schema([("enum", .array((names + names.map { "safe " + $0 }).map { .string($0) }))]),
            lengthSchema(em: false, safe: true),
        ])
        return Kind<Coordinate>(schema) { node, reader in
            if let text = node.text, let word = words[text] {
                return Coordinate(length: .percent(word * 100), keyword: word)
            }
            if let rest = node.text.flatMap(safePart), let word = words[rest] {
                return Coordinate(length: .safe(word * 100), keyword: word)
            }
            guard let length = lengthOf(node), !length.isEm, abs(length.number) <= 20_000 else {
                reader.wrongType(
                    node,
                    expected: axis == .x
                        ? "left, center, right, or a length such as 120px, 40% or safe 40%"
                        : "top, middle, bottom, or a length such as 120px, 40% or safe 40%")
                return nil
            }
            return Coordinate(length: length)
        }
    }

    static let point: Kind<Point> = {
        let x = coordinate(.x), y = coordinate(.y)
        return Kind<Point>(pairSchema(x.schema, y.schema)) { node, reader in
            guard let items = node.items, items.count == 2 else {
                reader.wrongType(node, expected: "a pair such as [center, 40%]")
                return nil
            }
            guard let first = x.read(items[0], reader), let second = y.read(items[1], reader) else { return nil }
            return Point(x: first, y: second)
        }.named(
            "point",
            "[x, y]: words, pixels, or percentages of the frame's width and height; with `safe` before a word or a "
                + "percentage, of its safe area")
    }()

    /// A point, or the name of a place that is right in every shape of frame.
    static let place: Kind<Point> = {
        let names = Point.named.map(\.name)
        let schema = Schema.any([Schema([("enum", .array(names.map { .string($0) }))]).orTemplate(), point.schema])
        return Kind<Point>(schema) { node, reader in
            guard let text = node.text else { return point.read(node, reader) }
            guard let found = Point.named.first(where: { $0.name == text }) else {
                reader.report(.badChoice(reader.field, text, choices: names + ["[x, y]"], at: node.place))
                return nil
            }
            return found.point
        }
    }()

    /// The anchor's position in a layer's box, as fractions; a single word leaves the other direction at the middle.
    static let anchor: Kind<[Double]> = {
        let word = Schema([
            ("enum", .array(["left", "center", "right", "top", "middle", "bottom"].map { .string($0) }))
        ])
        let part = Schema.any([
            word, .type("number", [("minimum", .number(0)), ("maximum", .number(1))]),
            .type("string", [("pattern", .string("^[0-9.]+ ?%$|\\{\\{"))]),
        ])
        return Kind<[Double]>(Schema.any([word, pairSchema(part, part)]).orTemplate()) { node, reader in
            func part(_ node: Node, _ words: [String: Double]) -> Double? {
                if let text = node.text, let value = words[text] { return value }
                let split = node.text.flatMap(splitUnit)
                guard let value = node.double ?? (split?.unit == "%" ? split.map { $0.number / 100 } : nil),
                    (0...1).contains(value)
                else { return nil }
                return value
            }
            if let text = node.text {
                if let x = columns[text], text != "center" { return [x, 0.5] }
                if let y = rows[text] { return [0.5, y] }
            } else if let items = node.items, items.count == 2, let x = part(items[0], columns),
                let y = part(items[1], rows)
            {
                return [x, y]
            }
            reader.wrongType(node, expected: "left, right, top, bottom, center, or a pair such as [0%, 100%]")
            return nil
        }
    }()

    static func pairSchema(_ x: Schema, _ y: Schema) -> Schema {
        Schema(
            [
                ("type", .string("array")), ("prefixItems", .array([.object(x.json), .object(y.json)])),
                ("minItems", .number(2)), ("maxItems", .number(2)),
            ],
            definitions: Schema.merged([x, y]))
    }

    static let box: Kind<BoxSize> = {
        let side = Schema.any([Schema([("const", .string("auto"))]), lengthSchema(em: false, safe: true)])
        let schema = Schema.any([Schema([("const", .string("auto"))]), pairSchema(side, side)]).orTemplate()
        return Kind<BoxSize>(schema) { node, reader in
            if node.text == "auto" { return BoxSize() }
            var sides: [Length?] = []
            for item in node.items ?? [] {
                if item.text == "auto" {
                    sides.append(nil)
                } else if let length = lengthOf(item), !length.isEm, length.number > 0, length.number <= 20_000 {
                    sides.append(length)
                } else {
                    reader.wrongType(item, expected: "a length above 0 such as 400px or 50%, or auto")
                    return nil
                }
            }
            guard sides.count == 2 else {
                reader.wrongType(node, expected: "a pair such as [50%, auto]")
                return nil
            }
            return BoxSize(width: sides[0], height: sides[1])
        }.named(
            "box",
            "[width, height]: pixels, percentages of the frame's width and height (of the safe area's: safe 50%), or "
                + "auto; auto alone is the picture's own size"
        )
    }()

    /// One length for both directions, or a pair.
    static let padding: Kind<[Length]> = {
        let one = positiveLength
        return Kind<[Length]>(.any([one.schema, pairSchema(one.schema, one.schema)])) { node, reader in
            guard let items = node.items else { return one.read(node, reader).map { [$0, $0] } }
            guard items.count == 2 else {
                reader.wrongType(node, expected: "a length or a pair such as [0.6em, 0.3em]")
                return nil
            }
            let both = items.compactMap { one.read($0, reader) }
            return both.count == 2 ? both : nil
        }
    }()

    static let namedColors: [String: Color] = [
        "black": Color(red: 0, green: 0, blue: 0), "white": Color(red: 255, green: 255, blue: 255),
        "transparent": Color(red: 0, green: 0, blue: 0, alpha: 0), "red": Color(red: 255, green: 0, blue: 0),
        "green": Color(red: 0, green: 128, blue: 0), "blue": Color(red: 0, green: 0, blue: 255),
        "yellow": Color(red: 255, green: 255, blue: 0), "orange": Color(red: 255, green: 165, blue: 0),
        "gray": Color(red: 128, green: 128, blue: 128),
    ]

    private static let colorPattern =
        "^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{4}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})$|^[A-Za-z_][A-Za-z0-9_-]*$|\\{\\{"

    static let color = Kind<Color>(.type("string", [("pattern", .string(colorPattern))]), describe: { .string($0.hex) })
    { node, reader in
        guard let text = node.text, !node.isNull else {
            reader.wrongType(
                node, expected: "a color such as \"#7c5cff\"",
                hint: node.isNull ? "a '#' outside quotes begins a comment: write \"#7c5cff\"" : nil)
            return nil
        }
        if let color = reader.colors[text] ?? namedColors[text] { return color }
        if text.hasPrefix("#") {
            if let color = Color(hex: text) { return color }
            reader.report(.badColor(text, at: node.place))
            return nil
        }
        reader.report(
            .unknownName(
                .color, text, known: reader.colors.keys.sorted() + namedColors.keys.sorted(),
                label: "colors known here", at: node.place))
        return nil
    }.named(
        "color",
        "\"#rgb\", \"#rrggbb\", \"#rrggbbaa\", a color of the theme, or black, white, transparent, red, green, blue, "
            + "yellow, orange, gray"
    )

    static let paint = Paints.kind
}

extension Length {
    var number: Double {
        switch self {
        case .pixels(let value), .percent(let value), .em(let value), .safe(let value): value
        }
    }
    var isEm: Bool { if case .em = self { true } else { false } }
    var isSafe: Bool { if case .safe = self { true } else { false } }
}

/// A colour, or a gradient.
private enum Paints {
    struct Gradient: Sendable {
        var linear: [Stop]?
        var radial: [Stop]?
        var angle = 180.0
        var center = Point(x: Coordinate(length: .percent(50)), y: Coordinate(length: .percent(50)))
        var radius = 0.75
    }

    struct Stop: Sendable {
        var color: Color = Color(red: 0, green: 0, blue: 0)
        var offset: Double?
    }

    static let stop: Kind<Stop> = {
        let whole = Kind<Stop>.object(
            "stop", "A colour at a position of a gradient", { _ in Stop() },
            [
                Field("color", \.color, Scalar.color, required: true, "The colour", example: "\"#7c5cff\""),
                Field(
                    optional: "at", \.offset, Scalar.fraction(0...1),
                    "Position: 0% is the start; evenly spread by default",
                    example: "30%"),
            ])
        return Kind<Stop>(.any([Scalar.color.schema, whole.schema])) { node, reader in
            node.pairs != nil ? whole.read(node, reader) : Scalar.color.read(node, reader).map { Stop(color: $0) }
        }
    }()

    static let gradient = Kind<Gradient>.object(
        "gradient", "A gradient of colours", { _ in Gradient() },
        [
            Field(
                optional: "linear", \.linear, .list(stop, limit: 16, atLeast: 2), "Colours along a line",
                example: "[black, white]"),
            Field(
                optional: "radial", \.radial, .list(stop, limit: 16, atLeast: 2), "Colours from a centre outwards",
                example: "[white, \"#ffffff00\"]"),
            Field(
                "angle", \.angle, Scalar.number(-360...360),
                "Direction of a linear gradient in degrees: 0 up, 90 right, 180 down",
                example: "135"),
            Field(
                "center", \.center, Scalar.point, "Centre of a radial gradient, in percentages of the area",
                example: "[50%, 50%]"),
            Field(
                "radius", \.radius, Scalar.fraction(0.01...4),
                "Radius of a radial gradient as a share of the area's longer side",
                example: "0.5"),
        ],
        whole: { gradient, node, reader in
            if (gradient.linear == nil) == (gradient.radial == nil) {
                let known = node.pairs?.contains { $0.name == "linear" || $0.name == "radial" } ?? false
                if !known || gradient.linear != nil {
                    reader.report(.oneOf(["linear", "radial"], of: "gradient", at: node.place))
                }
            }
        })

    static let kind = Kind<Paint>(
        .any([Scalar.color.schema, gradient.schema]),
        describe: { paint in
            if case .color(let color) = paint { .string(color.hex) } else { nil }
        }
    ) { node, reader in
        guard node.pairs != nil else { return Scalar.color.read(node, reader).map(Paint.color) }
        guard let gradient = gradient.read(node, reader) else { return nil }
        if let stops = gradient.linear, stops.count >= 2 {
            return .linear(angle: gradient.angle, stops: spread(stops, node, reader))
        }
        guard let stops = gradient.radial, stops.count >= 2 else { return nil }
        func fraction(_ coordinate: Coordinate) -> Double {
            if case .percent(let value) = coordinate.length { return value / 100 }
            reader.report(
                .wrongType(
                    "center", expected: "percentages", found: "pixels", hint: nil,
                    at: node["center"]?.place ?? node.place))
            return 0.5
        }
        return .radial(
            centerX: fraction(gradient.center.x), centerY: fraction(gradient.center.y), radius: gradient.radius,
            stops: spread(stops, node, reader))
    }

    /// Spreads stops without a position evenly between those that have one; positions must not descend.
    private static func spread(_ stops: [Stop], _ node: Node, _ reader: Reader) -> [GradientStop] {
        var offsets = stops.map(\.offset)
        offsets[0] = offsets[0] ?? 0
        offsets[stops.count - 1] = offsets[stops.count - 1] ?? 1
        var last = 0
        for i in 1..<stops.count {
            guard let offset = offsets[i], let from = offsets[last] else { continue }
            if offset < from { reader.report(.stopsDescend(at: node.place)) }
            for k in (last + 1)..<max(i, last + 1) {
                offsets[k] = from + (offset - from) * Double(k - last) / Double(i - last)
            }
            last = i
        }
        return zip(stops, offsets).map { GradientStop(offset: tidy($1 ?? 0), color: $0.color) }
    }
}

/// Rounded to a millionth, and never -0, so that equal values print equally.
func tidy(_ value: Double) -> Double {
    guard value.isFinite else { return 0 }
    return max(-1e12, min(1e12, (value * 1e6).rounded() / 1e6)) + 0
}
