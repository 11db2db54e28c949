// Reads the fields of one box of an MP4 (ISO/IEC 14496-12) from untrusted bytes. Knows which boxes contain which, but
// not their meaning.

/// Bytes of one box, including its header. Every access is checked and returns nil past the end.
struct BoxFields {
    let bytes: ArraySlice<UInt8>
    init(_ bytes: [UInt8]) { self.bytes = bytes[...] }
    private init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    /// Big-endian; nil past the end and for 64-bit values above `Int.max`.
    func number(_ offset: Int, _ size: Int) -> Int? {
        guard offset >= 0, size <= bytes.count, offset <= bytes.count - size else { return nil }
        let start = bytes.startIndex + offset
        return Int(exactly: bytes[start..<start + size].reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
    func signed(_ offset: Int, _ size: Int) -> Int? {
        guard offset >= 0, size <= bytes.count, offset <= bytes.count - size else { return nil }
        let start = bytes.startIndex + offset
        let raw = bytes[start..<start + size].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return size == 4 ? Int(Int32(truncatingIfNeeded: raw)) : Int(Int64(bitPattern: raw))
    }
    var version: Int { number(8, 1) ?? 0 }
    func type(_ offset: Int) -> String? {
        guard offset >= 0, offset + 4 <= bytes.count else { return nil }
        let start = bytes.startIndex + offset
        return String(decoding: bytes[start..<start + 4].map { $0 >= 0x20 && $0 < 0x7f ? $0 : 0x3f }, as: UTF8.self)
    }
    func part(_ offset: Int, _ size: Int) -> BoxFields? {
        guard offset >= 0, size >= 0, size <= bytes.count, offset <= bytes.count - size else { return nil }
        return BoxFields(bytes[bytes.startIndex + offset..<bytes.startIndex + offset + size])
    }

    /// The boxes inside this one.
    func children(from start: Int, faults: inout [String]) -> [(type: String, fields: BoxFields)] {
        var found: [(type: String, fields: BoxFields)] = []
        var offset = start
        while offset + 8 <= bytes.count, found.count < 10_000 {
            guard let length = number(offset, 4), let type = type(offset + 4) else { break }
            let size = length == 0 ? bytes.count - offset : length
            guard size >= 8, let child = part(offset, size) else {
                faults.note("a box '\(type)' of \(length) bytes does not fit in its parent")
                break
            }
            found.append((type, child))
            offset += size
        }
        return found
    }

    /// Boxes that are always the first child of one kind of box. A box with another name that begins with one of them
    /// has a damaged name.
    private static let homes = [
        "mvhd": "moov", "tkhd": "trak", "mdhd": "mdia", "vmhd": "minf", "smhd": "minf", "stsd": "stbl",
        "elst": "edts", "mehd": "mvex", "trex": "mvex", "mfhd": "moof", "tfhd": "traf",
    ]
    /// Programs rename a box to one of these to disable it.
    private static let unused: Set = ["free", "skip", "wide", "mdat"]

    /// The boxes inside this one; notes missing boxes and damaged names, since a reader would silently ignore those.
    /// - Parameters:
    ///   - name: the name of this box.
    ///   - needs: required boxes; of several names one is enough.
    func contents(of name: String, needs: [[String]], faults: inout [String]) -> [(type: String, fields: BoxFields)] {
        let found = children(from: 8, faults: &faults)
        for child in found where !Self.unused.contains(child.type) {
            guard let first = child.fields.type(12), let home = Self.homes[first], home != child.type,
                let size = child.fields.number(8, 4), size >= 8, size <= child.fields.bytes.count - 8
            else { continue }
            faults.note("a box '\(child.type)' in '\(name)' begins with '\(first)', which belongs in '\(home)'")
        }
        for child in found where child.type.contains("?") {
            faults.note("a box in '\(name)' has the invalid name '\(child.type)'")
        }
        for names in needs where !found.contains(where: { names.contains($0.type) }) {
            faults.note("a box '\(name)' has no '\(names[0])'")
        }
        return found
    }

    /// Notes a fault unless a table of `count` entries fills this box.
    func holdTable(_ name: String, header: Int, entry: Int, count: Int, faults: inout [String]) {
        let room = bytes.count - header
        if count * entry > room || room - count * entry >= entry {
            faults.note("a box '\(name)' of \(bytes.count) bytes lists \(count) entries of \(entry) bytes")
        }
    }
}

extension [String] {
    /// Keeps 20 faults, since a damaged index may have one in each of its boxes.
    mutating func note(_ fault: String) { if count < 20 { append(fault) } }
}
