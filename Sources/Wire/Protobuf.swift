// The wire format of protocol buffers, by hand: the few messages of the Remote Execution API that are needed here do not
// pay for a generator and its library. Must not know any message.

/// Writes fields in the order of the calls, which is that of their numbers; default values are left out, as canonical
/// bytes have it.
public struct ProtobufWriter {
    public private(set) var bytes: [UInt8] = []
    public init() {}

    private mutating func varint(_ value: UInt64) {
        var value = value
        while value >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        bytes.append(UInt8(value))
    }

    private mutating func key(_ field: Int, _ type: UInt64) { varint(UInt64(field) << 3 | type) }

    public mutating func add(_ field: Int, _ value: Int64) {
        guard value != 0 else { return }
        key(field, 0)
        varint(UInt64(bitPattern: value))
    }

    public mutating func add(_ field: Int, _ value: Bool) { add(field, value ? 1 : 0 as Int64) }

    public mutating func add(_ field: Int, _ value: String) { add(field, bytes: value.utf8) }

    public mutating func add(_ field: Int, bytes value: some Collection<UInt8>) {
        guard !value.isEmpty else { return }
        add(field, item: value)
    }

    /// A message, or an item of a list: present also when it is empty.
    public mutating func add(_ field: Int, item value: some Collection<UInt8>) {
        key(field, 2)
        varint(UInt64(value.count))
        bytes += value
    }
}

/// Reads fields; each is bounds-checked, since a server sends them.
public struct ProtobufReader {
    public struct Malformed: Error {}

    public enum Value {
        case number(UInt64)
        case bytes(ArraySlice<UInt8>)
    }

    private var rest: ArraySlice<UInt8>

    public init(_ bytes: ArraySlice<UInt8>) { rest = bytes }
    public init(_ bytes: [UInt8]) { rest = bytes[...] }

    private mutating func varint() throws(Malformed) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard let byte = rest.popFirst() else { throw Malformed() }
            // The tenth byte has room for one bit.
            guard shift < 63 || byte <= 1 else { throw Malformed() }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
        }
        throw Malformed()
    }

    /// The next field; nil: there is none.
    public mutating func next() throws(Malformed) -> (field: Int, value: Value)? {
        guard !rest.isEmpty else { return nil }
        let key = try varint()
        guard let field = Int(exactly: key >> 3), (1..<(1 << 29)).contains(field) else { throw Malformed() }
        switch key & 7 {
        case 0: return (field, .number(try varint()))
        case 1: return (field, .number(try fixed(8)))
        case 2:
            guard let count = Int(exactly: try varint()), count <= rest.count else { throw Malformed() }
            defer { rest = rest.dropFirst(count) }
            return (field, .bytes(rest.prefix(count)))
        case 5: return (field, .number(try fixed(4)))
        default: throw Malformed()
        }
    }

    private mutating func fixed(_ count: Int) throws(Malformed) -> UInt64 {
        guard rest.count >= count else { throw Malformed() }
        var value: UInt64 = 0
        for (index, byte) in rest.prefix(count).enumerated() { value |= UInt64(byte) << (8 * UInt64(index)) }
        rest = rest.dropFirst(count)
        return value
    }
}

extension ProtobufReader.Value {
    public var number: Int64 { if case .number(let value) = self { Int64(bitPattern: value) } else { 0 } }
    public var slice: ArraySlice<UInt8> { if case .bytes(let value) = self { value } else { [] } }
    /// Invalid UTF-8 is replaced: such a text is no digest and no name that is compared.
    public var text: String { String(decoding: slice, as: UTF8.self) }
}
