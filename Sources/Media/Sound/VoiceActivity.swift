// When somewhere in a mix is spoken: by energy, since a narration is loud or silent and no model is needed to tell
// which.
import Composition
import Glibc

public struct VoiceActivity: Sendable {
    /// Samples of one step: 50 ms.
    static let step = 2400
    /// Quieter than this is silence, whatever the rest is: -50 dBFS, as mean square.
    private static let floor: Float = 1e-5
    /// And so is what lies 30 dB below the loudest step: breath and the noise of the room.
    private static let depth: Float = 1e-3

    /// Of each step of 50 ms, whether there is sound.
    public var steps: [Bool]

    /// Only these pieces of a mix, as loud as they are placed, none of them lowered under another.
    /// - Parameter files: every asset of them.
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
