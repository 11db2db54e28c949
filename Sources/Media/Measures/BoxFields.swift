// One box of an MP4 (ISO/IEC 14496-12) as bytes that may say anything. Unaware of what boxes mean, except for which lie
// in which.

/// Bytes of one box, header included. Every access is checked: past the end there is nil, not a trap.
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
                faults.note("a box '\(type)' of \(length) bytes does not fit the box it is in")
                break
            }
            found.append((type, child))
            offset += size
        }
        return found
    }

    /// The boxes that lie in one kind of box alone, first of what is in it: a box of another name that begins with one
    /// has lost its name.
    private static let homes = [
        "mvhd": "moov", "tkhd": "trak", "mdhd": "mdia", "vmhd": "minf", "smhd": "minf", "stsd": "stbl",
        "elst": "edts", "mehd": "mvex", "trex": "mvex", "mfhd": "moof", "tfhd": "traf",
    ]
    /// Programs that take a box out of use give it one of these names.
    private static let unused: Set = ["free", "skip", "wide", "mdat"]

    /// The boxes inside this one, where what is missing or has lost its name changes what a reader finds.
    /// - Parameters:
    ///   - name: of this box.
    ///   - needs: boxes that must be there; several names: one of them.
    func contents(of name: String, needs: [[String]], faults: inout [String]) -> [(type: String, fields: BoxFields)] {
        let found = children(from: 8, faults: &faults)
        for child in found where !Self.unused.contains(child.type) {
            guard let first = child.fields.type(12), let home = Self.homes[first], home != child.type,
                let size = child.fields.number(8, 4), size >= 8, size <= child.fields.bytes.count - 8
            else { continue }
            faults.note("a box '\(child.type)' in '\(name)' begins with a '\(first)', which only a '\(home)' has")
        }
        for child in found where child.type.contains("?") {
            faults.note("a box in '\(name)' has the name '\(child.type)'")
        }
        for names in needs where !found.contains(where: { names.contains($0.type) }) {
            faults.note("a box '\(name)' has no '\(names[0])'")
        }
        return found
    }

    /// Whether a table of `count` entries fills this box.
    func holdTable(_ name: String, header: Int, entry: Int, count: Int, faults: inout [String]) {
        let room = bytes.count - header
        if count * entry > room || room - count * entry >= entry {
            faults.note("a box '\(name)' of \(bytes.count) bytes lists \(count) entries of \(entry)")
        }
    }
}

extension [String] {
    /// A damaged index has one fault in each of its thousand boxes.
    mutating func note(_ fault: String) { if count < 20 { append(fault) } }
}
