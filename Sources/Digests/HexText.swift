// Bytes as hex digits.

/// The lower-case digit of a number below 16.
@inlinable public func hexDigit(of nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x61 + nibble - 10 }

/// Two lower-case digits per byte.
public func hexText(_ bytes: UnsafeRawBufferPointer) -> String {
    return String(unsafeUninitializedCapacity: 2 * bytes.count) { out in
        for index in 0..<bytes.count {
            let byte = bytes[index]
            out[2 * index] = hexDigit(of: byte >> 4)
            out[2 * index + 1] = hexDigit(of: byte & 15)
        }
        return 2 * bytes.count
    }
}

/// The bytes that lower-case hex digits spell; nil: the text is something else, or of another length.
public func hexBytes(_ text: String, count: Int) -> [UInt8]? {
    let digits = text.utf8.compactMap(hexDigit)
    guard digits.count == 2 * count, text.utf8.count == digits.count else { return nil }
    return (0..<count).map { digits[2 * $0] << 4 | digits[2 * $0 + 1] }
}

func hexDigit(_ character: UInt8) -> UInt8? {
    switch character {
    case 0x30...0x39: character - 0x30
    case 0x61...0x66: character - 0x61 + 10
    default: nil
    }
}
