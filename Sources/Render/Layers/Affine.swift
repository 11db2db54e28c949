// An affine transform of the plane, and a layer's values at one frame that define it.
import Composition
import Glibc

/// X = a x + c y + tx, Y = b x + d y + ty.
struct Affine: Equatable {
    var a = 1.0, b = 0.0, c = 0.0, d = 1.0, tx = 0.0, ty = 0.0

    func callAsFunction(_ x: Double, _ y: Double) -> (x: Double, y: Double) { (a * x + c * y + tx, b * x + d * y + ty) }

    /// First this, then `next`.
    func then(_ next: Affine) -> Affine {
        Affine(
            a: next.a * a + next.c * b, b: next.b * a + next.d * b,
            c: next.a * c + next.c * d, d: next.b * c + next.d * d,
            tx: next.a * tx + next.c * ty + next.tx, ty: next.b * tx + next.d * ty + next.ty)
    }

    /// nil if the transform collapses areas.
    var inverse: Affine? {
        let determinant = a * d - b * c
        guard determinant.isFinite, abs(determinant) > 1e-18 else { return nil }
        if b == 0 && c == 0 {
            // A separate case, so that a scale of one stays exactly one.
            return Affine(a: 1 / a, d: 1 / d, tx: -tx / a, ty: -ty / d)
        }
        let ia = d / determinant, ib = -b / determinant, ic = -c / determinant, id = a / determinant
        return Affine(a: ia, b: ib, c: ic, d: id, tx: -(ia * tx + ic * ty), ty: -(ib * tx + id * ty))
    }

    var isAxisAligned: Bool { b == 0 && c == 0 }

    /// Bounds of a rectangle after the transform.
    func bounds(_ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double) -> (
        x0: Double, y0: Double, x1: Double, y1: Double
    ) {
        let corners = [self(x0, y0), self(x1, y0), self(x0, y1), self(x1, y1)]
        return (corners.map(\.x).min()!, corners.map(\.y).min()!, corners.map(\.x).max()!, corners.map(\.y).max()!)
    }
}

/// A layer's position at one frame. It depends only on the layer and the frame, so that a frame is the same in every
/// segment.
struct Pose: Equatable {
    /// Position of the anchor in the frame, in pixels.
    var x, y: Double
    var scale: Double
    /// Degrees clockwise, 0 ..< 360.
    var rotation: Double

    /// nil if the layer is invisible: a value is not a number, or the scale is 0.
    init?(_ layer: Layer, frame: Int) {
        let at = Double(frame)
        x = layer.x.value(at: at)
        y = layer.y.value(at: at)
        // Rounded to 1/65536: noise in the last digits of an eased value must not change the size.
        scale = (layer.scale.value(at: at) * 65536).rounded() / 65536
        let turned = layer.rotation.value(at: at).truncatingRemainder(dividingBy: 360)
        rotation = turned < 0 ? turned + 360 : turned
        guard x.isFinite, y.isFinite, scale.isFinite, rotation.isFinite, scale > 1e-4, scale < 1e6,
            abs(x) < 1e7, abs(y) < 1e7
        else { return nil }
    }

    /// From the content's own pixels (origin at its top left corner) to the frame's.
    func transform(anchorX: Double, anchorY: Double) -> Affine {
        let (sine, cosine): (Double, Double)
        switch rotation {
        case 0: (sine, cosine) = (0, 1)
        case 90: (sine, cosine) = (1, 0)
        case 180: (sine, cosine) = (0, -1)
        case 270: (sine, cosine) = (-1, 0)
        default: (sine, cosine) = (sin(rotation * .pi / 180), cos(rotation * .pi / 180))
        }
        let a = scale * cosine, b = scale * sine, c = -scale * sine, d = scale * cosine
        // Rounded to 1/1024 pixel: noise in the last digits of a sum of keyframes must not move the layer.
        func steady(_ value: Double) -> Double { (value * 1024).rounded() / 1024 }
        return Affine(
            a: a, b: b == 0 ? 0 : b, c: c == 0 ? 0 : c, d: d,
            tx: steady(x - a * anchorX - c * anchorY), ty: steady(y - b * anchorX - d * anchorY))
    }
}

/// Opacity in the range of the kernels: 0...256.
func opacityStep(_ value: Double) -> Int {
    guard value > 0 else { return 0 }
    return Int((min(value, 1) * 256).rounded())
}
