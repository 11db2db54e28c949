// Sound that begins in digital silence, or is nothing else, is measured like any other; and a WAV whose samples are frames
// of another codec is still found out.
import Composition
import Glibc
import Media
import TestSupport
import Testing

@Suite struct SilenceTests {
    let folder = TemporaryFolder()

    /// libebur128 gets silence late, so nothing may depend on when.
    @Test func silenceBeforeASoundCounts() throws {
        func heard(_ name: String, _ first: Float) throws -> SoundMeasures {
            var samples = [Float](repeating: 0, count: 2 * 150_000)
            // Far below all that is measured; no silence to a program.
            samples[0] = first
            samples += tone(440, 0.4, samples: 100_000) + [Float](repeating: 0, count: 2 * 50_000)
            samples += tone(1000, 0.1, samples: 70_123)
            return try HeardSound.measure(path: try folder.wav(samples, name), name: name).audio.sound
        }
        let silent = try heard("silent.wav", 0), faint = try heard("faint.wav", 1e-12)
        #expect(silent.samples == 370_123 && silent.shortTerm.contains { $0 > -20 })
        #expect(silent.shortTerm == faint.shortTerm && silent.integrated == faint.integrated)
        #expect(silent.truePeak == faint.truePeak && silent.range == faint.range)
        #expect(silent.levels == faint.levels && silent.peaks.count == faint.peaks.count)
    }

    @Test func nothingButSilence() throws {
        let path = try folder.wav([Float](repeating: 0, count: 2 * 200_000), "nothing.wav")
        let sound = try HeardSound.measure(path: path, name: "nothing.wav").audio.sound
        #expect(sound.samples == 200_000 && sound.integrated == nil && sound.truePeak == nil && sound.range == 0)
        #expect(sound.shortTerm == [Double](repeating: SoundMeasures.floor, count: 8))
    }

    @Test func framesOfDTSInAWaveAreFound() throws {
        let frames = folder("frames.dts"), path = folder("disc.wav")
        try shell(
            "ffmpeg -v error -y -f lavfi -i sine=440:sample_rate=44100:duration=4 -ac 2 -af volume=-20dB -strict -2 "
                + "-c:a dca -b:a 1411200 '\(frames)'")
        try shell("ffmpeg -v error -y -f s16le -ar 44100 -ac 2 -i '\(frames)' -c:a pcm_s16le '\(path)'")
        let sound = try HeardSound.measure(path: path, name: "disc.wav").audio.sound
        // As samples the frames are noise at full level.
        #expect(try #require(sound.integrated) < -25)
    }
}
