// One track in the index of an MP4 (ISO/IEC 14496-12): its kind, edit list and tables of samples. Does not know
// fragments.

extension Mp4Boxes {
    public struct Track: Codable, Sendable, Hashable {
        /// "vide", "soun", "text" ...
        public var handler = ""
        /// The number by which fragments refer to it.
        var number = 0
        public var timescale = 0
        public var duration = 0
        /// Duration with its edit list, in the movie's time scale; nil if unknown.
        var shownDuration: Int?
        public var edits: [Edit] = []
        public var samples = 0
        /// Number of samples in the table of durations, which must equal `samples`.
        var timedSamples: Int?
        /// Their total duration.
        var timedDuration: Int?
        /// Number of samples in the tables of chunks.
        private var chunkedSamples: Int?
        /// Runs of equal duration; more than two mean that the frame rate is not constant.
        public var durationRuns = 0
        /// Of the first sample, in the track's time scale.
        public var firstCompositionOffset = 0
        public var colour: Colour?
    }
}

extension Mp4Boxes.Track {
    /// Handlers of tracks with a picture header.
    private static let pictured: Set = [
        "vide", "auxv", "pict", "subp", "sbtl", "text", "clcp", "subt", "hint", "meta", "tmcd", "MPEG",
    ]

    init(_ trak: BoxFields, faults: inout [String]) {
        var isPictured = false, isSound = false, hasSize = false
        for child in trak.contents(of: "trak", needs: [["tkhd"], ["mdia"]], faults: &faults) {
            switch child.type {
            case "tkhd":
                let long = child.fields.version == 1
                number = child.fields.number(long ? 28 : 20, 4) ?? 0
                shownDuration = child.fields.number(long ? 36 : 28, long ? 8 : 4)
                // All ones, or 0, means unknown.
                if shownDuration == 0 || !long && shownDuration == 0xFFFF_FFFF { shownDuration = nil }
                hasSize = child.fields.number(child.fields.bytes.count - 8, 4) ?? 0 > 0
            case "edts":
                for list in child.fields.children(from: 8, faults: &faults) where list.type == "elst" {
                    readEdits(list.fields, faults: &faults)
                }
            case "mdia":
                for part in child.fields.contents(of: "mdia", needs: [["mdhd"], ["hdlr"], ["minf"]], faults: &faults) {
                    switch part.type {
                    case "mdhd":
                        let long = part.fields.version == 1
                        timescale = part.fields.number(long ? 28 : 20, 4) ?? 0
                        duration = part.fields.number(long ? 32 : 24, long ? 8 : 4) ?? 0
                    case "hdlr": handler = part.fields.type(16) ?? ""
                    case "minf":
                        for table in part.fields.contents(of: "minf", needs: [], faults: &faults) {
                            if table.type == "vmhd" { isPictured = true }
                            if table.type == "smhd" { isSound = true }
                            if table.type == "stbl" { readTables(table.fields, faults: &faults) }
                        }
                    default: break
                    }
                }
            default: break
            }
        }
        if isPictured || hasSize && handler != "soun", !Self.pictured.contains(handler) {
            faults.note("a track with pictures has the handler '\(handler)'")
        }
        if isSound, handler != "soun" { faults.note("a track with sound has the handler '\(handler)'") }
        guard ["vide", "soun"].contains(handler) else { return }
        guard let timedSamples, let chunkedSamples else {
            faults.note("a track '\(handler)' has no list of samples")
            return
        }
        if timedSamples != samples { faults.note("\(samples) samples have sizes, but \(timedSamples) have durations") }
        if chunkedSamples < samples { faults.note("\(samples) samples have sizes, but \(chunkedSamples) have offsets") }
        if timescale == 0 { faults.note("a track '\(handler)' has a time scale of 0") }
    }

    private mutating func readEdits(_ list: BoxFields, faults: inout [String]) {
        let long = list.version == 1, size = long ? 20 : 12, listed = list.number(12, 4) ?? 0
        list.holdTable("elst", header: 16, entry: size, count: listed, faults: &faults)
        edits = (0..<min(listed, 1000)).compactMap { index in
            let at = 16 + index * size
            guard let duration = list.number(at, long ? 8 : 4),
                let time = list.signed(at + (long ? 8 : 4), long ? 8 : 4),
                let rate = list.signed(at + (long ? 16 : 8), 4)
            else { return nil }
            return .init(duration: duration, mediaTime: time, rate: Double(rate) / 65536)
        }
    }

    private mutating func readTables(_ table: BoxFields, faults: inout [String]) {
        guard ["vide", "soun"].contains(handler) else { return }
        var chunks = 0, runs: [(first: Int, samples: Int)] = []
        let needs = [["stsd"], ["stts"], ["stsc"], ["stsz", "stz2"], ["stco", "co64"]]
        for child in table.contents(of: "stbl", needs: needs, faults: &faults) {
            let fields = child.fields, count = fields.number(12, 4) ?? 0
            func entries(of size: Int) -> Range<Int> {
                fields.holdTable(child.type, header: 16, entry: size, count: count, faults: &faults)
                return 0..<min(count, max(0, fields.bytes.count - 16) / size)
            }
            switch child.type {
            case "stts":
                durationRuns = count
                let runs = entries(of: 8).map {
                    (fields.number(16 + $0 * 8, 4) ?? 0, fields.number(20 + $0 * 8, 4) ?? 0)
                }
                timedSamples = runs.reduce(0) { $0 + $1.0 }
                timedDuration = runs.reduce(0) { $0 &+ $1.0 &* $1.1 }
            case "stsz":
                samples = fields.number(16, 4) ?? 0
                if count == 0 { fields.holdTable("stsz", header: 20, entry: 4, count: samples, faults: &faults) }
            case "stz2": samples = fields.number(16, 4) ?? 0
            case "stco", "co64": chunks = entries(of: child.type == "stco" ? 4 : 8).count
            case "stsc":
                runs = entries(of: 12).map {
                    (fields.number(16 + $0 * 12, 4) ?? 0, fields.number(20 + $0 * 12, 4) ?? 0)
                }
            case "ctts":
                firstCompositionOffset = fields.signed(20, 4) ?? 0
                _ = entries(of: 8)
            case "stss": _ = entries(of: 4)
            case "stsd" where handler == "vide": readColour(fields, faults: &faults)
            default: break
            }
        }
        chunkedSamples = runs.indices.reduce(0) { total, index in
            let end = index + 1 < runs.count ? runs[index + 1].first : chunks + 1
            return total &+ max(0, min(end, chunks + 1) - runs[index].first) &* runs[index].samples
        }
    }

    private mutating func readColour(_ stsd: BoxFields, faults: inout [String]) {
        // A sample entry of 86 bytes (8 of box header, 8 + 70 of VisualSampleEntry), then its own boxes.
        guard let size = stsd.number(16, 4), size > 86, let entry = stsd.part(16, size) else { return }
        for box in entry.children(from: 86, faults: &faults) where box.type == "colr" && box.fields.type(8) == "nclx" {
            guard let primaries = box.fields.number(12, 2), let transfer = box.fields.number(14, 2),
                let matrix = box.fields.number(16, 2), let range = box.fields.number(18, 1)
            else { continue }
            colour = .init(primaries: primaries, transfer: transfer, matrix: matrix, isFull: range & 0x80 != 0)
        }
    }
}
