// Finds out what a file is: recognises its format by its bytes, then decodes enough to know that it is whole.
import Composition
import Diagnostics

public struct ProbeResult: Sendable, Hashable {
    public var kind: AssetFacts.Kind
    /// With its article, for messages: "a JPEG picture".
    public var format: String
    /// Of pictures and clips, after rotation, in square pixels.
    public var size: PixelSize?
    /// Of clips and sounds, in seconds; finite and above 0.
    public var duration: Double?
    public var hasAudio: Bool
    /// Of pictures and clips: their form has no transparency.
    public var isOpaque: Bool
    /// Of pictures with transparency: nothing of them can be seen, or one colour alone.
    public var isClear = false
    public var ink: Color?
    /// Of clips whose pictures come at a constant rate that films have.
    public var rate: FrameRate?
    /// Always empty here, since Media cannot read fonts.
    public var families: [String]
    /// Facts worth knowing that are not errors.
    public var warnings: [MediaProblem]

    public init(
        kind: AssetFacts.Kind, format: String, size: PixelSize? = nil, duration: Double? = nil, hasAudio: Bool = false,
        isOpaque: Bool = false, families: [String] = [], warnings: [MediaProblem] = []
    ) {
        self.kind = kind
        self.format = format
        self.size = size
        self.duration = duration
        self.hasAudio = hasAudio
        self.isOpaque = isOpaque
        self.families = families
        self.warnings = warnings
    }
}

/// Decodes whole pictures; of clips and sounds it reads the index and decodes the first and the last second.
/// - Parameter name: how messages name the file; its extension is the claim.
/// - Throws: `MediaProblem`
public func probe(path: String, name: String? = nil) throws -> ProbeResult {
    var picture: Picture.Decoded?
    return try probe(InputFile(path: path, name: name), decoding: &picture)
}

/// - Parameter picture: what was decoded of a picture.
func probe(_ file: InputFile, decoding picture: inout Picture.Decoded?) throws -> ProbeResult {
    guard file.size > 0 else { throw MediaProblem.empty(name: file.name) }
    let claim = FileFormat.claim(of: file.name)
    guard let format = FileFormat.sniff(try file.bytes(at: 0, count: 4096)) else {
        // Text in another encoding, or with an invalid character, which the reader of the text will report.
        if let claim, claim.kind == [.text] { return ProbeResult(kind: .text, format: "a text file") }
        if let claim {
            throw MediaProblem.notWhatItsNameSays(name: file.name, claimed: claim.words, actual: "of no known format")
        }
        throw MediaProblem.unrecognised(name: file.name)
    }
    var warnings: [MediaProblem] = []
    if let claim, !claim.formats.contains(format) {
        guard !claim.kind.isDisjoint(with: format.kinds) else {
            throw MediaProblem.notWhatItsNameSays(name: file.name, claimed: claim.words, actual: format.words)
        }
        warnings.append(.misleadingName(name: file.name, claimed: claim.words, actual: format.words))
    }

    var result: ProbeResult
    switch format {
    case .png, .jpeg, .webp:
        let decoded = try Picture.decode(file), (frame, header) = (decoded.frame, decoded.header)
        picture = decoded
        if header.isAnimated {
            warnings.append(
                .partlyShown(
                    name: file.name, what: "an animated PNG picture",
                    shown: "only its first picture is shown",
                    hint: "convert it to a clip, for example WebM or GIF"))
        }
        if header.isUntidy {
            warnings.append(
                .partlyShown(
                    name: file.name, what: "\(format.words) with damaged metadata",
                    shown: "its pixels are intact, the metadata is ignored",
                    hint: "open it in an image editor and save it again"))
        }
        if ColorProfile.exists(in: frame), ColorProfile(of: frame) == nil {
            warnings.append(
                .partlyShown(
                    name: file.name,
                    what: "a picture with a colour profile other than curves and a matrix",
                    shown: "its colours are read as sRGB", hint: "convert it to sRGB"))
        }
        let size = header.orientation.applied(width: header.width, height: header.height)
        result = ProbeResult(
            kind: .image, format: format.words, size: PixelSize(width: size.width, height: size.height),
            isOpaque: decoded.isOpaque)
        if !decoded.isOpaque {
            switch PictureInk(of: try decoded.bitmap(name: file.name)) {
            case .nothing: result.isClear = true
            case .one(let color): result.ink = color
            case .several: break
            }
        }
    case .gif, .mp4, .quicktime, .matroska, .avi, .flv, .mpegts, .mpegps, .wav, .flac, .mp3, .ogg, .aac, .aiff:
        result = try ClipProbe(file: file, format: format).run()
    case .truetype, .opentype, .fontCollection, .woff, .woff2:
        try checkFont(file, format)
        result = ProbeResult(kind: .font, format: format.words)
    case .html, .xml, .json, .webvtt, .text, .utf16:
        result = ProbeResult(kind: .text, format: format.words)
    case .bmp, .tiff, .avif, .heic, .jpegxl, .svg, .psd:
        throw format.unsupportedPicture(file.name)
    case .pdf, .zip, .gzip, .elf:
        throw MediaProblem.unsupported(
            name: file.name, what: format.words,
            hint: "use pictures, clips, sounds, fonts or text")
    }
    result.warnings = warnings + result.warnings
    return result
}

/// Checks that the tables listed in the header are inside the file (OpenType 1.9, "Organization of an OpenType font"),
/// or for WOFF that the file has the length given in its header.
private func checkFont(_ file: InputFile, _ format: FileFormat) throws {
    func number(_ offset: Int, _ size: Int) throws -> Int? {
        let bytes = try file.bytes(at: offset, count: size)
        return bytes.count == size ? bytes.reduce(0) { $0 << 8 | Int($1) } : nil
    }
    func cut(_ end: Int?) -> MediaProblem {
        .truncated(
            name: file.name, what: "font",
            place: "it ends after \(file.size) bytes, "
                + (end.map { "but its header requires \($0)" } ?? "in its header"))
    }
    switch format {
    case .woff, .woff2:
        guard let length = try number(8, 4) else { throw cut(nil) }
        guard length <= file.size else { throw cut(length) }
    default:
        var start = 0
        if format == .fontCollection {
            guard let first = try number(12, 4) else { throw cut(nil) }
            start = first
        }
        guard let tables = try number(start + 4, 2), tables > 0 else { throw cut(nil) }
        for index in 0..<tables {
            let entry = start + 12 + index * 16
            guard let offset = try number(entry + 8, 4), let length = try number(entry + 12, 4) else { throw cut(nil) }
            guard offset + length <= file.size else { throw cut(offset + length) }
        }
    }
}
