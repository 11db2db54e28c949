// Walks all elements of a Matroska or WebM file (RFC 9559, RFC 8794). libav skips invalid bytes to the next cluster
// without an error; here every byte must belong to an element, and checksums must match.
import CFFmpeg
import Diagnostics

struct MatroskaElements {
    /// The element at which the file is truncated: its offset and its declared end.
    private(set) var cut: (offset: Int, end: Int)?
    private(set) var faults: [String] = []
    /// Number of blocks of the only picture track; nil if there are several, or none.
    private(set) var pictures: Int?

    private let file: InputFile
    private var blocks: [Int: Int] = [:]
    /// The numbers of tracks with pictures, and of all declared tracks.
    private(set) var pictureTracks: [Int] = []
    private var declared: Set<Int> = []

    private struct Element {
        var id: Int
        var start: Int
        var body: Int
        /// nil: unknown, it ends before the first element that cannot be inside it.
        var end: Int?
    }

    private static let header = 0x1a45dfa3, segment = 0x18538067, cluster = 0x1f43b675, tracks = 0x1654ae6b,
        void = 0xec, checksum = 0xbf
    private static let inSegment: Set<Int> = [
        0x114d9b74, 0x1549a966, tracks, cluster, 0x1c53bb6b, 0x1941a469, 0x1043a770, 0x1254c367, void, checksum,
    ]
    private static let inCluster: Set<Int> = [0xe7, 0x5854, 0xa7, 0xab, 0xa3, 0xa0, 0xaf, void, checksum]

    init(_ file: InputFile) throws(MediaProblem) {
        self.file = file
        var offset = 0
        while offset < file.size, faults.isEmpty, cut == nil {
            guard let element = try element(at: offset),
                [Self.header, Self.segment, Self.void, Self.checksum].contains(element.id)
            else {
                stray(offset)
                break
            }
            if element.id == Self.segment {
                offset = try walkSegment(element)
            } else {
                guard let end = element.end else { stray(offset); break }
                offset = end
            }
            if offset > file.size { cut = (element.start, offset) }
        }
        guard faults.isEmpty, cut == nil else { return }
        if let stranger = blocks.keys.sorted().first(where: { !declared.contains($0) }) {
            faults.append("blocks belong to track \(stranger), which is not declared")
        }
        if pictureTracks.count == 1 { pictures = blocks[pictureTracks[0], default: 0] }
    }

    private mutating func stray(_ offset: Int) { faults.append("no element at byte \(offset), where one must begin") }

    /// Returns the offset of the element that follows.
    private mutating func walkSegment(_ segment: Element) throws(MediaProblem) -> Int {
        let end = segment.end ?? file.size
        var offset = segment.body
        while offset < min(end, file.size) {
            guard let child = try element(at: offset),
                Self.inSegment.contains(child.id) || (segment.end == nil && child.id == Self.header)
            else {
                stray(offset)
                return file.size
            }
            if child.id == Self.header { return offset }
            if child.id == Self.cluster, child.end == nil {
                offset = try walkCluster(child)
            } else {
                guard let end = child.end else { stray(offset); return file.size }
                guard end <= file.size else {
                    cut = (child.start, end)
                    return file.size
                }
                try holdChecksum(child)
                if child.id == Self.cluster { _ = try walkCluster(child) }
                if child.id == Self.tracks { try readTracks(child) }
                offset = end
            }
            if !faults.isEmpty || cut != nil { return file.size }
        }
        return max(end, offset)
    }

    private mutating func walkCluster(_ cluster: Element) throws(MediaProblem) -> Int {
        var offset = cluster.body
        let end = cluster.end ?? file.size
        while offset < end {
            guard let child = try element(at: offset), let last = child.end else { stray(offset); return end }
            guard Self.inCluster.contains(child.id) else {
                if cluster.end == nil, Self.inSegment.contains(child.id) || child.id == Self.header { return offset }
                stray(offset)
                return end
            }
            guard last <= end else {
                if cluster.end == nil { cut = (child.start, last) } else { stray(last) }
                return end
            }
            if child.id == 0xa3 { try count(at: child.body) }
            if child.id == 0xa0 {
                var inner = child.body, hasBlock = false
                while inner < last {
                    guard let part = try element(at: inner), let partEnd = part.end, partEnd <= last else {
                        stray(inner); return end
                    }
                    if part.id == 0xa1 {
                        try count(at: part.body)
                        hasBlock = true
                    }
                    inner = partEnd
                }
                guard hasBlock else {
                    faults.append("the block group at byte \(child.start) contains no block")
                    return end
                }
            }
            offset = last
        }
        return offset
    }

