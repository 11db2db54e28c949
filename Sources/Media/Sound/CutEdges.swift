// Whether a piece of a sound begins or ends where the file is in the middle of a sound: a word, for a voice.

struct CutEdges {
    /// Samples on either side of a cut that are listened to, 100 ms: within a word it is quiet for less, between two
    /// sentences for longer.
    static let reach = part * parts * 2
    /// 10 ms.
    private static let part = 480
    /// Of 50 ms, whose level is taken.
    private static let parts = 5
    /// A sound this far below the loudest (20 dB) is the end of a word, breath or a room.
    private static let depth: Float = 0.01
    /// Mean square below which nothing is cut: -50 dBFS.
    private static let floor: Float = 1e-5

    /// The louder half of what the file has just before and just after what is played, as mean squares; 0 where it is
    /// played from its start, or to its end.
    var before: Float = 0
    var after: Float = 0
    /// The same of what is played first and last.
    private var first: Float = 0
    private var last: Float { max(mean(of: 0..<Self.parts), mean(of: Self.parts..<Self.parts * 2)) }
    /// Of any 50 ms.
    private var loudest: Float = 0
    /// The last parts, the newest first.
    private var recent = [Float](repeating: 0, count: parts * 2)
    private var square: Float = 0
    private var count = 0
    private var done = 0

    /// - Parameter samples: interleaved, the next of the piece, as the file has them.
    mutating func add(_ samples: UnsafeBufferPointer<Float>) {
        for at in 0..<(samples.count / 2) {
            square += samples[at * 2] * samples[at * 2] + samples[at * 2 + 1] * samples[at * 2 + 1]
            count += 1
            if count == Self.part { endPart() }
        }
    }

    private mutating func endPart() {
        recent.removeLast()
        recent.insert(square / Float(Self.part * 2), at: 0)
        done += 1
        (square, count) = (0, 0)
        if done == Self.parts * 2 { first = last }
        if done >= Self.parts { loudest = max(loudest, mean(of: 0..<Self.parts)) }
    }

    private func mean(of parts: Range<Int>) -> Float { recent[parts].reduce(0, +) / Float(Self.parts) }

    private func isSound(_ level: Float) -> Bool { level > Self.floor && level > loudest * Self.depth }

    var beginsWithin: Bool { isSound(before) && isSound(first) }
    var endsWithin: Bool { isSound(after) && isSound(last) }

    /// The level of the next samples, which are taken from the decoder.
    static func level(of decoder: AudioDecoder) throws -> Float {
        try withUnsafeTemporaryAllocation(of: Float.self, capacity: reach * 2) { buffer in
            let count = try decoder.read(buffer)
            var next = CutEdges()
            next.add(UnsafeBufferPointer(rebasing: buffer[..<(count * 2)]))
            return next.last
        }
    }
}
