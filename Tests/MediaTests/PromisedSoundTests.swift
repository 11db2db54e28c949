// The sound of a file against the mix that it should hold: codecs, loudness and sample rates are no difference, another
// word is one.
import Composition
import Media
import TestSupport
import Testing

@Suite struct PromisedSoundTests {
    let folder = TemporaryFolder()

    /// Five seconds in which nothing repeats: syllables of changing pitch, with pauses; `seed` is the speaker.
    private static func voice(_ seed: Double) -> String {
        "aevalsrc='0.5*max(0\\,sin(2*PI*1.7*t+\(seed)))*(sin(2*PI*(170+\(seed)*20)*t+3*sin(2*PI*(0.7+\(seed)/9)*t))"
            + "+0.5*sin(2*PI*(640+90*sin(2*PI*1.1*t*\(seed)))*t)+0.3*sin(2*PI*1490*t+5*sin(2*PI*2.3*t*\(seed))))/1.8':s=48000:d=5"
    }

    private func report(
        _ name: String, _ filter: String, codec: [String] = ["-c:a", "aac", "-b:a", "128k"], voice seed: Double = 1
    ) throws -> CheckReport {
        let promised = folder.make("promised.wav", ["-f", "lavfi", "-i", Self.voice(1)])
        let path = folder.make(
            name,
            [
                "-f", "lavfi", "-i", "testsrc2=size=64x64:rate=10:duration=5", "-f", "lavfi", "-i", Self.voice(seed),
                "-af", filter,
                "-pix_fmt", "yuv420p", "-shortest",
            ] + codec)
        let mix = AudioMix(samples: 5 * 48_000, pieces: [AudioMix.Piece(asset: .of("voice"), start: 0)], loudness: nil)
        return try check(
            path: path, plan: nil, sound: .mix(mix, files: [.of("voice"): SoundFile(path: promised, name: "voice")]))
    }

    @Test(arguments: [
        ("small.mp4", "volume=-14dB,aresample=44100", ["-c:a", "aac", "-b:a", "64k"]),
        ("mp3.mkv", "volume=-1", ["-c:a", "libmp3lame", "-b:a", "96k"]),
        ("limited.mp4", "volume=6dB,alimiter=limit=0.5,pan=mono|c0=c0", ["-c:a", "aac"]),
    ])
    func sameSound(name: String, filter: String, codec: [String]) throws {
        let report = try report(name, filter, codec: codec), result = report["D14.sound"]
        #expect(result.verdict == .pass && result.measured.contains("stretches, lowest likeness"), "\(result)")
        #expect(report["D07.clipping"].verdict != .fail, "\(report["D07.clipping"])")
    }

    @Test func otherSound() throws {
        let other = try report("other.mp4", "anull", voice: 2)["D14.sound"]
        #expect(other.verdict == .fail && other.measured.hasPrefix("sound differs from the mix"), "\(other)")
        let late = try report("late.mp4", "adelay=300:all=1")["D14.sound"]
        #expect(late.verdict == .fail && late.measured == "all sound is 0.30 s late", "\(late)")
        let gone = try report("gone.mp4", "volume=0:enable='between(t,3,5)'")["D14.sound"]
        #expect(gone.verdict == .fail && abs((gone.from ?? 0) - 3) < 0.6, "\(gone)")
        let dipped = try report("dipped.mp4", "volume=0.05:enable='between(t,3,4.4)'")["D14.sound"]
        #expect(dipped.verdict == .fail && dipped.measured.hasPrefix("level 12 dB"), "\(dipped)")
    }

    /// The audio stage's own packets need no decoding; what has others is listened to.
    @Test func encodedSound() throws {
        let encoded = folder.make("sound.m4a", ["-f", "lavfi", "-i", Self.voice(1), "-c:a", "aac", "-b:a", "128k"])
        func judged(_ name: String, _ arguments: [String]) throws -> CheckResult {
            let path = folder.make(
                name,
                ["-f", "lavfi", "-i", "testsrc2=size=64x64:rate=10:duration=5", "-i", encoded, "-pix_fmt", "yuv420p"]
                    + arguments)
            return try check(path: path, plan: nil, sound: .encoded(SoundFile(path: encoded, name: "sound.m4a")))[
                "D14.sound"]
        }
        let copied = try judged("copied.mp4", ["-c:a", "copy"])
        #expect(copied.verdict == .pass && copied.measured.hasSuffix("packets of the encoded mix"), "\(copied)")
        let again = try judged("again.mp4", ["-c:a", "aac", "-b:a", "96k"])
        #expect(again.verdict == .pass && again.measured.contains("stretches"), "\(again)")
        for (name, filter) in [
            ("gone.mp4", "volume=0:enable='between(t,3,5)'"), ("late.mp4", "adelay=400:all=1"),
            ("beep.mp4", "volume=0:enable='between(t,1,2)'"),
        ] {
            let result = try judged(name, ["-af", filter, "-c:a", "aac"])
            #expect(result.verdict == .fail, "\(name): \(result)")
        }
        // The same packets, later.
        let shifted = folder.make(
            "shifted.mp4",
            [
                "-f", "lavfi", "-i", "testsrc2=size=64x64:rate=10:duration=5", "-itsoffset", "0.4", "-i", encoded,
                "-pix_fmt", "yuv420p", "-c:a", "copy",
            ])
        let late = try check(path: shifted, plan: nil, sound: .encoded(SoundFile(path: encoded, name: "sound.m4a")))[
            "D14.sound"]
        #expect(late.verdict == .fail, "\(late)")
    }

    /// However far it was turned down since.
    @Test(arguments: ["volume=18dB,aformat=sample_fmts=s16,volume=-15dB"]) func crestsThatWereCut(filter: String) throws
    {
        let result = try report("clipped.mp4", filter)["D07.clipping"]
        #expect(result.verdict == .fail && result.measured.contains("clipped"), "\(result)")
    }
}
