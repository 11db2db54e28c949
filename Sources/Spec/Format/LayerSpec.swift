// A layer of a scene as the spec describes it, with its animation.
import Composition
import Diagnostics
import YAML

enum LayerKind: String, Sendable, CaseIterable { case text, image, video, shape, gradient }

struct LayerSpec: Sendable {
    var place: Place
    var kind = LayerKind.text
    var text: Placed<String>?
    var key: String?
    var sources: [SourceAddress] = []
    var image: Placed<String>?
    var video: Placed<String>?
    var shape: ShapeContent.Form?
    var gradient: Paint?
    var each: String?

    var at = Point(x: Coordinate(length: .percent(50), keyword: 0.5), y: Coordinate(length: .percent(50), keyword: 0.5))
    var anchor: [Double]?
    var size: Placed<BoxSize>?
    var fit = Fit.cover
    var radius = Length.pixels(0)
    var blur = Length.pixels(0)
    var fill: Paint?
    var stroke: Color?
    var strokeWidth = Length.pixels(2)
    var style: StyleReference?
    var scale = 1.0
    var rotation = 0.0
    var opacity = 1.0

    var start: Placed<Time>?
    var length: Placed<Time>?
    var end: Placed<Time>?
    var trim = Time.seconds(0)
    var speed = 1.0
    var loop = false

    var animate: AnimateSpec?
    var enter: MoveSpec?
    var exit: MoveSpec?

    private static let fieldsOf: [LayerKind: Set<String>] = [
        .text: ["style", "source", "key"],
        .image: ["size", "fit", "radius", "blur"],
        .video: ["size", "fit", "radius", "trim", "speed", "loop"],
        .shape: ["size", "radius", "fill", "stroke", "stroke_width"],
        .gradient: ["size", "radius"],
    ]

