// The bits of a NAL unit of H.264: fixed lengths, Exp-Golomb codes, and the bytes that keep start codes out of it (ITU-T
// H.264, 7.2, 7.4.1, 9.1).

struct BitReader {
    private var bytes: [UInt8] = []
    private var at = 0
    /// Bits after the end are zeros.
    private(set) var isPastEnd = false

    /// - Parameter unit: with its first byte, which is not read.
    init(unit: UnsafeRawBufferPointer) {
        bytes.reserveCapacity(unit.count)
        var zeros = 0
        for byte in unit.dropFirst() {
            if zeros >= 2, byte == 3 {
                zeros = 0
                continue
            }
            zeros = byte == 0 ? zeros + 1 : 0
            bytes.append(byte)
        }
    }

    mutating func number(_ count: Int) -> Int {
        var value = 0
        for _ in 0..<count {
            let isThere = at / 8 < bytes.count
            if !isThere { isPastEnd = true }
            value = value << 1 | (isThere ? Int(bytes[at / 8] >> UInt8(7 - at % 8) & 1) : 0)
            at += 1
        }
        return value
    }

    mutating func skip(_ count: Int) { _ = number(count) }

    mutating func unsigned() -> Int {
        var zeros = 0
        while zeros < 31, number(1) == 0 { zeros += 1 }
        return (1 << zeros) - 1 + number(zeros)
    }

    mutating func signed() -> Int {
        let code = unsigned()
        return code % 2 == 0 ? -code / 2 : (code + 1) / 2
    }
}

struct BitWriter {
    private var bytes: [UInt8] = []
    private(set) var count = 0

    mutating func number(_ value: Int, _ length: Int) {
        for shift in (0..<length).reversed() {
            if count % 8 == 0 { bytes.append(0) }
            bytes[count / 8] |= UInt8(value >> shift & 1) << UInt8(7 - count % 8)
            count += 1
        }
    }

    mutating func unsigned(_ value: Int) {
        let length = Int.bitWidth - (value + 1).leadingZeroBitCount
        number(0, length - 1)
        number(value + 1, length)
    }

    mutating func signed(_ value: Int) { unsigned(value > 0 ? 2 * value - 1 : -2 * value) }

    /// The NAL unit with its first byte; the bits end with the stop bit, and zeros fill the last byte.
    func unit(header: UInt8) -> [UInt8] {
        var unit = [header], zeros = 0
        for byte in bytes {
            if zeros == 2, byte <= 3 {
                unit.append(3)
                zeros = 0
            }
            zeros = byte == 0 ? zeros + 1 : 0
            unit.append(byte)
        }
        return unit
    }
}
