// Resamples a raster to a sprite in the frame's pixels: bilinear, with anti-aliased edges.
import CPixels
import Composition

/// A rounded rectangle that clips a picture, in units of the layer's content.
struct Window {
    var width, height: Double
    var radius: Double
}

/// The part of a frame that is drawn. A pixel is the same in every part.
struct View: Equatable {
    let size: PixelSize
    let part: Rect

    init(_ size: PixelSize, part: Rect? = nil) {
        self.size = size
        self.part = part ?? Rect(x: 0, y: 0, width: size.width, height: size.height)
    }

    var isWhole: Bool { part.width == size.width && part.height == size.height }
}

enum Sampler {
    /// Draws the part of `raster` that lies in the view; nil if there is none. `toFrame` maps the raster's pixels to
    /// the frame's. Without a window, the raster must be transparent along its edge (or end outside the frame). With a
    /// window, only its inside is drawn; `windowToFrame` maps its units to the frame. A picture that hides all of
    /// `frame` is drawn on it at once.
    static func sprite(
        of raster: Planes, toFrame: Affine, window: Window?, windowToFrame: Affine?, in view: View,
        onto frame: I420Frame? = nil
    ) -> Sprite? {
        guard let inverse = toFrame.inverse else { return nil }
        let area: (x0: Double, y0: Double, x1: Double, y1: Double)
        if let window, let windowToFrame {
            area = windowToFrame.bounds(0, 0, window.width, window.height)
        } else {
            area = toFrame.bounds(0, 0, Double(raster.width), Double(raster.height))
        }
        guard let whole = Rect(covering: area, in: view.size), let rect = whole.inside(view.part) else { return nil }

        var coverage: Coverage?
        if let window, let windowToFrame, let back = windowToFrame.inverse {
            let cover = Coverage(window: window, inverse: back, toFrame: windowToFrame)
            // Decided for the whole frame, so that the arithmetic is the same in every part.
            if !cover.isFull(whole) { coverage = cover }
        }
        let hasAlpha = raster.hasAlpha || coverage != nil
        let planes: Planes
        if let frame, !hasAlpha, rect == view.part, view.isWhole {
            planes = Planes(of: frame)
        } else {
            planes = Planes(width: rect.width, height: rect.height, hasAlpha: hasAlpha)
        }
        sample(raster, inverse: inverse, into: planes, at: rect)
        if let coverage { coverage.apply(to: planes, at: rect, rasterHasAlpha: raster.hasAlpha) }
        return Sprite(x: rect.x, y: rect.y, planes: planes)
    }

    private static func sample(_ raster: Planes, inverse m: Affine, into planes: Planes, at rect: Rect) {
        // Luma sample (X, Y) of the frame lies at X + 1/2, Y + 1/2, chroma sample (p, q) at 2p + 1/2, 2q + 1; the same
        // holds for the raster. The values below are positions in sample indices.
        let lumaX = fixed(m.a / 2 + m.c / 2 + m.tx - 0.5), lumaY = fixed(m.b / 2 + m.d / 2 + m.ty - 0.5)
        let chromaX = fixed((m.a / 2 + m.c + m.tx - 0.5) / 2), chromaY = fixed((m.b / 2 + m.d + m.ty - 1) / 2)
        let luma = [(raster.y, planes.y), (raster.a, planes.a)]
        let chroma = [(raster.u, planes.u), (raster.v, planes.v), (raster.chromaAlpha, planes.chromaAlpha)]
        for (from, to) in luma {
            guard let from, let to else { continue }
            sample(
                from, raster.stride, raster.width, raster.height, to, planes.stride, rect.x, rect.y, rect.width,
                rect.height,
                x: lumaX, y: lumaY, m)
        }
        for (from, to) in chroma {
            guard let from, let to else { continue }
            sample(
                from, raster.chromaStride, raster.width / 2, raster.height / 2, to, planes.chromaStride,
                rect.x / 2, rect.y / 2, rect.width / 2, rect.height / 2, x: chromaX, y: chromaY, m)
        }
    }

    private static func sample(
        _ from: UnsafePointer<UInt8>, _ fromStride: Int, _ fromWidth: Int, _ fromHeight: Int,
        _ to: UnsafeMutablePointer<UInt8>, _ toStride: Int, _ x: Int, _ y: Int, _ width: Int, _ height: Int,
        x baseX: Int64, y baseY: Int64, _ m: Affine
    ) {
        // Steps start at the frame's corner, not the rectangle's, so that a pixel is the same in every rectangle.
        let i = Int64(x), j = Int64(y)
        let a = fixed(m.a), b = fixed(m.b), c = fixed(m.c), d = fixed(m.d)
        if m.isAxisAligned && m.a > 0 && m.d > 0 {
            cpixels_scale(
                from, fromStride, Int32(fromWidth), Int32(fromHeight), to, toStride, Int32(width), Int32(height),
                baseX &+ i &* a, a, baseY &+ j &* d, d)
        } else {
            cpixels_affine(
                from, fromStride, Int32(fromWidth), Int32(fromHeight), to, toStride, Int32(width), Int32(height),
                baseX &+ i &* a &+ j &* c, a, c, baseY &+ i &* b &+ j &* d, b, d)
        }
    }

