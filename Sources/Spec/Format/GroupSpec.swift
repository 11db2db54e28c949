// How a group arranges its layers, and how pictures and texts fit into the room that they have.
import Composition
import Diagnostics
import YAML

/// How a group arranges its layers.
struct Arrangement: Sendable {
    enum Layout: String, Sendable, CaseIterable { case stack, row, turn, grid }
    enum Align: String, Sendable, CaseIterable {
        case start, center, end
        var share: Double { self == .start ? 0 : self == .center ? 0.5 : 1 }
    }
    enum Justify: String, Sendable, CaseIterable { case start, center, end, spread }
    var layout = Layout.stack
    var columns: Int?
    var gap = Length.percent(3)
    var padding = Length.pixels(0)
    var align = Align.center
    var justify = Justify.center
}

/// A part of a group's box, in pixels of the frame.
struct Slot: Sendable, Equatable {
    var x, y, width, height: Double
}

/// `fit`: how a picture fits its size, or the least size of a text.
struct FitSpec: Sendable {
    var picture = Fit.cover
    var least: Length?
    var isWritten = false

    private static let word: Kind<Fit> = Scalar.oneOf()
    private static let mapping = Kind<FitSpec>.object(
        "text-fit", "How small the letters of a text may get", { _ in FitSpec() },
        [
            Field(
                optional: "min", \.least, Scalar.length(0.1...2000, em: false), required: true,
                "The least size of its letters; a percentage is of the frame's shorter side", example: "3%")
        ])

    static let kind = Kind<FitSpec>(
        Schema.any([word.schema, mapping.schema]), describe: { .string($0.picture.rawValue) }
    ) { node, reader in
        var fit: FitSpec?
        if node.pairs != nil {
            fit = mapping.read(node, reader).flatMap { $0.least == nil ? nil : $0 }
        } else {
            fit = word.read(node, reader).map { FitSpec(picture: $0) }
        }
        fit?.isWritten = true
        return fit
    }
}

/// A point of a picture, as shares of its width and height.
struct CropPoint: Codable, Sendable {
    var x, y: Double

    static let kind: Kind<[CropPoint]> = {
        let part = Scalar.fraction(0...1)
        let one = Scalar.pairSchema(part.schema, part.schema)
        let many = Schema(
            [
                ("type", .string("array")), ("items", .object(one.json)), ("minItems", .number(1)),
                ("maxItems", .number(16)),
            ],
            definitions: one.definitions)
        return Kind<[CropPoint]>(.any([one, many])) { node, reader in
            let items = node.items ?? []
            let points = items.first?.items != nil ? items : [node]
            guard points.count <= 16, points.allSatisfy({ $0.items?.count == 2 }) else {
                reader.wrongType(node, expected: "a point such as [60%, 40%], or up to 16 of them")
                return nil
            }
            return points.compactMap { point in
                let parts = (point.items ?? []).compactMap { part.read($0, reader) }
                return parts.count == 2 ? CropPoint(x: parts[0], y: parts[1]) : nil
            }
        }
    }()
}

/// A part of a picture, as shares of its width and height.
struct CropRect: Codable, Sendable {
    var x, y, width, height: Double

    static let kind: Kind<CropRect> = {
        let part = Scalar.fraction(0...1)
        let schema = Schema(
            [
                ("type", .string("array")), ("items", .object(part.schema.json)), ("minItems", .number(4)),
                ("maxItems", .number(4)),
            ],
            definitions: part.schema.definitions)
        return Kind<CropRect>(schema) { node, reader in
            guard let items = node.items, items.count == 4 else {
                reader.wrongType(node, expected: "four percentages such as [30%, 10%, 40%, 80%]")
                return nil
            }
            let parts = items.compactMap { part.read($0, reader) }
            guard parts.count == 4 else { return nil }
            let rect = CropRect(x: parts[0], y: parts[1], width: parts[2], height: parts[3])
            guard rect.width > 0, rect.height > 0, rect.x + rect.width <= 1 + 1e-9, rect.y + rect.height <= 1 + 1e-9
            else {
                reader.wrongType(node, expected: "a part of the picture: x + width and y + height are at most 100%")
                return nil
            }
            return rect
        }
    }()
}
