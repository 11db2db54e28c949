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
        guard checksum == mapping.digest(of: size - 16) else { return nil }
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

    /// A file that is being put together. Its sections stay where they are until they are written, one after the other.
    public struct Draft {
        /// Gives a section's bytes to a body, all at once or in pieces.
        private typealias Section = ((UnsafeRawBufferPointer) -> Void) -> Void
        private let identity: Digest
        private let count: Int
        private var sections: [(size: Int, bytes: Section)] = []

        public init(identity: Digest, sections: Int) {
            precondition(sections <= SectionFile.most)
            self.identity = identity
            count = sections
        }

        /// The next section. Only the machine that wrote such a file reads it, so values are their memory.
        public mutating func add<Element: BitwiseCopyable>(_ values: [Element]) {
            sections.append((values.count * MemoryLayout<Element>.stride, { values.withUnsafeBytes($0) }))
        }

        /// The next section from pieces, which have this size together.
        mutating func add(size: Int, _ pieces: @escaping ((UnsafeRawBufferPointer) -> Void) -> Void) {
            sections.append((size, pieces))
        }

        /// - Returns: the checksum.
        public consuming func write(to path: String, by folder: String) throws(StoreProblem) -> Digest {
            precondition(sections.count == count)
            var head: [UInt8] = [], sum = DigestWriter(), checksum = Digest.zero
            func put(_ value: UInt64) { withUnsafeBytes(of: value.littleEndian) { head.append(contentsOf: $0) } }
            for value in [magic, identity.high, identity.low, UInt64(count)] { put(value) }
            for section in sections { put(UInt64(section.size)) }
            let sections = sections
            try AtomicFile.write(to: path, by: folder) { file throws(SystemFailure) in
                var failure: SystemFailure?
                func write(_ bytes: UnsafeRawBufferPointer) {
                    guard failure == nil else { return }
                    sum.add(bytes)
                    do throws(SystemFailure) { try file.write(bytes) } catch { failure = error }
                }
                head.withUnsafeBytes { write($0) }
                for section in sections {
                    section.bytes(write)
                    let padding = [UInt8](repeating: 0, count: -section.size & 7)
                    padding.withUnsafeBytes { write($0) }
                }
                checksum = sum.finish()
                var end = (checksum.high.littleEndian, checksum.low.littleEndian)
                withUnsafeBytes(of: &end) { write($0) }
                if let failure { throw failure }
            }
            return checksum
        }
    }
}
