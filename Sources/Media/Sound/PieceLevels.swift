// Compares each piece of a mix with the others that sound at the same time: whether it is heard at all, and whether a
// voice is louder than what is played under it. Looks at the pieces as they are summed, after gain, fades and ducking.
import Composition
import Glibc

struct PieceLevels {
    /// Samples of one step: 50 ms.
    private static let step = 2400
    /// Of more pieces the rest is not measured.
    private static let most = 256
    /// Mean square below which nothing is heard, whatever else is silent: -70 dBFS.
    private static let floor: Float = 1e-7
    /// A piece this far below the others (40 dB) is not heard.
    private static let masked: Float = 1e-4
    /// Steps of a voice below its loudest (-20 dB) are pauses and the ends of words.
    private static let depth = 20
    /// By how many dB the others are louder than a voice that is drowned, for half of what it says.
    private static let drowned = -3.0
    /// A voice of less is no speech: half a second.
    private static let leastSpeech = 10

    private struct Piece {
        /// Of the step under way.
        var square: Float = 0
        /// Of all steps.
        var sides = (left: 0.0, right: 0.0)
        var hasStarted = false
        var isHeard = false
        /// The steps in which it is first and last heard, and the mean squares of its last two and of its loudest.
        var heard: ClosedRange<Int>?
        var newest: (last: Float, before: Float) = (0, 0)
        var loudest: Float = 0
        /// Steps by the voice's own level, 0 to -90 dBFS, and by how far it is above the others, -30 to 30 dB.
        var steps: [Int] = []
    }

    /// A channel this far below the other (20 dB) has no voice of its own.
    private static let silent = 0.01
    /// Voices that are as loud as that (10 dB) disturb each other.
    private static let alike = 10
    /// Steps and share of the shorter voice's speech that two may speak together: a second, a fifth.
    private static let mostTogether = (steps: 20, share: 0.2)
    /// dB between two voices, one after the other, of which a viewer turns one up: twice as loud.
    private static let uneven = 10
    /// Of more voices the pairs are not compared.
    private static let mostPaired = 8

    private let voices: Set<Int>
    /// Voices that are compared, but for those of which one is lowered under the other.
    private let pairs: [(Int, Int)]
    /// Of each pair, how many steps have these two levels, 0 to -90 dBFS.
    private var pairLevels: [[Int32]]
    private var pieces: [Piece]
    private var samples = 0
    private var stepsDone = 0
    /// The last step in which anything is heard.
    private var lastHeard: Int?
    /// Pieces that others are heard over, for the whole of a film: they are lowered under a voice, or repeat.
    private let beds: [Int]
    private let repeats: Set<Int>
    /// A piece whose last tenth of a second is less far below its loudest (15 dB) has not ended by itself.
    private static let abrupt: Float = 0.03
    /// Seconds by which a bed may end before its film.
    private static let mostEarly = 2.0
    /// Seconds, and share of the film, that may be silent at its end.
    private static let mostSilent = (seconds: 3.0, share: 0.25)

    init(_ mix: AudioMix) {
        voices = Set(mix.namedVoices)
        beds = mix.pieces.indices.filter { mix.pieces[$0].duck != nil || mix.pieces[$0].loops }
        repeats = Set(mix.pieces.indices.filter { mix.pieces[$0].loops })
        pieces = .init(repeating: Piece(), count: min(mix.pieces.count, Self.most))
        let paired = mix.namedVoices.filter { $0 < Self.most }.prefix(Self.mostPaired)
        pairs = paired.flatMap { one in
            paired.filter { other in
                one < other && mix.pieces[one].duck?.under.contains(other) != true
                    && mix.pieces[other].duck?.under.contains(one) != true
            }.map { (one, $0) }
        }
        pairLevels = pairs.map { _ in [] }
        for voice in voices where voice < pieces.count {
            pieces[voice].steps = .init(repeating: 0, count: Self.levels * Self.ratios)
        }
    }

    private static let levels = 91, ratios = 61

    /// Samples until the step under way is over.
    var room: Int { Self.step - samples }

    /// - Parameter block: interleaved samples of a piece in the next `count` samples of the mix, at most `room`.
    mutating func add(_ block: UnsafePointer<Float>, of piece: Int, count: Int) {
        guard piece < pieces.count else { return }
        var left: Float = 0, right: Float = 0
        for at in 0..<count {
            left += block[at * 2] * block[at * 2]
            right += block[at * 2 + 1] * block[at * 2 + 1]
        }
        pieces[piece].square += left + right
        pieces[piece].sides.left += Double(left)
        pieces[piece].sides.right += Double(right)
        pieces[piece].hasStarted = true
    }

