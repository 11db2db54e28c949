// SHA-256: the name of bytes that leave the machine or that someone decides upon. XXH3 finds accidents; whoever wants to can
// make two files of one XXH3. It is a text throughout, 64 hex digits, since reports, records and `sha256sum` show it.
import CSystem

/// The SHA-256 of bytes that come in pieces.
public struct SHA256Writer: ~Copyable {
    private let state: OpaquePointer

    public init() { state = csystem_sha256_new() }
    deinit { csystem_sha256_free(state) }

    public mutating func add(_ bytes: UnsafeRawBufferPointer) {
        csystem_sha256_update(state, bytes.baseAddress, bytes.count)
    }

    /// 64 lower-case hex digits. Ends the sum: nothing can be added afterwards.
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
