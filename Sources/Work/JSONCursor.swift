// Reads JSON that vgraph wrote, where a general decoder costs more than all else: records, logs of runs and plans, a
// thousand for one question. It takes what our writers write and refuses the rest, which is then `JSONDecoder`'s to
// read; so it decides nothing that the decoder would not.
import Digests
import FoundationEssentials

/// A place in the text of one JSON document. Reads forward; the bytes must outlive it.
public struct JSONCursor {
    /// This is not what was asked for, or not JSON as our writers write it.
    public struct Mismatch: Error {
        public init() {}
    }

    /// The name of a member, as its bytes: ours hold no escapes.
    public struct Name {
        fileprivate let bytes: UnsafeBufferPointer<UInt8>

        public var text: String {
            get throws(Mismatch) { try JSONCursor.text(bytes, isASCII: false) }
        }

        public static func ~= (name: StaticString, found: Name) -> Bool {
            let count = name.utf8CodeUnitCount
            guard found.bytes.count == count else { return false }
            // The last bytes first: members of one object often begin alike, and nearly all end differently.
            var index = count
            while index > 0 {
                index -= 1
                if found.bytes[index] != name.utf8Start[index] { return false }
            }
            return true
        }
    }

    private var at: UnsafePointer<UInt8>
    private let end: UnsafePointer<UInt8>

    /// The value of a whole document; nil: the general decoder has to read it.
    public static func read<T>(
        _ bytes: some Collection<UInt8>, _ body: (inout JSONCursor) throws(Mismatch) -> T
    ) -> T? {
        func read(_ bytes: UnsafeBufferPointer<UInt8>) -> T? {
            guard let base = bytes.baseAddress else { return nil }
            var cursor = JSONCursor(at: base, end: base + bytes.count)
            do throws(Mismatch) {
                let value = try body(&cursor)
                cursor.skipSpace()
                return cursor.at == cursor.end ? value : nil
            } catch { return nil }
        }
        return bytes.withContiguousStorageIfAvailable(read) ?? nil
    }

    /// The same, with what is refused read by the general decoder; nil: it does not read it either.
    public static func decode<T: Decodable>(
        _ bytes: some Collection<UInt8>, _ body: (inout JSONCursor) throws(Mismatch) -> T
    ) -> T? {
        read(bytes, body) ?? (try? JSONDecoder().decode(T.self, from: Data(bytes)))
    }

    private init(at: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>) { (self.at, self.end) = (at, end) }

    private mutating func skipSpace() {
        while at < end, at.pointee == 0x20 || at.pointee == 0x0A || at.pointee == 0x0D || at.pointee == 0x09 {
            at += 1
            // What is written for people is indented.
            while end - at >= 8, UnsafeRawPointer(at).loadUnaligned(as: UInt64.self) == 0x2020_2020_2020_2020 {
                at += 8
            }
        }
    }

    /// The next byte that is no space, which stays.
    @inline(__always) private mutating func peek() throws(Mismatch) -> UInt8 {
        if at < end, at.pointee > 0x20 { return at.pointee }
        skipSpace()
        guard at < end else { throw Mismatch() }
        return at.pointee
    }

    @inline(__always) private mutating func take(_ byte: UInt8) throws(Mismatch) {
        guard try peek() == byte else { throw Mismatch() }
        at += 1
    }

    /// Passes exactly these bytes, as one writer of ours puts them; false: something else comes, and nothing is passed.
    public mutating func passes(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard end - at >= count else { return false }
        for index in 0..<count where at[index] != text.utf8Start[index] { return false }
        at += count
        return true
    }

    public mutating func pass(_ text: StaticString) throws(Mismatch) {
        guard passes(text) else { throw Mismatch() }
    }

    // MARK: Objects and lists

    /// Calls `body` for each member; it reads the value or skips it.
    public mutating func object(_ body: (Name, inout JSONCursor) throws(Mismatch) -> Void) throws(Mismatch) {
        try take(0x7B)
        if try peek() == 0x7D { return at += 1 }
        while true {
            let name = try raw()
            guard !name.hasEscapes else { throw Mismatch() }
            try take(0x3A)
            try body(Name(bytes: name.bytes), &self)
            if try peek() == 0x7D { return at += 1 }
            try take(0x2C)
        }
    }

    /// Calls `body` for each element; it reads the value or skips it.
    public mutating func list(_ body: (inout JSONCursor) throws(Mismatch) -> Void) throws(Mismatch) {
        try take(0x5B)
        if try peek() == 0x5D { return at += 1 }
        while true {
            try body(&self)
            if try peek() == 0x5D { return at += 1 }
            try take(0x2C)
        }
    }

