// Walks the structure of PNG, JPEG and WebP files: finds sizes before anything is allocated, orientation, and the byte
// at which a truncated file ends, which decoders conceal. Damaged parts other than pixels are left out. Decodes no
// pixels.
import CFFmpeg
import Diagnostics

struct PictureHeader: Hashable, Sendable {
    var width: Int
    var height: Int
    var orientation = Orientation()
    /// The transparent grey of a PNG of one, two or four bits.
    var transparentGray: UInt8?
    /// Whether there are more pictures after the first.
    var isAnimated = false
    /// Whether parts other than the pixels are damaged.
    var isUntidy = false
    /// The bytes that a decoder needs, and those that describe colours, in the file's order.
    var parts: [Part] = []
    struct Part: Hashable, Sendable {
        var bytes: Range<Int>
        var isColor = false
    }

    static let maximumSide = 16384
    static let maximumPixels = 100_000_000

    /// Walks the whole file.
    /// - Parameter name: how messages name the file.
    static func read(_ bytes: UnsafeRawBufferPointer, format: FileFormat, name: String) throws(MediaProblem)
        -> PictureHeader
    {
        let header =
            switch format {
            case .png: try png(bytes, name)
            case .jpeg: try jpeg(bytes, name)
            case .webp: try webp(bytes, name)
            default: throw format.unsupportedPicture(name)
            }
        guard header.width > 0, header.height > 0 else {
            throw .damaged(
                name: name, what: kind(format), place: "its size", reason: "\(header.width)x\(header.height) pixels")
        }
        guard fits(width: header.width, height: header.height) else {
            throw .pictureTooLarge(name: name, width: header.width, height: header.height)
        }
        return header
    }

    static func fits(width: Int, height: Int) -> Bool {
        width <= maximumSide && height <= maximumSide && width * height <= maximumPixels
    }

    static func kind(_ format: FileFormat) -> String {
        switch format {
        case .png: "PNG picture"
        case .jpeg: "JPEG picture"
        case .webp: "WebP picture"
        default: "file"
        }
    }

