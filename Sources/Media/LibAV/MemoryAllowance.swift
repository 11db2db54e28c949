// How much memory work on one file may take: by its real size, whatever its header says. Unaware of what is in the
// file.
import CSystem

struct MemoryAllowance {
    /// Room for the pictures that a decoder holds, and so much for each byte of the file.
    private static let room = 768 << 20, perByte = 32

    /// Bytes; nil where the kernel keeps no limit.
    let limit: Int?

    init(forBytes bytes: Int) {
        let wanted = Self.room + min(bytes, 1 << 40) * Self.perByte
        limit = csystem_allow_memory(UInt64(wanted)) == 0 ? wanted : nil
    }

    /// Back to what the process may have.
    func end() { _ = csystem_allow_memory(0) }
}
