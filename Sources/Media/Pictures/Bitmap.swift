// A decoded picture in memory, which decoders produce and the renderer draws. Knows nothing of files, formats and
// colour management.

/// Premultiplied BGRA in sRGB, 8 bits per channel, bytes in the order B, G, R, A; rows top to bottom, `stride` bytes
/// apart. Owns its memory. Only its creator writes to it, so it can then be shared between threads.
public final class Bitmap: @unchecked Sendable {
    public let width: Int
    public let height: Int
    /// Bytes from one row to the next; a multiple of 64, so that every row starts on a cache line.
    public let stride: Int
    public let pixels: UnsafeMutablePointer<UInt8>
    public var byteCount: Int { stride * height }

    /// A transparent picture. Sides are at least 1; the caller has limited their product.
    public init(width: Int, height: Int) {
        precondition(width > 0 && height > 0)
        self.width = width
        self.height = height
        stride = (width * 4 + 63) & ~63
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: stride * height, alignment: 64)
        bytes.initializeMemory(as: UInt8.self, repeating: 0, count: stride * height)
        pixels = bytes.assumingMemoryBound(to: UInt8.self)
    }

    deinit { UnsafeMutableRawPointer(pixels).deallocate() }

    public func row(_ y: Int) -> UnsafeMutablePointer<UInt8> { pixels + y * stride }
}
