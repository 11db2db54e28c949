// SHA-256: names bytes that leave the machine or that a decision is about, since an attacker can make two files with
// the same XXH3. Always a text of 64 hex digits, as reports, records and `sha256sum` show it.
import CSystem

/// Computes a SHA-256 from pieces.
public struct SHA256Writer: ~Copyable {
    private let state: OpaquePointer

    public init() { state = csystem_sha256_new() }
    deinit { csystem_sha256_free(state) }

    public mutating func add(_ bytes: UnsafeRawBufferPointer) {
        csystem_sha256_update(state, bytes.baseAddress, bytes.count)
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

    /// 64 lower-case hex digits. Nothing can be added afterwards.
    public consuming func finish() -> String {
        withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { out in
            csystem_sha256_final(state, out.baseAddress!.assumingMemoryBound(to: UInt8.self))
            return hexText(UnsafeRawBufferPointer(out))
        }
    }
}

public enum SHA256 {
    public static func of(_ bytes: UnsafeRawBufferPointer) -> String {
        var writer = SHA256Writer()
        writer.add(bytes)
        return writer.finish()
    }
}
