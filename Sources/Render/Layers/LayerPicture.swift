// A layer's content, which can be drawn at any pose. Three kinds: drawings (text, shapes), which are rasterised at the
// scale at which they are shown; pictures, which are sampled from their own pixels; and clips.
import Composition
import Media

protocol LayerPicture: AnyObject {
    /// The layer's contribution to a view of a frame; nil if there is none. `time` is the moment of a
    /// clip. What hides all of `frame` may be drawn on it, and is then a part of it (`Planes.isPartOfFrame`).
    func sprite(pose: Pose, layer: Layer, time: ClipTime, in view: View, onto frame: I420Frame?) throws -> Sprite?
}

/// Largest number of pixels of a raster. Larger layers are drawn coarser and enlarged.
private let rasterBudget = 9_000_000.0
private let longestSide = 16_000.0

/// The scale at which a drawing is rasterised, a power of two or one step between. It is the smallest that is not below
/// `scale`, so that rasters are only shrunk, by less than a half; it is smaller if the raster would be too large.
func rasterScale(for scale: Double, width: Double, height: Double) -> Double {
    var rung = 1.0
    while rung < scale { rung *= 2 }
    while rung / 2 >= scale { rung /= 2 }
    if rung * 0.75 >= scale { rung *= 0.75 }
    while rung * rung * width * height > rasterBudget || rung * max(width, height) > longestSide { rung /= 2 }
    return rung
}

/// Text and shapes.
final class DrawnPicture: LayerPicture {
    private struct Key: Equatable {
        var scale: Double
        /// Shift of the drawing within its raster, in quarters of a pixel.
        var phaseX, phaseY: Int
    }
    private struct Raster {
        var key: Key
        var planes: Planes
        /// The content's corner within the raster.
        var originX, originY: Double
    }

    private let width, height: Double
    private let inked: (x0: Double, y0: Double, x1: Double, y1: Double)
    /// Text is drawn again for each quarter of a pixel; sampling between pixels would make moving text alternately soft
    /// and sharp.
    private let isText: Bool
    private let draw: (Bitmap, _ x: Double, _ y: Double, _ scale: Double) throws -> Void
    /// A gradient fill and its visible area, which is painted again with a dither.
    private let gradient: (paint: Paint, cover: (Bitmap, _ x: Double, _ y: Double, _ scale: Double) throws -> Void)?
    /// Ordered by last use, the latest last.
    private var rasters: [Raster] = []
    var byteCount: Int { rasters.reduce(0) { $0 + $1.planes.byteCount } }

    init(_ layout: TextLayout) {
        (width, height) = (layout.measure.width, layout.measure.height)
        inked = layout.inked
        isText = true
        draw = { try layout.draw(on: $0, x: $1, y: $2, scale: $3) }
        // A shadow is visible through a translucent background, which the dithered fill would cover.
        let isPainted = layout.content.shadow == nil || layout.content.background?.isOpaque == true
        gradient = layout.content.background.flatMap { paint in
            guard paint.isGradient, isPainted else { return nil }
            return (paint, { try layout.cover($0, x: $1, y: $2, scale: $3) })
        }
    }

    init(_ shape: ShapeContent) {
        (width, height) = (Double(max(0, shape.box.width)), Double(max(0, shape.box.height)))
        inked = shape.inked
        isText = false
        draw = { try shape.draw(on: $0, x: $1, y: $2, scale: $3) }
        gradient = shape.fill.flatMap { paint in
            paint.isGradient ? (paint, { try shape.cover($0, x: $1, y: $2, scale: $3) }) : nil
        }
    }

    func sprite(pose: Pose, layer: Layer, time: ClipTime, in view: View, onto frame: I420Frame?) throws -> Sprite? {
        guard width > 0, height > 0 else { return nil }
        let place = pose.transform(anchorX: layer.anchorX * width, anchorY: layer.anchorY * height)
        let bounds = place.bounds(inked.x0, inked.y0, inked.x1, inked.y1)
        guard Rect(covering: bounds, in: view.size)?.inside(view.part) != nil else { return nil }

        var key = Key(
            scale: rasterScale(for: pose.scale, width: inked.x1 - inked.x0, height: inked.y1 - inked.y0), phaseX: 0,
            phaseY: 0)
        let isPlain = place.isAxisAligned && place.a == key.scale
        if isText && isPlain {
            func quarter(_ position: Double) -> Int { Int(((position - position.rounded(.down)) * 4).rounded()) % 4 }
            key.phaseX = quarter(place.tx)
            key.phaseY = quarter(place.ty)
        }
        let raster = try raster(key)
        let ratio = 1 / key.scale
        var toFrame = Affine(a: ratio, d: ratio, tx: -raster.originX * ratio, ty: -raster.originY * ratio).then(place)
        if isPlain {
            // Values very near a whole pixel are rounded to it, so that the raster is copied without sampling.
            func settled(_ value: Double) -> Double {
                abs(value - value.rounded()) < 1.0 / 64 ? value.rounded() : value
            }
            toFrame = Affine(a: 1, d: 1, tx: settled(toFrame.tx), ty: settled(toFrame.ty))
        }
        return Sampler.sprite(
            of: raster.planes, toFrame: toFrame, window: nil, windowToFrame: nil, in: view)
    }

    private func raster(_ key: Key) throws -> Raster {
        if let index = rasters.firstIndex(where: { $0.key == key }) {
            rasters.append(rasters.remove(at: index))
            return rasters[rasters.count - 1]
        }
        // At least two transparent pixels on every side, since sampling beyond a raster repeats its edge.
        let margin = 3.0
        let left = (-inked.x0 * key.scale).rounded(.up) + margin, top = (-inked.y0 * key.scale).rounded(.up) + margin
        let bitmap = Bitmap(
            width: Int(left + (inked.x1 * key.scale).rounded(.up) + margin + 1),
            height: Int(top + (inked.y1 * key.scale).rounded(.up) + margin + 1))
        let x = left + Double(key.phaseX) / 4, y = top + Double(key.phaseY) / 4
        try draw(bitmap, x, y, key.scale)
        let planes = Planes(bitmap, hasAlpha: true)
        if let gradient {
            let mask = Bitmap(width: bitmap.width, height: bitmap.height)
            try gradient.cover(mask, x, y, key.scale)
            planes.fill(
                gradient.paint, at: GradientPlace(x: x, y: y, scale: key.scale, width: width, height: height),
                where: Planes(mask, hasAlpha: true))
        }
        let raster = Raster(key: key, planes: planes, originX: x, originY: y)
        rasters.append(raster)
        // Sixteen phases of a title take less memory than one large drawing.
        while rasters.count > 1, byteCount > 24 << 20 { rasters.removeFirst() }
        return raster
    }
}

extension Paint {
    fileprivate var isGradient: Bool { if case .color = self { false } else { true } }
    fileprivate var isOpaque: Bool {
        switch self {
        case .color(let color): color.alpha == 255
        case .linear(_, let stops), .radial(_, _, _, let stops): stops.allSatisfy { $0.color.alpha == 255 }
        }
    }
}