    /// To be called when all pieces have been added.
    mutating func advance(_ count: Int) {
        samples += count
        if samples == Self.step { endStep() }
    }

    private mutating func endStep() {
        guard samples > 0 else { return }
        let all = pieces.reduce(0) { $0 + $1.square }
        for (index, pair) in pairs.enumerated() {
            let (one, other) = (pieces[pair.0].square, pieces[pair.1].square)
            guard one > 0, other > 0 else { continue }
            // Most voices never meet.
            if pairLevels[index].isEmpty { pairLevels[index] = .init(repeating: 0, count: Self.levels * Self.levels) }
            pairLevels[index][decibels(one) * Self.levels + decibels(other)] += 1
        }
        let spoken = voices.reduce(0) { $0 + ($1 < pieces.count ? pieces[$1].square : 0) }
        for index in pieces.indices where pieces[index].square > 0 {
            let own = pieces[index].square / Float(samples * 2)
            let others = (all - pieces[index].square) / Float(samples * 2)
            if own > Self.floor, own > others * Self.masked { pieces[index].isHeard = true }
            if own > Self.floor {
                lastHeard = stepsDone
                pieces[index].heard = (pieces[index].heard?.lowerBound ?? stepsDone)...stepsDone
            }
            pieces[index].newest = (own, pieces[index].newest.last)
            pieces[index].loudest = max(pieces[index].loudest, own)
            if !pieces[index].steps.isEmpty {
                let played = (all - spoken) / Float(samples * 2)
                let level = decibels(pieces[index].square)
                let ratio = played > 0 ? Int(max(-30, min(30, (10 * log10(own / played)).rounded()))) : 30
                pieces[index].steps[level * Self.ratios + ratio + 30] += 1
            }
            pieces[index].square = 0
        }
        samples = 0
        stepsDone += 1
    }

    /// dB below full scale of a square that is summed over the step.
    private func decibels(_ square: Float) -> Int {
        min(Self.levels - 1, max(0, Int((-10 * log10(square / Float(samples * 2))).rounded())))
    }

    /// What is wrong, in the order of the pieces.
    enum Fault: Equatable {
        case unheard(piece: Int)
        /// By how many dB the others are louder, in half of the time in which it speaks.
        case drowned(piece: Int, by: Double)
        /// A voice of which one channel has next to nothing.
        case oneSided(piece: Int, isLeft: Bool)
        /// Two voices that speak at the same time.
        case together(piece: Int, other: Int, seconds: Double)
        /// A voice that speaks softer than another one, at another time.
        case softer(piece: Int, than: Int, by: Int)
        /// A bed that is at full level in the last moment of the film: cut, if its file goes on.
        case full(piece: Int)
        /// A bed that ends so many seconds before the film, while nothing like it begins.
        case early(piece: Int, by: Double)
        /// Nothing is heard for the last seconds of the film.
        case silentEnd(seconds: Double)
    }

    mutating func faults() -> [Fault] {
        endStep()
        let alone: [Fault] = pieces.indices.compactMap { index in
            guard pieces[index].hasStarted else { return nil }
            if !pieces[index].isHeard { return .unheard(piece: index) }
            let steps = pieces[index].steps
            guard let loudest = loudest(index) else { return nil }
            var counts = [Int](repeating: 0, count: Self.ratios)
            for level in loudest..<min(Self.levels, loudest + Self.depth) {
                for ratio in 0..<Self.ratios { counts[ratio] += steps[level * Self.ratios + ratio] }
            }
            guard counts.reduce(0, +) >= Self.leastSpeech, let middle = Self.middle(of: counts),
                Double(middle - 30) <= Self.drowned
            else { return nil }
            return .drowned(piece: index, by: Double(30 - middle))
        }
        return alone + oneSided() + together() + softer() + ends()
    }

