// Sounds made by formula, and what comes out of a mix or a file, as floats.
import Composition
import Glibc
import Media
import TestSupport

extension TemporaryFolder {
    /// A WAV file of 32-bit floats, interleaved.
    func wav(_ samples: [Float], channels: Int = 2, rate: Int = 48000, _ name: String) throws -> String {
        try write(name, Wave.file(samples, channels: channels, rate: rate))
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
func decoded(_ path: String, _ scratch: TemporaryFolder) throws -> [Float] {
    let raw = scratch("decoded.f32")
    try shell("ffmpeg -v error -y -i '\(path)' -map 0:a -f f32le -ac 2 '\(raw)'")
    return scratch.read(raw).withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
}

func rms(_ samples: ArraySlice<Float>) -> Double {
    (samples.reduce(0) { $0 + Double($1) * Double($1) } / Double(max(1, samples.count))).squareRoot()
}
func decibels(_ ratio: Double) -> Double { 20 * log10(ratio) }
