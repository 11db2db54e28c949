// Checks a container's own lengths, counters and checksums, since libav tolerates wrong ones. Knows nothing of codecs.
import CFFmpeg
import Diagnostics

struct ContainerStructure {
    /// Why the file is truncated, as text that follows "it"; nil if it is complete.
    private(set) var cut: String?
    private(set) var faults: [String] = []
    /// Number of picture packets that the container declares; nil if it declares none.
    private(set) var pictures: Int?
    /// Number of tracks with pictures; nil if the container does not declare it.
    private(set) var pictureTracks: Int?

    init(_ file: InputFile, _ format: FileFormat?) throws(MediaProblem) {
        switch format {
        case .wav, .avi: try riff(file)
        case .matroska:
            let elements = try MatroskaElements(file)
            (faults, pictures) = (elements.faults, elements.pictures)
            pictureTracks = elements.pictureTracks.count
            if let cut = elements.cut {
                self.cut = ends(file, "but the element at \(cut.offset) extends to \(cut.end)")
            }
        case .flv: try flv(file)
        case .ogg: try ogg(file)
        case .gif: try gif(file)
        case .mpegts: try transport(file)
        case .mpegps: try program(file)
        default: break
        }
    }

    /// Lengths that RIFF writers use if they cannot seek back to fill in the real one: 0, the largest numbers of 32 and
    /// 31 bits, 2000000000. No real file comes so close to the format's limit.
    static func isPlaceholder(_ length: Int) -> Bool { length == 0 || length >= 0x7000_0000 }

    private func ends(_ file: InputFile, _ what: String) -> String { "ends after \(file.size) bytes, \(what)" }

    private mutating func stray(_ offset: Int, _ what: String) {
        faults.append("no \(what) at byte \(offset), where one must begin")
    }

    private mutating func riff(_ file: InputFile) throws(MediaProblem) {
        let head = try file.bytes(at: 0, count: 8)
        guard head.count == 8 else { cut = ends(file, "in its header"); return }
        let length = Self.little(head, 4, 4)
        if length + 8 > file.size + 1, !Self.isPlaceholder(length) {
            cut = ends(file, "but its header says \(length + 8)")
        } else if head[..<4].elementsEqual("RIFF".utf8), try file.bytes(at: 8, count: 4).elementsEqual("AVI ".utf8) {
            try avi(file)
        }
    }

    /// The index of an AVI lists each chunk in 16 bytes; an empty chunk repeats the picture before it and is not a
    /// packet.
    private mutating func avi(_ file: InputFile) throws(MediaProblem) {
        var offset = 12
        while offset + 8 <= file.size {
            let head = try file.bytes(at: offset, count: 8)
            let size = Self.little(head, 4, 4)
            if head[..<4].elementsEqual("idx1".utf8) {
                let index = try file.bytes(at: offset + 8, count: min(size, 64 << 20))
                var counts: [[UInt8]: Int] = [:]
                for entry in stride(from: 0, to: index.count - 15, by: 16) where index[entry + 2] == UInt8(ascii: "d") {
                    if Self.little(Array(index[entry + 12..<entry + 16]), 0, 4) > 0 {
                        counts[Array(index[entry..<entry + 2]), default: 0] += 1
                    }
                }
                if counts.count == 1 { pictures = counts.first?.value }
                return
            }
            offset += 8 + size + size & 1
        }
    }

    /// Adobe Flash Video File Format 10.1, annex E: each tag is followed by its length.
    private mutating func flv(_ file: InputFile) throws(MediaProblem) {
        var offset = Self.big(try file.bytes(at: 5, count: 4), 0, 4) + 4, count = 0
        while offset < file.size {
            let head = try file.bytes(at: offset, count: 13)
            guard head.count >= 11 else { cut = ends(file, "in a tag"); return }
            let size = Self.big(head, 1, 3), kind = head[0] & 0x1f
            guard [8, 9, 18].contains(kind) else { return stray(offset, "tag") }
            let end = offset + 11 + size
            let trailer = try file.bytes(at: end, count: 4)
            guard trailer.count == 4 else { cut = ends(file, "in a tag that begins at \(offset)"); return }
            guard Self.big(trailer, 0, 4) == 11 + size else { return stray(end + 4, "tag") }
            if kind == 9, head.count == 13, size > 0 {
                // Headers, ends of sequences and commands to the player are not pictures. Files with extended headers
                // are not counted.
                let isExtended = head[11] & 0x80 != 0, isAVC = head[11] & 0x0f == 7
                if isExtended {
                    count = -1
                } else if count >= 0, head[11] >> 4 != 5 || size > 2, !isAVC || head[12] == 1 {
                    count += 1
                }
            }
            offset = end + 4
        }
        if count > 0 { pictures = count }
    }

