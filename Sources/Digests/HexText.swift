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

/// Eight lower-case hex digits at once, the first in the highest byte: a run's log has thousands of digests.
enum HexWord {
    private static let ones: UInt64 = 0x0101_0101_0101_0101

    static func digits(_ value: UInt32) -> UInt64 {
        var word = UInt64(value)
        word = (word | word << 16) & 0x0000_FFFF_0000_FFFF
        word = (word | word << 8) & 0x00FF_00FF_00FF_00FF
        word = (word | word << 4) & 0x0F0F_0F0F_0F0F_0F0F
        // A letter is as far behind the digits as 'a' is behind ':'.
        let letters = (word &+ ones &* 6) >> 4 & ones
        return word &+ ones &* 0x30 &+ letters &* 0x27
    }

    /// nil: not all of them are lower-case hex digits.
    static func value(_ digits: UInt64) -> UInt32? {
        // Letters have this bit, and 'a' has the low digit 1.
        let letters = digits >> 6 & ones
        var word = (digits & (ones &* 0x0F)) &+ letters &* 9
        guard word & (ones &* 0xF0) == 0 else { return nil }
        word = (word | word >> 4) & 0x00FF_00FF_00FF_00FF
        word = (word | word >> 8) & 0x0000_FFFF_0000_FFFF
        let value = UInt32(truncatingIfNeeded: word | word >> 16)
        return Self.digits(value) == digits ? value : nil
    }
}
