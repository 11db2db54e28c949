// Measures of the encoded sound are taken for a film only if the film has its packets, byte for byte and at their times.
import Composition
import FoundationEssentials
import Media
import TestSupport
import Testing

@Suite struct HeardSoundTests {
    let folder = TemporaryFolder()
    private static let judged = ["D06", "D07", "D07.clipping", "D07.phase", "D10", "D14.sound"]

    private func sound() throws -> (file: SoundFile, heard: HeardSound) {
        let wave = tone(440, 0.3, samples: 144_000).enumerated().map { $1 * ($0 / 12_000 % 2 == 0 ? 1 : 0.2) }
        let path = try folder.wav(wave, "tone.wav")
        let mix = AudioMix(
            samples: 144_000, pieces: [AudioMix.Piece(asset: .of("tone"), start: 0)],
            loudness: .init(integrated: -16, truePeak: -1))
        let file = SoundFile(path: folder("sound.m4a"), name: "sound.m4a")
        let result = try SoundMaster(mix, files: [.of("tone"): SoundFile(path: path, name: "tone.wav")])
            .write(to: file.path, scratch: folder.path)
        return (file, result.heard)
    }

    private func film(_ name: String, _ sound: SoundFile, _ more: [String] = ["-c:a", "copy"]) -> String {
        folder.make(
            name,
            ["-f", "lavfi", "-i", "testsrc2=size=64x64:rate=10:duration=3", "-i", sound.path, "-pix_fmt", "yuv420p"]
                + more + ["-use_editlist", "0", "-avoid_negative_ts", "disabled"])
    }

    /// The measures say of a film what decoding it says, also after they were stored.
    @Test func measuresAreThoseOfDecoding() throws {
        let (file, heard) = try sound()
        #expect(!heard.isFaulty && heard.audio.sound.samples >= 144_000)
        let stored = try JSONDecoder().decode(HeardSound.self, from: JSONEncoder().encode(heard))
        #expect(stored == heard)
        let path = film("copied.mp4", file)
        let decoded = try check(path: path, plan: nil, sound: .encoded(file))
        let known = try check(path: path, plan: nil, sound: .encoded(file), heard: stored)
        #expect(decoded["D14.sound"].measured.hasSuffix("packets of the encoded mix"))
        #expect(known == decoded)
    }

    /// Measures with a mark that no sound has: it shows where they are taken.
    @Test func noOtherSoundTakesThem() throws {
        let (file, heard) = try sound()
        var marked = heard
        marked.audio.sound.integrated = -3
        func loudness(_ path: String, _ heard: HeardSound? = nil, of file: SoundFile) throws -> String {
            try check(path: path, plan: nil, sound: .encoded(file), heard: heard ?? marked)["D06"]
                .measured
        }
        let copied = film("copied.mp4", file)
        #expect(try loudness(copied, of: file).hasPrefix("-3.0 LUFS"))
        for (name, more) in [
            ("again.mp4", ["-c:a", "aac", "-b:a", "96k"]), ("quiet.mp4", ["-af", "volume=-6dB", "-c:a", "aac"]),
            ("cut.mp4", ["-c:a", "copy", "-t", "2"]),
        ] {
            #expect(try !loudness(film(name, file, more), of: file).hasPrefix("-3.0 LUFS"), "\(name)")
        }
        let late = folder.make(
            "late.mp4",
            [
                "-f", "lavfi", "-i", "testsrc2=size=64x64:rate=10:duration=3", "-itsoffset", "0.4", "-i", file.path,
                "-pix_fmt", "yuv420p", "-c:a", "copy",
            ])
        #expect(try !loudness(late, of: file).hasPrefix("-3.0 LUFS"))
        // Measures of another file, and of a faulty one.
        var other = marked, faulty = marked
        other.file = .of("other")
        faulty.isFaulty = true
        #expect(try !loudness(copied, other, of: file).hasPrefix("-3.0 LUFS"))
        #expect(try !loudness(copied, faulty, of: file).hasPrefix("-3.0 LUFS"))
    }
}
