// The header of a picture of VP8 (RFC 6386, 9 and 19.2), as far as it says which earlier pictures it takes the place
// of. Unaware of pixels.

struct VP8Header {
    let isKey: Bool
    let isShown: Bool
    /// Whether the picture after it leans on it as the last one.
    let replacesLast: Bool
    /// Whether it is kept as one of the two that later pictures may lean on.
    let isKept: Bool

    /// nil where it is too short to be one.
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
        // The filter: its kind, level and sharpness, and what it adds for kinds of blocks.
        bits.skip(10)
        if bits.flag(), bits.flag() { for _ in 0..<8 { bits.skipIfThere(7) } }
        // Partitions, then quantisers: one, and the differences of five to it.
        bits.skip(2)
        bits.skip(7)
        for _ in 0..<5 { bits.skipIfThere(5) }
        let golden = bits.flag(), other = bits.flag()
        // Where the two come from if not from this picture, their signs, and whether probabilities are kept.
        bits.skip((golden ? 0 : 2) + (other ? 0 : 2) + 3)
        replacesLast = bits.flag()
        isKept = golden || other
    }

    /// A boolean decoder (RFC 6386, 7) for bits that are as likely 0 as 1.
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
        /// A value that is there or not: a flag that says so, and its bits with a sign.
        mutating func skipIfThere(_ count: Int) { if flag() { skip(count) } }
    }
}
