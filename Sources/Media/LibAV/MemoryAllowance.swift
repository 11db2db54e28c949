// Limits the memory for work on one file by the file's real size, whatever its header declares. Knows nothing of its
// content.
import CSystem

struct MemoryAllowance {
    /// Bytes for the pictures that a decoder holds, plus bytes for each byte of the file.
    private static let room = 768 << 20, perByte = 32

    /// In bytes; nil if the kernel could not set a limit.
    let limit: Int?

    init(forBytes bytes: Int) {
        let wanted = Self.room + min(bytes, 1 << 40) * Self.perByte
        limit = csystem_allow_memory(UInt64(wanted)) == 0 ? wanted : nil
    }

    /// Restores the limit of the process.
    func end() { _ = csystem_allow_memory(0) }
}
