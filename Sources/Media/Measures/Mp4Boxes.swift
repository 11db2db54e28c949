// The boxes of an MP4 (ISO/IEC 14496-12) that delivery rules concern: order, edit lists, tags. They are parsed here
// because libav applies edit lists and hides them. Faults of the content are noted, never thrown.
import Diagnostics

public struct Mp4Boxes: Codable, Sendable, Hashable {
    public struct Box: Codable, Sendable, Hashable {
        public var type: String
        public var offset: Int
        /// Including the header, as declared.
        public var size: Int
    }
    public struct Edit: Codable, Sendable, Hashable {
        /// In the movie's time scale.
        public var duration: Int
        /// In the track's time scale; -1 for an empty edit, which delays the track.
        public var mediaTime: Int
        public var rate: Double
    }
    /// Codes of ISO/IEC 23001-8, from `colr` of type `nclx`.
    public struct Colour: Codable, Sendable, Hashable {
        public var primaries, transfer, matrix: Int
        public var isFull: Bool
    }

    public var top: [Box] = []
    public var movieTimescale = 0
    public var tracks: [Track] = []
    /// The box that reaches past the end of the file.
    public var cut: Box?
    /// Violations of the format, in words.
    public var faults: [String] = []

    private var fragments = Mp4Fragments()
    /// Written by FFmpeg, whose edit lists end where the pictures end.
    private var isOfLibav = false

    /// Number of tracks with pictures.
    var pictureTracks: Int {
        tracks.count { $0.handler == "vide" && $0.samples + fragments.samples[$0.number, default: 0] > 0 }
    }

    /// The only picture track; nil if there are several, or none.
    private var pictured: Track? {
        let pictured = tracks.filter { $0.handler == "vide" }
        return pictured.count == 1 ? pictured[0] : nil
    }

    /// Number of samples of the only picture track.
    var listedPictures: Int { pictured.map { $0.samples + fragments.samples[$0.number, default: 0] } ?? 0 }

    /// Whether the edit list has one piece, so that omitted pictures are before or after it.
    var showsOnePiece: Bool { pictured.map { track in track.edits.count { $0.mediaTime >= 0 } == 1 } ?? false }

    /// The fault of an edit list that omits pictures; nil if there is none, or it is unknown. If pictures are omitted
    /// on purpose, the track is as long as its edit list, which ends with the media or before.
    /// - Parameter atEnd: whether pictures after the shown ones are omitted.
    func faultOfEdits(atEnd: Bool) -> String? {
        guard let track = pictured, movieTimescale > 0, track.timescale > 0, track.samples > 0 else { return nil }
        let ticks = Double(track.timescale),
            shown = track.edits.reduce(0) { $0 + Double($1.duration) } / Double(movieTimescale)
        let lasts = Double(max(track.duration, track.timedDuration ?? 0)) / ticks, frame = lasts / Double(track.samples)
        if let said = track.shownDuration, abs(Double(said) / Double(movieTimescale) - shown) > frame / 2 {
            return
                "its edit list shows \(tenths(shown)) s, but its track has "
                + "\(tenths(Double(said) / Double(movieTimescale))) s"
        }
        guard showsOnePiece, let edit = track.edits.first(where: { $0.mediaTime >= 0 }) else { return nil }
        if isOfLibav, atEnd {
            return "its edit list ends before its pictures, which FFmpeg never writes"
        }
        let end = lasts + Double(max(0, track.firstCompositionOffset)) / ticks
        let ends = Double(edit.mediaTime) / ticks + Double(edit.duration) / Double(movieTimescale)
        return ends > end + 3 / Double(movieTimescale) + 0.001
            ? "its edit list omits pictures and ends at \(tenths(ends)) s of \(tenths(end)) s" : nil
    }

    /// Number of pictures in the index; nil if an edit list omits some, or several tracks have pictures.
    var pictures: Int? {
        guard let track = pictured, movieTimescale > 0, track.timescale > 0 else { return nil }
        let media = track.edits.filter { $0.mediaTime >= 0 },
            samples = track.samples + fragments.samples[track.number, default: 0]
        guard let edit = media.first else { return samples }
        let shown = Double(edit.duration) / Double(movieTimescale)
        let lasts = (Double(track.duration) - Double(edit.mediaTime)) / Double(track.timescale)
        // The demuxer still returns a last picture that is omitted only by rounding.
        let isWhole = media.count == 1 && edit.rate == 1 && edit.mediaTime <= max(0, track.firstCompositionOffset)
        return isWhole && (edit.duration == 0 || shown >= lasts - 0.001) ? samples : nil
    }

