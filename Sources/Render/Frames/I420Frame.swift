// A finished frame: three planes in one block of memory, Y then U then V, rows without padding.
import CPixels
import CPango
import Composition
import Diagnostics
import Digests
import Media

/// BT.709 limited range, 4:2:0, left-sited chroma. Width and height are even.
public final class I420Frame: @unchecked Sendable {
    public let width: Int
    public let height: Int
    public let y: UnsafeMutablePointer<UInt8>
    public let u: UnsafeMutablePointer<UInt8>
    public let v: UnsafeMutablePointer<UInt8>
    public var chromaWidth: Int { width / 2 }
    public var chromaHeight: Int { height / 2 }
    /// Bytes of all planes together; they start at `y`.
    public var byteCount: Int { width * height * 3 / 2 }
    /// The frame that this one equals but for the given parts; nil: it equals none that is known. That frame must not
    /// change while this one refers to it.
    private var copied: (from: I420Frame, but: [Rect])?
    /// With more parts, copying all costs no more.
    private static let mostParts = 12

    /// Makes a black frame. Both sides must be even and at least 2.
    public init(width: Int, height: Int) {
        precondition(width >= 2 && height >= 2 && width % 2 == 0 && height % 2 == 0)
        self.width = width
        self.height = height
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: width * height * 3 / 2, alignment: 64)
        y = bytes.bindMemory(to: UInt8.self, capacity: width * height * 3 / 2)
        u = y + width * height
        v = u + width * height / 4
        fill(luma: 16, u: 128, v: 128)
    }

    deinit { UnsafeMutableRawPointer(y).deallocate() }

    func fill(luma: UInt8, u blue: UInt8, v red: UInt8) {
        willChange()
        y.update(repeating: luma, count: width * height)
        u.update(repeating: blue, count: width * height / 4)
        v.update(repeating: red, count: width * height / 4)
    }

    public func copy(from other: I420Frame) {
        precondition(other.width == width && other.height == height)
        willChange()
        y.update(from: other.y, count: byteCount)
    }

    /// The same for a part, or for all of it.
    func copy(from other: I420Frame, part: Rect?) {
        guard let part else { return copy(from: other) }
        willChange()
        take(other, part)
    }

    /// Becomes equal to a frame that does not change any more, by copying what has been drawn since the last time.
    func restore(from still: I420Frame) {
        if let copied, copied.from === still {
            self.copied = nil
            for part in copied.but { take(still, part) }
        } else {
            copy(from: still)
        }
        copied = (still, [])
    }

    private func take(_ other: I420Frame, _ part: Rect) {
        precondition(other.width == width && other.height == height)
        each(part) { plane, stride, width, height, offset in
            cpixels_copy(plane(self) + offset, stride, plane(other) + offset, stride, width, height)
        }
    }

    /// To be called before pixels are written: those of a part, or any.
    func willChange(_ part: Rect? = nil) {
        guard let but = copied?.but else { return }
        guard let part, but.count < Self.mostParts else { return copied = nil }
        if !but.contains(part) { copied!.but.append(part) }
    }

    private func each(
        _ part: Rect,
        _ take: (
            _ plane: (I420Frame) -> UnsafeMutablePointer<UInt8>, _ stride: Int, _ width: Int32, _ height: Int32,
            _ offset: Int
        ) -> Void
    ) {
        take({ $0.y }, width, Int32(part.width), Int32(part.height), part.y * width + part.x)
        for plane in [{ (frame: I420Frame) in frame.u }, { (frame: I420Frame) in frame.v }] {
            take(
                plane, chromaWidth, Int32(part.width / 2), Int32(part.height / 2),
                part.y / 2 * chromaWidth + part.x / 2)
        }
    }

    /// this = (this * (256 - amount) + other * amount) / 256, `amount` 0...256.
    func mix(_ other: I420Frame, amount: Int) {
        willChange()
        let count = Int32(width), rows = Int32(height * 3 / 2)
        cpixels_mix(y, width, y, width, other.y, width, count, rows, Int32(amount))
    }

    /// The same for a part, or for all of it.
    func mix(_ other: I420Frame, amount: Int, part: Rect?) {
        guard let part else { return mix(other, amount: amount) }
        willChange()
        each(part) { plane, stride, width, height, offset in
            let own = plane(self) + offset
            cpixels_mix(own, stride, own, stride, plane(other) + offset, stride, width, height, Int32(amount))
        }
    }

    /// Digest of the planes in memory order.
    public var hash: Digest { Digest.of(UnsafeRawBufferPointer(start: y, count: byteCount)) }

    /// The form that the encoder and the likeness measures take.
    public var planes: PicturePlanes {
        let size = PixelSize(width: width, height: height)
        return PicturePlanes(y: y, u: u, v: v, yStride: width, uvStride: chromaWidth, size: size, owner: self)
    }

    public func bitmap() -> Bitmap {
        let bitmap = Bitmap(width: width, height: height)
        cpixels_i420_to_bgra(y, width, u, v, width / 2, Int32(width), Int32(height), bitmap.pixels, bitmap.stride)
        return bitmap
    }

    /// The frame as an RGB PNG file.
    public func png() throws -> [UInt8] { try Canvas(bitmap()).png() }
}

extension I420Frame {
    public func hasSamePixels(as other: I420Frame) -> Bool {
        width == other.width && height == other.height && memcmp(y, other.y, byteCount) == 0
    }
}