    static let kind = Kind<LayerSpec>.object(
        "layer", "One element of the picture: exactly one of text, image, video, shape, gradient",
        { LayerSpec(place: $0) },
        [
            Field(
                optional: "text", \.text, Scalar.string.placed, "A text; line breaks are kept, long lines wrap",
                example: "Meet Aurora"),
            Field(
                optional: "key", \.key, Scalar.textKey,
                "Name of the text in files of other languages; by default its number among the texts of the scene",
                example: "headline"),
            Field(
                "source", \.sources, SourceAddress.kind,
                "The cell of a data file that each number of a text comes from; one or a list. A text that shows "
                    + "another number stops the build",
                example: "\"data/plants.csv#total\""),
            Field(
                optional: "image", \.image, asset([.image]), "An asset of the spec, or the path of a picture",
                example: "assets/hero.jpg"),
            Field(
                optional: "video", \.video, asset([.video]),
                "An asset of the spec, or the path of a clip; its sound is not used",
                example: "assets/clip.mp4"),
            Field(
                optional: "shape", \.shape, Scalar.oneOf(also: ["rect": .rectangle]), "A rectangle or an ellipse",
                example: "rect"),
            Field(
                optional: "gradient", \.gradient, Scalar.paint, "A gradient that fills the frame, or the given size",
                example: "{ linear: [black, white] }"),
            Field(
                optional: "each", \.each, Scalar.string,
                "Repeat this layer for every item of a list prop: {{item.field}}, {{index}}, {{count}}",
                example: "items"),
            Field(
                "at", \.at, Scalar.point, "Position of the anchor in the frame; the middle by default",
                example: "[center, 40%]"),
            Field(
                optional: "anchor", \.anchor, Scalar.anchor,
                "The point of the layer that is placed at `at` and that scale and rotation keep fixed; by default the "
                    + "side named in `at`, else the middle",
                example: "left"),
            Field(
                optional: "size", \.size, Scalar.box.placed,
                "Size before scale; pictures and clips fill the frame by default",
                example: "[60%, auto]"),
            Field(
                "fit", \.fit, Scalar.oneOf(),
                "How a picture fits its size: cover crops, contain leaves space, fill stretches",
                example: "contain"),
            Field("radius", \.radius, Scalar.positiveLength, "Radius of the corners", example: "3%"),
            Field("blur", \.blur, Scalar.length(0...200, em: false), "Blur of a picture (sigma)", example: "12px"),
            Field(
                optional: "fill", \.fill, Scalar.paint,
                "Fill of a shape; the colour accent by default, none if only a stroke is given",
                example: "accent"),
            Field(optional: "stroke", \.stroke, Scalar.color, "Colour of the line around a shape", example: "white"),
            Field("stroke_width", \.strokeWidth, Scalar.positiveLength, "Width of that line", example: "4px"),
            Field(
                optional: "style", \.style, StyleReference.kind,
                "Style of a text: the name of a style, or a style; body by default",
                example: "title"),
            Field("scale", \.scale, Scalar.number(0...100), "Size factor", example: "1.2"),
            Field("rotation", \.rotation, Scalar.number(-36_000...36_000), "Degrees, clockwise", example: "-8"),
            Field("opacity", \.opacity, Scalar.fraction(0...1), "0 is invisible, 1 (or 100%) solid", example: "60%"),
            Field(
                optional: "start", \.start, Scalar.time.placed, "Time at which it appears, from the scene's start",
                example: "0.5s"),
            Field(
                optional: "for", \.length, Scalar.duration.placed,
                "How long it is shown. By default until the scene's end and through its transition; a text without "
                    + "`end`, `for` and `exit` fades out before the next scene's text appears",
                example: "2s"),
            Field(
                optional: "end", \.end, Scalar.duration.placed,
                "Time at which it disappears, from the scene's start (instead of `for`); at the scene's end or later, "
                    + "it stays below the next scene during the transition",
                example: "2.5s"),
            Field("trim", \.trim, Scalar.time, "Start in the clip", example: "3s"),
            Field("speed", \.speed, Scalar.number(0.05...20), "Speed of the clip", example: "0.5"),
            Field(
                "loop", \.loop, Scalar.bool, "Repeat the clip; otherwise its last picture stays",
                example: "true"),
            Field(
                optional: "animate", \.animate, AnimateSpec.kind, "Properties that change over time",
                example: "{ scale: [1, 1.1] }"),
            Field(optional: "enter", \.enter, MoveSpec.kind, "How it appears", example: "{ slide: up, for: 0.4s }"),
            Field(optional: "exit", \.exit, MoveSpec.kind, "How it disappears", example: "fade"),
        ],
        whole: { layer, node, reader in
            let names = LayerKind.allCases.map(\.rawValue)
            let given = (node.pairs ?? []).filter { names.contains($0.name) }
            guard given.count == 1, let kind = LayerKind(rawValue: given[0].name) else {
                reader.report(.oneOf(names, of: "a layer", at: given.count > 1 ? given[1].key.place : node.place))
                return
            }
            layer.kind = kind
            let special = fieldsOf.values.reduce(into: Set<String>()) { $0.formUnion($1) }.subtracting(fieldsOf[kind]!)
            for pair in node.pairs ?? [] where special.contains(pair.name) {
                reader.report(.fieldNotHere(pair.name, of: "a layer of \(kind.rawValue)", at: pair.key.place))
            }
            if kind == .shape, layer.size == nil, node["size"] == nil {
                reader.report(.missingField("size", of: "a shape", at: node.place))
            }
            if let size = layer.size, kind == .shape || kind == .gradient,
                size.value.width == nil || size.value.height == nil
            {
                reader.report(.wrongType("size", expected: "two lengths", found: "auto", hint: nil, at: size.place))
            }
            if layer.length != nil, let end = layer.end { reader.report(.either("for", "end", at: end.place)) }
        })

    /// A declared asset, or a path given in place.
    static func asset(_ kinds: Set<AssetFacts.Kind>) -> Kind<Placed<String>> {
        Kind<Placed<String>>(.type("string")) { node, reader in
            guard let text = node.text, !node.isNull else {
                reader.wrongType(node, expected: "the name of an asset")
                return nil
            }
            var name = text
            if !reader.assets.contains(text) {
                guard text.contains("/") || text.contains(".") else {
                    reader.report(
                        .unknownName(.asset, text, known: reader.assets, label: "assets declared here", at: node.place)
                    )
                    return nil
                }
                guard let path = reader.path(text, at: node.place) else { return nil }
                name = path
            }
            reader.uses.append(Reader.Use(name: name, place: node.place, kinds: kinds))
            return Placed(value: name, place: node.place)
        }
    }
}

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