    public var hasIndex: Bool { top.contains { $0.type == "moov" } }
    /// Whether a player can start before it has the whole file.
    public var indexComesFirst: Bool {
        guard let index = top.firstIndex(where: { $0.type == "moov" }) else { return false }
        return index < top.firstIndex { $0.type == "mdat" } ?? top.count
    }

    /// Largest index that is read; an hour of video has about 2 MB.
    static let maximumIndexBytes = 64 << 20

    /// - Throws: `MediaProblem` if the file cannot be read; never because of its content.
    public static func read(path: String, name: String? = nil) throws -> Mp4Boxes {
        try read(InputFile(path: path, name: name))
    }

    static func read(_ file: InputFile) throws(MediaProblem) -> Mp4Boxes {
        var boxes = Mp4Boxes()
        try boxes.walk(fileSize: file.size) { (offset, count) throws(MediaProblem) in
            try file.bytes(at: offset, count: count)
        }
        return boxes
    }

    /// The same for bytes in memory.
    public init(bytes: [UInt8]) {
        self.init()
        walk(fileSize: bytes.count) { offset, count in
            offset >= 0 && offset < bytes.count ? Array(bytes[offset..<min(bytes.count, offset + count)]) : []
        }
    }

    private init() {}

    private mutating func walk<E: Error>(fileSize: Int, bytes: (Int, Int) throws(E) -> [UInt8]) throws(E) {
        var offset = 0
        while offset < fileSize {
            guard top.count < 10_000 else { faults.append("more than 10000 boxes"); return }
            let head = BoxFields(try bytes(offset, 16))
            guard let length = head.number(0, 4), let type = head.type(4) else {
                cut = Box(type: "?", offset: offset, size: 8)
                return
            }
            var size = length
            if length == 1 {
                guard let long = head.number(8, 8) else { cut = Box(type: type, offset: offset, size: 16); return }
                size = long
            } else if length == 0 {
                size = fileSize - offset
            }
            guard size >= (length == 1 ? 16 : 8) else {
                faults.append("a box '\(type)' with the invalid size of \(size) bytes at byte \(offset)")
                return
            }
            top.append(Box(type: type, offset: offset, size: size))
            guard size <= fileSize - offset else { cut = top.last; return }
            if type == "moof" {
                fragments.take(
                    BoxFields(try bytes(offset, min(size, Self.maximumIndexBytes))), at: offset, faults: &faults)
            }
            if type == "moov" {
                if size > Self.maximumIndexBytes {
                    faults.append("an index of \(size) bytes, which is too large to read")
                } else {
                    index(BoxFields(try bytes(offset, size)))
                }
            }
            offset += size
        }
        let pieces = top.drop { $0.type != "moof" }
        guard !pieces.isEmpty else { return }
        // Readers know all boxes between fragments; a damaged name would hide a fragment.
        if let strange = pieces.first(where: { !Self.amongFragments.contains($0.type) }) {
            faults.append("an unknown box '\(strange.type)' between fragments at byte \(strange.offset)")
        } else if pieces.count(where: { $0.type == "moof" }) > pieces.count(where: { $0.type == "mdat" }) {
            faults.append("fragments without their data")
        }
    }

    private static let amongFragments: Set = [
        "moof", "mdat", "mfra", "sidx", "ssix", "styp", "prft", "emsg", "free", "skip",
        "uuid", "meta", "udta", "moov", "ftyp",
    ]

    private mutating func index(_ moov: BoxFields) {
        for child in moov.contents(of: "moov", needs: [["mvhd"]], faults: &faults) {
            switch child.type {
            case "mvhd": movieTimescale = child.fields.number(child.fields.version == 1 ? 28 : 20, 4) ?? 0
            case "udta": isOfLibav = isOfLibav || child.fields.bytes.containsSequence("Lavf")
            case "mvex": fragments.prepare(child.fields, faults: &faults)
            case "trak":
                if tracks.count < 1000 { tracks.append(Track(child.fields, faults: &faults)) }
            default: break
            }
        }
    }
}

extension ArraySlice<UInt8> {
    fileprivate func containsSequence(_ text: String) -> Bool {
        let wanted = Array(text.utf8)
        return indices.dropLast(wanted.count - 1).contains { self[$0...].starts(with: wanted) }
    }
}
