// Resolves the call to action into a last scene, with colours and styles of the theme, so that a text and an address
// suffice.
import Composition
import Diagnostics

struct CallToAction {
    let resolver: Resolver

    func scene(_ cta: CTASpec, _ span: SceneSpan) -> ResolvedVideo.Scene {
        let frames = max(1, span.frames)
        let theme = resolver.document.theme
        let ground = cta.background ?? background()
        var style = Styles.style(cta.style, theme)
        // The theme's text colour is only kept if it is legible on the card's background.
        if Styles.ownColor(cta.style, theme).color == nil {
            style.color = Legibility.color(style.color ?? resolver.textColor, on: ground)
        }
        var button = Styles.style(cta.buttonStyle, theme)
        button.background = button.background ?? .color(resolver.accent)
        // A button's text must be legible on the button, whatever the theme's text colour is.
        if Styles.ownColor(cta.buttonStyle, theme).color == nil, let fill = button.background {
            button.color = Legibility.suiting(fill)
        }
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
                let color = Legibility.color(small.color ?? resolver.textColor, on: ground)
                let isQuiet = small.color == nil && Legibility.contrast(faded(color), on: ground) >= Legibility.text
                small.color = isQuiet ? faded(color) : color
                var line = LayerSpec(place: cta.place)
                line.text = Placed(value: address, place: cta.place)
                line.style = .inline(small)
                line.at = point(72)
                line.start = layer.start
                line.enter = move(cta, .fade)
                layers.append(line)
            }
        }
        return ResolvedVideo.Scene(
            id: "cta", startFrame: span.start, frames: frames, background: ground,
            layers: layers.compactMap { resolver.layer($0, scene: "cta", span, shown: frames) })
    }

    /// Down the frame, or down its safe area where a profile says what its controls cover.
    private func point(_ percent: Double) -> Point {
        func length(_ value: Double) -> Length { resolver.frame.safe.hasZones ? .safe(value) : .percent(value) }
        return Point(
            x: Coordinate(length: length(50), keyword: 0.5), y: Coordinate(length: length(percent), keyword: 0.5))
    }

    private func move(_ cta: CTASpec, _ form: MoveSpec.Form) -> MoveSpec {
        var move = MoveSpec(place: cta.place)
        move.form = form
        move.length = .seconds(0.5)
        return move
    }

    /// A gradient from the video's background to a shade of the accent.
    private func background() -> Paint {
        guard case .color(let base) = resolver.document.video.background else {
            return resolver.document.video.background
        }
        let shade = Legibility.mixed(base, resolver.accent, 0.35)
        return .linear(
            angle: 135, stops: [GradientStop(offset: 0, color: base), GradientStop(offset: 1, color: shade)])
    }

    private func faded(_ color: Color) -> Color {
        var color = color
        color.alpha = UInt8(Int(color.alpha) * 3 / 4)
        return color
    }

    static func shortened(_ url: String) -> String {
        var text = url[...]
        for scheme in ["https://", "http://", "www."] where text.hasPrefix(scheme) {
            text = text.dropFirst(scheme.count)
        }
        if text.hasSuffix("/") { text = text.dropLast() }
        return text.isEmpty ? url : String(text)
    }
}
