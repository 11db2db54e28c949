// A picture of H.264 that repeats the one before it: a P slice whose macroblocks are all skipped (ITU-T H.264, 7.3.3,
// 7.3.4, 9.3.4). It takes about 70 bytes at 1920x1080 and no search for motion. It fits streams of one slice a
// picture, frames only; what else it needs, it reads from the parameter sets. Knows nothing of encoders or containers.
import Diagnostics

struct SkippedPicture {
    /// What a slice says of its place among pictures.
    struct Place: Hashable {
        var isReference: Bool
        /// `frame_num`, modulo `numbers`.
        var number: Int
    }

    /// Modulus of the numbers that reference pictures have in the order of decoding.
    let numbers: Int
    private let numberBits: Int
    /// Bits of the order in which pictures are shown; nil: it is that of decoding.
    private let orderBits: Int?
    private let macroblocks: Int
    private let picture: PictureParameters

    private struct PictureParameters {
        var id = 0, usesArithmetic = false, hasBottomOrder = false, isWeighted = false, quantizer = 26
        var hasDeblocking = false, hasRedundancy = false
    }

    /// - Parameter headers: the parameter sets, as NAL units after start codes.
    init(headers: UnsafeRawBufferPointer) throws(EncodeProblem) {
        let units = AccessUnit(headers, lengthSize: nil)
        func bits(_ kind: UInt8) throws(EncodeProblem) -> BitReader {
            guard let unit = units.units.first(where: { units.kind(of: $0) == kind }) else {
                throw Self.unfit("a parameter set is missing")
            }
            return BitReader(unit: UnsafeRawBufferPointer(rebasing: headers[unit]))
        }
        // 7.3.2.1.1
        var sequence = try bits(7)
        let profile = sequence.number(8)
        sequence.skip(16)
        _ = sequence.unsigned()
        if [100, 110, 122, 244].contains(profile) {
            guard sequence.unsigned() == 1 else { throw Self.unfit("chroma is not 4:2:0") }
            _ = sequence.unsigned()
            _ = sequence.unsigned()
            sequence.skip(1)
            guard sequence.number(1) == 0 else { throw Self.unfit("scaling matrices are in the stream") }
        }
        numberBits = sequence.unsigned() + 4
        let order = sequence.unsigned()
        guard order == 0 || order == 2 else { throw Self.unfit("the order of pictures is of kind \(order)") }
        orderBits = order == 0 ? sequence.unsigned() + 4 : nil
        _ = sequence.unsigned()
        sequence.skip(1)
        let columns = sequence.unsigned() + 1, rows = sequence.unsigned() + 1
        guard sequence.number(1) == 1 else { throw Self.unfit("pictures may be fields") }
        // 7.3.2.2
        var fields = try bits(8), parameters = PictureParameters()
        parameters.id = fields.unsigned()
        _ = fields.unsigned()
        parameters.usesArithmetic = fields.number(1) == 1
        parameters.hasBottomOrder = fields.number(1) == 1
        guard fields.unsigned() == 0 else { throw Self.unfit("pictures have groups of slices") }
        _ = fields.unsigned()
        _ = fields.unsigned()
        parameters.isWeighted = fields.number(1) == 1
        fields.skip(2)
        parameters.quantizer = 26 + fields.signed()
        _ = fields.signed()
        _ = fields.signed()
        parameters.hasDeblocking = fields.number(1) == 1
        fields.skip(1)
        parameters.hasRedundancy = fields.number(1) == 1
        guard !sequence.isPastEnd, !fields.isPastEnd, (4...16).contains(numberBits),
            (4...16).contains(orderBits ?? 4), (1...512).contains(columns), (1...512).contains(rows)
        else { throw Self.unfit("a parameter set is damaged") }
        numbers = 1 << numberBits
        macroblocks = columns * rows
        picture = parameters
    }

    /// The place of a packet's picture.
    /// - Parameter lengthSize: how its units are separated (`AccessUnit`).
    func place(of packet: UnsafeRawBufferPointer, lengthSize: Int? = nil) throws(EncodeProblem) -> Place {
        let units = AccessUnit(packet, lengthSize: lengthSize)
        guard let unit = units.units.first(where: { AccessUnit.Kind.slices.contains(units.kind(of: $0)) }) else {
            throw Self.unfit("a packet has no slice")
        }
        // What is read lies in the first bytes.
        let bytes = UnsafeRawBufferPointer(rebasing: packet[unit].prefix(32))
        var bits = BitReader(unit: bytes)
        _ = bits.unsigned()
        _ = bits.unsigned()
        _ = bits.unsigned()
        let number = bits.number(numberBits)
        guard !bits.isPastEnd else { throw Self.unfit("a slice is damaged") }
        return Place(isReference: bytes[0] & 0x60 != 0, number: number)
    }

