// XXH3-128: names bytes in keys, records, plans and frames. It detects accidents, not attackers (see SHA256). Must not
// know files.
//
// **Absent is nil**: where there may be no bytes (a file that does not exist) the type is `Digest?`. The 32 hex digits
// appear only at the edges: in JSON, messages and file names.
import CSystem

public struct Digest: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    public var high: UInt64
    public var low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// All bits zero. No bytes have this digest, not even those of an empty file, so it never equals a computed one.
    /// Fixed layouts hold it where there is nothing, and a file that changed while it was read has it. It does not mean
    /// "absent": that is nil.
    public static let zero = Digest(high: 0, low: 0)

    public init?(hex: some StringProtocol) {
        var text = String(hex)
        guard let digest = text.withUTF8({ Digest(hex: UnsafeRawBufferPointer($0)) }) else { return nil }
        self = digest
    }

    /// From 32 lower-case hex digits.
    public init?(hex digits: UnsafeRawBufferPointer) {
        guard digits.count == 32 else { return nil }
        func half(_ offset: Int) -> UInt32? {
            HexWord.value(UInt64(bigEndian: digits.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
        }
        guard let a = half(0), let b = half(8), let c = half(16), let d = half(24) else { return nil }
        self.init(high: UInt64(a) << 32 | UInt64(b), low: UInt64(c) << 32 | UInt64(d))
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
        withHex { digits in
            String(unsafeUninitializedCapacity: 32) { out in
                UnsafeMutableRawBufferPointer(out).copyMemory(from: digits)
                return 32
            }
        }
    }

    /// Appends the bytes of `hex`.
    public func appendHex(to bytes: inout [UInt8]) { withHex { bytes.append(contentsOf: $0) } }

    /// The 32 bytes of `hex`, without a text.
    public func withHex<T>(_ body: (UnsafeRawBufferPointer) -> T) -> T {
        func digits(_ half: UInt64) -> UInt64 { HexWord.digits(UInt32(truncatingIfNeeded: half)).bigEndian }
        let words = (digits(high >> 32), digits(high), digits(low >> 32), digits(low))
        return withUnsafeBytes(of: words, body)
    }

    /// Its bits are spread evenly already.
    public func hash(into hasher: inout Hasher) { hasher.combine(low) }

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

/// A dictionary by digest is a JSON object: its keys are the hex digits.
extension Digest: CodingKeyRepresentable {
    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(_ text: String) { stringValue = text }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    public var codingKey: any CodingKey { Key(hex) }

    public init?(codingKey: some CodingKey) { self.init(hex: codingKey.stringValue) }
}