    private static func big(_ bytes: UnsafeRawBufferPointer, _ offset: Int, _ size: Int) -> Int {
        (0..<size).reduce(0) { $0 << 8 | Int(bytes[offset + $1]) }
    }
    private static func little(_ bytes: UnsafeRawBufferPointer, _ offset: Int, _ size: Int) -> Int {
        (0..<size).reversed().reduce(0) { $0 << 8 | Int(bytes[offset + $1]) }
    }
    private static func text(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> String {
        String(decoding: bytes[offset..<offset + 4].map { $0 >= 0x20 && $0 < 0x7f ? $0 : 0x3f }, as: UTF8.self)
    }

    // PNG, 3rd edition, section 5: length, type, data, CRC; the last chunk is IEND.
    private static func png(_ bytes: UnsafeRawBufferPointer, _ name: String) throws(MediaProblem) -> PictureHeader {
        func cut(_ what: String) -> MediaProblem {
            .truncated(name: name, what: "PNG picture", place: "it ends after \(bytes.count) bytes, \(what)")
        }
        var header: PictureHeader?
        var orientation = Orientation()
        var grayDepth: Int?, gray: UInt8?, isAnimated = false, isUntidy = false
        var parts = [Part(bytes: 0..<8)]
        var offset = 8
        while true {
            let isEnd = offset + 8 <= bytes.count && text(bytes, offset + 4) == "IEND"
            guard offset + 12 <= bytes.count || isEnd else { throw cut("before its end chunk") }
            let type = text(bytes, offset + 4), length = isEnd ? 0 : big(bytes, offset, 4)
            guard isEnd || length <= bytes.count - offset - 12 else {
                throw cut("in a chunk '\(type)' of \(length) bytes that begins at \(offset)")
            }
            let isPixels = ["IHDR", "PLTE", "tRNS", "IDAT"].contains(type)
            if !isPixels, !isEnd, !isWhole(bytes, chunk: offset, length) {
                // A decoder may skip ancillary chunks; the first letter of critical ones is upper case.
                guard bytes[offset + 4] & 0x20 != 0 else {
                    throw .damaged(
                        name: name, what: "PNG picture", place: "a chunk '\(type)'", reason: "its checksum is wrong")
                }
                isUntidy = true
                offset += 12 + length
                continue
            }
            if isPixels { parts.append(Part(bytes: offset..<offset + 12 + length)) }
            if colorChunks.contains(type), length <= profileLimit {
                parts.append(Part(bytes: offset..<offset + 12 + length, isColor: true))
            }
            switch type {
            case "IHDR" where length >= 13:
                header = PictureHeader(width: big(bytes, offset + 8, 4), height: big(bytes, offset + 12, 4))
                if length >= 13, bytes[offset + 17] == 0, bytes[offset + 16] < 8 { grayDepth = Int(bytes[offset + 16]) }
            case "tRNS" where grayDepth != nil && length >= 2:
                let most = 1 << grayDepth! - 1
                gray = UInt8((big(bytes, offset + 8, 2) & most) * 255 / most)
            case "acTL": isAnimated = true
            case "eXIf":
                orientation = Orientation(exifBlock: Array(bytes[offset + 8..<offset + 8 + length])[...])
            case "IEND":
                guard var header else {
                    throw .damaged(
                        name: name, what: "PNG picture", place: "its header", reason: "the header is missing")
                }
                header.orientation = orientation
                header.transparentGray = gray
                header.isAnimated = isAnimated
                header.isUntidy = isUntidy || offset + 12 > bytes.count
                header.parts = parts
                return header
            default: break
            }
            offset += 12 + length
        }
    }

    /// The largest compressed colour profile that is used. Profiles of displays have a few kilobytes, but a few
    /// kilobytes can expand to gigabytes.
    private static let profileLimit = 1 << 16
    private static let colorChunks: Set<String> = ["iCCP", "sRGB", "gAMA", "cHRM", "cICP"]

    private static func isWhole(_ bytes: UnsafeRawBufferPointer, chunk offset: Int, _ length: Int) -> Bool {
        let from = bytes.baseAddress! + offset + 4
        let sum = av_crc(av_crc_get_table(AV_CRC_32_IEEE_LE), ~0, from.assumingMemoryBound(to: UInt8.self), length + 4)
        return ~sum == UInt32(truncatingIfNeeded: big(bytes, offset + 8 + length, 4))
    }

    /// The file reduced to its pixels and optionally its colours.
    func bare(_ bytes: UnsafeRawBufferPointer, format: FileFormat, colors: Bool) -> [UInt8] {
        let kept = parts.filter { colors || !$0.isColor }
        var file: [UInt8] = []
        file.reserveCapacity(kept.reduce(12) { $0 + $1.bytes.count })
        for part in kept { file += UnsafeRawBufferPointer(rebasing: bytes[part.bytes]) }
        switch format {
        // The end chunk: length 0, name, checksum.
        case .png: file += [0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82]
        case .webp:
            let count = file.count - 8
            for index in 0..<4 { file[4 + index] = UInt8(truncatingIfNeeded: count >> (8 * index)) }
            // Of the features in the header only alpha, and colours, remain.
            if file.count > 20, file[12..<16].elementsEqual("VP8X".utf8) { file[20] &= colors ? 0x30 : 0x10 }
        default: break
        }
        return file
    }

    // ITU-T T.81 annex B: markers; in a scan's data 0xFF is followed by 0 or a restart marker.
    private static func jpeg(_ bytes: UnsafeRawBufferPointer, _ name: String) throws(MediaProblem) -> PictureHeader {
        func cut(_ what: String) -> MediaProblem {
            .truncated(name: name, what: "JPEG picture", place: "it ends after \(bytes.count) bytes, \(what)")
        }
        func broken(_ offset: Int, _ reason: String) -> MediaProblem {
            .damaged(name: name, what: "JPEG picture", place: "the data at byte \(offset)", reason: reason)
        }
        var header: PictureHeader?
        var orientation = Orientation()
        var isUntidy = false, parts = [Part(bytes: 0..<2)]
        var offset = 2
        while true {
            guard offset + 2 <= bytes.count else { throw cut("before its end marker") }
            guard bytes[offset] == 0xff else {
                // Stray bytes between segments; decoders continue at the next marker.
                guard let next = segment(bytes, after: offset) else {
                    throw broken(offset, "a marker is missing")
                }
                isUntidy = true
                offset = next
                continue
            }
            let marker = bytes[offset + 1]
            if marker == 0xff { offset += 1; continue }
            if marker == 0xd9 {
                guard var header else { throw broken(offset, "the picture ends before it begins") }
                header.orientation = orientation
                header.isUntidy = isUntidy
                header.parts = parts + [Part(bytes: offset..<offset + 2)]
                return header
            }
            if marker == 0x01 || (0xd0...0xd8).contains(marker) { offset += 2; continue }
            guard offset + 4 <= bytes.count else { throw cut("in a marker") }
            // Application data and comments, except those of JFIF and Adobe, which define how colours are stored.
            let isAside = (0xe1...0xef).contains(marker) && marker != 0xee || marker == 0xfe
            let length = big(bytes, offset + 2, 2), next = offset + 2 + length
            if isAside, length < 2 || next > bytes.count, let found = segment(bytes, after: offset + 2) {
                isUntidy = true
                offset = found
                continue
            }
            guard length >= 2 else { throw broken(offset, "a segment has the invalid length \(length)") }
            guard next <= bytes.count else { throw cut("in its header") }
            let begin = offset
            switch marker {
            case 0xc0...0xc3, 0xc5...0xc7, 0xc9...0xcb, 0xcd...0xcf:
                guard length >= 8 else { throw broken(offset, "a frame header has the invalid length \(length)") }
                let precision = bytes[offset + 4], components = bytes[offset + 9]
                if components == 4 {
                    throw .unsupported(name: name, what: "a CMYK picture", hint: "convert it to RGB")
                }
                if precision != 8 {
                    throw .unsupported(
                        name: name, what: "a JPEG picture of \(precision) bits a channel", hint: "convert it to PNG")
                }
                // ITU-T T.81, table B.1: what nearly no decoder reads, libavcodec among them.
                if marker > 0xc3 {
                    throw .unsupported(
                        name: name, what: "a JPEG picture with \(marker > 0xc8 ? "arithmetic" : "hierarchical") coding",
                        hint: "save it again as a baseline or progressive JPEG, or convert it to PNG")
                }
                header = PictureHeader(width: big(bytes, offset + 7, 2), height: big(bytes, offset + 5, 2))
            case 0xe1:
                let block = Array(bytes[offset + 4..<next])
                if block.starts(with: Array("Exif\u{0}\u{0}".utf8)) { orientation = Orientation(exifBlock: block[...]) }
            default: break
            }
            offset = next
            guard marker == 0xda else {
                if !isAside || marker == 0xe2 { parts.append(Part(bytes: begin..<next, isColor: isAside)) }
                continue
            }
            while true {
                guard offset + 1 < bytes.count else { throw cut("in the picture's data") }
                if bytes[offset] == 0xff, bytes[offset + 1] != 0, !(0xd0...0xd7).contains(bytes[offset + 1]) { break }
                offset += 1
            }
            parts.append(Part(bytes: begin..<offset))
        }
    }

    /// The next start of a table, a frame, a scan or the end of the picture.
    private static func segment(_ bytes: UnsafeRawBufferPointer, after start: Int) -> Int? {
        var offset = start
        while offset + 4 <= bytes.count {
            if bytes[offset] == 0xff,
                [0xc0, 0xc1, 0xc2, 0xc4, 0xd9, 0xda, 0xdb, 0xdd].contains(bytes[offset + 1])
                    || (0xe0...0xef).contains(bytes[offset + 1])
            {
                return offset
            }
            offset += 1
        }
        return nil
    }

    // WebP container specification (RFC 9649): RIFF chunks, padded to even lengths.
    private static func webp(_ bytes: UnsafeRawBufferPointer, _ name: String) throws(MediaProblem) -> PictureHeader {
        func cut(_ what: String) -> MediaProblem {
            .truncated(name: name, what: "WebP picture", place: "it ends after \(bytes.count) bytes, \(what)")
        }
        guard bytes.count >= 12 else { throw cut("in its header") }
        let said = little(bytes, 4, 4) + 8, end = min(said, bytes.count)
        var header: PictureHeader?
        var orientation = Orientation()
        var hasPicture = false, isUntidy = false, parts = [Part(bytes: 0..<12)]
        var offset = 12
        while offset + 8 <= end {
            let type = text(bytes, offset), length = little(bytes, offset + 4, 4), data = offset + 8
            // Only metadata follows the picture.
            if hasPicture, length > end - data {
                isUntidy = true
                break
            }
            if ["VP8X", "ALPH", "VP8 ", "VP8L", "ICCP"].contains(type), length <= end - data {
                parts.append(
                    Part(bytes: offset..<min(bytes.count, data + length + length & 1), isColor: type == "ICCP"))
            }
            guard length <= end - data else {
                throw cut("in a chunk '\(type)' of \(length) bytes that begins at \(offset)")
            }
            switch type {
            case "VP8X" where length >= 10:
                if bytes[data] & 0x02 != 0 {
                    throw .unsupported(
                        name: name, what: "an animated WebP picture", hint: "convert it to an MP4 or WebM clip")
                }
                header = PictureHeader(width: little(bytes, data + 4, 3) + 1, height: little(bytes, data + 7, 3) + 1)
            case "VP8 " where length >= 10:
                hasPicture = true
                let size = PictureHeader(
                    width: little(bytes, data + 6, 2) & 0x3fff, height: little(bytes, data + 8, 2) & 0x3fff)
                header = header ?? size
            case "VP8L" where length >= 5:
                hasPicture = true
                let packed = little(bytes, data + 1, 4)
                header = header ?? PictureHeader(width: packed & 0x3fff + 1, height: packed >> 14 & 0x3fff + 1)
            case "EXIF":
                orientation = Orientation(exifBlock: Array(bytes[data..<data + length])[...])
            default: break
            }
            offset = data + length + length & 1
        }
        guard var header, hasPicture else {
            if said > bytes.count { throw cut("but its header says \(said)") }
            throw .damaged(name: name, what: "WebP picture", place: "its header", reason: "it contains no picture")
        }
        header.orientation = orientation
        header.isUntidy = isUntidy || said > bytes.count + 1
        header.parts = parts
        return header
    }
}
