// Recognises a file's format by its first bytes. The name only shows what the file claims to be.
import Composition
import Diagnostics

/// A format that can be recognised by the first bytes of a file.
enum FileFormat: String, Sendable, CaseIterable {
    case png, jpeg, webp, gif, bmp, tiff, avif, heic, jpegxl, svg, psd
    case mp4, quicktime, matroska, avi, flv, mpegts, mpegps
    case wav, flac, mp3, ogg, aac, aiff
    case truetype, opentype, fontCollection, woff, woff2
    case html, xml, json, webvtt, text, utf16
    case pdf, zip, gzip, elf

    /// With its article, for messages.
    var words: String {
        switch self {
        case .png: "a PNG picture"
        case .jpeg: "a JPEG picture"
        case .webp: "a WebP picture"
        case .gif: "a GIF"
        case .bmp: "a BMP picture"
        case .tiff: "a TIFF picture"
        case .avif: "an AVIF picture"
        case .heic: "a HEIC picture"
        case .jpegxl: "a JPEG XL picture"
        case .svg: "an SVG drawing"
        case .psd: "a Photoshop document"
        case .mp4: "an MP4"
        case .quicktime: "a QuickTime movie"
        case .matroska: "a Matroska or WebM clip"
        case .avi: "an AVI clip"
        case .flv: "an FLV clip"
        case .mpegts: "an MPEG transport stream"
        case .mpegps: "an MPEG clip"
        case .wav: "a WAV sound"
        case .flac: "a FLAC sound"
        case .mp3: "an MP3 sound"
        case .ogg: "an Ogg file"
        case .aac: "an AAC sound"
        case .aiff: "an AIFF sound"
        case .truetype: "a TrueType font"
        case .opentype: "an OpenType font"
        case .fontCollection: "a font collection"
        case .woff: "a WOFF font"
        case .woff2: "a WOFF2 font"
        case .html: "an HTML page"
        case .xml: "an XML document"
        case .json: "a JSON document"
        case .webvtt: "a WebVTT file"
        case .text: "a text file"
        case .utf16: "a text file in UTF-16"
        case .pdf: "a PDF document"
        case .zip: "a ZIP archive"
        case .gzip: "a gzip archive"
        case .elf: "a program"
        }
    }

    /// The kinds that a file of this format can be; for containers the streams decide. Empty: of no use in a video.
    var kinds: Set<AssetFacts.Kind> {
        switch self {
        case .png, .jpeg, .webp, .bmp, .tiff, .avif, .heic, .jpegxl, .svg, .psd: [.image]
        case .gif: [.video, .image]
        case .mp4, .quicktime, .matroska, .avi, .flv, .mpegts, .mpegps, .ogg: [.video, .audio]
        case .wav, .flac, .mp3, .aac, .aiff: [.audio]
        case .truetype, .opentype, .fontCollection, .woff, .woff2: [.font]
        case .html, .xml, .json, .webvtt, .text, .utf16: [.text]
        case .pdf, .zip, .gzip, .elf: []
        }
    }

    /// The problem of a picture in a format that nothing here decodes, with the command that converts it.
    /// - Parameter name: how messages name the file.
    func unsupportedPicture(_ name: String) -> MediaProblem {
        let made = name.hasSuffix("." + rawValue) ? String(name.dropLast(rawValue.count + 1)) : name
        let file = GateProblem.quoted(name), png = GateProblem.quoted(made + ".png")
        let hint =
            switch self {
            case .svg:
                "convert it to a PNG that is as wide as it is shown at its largest: "
                    + "'rsvg-convert -w 1000 -o \(png) \(file)', of Debian's librsvg2-bin"
            case .heic, .avif:
                "convert it: 'heif-convert \(file) \(GateProblem.quoted(made + ".jpg"))', of Debian's libheif-examples"
            case .jpegxl: "convert it: 'djxl \(file) \(png)', of Debian's libjxl-tools"
            case .bmp, .tiff: "convert it: 'ffmpeg -i \(file) \(png)'"
            default: "convert it to PNG, JPEG or WebP"
            }
        return .unsupported(name: name, what: words, hint: hint)
    }

