// Detects speech in a mix by its energy, which suffices for a narration and needs no model.
import Composition
import Glibc

public struct VoiceActivity: Sendable {
    /// Samples of one step: 50 ms.
    static let step = 2400
    /// Mean square below which sound always counts as silence: -50 dBFS.
    private static let floor: Float = 1e-5
    /// Relative to the loudest step (-30 dB): below are breath and room noise.
    private static let depth: Float = 1e-3

    /// Whether there is sound in each step of 50 ms.
    public var steps: [Bool]

    /// Analyses only these pieces of a mix, at their level in the mix but without ducking.
    /// - Parameter files: their assets.
    public init(of mix: AudioMix, pieces: [Int], files: [AssetDigest: SoundFile]) throws {
        var alone = mix
        alone.loudness = nil
        alone.pieces = pieces.map { index in
            var piece = mix.pieces[index]
            piece.duck = nil
            return piece
        }
        let mixer = try AudioMixer(alone, files: files)
        let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: AudioMixer.block * 2)
        defer { buffer.deallocate() }
        var powers: [Float] = [], sum: Float = 0, count = 0
        while true {
            let n = try mixer.read(buffer)
            if n == 0 { break }
            for at in 0..<n {
                sum += buffer[at * 2] * buffer[at * 2] + buffer[at * 2 + 1] * buffer[at * 2 + 1]
                count += 1
                if count == Self.step {
                    powers.append(sum / Float(count * 2))
                    (sum, count) = (0, 0)
                }
            }
        }
        if count > 0 { powers.append(sum / Float(count * 2)) }
        let least = max(Self.floor, (powers.max() ?? 0) * Self.depth)
        steps = powers.map { $0 > least }
    }
}
