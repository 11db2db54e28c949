// Finds what a file says of its origin: C2PA manifests, and digital source types in manifests and XMP. Reads metadata
// and never pictures or samples. Lengths that a file states are only believed inside the file. Verifies no signature.
import Composition
import Diagnostics

/// The marks of any file, whole or not; nil: it says nothing.
public func originMarks(path: String) throws(MediaProblem) -> OriginMarks? {
    var reader = MarkReader(try InputFile(path: path))
    return try reader.marks()
}

struct MarkReader {
    /// Boxes, segments, chunks and blocks of a file; a real one has some thousands.
    private static let mostParts = 1 << 18
    /// Bytes of metadata.
    private static let mostBytes = 8 << 20

    private let file: InputFile
    private var window: (start: Int, bytes: [UInt8]) = (0, [])
    private var parts = 0
    /// Payloads of one kind, joined: a manifest may be cut into segments of 64 KB.
    private var metadata: [UInt8] = []
    private var hasCredentials = false
    private var isPartial = false

    init(_ file: InputFile) { self.file = file }

    /// nil: the file says nothing.
    mutating func marks() throws(MediaProblem) -> OriginMarks? {
        switch FileFormat.sniff(try file.bytes(at: 0, count: 4096)) {
        case .jpeg: try jpeg()
        case .png: try png()
        case .gif: try gif()
        case .webp, .wav, .avi: try riff()
        case .mp4, .quicktime: try boxes(0..<file.size, path: "")
        case .mp3: try id3()
        default: break
        }
        let terms = SourceTerms.found(in: metadata)
        guard hasCredentials || isPartial || !terms.isEmpty else { return nil }
        return OriginMarks(hasCredentials: hasCredentials, sourceTypes: terms, isPartial: isPartial)
    }

    // MARK: Reading

    /// Few bytes; fewer at the end of the file. Parts may be tiny and many, so what lies near is kept.
    private mutating func bytes(_ offset: Int, _ count: Int) throws(MediaProblem) -> [UInt8] {
        if offset < window.start || offset + count > window.start + window.bytes.count {
            window = (offset, try file.bytes(at: offset, count: max(4096, count)))
        }
        let from = offset - window.start
        guard from < window.bytes.count else { return [] }
        return Array(window.bytes[from..<min(window.bytes.count, from + count)])
    }

    private mutating func number(_ offset: Int, _ count: Int, isLittle: Bool = false) throws(MediaProblem) -> Int? {
        let found = try bytes(offset, count)
        guard found.count == count else { return nil }
        return (isLittle ? found.reversed() : found).reduce(0) { $0 << 8 | Int($1) }
    }

    /// Adds metadata to what is searched.
    private mutating func take(_ range: Range<Int>) throws(MediaProblem) {
        let most = Self.mostBytes - metadata.count
        if range.count > most { isPartial = true }
        metadata += try file.bytes(at: range.lowerBound, count: min(range.count, most))
    }

    /// Keeps what two neighbours hold from being read as one text.
    private mutating func end() { metadata.append(0) }

    private mutating func mayGoOn() -> Bool {
        parts += 1
        if parts > Self.mostParts { isPartial = true }
        return parts <= Self.mostParts
    }

    // MARK: Containers

    /// Segments before the first scan. APP11 carries JUMBF (ISO/IEC 19566-5, annex D), APP1 XMP.
    private mutating func jpeg() throws(MediaProblem) {
        var offset = 2, packets: [Range<Int>] = []
        while mayGoOn(), let marker = try number(offset, 2) {
            guard marker >> 8 == 0xFF else { break }
            switch marker & 0xFF {
            case 0xFF: offset += 1
            case 0x01, 0xD0...0xD8: offset += 2
            case 0xD9, 0xDA: offset = file.size
            case let kind:
                guard let length = try number(offset + 2, 2), length >= 2 else { return }
                let payload = offset + 4, next = min(file.size, offset + 2 + length)
                offset += 2 + length
                let head = try bytes(payload, max(0, min(40, next - payload)))
                if kind == 0xEB, head.starts(with: [0x4A, 0x50]), head.count >= 16,
                    head[12..<16].elementsEqual("jumb".utf8)
                {
                    // After the first segment the head of the box is repeated.
                    let isFirst = head[4..<8].elementsEqual([0, 0, 0, 1])
                    if isFirst {
                        end()
                        try manifest(payload + 8..<next)
                    } else {
                        try take(min(next, payload + 16)..<next)
                    }
                } else if kind == 0xE1, head.starts(with: "http://ns.adobe.com/xap/1.0/\0".utf8) {
                    packets.append(min(next, payload + 29)..<next)
                } else if kind == 0xE1, head.starts(with: "http://ns.adobe.com/xmp/extension/\0".utf8) {
                    packets.append(min(next, payload + 75)..<next)
                }
            }
        }
        end()
        for packet in packets { try take(packet) }
    }

    private mutating func png() throws(MediaProblem) {
        var offset = 8
        while mayGoOn(), let length = try number(offset, 4) {
            let kind = try bytes(offset + 4, 4), payload = offset + 8
            let range = payload..<max(payload, min(file.size, payload + length))
            if kind.elementsEqual("caBX".utf8) {
                hasCredentials = true
                try take(range)
                end()
            } else if kind.elementsEqual("iTXt".utf8),
                try bytes(payload, 18).elementsEqual("XML:com.adobe.xmp\0".utf8)
            {
                // A packet is written as it is; compressed it cannot be searched.
                if try number(payload + 18, 1) == 1 { isPartial = true }
                try take(range)
                end()
            } else if kind.elementsEqual("IEND".utf8) || kind.count < 4 {
                return
            }
            offset = payload + length + 4
        }
    }

