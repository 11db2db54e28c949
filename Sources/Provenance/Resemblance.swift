// What of a known film a file still is, by the essence of both: all of it in another container, parts of it, or only its
// looks. Pure. Likeness is never proof: films of one series look alike.
import Composition

public struct Resemblance: Sendable, Hashable {
    public enum Kind: Int, Sendable, Hashable, Comparable, CaseIterable {
        case none, looksAlike, parts, pictures, everything
        public static func < (a: Kind, b: Kind) -> Bool { a.rawValue < b.rawValue }
    }

    public enum Sound: String, Sendable, Hashable {
        /// Each packet is equal; some are; none is; this file has none; the film has none.
        case same, some, other, absent, neverThere
    }

    public var kind: Kind
    public var sound: Sound
    /// Frames of the film that the file has, in the order of the file; for `.parts`.
    public var parts: [Range<Int>] = []
    /// Of the film's frames.
    public var frames: Int
    /// Frames of the file that are not the film's; for `.parts`.
    public var foreign = 0
    /// Mean difference of brightness, 0 to 255, for `.looksAlike`.
    public var difference: Double?
    /// For `.looksAlike`: seconds of the film at which the file begins.
    public var begins: Double?

    /// Runs shorter than half a second at 24 frames may be equal by chance: black is black in every film.
    static let shortestRun = 12
    /// Of the fields' spread about their mean. Films that were encoded again, at a third of the size too, differ by at
    /// most 0.05 of it; films of the examples and of tests from each other by 0.69 and more, two films that differ in
    /// their words alone by 0.06. The difference itself tells nothing: dark films with few words differ by 3 of 255.
    static let mostDifference = 0.15
    /// Seconds; less is too little to tell films apart.
    static let shortestLikeness = 2

    public init(of file: Essence, to film: Essence) {
        sound = Self.sound(file.sound, film.sound)
        frames = film.pictures?.packets.sums.count ?? 0
        kind = .none
        if let ours = file.pictures, let theirs = film.pictures {
            if ours.sha256 == theirs.sha256 {
                kind = sound == .same || sound == .neverThere ? .everything : .pictures
                return
            }
            parts = Self.parts(ours.packets.sums, of: theirs.packets.sums)
            let found = parts.reduce(0) { $0 + $1.count }
            if found > 0 {
                kind = .parts
                foreign = ours.packets.sums.count - found
                return
            }
        } else if file.pictures == nil, film.pictures == nil, sound == .same {
            kind = .everything
            return
        } else if file.pictures == nil, sound == .same || sound == .some {
            // The sound alone.
            kind = .parts
            return
        }
        if let ours = file.likeness, let theirs = film.likeness,
            let found = Self.alignment(ours, in: theirs), found.difference <= Self.mostDifference * found.spread
        {
            kind = .looksAlike
            (difference, begins) = (found.difference, found.begins)
        }
    }

    private static func sound(_ file: Essence.Track?, _ film: Essence.Track?) -> Sound {
        guard let film else { return .neverThere }
        guard let file else { return .absent }
        if file.sha256 == film.sha256 { return .same }
        let known = Set(film.packets.sums), shared = file.packets.sums.count { known.contains($0) }
        // Silence is coded alike in every film.
        return shared > file.packets.sums.count / 2 && Set(file.packets.sums).count > 8 ? .some : .other
    }

    /// The longest runs of equal packets, from the file's beginning.
    private static func parts(_ file: [UInt64], of film: [UInt64]) -> [Range<Int>] {
        var places: [UInt64: [Int]] = [:]
        for (index, sum) in film.enumerated() where places[sum, default: []].count < 64 {
            places[sum, default: []].append(index)
        }
        var found: [Range<Int>] = [], at = 0
        while at < file.count {
            var best: Range<Int>?
            for start in places[file[at]] ?? [] {
                var length = 0
                while at + length < file.count, start + length < film.count, file[at + length] == film[start + length] {
                    length += 1
                }
                if length > best?.count ?? 0 { best = start..<start + length }
            }
            if let best, best.count >= shortestRun {
                found.append(best)
                at += best.count
            } else {
                at += 1
            }
        }
        return found
    }

    /// Where in a film a file looks most like it: both have as many pictures a second.
    private static func alignment(_ file: Essence.Likeness, in film: Essence.Likeness)
        -> (difference: Double, begins: Double, spread: Double)?
    {
        let size = Essence.Likeness.fields * Essence.Likeness.fields
        let ours = file.pictures.bytes, theirs = film.pictures.bytes
        let count = file.count, least = shortestLikeness * Essence.Likeness.perSecond
        guard count >= least, film.count >= least, count <= film.count + Essence.Likeness.perSecond else { return nil }
        var best: (difference: Double, begins: Double)?
        for start in 0...max(0, film.count - count) {
            let pictures = min(count, film.count - start)
            var sum = 0
            let limit = best.map { Int($0.difference * Double(pictures * size)) } ?? .max
            for index in 0..<pictures * size {
                sum += abs(Int(ours[index]) - Int(theirs[start * size + index]))
                if index % size == 0, sum > limit { break }
            }
            let mean = Double(sum) / Double(pictures * size)
            if mean < best?.difference ?? .infinity {
                best = (mean, Double(start) / Double(Essence.Likeness.perSecond))
            }
        }
        guard let best else { return nil }
        let start = Int(best.begins * Double(Essence.Likeness.perSecond)), pictures = min(count, film.count - start)
        let shown = theirs[(start * size)..<(start + pictures) * size]
        return (best.difference, best.begins, min(spread(ours[..<(pictures * size)]), spread(shown)))
    }

    /// The mean distance of values from their mean.
    private static func spread(_ values: ArraySlice<UInt8>) -> Double {
        let mean = Double(values.reduce(0) { $0 + Int($1) }) / Double(max(1, values.count))
        return values.reduce(0) { $0 + abs(Double($1) - mean) } / Double(max(1, values.count))
    }
}
