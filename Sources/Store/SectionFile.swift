// A file of a few byte sections under one checksum, mapped for reading. A damaged, foreign or torn file counts as
// missing.
//
// Layout, little-endian: magic (8), identity (16), number of sections (8), their sizes (8 each), the sections, each
// padded to a multiple of 8, XXH3-128 of everything before.
import CSystem
import Diagnostics
import Digests
import Files
import Glibc

public final class SectionFile {
    private let mapping: Mapping
    private let places: [Range<Int>]
    /// Identifies exactly these bytes.
    public let checksum: Digest

    private static let magic: UInt64 = 0x3253_4E4F_4954_4356  // "VCTIONS2"
    private static let most = 16

    public init?(_ path: String, identity: Digest) {
        guard let mapping = Mapping(path), mapping.size >= 48 else { return nil }
        self.mapping = mapping
        let base = mapping.base, size = mapping.size
        func word(_ offset: Int) -> UInt64 {
            UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        let count = word(24)
        guard word(0) == Self.magic, Digest(high: word(8), low: word(16)) == identity, count <= UInt64(Self.most),
            size >= 48 + Int(count) * 8
        else {
            return nil
        }
        var places: [Range<Int>] = [], at = 32 + Int(count) * 8
        for index in 0..<Int(count) {
            let length = word(32 + 8 * index)
            guard length <= UInt64(size - 16 - at) else { return nil }
            places.append(at..<at + Int(length))
            at += (Int(length) + 7) & ~7
            guard at <= size - 16 else { return nil }
        }
        self.places = places
        checksum = Digest(high: word(size - 16), low: word(size - 8))
        guard checksum == Digest.of(UnsafeRawBufferPointer(start: base, count: size - 16)) else { return nil }
    }

    /// Empty if there is no such section. Valid as long as this.
    public subscript(index: Int) -> UnsafeRawBufferPointer {
        guard places.indices.contains(index) else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(start: mapping.base + places[index].lowerBound, count: places[index].count)
    }

    /// A section as the array of plain values that `write` got.
    public func array<Element: BitwiseCopyable>(_ index: Int, of type: Element.Type) -> [Element] {
        let section = self[index]
        return [Element](unsafeUninitializedCapacity: section.count / MemoryLayout<Element>.stride) { buffer, count in
            count = buffer.count
            if count > 0 {
                let bytes = section[..<(count * MemoryLayout<Element>.stride)]
                UnsafeMutableRawBufferPointer(buffer).copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes))
            }
        }
    }

    /// - Returns: the checksum.
    @discardableResult
    public static func write(
        _ sections: [[UInt8]], identity: Digest, to path: String,
        by folder: String
    ) throws(StoreProblem) -> Digest {
        var out: [UInt8] = []
        out.reserveCapacity(sections.reduce(64 + 8 * sections.count) { $0 + $1.count + 8 })
        func put(_ value: UInt64) { withUnsafeBytes(of: value.littleEndian) { out.append(contentsOf: $0) } }
        put(magic); put(identity.high); put(identity.low); put(UInt64(sections.count))
        for section in sections { put(UInt64(section.count)) }
        for section in sections {
            out.append(contentsOf: section)
            while out.count & 7 != 0 { out.append(0) }
        }
        let sum = Digest.of(out)
        put(sum.high); put(sum.low)
        try AtomicFile.write(out, to: path, by: folder)
        return sum
    }
}

extension Array where Element: BitwiseCopyable {
    /// The memory of an array, for `SectionFile.write`. Only the machine that wrote such a file reads it.
    public var rawBytes: [UInt8] { withUnsafeBytes { Array<UInt8>($0) } }
}