    /// Blocks of at most 255 bytes. XMP and manifests are application extensions.
    private mutating func gif() throws(MediaProblem) {
        guard let flags = try number(10, 1) else { return }
        var offset = 13 + (flags & 0x80 == 0 ? 0 : 3 << (flags & 7 + 1))
        while mayGoOn(), let kind = try number(offset, 1) {
            switch kind {
            case 0x21:
                let name = try bytes(offset + 3, 11), start = offset + 2
                let isManifest = name.starts(with: "C2PA_GIF".utf8)
                if isManifest { hasCredentials = true }
                guard let past = try blocks(start, taking: isManifest) else { return }
                // A packet is written as one text, of which the blocks are only a reading.
                if name.starts(with: "XMP DataXMP".utf8) { try take(start..<min(past, file.size)) }
                end()
                offset = past
            case 0x2C:
                guard let flags = try number(offset + 9, 1) else { return }
                guard let past = try blocks(offset + 11 + (flags & 0x80 == 0 ? 0 : 3 << (flags & 7 + 1))) else {
                    return
                }
                offset = past
            default: return
            }
        }
    }

    /// The offset after a row of blocks that an empty one ends.
    private mutating func blocks(_ start: Int, taking: Bool = false) throws(MediaProblem) -> Int? {
        var offset = start
        while mayGoOn(), let length = try number(offset, 1) {
            if taking { try take(offset + 1..<max(offset + 1, min(file.size, offset + 1 + length))) }
            offset += 1 + length
            if length == 0 { return offset }
        }
        return nil
    }

    private mutating func riff() throws(MediaProblem) {
        var offset = 12, longData = 0
        while mayGoOn(), let length = try number(offset + 4, 4, isLittle: true) {
            let kind = try bytes(offset, 4), payload = offset + 8
            var size = length
            if kind.elementsEqual("ds64".utf8) { longData = try number(payload + 8, 8, isLittle: true) ?? 0 }
            if kind.elementsEqual("data".utf8), length == 0xFFFF_FFFF { size = longData }
            guard size >= 0 else { return }
            size = min(size, max(0, file.size - payload))
            let range = payload..<payload + size
            let isManifest = kind.elementsEqual("C2PA".utf8)
            if isManifest { hasCredentials = true }
            if isManifest || kind.elementsEqual("XMP ".utf8) || kind.elementsEqual("_PMX".utf8) {
                try take(range)
                end()
            }
            offset = payload + size + size % 2
        }
    }

    /// Boxes of ISO/IEC 14496-12.
    private mutating func boxes(_ range: Range<Int>, path: String) throws(MediaProblem) {
        var offset = range.lowerBound
        while offset + 8 <= range.upperBound, mayGoOn(), let short = try number(offset, 4) {
            let kind = try bytes(offset + 4, 4)
            var size = short, head = 8
            if short == 1 {
                guard let long = try number(offset + 8, 8) else { return }
                (size, head) = (long, 16)
            } else if short == 0 {
                size = range.upperBound - offset
            }
            guard size >= head else { return }
            let next = size > range.upperBound - offset ? range.upperBound : offset + size
            let payload = min(next, offset + head)
            if kind.elementsEqual("uuid".utf8) {
                let name = try bytes(payload, 16), content = min(next, payload + 16)..<next
                if name == Self.manifestBox {
                    hasCredentials = true
                    try take(content)
                    end()
                } else if name == Self.packetBox {
                    try take(content)
                    end()
                }
            } else if path == "moov/udta", kind.elementsEqual("XMP_".utf8) {
                try take(payload..<next)
                end()
            } else if path.isEmpty, kind.elementsEqual("moov".utf8) {
                try boxes(payload..<next, path: "moov")
            } else if path == "moov", kind.elementsEqual("udta".utf8) {
                try boxes(payload..<next, path: "moov/udta")
            }
            offset = next
        }
    }

    /// A tag before the sound; manifests are in its GEOB frames.
    private mutating func id3() throws(MediaProblem) {
        let head = try bytes(0, 10)
        guard head.count == 10, head.starts(with: "ID3".utf8) else { return }
        let length = head[6..<10].reduce(0) { $0 << 7 | Int($1 & 0x7F) }
        try manifest(10..<min(file.size, 10 + length))
    }

    /// Metadata that is a C2PA manifest if it has that label; JUMBF also carries other things.
    private mutating func manifest(_ range: Range<Int>) throws(MediaProblem) {
        let before = metadata.count
        try take(range)
        if metadata[before...].contains(Self.manifestLabel) { hasCredentials = true }
    }

    private static let manifestBox: [UInt8] = [
        0xD8, 0xFE, 0xC3, 0xD6, 0x1B, 0x0E, 0x48, 0x3C, 0x92, 0x97, 0x58, 0x28, 0x87, 0x7E, 0xC4, 0x81,
    ]
    /// Of boxes that hold XMP (XMP specification, part 3, 1.1.6).
    static let packetBox: [UInt8] = [
        0xBE, 0x7A, 0xCF, 0xCB, 0x97, 0xA9, 0x42, 0xE8, 0x9C, 0x71, 0x99, 0x94, 0x91, 0xE3, 0xAF, 0xAC,
    ]
    /// The type of a C2PA manifest store among JUMBF boxes.
    private static let manifestLabel: [UInt8] = [
        0x63, 0x32, 0x70, 0x61, 0x00, 0x11, 0x00, 0x10, 0x80, 0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71,
    ]
}
