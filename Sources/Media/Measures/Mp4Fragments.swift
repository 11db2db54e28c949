// The fragments of an MP4 (ISO/IEC 14496-12, 8.8): counts the samples of each track and detects missing fragments.
// Knows only the tracks and defaults of the index.

struct Mp4Fragments: Codable, Sendable, Hashable {
    /// By track number.
    private(set) var samples: [Int: Int] = [:]
    /// Default duration of samples, by track number, for tracks that the index prepares for fragments.
    private var defaults: [Int: Int] = [:]
    /// End of the last fragment of each track, in the track's time scale.
    private var ends: [Int: Int] = [:]
    private var sequence: Int?
    private var isPrepared = false

    /// Reads the index's 'mvex'.
    mutating func prepare(_ mvex: BoxFields, faults: inout [String]) {
        isPrepared = true
        for box in mvex.contents(of: "mvex", needs: [["trex"]], faults: &faults) where box.type == "trex" {
            if let track = box.fields.number(12, 4) { defaults[track] = box.fields.number(20, 4) ?? 0 }
        }
    }

    mutating func take(_ moof: BoxFields, at offset: Int, faults: inout [String]) {
        if !isPrepared { faults.note("a fragment at byte \(offset), but the index has no 'mvex'") }
        let before = sequence
        var isGap = false
        for box in moof.contents(of: "moof", needs: [["mfhd"], ["traf"]], faults: &faults) {
            if box.type == "mfhd" { sequence = box.fields.number(12, 4) }
            if box.type == "traf" { isGap = piece(box.fields, faults: &faults) || isGap }
        }
        // Each alone is legal: another track may use the numbers, and nothing may be shown for a time.
        if let before, let sequence, sequence > before + 1, isGap {
            faults.note("fragments \(before + 1) to \(sequence - 1) are missing before byte \(offset)")
        }
    }

    /// - Returns: whether it begins after the end of the track's last fragment.
    private mutating func piece(_ traf: BoxFields, faults: inout [String]) -> Bool {
        let boxes = traf.contents(of: "traf", needs: [["tfhd"]], faults: &faults)
        guard let head = boxes.first(where: { $0.type == "tfhd" })?.fields, let flags = head.number(8, 4),
            let track = head.number(12, 4)
        else { return false }
        let isEmpty = flags & 0x10000 != 0
        if !isEmpty, !boxes.contains(where: { $0.type == "trun" }) {
            faults.note("a fragment of track \(track) has no 'trun'")
        }
        if isPrepared, defaults[track] == nil {
            faults.note("a fragment of track \(track), which is not in the index")
        }
        let at = 16 + (flags & 1) * 8 + (flags & 2) * 2
        let usual = flags & 8 != 0 ? head.number(at, 4) ?? 0 : defaults[track] ?? 0
        var begins: Int?, lasts = 0, isLate = false
        for box in boxes {
            if box.type == "tfdt" { begins = box.fields.number(12, box.fields.version == 1 ? 8 : 4) }
            if box.type == "trun" { lasts &+= run(box.fields, track, usual, faults: &faults) }
        }
        let count = samples[track, default: 0]
        if let begins {
            if let end = ends[track], count > 0, begins > end { isLate = true }
            ends[track] = begins &+ lasts
        } else {
            ends[track]? &+= lasts
        }
        return isLate
    }

    /// - Returns: the duration of its samples.
    private mutating func run(_ trun: BoxFields, _ track: Int, _ usual: Int, faults: inout [String]) -> Int {
        guard let flags = trun.number(8, 4), let count = trun.number(12, 4) else { return 0 }
        let header = 16 + (flags & 1) * 4 + (flags & 4)
        let fields = [0x100, 0x200, 0x400, 0x800].count { flags & $0 != 0 }
        trun.holdTable(
            "trun", header: header, entry: max(1, fields * 4), count: fields > 0 ? count : 0, faults: &faults)
        samples[track, default: 0] += count
        guard flags & 0x100 != 0 else { return usual &* count }
        let listed = min(count, max(0, trun.bytes.count - header) / (fields * 4))
        return (0..<listed).reduce(0) { $0 &+ (trun.number(header + $1 * fields * 4, 4) ?? 0) }
    }
}
