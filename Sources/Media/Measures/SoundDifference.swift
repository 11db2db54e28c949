// The difference of two sounds over time, in one pass over both.
import Composition
import Diagnostics
import Glibc

extension PixelDifference.Sound {
    /// Both are read as 48 kHz stereo; where one has ended, the other's own level is the difference.
    /// - Returns: nil where one has no sound.
    public static func between(_ a: String, _ b: String, name: String, step: Double = 0.1) throws -> Self? {
        guard let one = try decoder(a, name), let other = try decoder(b, name) else { return nil }
        let count = Int(step * Double(AudioDecoder.rate))
        let buffers = [one, other].map { _ in UnsafeMutableBufferPointer<Float>.allocate(capacity: count * 2) }
        defer { buffers.forEach { $0.deallocate() } }
        var levels: [Double] = [], peak = 0.0
        while true {
            buffers.forEach { $0.update(repeating: 0) }
            let read = [try fill(one, buffers[0]), try fill(other, buffers[1])].max()!
            guard read > 0 else { break }
            var sum = 0.0
            for index in 0..<read * 2 {
                let difference = Double(buffers[0][index]) - Double(buffers[1][index])
                sum += difference * difference
                peak = max(peak, abs(difference))
            }
            levels.append(decibels((sum / Double(read * 2)).squareRoot()))
            // A day of sound.
            if Double(levels.count) * step > 86_400 { break }
        }
        return Self(step: step, levels: levels, peak: decibels(peak))
    }

    private static func decoder(_ path: String, _ name: String) throws -> AudioDecoder? {
        do { return try AudioDecoder(path: path, name: name) } catch SoundProblem.noSound { return nil }
    }

    /// Samples per channel that were read, as many as there is room for unless the sound ends.
    private static func fill(_ decoder: AudioDecoder, _ buffer: UnsafeMutableBufferPointer<Float>) throws -> Int {
        var total = 0
        while total * 2 < buffer.count {
            let read = try decoder.read(UnsafeMutableBufferPointer(rebasing: buffer[(total * 2)...]))
            if read == 0 { break }
            total += read
        }
        return total
    }

    private static func decibels(_ value: Double) -> Double {
        value > 0 ? max(silence, (200 * log10(value)).rounded() / 10) : silence
    }
}
