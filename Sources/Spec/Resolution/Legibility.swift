// Chooses colours that are legible on a background. Elements with a default background use them, since the theme's text
// colour may not be legible there.
import Composition
import Glibc

enum Legibility {
    static let light = Color(red: 255, green: 255, blue: 255), dark = Color(red: 12, green: 14, blue: 20)
    /// The limits of WCAG 2.2, 1.4.3, for text and for large text.
    static let text = 4.5, large = 3.0

    /// White, or nearly black if white has too little contrast and dark has more.
    static func suiting(_ ground: Paint, least: Double = large) -> Color {
        let onLight = contrast(light, on: ground)
        return onLight >= least || onLight >= contrast(dark, on: ground) ? light : dark
    }

    /// The wanted colour if it is legible on the background, otherwise white or nearly black.
    static func color(_ wanted: Color, on ground: Paint, least: Double = text) -> Color {
        contrast(wanted, on: ground) >= least ? wanted : suiting(ground, least: least)
    }

    /// A colour of emphasis, made lighter or darker until it is legible on its background.
    /// - beneath: what may be visible through a translucent background.
    static func emphasis(_ wanted: Color, on ground: Paint, beneath: [Paint]) -> Color {
        let under = beneath.flatMap(colors)
        let grounds = colors(of: ground).flatMap { top in
            under.map { Paint.color(mixed(opaque($0), opaque(top), Double(top.alpha) / 255)) }
        }
        let end = suiting(ground)
        return (0...10).map { mixed(wanted, end, Double($0) / 10) }.first { color in
            grounds.allSatisfy { contrast(color, on: $0) >= text }
        } ?? end
    }

    private static func opaque(_ color: Color) -> Color { Color(red: color.red, green: color.green, blue: color.blue) }

    /// WCAG's contrast ratio at the worst place of the background.
    static func contrast(_ color: Color, on ground: Paint) -> Double {
        colors(of: ground).map { ground in
            let a = luminance(mixed(ground, color, Double(color.alpha) / 255)), b = luminance(ground)
            return (max(a, b) + 0.05) / (min(a, b) + 0.05)
        }.min() ?? 21
    }

    static func mixed(_ a: Color, _ b: Color, _ part: Double) -> Color {
        func mix(_ x: UInt8, _ y: UInt8) -> UInt8 { UInt8((Double(x) + (Double(y) - Double(x)) * part).rounded()) }
        return Color(red: mix(a.red, b.red), green: mix(a.green, b.green), blue: mix(a.blue, b.blue), alpha: a.alpha)
    }

    /// The colours of a gradient's stops, and those halfway between them.
    private static func colors(of ground: Paint) -> [Color] {
        let stops: [GradientStop]
        switch ground {
        case .color(let color): return [color]
        case .linear(_, let all), .radial(_, _, _, let all): stops = all
        }
        return stops.map(\.color) + zip(stops, stops.dropFirst()).map { mixed($0.color, $1.color, 0.5) }
    }

    private static func luminance(_ color: Color) -> Double {
        func light(_ part: UInt8) -> Double {
            let value = Double(part) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * light(color.red) + 0.7152 * light(color.green) + 0.0722 * light(color.blue)
    }
}