    /// RFC 3533: each page has a number within its stream and a checksum; a flag marks the last page of a stream.
    private mutating func ogg(_ file: InputFile) throws(MediaProblem) {
        var offset = 0, next: [Int: Int] = [:], open: Set<Int> = []
        guard let table = av_crc_get_table(AV_CRC_32_IEEE) else { return }
        while offset < file.size {
            let head = try file.bytes(at: offset, count: 27 + 255)
            guard head.count >= 27 else { cut = ends(file, "in a page"); return }
            guard head[..<4].elementsEqual("OggS".utf8) else { return stray(offset, "page") }
            let segments = Int(head[26])
            let size = 27 + segments + head.dropFirst(27).prefix(segments).reduce(0) { $0 + Int($1) }
            var page = try file.bytes(at: offset, count: size)
            guard page.count == size else { cut = ends(file, "in a page that begins at \(offset)"); return }
            let said = UInt32(Self.little(page, 22, 4)), stream = Self.little(page, 14, 4),
                number = Self.little(page, 18, 4)
            for index in 22..<26 { page[index] = 0 }
            // libav's table results in a sum with the bytes reversed.
            guard av_crc(table, 0, page, page.count).byteSwapped == said else {
                faults.append("the page at byte \(offset) does not match its checksum")
                return
            }
            if let wanted = next[stream], number != wanted, page[5] & 2 == 0 {
                faults.append("pages are missing before byte \(offset)")
                return
            }
            next[stream] = number + 1
            if page[5] & 4 != 0 { open.remove(stream) } else { open.insert(stream) }
            offset += size
        }
        if !open.isEmpty { cut = ends(file, "before the last page of a stream") }
    }

    /// GIF89a: blocks, then a trailer.
    private mutating func gif(_ file: InputFile) throws(MediaProblem) {
        let head = try file.bytes(at: 0, count: 13)
        guard head.count == 13 else { cut = ends(file, "in its header"); return }
        func table(_ flags: UInt8) -> Int { flags & 0x80 == 0 ? 0 : 3 << (Int(flags & 7) + 1) }
        var offset = 13 + table(head[10]), count = 0
        while true {
            let block = try file.bytes(at: offset, count: 10)
            guard let kind = block.first else { cut = ends(file, "before its trailer"); return }
            switch kind {
            case 0x3b:
                pictures = count
                return
            case 0x21: offset += 2
            case 0x2c where block.count == 10:
                offset += 10 + table(block[9]) + 1
                count += 1
            default: return stray(offset, "block")
            }
            while let length = try file.bytes(at: offset, count: 1).first {
                offset += 1 + Int(length)
                if length == 0 { break }
            }
        }
    }

    /// ISO/IEC 13818-1, 2.4.3: packets of 188 bytes with a counter for each stream; a unit begins with a start code.
    private mutating func transport(_ file: InputFile) throws(MediaProblem) {
        var offset = 0, counters: [Int: UInt8] = [:], elementary: Set<Int> = []
        while offset < file.size {
            let bytes = try file.bytes(at: offset, count: 188 * 4096)
            for start in stride(from: 0, to: bytes.count - 187, by: 188) {
                let at = offset + start
                guard bytes[start] == 0x47 else { return stray(at, "packet") }
                let pid = Int(bytes[start + 1] & 0x1f) << 8 | Int(bytes[start + 2]), control = bytes[start + 3] >> 4 & 3
                guard pid != 0x1fff else { continue }
                guard bytes[start + 1] & 0x80 == 0 else {
                    faults.append("the packet at byte \(at) is marked as damaged"); return
                }
                guard control & 1 != 0 else { continue }
                let counter = bytes[start + 3] & 15, adaptation = control & 2 != 0 ? 1 + Int(bytes[start + 4]) : 0
                let isBreak = adaptation > 1 && bytes[start + 5] & 0x80 != 0
                // A packet may be sent twice.
                if let last = counters[pid], !isBreak, counter != (last + 1) & 15, counter != last {
                    faults.append("packets are missing before byte \(at)")
                    return
                }
                counters[pid] = counter
                guard bytes[start + 1] & 0x40 != 0, 4 + adaptation + 4 <= 188 else { continue }
                let payload = start + 4 + adaptation
                if bytes[payload] == 0, bytes[payload + 1] == 0, bytes[payload + 2] == 1 {
                    elementary.insert(pid)
                } else if elementary.contains(pid) {
                    return stray(at, "packet of a stream")
                }
            }
            if bytes.count < 188 { cut = ends(file, "in a packet"); return }
            offset += bytes.count / 188 * 188
        }
    }

    /// ISO/IEC 13818-1, 2.5.3: consecutive packs and packets; each begins with a start code and most have a length.
    private mutating func program(_ file: InputFile) throws(MediaProblem) {
        var offset = 0
        while offset < file.size {
            let head = try file.bytes(at: offset, count: 14)
            // Zeros may fill the end.
            guard head.count >= 4 else { return }
            guard head[0] == 0, head[1] == 0, head[2] == 1, head[3] >= 0xb9 else {
                // An elementary stream has no packs.
                return offset == 0 ? () : stray(offset, "packet")
            }
            switch head[3] {
            case 0xb9: offset += 4
            case 0xba:
                guard head.count == 14 else { cut = ends(file, "in a pack"); return }
                offset += head[4] & 0xc0 == 0x40 ? 14 + Int(head[13] & 7) : 12
            default:
                guard head.count >= 6 else { cut = ends(file, "in a packet"); return }
                let end = offset + 6 + Self.big(head, 4, 2)
                guard end <= file.size else { cut = ends(file, "in a packet that begins at \(offset)"); return }
                offset = end
            }
        }
    }

    private static func big(_ bytes: [UInt8], _ offset: Int, _ size: Int) -> Int {
        bytes.dropFirst(offset).prefix(size).reduce(0) { $0 << 8 | Int($1) }
    }
    private static func little(_ bytes: [UInt8], _ offset: Int, _ size: Int) -> Int {
        bytes.dropFirst(offset).prefix(size).reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
