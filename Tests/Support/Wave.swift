// A sound file made by formula.

public enum Wave {
    /// A WAV file of 16-bit samples, interleaved.
    public static func file(_ samples: [Int16], channels: Int = 1, rate: Int = 48_000) -> [UInt8] {
        file(samples.map { UInt16(bitPattern: $0) }, format: 1, channels, rate)
    }

    /// A WAV file of 32-bit floats, interleaved.
    public static func file(_ samples: [Float], channels: Int = 2, rate: Int = 48_000) -> [UInt8] {
        file(samples.map(\.bitPattern), format: 3, channels, rate)
    }

    private static func file(_ words: [some FixedWidthInteger], format: UInt16, _ channels: Int, _ rate: Int) -> [UInt8]
    {
        let data = words.flatMap { little($0) }, size = words.first.map { $0.bitWidth / 8 } ?? 2
        let head =
            little(format) + little(UInt16(channels)) + little(UInt32(rate)) + little(UInt32(rate * channels * size))
            + little(UInt16(channels * size)) + little(UInt16(size * 8))
        return Array("RIFF".utf8) + little(UInt32(36 + data.count)) + Array("WAVEfmt ".utf8) + little(UInt32(16)) + head
            + Array("data".utf8) + little(UInt32(data.count)) + data
    }

    private static func little(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}
