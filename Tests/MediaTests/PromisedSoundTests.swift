// The sound of a file against the mix that it should hold: codecs, loudness and sample rates are no difference, another word is one.
import Composition
import Media
import Testing

@Suite struct PromisedSoundTests {
    let folder = SampleFolder()

    /// Eight seconds in which nothing repeats: syllables of changing pitch, with pauses; `seed` is the speaker.
    private static func voice(_ seed: Double) -> String {
        "aevalsrc='0.5*max(0\\,sin(2*PI*1.7*t+\(seed)))*(sin(2*PI*(170+\(seed)*20)*t+3*sin(2*PI*(0.7+\(seed)/9)*t))"
            + "+0.5*sin(2*PI*(640+90*sin(2*PI*1.1*t*\(seed)))*t)+0.3*sin(2*PI*1490*t+5*sin(2*PI*2.3*t*\(seed))))/1.8':s=48000:d=8"
    }

    private func verdict(_ name: String, _ filter: String, codec: [String] = ["-c:a", "aac", "-b:a", "128k"], voice seed: Double = 1,
                         id: String = "D14.sound") throws -> CheckResult {
        let promised = folder.make("promised.wav", ["-f", "lavfi", "-i", Self.voice(1)])
        let path = folder.make(name, ["-f", "lavfi", "-i", "testsrc2=size=64x64:rate=10:duration=8", "-f", "lavfi", "-i", Self.voice(seed), "-af", filter,
                                      "-pix_fmt", "yuv420p", "-shortest"] + codec)
        let mix = AudioMix(samples: 8 * 48_000, pieces: [AudioMix.Piece(asset: "voice", start: 0)], loudness: nil)
        return try check(path: path, plan: nil, sound: PromisedSound(mix, files: ["voice": SoundFile(path: promised, name: "voice")]))[id]
    }

    @Test(arguments: [("plain.mp4", "anull", ["-c:a", "aac"]), ("small.mp4", "anull", ["-c:a", "aac", "-b:a", "64k"]), ("quiet.mp4", "volume=-14dB", ["-c:a", "aac"]),
                      ("rate.mp4", "aresample=44100", ["-c:a", "aac"]), ("mp3.mkv", "anull", ["-c:a", "libmp3lame", "-b:a", "96k"]),
                      ("polarity.mp4", "volume=-1", ["-c:a", "aac"]), ("limited.mp4", "volume=6dB,alimiter=limit=0.5", ["-c:a", "aac"]),
                      ("mono.mp4", "pan=mono|c0=c0", ["-c:a", "aac"])])
    func sameSound(name: String, filter: String, codec: [String]) throws {
        let result = try verdict(name, filter, codec: codec)
        #expect(result.verdict == .pass && result.measured.contains("stretches, the least alike"), "\(result)")
        #expect(try verdict(name, filter, codec: codec, id: "D07.clipping").verdict != .fail)
    }

    @Test func otherSound() throws {
        let other = try verdict("other.mp4", "anull", voice: 2)
        #expect(other.verdict == .fail && other.measured.hasPrefix("another sound than mixed"), "\(other)")
        let late = try verdict("late.mp4", "adelay=300:all=1")
        #expect(late.verdict == .fail && late.measured == "all of it is 0.30 s late", "\(late)")
        let gone = try verdict("gone.mp4", "volume=0:enable='between(t,3,5)'")
        #expect(gone.verdict == .fail && abs((gone.from ?? 0) - 3) < 0.6, "\(gone)")
        let dipped = try verdict("dipped.mp4", "volume=0.05:enable='between(t,3,4.4)'")
        #expect(dipped.verdict == .fail && dipped.measured.hasPrefix("sound that is 12 dB"), "\(dipped)")
    }

    /// However far it was turned down since.
    @Test(arguments: [("volume=10dB,aformat=sample_fmts=s16", false), ("volume=10dB,aformat=sample_fmts=s16,volume=-10dB", true), ("volume=4dB,alimiter=limit=0.4", true)])
    func crestsThatWereCut(filter: String, isQuiet: Bool) throws {
        let result = try verdict("clipped.mp4", filter, id: "D07.clipping")
        #expect(result.verdict == (filter.contains("alimiter") ? .pass : .fail), "\(filter) \(result)")
    }
}
