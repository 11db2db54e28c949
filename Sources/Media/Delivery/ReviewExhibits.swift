// Extracts numbered frames and the sound of a delivered file for reviewers. Does not know the reviewers.
import CFFmpeg
import Composition
import Diagnostics
import Glibc

public enum ReviewExhibits {
    /// The SHA-256 of a file.
    public static func sha256(path: String, name: String) throws -> String {
        try InputFile(path: path, name: name).sha256()
    }

    /// The pictures shown at `frames` (ascending), reduced by an integer factor.
    public static func frames(
        _ frames: [Int], path: String, name: String, rate: FrameRate, smallerBy factor: Int,
        each: (Int, Bitmap) throws -> Void
    ) throws {
        let reader = try ClipReader(path: path, name: name)
        for frame in frames {
            let bitmap = try reader.bitmap(at: rate.time(ofFrame: frame))
            try each(frame, factor > 1 ? smaller(bitmap, by: factor) : bitmap)
        }
    }

    /// Each pixel becomes the mean of a square.
    static func smaller(_ bitmap: Bitmap, by factor: Int) -> Bitmap {
        let width = max(1, bitmap.width / factor), height = max(1, bitmap.height / factor)
        let small = Bitmap(width: width, height: height)
        let across = min(factor, bitmap.width), down = min(factor, bitmap.height), area = UInt32(across * down)
        for y in 0..<height {
            let out = small.row(y)
            for x in 0..<width {
                var sums: (UInt32, UInt32, UInt32, UInt32) = (area / 2, area / 2, area / 2, area / 2)
                for dy in 0..<down {
                    var pixel = bitmap.row(y * factor + dy) + x * factor * 4
                    for _ in 0..<across {
                        sums.0 += UInt32(pixel[0])
                        sums.1 += UInt32(pixel[1])
                        sums.2 += UInt32(pixel[2])
                        sums.3 += UInt32(pixel[3])
                        pixel += 4
                    }
                }
                out[x * 4] = UInt8(sums.0 / area)
                out[x * 4 + 1] = UInt8(sums.1 / area)
                out[x * 4 + 2] = UInt8(sums.2 / area)
                out[x * 4 + 3] = UInt8(sums.3 / area)
            }
        }
        return small
    }

    /// A WAV file from the first picture on: one channel, 16 bits, 16 kHz.
    public static func sound(path: String, name: String) throws -> [UInt8] {
        let decoder = try AudioDecoder(path: path, name: name)
        let block = 4096, buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: block * 2)
        defer { buffer.deallocate() }
        var mono: [Float] = []
        while true {
            let count = try decoder.read(buffer)
            if count == 0 { break }
            for index in 0..<count { mono.append((buffer[index * 2] + buffer[index * 2 + 1]) / 2) }
        }
        return wav(thirds(of: mono))
    }

    /// A part of such a file, in seconds, as a file of its own.
    public static func part(of wav: [UInt8], from: Double, to: Double) -> [UInt8] {
        let samples = (wav.count - header) / 2
        func at(_ seconds: Double) -> Int { max(0, min(samples, Int((seconds * 16000).rounded()))) }
        let range = at(from)..<max(at(from), at(to))
        return head(range.count) + wav[header + range.lowerBound * 2..<header + range.upperBound * 2]
    }

    /// Keeps every third sample after a low-pass filter of 7.2 kHz.
    private static func thirds(of samples: [Float]) -> [Int16] {
        let reach = 24
        var taps: [Float] = (-reach...reach).map { at in
            let x = Double(at) * .pi, window = 0.5 + 0.5 * cos(x / Double(reach + 1))
            return Float((at == 0 ? 0.3 : sin(x * 0.3) / x) * window)
        }
        let sum = taps.reduce(0, +)
        taps = taps.map { $0 / sum }
        return stride(from: 0, to: samples.count, by: 3).map { middle in
            var value: Float = 0
            for at in max(0, middle - reach)...min(samples.count - 1, middle + reach) {
                value += samples[at] * taps[at - middle + reach]
            }
            return Int16(max(-32768, min(32767, (value * 32767).rounded())))
        }
    }

    private static func wav(_ samples: [Int16]) -> [UInt8] {
        var bytes = head(samples.count)
        bytes.reserveCapacity(header + samples.count * 2)
        for sample in samples {
            let bits = UInt16(bitPattern: sample)
            bytes.append(UInt8(bits & 0xFF))
            bytes.append(UInt8(bits >> 8))
        }
        return bytes
    }

    private static let header = 44

    private static func head(_ samples: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        func add(_ value: Int, _ width: Int) { for at in 0..<width { bytes.append(UInt8(value >> (8 * at) & 0xFF)) } }
        bytes += "RIFF".utf8
        add(36 + samples * 2, 4)
        bytes += "WAVEfmt ".utf8
        for (value, width) in [(16, 4), (1, 2), (1, 2), (16000, 4), (32000, 4), (2, 2), (16, 2)] { add(value, width) }
        bytes += "data".utf8
        add(samples * 2, 4)
        return bytes
    }
}
