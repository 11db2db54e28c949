// The structure of PNG, JPEG and WebP files: sizes before anything is allocated, orientation, and where a cut file ends.
// Decoders conceal a missing end; walking the structure finds it and can say at which byte. Unaware of pixels.
import Diagnostics
import Glibc

struct PictureHeader: Hashable, Sendable {
    var width: Int
    var height: Int
    var orientation = Orientation()
    /// The grey that is transparent in a PNG of one, two or four bits.
    var transparentGray: UInt8?
    /// It holds more pictures than the first.
    var isAnimated = false

    static let maximumSide = 16384
    static let maximumPixels = 100_000_000

    /// Walks the whole file.
    /// - Parameter name: how messages name the file.
    static func read(_ bytes: UnsafeRawBufferPointer, format: FileFormat, name: String) throws(MediaProblem) -> PictureHeader {
        let header = switch format {
        case .png: try png(bytes, name)
        case .jpeg: try jpeg(bytes, name)
        case .webp: try webp(bytes, name)
        default: throw .unsupported(name: name, what: format.words, hint: "convert it to PNG, JPEG or WebP")
        }
        guard header.width > 0, header.height > 0 else {
            throw .damaged(name: name, what: kind(format), place: "its size", reason: "\(header.width)x\(header.height) pixels")
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
        var grayDepth: Int?, gray: UInt8?, isAnimated = false
        var offset = 8
        while true {
            guard offset + 12 <= bytes.count else { throw cut("before its end chunk") }
            let length = big(bytes, offset, 4), type = text(bytes, offset + 4)
            guard length <= bytes.count - offset - 12 else { throw cut("in a chunk '\(type)' of \(length) bytes that begins at \(offset)") }
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
                    throw .damaged(name: name, what: "PNG picture", place: "its header", reason: "there is none")
                }
                header.orientation = orientation
                header.transparentGray = gray
                header.isAnimated = isAnimated
                return header
            default: break
            }
            offset += 12 + length
        }
    }

    /// The largest packed colour profile that is unpacked; those of displays have some kilobytes.
    private static let profileLimit = 1 << 16

    /// Moves a PNG's chunks together, without texts, which nothing here reads, and without huge colour profiles: some kilobytes
    /// of them unpack to gigabytes. To be called for a file whose chunks have been walked.
    /// - Returns: how many bytes are left.
    static func withoutTexts(_ bytes: UnsafeMutableRawBufferPointer) -> Int {
        var from = 8, to = 8
        while from + 12 <= bytes.count {
            let size = 12 + big(UnsafeRawBufferPointer(bytes), from, 4), type = text(UnsafeRawBufferPointer(bytes), from + 4)
            guard size <= bytes.count - from else { break }
            if type == "iCCP" ? size <= profileLimit : !["zTXt", "iTXt", "tEXt"].contains(type) {
                memmove(bytes.baseAddress! + to, bytes.baseAddress! + from, size)
                to += size
            }
            from += size
            if type == "IEND" { break }
        }
        return to
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
        var offset = 2
        while true {
            guard offset + 2 <= bytes.count else { throw cut("before its end marker") }
            guard bytes[offset] == 0xff else { throw broken(offset, "no marker where one must be") }
            let marker = bytes[offset + 1]
            if marker == 0xff { offset += 1; continue }
            if marker == 0xd9 {
                guard var header else { throw broken(offset, "the picture ends before it begins") }
                header.orientation = orientation
                return header
            }
            if marker == 0x01 || (0xd0...0xd8).contains(marker) { offset += 2; continue }
            guard offset + 4 <= bytes.count else { throw cut("in a marker") }
            let length = big(bytes, offset + 2, 2)
            guard length >= 2 else { throw broken(offset, "a segment of \(length) bytes") }
            let next = offset + 2 + length
            guard next <= bytes.count else { throw cut("in its header") }
            switch marker {
            case 0xc0...0xc3, 0xc5...0xc7, 0xc9...0xcb, 0xcd...0xcf:
                guard length >= 8 else { throw broken(offset, "a frame header of \(length) bytes") }
                let precision = bytes[offset + 4], components = bytes[offset + 9]
                if components == 4 {
                    throw .unsupported(name: name, what: "a CMYK picture", hint: "convert it to RGB")
                }
                if precision != 8 {
                    throw .unsupported(name: name, what: "a JPEG picture of \(precision) bits a channel", hint: "convert it to PNG")
                }
                header = PictureHeader(width: big(bytes, offset + 7, 2), height: big(bytes, offset + 5, 2))
            case 0xe1:
                let block = Array(bytes[offset + 4..<next])
                if block.starts(with: Array("Exif\u{0}\u{0}".utf8)) { orientation = Orientation(exifBlock: block[...]) }
            default: break
            }
            offset = next
            guard marker == 0xda else { continue }
            while true {
                guard offset + 1 < bytes.count else { throw cut("in the picture's data") }
                if bytes[offset] == 0xff, bytes[offset + 1] != 0, !(0xd0...0xd7).contains(bytes[offset + 1]) { break }
                offset += 1
            }
        }
    }

    // WebP container specification (RFC 9649): RIFF chunks, padded to even lengths.
    private static func webp(_ bytes: UnsafeRawBufferPointer, _ name: String) throws(MediaProblem) -> PictureHeader {
        func cut(_ what: String) -> MediaProblem {
            .truncated(name: name, what: "WebP picture", place: "it ends after \(bytes.count) bytes, \(what)")
        }
        guard bytes.count >= 12 else { throw cut("in its header") }
        let end = little(bytes, 4, 4) + 8
        guard end <= bytes.count else { throw cut("its header says \(end)") }
        var header: PictureHeader?
        var orientation = Orientation()
        var hasPicture = false
        var offset = 12
        while offset + 8 <= end {
            let type = text(bytes, offset), length = little(bytes, offset + 4, 4), data = offset + 8
            guard length <= end - data else { throw cut("in a chunk '\(type)' of \(length) bytes that begins at \(offset)") }
            switch type {
            case "VP8X" where length >= 10:
                if bytes[data] & 0x02 != 0 {
                    throw .unsupported(name: name, what: "an animated WebP picture", hint: "convert it to an MP4 or WebM clip")
                }
                header = PictureHeader(width: little(bytes, data + 4, 3) + 1, height: little(bytes, data + 7, 3) + 1)
            case "VP8 " where length >= 10:
                hasPicture = true
                let size = PictureHeader(width: little(bytes, data + 6, 2) & 0x3fff, height: little(bytes, data + 8, 2) & 0x3fff)
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
            throw .damaged(name: name, what: "WebP picture", place: "its header", reason: "there is no picture in it")
        }
        header.orientation = orientation
        return header
    }
}
