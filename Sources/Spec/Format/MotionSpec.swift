// How a layer changes over time, as the spec describes it: properties that are animated, and how it comes and goes.
import Composition
import Diagnostics
import YAML

/// One property over time: from one value to another, or keyframes.
struct PropertyTrack<Value: Sendable>: Sendable {
    struct Key: Sendable {
        var place: Place
        var at = Time.seconds(0)
        var value: Value?
        var ease: Ease?
    }
    var place: Place
    /// The first and the last value of the animation.
    var ends: [Value] = []
    var keys: [Key] = []

    static func kind(_ name: String, _ value: Kind<Value>) -> Kind<PropertyTrack> {
        let key = Kind<Key>.object(
            name, "A value at a time", { Key(place: $0) },
            [
                Field("at", \.at, Scalar.time, required: true, "Time from the layer's start", example: "0.5s"),
                Field(optional: "value", \.value, value, required: true, "The value", example: "1"),
                Field(
                    optional: "ease", \.ease, Scalar.oneOf(), "Easing to the next keyframe",
                    example: "out"),
            ])
        let schema = Schema(
            [
                ("type", .string("array")), ("items", .object(Schema.any([value.schema, key.schema]).json)),
                ("minItems", .number(2)), ("maxItems", .number(200)),
            ],
            definitions: Schema.merged([value.schema, key.schema]))
        return Kind<PropertyTrack>(schema) { node, reader in
            guard let items = node.items, items.count >= 2, items.count <= 200 else {
                reader.wrongType(
                    node, expected: "two values such as [1, 1.12], or up to 200 keyframes { at: 0.5s, value: 1 }")
                return nil
            }
            var track = PropertyTrack(place: node.place)
            if items[0].pairs != nil {
                track.keys = items.compactMap { key.read($0, reader) }
                return track.keys.count == items.count ? track : nil
            }
            guard items.count == 2 else {
                reader.wrongType(items[2], expected: "no third value; keyframes are written { at: 0.5s, value: 1 }")
                return nil
            }
            track.ends = items.compactMap { value.read($0, reader) }
            return track.ends.count == 2 ? track : nil
        }
    }
}

struct AnimateSpec: Sendable {
    var place: Place
    var scale, rotation, opacity: PropertyTrack<Double>?
    var x, y: PropertyTrack<Coordinate>?
    var ease = Ease.linear
    var from = Time.seconds(0)
    var length: Placed<Time>?

    static let kind = Kind<AnimateSpec>.object(
        "animate", "Properties that change over time, each as [from, to] or a list of keyframes",
        { AnimateSpec(place: $0) },
        [
            Field(
                optional: "scale", \.scale, PropertyTrack.kind("scale-keyframe", Scalar.number(0...100)), "Size factor",
                example: "[1, 1.12]"),
            Field(
                optional: "rotation", \.rotation,
                PropertyTrack.kind("rotation-keyframe", Scalar.number(-36_000...36_000)), "Degrees, clockwise",
                example: "[0, 90]"),
            Field(
                optional: "opacity", \.opacity, PropertyTrack.kind("opacity-keyframe", Scalar.fraction(0...1)),
                "0 is invisible, 1 (or 100%) solid",
                example: "[0, 100%]"),
            Field(
                optional: "x", \.x, PropertyTrack.kind("x-keyframe", Scalar.coordinate(.x)), "Position, as in `at`",
                example: "[10%, 50%]"),
            Field(
                optional: "y", \.y, PropertyTrack.kind("y-keyframe", Scalar.coordinate(.y)), "Position, as in `at`",
                example: "[{ at: 0s, value: 60% }, { at: 1s, value: 50% }]"),
            Field(
                "ease", \.ease, Scalar.oneOf(),
                "Easing: linear, in, out, in-out, hold, back (overshoots), bounce",
                example: "in-out"),
            Field("from", \.from, Scalar.time, "Start of [from, to], from the layer's start", example: "0.2s"),
            Field(
                optional: "for", \.length, Scalar.duration.placed,
                "Duration of [from, to]; to the layer's end by default",
                example: "1s"),
        ])
}

enum Direction: String, Sendable, CaseIterable { case up, down, left, right }

/// How a layer appears or disappears.
struct MoveSpec: Sendable {
    enum Form: Sendable, Equatable { case fade, slide(Direction), zoom(Double), pop }
    var place: Place
    var form = Form.fade
    var fade: Bool?
    var slide: Direction?
    var zoom: Double?
    var pop: Bool?
    var length = Time.seconds(0.4)
    var distance = Length.percent(8)
    var ease: Ease?

    private static let mapping = Kind<MoveSpec>.object(
        "move", "How a layer appears or disappears: exactly one of fade, slide, zoom, pop", { MoveSpec(place: $0) },
        [
            Field(optional: "fade", \.fade, Scalar.bool, "Fades in or out", example: "true"),
            Field(optional: "slide", \.slide, Scalar.oneOf(), "Moves in this direction, and fades", example: "up"),
            Field(
                optional: "zoom", \.zoom, Scalar.number(0...10),
                "Grows from this size factor (or shrinks to it), and fades",
                example: "0.8"),
            Field(optional: "pop", \.pop, Scalar.bool, "Grows a little too much, then settles", example: "true"),
            Field("for", \.length, Scalar.duration, "Duration", example: "0.4s"),
            Field(
                "distance", \.distance, Scalar.length(0...20_000, em: false),
                "How far it slides; a percentage is of the frame's shorter side",
                example: "10%"),
            Field(optional: "ease", \.ease, Scalar.oneOf(), "Easing", example: "out"),
        ],
        whole: { move, node, reader in
            let names = ["fade", "slide", "zoom", "pop"]
            let given = (node.pairs ?? []).filter { names.contains($0.name) }
            guard given.count == 1 else {
                reader.report(.oneOf(names, of: "a move", at: given.count > 1 ? given[1].key.place : node.place))
                return
            }
            if let direction = move.slide {
                move.form = .slide(direction)
            } else if let zoom = move.zoom {
                move.form = .zoom(zoom)
            } else if move.pop != nil {
                move.form = .pop
            }
        })

    static let words: [String: Form] = [
        "fade": .fade, "slide-up": .slide(.up), "slide-down": .slide(.down), "slide-left": .slide(.left),
        "slide-right": .slide(.right), "zoom": .zoom(0.8), "pop": .pop,
    ]

    static let kind: Kind<MoveSpec> = {
        let names = words.keys.sorted()
        return Kind<MoveSpec>(
            Schema.any([Schema([("enum", .array(names.map { .string($0) }))]), mapping.schema]).orTemplate()
        ) { node, reader in
            guard let text = node.text else { return mapping.read(node, reader) }
            guard let form = words[text] else {
                reader.report(.badChoice(reader.field, text, choices: names, at: node.place))
                return nil
            }
            var move = MoveSpec(place: node.place)
            move.form = form
            return move
        }
    }()
}
