// Compact encoding of values, for files of the cache that the same build of vgraph writes and reads. Texts are
// interned: a file name that a thousand entries share is stored once. Reading checks every value; invalid bytes read as
// zero or empty and set `isSound` to false.
import CSystem
import Diagnostics

public struct Packer {
    public private(set) var bytes: [UInt8] = []
    private var texts: [ByteText: Int] = [:]
    private var order: [String] = []
    /// The line of the last place, with the numbers of its texts: most places lie in the same line as the one before.
    private var line: (line: Place.Line, file: Int, excerpt: Int?)?

    public init() {}

    /// Makes room, since lists that grow leave room behind that stays in memory.
    public mutating func reserve(bytes: Int, texts: Int) {
        self.bytes.reserveCapacity(bytes)
        self.texts.reserveCapacity(texts)
        order.reserveCapacity(texts)
    }

    public mutating func put(_ value: Int) {
        // Zigzag, then seven bits per byte: -1 is as short as 1.
        var rest = UInt64(bitPattern: Int64(value &<< 1)) ^ UInt64(bitPattern: Int64(value >> 63))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    public mutating func put(_ flag: Bool) { bytes.append(flag ? 1 : 0) }

    public mutating func put(_ number: Double) {
        withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    public mutating func put(_ text: String) { put(number(of: text)) }

    private mutating func number(of text: String) -> Int {
        if let known = texts[text] { return known }
        texts[text] = order.count
        order.append(text)
        return order.count - 1
    }

    public mutating func put(_ place: Place) {
        let shared = place.shared
        if line?.line !== shared {
            line = (shared, number(of: shared.file), shared.excerpt.map { number(of: $0) })
        }
        put(line!.file)
        put(place.line)
        put(place.column)
        put(place.length)
        put(line!.excerpt ?? -1)
    }

    public mutating func put(_ text: String?) {
        put(text != nil)
        if let text { put(text) }
    }

    @inlinable public mutating func put<Element>(
        _ list: some Collection<Element>, _ each: (inout Packer, Element) -> Void
    ) {
        put(list.count)
        for element in list { each(&self, element) }
    }

    /// What was put, and the texts that it refers to, as the next two sections of a file.
    public consuming func add(to draft: inout SectionFile.Draft) {
        // The numbers of a hundred thousand texts take as much memory as the texts.
        texts = [:]
        draft.add(bytes)
        let order = order
        let size = order.reduce(8 + 4 * order.count) { $0 + $1.utf8.count }
        draft.add(size: size) { put in Self.table(order, put) }
    }

    /// The texts: their offsets (UInt32), then their bytes, a piece at a time.
    private static func table(_ order: [String], _ put: (UnsafeRawBufferPointer) -> Void) {
        var piece: [UInt8] = [], offset: UInt32 = 0
        piece.reserveCapacity(1 << 16)
        func flush(above limit: Int) {
            guard piece.count > limit else { return }
            piece.withUnsafeBytes { put($0) }
            piece.removeAll(keepingCapacity: true)
        }
        func add(_ number: UInt32) {
            withUnsafeBytes(of: number.littleEndian) { piece.append(contentsOf: $0) }
            flush(above: 1 << 15)
        }
        add(UInt32(order.count))
        for text in order {
            add(offset)
            offset += UInt32(text.utf8.count)
        }
        add(offset)
        for text in order {
            piece.append(contentsOf: text.utf8)
            flush(above: 1 << 15)
        }
        flush(above: 0)
    }
}

/// The texts of a packed file, decoded on demand.
public struct TextTable {
    private let base: UnsafeRawBufferPointer
    private let count: Int

    /// - Parameter bytes: from `Packer.table`; must live as long as this.
    public init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 8 else { return nil }
        base = bytes
        count = Int(UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)))
        guard bytes.count >= 8 + count * 4 else { return nil }
    }

    subscript(index: Int) -> String? {
        guard index >= 0, index < count else { return nil }
        func offset(_ index: Int) -> Int {
            Int(UInt32(littleEndian: base.loadUnaligned(fromByteOffset: 4 + 4 * index, as: UInt32.self)))
        }
        let start = 8 + count * 4, from = start + offset(index), to = start + offset(index + 1)
        guard from <= to, to <= base.count else { return nil }
        return String(decoding: UnsafeRawBufferPointer(rebasing: base[from..<to]), as: UTF8.self)
    }
}

public struct Unpacker {
    private let bytes: UnsafeRawBufferPointer
    private let texts: TextTable
    private var at: Int
    public private(set) var isSound = true
    /// The line of the last place, with the numbers of its texts.
    private var line: (line: Place.Line, file: Int, excerpt: Int)?

    public init(_ bytes: UnsafeRawBufferPointer, texts: TextTable, from start: Int = 0) {
        self.bytes = bytes
        self.texts = texts
        at = start
        isSound = start >= 0 && start <= bytes.count
    }

    private mutating func byte() -> UInt8 {
        guard isSound, at < bytes.count else { isSound = false; return 0 }
        defer { at += 1 }
        return bytes[at]
    }

    public mutating func int() -> Int {
        var value: UInt64 = 0, shift: UInt64 = 0
        while shift < 64 {
            let byte = byte()
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 {
                return Int(truncatingIfNeeded: Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1))
            }
            shift += 7
        }
        isSound = false
        return 0
    }

    public mutating func bool() -> Bool { byte() != 0 }

    public mutating func double() -> Double {
        guard isSound, at + 8 <= bytes.count else { isSound = false; return 0 }
        defer { at += 8 }
        return Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)))
    }

    public mutating func text() -> String {
        guard let text = texts[int()] else { isSound = false; return "" }
        return text
    }

    public mutating func optionalText() -> String? { bool() ? text() : nil }

    public mutating func place() -> Place {
        let file = int(), line = int(), column = int(), length = int(), excerpt = int()
        if let known = self.line, known.file == file, known.excerpt == excerpt {
            return Place(in: known.line, line: line, column: column, length: length)
        }
        let name = self.line?.file == file ? self.line?.line.file : texts[file]
        let words = excerpt < 0 ? nil : texts[excerpt]
        if name == nil || (excerpt >= 0 && words == nil) { isSound = false }
        let made = Place.Line(file: name ?? "", excerpt: words)
        self.line = (made, file, excerpt)
        return Place(in: made, line: line, column: column, length: length)
    }

    public mutating func skipPlace() { for _ in 0..<5 { _ = int() } }

    /// The length of a list; 0 if there are fewer bytes than that.
    @usableFromInline mutating func length() -> Int {
        let count = int()
        guard isSound, count >= 0, count <= bytes.count - at else { isSound = false; return 0 }
        return count
    }

    /// Every element takes at least one byte, so a count beyond the remaining bytes is invalid and allocates nothing.
    @inlinable public mutating func list<Element>(_ each: (inout Unpacker) -> Element) -> [Element] {
        let count = length()
        var list: [Element] = []
        list.reserveCapacity(count)
        for _ in 0..<count where isSound { list.append(each(&self)) }
        return list
    }
}
