// Numbers of every picture as base64 in JSON: check reads those of a whole film again after each edit, and numbers
// written out take twenty times as long to read. Values stay exactly as they are.
import Digests
import FoundationEssentials

/// A value of a fixed number of bytes.
public protocol Packable: Hashable, Sendable {
    /// Two's complement or IEEE 754, little endian.
    associatedtype Bits
    init(bits: Bits)
    var bits: Bits { get }
}

extension Float: Packable {
    public init(bits: UInt32) { self.init(bitPattern: UInt32(littleEndian: bits)) }
    public var bits: UInt32 { bitPattern.littleEndian }
}

extension Double: Packable {
    public init(bits: UInt64) { self.init(bitPattern: UInt64(littleEndian: bits)) }
    public var bits: UInt64 { bitPattern.littleEndian }
}

/// nil is "not a number", which no measure is.
extension Float?: Packable {
    public init(bits: UInt32) {
        let value = Float(bits: bits)
        self = value.isNaN ? nil : value
    }
    public var bits: UInt32 { (self ?? .nan).bits }
}

extension Int: Packable {
    public init(bits: Int64) { self.init(Int64(littleEndian: bits)) }
    public var bits: Int64 { Int64(self).littleEndian }
}

extension UInt8: Packable {
    public init(bits: UInt8) { self = bits }
    public var bits: UInt8 { self }
}

extension Digest: Packable {
    public init(bits: SIMD2<UInt64>) {
        self.init(high: UInt64(littleEndian: bits.x), low: UInt64(littleEndian: bits.y))
    }
    public var bits: SIMD2<UInt64> { SIMD2(high.littleEndian, low.littleEndian) }
}

/// An array that is one text in JSON.
@propertyWrapper public struct Packed<Value: Packable>: Codable, Hashable, Sendable {
    public var wrappedValue: [Value]

    public init(wrappedValue: [Value]) { self.wrappedValue = wrappedValue }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer(), size = MemoryLayout<Value.Bits>.size
        guard let data = Data(base64Encoded: try container.decode(String.self)), data.count % size == 0 else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not packed numbers")
        }
        wrappedValue = data.withUnsafeBytes { bytes in
            [Value](unsafeUninitializedCapacity: bytes.count / size) { values, count in
                for index in 0..<bytes.count / size {
                    let bits = bytes.loadUnaligned(fromByteOffset: index &* size, as: Value.Bits.self)
                    values.initializeElement(at: index, to: Value(bits: bits))
                }
                count = bytes.count / size
            }
        }
    }

    public func encode(to encoder: any Encoder) throws {
        let bits = wrappedValue.map(\.bits)
        var container = encoder.singleValueContainer()
        try container.encode(bits.withUnsafeBytes { Data($0) }.base64EncodedString())
    }
}

/// Several arrays, each one text in JSON.
@propertyWrapper public struct PackedLists<Value: Packable>: Codable, Hashable, Sendable {
    public var wrappedValue: [[Value]]

    public init(wrappedValue: [[Value]]) { self.wrappedValue = wrappedValue }

    public init(from decoder: any Decoder) throws {
        wrappedValue = try decoder.singleValueContainer().decode([Packed<Value>].self).map(\.wrappedValue)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(wrappedValue.map { Packed(wrappedValue: $0) })
    }
}
