// Gradients: their geometry, and painting into planes with a dither, since a dark gradient over a whole frame shows
// bands in eight bits.
import CPixels
import Composition
import Glibc

/// The gradient line of a CSS linear gradient: so long that the corners get the first and the last colour (CSS Images
/// 3, §3.1.1).
struct GradientLine {
    var x0, y0, x1, y1: Double

    init(angle: Double, width: Double, height: Double) {
        let radians = angle.isFinite ? angle * .pi / 180 : 0
        let dx = sin(radians), dy = -cos(radians)
        let half = (abs(width * dx) + abs(height * dy)) / 2
        x0 = width / 2 - dx * half
        y0 = height / 2 - dy * half
        x1 = width / 2 + dx * half
        y1 = height / 2 + dy * half
    }
}

extension I420Frame {
    /// Fills the frame with a paint; translucent colours lie over black.
    func fill(_ paint: Paint) {
        if case .color(let color) = paint {
            let (luma, blue, red) = PlaneColor(color).rounded
            fill(luma: luma, u: blue, v: red)
            return
        }
        let place = GradientPlace(x: 0, y: 0, scale: 1, width: Double(width), height: Double(height))
        guard let gradient = DitheredGradient(paint, over: .black), let at = gradient.line(place) else {
            return fill(luma: 16, u: 128, v: 128)
        }
        willChange()
        gradient.paint(at, gradient.table.luma, y, width, width, height)
        gradient.paint(at.chroma, gradient.table.blue, u, chromaWidth, chromaWidth, chromaHeight)
        gradient.paint(at.chroma, gradient.table.red, v, chromaWidth, chromaWidth, chromaHeight)
    }
}

extension Planes {
    /// Paints a gradient, with a dither, where `mask` is fully opaque. The other samples keep their values.
    func fill(_ paint: Paint, at place: GradientPlace, where mask: Planes) {
        guard let a, let chromaAlpha, let covered = mask.a, let coveredChroma = mask.chromaAlpha, mask.stride == stride,
            let gradient = DitheredGradient(paint, over: .nothing), let at = gradient.line(place)
        else { return }
        let painted = Planes(width: width, height: height, hasAlpha: false)
        for (values, to) in [(gradient.table.luma, y), (gradient.table.alpha, a)] {
            gradient.paint(at, values, painted.y, stride, width, height)
            cpixels_select(to, stride, painted.y, covered, stride, Int32(width), Int32(height))
        }
        for (values, to) in [(gradient.table.blue, u), (gradient.table.red, v), (gradient.table.alpha, chromaAlpha)] {
            gradient.paint(at.chroma, values, painted.u, chromaStride, width / 2, height / 2)
            cpixels_select(
                to, chromaStride, painted.u, coveredChroma, chromaStride, Int32(width / 2), Int32(height / 2))
        }
    }
}

/// Position of a gradient's area in a raster: its corner, pixels per unit, and its sides in units.
struct GradientPlace {
    var x, y, scale, width, height: Double
}

private struct DitheredGradient {
    let paint: Paint
    let table: GradientTable

    /// nil for a plain colour or a gradient that cannot be drawn.
    init?(_ paint: Paint, over ground: GradientTable.Ground) {
        let stops: [GradientStop]
        switch paint {
        case .color: return nil
        case .linear(_, let list): stops = list
        case .radial(let x, let y, let radius, let list):
            guard x.isFinite, y.isFinite, radius.isFinite else { return nil }
            stops = list
        }
        guard let table = GradientTable(stops, over: ground) else { return nil }
        self.paint = paint
        self.table = table
    }

    /// Position of the first sample along the gradient, and the steps to the next samples, in entries of the table.
    struct Line {
        var isRadial: Bool
        var x0, y0, dx, dy: Double

        /// The same for chroma samples, which lie at 2p + 1/2, 2q + 1.
        var chroma: Line {
            var line = self
            if isRadial { line.y0 += dy / 2 } else { line.x0 += dy / 2 }
            line.dx *= 2
            line.dy *= 2
            return line
        }
    }