    private func ends() -> [Fault] {
        let step = Double(Self.step) / Double(AudioDecoder.rate)
        func isAbrupt(_ piece: Piece) -> Bool {
            max(piece.newest.last, piece.newest.before) > piece.loudest * Self.abrupt
        }
        var faults: [Fault] = []
        for index in beds where index < pieces.count {
            let piece = pieces[index]
            guard let heard = piece.heard else { continue }
            if heard.upperBound >= stepsDone - 1 {
                if isAbrupt(piece) { faults.append(.full(piece: index)) }
                continue
            }
            let early = Double(stepsDone - 1 - heard.upperBound) * step
            // A sting that fades away is no bed.
            guard early > Self.mostEarly, !repeats.contains(index), isAbrupt(piece) || heard.count * 2 > stepsDone,
                !beds.contains(where: { other in
                    other != index && other < pieces.count
                        && pieces[other].heard.map { $0.upperBound > heard.upperBound } ?? false
                })
            else { continue }
            faults.append(.early(piece: index, by: early))
        }
        if faults.isEmpty, let lastHeard {
            let silent = Double(stepsDone - 1 - lastHeard) * step
            if silent > max(Self.mostSilent.seconds, Double(stepsDone) * step * Self.mostSilent.share) {
                faults.append(.silentEnd(seconds: silent))
            }
        }
        return faults
    }

    /// The level of its loudest step, in dB below full scale; nil: it is no voice, or silent.
    private func loudest(_ piece: Int) -> Int? {
        let steps = pieces[piece].steps
        guard !steps.isEmpty else { return nil }
        return (0..<Self.levels).first { level in
            steps[(level * Self.ratios)..<((level + 1) * Self.ratios)].contains { $0 > 0 }
        }
    }

    private func oneSided() -> [Fault] {
        pieces.indices.compactMap { index in
            let (left, right) = pieces[index].sides
            guard voices.contains(index), pieces[index].isHeard, min(left, right) < max(left, right) * Self.silent
            else {
                return nil
            }
            return .oneSided(piece: index, isLeft: left > right)
        }
    }

    /// A voice under another one, such as an original under its translation, is meant to be softer.
    private func softer() -> [Fault] {
        var heard: [(piece: Int, level: Int, steps: ClosedRange<Int>)] = []
        for index in pieces.indices where voices.contains(index) && pieces[index].isHeard {
            if let level = level(index), let steps = pieces[index].heard { heard.append((index, level, steps)) }
        }
        guard let loud = heard.min(by: { $0.level < $1.level }) else { return [] }
        return heard.compactMap { one in
            guard one.level - loud.level > Self.uneven,
                !heard.contains(where: { $0.piece != one.piece && $0.steps.overlaps(one.steps) })
            else { return nil }
            return .softer(piece: one.piece, than: loud.piece, by: one.level - loud.level)
        }
    }

    /// The middle level at which a voice speaks, in dB below full scale; nil for less than a second of speech.
    private func level(_ piece: Int) -> Int? {
        guard let loudest = loudest(piece) else { return nil }
        let counts = (loudest..<min(Self.levels, loudest + Self.depth)).map { level in
            pieces[piece].steps[(level * Self.ratios)..<((level + 1) * Self.ratios)].reduce(0, +)
        }
        guard counts.reduce(0, +) >= Self.leastSpeech * 2 else { return nil }
        return Self.middle(of: counts).map { loudest + $0 }
    }

    /// The first index up to which half of all is counted.
    private static func middle(of counts: [Int]) -> Int? {
        let all = counts.reduce(0, +)
        var sum = 0
        return counts.firstIndex {
            sum += $0
            return sum * 2 >= all
        }
    }

    private func together() -> [Fault] {
        zip(pairs, pairLevels).compactMap { pair, levels in
            guard !levels.isEmpty, let one = loudest(pair.0), let other = loudest(pair.1) else { return nil }
            func speech(_ piece: Int, _ loudest: Int) -> Int {
                pieces[piece].steps[(loudest * Self.ratios)..<(min(Self.levels, loudest + Self.depth) * Self.ratios)]
                    .reduce(0, +)
            }
            var steps = 0
            for first in one..<min(Self.levels, one + Self.depth) {
                for second in other..<min(Self.levels, other + Self.depth) where abs(first - second) <= Self.alike {
                    steps += Int(levels[first * Self.levels + second])
                }
            }
            let shorter = min(speech(pair.0, one), speech(pair.1, other))
            guard steps >= Self.mostTogether.steps, Double(steps) >= Double(shorter) * Self.mostTogether.share else {
                return nil
            }
            return .together(
                piece: pair.0, other: pair.1,
                seconds: Double(steps * Self.step) / Double(AudioDecoder.rate))
        }
    }
}
