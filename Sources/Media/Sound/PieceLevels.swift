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
        var hasStarted = false
        var isHeard = false
        /// Steps by the voice's own level, 0 to -90 dBFS, and by how far it is above the others, -30 to 30 dB.
        var steps: [Int] = []
    }

    private let voices: Set<Int>
    private var pieces: [Piece]
    private var samples = 0

    init(_ mix: AudioMix) {
        voices = Set(mix.namedVoices)
        pieces = .init(repeating: Piece(), count: min(mix.pieces.count, Self.most))
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
        var square: Float = 0
        for at in 0..<count &* 2 { square += block[at] * block[at] }
        pieces[piece].square += square
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
        let spoken = voices.reduce(0) { $0 + ($1 < pieces.count ? pieces[$1].square : 0) }
        for index in pieces.indices where pieces[index].square > 0 {
            let own = pieces[index].square / Float(samples * 2)
            let others = (all - pieces[index].square) / Float(samples * 2)
            if own > Self.floor, own > others * Self.masked { pieces[index].isHeard = true }
            if !pieces[index].steps.isEmpty {
                let played = (all - spoken) / Float(samples * 2)
                let level = min(Self.levels - 1, max(0, Int((-10 * log10(own)).rounded())))
                let ratio = played > 0 ? Int(max(-30, min(30, (10 * log10(own / played)).rounded()))) : 30
                pieces[index].steps[level * Self.ratios + ratio + 30] += 1
            }
            pieces[index].square = 0
        }
        samples = 0
    }

    /// What is wrong, in the order of the pieces.
    enum Fault: Equatable {
        case unheard(piece: Int)
        /// By how many dB the others are louder, in half of the time in which it speaks.
        case drowned(piece: Int, by: Double)
    }

    mutating func faults() -> [Fault] {
        endStep()
        return pieces.indices.compactMap { index in
            guard pieces[index].hasStarted else { return nil }
            if !pieces[index].isHeard { return .unheard(piece: index) }
            let steps = pieces[index].steps
            guard !steps.isEmpty,
                let loudest = (0..<Self.levels).first(where: { level in
                    steps[(level * Self.ratios)..<((level + 1) * Self.ratios)].contains { $0 > 0 }
                })
            else { return nil }
            var counts = [Int](repeating: 0, count: Self.ratios)
            for level in loudest..<min(Self.levels, loudest + Self.depth) {
                for ratio in 0..<Self.ratios { counts[ratio] += steps[level * Self.ratios + ratio] }
            }
            let speech = counts.reduce(0, +)
            var sum = 0
            let middle = counts.firstIndex {
                sum += $0
                return sum * 2 >= speech
            }
            guard speech >= Self.leastSpeech, let middle, Double(middle - 30) <= Self.drowned else { return nil }
            return .drowned(piece: index, by: Double(30 - middle))
        }
    }
}
