// The name that git gives to the bytes of a file: SHA-1 or SHA-256, whichever the repository was made with.
import CSystem

public struct GitHashWriter: ~Copyable {
    private let state: OpaquePointer
    private let isLong: Bool

    /// - Parameters:
    ///   - digits: how long names are in the repository; nil is returned for a length that git does not have.
    ///   - size: of the file.
    public init?(digits: Int, size: Int) {
        guard digits == 40 || digits == 64 else { return nil }
        isLong = digits == 64
        state = isLong ? csystem_sha256_new() : csystem_sha1_new()
        var head = "blob \(size)\0"
        head.withUTF8 { add(UnsafeRawBufferPointer($0)) }
    }

    deinit { if isLong { csystem_sha256_free(state) } else { csystem_sha1_free(state) } }

    public mutating func add(_ bytes: UnsafeRawBufferPointer) {
        if isLong {
            csystem_sha256_update(state, bytes.baseAddress, bytes.count)
        } else {
            csystem_sha1_update(state, bytes.baseAddress, bytes.count)
        }
    }

    /// Lower-case hex digits. Nothing can be added afterwards.
    public consuming func finish() -> String {
        withUnsafeTemporaryAllocation(byteCount: isLong ? 32 : 20, alignment: 8) { out in
            let bytes = out.baseAddress!.assumingMemoryBound(to: UInt8.self)
            if isLong { csystem_sha256_final(state, bytes) } else { csystem_sha1_final(state, bytes) }
            return hexText(UnsafeRawBufferPointer(out))
        }
    }
}
