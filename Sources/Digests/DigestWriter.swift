// Computes a digest from pieces: of a large file, or of the fields of a manifest.
import CSystem

/// Computes a digest from pieces.
public struct DigestWriter: ~Copyable {
    private let state: OpaquePointer

    public init() { state = csystem_xxh3_new() }
    deinit { csystem_xxh3_free(state) }

    public mutating func add(_ bytes: UnsafeRawBufferPointer) {
        csystem_xxh3_update(state, bytes.baseAddress, bytes.count)
    }

    /// Adds a text with its length before it, so that no two lists of texts give the same bytes.
    public mutating func add(field text: String) {
        var text = text
        text.withUTF8 { bytes in
            var count = UInt64(bytes.count).littleEndian
            withUnsafeBytes(of: &count) { add($0) }
            add(UnsafeRawBufferPointer(bytes))
        }
    }

    public func finish() -> Digest {
        var result: (UInt64, UInt64) = (0, 0)
        return withUnsafeMutableBytes(of: &result) { out in
            csystem_xxh3_final(state, out.baseAddress!.assumingMemoryBound(to: UInt8.self))
            return Digest(canonical: UnsafeRawPointer(out.baseAddress!))
        }
    }
}
