// Text styles: the built-in ones, and how one extends another.
import Composition
import Diagnostics

enum Styles {
    static let defaultAccent = Color(red: 0x7C, green: 0x5C, blue: 0xFF)

    /// Every other style extends `body`.
    static let builtIn: [(name: String, style: StyleSpec)] = [
        ("body", StyleSpec(size: .percent(4.4), weight: .standard(400))),
        ("title", StyleSpec(size: .percent(9), weight: .standard(800), lineHeight: 1.05, letterSpacing: .em(-0.015))),
        ("subtitle", StyleSpec(size: .percent(4.8), weight: .standard(500), lineHeight: 1.2)),
        (
            "caption",
            StyleSpec(
                size: .percent(4.4), weight: .standard(600),
                background: .color(Color(red: 8, green: 10, blue: 16, alpha: 0xC4)),
                padding: [.em(0.55), .em(0.28)], radius: .em(0.28), lineHeight: 1.2)
        ),
        ("cta", StyleSpec(size: .percent(8), weight: .standard(800), lineHeight: 1.1, letterSpacing: .em(-0.015))),
        (
            "button",
            StyleSpec(size: .percent(4), weight: .standard(700), padding: [.em(1), .em(0.5)], radius: .em(0.6))
        ),
    ]

    /// Styles that use the theme's font `heading`, if there is one.
    static let headings: Set<String> = ["title", "cta"]

    /// The complete style: the theme's entry, then the built-in style of that name, then the style it extends, and
    /// `body` last. A style without its own colour but with a background from a built-in style gets a legible colour,
    /// since the theme's text colour and body's are chosen for the picture.
    static func style(_ reference: StyleReference, _ theme: ThemeSpec) -> StyleSpec {
        var style: StyleSpec
        switch reference {
        case .named(let name): style = named(name, theme, depth: 0)
        case .inline(let inline): style = inline.over(named(inline.extends?.value ?? "body", theme, depth: 0))
        }
        let own = ownColor(reference, theme)
        if own.color == nil, own.hasGround, let ground = style.background, isSolid(ground) {
            style.color = Legibility.suiting(ground)
        }
        return style
    }

    /// The colour set by the style or one that it extends, except body; and whether a built-in style gives it a
    /// background.
    static func ownColor(_ reference: StyleReference, _ theme: ThemeSpec) -> (color: Color?, hasGround: Bool) {
        var next: String
        switch reference {
        case .named(let name): next = name
        case .inline(let style):
            if let color = style.color { return (color, false) }
            next = style.extends?.value ?? "body"
        }
        var hasGround = false
        for _ in 0..<64 where next != "body" {
            let own = theme.styles.first { $0.name == next }?.value
            if let color = own?.color { return (color, hasGround) }
            if own?.extends == nil, builtIn.contains(where: { $0.name == next && $0.style.background != nil }) {
                hasGround = true
            }
            next = own?.extends?.value ?? "body"
        }
        return (nil, hasGround)
    }

    /// Whether a background is opaque enough to ignore what is behind it.
    private static func isSolid(_ ground: Paint) -> Bool {
        switch ground {
        case .color(let color): color.alpha >= 128
        case .linear(_, let stops), .radial(_, _, _, let stops): stops.allSatisfy { $0.color.alpha >= 128 }
        }
    }

    private static func named(_ name: String, _ theme: ThemeSpec, depth: Int) -> StyleSpec {
        let own = theme.styles.first { $0.name == name }?.value
        var style = own ?? StyleSpec()
        if let standard = builtIn.first(where: { $0.name == name })?.style, own?.extends == nil {
            style = style.over(standard)
        }
        if style.font == nil, own?.extends == nil, headings.contains(name),
            let heading = theme.fonts.first(where: { $0.name == "heading" })
        {
            style.font = Placed(value: heading.name, place: heading.place)
        }
        let base = own?.extends?.value ?? "body"
        // Cycles were refused before; the limit is a safeguard.
        guard name != "body", depth < 64 else { return style }
        return style.over(named(base, theme, depth: depth + 1))
    }

    static func checkCycles(_ theme: ThemeSpec, _ reader: Reader) {
        for entry in theme.styles {
            var seen: Set<String> = [entry.name]
            var next = entry.value.extends
            while let reference = next {
                // A style may extend the built-in style of its own name directly, but not through others.
                if !seen.insert(reference.value).inserted {
                    if reference.value == entry.name {
                        reader.report(.styleCycle(entry.name, at: entry.value.extends?.place ?? reference.place))
                    }
                    break
                }
                next = theme.styles.first { $0.name == reference.value }?.value.extends
            }
        }
    }
}

extension Placed<Int> {
    /// A default, which has no place in a file.
    static func standard(_ value: Int) -> Placed<Int> {
        Placed(value: value, place: Place(file: "", line: 0, column: 0))
    }
}
