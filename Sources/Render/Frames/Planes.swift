// Pictures for composing: premultiplied Y, U, V and alpha planes. A raster is a layer's picture in its own pixels; a
// sprite is the layer's contribution to a part of the frame.
import CPixels
import Media

/// Planes in one block. Without alpha the picture is opaque. Width and height are even.
final class Planes {
    let width: Int
    let height: Int
    let hasAlpha: Bool
    /// Bytes per row of Y and A; `chromaStride` of U, V and the alpha at chroma size.
    let stride: Int
    let chromaStride: Int
    let y, u, v: UnsafeMutablePointer<UInt8>
    let a, chromaAlpha: UnsafeMutablePointer<UInt8>?
    let byteCount: Int
    /// The frame whose memory this is; nil: its own.
    private let frame: I420Frame?

    init(width: Int, height: Int, hasAlpha: Bool) {
        precondition(width > 0 && height > 0 && width % 2 == 0 && height % 2 == 0)
        self.width = width
        self.height = height
        self.hasAlpha = hasAlpha
        stride = (width + 63) & ~63
        chromaStride = (width / 2 + 63) & ~63
        let luma = stride * height, chroma = chromaStride * height / 2
        byteCount = luma * (hasAlpha ? 2 : 1) + chroma * (hasAlpha ? 3 : 2)
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
        y = bytes.bindMemory(to: UInt8.self, capacity: byteCount)
        u = y + luma
        v = u + chroma
        chromaAlpha = hasAlpha ? v + chroma : nil
        a = hasAlpha ? v + 2 * chroma : nil
        frame = nil
    }

    /// The planes of a frame, which whoever writes them changes.
    init(of frame: I420Frame) {
        frame.willChange()
        (width, height, stride, chromaStride) = (frame.width, frame.height, frame.width, frame.chromaWidth)
        (y, u, v, a, chromaAlpha) = (frame.y, frame.u, frame.v, nil, nil)
        (hasAlpha, byteCount) = (false, frame.byteCount)
        self.frame = frame
    }

    deinit { if frame == nil { UnsafeMutableRawPointer(y).deallocate() } }

    func isPart(of frame: I420Frame) -> Bool { self.frame === frame }
    var isPartOfFrame: Bool { frame != nil }

    /// Converts a picture. An odd side is extended by repeating its last column or row.
    convenience init(_ bitmap: Bitmap, hasAlpha: Bool) {
        self.init(width: (bitmap.width + 1) & ~1, height: (bitmap.height + 1) & ~1, hasAlpha: hasAlpha)
        cpixels_bgra_to_yuva(
            bitmap.pixels, bitmap.stride, Int32(bitmap.width), Int32(bitmap.height), y, a, stride,
            u, v, chromaAlpha, chromaStride)
    }
}

/// A layer's contribution to a part of the frame. Its corner has even coordinates, so that its chroma samples coincide
/// with the frame's.
struct Sprite {
    var x: Int
    var y: Int
    var planes: Planes

    /// Whether nothing below it is seen in a view.
    func hides(_ view: View, opacity: Int) -> Bool {
        opacity >= 256 && !planes.hasAlpha && Rect(x: x, y: y, width: planes.width, height: planes.height) == view.part
    }

    /// Fills the sprite, which has no alpha, from the frame.
    func take(_ frame: I420Frame) {
        let w = Int32(planes.width), h = Int32(planes.height), at = y / 2 * frame.chromaWidth + x / 2
        cpixels_copy(planes.y, planes.stride, frame.y + y * frame.width + x, frame.width, w, h)
        cpixels_copy(planes.u, planes.chromaStride, frame.u + at, frame.chromaWidth, w / 2, h / 2)
        cpixels_copy(planes.v, planes.chromaStride, frame.v + at, frame.chromaWidth, w / 2, h / 2)
    }

    /// `opacity` 0...256. The sprite lies within the frame.
    func draw(on frame: I420Frame, opacity: Int) {
        if planes.isPart(of: frame) { return }
        frame.willChange(Rect(x: x, y: y, width: planes.width, height: planes.height))
        let w = Int32(planes.width), h = Int32(planes.height)
        let luma = frame.y + y * frame.width + x
        let at = y / 2 * frame.chromaWidth + x / 2
        guard let a = planes.a, let ac = planes.chromaAlpha else {
            if opacity >= 256 {
                cpixels_copy(luma, frame.width, planes.y, planes.stride, w, h)
                cpixels_copy(frame.u + at, frame.chromaWidth, planes.u, planes.chromaStride, w / 2, h / 2)
                cpixels_copy(frame.v + at, frame.chromaWidth, planes.v, planes.chromaStride, w / 2, h / 2)
            } else {
                let amount = Int32(opacity)
                cpixels_mix(luma, frame.width, luma, frame.width, planes.y, planes.stride, w, h, amount)
                cpixels_mix(
                    frame.u + at, frame.chromaWidth, frame.u + at, frame.chromaWidth, planes.u, planes.chromaStride,
                    w / 2, h / 2, amount)
                cpixels_mix(
                    frame.v + at, frame.chromaWidth, frame.v + at, frame.chromaWidth, planes.v, planes.chromaStride,
                    w / 2, h / 2, amount)
            }
            return
        }
        let amount = Int32(opacity)
        cpixels_blend(luma, frame.width, planes.y, a, planes.stride, w, h, amount)
        cpixels_blend(frame.u + at, frame.chromaWidth, planes.u, ac, planes.chromaStride, w / 2, h / 2, amount)
        cpixels_blend(frame.v + at, frame.chromaWidth, planes.v, ac, planes.chromaStride, w / 2, h / 2, amount)
    }
}
