// Detects whether the samples of a block of sound crowd at its loudest level, as in a clipped wave. This is visible
// even after the sound was turned down or coded by a lossy codec, whose ripple only blurs the level.

struct LevelCrowd {
    /// Mean square below which a block is not judged: -40 dBFS.
    static let loud = 1e-4
    /// Ratio of the density of samples near the top to that around half of it at which a block counts as clipped: at
    /// most 0.6 in speech, 1.2 in a sine, 2 and more if peaks are clipped at a fifth of their height.
    private static let dense = 1.8

    private static let bins = 4096
    private var histogram = [UInt16](repeating: 0, count: bins)
    private var samples = 0

    /// One channel of interleaved samples.
    mutating func count(_ values: UnsafePointer<Float>, _ count: Int, step: Int) {
        samples += count
        histogram.withUnsafeMutableBufferPointer { histogram in
            for index in 0..<count {
                // NaN counts as 0.
                let bin = Int(min(max(abs(values[index &* step]) * 3200, 0), Float(Self.bins - 1)))
                histogram[bin] &+= 1
            }
        }
    }

    /// The level of the crowd, 0...1; nil if there is none. Begins a new block.
    mutating func end(power: Double) -> Float? {
        defer {
            histogram.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
            samples = 0
        }
        guard power > Self.loud, samples > 100 else { return nil }
        var above = 0, top = Self.bins - 1
        while top > 0, above + Int(histogram[top]) < samples / 50 {
            above += Int(histogram[top])
            top -= 1
        }
        func share(_ from: Double, _ to: Double) -> Double {
            let low = Int(Double(top) * from), high = min(Self.bins, Int(Double(top) * to))
            guard low < high else { return 0 }
            return Double(histogram[low..<high].reduce(0) { $0 + Int($1) }) / (to - from)
        }
        return share(0.8, 1.25) >= Self.dense * max(1, share(0.4, 0.7)) ? Float(top) / 3200 : nil
    }
}
