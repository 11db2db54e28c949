// XXH3-128: what things inside the cache are called. Finds accidents, not attackers.
import CSystem

public struct Digest: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    public var high: UInt64
    public var low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Stands for "no bytes": an absent file. No file has it, since that of empty input is another.
    public static let none = Digest(high: 0, low: 0)

    public init?(hex: some StringProtocol) {
        guard hex.utf8.count == 32 else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        for (index, character) in hex.utf8.enumerated() {
            let nibble: UInt8
            switch character {
            case 0x30...0x39: nibble = character - 0x30
            case 0x61...0x66: nibble = character - 0x61 + 10
            default: return nil
            }
            if index < 16 { words.0 = words.0 << 4 | UInt64(nibble) } else { words.1 = words.1 << 4 | UInt64(nibble) }
        }
        self.init(high: words.0, low: words.1)
    }

    /// From 16 canonical (big-endian) bytes.
    init(canonical bytes: UnsafeRawPointer) {
        high = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
        low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    public static func of(_ bytes: UnsafeRawBufferPointer) -> Digest {
        var result: (UInt64, UInt64) = (0, 0)
        return withUnsafeMutableBytes(of: &result) { out in
            csystem_xxh3_once(bytes.baseAddress, bytes.count, out.baseAddress!.assumingMemoryBound(to: UInt8.self))
            return Digest(canonical: UnsafeRawPointer(out.baseAddress!))
        }
    }

    public static func of(_ bytes: [UInt8]) -> Digest { bytes.withUnsafeBytes { of($0) } }

    public static func of(_ text: String) -> Digest {
        var text = text
        return text.withUTF8 { of(UnsafeRawBufferPointer($0)) }
    }

    /// 32 lower-case hex digits.
    public var hex: String {
        String(unsafeUninitializedCapacity: 32) { out in
            var words = (high.bigEndian, low.bigEndian)
            withUnsafeBytes(of: &words) { bytes in
                for index in 0..<16 {
                    out[2 * index] = Self.digit(bytes[index] >> 4)
                    out[2 * index + 1] = Self.digit(bytes[index] & 15)
                }
            }
            return 32
        }
    }

    private static func digit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x61 + nibble - 10 }

    public var description: String { hex }

    public static func < (a: Digest, b: Digest) -> Bool { (a.high, a.low) < (b.high, b.low) }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let digest = Digest(hex: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a digest: \(text)")
        }
        self = digest
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }
}

/// A digest of bytes that come in pieces.
public struct DigestWriter: ~Copyable {
    private let state: OpaquePointer

    public init() { state = csystem_xxh3_new() }
    deinit { csystem_xxh3_free(state) }

    public mutating func add(_ bytes: UnsafeRawBufferPointer) { csystem_xxh3_update(state, bytes.baseAddress, bytes.count) }

    /// A text with its length before it, so that no two lists of texts look the same.
    public mutating func add(field text: String) {
        var text = text
        text.withUTF8 { bytes in
            var count = UInt64(bytes.count).littleEndian
            withUnsafeBytes(of: &count) { add($0) }
            add(UnsafeRawBufferPointer(bytes))
        }
    }

    public func finish() -> Digest {
        var result: (UInt64, UInt64) = (0, 0)
        return withUnsafeMutableBytes(of: &result) { out in
            csystem_xxh3_final(state, out.baseAddress!.assumingMemoryBound(to: UInt8.self))
            return Digest(canonical: UnsafeRawPointer(out.baseAddress!))
        }
    }
}