    /// 32.32 fixed point, limited so that stepping over the widest frame (65536 pixels) cannot overflow.
    private static func fixed(_ value: Double) -> Int64 {
        let limit = 8192.0 * 4
        return Int64((max(-limit, min(limit, value)) * 4294967296).rounded())
    }
}

/// A rectangle of whole pixels of the frame with even corner and sides.
struct Rect: Equatable {
    var x, y, width, height: Int

    init(x: Int, y: Int, width: Int, height: Int) { (self.x, self.y, self.width, self.height) = (x, y, width, height) }

    /// The smallest around an area of pixels, in a frame.
    init?(x xs: Range<Int>, y ys: Range<Int>, in frame: PixelSize) {
        self.init(
            covering: (Double(xs.lowerBound), Double(ys.lowerBound), Double(xs.upperBound), Double(ys.upperBound)),
            in: frame)
    }

    /// nil: they do not overlap.
    func inside(_ other: Rect) -> Rect? {
        let left = max(x, other.x), right = min(x + width, other.x + other.width)
        let top = max(y, other.y), bottom = min(y + height, other.y + other.height)
        guard left < right, top < bottom else { return nil }
        return Rect(x: left, y: top, width: right - left, height: bottom - top)
    }

    init?(covering area: (x0: Double, y0: Double, x1: Double, y1: Double), in frame: PixelSize) {
        let (frameWidth, frameHeight) = (frame.width, frame.height)
        // Clamped before the conversion to integers, since positions may be arbitrarily large.
        let left = max(area.x0.rounded(.down), 0), top = max(area.y0.rounded(.down), 0)
        let right = min(area.x1.rounded(.up), Double(frameWidth)),
            bottom = min(area.y1.rounded(.up), Double(frameHeight))
        guard left < right, top < bottom else { return nil }
        x = Int(left) & ~1
        y = Int(top) & ~1
        width = (Int(right) - x + 1) & ~1
        height = (Int(bottom) - y + 1) & ~1
    }
}

/// The share of each pixel that a window covers.
private struct Coverage {
    let window: Window
    /// Frame to window units.
    let inverse: Affine
    let toFrame: Affine
    let radius: Double
    /// Pixels of the frame per unit of the window.
    let sharpness: Double

    init(window: Window, inverse: Affine, toFrame: Affine) {
        self.window = window
        self.inverse = inverse
        self.toFrame = toFrame
        radius = max(0, min(window.radius, min(window.width, window.height) / 2))
        sharpness = (toFrame.a * toFrame.a + toFrame.b * toFrame.b).squareRoot()
    }

    /// Whether every pixel of the rectangle, and the chroma around it, is entirely inside.
    func isFull(_ rect: Rect) -> Bool {
        let margin = 1.5 / sharpness, inset = radius * 0.3 + margin
        func inside(_ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double) -> Bool {
            let area = inverse.bounds(
                Double(rect.x), Double(rect.y), Double(rect.x + rect.width), Double(rect.y + rect.height))
            return area.x0 >= x0 && area.y0 >= y0 && area.x1 <= x1 && area.y1 <= y1
        }
        // An axis-aligned window on pixel edges needs no margin.
        if radius == 0, toFrame.isAxisAligned {
            let slack = 1.0 / 512 / sharpness
            return inside(-slack, -slack, window.width + slack, window.height + slack)
        }
        return inside(inset, inset, window.width - inset, window.height - inset)
    }

    func apply(to planes: Planes, at rect: Rect, rasterHasAlpha: Bool) {
        guard let a = planes.a, let ac = planes.chromaAlpha else { return }
        let w = Int32(planes.width), h = Int32(planes.height), m = inverse
        func cover(
            _ plane: UnsafeMutablePointer<UInt8>, _ stride: Int, _ width: Int32, _ height: Int32,
            _ x: Double, _ y: Double, step: Double
        ) {
            let at = m(x, y)
            cpixels_coverage(
                plane, stride, width, height, at.x - window.width / 2, m.a * step, m.c * step,
                at.y - window.height / 2, m.b * step, m.d * step, window.width / 2, window.height / 2, radius,
                sharpness / step)
        }
        let x = Double(rect.x), y = Double(rect.y)
        if rasterHasAlpha {
            let mask = Planes(width: planes.width, height: planes.height, hasAlpha: true)
            cover(mask.a!, mask.stride, w, h, x + 0.5, y + 0.5, step: 1)
            cover(mask.chromaAlpha!, mask.chromaStride, w / 2, h / 2, x + 0.5, y + 1, step: 2)
            for plane in [planes.y, a] { cpixels_multiply(plane, planes.stride, mask.a!, mask.stride, w, h) }
            for plane in [planes.u, planes.v, ac] {
                cpixels_multiply(plane, planes.chromaStride, mask.chromaAlpha!, mask.chromaStride, w / 2, h / 2)
            }
        } else {
            cover(a, planes.stride, w, h, x + 0.5, y + 0.5, step: 1)
            cover(ac, planes.chromaStride, w / 2, h / 2, x + 0.5, y + 1, step: 2)
            cpixels_multiply(planes.y, planes.stride, a, planes.stride, w, h)
            for plane in [planes.u, planes.v] {
                cpixels_multiply(plane, planes.chromaStride, ac, planes.chromaStride, w / 2, h / 2)
            }
        }
    }
}
