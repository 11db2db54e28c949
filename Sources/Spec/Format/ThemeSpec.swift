// `video` and `theme`: settings for the whole spec.
import Composition
import Diagnostics

struct VideoSettings: Sendable {
    var size = PixelSize(width: 1920, height: 1080)
    var rate = FrameRate(30)
    var background = Paint.color(Color(red: 0x10, green: 0x12, blue: 0x1a))
    var language = "en"
    var title: String?

    static let kind = Kind<VideoSettings>.object(
        "video", "The picture as a whole", { _ in VideoSettings() },
        [
            Field(
                "size", \.size, Scalar.size, "Size of the picture; lengths in pixels are of this size",
                example: "1080x1920"),
            Field("fps", \.rate, Scalar.rate, "Frames per second; 29.97 means 30000/1001", example: "29.97"),
            Field(
                "background", \.background, Scalar.paint, "Background of scenes that have none of their own",
                example: "\"#0b1020\""),
            Field(
                "language", \.language, Scalar.language, "Language of texts and captions, for example en or pt-BR",
                example: "pt-BR"),
            Field(optional: "title", \.title, Scalar.string, "Title in the file's metadata", example: "Meet Aurora"),
        ])
}

enum Alignment: String, Sendable, CaseIterable { case left, center, right, start, end }

struct OutlineSpec: Sendable {
    var color = Color(red: 0, green: 0, blue: 0)
    var width = Length.em(0.04)
    static let kind = Kind<OutlineSpec>.object(
        "outline", "A line around letters", { _ in OutlineSpec() },
        [
            Field("color", \.color, Scalar.color, "Colour", example: "black"),
            Field("width", \.width, Scalar.positiveLength, "Width", example: "0.05em"),
        ])
}

struct ShadowSpec: Sendable {
    var color = Color(red: 0, green: 0, blue: 0, alpha: 0xA0)
    var x = Length.em(0)
    var y = Length.em(0.05)
    var blur = Length.em(0.15)
    static let kind = Kind<ShadowSpec>.object(
        "shadow", "A shadow of letters", { _ in ShadowSpec() },
        [
            Field("color", \.color, Scalar.color, "Colour", example: "\"#00000080\""),
            Field("x", \.x, Scalar.length(-20_000...20_000), "Offset to the right", example: "0px"),
            Field("y", \.y, Scalar.length(-20_000...20_000), "Offset downwards", example: "4px"),
            Field("blur", \.blur, Scalar.positiveLength, "Softness (sigma)", example: "12px"),
        ])
}

/// A text style. Missing values come from the style that it extends.
struct StyleSpec: Sendable {
    var place: Place?
    var extends: Placed<String>?
    var font: Placed<String>?
    var size: Length?
    var weight: Placed<Int>?
    var italic: Bool?
    var color: Color?
    var align: Alignment?
    var background: Paint?
    var padding: [Length]?
    var radius: Length?
    var outline: OutlineSpec?
    var shadow: ShadowSpec?
    var lineHeight: Double?
    var letterSpacing: Length?
    var maximumWidth: Length?
    var uppercase: Bool?
    var byFormat = ByFormat()

    static let kind = Kind<StyleSpec>.object(
        "style", "A text style; percentages are of the frame's shorter side", { StyleSpec(place: $0) },
        [
            Field(
                optional: "extends", \.extends, names(\.styles, .style, "styles known here"),
                "The style that this one refines; body by default",
                example: "title"),
            Field(
                optional: "font", \.font, names(\.fonts, .font, "fonts of the theme"),
                "A font of the theme, or sans-serif, serif, monospace",
                example: "body"),
            Field(
                optional: "size", \.size, Scalar.length(0.1...2000, em: false), "Size of the letters (em)",
                example: "8%"),
            Field(
                optional: "weight", \.weight, Scalar.weight.placed,
                "100 to 900, or thin, light, regular, medium, semibold, bold, extrabold, black",
                example: "bold"),
            Field(optional: "italic", \.italic, Scalar.bool, "Slanted letters", example: "true"),
            Field(optional: "color", \.color, Scalar.color, "Colour of the letters", example: "white"),
            Field(
                optional: "align", \.align, Scalar.oneOf(),
                "Alignment of lines; left and right mean start and end of the writing direction",
                example: "left"),
            Field(
                optional: "background", \.background, Scalar.paint, "A box behind the text", example: "\"#00000080\""),
            Field(
                optional: "padding", \.padding, Scalar.padding,
                "Space between the text and the edge of its box, or [horizontal, vertical]",
                example: "[0.6em, 0.3em]"),
            Field(
                optional: "radius", \.radius, Scalar.positiveLength, "Radius of the box's corners", example: "0.3em"),
            Field(
                optional: "outline", \.outline, OutlineSpec.kind, "A line around the letters",
                example: "{ color: black, width: 2px }"),
            Field(
                optional: "shadow", \.shadow, ShadowSpec.kind, "A shadow of the letters",
                example: "{ y: 3px, blur: 8px }"),
            Field(
                optional: "line_height", \.lineHeight, Scalar.number(0.5...4),
                "Distance between baselines as a multiple of the size",
                example: "1.2"),
            Field(
                optional: "letter_spacing", \.letterSpacing, Scalar.length(-20_000...20_000),
                "Extra space between letters",
                example: "-0.02em"),
            Field(
                optional: "max_width", \.maximumWidth, Scalar.length(1...20_000, em: false, safe: true),
                "Width at which lines wrap; a percentage is of the frame's width",
                example: "70%"),
            Field(optional: "uppercase", \.uppercase, Scalar.bool, "Capital letters", example: "true"),
            Field(
                "by_format", \.byFormat, ByFormat.kind(of: "style"), ByFormat.summary,
                example: "{ portrait: { size: 7% } }"),
        ])