    func line(_ place: GradientPlace) -> Line? {
        let unit = Double(GradientTable.size - 1)
        switch paint {
        case .color: return nil
        case .linear(let angle, _):
            let line = GradientLine(angle: angle, width: place.width, height: place.height)
            let dx = line.x1 - line.x0, dy = line.y1 - line.y0, length = max(dx * dx + dy * dy, 1e-9)
            let x = (0.5 - place.x) / place.scale - line.x0, y = (0.5 - place.y) / place.scale - line.y0
            return Line(
                isRadial: false, x0: (x * dx + y * dy) / length * unit, y0: 0,
                dx: dx / length * unit / place.scale, dy: dy / length * unit / place.scale)
        case .radial(let x, let y, let radius, _):
            let step = unit / max(radius * max(place.width, place.height), 1e-3)
            return Line(
                isRadial: true, x0: ((0.5 - place.x) / place.scale - x * place.width) * step,
                y0: ((0.5 - place.y) / place.scale - y * place.height) * step, dx: step / place.scale,
                dy: step / place.scale)
        }
    }

    func paint(
        _ at: Line, _ values: [UInt16], _ to: UnsafeMutablePointer<UInt8>, _ stride: Int, _ width: Int, _ height: Int
    ) {
        guard !at.isRadial else {
            cpixels_gradient_radial(
                to, stride, Int32(width), Int32(height), values, Int32(values.count), at.x0, at.y0, at.dx)
            return
        }
        // 16.16 fixed point, limited so that it cannot overflow in the widest raster.
        func fixed(_ value: Double) -> Int64 { Int64((max(-1e9, min(1e9, value)) * 65536).rounded()) }
        cpixels_gradient_linear(
            to, stride, Int32(width), Int32(height), values, Int32(values.count), fixed(at.x0) + 32768, fixed(at.dx),
            fixed(at.dy))
    }
}

/// A colour over black in BT.709 limited range, before rounding.
struct PlaneColor {
    var luma, blue, red: Double

    init(red r: Double, green g: Double, blue b: Double) {
        let y = 0.2126 * r + 0.7152 * g + 0.0722 * b
        luma = 16 + 219 * y
        blue = 128 + 224 * (b - y) / 1.8556
        red = 128 + 224 * (r - y) / 1.5748
    }

    init(_ color: Color) {
        let alpha = Double(color.alpha) / 255 / 255
        self.init(red: Double(color.red) * alpha, green: Double(color.green) * alpha, blue: Double(color.blue) * alpha)
    }

    var rounded: (UInt8, UInt8, UInt8) { (UInt8(luma.rounded()), UInt8(blue.rounded()), UInt8(red.rounded())) }
}

/// The colours along a gradient as 8.8 fixed point of each plane.
private struct GradientTable {
    /// What translucent colours lie over: black, interpolated as in CSS; or nothing, interpolated as in cairo, which
    /// draws the edges.
    enum Ground { case black, nothing }

    static let size = 4096
    var luma: [UInt16] = [], blue: [UInt16] = [], red: [UInt16] = [], alpha: [UInt16] = []

    /// nil if there are no stops.
    init?(_ stops: [GradientStop], over ground: Ground) {
        let stops = stops.filter { $0.offset.isFinite }.sorted { $0.offset < $1.offset }
        guard let first = stops.first, let last = stops.last else { return nil }
        for entry in 0..<Self.size {
            let t = Double(entry) / Double(Self.size - 1)
            var from = t < first.offset ? first : last, to = from, k = 0.0
            if let next = stops.firstIndex(where: { $0.offset > t }), next > 0 {
                (from, to) = (stops[next - 1], stops[next])
                k = (t - from.offset) / (to.offset - from.offset)
            }
            func mixed(_ a: Double, _ b: Double) -> Double { a + (b - a) * k }
            let opacity = mixed(Double(from.color.alpha), Double(to.color.alpha)) / 255
            var color: PlaneColor
            switch ground {
            case .black:
                let a = PlaneColor(from.color), b = PlaneColor(to.color)
                color = a
                (color.luma, color.blue, color.red) = (
                    mixed(a.luma, b.luma), mixed(a.blue, b.blue), mixed(a.red, b.red)
                )
            case .nothing:
                func part(_ a: UInt8, _ b: UInt8) -> Double { mixed(Double(a), Double(b)) / 255 * opacity }
                color = PlaneColor(
                    red: part(from.color.red, to.color.red), green: part(from.color.green, to.color.green),
                    blue: part(from.color.blue, to.color.blue))
                // In premultiplied planes the offsets are multiplied by alpha too.
                color.luma -= 16 * (1 - opacity)
                color.blue -= 128 * (1 - opacity)
                color.red -= 128 * (1 - opacity)
            }
            luma.append(UInt16((color.luma * 256).rounded()))
            blue.append(UInt16((color.blue * 256).rounded()))
            red.append(UInt16((color.red * 256).rounded()))
            alpha.append(UInt16((opacity * 255 * 256).rounded()))
        }
    }
}
