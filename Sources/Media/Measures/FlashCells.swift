// Light and red of every cell of every picture, packed, for the detection of flashes. Flashes cross the borders of
// segments, so the values are kept instead of a verdict; changed thresholds then need no decoding.
import FoundationEssentials  // base64, since bytes as a JSON array would be four times as long

/// 48 cells along the longer side, and square: 48 by 27 for 16:9. 25 % of the picture are then 324 cells, and a partly
/// covered cell, which counts fully, is 0.08 %. Values are 8 bits and independent of other pictures, so that a file
/// gives the same values whether measured whole or by segments.
public struct FlashCells: Codable, Sendable, Hashable {
    /// Pictures packed independently of earlier ones.
    public struct Part: Codable, Sendable, Hashable {
        public var frames: Int
        public var bytes: [UInt8]

        public init(frames: Int, bytes: [UInt8]) {
            self.frames = frames
            self.bytes = bytes
        }

        private enum CodingKeys: String, CodingKey { case frames, bytes }
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            frames = try container.decode(Int.self, forKey: .frames)
            guard let data = Data(base64Encoded: try container.decode(String.self, forKey: .bytes)) else {
                throw DecodingError.dataCorruptedError(forKey: .bytes, in: container, debugDescription: "not base64")
            }
            bytes = Array(data)
        }
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(frames, forKey: .frames)
            try container.encode(Data(bytes).base64EncodedString(), forKey: .bytes)
        }
    }

    /// 0 by 0 if nothing was measured.
    public var columns = 0
    public var rows = 0
    public var parts: [Part] = []

    public init() {}

    /// Whether the grid is valid; numbers from a file are not trusted.
    var hasGrid: Bool { (1...Self.longSide).contains(columns) && (1...Self.longSide).contains(rows) }
    var cells: Int { columns * rows }
    public var frames: Int { parts.reduce(0) { $0.addingReportingOverflow($1.frames).partialValue } }

    static let longSide = 48

    static func grid(width: Int, height: Int) -> (columns: Int, rows: Int) {
        let long = max(width, height, 1), short = max(1, min(width, height))
        let cells = max(1, min(longSide, (longSide * short + long / 2) / long))
        return width >= height ? (longSide, cells) : (cells, longSide)
    }

    /// Appends the pictures that follow. If the grids differ, all cells are dropped.
    mutating func append(_ next: FlashCells) {
        guard columns == next.columns, rows == next.rows else { self = FlashCells(); return }
        parts += next.parts
    }

    /// Visits the pictures in order.
    /// - Parameters:
    ///   - take: called with each value that differs from the picture before, and with all values of a part's first
    ///     picture: its index (0..<cells: light; cells..<2 * cells: red) and the value.
    ///   - end: called after each picture.
    /// - Returns: false if the bytes are not from `FlashPacker`.
    func walk(_ take: (_ place: Int, _ value: UInt8) -> Void, end: () -> Void) -> Bool {
        guard hasGrid else { return false }
        let width = cells * 2
        var values = [UInt8](repeating: 0, count: width)
        for part in parts {
            for place in 0..<width { values[place] = 0 }
            var place = 0, frame = 0, index = 0
            func step(_ delta: Int) -> Bool {
                guard frame < part.frames else { return false }
                if delta != 0 || frame == 0 {
                    values[place] &+= UInt8(truncatingIfNeeded: delta)
                    take(place, values[place])
                }
                place += 1
                if place == width {
                    place = 0
                    frame += 1
                    end()
                }
                return true
            }
            while index < part.bytes.count {
                let token = Int(part.bytes[index])
                index += 1
                switch token {
                case ..<FlashPacker.single:
                    var run = token + 1
                    // Skips runs of unchanged values at once.
                    while run > 0, frame > 0, frame < part.frames {
                        let here = min(run, width - place)
                        run -= here
                        place += here
                        if place == width {
                            place = 0
                            frame += 1
                            end()
                        }
                    }
                    for _ in 0..<run { guard step(0) else { return false } }
                case ..<FlashPacker.triple:
                    guard step(token - FlashPacker.single - 32) else { return false }
                case ..<FlashPacker.whole:
                    let code = token - FlashPacker.triple
                    guard step(code % 5 - 2), step(code / 5 % 5 - 2), step(code / 25 - 2) else { return false }
                case FlashPacker.whole:
                    guard index < part.bytes.count, step(Int(part.bytes[index])) else { return false }
                    index += 1
                default: return false
                }
            }
            guard frame == part.frames, place == 0 else { return false }
        }
        return true
    }
}

/// Packs differences to the picture before, modulo 256, into bytes: 0x00-0x3F: 1 to 64 zeros; 0x40-0x7F: one of
/// -32...31; 0x80-0xFC: three of -2...2 in base 5, the first lowest; 0xFD: the next byte is a difference.
struct FlashPacker {
    static let single = 0x40, triple = 0x80, whole = 0xFD
    private(set) var bytes: [UInt8] = []
    private var zeros = 0
    private var small: [Int] = []
    private var previous: [UInt8]

    init(width: Int) { previous = [UInt8](repeating: 0, count: width) }

    mutating func add(_ values: [UInt8]) {
        for place in 0..<min(values.count, previous.count) {
            let delta = Int(Int8(bitPattern: values[place] &- previous[place]))
            previous[place] = values[place]
            if delta == 0, small.isEmpty {
                zeros += 1
                if zeros == Self.single { endZeros() }
            } else if abs(delta) <= 2 {
                endZeros()
                small.append(delta)
                if small.count == 3 {
                    bytes.append(UInt8(Self.triple + small[0] + 2 + (small[1] + 2) * 5 + (small[2] + 2) * 25))
                    small.removeAll(keepingCapacity: true)
                }
            } else {
                end()
                if (-32...31).contains(delta) {
                    bytes.append(UInt8(Self.single + delta + 32))
                } else {
                    bytes += [UInt8(Self.whole), UInt8(truncatingIfNeeded: delta)]
                }
            }
        }
    }

    mutating func end() {
        endZeros()
        for delta in small { bytes.append(UInt8(Self.single + delta + 32)) }
        small.removeAll(keepingCapacity: true)
    }

    private mutating func endZeros() {
        if zeros > 0 { bytes.append(UInt8(zeros - 1)) }
        zeros = 0
    }
}