    /// Reads a name that the spec declares.
    static func names(
        _ known: any KeyPath<Reader, [String]> & Sendable, _ kind: SpecProblem.NameKind, _ label: String
    ) -> Kind<Placed<String>> {
        Kind<Placed<String>>(.type("string")) { node, reader in
            guard let text = node.text else {
                reader.wrongType(node, expected: "the name of a \(kind.rawValue)")
                return nil
            }
            guard reader[keyPath: known].contains(text) else {
                reader.report(.unknownName(kind, text, known: reader[keyPath: known], label: label, at: node.place))
                return nil
            }
            return Placed(value: text, place: node.place)
        }
    }

    /// The values of this style, completed by those of another.
    func over(_ base: StyleSpec) -> StyleSpec {
        StyleSpec(
            place: place ?? base.place, extends: nil, font: font ?? base.font, size: size ?? base.size,
            weight: weight ?? base.weight,
            italic: italic ?? base.italic, color: color ?? base.color, align: align ?? base.align,
            background: background ?? base.background,
            padding: padding ?? base.padding, radius: radius ?? base.radius, outline: outline ?? base.outline,
            shadow: shadow ?? base.shadow,
            lineHeight: lineHeight ?? base.lineHeight, letterSpacing: letterSpacing ?? base.letterSpacing,
            maximumWidth: maximumWidth ?? base.maximumWidth, uppercase: uppercase ?? base.uppercase)
    }
}

/// A style by name, or one described in place.
enum StyleReference: Sendable {
    case named(String)
    case inline(StyleSpec)

    static let kind: Kind<StyleReference> = {
        let name = StyleSpec.names(\.styles, .style, "styles known here")
        return Kind<StyleReference>(.any([name.schema, StyleSpec.kind.schema])) { node, reader in
            node.pairs != nil
                ? StyleSpec.kind.read(node, reader).map(StyleReference.inline)
                : name.read(node, reader).map { .named($0.value) }
        }
    }()
}

/// One entry of `theme.fonts`: files and families in order of preference.
struct FontSpec: Sendable {
    var choices: [Placed<String>]

    static let kind = Kind<FontSpec>(
        .any([.type("string"), .type("array", [("items", .object([("type", .string("string"))]))])])
    ) { node, reader in
        let items = node.items ?? [node]
        guard !items.isEmpty, items.count <= 16 else {
            reader.wrongType(node, expected: "a family, a font file, or a list of up to 16 of them")
            return nil
        }
        return FontSpec(
            choices: items.compactMap { item in
                guard let text = Scalar.string.read(item, reader) else { return nil }
                guard FontSpec.isFile(text) else { return Placed(value: text, place: item.place) }
                guard let path = reader.path(text, at: item.place) else { return nil }
                reader.uses.append(Reader.Use(name: path, place: item.place, kinds: [.font]))
                return Placed(value: path, place: item.place)
            })
    }

    /// Families that every machine can supply.
    static let generic: Set<String> = ["sans-serif", "serif", "monospace"]

    static func isFile(_ text: String) -> Bool {
        let lower = text.lowercased()
        return text.contains("/") || [".ttf", ".otf", ".ttc", ".woff", ".woff2"].contains { lower.hasSuffix($0) }
    }
}

struct ThemeSpec: Sendable {
    var fonts: [Entry<FontSpec>] = []
    var colors: [Entry<Color>] = []
    var styles: [Entry<StyleSpec>] = []

    static let kind = Kind<ThemeSpec>.object(
        "theme", "Fonts, colours and text styles by name", { _ in ThemeSpec() },
        [
            Field(
                "fonts", \.fonts, .table(FontSpec.kind, limit: 64),
                "Families, font files, or lists of them; texts use 'body' by default, titles 'heading'",
                example: "{ body: [assets/Inter.ttf, sans-serif] }"),
            Field(
                "colors", \.colors, .table(Scalar.color),
                "Colours by name; 'text' and 'accent' are defaults of styles and shapes",
                example: "{ accent: \"#7c5cff\" }"),
            Field(
                "styles", \.styles, .table(StyleSpec.kind),
                "Text styles; body, title, subtitle, caption, cta and button are built in and can be refined",
                example: "{ title: { size: 10% } }"),
        ])
}
