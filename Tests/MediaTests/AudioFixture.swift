// Sounds made by formula, and what comes out of a mix or a file, as floats.
import Composition
import Glibc
import Media

extension Scratch {
    /// A WAV file of 32-bit floats, interleaved.
    func wav(_ samples: [Float], channels: Int = 2, rate: Int = 48000, _ name: String) -> String {
        func little(_ value: Int, _ bytes: Int) -> [UInt8] { (0..<bytes).map { UInt8(value >> (8 * $0) & 255) } }
        let data = samples.flatMap { little(Int($0.bitPattern), 4) }
        let format =
            little(3, 2) + little(channels, 2) + little(rate, 4) + little(rate * channels * 4, 4)
            + little(channels * 4, 2) + little(32, 2)
        return write(
            Array("RIFF".utf8) + little(36 + data.count, 4) + Array("WAVEfmt ".utf8) + little(16, 4) + format
                + Array("data".utf8) + little(data.count, 4) + data, name)
    }
}

/// Both sides equal.
func tone(_ hertz: Double, _ amplitude: Double, samples: Int) -> [Float] {
    (0..<samples).flatMap { index -> [Float] in
        let value = Float(amplitude * sin(2 * .pi * hertz * Double(index) / 48000))
        return [value, value]
    }
}

/// The whole mix, interleaved.
func mixed(_ mix: AudioMix, _ files: [AssetDigest: String]) throws -> [Float] {
    let mixer = try AudioMixer(
        mix, files: files.mapValues { SoundFile(path: $0, name: String($0.split(separator: "/").last!)) })
    var all: [Float] = []
    let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: 5000)
    defer { buffer.deallocate() }
    while true {
        let n = try mixer.read(buffer)
        if n == 0 { return all }
        all += buffer[..<(n * 2)]
    }
}

/// The sound of a file as ffmpeg decodes it: interleaved stereo.
func decoded(_ path: String, _ scratch: Scratch) throws -> [Float] {
    let raw = scratch("decoded.f32")
    try shell("ffmpeg -v error -y -i '\(path)' -map 0:a -f f32le -ac 2 '\(raw)'")
    return fileBytes(raw).withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
}

func rms(_ samples: ArraySlice<Float>) -> Double {
    (samples.reduce(0) { $0 + Double($1) * Double($1) } / Double(max(1, samples.count))).squareRoot()
}
func decibels(_ ratio: Double) -> Double { 20 * log10(ratio) }
