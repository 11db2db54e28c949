// A layer of a scene as the spec describes it, with its animation.
import Composition
import Diagnostics
import YAML

enum LayerKind: String, Sendable, CaseIterable { case text, image, video, shape, gradient, group }

struct LayerSpec: Sendable {
    var place: Place
    /// Its number among the layers of its scene, groups and hidden ones included: the same in every format.
    var number = 0
    var kind = LayerKind.text
    var text: Placed<String>?
    var key: String?
    var sources: [SourceAddress] = []
    var image: Placed<String>?
    var video: Placed<String>?
    var shape: ShapeContent.Form?
    var gradient: Paint?
    var group: [LayerSpec]?
    var arrangement = Arrangement()
    var each: String?
    var hide = false
    var byFormat = ByFormat()

    var at = Point(x: Coordinate(length: .percent(50), keyword: 0.5), y: Coordinate(length: .percent(50), keyword: 0.5))
    /// Whether `at` is written.
    var isPlaced = false
    var anchor: [Double]?
    var size: Placed<BoxSize>?
    var fit = FitSpec()
    var lines: Int?
    var focus: [CropPoint]?
    var keep: CropRect?
    /// The part of a group's box that it gets.
    var slot: Slot?
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
        .text: ["style", "source", "key", "size", "fit", "lines"],
        .image: ["size", "fit", "radius", "blur", "focus", "keep"],
        .video: ["size", "fit", "radius", "trim", "speed", "loop", "focus", "keep"],
        .shape: ["size", "radius", "fill", "stroke", "stroke_width"],
        .gradient: ["size", "radius"],
        .group: [
            "size", "radius", "fill", "stroke", "stroke_width", "layout", "columns", "gap", "padding", "align",
            "justify",
        ],
    ]
    /// What only a layer by itself has, and what only one has that is not in a group.
    private static let notOfGroups: Set<String> = ["animate", "scale", "rotation", "opacity"]
    private static let notInGroups: Set<String> = ["at", "anchor"]

    static let kind: Kind<LayerSpec> = Kind<LayerSpec>.object(
        "layer", "One element of the picture: exactly one of text, image, video, shape, gradient, group",
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
                "An asset of the spec, or the path of a clip; its sound is not used. Each frame shows the picture "
                    + "whose time is nearest, at most half a frame early",
                example: "assets/clip.mp4"),
            Field(
                optional: "shape", \.shape, Scalar.oneOf(also: ["rect": .rectangle]), "A rectangle or an ellipse",
                example: "rect"),
            Field(
                optional: "gradient", \.gradient, Scalar.paint, "A gradient that fills the frame, or the given size",
                example: "{ linear: [black, white] }"),
            Field(
                optional: "group", \.group, children,
                "Layers that share a box: by `layout` below each other, side by side or in a grid. Their times and moves "
                    + "are the group's where they have none, and percentages of their `size` are of its box",
                example: "[{ text: Aurora }, { image: assets/hero.jpg }]"),
            Field(
                "layout", \.arrangement.layout, Scalar.oneOf(),
                "How a group arranges its layers: stack (below each other), row (side by side), turn (a row in landscape "
                    + "formats, else a stack) or grid",
                example: "turn"),
            Field(
                optional: "columns", \.arrangement.columns, Scalar.integer(1...16),
                "Columns of a grid; by default the number that makes its cells most nearly square in the format",
                example: "3"),
            Field(
                "gap", \.arrangement.gap, Scalar.length(0...20_000, em: false), "Space between the layers of a group",
                example: "2%"),
            Field(
                "padding", \.arrangement.padding, Scalar.length(0...20_000, em: false),
                "Space between a group's edge and its layers", example: "3%"),
            Field(
                "align", \.arrangement.align, Scalar.oneOf(),
                "Where layers lie that are narrower than a stack, or lower than a row: start, center, end. "
                    + "start is where the language begins, and so are the first layers of rows and grids: at the right in "
                    + "Arabic",
                example: "start"),
            Field(
                "justify", \.arrangement.justify, Scalar.oneOf(),
                "Where a group's layers lie if they do not fill it: start, center, end, or spread over it",
                example: "spread"),
            Field(
                optional: "each", \.each, Scalar.string,
                "Repeat this layer for every item of a list prop: {{item.field}}, {{index}}, {{count}}",
                example: "items"),
            Field(
                "at", \.at, Scalar.place,
                "Position of the anchor in the frame; the middle by default. Or a place by name that is right in every "
                    + "format: title, lower-third, caption, cta, logo",
                example: "[center, 40%]"),
            Field(
                optional: "anchor", \.anchor, Scalar.anchor,
                "The point of the layer that is placed at `at` and that scale and rotation keep fixed; by default the "
                    + "side named in `at`, else the middle",
                example: "left"),
            Field(
                optional: "size", \.size, Scalar.box.placed,
                "Size before scale; pictures and clips fill the frame by default. For a text, the box that it must fit "
                    + "into; for a group, its box, by default the safe area and as high as its layers are",
                example: "[60%, auto]"),
            Field(
                "fit", \.fit, FitSpec.kind,
                "How a picture fits its size: cover crops, contain leaves space, fill stretches. For a text with a `size` "
                    + "or `lines`: the least size of its letters, which get smaller until it fits; 60 % of the style's "
                    + "by default",
                example: "contain"),
            Field(
                optional: "lines", \.lines, Scalar.integer(1...40),
                "The most lines of a text. In a group it is given room for so many; 1 by default, or its own line breaks",
                example: "2"),
            Field(
                optional: "focus", \.focus, CropPoint.kind,
                "What must stay in view when `fit: cover` crops: [x, y] in percent of the picture, or a list of such "
                    + "points in order of weight; that of the asset by default",
                example: "[60%, 40%]"),
            Field(
                optional: "keep", \.keep, CropRect.kind,
                "The part of the picture that must not be cut off or covered by text: [x, y, width, height] in percent of "
                    + "the picture; that of the asset by default",
                example: "[30%, 10%, 40%, 80%]"),
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
            Field("hide", \.hide, Scalar.bool, "Leave it out, as in one of `by_format`", example: "true"),
            Field(
                "by_format", \.byFormat, ByFormat.kind(of: "layer"), ByFormat.summary,
                example: "{ portrait: { at: [center, 70%] }, banner: { hide: true } }"),
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
            layer.isPlaced = node["at"] != nil
            if kind == .group {
                for pair in node.pairs ?? [] where notOfGroups.contains(pair.name) {
                    reader.report(.fieldNotHere(pair.name, of: "a layer of group", at: pair.key.place))
                }
            }
            if let pair = node.pairs?.first(where: { $0.name == "fit" }), layer.fit.isWritten,
                (layer.fit.least != nil) != (kind == .text)
            {
                reader.inField("fit") {
                    reader.wrongType(
                        pair.value,
                        expected: kind == .text ? "a mapping such as { min: 3% }" : "cover, contain or fill")
                }
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

    /// Read when it is used, since a kind cannot contain itself.
    private static let children: Kind<[LayerSpec]> = Kind<[LayerSpec]>(
        Schema.type(
            "array",
            [
                ("items", .object([("$ref", .string("#/$defs/layer"))])), ("minItems", .number(1)),
                ("maxItems", .number(Double(SpecLimits.layers))),
            ])
    ) { node, reader in
        let layers = Kind<[LayerSpec]>.list(kind, limit: SpecLimits.layers, atLeast: 1).read(node, reader)
        for item in node.items ?? [] {
            for pair in item.pairs ?? [] where notInGroups.contains(pair.name) {
                reader.report(.fieldNotHere(pair.name, of: "a layer in a group", at: pair.key.place))
            }
        }
        return layers
    }

    /// The name under which a file is known: that of its entry in `assets`, or its path.
    static func assetName(_ text: String, at place: Place, _ reader: Reader) -> String? {
        if reader.assets.contains(text) { return text }
        guard text.contains("/") || text.contains(".") else {
            reader.report(.unknownName(.asset, text, known: reader.assets, label: "assets declared here", at: place))
            return nil
        }
        return reader.path(text, at: place)
    }

    /// A declared asset, or a path given in place.
    static func asset(_ kinds: Set<AssetFacts.Kind>) -> Kind<Placed<String>> {
        Kind<Placed<String>>(.type("string")) { node, reader in
            guard let text = node.text, !node.isNull else {
                reader.wrongType(node, expected: "the name of an asset")
                return nil
            }
            guard let name = assetName(text, at: node.place, reader) else { return nil }
            reader.uses.append(Reader.Use(name: name, place: node.place, kinds: kinds))
            return Placed(value: name, place: node.place)
        }
    }
}
