// Decodes PNG, JPEG and WebP files to bitmaps, and applies profiles of curves and a matrix.
import CFFmpeg
import Diagnostics

public enum Picture {
    /// Half a gigabyte. Only incompressible 16-bit RGBA near the limit of pixels could be larger.
    static let maximumBytes = 512 << 20

    /// The whole picture, rotated by its EXIF orientation.
    /// - Parameter name: how messages name the file.
    /// - Throws: `MediaProblem`
    public static func decode(path: String, name: String? = nil) throws -> Bitmap {
        let file = try InputFile(path: path, name: name)
        return try decode(file).bitmap(name: file.name)
    }

    /// A picture as its file has it.
    public struct Decoded {
        let frame: Frame
        let header: PictureHeader
        var byteCount: Int { (0..<4).reduce(0) { $0 + frame.plane($1).stride * header.height } }

        /// Whether its form has no transparency.
        var isOpaque: Bool {
            !BitmapConverter.hasAlpha(AVPixelFormat(frame.pointer.pointee.format))
                && header.transparentGray == nil
        }

        /// The whole picture, rotated by its EXIF orientation.
        public func bitmap(name: String) throws -> Bitmap {
            let bitmap = try BitmapConverter().bitmap(
                frame, untagged: .picture, orientation: header.orientation, name: name)
            if let gray = header.transparentGray { clear(gray, in: bitmap) }
            return bitmap
        }
    }

    /// Makes one grey transparent, which libav's decoder omits for a PNG of less than 8 bits.
    private static func clear(_ gray: UInt8, in bitmap: Bitmap) {
        for y in 0..<bitmap.height {
            let row = bitmap.row(y)
            for x in 0..<bitmap.width where row[x * 4] == gray { (row + x * 4).update(repeating: 0, count: 4) }
        }
    }

    /// Decodes without converting, which suffices to check that the file is whole.
    static func decode(_ file: InputFile) throws -> Decoded {
        let format = FileFormat.sniff(try file.bytes(at: 0, count: 4096))
        guard file.size > 0 else { throw MediaProblem.empty(name: file.name) }
        guard let format else { throw MediaProblem.unrecognised(name: file.name) }
        guard file.size <= maximumBytes else {
            throw MediaProblem.fileTooLarge(name: file.name, bytes: file.size, limit: maximumBytes)
        }
        let codecID: AVCodecID
        switch format {
        case .png: codecID = AV_CODEC_ID_PNG
        case .jpeg: codecID = AV_CODEC_ID_MJPEG
        case .webp: codecID = AV_CODEC_ID_WEBP
        default:
            throw format.kinds.contains(.image)
                ? format.unsupportedPicture(file.name)
                : MediaProblem.wrongKind(name: file.name, actual: format.words, wanted: ["a picture"])
        }

        do {
            let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: file.size, alignment: 64)
            defer { bytes.deallocate() }
            let count = try file.read(at: 0, into: bytes)
            guard count == file.size else {
                throw MediaProblem.unreadable(name: file.name, reason: "it changed while it was read")
            }
            let whole = UnsafeRawBufferPointer(bytes)
            var header = try PictureHeader.read(whole, format: format, name: file.name)
            let isBare = header.isUntidy || format == .png
            do {
                let data = try isBare ? packet(header.bare(whole, format: format, colors: true)) : packet(whole)
                return Decoded(frame: try frame(data, codecID, format, header, file.name), header: header)
            } catch let problem as MediaProblem {
                // Perhaps only metadata is damaged, not the pixels.
                let pixels = try packet(header.bare(whole, format: format, colors: false))
                guard let found = try? frame(pixels, codecID, format, header, file.name) else { throw problem }
                header.isUntidy = true
                return Decoded(frame: found, header: header)
            }
        } catch let error as LibAVError {
            throw MediaProblem(error)
        }
    }

    private static func packet(_ bytes: some Collection<UInt8>) throws(LibAVError) -> Packet {
        let packet = try Packet()
        try libav(av_new_packet(packet.pointer, Int32(bytes.count)), "read a picture")
        _ = UnsafeMutableBufferPointer(start: packet.pointer.pointee.data, count: bytes.count).update(
            fromContentsOf: bytes)
        return packet
    }

    private static func frame(
        _ packet: Packet, _ codecID: AVCodecID, _ format: FileFormat, _ header: PictureHeader,
        _ name: String
    ) throws -> Frame {
        guard let codec = avcodec_find_decoder(codecID) else {
            throw MediaProblem.library(doing: "decode '\(name)'", text: "libavcodec has no decoder for \(format.words)")
        }
        _ = LibAVLog.isSetUp
        let context = try CodecContext(codec)
        context.pointer.pointee.thread_count = 1
        context.pointer.pointee.max_pixels = Int64(PictureHeader.maximumPixels)
        context.pointer.pointee.err_recognition = AV_EF_EXPLODE | AV_EF_CRCCHECK
        try context.open("open a decoder for '\(name)'")

        let frame = try Frame()
        func broken(_ reason: String) -> MediaProblem {
            .damaged(name: name, what: PictureHeader.kind(format), place: "its data", reason: reason)
        }
        let step: CodecContext.Step
        do {
            try context.send(packet, "decode '\(name)'")
            try context.sendEnd()
            step = try context.receive(frame, "decode '\(name)'")
        } catch {
            if error.isOutOfMemory { throw error }
            throw broken(error.text.lowercasedFirst)
        }
        guard step == .got else { throw broken("the decoder produces no picture") }
        let flags = frame.pointer.pointee
        guard flags.flags & AV_FRAME_FLAG_CORRUPT == 0, flags.decode_error_flags == 0 else {
            throw broken("parts of the picture are missing")
        }
        guard Int(flags.width) == header.width, Int(flags.height) == header.height else {
            throw broken("its parts have different sizes")
        }
        return frame
    }
}

extension MediaProblem {
    init(_ error: LibAVError) { self = .library(doing: error.doing, text: error.text.lowercasedFirst) }
}

extension String {
    /// In lower case, for messages, except abbreviations.
    var lowercasedFirst: String {
        guard let first, let second = dropFirst().first, !second.isUppercase else { return self }
        return first.lowercased() + dropFirst()
    }
}
