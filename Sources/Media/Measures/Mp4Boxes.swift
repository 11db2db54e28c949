// The boxes of an MP4 (ISO/IEC 14496-12), as far as delivery rules ask for them: order, edit lists, tags.
// Parsed here because libav applies edit lists and hides them. Never throws on content: what is wrong becomes a fault.
import Diagnostics

public struct Mp4Boxes: Codable, Sendable, Hashable {
    public struct Box: Codable, Sendable, Hashable {
        public var type: String
        public var offset: Int
        /// Header included, as the file says.
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
    public struct Track: Codable, Sendable, Hashable {
        /// "vide", "soun", "text" ...
        public var handler = ""
        /// As fragments call it.
        var number = 0
        public var timescale = 0
        public var duration = 0
        public var edits: [Edit] = []
        public var samples = 0
        /// Samples by the table of durations, which must list as many.
        var timedSamples: Int?
        /// Runs of equal duration: more than two say that the frame rate is not constant.
        public var durationRuns = 0
        /// Of the first sample, in the track's time scale.
        public var firstCompositionOffset = 0
        public var colour: Colour?
    }

    public var top: [Box] = []
    public var movieTimescale = 0
    public var tracks: [Track] = []
    /// The box that reaches past the end of the file.
    public var cut: Box?
    /// What does not follow the format, in words.
    public var faults: [String] = []

    /// Samples in the fragments of each track.
    private var fragments: [Int: Int] = [:]

    /// Pictures that the index lists; nil where an edit list leaves some out, or several tracks have pictures.
    var pictures: Int? {
        let pictured = tracks.filter { $0.handler == "vide" }
        guard pictured.count == 1, let track = pictured.first, movieTimescale > 0, track.timescale > 0 else { return nil }
        let media = track.edits.filter { $0.mediaTime >= 0 }, samples = track.samples + fragments[track.number, default: 0]
        guard let edit = media.first else { return samples }
        let shown = Double(edit.duration) / Double(movieTimescale)
        let lasts = (Double(track.duration) - Double(edit.mediaTime)) / Double(track.timescale)
        // A last picture that an edit's rounding leaves out is one that the demuxer still gives.
        let isWhole = media.count == 1 && edit.rate == 1 && edit.mediaTime <= max(0, track.firstCompositionOffset)
        return isWhole && (edit.duration == 0 || shown >= lasts - 0.001) ? samples : nil
    }

    public var hasIndex: Bool { top.contains { $0.type == "moov" } }
    /// Whether a player can begin before it has the whole file.
    public var indexComesFirst: Bool {
        guard let index = top.firstIndex(where: { $0.type == "moov" }) else { return false }
        return index < top.firstIndex { $0.type == "mdat" } ?? top.count
    }

    /// An index larger than this is not read: an hour of video has about 2 MB.
    static let maximumIndexBytes = 64 << 20

    /// - Throws: `MediaProblem` when the file cannot be read; never for what is in it.
    public static func read(path: String, name: String? = nil) throws -> Mp4Boxes { try read(InputFile(path: path, name: name)) }

    static func read(_ file: InputFile) throws(MediaProblem) -> Mp4Boxes {
        var boxes = Mp4Boxes()
        try boxes.walk(fileSize: file.size) { (offset, count) throws(MediaProblem) in try file.bytes(at: offset, count: count) }
        return boxes
    }