    /// - Parameter head: the first bytes, 4 KB or the whole file.
    static func sniff(_ head: [UInt8]) -> FileFormat? {
        func has(_ text: String, at offset: Int = 0) -> Bool {
            let wanted = Array(text.utf8)
            return head.count >= offset + wanted.count && head[offset..<offset + wanted.count].elementsEqual(wanted)
        }
        func has(_ bytes: [UInt8]) -> Bool { head.starts(with: bytes) }

        if has([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) { return .png }
        if has([0xff, 0xd8, 0xff]) { return .jpeg }
        if has("RIFF") || has("RF64") {
            if has("WEBP", at: 8) { return .webp }
            if has("WAVE", at: 8) { return .wav }
            if has("AVI ", at: 8) { return .avi }
        }
        if has("GIF87a") || has("GIF89a") { return .gif }
        if has("II*\u{0}") || has("MM\u{0}*") { return .tiff }
        if has([0xff, 0x0a]) || has([0, 0, 0, 0x0c, 0x4a, 0x58, 0x4c, 0x20]) { return .jpegxl }
        if has("8BPS") { return .psd }
        if has("ftyp", at: 4) {
            if has("avif", at: 8) || has("avis", at: 8) { return .avif }
            if has("heic", at: 8) || has("heix", at: 8) || has("mif1", at: 8) || has("msf1", at: 8) { return .heic }
            return has("qt  ", at: 8) ? .quicktime : .mp4
        }
        if ["moov", "mdat", "wide", "free", "skip"].contains(where: { has($0, at: 4) }) { return .quicktime }
        if has([0x1a, 0x45, 0xdf, 0xa3]) { return .matroska }
        if has("FLV\u{1}") { return .flv }
        if has([0, 0, 1, 0xba]) || has([0, 0, 1, 0xb3]) { return .mpegps }
        if head.count > 376, head[0] == 0x47, head[188] == 0x47, head[376] == 0x47 { return .mpegts }
        if has("fLaC") { return .flac }
        if has("OggS") { return .ogg }
        if has("ID3") { return .mp3 }
        if has("FORM"), has("AIFF", at: 8) || has("AIFC", at: 8) { return .aiff }
        if has([0, 1, 0, 0]) || has("true") { return .truetype }
        if has("OTTO") { return .opentype }
        if has("ttcf") { return .fontCollection }
        if has("wOFF") { return .woff }
        if has("wOF2") { return .woff2 }
        if has("%PDF-") { return .pdf }
        if has("PK\u{3}\u{4}") { return .zip }
        if has([0x1f, 0x8b]) { return .gzip }
        if has("\u{7f}ELF") { return .elf }
        // Tested before MPEG sound, whose frames may begin with the same two bytes.
        if has([0xff, 0xfe]) || has([0xfe, 0xff]), isUTF16(head) { return .utf16 }
        if head.count >= 2, head[0] == 0xff, head[1] & 0xe0 == 0xe0 {
            if head[1] & 0xf6 == 0xf0 { return .aac }  // ADTS has layer 0
            if head[1] & 0x06 != 0, head[1] & 0x18 != 0x08 { return .mp3 }  // a layer, a known version
        }
        if let text = text(head) { return text }
        return has("BM") ? .bmp : nil
    }

    /// Whether text follows the byte order mark: no control characters, no unassigned code points, no unpaired
    /// surrogates.
    private static func isUTF16(_ head: [UInt8]) -> Bool {
        let low = head[0] == 0xff ? 0 : 1
        var units: [UInt16] = []
        for index in stride(from: 2, to: head.count - 1, by: 2) {
            units.append(UInt16(head[index + 1 - low]) << 8 | UInt16(head[index + low]))
        }
        var decoder = UTF16(), iterator = units.makeIterator()
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar):
                let isControl = scalar.value < 0x20 && scalar != "\t" && scalar != "\n" && scalar != "\r"
                guard !isControl, scalar.properties.generalCategory != .unassigned else { return false }
            // The head may end within a surrogate pair.
            case .error: return units.last.map { UTF16.isLeadSurrogate($0) } == true && iterator.next() == nil
            case .emptyInput: return true
            }
        }
    }

    private static func text(_ head: [UInt8]) -> FileFormat? {
        guard !head.isEmpty else { return nil }
        var bytes = head[...]
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { bytes = bytes.dropFirst(3) }
        let control = bytes.contains {
            $0 < 0x20 && $0 != 0x09 && $0 != 0x0a && $0 != 0x0d && $0 != 0x0c && $0 != 0x1b || $0 == 0x7f
        }
        // The head may end within a character, whose first one to three bytes are then ignored.
        let whole = (0...min(3, bytes.count)).contains { String(validating: bytes.dropLast($0), as: UTF8.self) != nil }
        guard !control, whole else { return nil }
        let start = String(decoding: bytes.prefix(1024), as: UTF8.self).lowercased().drop { $0.isWhitespace }
        if start.hasPrefix("webvtt") { return .webvtt }
        if start.hasPrefix("<") {
            if start.contains("<html") || start.hasPrefix("<!doctype html") || start.contains("<head")
                || start.contains("<body")
            {
                return .html
            }
            if start.contains("<svg") { return .svg }
            if start.hasPrefix("<?xml") { return .xml }
        }
        if start.hasPrefix("{") || start.hasPrefix("[{") { return .json }
        return .text
    }

    /// What a name's extension claims: the formats that agree with it, and its words in messages; nil for an unknown
    /// extension.
    static func claim(of name: String) -> (formats: Set<FileFormat>, kind: Set<AssetFacts.Kind>, words: String)? {
        guard let dot = name.lastIndex(of: "."), !name[dot...].contains("/") else { return nil }
        switch name[name.index(after: dot)...].lowercased() {
        case "png": return ([.png], [.image], "a PNG picture")
        case "jpg", "jpeg": return ([.jpeg], [.image], "a JPEG picture")
        case "webp": return ([.webp], [.image], "a WebP picture")
        case "gif": return ([.gif], [.video, .image], "a GIF")
        case "mp4", "m4v": return ([.mp4, .quicktime], [.video, .audio], "an MP4 clip")
        case "mov": return ([.mp4, .quicktime], [.video, .audio], "a QuickTime movie")
        case "mkv", "webm": return ([.matroska], [.video, .audio], "a Matroska or WebM clip")
        case "avi": return ([.avi], [.video, .audio], "an AVI clip")
        case "wav": return ([.wav], [.audio], "a WAV sound")
        case "mp3": return ([.mp3], [.audio], "an MP3 sound")
        case "m4a": return ([.mp4, .quicktime], [.audio, .video], "an M4A sound")
        case "aac": return ([.aac], [.audio], "an AAC sound")
        case "flac": return ([.flac], [.audio], "a FLAC sound")
        case "ogg", "opus", "oga": return ([.ogg], [.audio, .video], "an Ogg sound")
        case "ttf", "otf", "ttc", "otc": return ([.truetype, .opentype, .fontCollection], [.font], "a font")
        case "woff", "woff2": return ([.woff, .woff2], [.font], "a web font")
        case "vtt", "srt": return ([.webvtt, .text, .utf16], [.text], "a captions file")
        case "txt", "md", "csv": return ([.text, .utf16, .html, .xml, .json, .webvtt], [.text], "a text file")
        case "json": return ([.json, .text], [.text], "a JSON document")
        default: return nil
        }
    }
}

extension AssetFacts.Kind {
    /// With its article, for messages.
    public var words: String {
        switch self {
        case .image: "a picture"
        case .video: "a clip"
        case .audio: "a sound"
        case .font: "a font"
        case .text: "a text file"
        }
    }
}
