// The card at the end: drawn from the theme, so that a text and an address are enough.
import Composition
import Diagnostics

struct CallToAction {
    let resolver: Resolver

    func scene(_ cta: CTASpec, start: Int) -> ResolvedVideo.Scene {
        let frames = max(1, cta.hold.value.frames(at: resolver.rate))
        let theme = resolver.document.theme
        let style = Styles.style(cta.style, theme)
        var button = Styles.style(cta.buttonStyle, theme)
        button.background = button.background ?? .color(resolver.accent)
        // The text of a button must be legible on it, whatever the theme's text colour is.
        if button.color == nil, case .color(let fill)? = button.background { button.color = contrast(on: fill) }
        let address = cta.url.map(Self.shortened)
        let label = cta.button ?? address
        var layers: [LayerSpec] = []
        var text = LayerSpec(place: cta.place)
        text.text = Placed(value: cta.text, place: cta.place)
        text.style = .inline(style)
        text.at = point(label == nil ? 50 : 40)
        text.enter = move(cta, .slide(.up))
        layers.append(text)
        if let label {
            var layer = LayerSpec(place: cta.place)
            layer.text = Placed(value: label, place: cta.place)
            layer.style = .inline(button)
            layer.at = point(60)
            layer.start = Placed(value: .frames(Double(min(frames - 1, max(0, frames / 10)))), place: cta.place)
            layer.enter = move(cta, .pop)
            layers.append(layer)
            if cta.button != nil, let address {
                var small = Styles.style(.named("body"), theme)
                small.size = .percent(3)
                small.color = small.color ?? faded(resolver.textColor)
                var line = LayerSpec(place: cta.place)
                line.text = Placed(value: address, place: cta.place)
                line.style = .inline(small)
                line.at = point(72)
                line.start = layer.start
                line.enter = move(cta, .fade)
                layers.append(line)
            }
        }
        return ResolvedVideo.Scene(id: "cta", startFrame: start, frames: frames, background: cta.background ?? background(),
                                   layers: layers.compactMap { resolver.layer($0, scene: "cta", frames: frames, shown: frames) })
    }

    private func point(_ percent: Double) -> Point {
        Point(x: Coordinate(length: .percent(50), keyword: 0.5), y: Coordinate(length: .percent(percent), keyword: 0.5))
    }

    private func move(_ cta: CTASpec, _ form: MoveSpec.Form) -> MoveSpec {
        var move = MoveSpec(place: cta.place)
        move.form = form
        move.length = .seconds(0.5)
        return move
    }

    /// The video's background going over into a shade of the accent.
    private func background() -> Paint {
        guard case .color(let base) = resolver.document.video.background else { return resolver.document.video.background }
        return .linear(angle: 135, stops: [GradientStop(offset: 0, color: base), GradientStop(offset: 1, color: mixed(base, resolver.accent, 0.35))])
    }

    private func mixed(_ a: Color, _ b: Color, _ part: Double) -> Color {
        func mix(_ x: UInt8, _ y: UInt8) -> UInt8 { UInt8((Double(x) + (Double(y) - Double(x)) * part).rounded()) }
        return Color(red: mix(a.red, b.red), green: mix(a.green, b.green), blue: mix(a.blue, b.blue), alpha: a.alpha)
    }

    private func faded(_ color: Color) -> Color {
        var color = color
        color.alpha = UInt8(Int(color.alpha) * 3 / 4)
        return color
    }

    /// Black or white, by the luma of BT.709.
    private func contrast(on fill: Color) -> Color {
        let luma = 0.2126 * Double(fill.red) + 0.7152 * Double(fill.green) + 0.0722 * Double(fill.blue)
        return luma > 150 ? Color(red: 12, green: 14, blue: 20) : Color(red: 255, green: 255, blue: 255)
    }

    static func shortened(_ url: String) -> String {
        var text = url[...]
        for scheme in ["https://", "http://", "www."] where text.hasPrefix(scheme) { text = text.dropFirst(scheme.count) }
        if text.hasSuffix("/") { text = text.dropLast() }
        return text.isEmpty ? url : String(text)
    }
}