    /// Inlinable, as what else is generic here: else the types are looked up in each call.
    @inlinable public mutating func values<T>(_ read: (inout JSONCursor) throws(Mismatch) -> T) throws(Mismatch) -> [T]
    {
        var all: [T] = []
        try list { cursor throws(Mismatch) in all.append(try read(&cursor)) }
        return all
    }

    /// An object whose members' names are data.
    @inlinable public mutating func table<T>(_ read: (inout JSONCursor) throws(Mismatch) -> T) throws(Mismatch)
        -> [String: T]
    {
        var all: [String: T] = [:]
        try object { name, cursor throws(Mismatch) in
            let name = try name.text
            // Which of two counts is the general decoder's to say.
            guard all.updateValue(try read(&cursor), forKey: name) == nil else { throw Mismatch() }
        }
        return all
    }

    // MARK: Values

    public mutating func bool() throws(Mismatch) -> Bool {
        let isTrue = try peek() == 0x74
        try word(isTrue ? "true" : "false")
        return isTrue
    }

    private mutating func word(_ word: StaticString) throws(Mismatch) {
        let count = word.utf8CodeUnitCount
        guard end - at >= count,
            UnsafeBufferPointer(start: at, count: count)
                .elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: count))
        else { throw Mismatch() }
        at += count
    }

    /// A whole number without a fraction or an exponent.
    public mutating func int() throws(Mismatch) -> Int {
        let text = try numeral()
        var index = 0, value = 0
        let isNegative = text[0] == 0x2D
        if isNegative { index = 1 }
        // 18 digits fit; longer ones, a leading zero and a negative zero are rare enough for the general decoder.
        guard index < text.count, text.count - index <= 18, text[index] != 0x30 || text.count == 1 else {
            throw Mismatch()
        }
        while index < text.count {
            let digit = text[index] &- 0x30
            guard digit <= 9 else { throw Mismatch() }
            value = value * 10 + Int(digit)
            index += 1
        }
        return isNegative ? -value : value
    }

    public mutating func number() throws(Mismatch) -> Double {
        let text = try numeral()
        if text.count == 1, text[0] &- 0x30 <= 9 { return Double(text[0] &- 0x30) }
        func isDigit(_ index: Int) -> Bool { index < text.count && text[index] &- 0x30 <= 9 }
        let first = text[0] == 0x2D ? 1 : 0
        // Swift reads forms that are not JSON.
        guard isDigit(first), text[first] != 0x30 || !isDigit(first + 1), isDigit(text.count - 1),
            text.firstIndex(of: 0x2E).map({ isDigit($0 + 1) }) ?? true,
            let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite
        else { throw Mismatch() }
        return value
    }

    private mutating func numeral() throws(Mismatch) -> UnsafeBufferPointer<UInt8> {
        _ = try peek()
        let from = at
        while at < end {
            switch at.pointee {
            case 0x30...0x39, 0x2B, 0x2D, 0x2E, 0x45, 0x65: at += 1
            default:
                guard at > from else { throw Mismatch() }
                return UnsafeBufferPointer(start: from, count: at - from)
            }
        }
        throw Mismatch()
    }

    public mutating func string() throws(Mismatch) -> String {
        let text = try raw()
        return text.hasEscapes ? try Self.unescaped(text.bytes) : try Self.text(text.bytes, isASCII: text.isASCII)
    }

    public mutating func digest() throws(Mismatch) -> Digest {
        guard let digest = Digest(hex: UnsafeRawBufferPointer(try raw().bytes)) else { throw Mismatch() }
        return digest
    }

    /// A value whose type is known only now.
    /// - Parameter depth: how deep it may be nested; deeper than any of ours is the general decoder's to refuse.
    public mutating func value(depth: Int = 64) throws(Mismatch) -> Value {
        guard depth > 0 else { throw Mismatch() }
        switch try peek() {
        case 0x22: return .string(try string())
        case 0x7B: return .object(try table { cursor throws(Mismatch) in try cursor.value(depth: depth - 1) })
        case 0x5B: return .array(try values { cursor throws(Mismatch) in try cursor.value(depth: depth - 1) })
        case 0x6E:
            try word("null")
            return .null
        case 0x74, 0x66: return .bool(try bool())
        default:
            let from = at
            let isWhole = try numeral().allSatisfy { $0 == 0x2D || $0 &- 0x30 <= 9 }
            at = from
            if isWhole { return .int(try int()) }
            // Whether 1.0 is a whole number is the general decoder's to say.
            let number = try number()
            guard number != number.rounded() else { throw Mismatch() }
            return .number(number)
        }
    }

    /// A text that stands for one of few.
    @inlinable public mutating func choice<T: RawRepresentable>(_ type: T.Type) throws(Mismatch) -> T
    where T.RawValue == String {
        guard let value = T(rawValue: try string()) else { throw Mismatch() }
        return value
    }

    public mutating func skip() throws(Mismatch) {
        switch try peek() {
        case 0x22: _ = try raw()
        case 0x7B, 0x5B:
            // Only how deep it is counts: whoever skips a value does not ask what it is.
            var depth = 0
            repeat {
                guard at < end else { throw Mismatch() }
                switch at.pointee {
                case 0x22: _ = try raw()
                case 0x7B, 0x5B:
                    depth += 1
                    at += 1
                case 0x7D, 0x5D:
                    depth -= 1
                    at += 1
                case 0...0x20:
                    at += 1
                    skipSpace()
                default: at += 1
                }
            } while depth > 0
        case 0x6E: try word("null")
        case 0x74: try word("true")
        case 0x66: try word("false")
        default: _ = try numeral()
        }
    }

    // MARK: Texts

    /// What stands between the quotes of a text.
    private mutating func raw() throws(Mismatch) -> (
        bytes: UnsafeBufferPointer<UInt8>, hasEscapes: Bool, isASCII: Bool
    ) {
        try take(0x22)
        let from = at
        var hasEscapes = false, seen: UInt64 = 0
        while true {
            // Eight bytes at once, as long as none of them ends the text, is escaped or does not belong there.
            while end - at >= 8 {
                let eight = UInt64(littleEndian: UnsafeRawPointer(at).loadUnaligned(as: UInt64.self))
                let special = Self.specials(eight)
                guard special == 0 else {
                    let count = special.trailingZeroBitCount / 8
                    seen |= eight & (1 << UInt64(8 * count) &- 1)
                    at += count
                    break
                }
                seen |= eight
                at += 8
            }
            guard at < end else { throw Mismatch() }
            switch at.pointee {
            case 0x22:
                let text = UnsafeBufferPointer(start: from, count: at - from)
                at += 1
                return (text, hasEscapes, seen & 0x8080_8080_8080_8080 == 0)
            case 0x5C:
                hasEscapes = true
                guard end - at >= 2 else { throw Mismatch() }
                seen |= UInt64(at[1])
                at += 2
            case 0..<0x20: throw Mismatch()
            case let byte:
                seen |= UInt64(byte)
                at += 1
            }
        }
    }

    /// The high bit of each of eight bytes that is a quote, a backslash or a control character; exact for the first.
    private static func specials(_ eight: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101, highs: UInt64 = 0x8080_8080_8080_8080
        func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & highs }
        let controls = (eight &- (ones &* 0x20)) & ~eight & highs
        return zeros(eight ^ (ones &* 0x22)) | zeros(eight ^ (ones &* 0x5C)) | controls
    }

    /// - Parameter isASCII: nothing is to be validated, as nearly always.
    private static func text(_ bytes: UnsafeBufferPointer<UInt8>, isASCII: Bool) throws(Mismatch) -> String {
        if isASCII || bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Mismatch() }
        return text
    }

    private static func unescaped(_ bytes: UnsafeBufferPointer<UInt8>) throws(Mismatch) -> String {
        var out: [UInt8] = [], index = 0
        out.reserveCapacity(bytes.count)
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            guard byte == 0x5C else {
                out.append(byte)
                continue
            }
            let sign = bytes[index]
            index += 1
            switch sign {
            case 0x22, 0x5C, 0x2F: out.append(sign)
            case 0x62: out.append(0x08)
            case 0x66: out.append(0x0C)
            case 0x6E: out.append(0x0A)
            case 0x72: out.append(0x0D)
            case 0x74: out.append(0x09)
            case 0x75:
                // Our writers escape control characters alone; halves of a pair are the general decoder's to join.
                guard index + 4 <= bytes.count, let value = Self.hex(bytes[index..<index + 4]),
                    let scalar = Unicode.Scalar(value)
                else { throw Mismatch() }
                out += Array(String(Character(scalar)).utf8)
                index += 4
            default: throw Mismatch()
            }
        }
        return try out.withUnsafeBufferPointer { bytes throws(Mismatch) in try text(bytes, isASCII: false) }
    }

    private static func hex(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> UInt32? {
        var value: UInt32 = 0
        for digit in digits {
            switch digit {
            case 0x30...0x39: value = value << 4 | UInt32(digit - 0x30)
            case 0x41...0x46, 0x61...0x66: value = value << 4 | UInt32(digit & 0xDF) - 0x37
            default: return nil
            }
        }
        return value
    }
}
