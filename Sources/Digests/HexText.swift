// Bytes as hex digits.

/// Two lower-case digits per byte.
public func hexText(_ bytes: UnsafeRawBufferPointer) -> String {
    func digit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x61 + nibble - 10 }
    return String(unsafeUninitializedCapacity: 2 * bytes.count) { out in
        for (index, byte) in bytes.enumerated() {
            out[2 * index] = digit(byte >> 4)
            out[2 * index + 1] = digit(byte & 15)
        }
        return 2 * bytes.count
    }
}
