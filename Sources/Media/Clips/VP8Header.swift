// The header of a VP8 picture (RFC 6386, 9 and 19.2), as far as the flags that tell which reference pictures it
// replaces. Decodes no pixels.

struct VP8Header {
    let isKey: Bool
    let isShown: Bool
    /// Whether it becomes the "last" reference picture.
    let replacesLast: Bool
    /// Whether it becomes one of the other two reference pictures.
    let isKept: Bool

    /// nil if the data is too short.
    init?(_ data: UnsafeBufferPointer<UInt8>) {
        guard data.count >= 3 else { return nil }
        isKey = data[0] & 1 == 0
        isShown = data[0] & 0x10 != 0
        guard !isKey, data.count > 4 else {
            (replacesLast, isKept) = (isKey, isKey)
            return
        }
        var bits = Bits(data, from: 3)
        if bits.flag() {
            let hasMap = bits.flag()
            if bits.flag() {
                bits.skip(1)
                for _ in 0..<4 { bits.skipIfThere(8) }
                for _ in 0..<4 { bits.skipIfThere(7) }
            }
            if hasMap { for _ in 0..<3 { bits.skipIfThere(8) } }
        }
        // The loop filter: type, level and sharpness, then its adjustments for kinds of blocks.
        bits.skip(10)
        if bits.flag(), bits.flag() { for _ in 0..<8 { bits.skipIfThere(7) } }
        // The number of partitions, then a quantiser and five differences to it.
        bits.skip(2)
        bits.skip(7)
        for _ in 0..<5 { bits.skipIfThere(5) }
        let golden = bits.flag(), other = bits.flag()
        // The sources of the two references if not this picture, their signs, and whether probabilities are kept.
        bits.skip((golden ? 0 : 2) + (other ? 0 : 2) + 3)
        replacesLast = bits.flag()
        isKept = golden || other
    }

    /// The boolean decoder (RFC 6386, 7) for bits with probability 1/2.
    private struct Bits {
        private let data: UnsafeBufferPointer<UInt8>
        private var at: Int
        private var value: UInt32, range: UInt32 = 255, shift = 0

        init(_ data: UnsafeBufferPointer<UInt8>, from: Int) {
            self.data = data
            value = UInt32(data[from]) << 8 | UInt32(data[from + 1])
            at = from + 2
        }

        mutating func flag() -> Bool {
            let split = 1 + ((range - 1) * 128) >> 8, isSet = value >= split << 8
            if isSet {
                range -= split
                value -= split << 8
            } else {
                range = split
            }
            while range < 128 {
                value <<= 1
                range <<= 1
                shift += 1
                if shift == 8 {
                    shift = 0
                    value |= at < data.count ? UInt32(data[at]) : 0
                    at += 1
                }
            }
            return isSet
        }

        mutating func skip(_ count: Int) { for _ in 0..<count { _ = flag() } }
        /// An optional value: a flag, then the bits of the value and its sign.
        mutating func skipIfThere(_ count: Int) { if flag() { skip(count) } }
    }
}
