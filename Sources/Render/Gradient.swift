// Gradients: their geometry, and the background of a frame painted straight into its planes with a dither, because
// eight bits of a dark gradient over a whole frame show as bands.
import CPixels
import Composition
import Glibc

/// The line a CSS linear gradient runs along: as long as it must be for the corners to get the first and the last
/// colour (CSS Images 3, §3.1.1).
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
    /// Covers the frame with a paint; what is translucent in it lies over black.
    func fill(_ paint: Paint) {
        switch paint {
        case .color(let color):
            let (luma, blue, red) = PlaneColor(color).rounded
            fill(luma: luma, u: blue, v: red)
        case .linear(let angle, let stops):
            guard let table = GradientTable(stops) else { return fill(luma: 16, u: 128, v: 128) }
            let line = GradientLine(angle: angle, width: Double(width), height: Double(height))
            let dx = line.x1 - line.x0, dy = line.y1 - line.y0
            // Along the line, in entries of the table, 16.16.
            let unit = Double(GradientTable.size - 1) * 65536 / max(dx * dx + dy * dy, 1e-9)
            func plane(_ to: UnsafeMutablePointer<UInt8>, _ values: [UInt16], width: Int, height: Int, x: Double, y: Double, step: Double) {
                let start = ((x - line.x0) * dx + (y - line.y0) * dy) * unit
                cpixels_gradient_linear(to, width, Int32(width), Int32(height), values, Int32(values.count), Int64(start.rounded()) + 32768,
                                        Int64((dx * unit * step).rounded()), Int64((dy * unit * step).rounded()))
            }
            plane(y, table.luma, width: width, height: height, x: 0.5, y: 0.5, step: 1)
            plane(u, table.blue, width: chromaWidth, height: chromaHeight, x: 0.5, y: 1, step: 2)
            plane(v, table.red, width: chromaWidth, height: chromaHeight, x: 0.5, y: 1, step: 2)
        case .radial(let centerX, let centerY, let radius, let stops):
            guard let table = GradientTable(stops), centerX.isFinite, centerY.isFinite, radius.isFinite else {
                return fill(luma: 16, u: 128, v: 128)
            }
            let unit = Double(GradientTable.size - 1) / max(radius * Double(max(width, height)), 1e-3)
            func plane(_ to: UnsafeMutablePointer<UInt8>, _ values: [UInt16], width w: Int, height h: Int, x: Double, y: Double, step: Double) {
                cpixels_gradient_radial(to, w, Int32(w), Int32(h), values, Int32(values.count), (x - centerX * Double(width)) * unit,
                                        (y - centerY * Double(height)) * unit, step * unit)
            }
            plane(y, table.luma, width: width, height: height, x: 0.5, y: 0.5, step: 1)
            plane(u, table.blue, width: chromaWidth, height: chromaHeight, x: 0.5, y: 1, step: 2)
            plane(v, table.red, width: chromaWidth, height: chromaHeight, x: 0.5, y: 1, step: 2)
        }
    }
}

/// A colour over black in BT.709 limited range, not yet rounded.
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
    static let size = 4096
    var luma: [UInt16] = [], blue: [UInt16] = [], red: [UInt16] = []

    /// nil without any stop.
    init?(_ stops: [GradientStop]) {
        let stops = stops.filter { $0.offset.isFinite }.sorted { $0.offset < $1.offset }
        guard let first = stops.first, let last = stops.last else { return nil }
        for entry in 0..<Self.size {
            let t = Double(entry) / Double(Self.size - 1)
            let color: PlaneColor
            if let next = stops.firstIndex(where: { $0.offset > t }), next > 0 {
                let from = stops[next - 1], to = stops[next]
                let k = (t - from.offset) / (to.offset - from.offset)
                // Both ends premultiplied, as CSS mixes them.
                let a = PlaneColor(from.color), b = PlaneColor(to.color)
                var mixed = a
                mixed.luma += (b.luma - a.luma) * k
                mixed.blue += (b.blue - a.blue) * k
                mixed.red += (b.red - a.red) * k
                color = mixed
            } else {
                color = PlaneColor(t < first.offset ? first.color : last.color)
            }
            luma.append(UInt16((color.luma * 256).rounded()))
            blue.append(UInt16((color.blue * 256).rounded()))
            red.append(UInt16((color.red * 256).rounded()))
        }
    }
}
