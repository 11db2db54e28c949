// Makes the finished AAC of a mix: mixes once, reaches the target loudness by one gain and a limiter, encodes, and
// measures the decoded result.
import Composition
import Diagnostics
import Glibc

public struct SoundMaster {
    public struct Result: Sendable {
        /// The measures of the decoded result.
        public var heard: HeardSound
        public var warnings: [Diagnostic]

        /// nil for silence (and for loudness below -70 LUFS).
        public var integrated: Double? { heard.audio.sound.integrated }
        public var truePeak: Double? { heard.audio.sound.truePeak }
    }

    /// dB that AAC commonly adds to true peaks of limited sound. If it adds more, the sound is encoded again.
    private static let margin = 0.6
    /// Greatest gain in dB; more would only amplify noise.
    private static let mostGain = 60.0
    private static let encodes = 3

    public var mix: AudioMix
    public var files: [AssetDigest: SoundFile]
    /// Bits per second.
    public var bitrate: Int

    public init(_ mix: AudioMix, files: [AssetDigest: SoundFile], bitrate: Int = 192_000) {
        self.mix = mix
        self.files = files
        self.bitrate = bitrate
    }

    /// Writes `path`. Keeps the mix in an unnamed file in `scratch`, so that memory does not grow with the duration.
    /// - Parameter progress: called in every pass over the sound, with its seconds in that pass: of a long film each
    ///   takes so long that silence would look like a hang.
    public func write(to path: String, scratch: String, progress: (_ secondsDone: Int) -> Void = { _ in }) throws
        -> Result
    {
        if mix.pieces.isEmpty { return try writeSilence(to: path, progress: progress) }
        let raw = try SampleFile(scratch: scratch)
        let meter = LoudnessMeter(truePeak: false)
        let mixer = try AudioMixer(mix, files: files)
        let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: AudioMixer.block * 2)
        defer { buffer.deallocate() }
        var done = 0
        var peak: Float = 0
        while true {
            let n = try mixer.read(buffer)
            if n == 0 { break }
            let block = UnsafeBufferPointer(rebasing: buffer[..<(n * 2)])
            for sample in block { peak = max(peak, abs(sample)) }
            meter.add(block)
            try raw.append(block)
            done += n
            progress(done / AudioDecoder.rate)
        }

        let mixed = meter.integrated
        var warnings: [Diagnostic] = []
        if mixed == nil, mix.loudness != nil { warnings.append(SoundProblem.silentMix.diagnostic) }
        // Of a mix that is silent, D07 says it once.
        for fault in mixed == nil ? [] : mixer.faults().map(\.diagnostic) where !warnings.contains(fault) {
            warnings.append(fault)
        }
        // Without a target the limiter only prevents clipping.
        let limit = mix.loudness?.truePeak ?? 0
        let target = mixed == nil ? nil : mix.loudness?.integrated