    /// The picture as a NAL unit after a start code. It is a reference picture, so that the next can repeat it.
    /// - Parameters:
    ///   - number: one more than that of the reference picture before it in the order of decoding.
    ///   - shown: pictures from the last key picture to this one, in the order shown.
    ///   - repeated: the number of the picture that it repeats, a reference picture.
    func packet(number: Int, shown: Int, repeated: Int) -> [UInt8] {
        var bits = BitWriter()
        bits.unsigned(0)  // the first macroblock
        bits.unsigned(5)  // P, as all slices of the picture
        bits.unsigned(picture.id)
        bits.number(number % numbers, numberBits)
        if let orderBits {
            bits.number(2 * shown % (1 << orderBits), orderBits)
            if picture.hasBottomOrder { bits.signed(0) }
        }
        if picture.hasRedundancy { bits.unsigned(0) }
        bits.number(1, 1)  // one reference
        bits.unsigned(0)
        let back = (number - repeated + numbers) % numbers
        if back == 1 {
            bits.number(0, 1)
        } else {
            // Not the last reference picture in the order of decoding, so it is moved to the front.
            bits.number(1, 1)
            bits.unsigned(0)
            bits.unsigned((back + numbers - 1) % numbers)
            bits.unsigned(3)
        }
        if picture.isWeighted {
            bits.unsigned(0)
            bits.unsigned(0)
            bits.number(0, 2)
        }
        bits.number(0, 1)  // reference pictures leave in the order of their numbers
        if picture.usesArithmetic { bits.unsigned(0) }
        bits.signed(ArithmeticSkips.quantizer - picture.quantizer)
        if picture.hasDeblocking { bits.unsigned(1) }
        if picture.usesArithmetic {
            while bits.count % 8 != 0 { bits.number(1, 1) }
            ArithmeticSkips.write(macroblocks, to: &bits)
        } else {
            bits.unsigned(macroblocks)
            bits.number(1, 1)
        }
        return [0, 0, 0, 1] + bits.unit(header: 0x41)
    }

    private static func unfit(_ reason: String) -> EncodeProblem {
        .media(doing: "repeat a picture without encoding it", reason: reason)
    }
}

/// Skipped macroblocks by arithmetic coding (9.3): each is one bin, which is always the likelier one, and one that says
/// whether the slice ends.
private enum ArithmeticSkips {
    /// The slice's quantizer. It sets the first state of the context; skipped macroblocks quantize nothing.
    static let quantizer = 26
    /// Of context 11 at this quantizer, with cabac_init_idc 0 (table 9-13: m = 23, n = 33): (23 * 26 >> 4) + 33 - 64.
    private static let firstState = 6, lastState = 62

    static func write(_ macroblocks: Int, to bits: inout BitWriter) {
        var low = 0, range = 510, outstanding = 0, isFirst = true, state = firstState
        func put(_ bit: Int) {
            if isFirst { isFirst = false } else { bits.number(bit, 1) }
            while outstanding > 0 {
                bits.number(1 - bit, 1)
                outstanding -= 1
            }
        }
        func renormalize() {
            while range < 256 {
                if low < 256 {
                    put(0)
                } else if low >= 512 {
                    low -= 512
                    put(1)
                } else {
                    low -= 256
                    outstanding += 1
                }
                range <<= 1
                low <<= 1
            }
        }
        for left in (0..<macroblocks).reversed() {
            range -= shares[state - firstState][range >> 6 & 3]
            state = min(state + 1, lastState)
            renormalize()
            range -= 2
            if left > 0 {
                renormalize()
            } else {
                low += range
                range = 2
                renormalize()
                put(low >> 9 & 1)
                // The last bit is the slice's stop bit.
                bits.number(low >> 7 & 3 | 1, 2)
            }
        }
    }

    /// Shares of the unlikelier bin, by state from `firstState` and quarter of the range (table 9-44).
    private static let shares: [[Int]] = [
        [105, 128, 152, 175], [100, 122, 144, 166], [95, 116, 137, 158], [90, 110, 130, 150], [85, 104, 123, 142],
        [81, 99, 117, 135], [77, 94, 111, 128], [73, 89, 105, 122], [69, 85, 100, 116], [66, 80, 95, 110],
        [62, 76, 90, 104], [59, 72, 86, 99], [56, 69, 81, 94], [53, 65, 77, 89], [51, 62, 73, 85], [48, 59, 69, 80],
        [46, 56, 66, 76], [43, 53, 63, 72], [41, 50, 59, 69], [39, 48, 56, 65], [37, 45, 54, 62], [35, 43, 51, 59],
        [33, 41, 48, 56], [32, 39, 46, 53], [30, 37, 43, 50], [29, 35, 41, 48], [27, 33, 39, 45], [26, 31, 37, 43],
        [24, 30, 35, 41], [23, 28, 33, 39], [22, 27, 32, 37], [21, 26, 30, 35], [20, 24, 29, 33], [19, 23, 27, 31],
        [18, 22, 26, 30], [17, 21, 25, 28], [16, 20, 23, 27], [15, 19, 22, 25], [14, 18, 21, 24], [14, 17, 20, 23],
        [13, 16, 19, 22], [12, 15, 18, 21], [12, 14, 17, 20], [11, 14, 16, 19], [11, 13, 15, 18], [10, 12, 15, 17],
        [10, 12, 14, 16], [9, 11, 13, 15], [9, 11, 12, 14], [8, 10, 12, 14], [8, 9, 11, 13], [7, 9, 11, 12],
        [7, 9, 10, 12], [7, 8, 10, 11], [6, 8, 9, 11], [6, 7, 9, 10], [6, 7, 8, 9],
    ]
}