    /// A block begins with its track, a time of two bytes, flags and, if the flags indicate lacing, the number of its
    /// packets minus one.
    private mutating func count(at offset: Int) throws(MediaProblem) {
        let head = try file.bytes(at: offset, count: 12)
        guard let track = Self.number(head, keepsMarker: false), head.count > track.size + 2 else {
            return stray(offset)
        }
        let isLaced = head[track.size + 2] & 0x06 != 0
        guard !isLaced || head.count > track.size + 3 else { return stray(offset) }
        blocks[track.value, default: 0] += isLaced ? Int(head[track.size + 3]) + 1 : 1
    }

    private mutating func readTracks(_ tracks: Element) throws(MediaProblem) {
        var offset = tracks.body
        while offset < tracks.end ?? 0, let entry = try element(at: offset), let end = entry.end {
            if entry.id == 0xae { try readTrack(entry.body, end) }
            offset = end
        }
    }

    /// The prefix of a codec's id for each track type.
    private static let prefixes = [1: "V", 2: "A", 17: "S"]

    private mutating func readTrack(_ start: Int, _ end: Int) throws(MediaProblem) {
        var inner = start, number: Int?, kind: Int?, codec: [UInt8]?
        while inner < end, let part = try element(at: inner), let partEnd = part.end, partEnd <= end {
            switch part.id {
            case 0xd7, 0x83:
                let bytes = try file.bytes(at: part.body, count: min(8, partEnd - part.body))
                let value = bytes.reduce(0) { $0 << 8 &+ Int($1) }
                if part.id == 0xd7 { number = value } else { kind = value }
            case 0x86: codec = try file.bytes(at: part.body, count: min(64, partEnd - part.body))
            default: break
            }
            inner = partEnd
        }
        guard inner == end else { return stray(inner) }
        guard let number, let kind, let codec else {
            faults.append("the track at byte \(start) lacks a number, a type or a codec")
            return
        }
        let name = String(decoding: codec.filter { $0 >= 0x20 && $0 < 0x7f }, as: UTF8.self)
        let isOther = Self.prefixes.contains { name.hasPrefix($0.value + "_") && $0.key != kind }
        if isOther || Self.prefixes[kind].map({ !name.hasPrefix($0) }) ?? false && kind != 17 {
            faults.append("track \(number) has type \(kind), which contradicts its codec '\(name)'")
        }
        declared.insert(number)
        if kind == 1 { pictureTracks.append(number) }
    }

    /// Verifies the checksum, which is the first child of its element.
    private mutating func holdChecksum(_ parent: Element) throws(MediaProblem) {
        guard let end = parent.end, let first = try element(at: parent.body), first.id == Self.checksum,
            first.end == first.body + 4
        else { return }
        let said = try file.bytes(at: first.body, count: 4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard let table = av_crc_get_table(AV_CRC_32_IEEE_LE) else { return }
        var sum = UInt32.max, offset = first.body + 4
        while offset < end {
            let bytes = try file.bytes(at: offset, count: min(1 << 20, end - offset))
            if bytes.isEmpty { return }
            sum = av_crc(table, sum, bytes, bytes.count)
            offset += bytes.count
        }
        if sum ^ .max != said {
            faults.append("the bytes from \(parent.start) to \(end) do not match their checksum")
        }
    }

    private func element(at offset: Int) throws(MediaProblem) -> Element? {
        let head = try file.bytes(at: offset, count: 12)
        guard let id = Self.number(head, keepsMarker: true), id.size <= 4,
            let length = Self.number(Array(head[id.size...]), keepsMarker: false)
        else { return nil }
        let body = offset + id.size + length.size
        let isUnknown = length.value == (1 << (7 * length.size)) - 1
        guard length.value < Int.max / 2 else { return nil }
        return Element(id: id.value, start: offset, body: body, end: isUnknown ? nil : body + length.value)
    }

    /// A number of 1 to 8 bytes; its leading zero bits give its length.
    private static func number(_ bytes: [UInt8], keepsMarker: Bool) -> (value: Int, size: Int)? {
        guard let first = bytes.first, first != 0 else { return nil }
        let size = first.leadingZeroBitCount + 1
        guard bytes.count >= size else { return nil }
        let start = keepsMarker ? Int(first) : Int(first) & ((1 << (8 - size)) - 1)
        return (bytes[1..<size].reduce(start) { $0 << 8 | Int($1) }, size)
    }
}