        // Rounded, since logarithms differ in their last bits between machines and must not change the bytes.
        func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
        func bounded(_ gain: Double) -> Double { rounded(max(-Self.mostGain, min(gain, Self.mostGain))) }
        var ceiling = rounded(limit - Self.margin)
        var gain = bounded((target ?? 0) - (target == nil ? 0 : mixed ?? 0))
        func encode() throws -> HeardSound {
            var settled: SampleFile?
            if let target, Double(20 * log10(peak)) + gain > ceiling - 3 {
                let limited = try SampleFile(scratch: scratch)
                let found = try settle(
                    raw, gain: gain, ceiling: ceiling, target: target, bounded, into: limited, buffer, progress)
                gain = found.gain
                if found.isInFile { settled = limited }
            }
            let encoder = try AACEncoder(path: path, bitrate: bitrate)
            if let settled {
                settled.rewind()
                while case let count = try settled.read(buffer), count > 0 {
                    try encoder.append(UnsafeBufferPointer(rebasing: buffer[..<count]))
                }
            } else {
                try limited(raw, gain: gain, ceiling: ceiling, buffer, progress) { try encoder.append($0) }
            }
            try encoder.finish()
            return try HeardSound.measure(path: path, name: "the encoded sound", progress: progress)
        }
        var heard = try encode()
        for _ in 1..<Self.encodes {
            let sound = heard.audio.sound
            let error = target.flatMap { target in sound.integrated.map { target - $0 } } ?? 0
            let excess = (sound.truePeak ?? -.infinity) - limit
            if abs(error) <= 0.3, excess <= 0 { break }
            if excess > 0 { ceiling = rounded(ceiling - excess - 0.05) }
            if abs(error) > 0.3 { gain = bounded(gain + error) }
            heard = try encode()
        }
        if let target, let reached = heard.audio.sound.integrated, abs(reached - target) > 0.5 {
            warnings.append(SoundProblem.loudnessMissed(wanted: target, reached: reached).diagnostic)
        }
        return Result(heard: heard, warnings: warnings)
    }

    /// What is written of a mix without a piece: the same, but nothing is mixed, kept, weighed or limited for it.
    private func writeSilence(to path: String, progress: (_ secondsDone: Int) -> Void) throws -> Result {
        let encoder = try AACEncoder(path: path, bitrate: bitrate)
        let block = [Float](repeating: 0, count: AudioMixer.block * 2)
        var left = mix.samples
        while left > 0 {
            let count = min(left, AudioMixer.block)
            try block.withUnsafeBufferPointer { try encoder.append(UnsafeBufferPointer(rebasing: $0[..<(count * 2)])) }
            left -= count
            progress((mix.samples - left) / AudioDecoder.rate)
        }
        try encoder.finish()
        let heard = try HeardSound.measure(path: path, name: "the encoded sound", progress: progress)
        return Result(heard: heard, warnings: [])
    }

    /// The gain that reaches the target after limiting, found without encoding, and whether the file has the limited
    /// sound at that gain.
    private func settle(
        _ raw: SampleFile, gain first: Double, ceiling: Double, target: Double, _ bounded: (Double) -> Double,
        into file: SampleFile, _ buffer: UnsafeMutableBufferPointer<Float>, _ progress: (_ secondsDone: Int) -> Void
    ) throws -> (gain: Double, isInFile: Bool) {
        var gain = first
        for _ in 0..<4 {
            let meter = LoudnessMeter(truePeak: false)
            file.rewind()
            try limited(raw, gain: gain, ceiling: ceiling, buffer, progress) {
                meter.add($0)
                try file.append($0)
            }
            guard let reached = meter.integrated, abs(target - reached) > 0.1 else { return (gain, true) }
            gain = bounded(gain + (target - reached))
        }
        return (gain, false)
    }

    /// Passes the mix through gain and limiter and removes the delay; exactly `mix.samples` long.
    private func limited(
        _ raw: SampleFile, gain: Double, ceiling: Double, _ buffer: UnsafeMutableBufferPointer<Float>,
        _ progress: (_ secondsDone: Int) -> Void, _ body: (UnsafeBufferPointer<Float>) throws -> Void
    ) throws {
        raw.rewind()
        var limiter = Limiter(ceiling: ceiling)
        let factor = Float(pow(10, gain / 20))
        var early = Limiter.delay
        var left = mix.samples
        while left > 0 {
            var count = try raw.read(buffer)
            if count < buffer.count {
                // Silence flushes the limiter.
                (buffer.baseAddress! + count).update(repeating: 0, count: buffer.count - count)
                count = buffer.count
            }
            limiter.process(buffer, gain: factor)
            let dropped = min(early, count / 2)
            early -= dropped
            let n = min(count / 2 - dropped, left)
            left -= n
            if n > 0 { try body(UnsafeBufferPointer(rebasing: buffer[(dropped * 2)..<((dropped + n) * 2)])) }
            progress((mix.samples - left) / AudioDecoder.rate)
        }
    }
}