    /// The same over bytes in memory.
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
            let head = Fields(try bytes(offset, 16))
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
                faults.append("a box '\(type)' of \(size) bytes at byte \(offset)")
                return
            }
            top.append(Box(type: type, offset: offset, size: size))
            guard size <= fileSize - offset else { cut = top.last; return }
            if type == "moof" { fragment(Fields(try bytes(offset, min(size, Self.maximumIndexBytes)))) }
            if type == "moov" {
                if size > Self.maximumIndexBytes {
                    faults.append("an index of \(size) bytes")
                } else {
                    index(Fields(try bytes(offset, size)))
                }
            }
            offset += size
        }
        let pieces = top.drop { $0.type != "moof" }
        guard !pieces.isEmpty else { return }
        // Between fragments there is nothing that a reader does not know: a damaged name would hide one.
        if let strange = pieces.first(where: { !Self.amongFragments.contains($0.type) }) {
            faults.append("a box '\(strange.type)' among the fragments, at byte \(strange.offset)")
        } else if pieces.count(where: { $0.type == "moof" }) > pieces.count(where: { $0.type == "mdat" }) {
            faults.append("fragments without their data")
        }
    }

    private static let amongFragments: Set = ["moof", "mdat", "mfra", "sidx", "ssix", "styp", "prft", "emsg", "free", "skip", "uuid", "meta", "udta",
                                              "moov", "ftyp"]

    private mutating func fragment(_ moof: Fields) {
        for traf in moof.children(from: 8, faults: &faults) where traf.type == "traf" {
            var number = 0
            for part in traf.fields.children(from: 8, faults: &faults) {
                if part.type == "tfhd" { number = part.fields.number(12, 4) ?? 0 }
                if part.type == "trun" { fragments[number, default: 0] += part.fields.number(12, 4) ?? 0 }
            }
        }
    }

    private mutating func index(_ moov: Fields) {
        for child in moov.children(from: 8, faults: &faults) {
            switch child.type {
            case "mvhd": movieTimescale = child.fields.number(child.fields.version == 1 ? 28 : 20, 4) ?? 0
            case "trak":
                if tracks.count < 1000 { tracks.append(track(child.fields)) }
            default: break
            }
        }
    }

    private mutating func track(_ trak: Fields) -> Track {
        var track = Track()
        for child in trak.children(from: 8, faults: &faults) {
            switch child.type {
            case "tkhd": track.number = child.fields.number(child.fields.version == 1 ? 28 : 20, 4) ?? 0
            case "edts":
                for list in child.fields.children(from: 8, faults: &faults) where list.type == "elst" { track.edits = edits(list.fields) }
            case "mdia":
                for part in child.fields.children(from: 8, faults: &faults) {
                    switch part.type {
                    case "mdhd":
                        let long = part.fields.version == 1
                        track.timescale = part.fields.number(long ? 28 : 20, 4) ?? 0
                        track.duration = part.fields.number(long ? 32 : 24, long ? 8 : 4) ?? 0
                    case "hdlr": track.handler = part.fields.type(16) ?? ""
                    case "minf":
                        for table in part.fields.children(from: 8, faults: &faults) where table.type == "stbl" {
                            samples(table.fields, &track)
                        }
                    default: break
                    }
                }
            default: break
            }
        }
        if let timed = track.timedSamples, ["vide", "soun"].contains(track.handler), timed != track.samples {
            faults.append("\(track.samples) samples have sizes, \(timed) have durations")
        }
        return track
    }

    private func edits(_ list: Fields) -> [Edit] {
        let long = list.version == 1, size = long ? 20 : 12
        let count = min(list.number(12, 4) ?? 0, 1000)
        return (0..<count).compactMap { index in
            let at = 16 + index * size
            guard let duration = list.number(at, long ? 8 : 4), let time = list.signed(at + (long ? 8 : 4), long ? 8 : 4),
                  let rate = list.signed(at + (long ? 16 : 8), 4) else { return nil }
            return Edit(duration: duration, mediaTime: time, rate: Double(rate) / 65536)
        }
    }

    private mutating func samples(_ table: Fields, _ track: inout Track) {
        for child in table.children(from: 8, faults: &faults) {
            switch child.type {
            case "stts":
                track.durationRuns = child.fields.number(12, 4) ?? 0
                let runs = min(track.durationRuns, child.fields.bytes.count / 8)
                track.timedSamples = (0..<runs).reduce(0) { $0 + (child.fields.number(16 + $1 * 8, 4) ?? 0) }
            case "stsz": track.samples = child.fields.number(16, 4) ?? 0
            case "ctts": track.firstCompositionOffset = child.fields.signed(20, 4) ?? 0
            case "stsd" where track.handler == "vide":
                // One sample entry of 86 bytes (8 of box header, 8 + 70 of VisualSampleEntry) and then its own boxes.
                guard let size = child.fields.number(16, 4), size > 86, let entry = child.fields.part(16, size) else { break }
                for box in entry.children(from: 86, faults: &faults) where box.type == "colr" && box.fields.type(8) == "nclx" {
                    guard let primaries = box.fields.number(12, 2), let transfer = box.fields.number(14, 2),
                          let matrix = box.fields.number(16, 2), let range = box.fields.number(18, 1) else { continue }
                    track.colour = Colour(primaries: primaries, transfer: transfer, matrix: matrix, isFull: range & 0x80 != 0)
                }
            default: break
            }
        }
    }
}

/// Bytes of one box, header included. Every access is checked: past the end there is nil, not a trap.
private struct Fields {
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
    func part(_ offset: Int, _ size: Int) -> Fields? {
        guard offset >= 0, size >= 0, size <= bytes.count, offset <= bytes.count - size else { return nil }
        return Fields(bytes[bytes.startIndex + offset..<bytes.startIndex + offset + size])
    }

    /// The boxes inside this one.
    func children(from start: Int, faults: inout [String]) -> [(type: String, fields: Fields)] {
        var found: [(type: String, fields: Fields)] = []
        var offset = start
        while offset + 8 <= bytes.count, found.count < 10_000 {
            guard let length = number(offset, 4), let type = type(offset + 4) else { break }
            let size = length == 0 ? bytes.count - offset : length
            guard size >= 8, let child = part(offset, size) else {
                if faults.count < 20 { faults.append("a box '\(type)' of \(length) bytes does not fit the box it is in") }
                break
            }
            found.append((type, child))
            offset += size
        }
        return found
    }
}
