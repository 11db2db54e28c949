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

    /// - Parameter isCopied: it stays what it is although somebody writes into the file.
    public init?(_ path: String, identity: Digest, isCopied: Bool = false) {
        guard let mapping = Mapping(path, isCopied: isCopied), mapping.size >= 48 else { return nil }
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

    /// A section as the plain values that were written; valid as long as this.
    public func values<Element: BitwiseCopyable>(_ index: Int, of type: Element.Type) -> UnsafeBufferPointer<Element> {
        UnsafeBufferPointer(mutable(index, of: type))
    }

    /// The same to be changed in memory; the file stays as it is.
    func mutable<Element: BitwiseCopyable>(
        _ index: Int, of type: Element.Type
    ) -> UnsafeMutableBufferPointer<Element> {
        // Sections begin at multiples of 8 in a mapping that begins at a page.
        precondition(MemoryLayout<Element>.alignment <= 8)
        guard places.indices.contains(index), places[index].count >= MemoryLayout<Element>.stride else {
            return UnsafeMutableBufferPointer(start: nil, count: 0)
        }
        let count = places[index].count / MemoryLayout<Element>.stride
        let start = (mapping.base + places[index].lowerBound).bindMemory(to: type, capacity: count)
        return UnsafeMutableBufferPointer(start: start, count: count)
    }

    /// A file that is being put together, once in memory and not twice.
    public struct Draft {
        private var out: [UInt8] = []
        private let sections: Int
        private var added = 0

        public init(identity: Digest, sections: Int) {
            precondition(sections <= SectionFile.most)
            self.sections = sections
            for value in [magic, identity.high, identity.low, UInt64(sections)] { put(value) }
            for _ in 0..<sections { put(0) }
        }

        private mutating func put(_ value: UInt64) {
            withUnsafeBytes(of: value.littleEndian) { out.append(contentsOf: $0) }
        }

        /// The next section. Only the machine that wrote such a file reads it, so values are their memory.
        public mutating func add<Element: BitwiseCopyable>(_ values: [Element]) {
            values.withUnsafeBytes { bytes in
                withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { size in
                    for (index, byte) in size.enumerated() { out[32 + 8 * added + index] = byte }
                }
                out.append(contentsOf: bytes)
            }
            while out.count & 7 != 0 { out.append(0) }
            added += 1
        }

        /// - Returns: the checksum.
        public consuming func write(to path: String, by folder: String) throws(StoreProblem) -> Digest {
            precondition(added == sections)
            let sum = Digest.of(out)
            put(sum.high)
            put(sum.low)
            try AtomicFile.write(out, to: path, by: folder)
            return sum
        }
    }
}
