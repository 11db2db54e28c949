// The mix as it is delivered: loudness, true peak, length, AAC, and equal bytes on every run.
import Composition
import Diagnostics
import Glibc
import Media
import TestSupport
import Testing

@Suite struct AudioMasterTests {
    let scratch = TemporaryFolder()
    typealias Piece = AudioMix.Piece

    func master(_ mix: AudioMix, _ files: [AssetDigest: String], _ name: String = "audio.m4a") throws
        -> SoundMaster.Result
    {
        let sounds = files.mapValues { SoundFile(path: $0, name: String($0.split(separator: "/").last!)) }
        return try SoundMaster(mix, files: sounds).write(to: scratch(name), scratch: scratch.path)
    }

    /// Integrated loudness and true peak by ffmpeg's own meter.
    func secondOpinion(_ path: String) throws -> (integrated: Double, peak: Double) {
        let text = try shell(
            "ffmpeg -hide_banner -nostats -i '\(path)' -map 0:a -af ebur128=peak=true -f null - 2>&1 | tail -20")
        func value(_ label: String) -> Double {
            for line in text.split(separator: "\n").reversed() {
                let words = line.split(separator: " ")
                if words.first == Substring(label), words.count >= 2, let number = Double(words[1]) { return number }
            }
            return .nan
        }
        return (value("I:"), value("Peak:"))
    }

    /// Where nothing needs a gain, whole blocks pass at once; that changes no bit of what sample after sample gives.
    @Test func limitingInBlocksIsLimitingBySamples() {
        var random = Seeded(seed: 11), sound: [Float] = []
        for part in 0..<40 {
            // Silence, quiet sound, bursts over the ceiling, and single peaks that are released for long.
            let level: Float = [0, 0.1, 1.4, 0.1, 0, 0.3, 0.02, 0.8][part % 8]
            for at in 0..<Int.random(in: 1000...30_000, using: &random) {
                sound.append(at == 700 && part % 3 == 0 ? 1.6 : .random(in: -level...level, using: &random))
            }
        }
        if sound.count % 2 == 1 { sound.append(0) }
        func limited(_ size: Int, gain: Float) -> [UInt32] {
            var limiter = Limiter(ceiling: -1.6), out = sound
            for start in stride(from: 0, to: out.count, by: size) {
                out[start..<min(out.count, start + size)].withUnsafeMutableBufferPointer {
                    limiter.process(UnsafeMutableBufferPointer(rebasing: $0[...]), gain: gain)
                }
            }
            return out.map(\.bitPattern)
        }
        for gain in [0.3, 1, 2.5] as [Float] {
            // Blocks that are shorter than the filter are never passed at once.
            let one = limited(2, gain: gain)
            for size in [8192, 1000, 24, 26] { #expect(limited(size, gain: gain) == one, "\(size) at \(gain)") }
        }
    }

    @Test(arguments: [
        AudioMix.Loudness(integrated: -14, truePeak: -1), AudioMix.Loudness(integrated: -23, truePeak: -1),
        AudioMix.Loudness(integrated: -16, truePeak: -2),
    ])
    func loudnessAndPeakAreReached(target: AudioMix.Loudness) throws {
        try shell(
            "espeak-ng -w '\(scratch("voice.wav"))' 'A video is a build. Every stage is a node, and only stale nodes "
                + "run again.'"
        )
        let music = try scratch.wav(
            zip(tone(220, 0.3, samples: 48_000 * 5), tone(331, 0.2, samples: 48_000 * 5)).map { $0 + $1 }, "music.wav")
        let mix = AudioMix(
            samples: 48_000 * 5,
            pieces: [
                Piece(asset: .of("v"), start: 0.5),
                Piece(asset: .of("m"), start: 0, gain: -18, duck: .init(under: [0], by: 9)),
            ],
            loudness: target)
        let result = try master(mix, [.of("v"): scratch("voice.wav"), .of("m"): music])
        #expect(result.warnings.isEmpty)
        let heard = try secondOpinion(scratch("audio.m4a"))
        #expect(abs(heard.integrated - target.integrated) <= 0.5, "\(heard) \(result)")
        #expect(heard.peak <= target.truePeak + 0.05, "\(heard) \(result)")
        #expect(abs(heard.integrated - result.integrated!) <= 0.15)
        #expect(abs(heard.peak - result.truePeak!) <= 0.3)
    }

    @Test func aLimitThatLeavesNoRoomIsWarnedOf() throws {
        // Ten clicks a second: true peaks far above the loudness.
        let clicks = (0..<(48_000 * 3)).flatMap { index -> [Float] in
            index % 4800 == 0 ? [0.9, 0.9] : [0.0005, -0.0005]
        }
        let result = try master(
            AudioMix(
                samples: 48_000 * 3, pieces: [Piece(asset: .of("c"), start: 0)],
                loudness: .init(integrated: -9, truePeak: -1)),
            [.of("c"): try scratch.wav(clicks, "clicks.wav")])
        #expect(result.warnings.map(\.id) == ["loudness-missed"])
        #expect(result.truePeak! <= -1 + 0.1)
    }

    @Test func everySampleIsInItsPlaceAndTheLengthIsExact() throws {
        let at = 12_345
        let impulse = try scratch.wav(
            (0..<48_000).flatMap { [Float($0 == at ? 0.9 : 0), Float($0 == at ? 0.9 : 0)] }, "impulse.wav")
        for samples in [48_000, 48_001, 65_536, 70_000] {
            _ = try master(
                AudioMix(samples: samples, pieces: [Piece(asset: .of("i"), start: 0.25)], loudness: nil),
                [.of("i"): impulse])
            let out = try decoded(scratch("audio.m4a"), scratch)
            let peak = (0..<(out.count / 2)).max { abs(out[$0 * 2]) < abs(out[$1 * 2]) }!
            #expect(abs(peak - (at + 12_000)) <= 1, "\(peak)")
            #expect((samples..<(samples + 1024)).contains(out.count / 2))
            let probe = try shell(
                "ffprobe -v error -show_entries stream=start_time,duration_ts,sample_rate,profile -of default=nw=1 "
                    + "'\(scratch("audio.m4a"))'"
            )
            #expect(
                probe.contains("start_time=0.000000\n") && probe.contains("duration_ts=\(samples)\n")
                    && probe.contains("profile=LC\n"), "\(probe)")
            #expect(!boxes(scratch("audio.m4a")).contains("elst"))
        }
    }

    @Test func pictureAndSoundStartTogetherInTheVideo() throws {
        let at = 24_000
        let impulse = try scratch.wav(
            (0..<48_000).flatMap { [Float($0 == at ? 0.9 : 0), Float($0 == at ? 0.9 : 0)] }, "impulse.wav")
        _ = try master(
            AudioMix(samples: 48_000, pieces: [Piece(asset: .of("i"), start: 0)], loudness: nil), [.of("i"): impulse])
        try encodeSegment(scratch("s.mp4"), .small, first: 0, frames: 30)
        let header = Header(title: "", language: "de", size: EncodeSettings.small.size, rate: FrameRate(30), frames: 30)
        try Muxer(header: header, segments: [scratch("s.mp4")], sound: scratch("audio.m4a")).write(to: scratch("v.mp4"))
        let out = try decoded(scratch("v.mp4"), scratch)
        let peak = (0..<(out.count / 2)).max { abs(out[$0 * 2]) < abs(out[$1 * 2]) }!
        #expect(abs(peak - at) <= 1)
        let packets = try shell(
            "ffprobe -v error -show_entries packet=codec_type,pts_time -of csv=p=0 '\(scratch("v.mp4"))'")
        #expect(packets.contains("video,0.000000") && packets.contains("audio,0.000000") && !packets.contains(",-"))
    }

    /// Of a long film every pass takes so long that vgraph would take silence for a hang.
    @Test func everyPassReportsProgress() throws {
        let file = try scratch.wav(tone(300, 0.9, samples: 48_000 * 5), "loud.wav")
        var passes = 0, last = -1
        _ = try SoundMaster(
            AudioMix(
                samples: 48_000 * 5, pieces: [.init(asset: .of("loud"), start: 0)],
                loudness: .init(integrated: -14, truePeak: -9)),
            files: [.of("loud"): SoundFile(path: file, name: "loud")]
        ).write(to: scratch("loud.m4a"), scratch: scratch.path) { seconds in
            if seconds < last { passes += 1 }
            last = seconds
        }
        // After the mix at least a pass of the encoder and one of the decoder.
        #expect(passes >= 2)
    }

    /// What leaving the priming packet out costs: in the first 1024 samples a sound comes out faded in, with its mirror
    /// image; after them it is whole.
    @Test func onlyTheFirstPacketLosesItsOverlap() throws {
        let file = try scratch.wav(tone(1000, 0.5, samples: 48_000), "tone.wav")
        _ = try master(
            AudioMix(samples: 48_000, pieces: [Piece(asset: .of("t"), start: 0)], loudness: nil), [.of("t"): file])
        let out = try decoded(scratch("audio.m4a"), scratch)
        let wanted = tone(1000, 0.5, samples: 48_000)
        func error(_ range: Range<Int>) -> Double {
            rms(range.map { out[$0 * 2] - wanted[$0 * 2] }[...]) / 0.3536
        }
        #expect(error(1024..<2048) < 0.1)
        #expect(error(2048..<40_000) < 0.05)
        #expect(out[..<2048].allSatisfy { abs($0) < 1 })
        #expect(rms(out[0..<200]) < 0.35 * rms(out[4096..<8192]))
    }

    @Test func bytesAreEqualRunToRun() throws {
        let file = try scratch.wav(tone(440, 0.4, samples: 50_000), "t.wav")
        let mix = AudioMix(
            samples: 60_000, pieces: [Piece(asset: .of("t"), start: 0.1, fadeIn: 0.05)],
            loudness: .init(integrated: -18, truePeak: -1))
        _ = try master(mix, [.of("t"): file], "a.m4a")
        _ = try master(mix, [.of("t"): file], "b.m4a")
        #expect(scratch.read("a.m4a").count > 1000)
        #expect(scratch.read("a.m4a") == scratch.read("b.m4a"))
        let strings = String(decoding: scratch.read("a.m4a"), as: UTF8.self)
        #expect(!strings.contains("Lavc") && !strings.contains("Lavf"))
    }

    @Test func noPiecesIsSilenceOfTheRightLength() throws {
        let result = try master(
            AudioMix(samples: 100_000, pieces: [], loudness: .init(integrated: -14, truePeak: -1)), [:])
        #expect(result.warnings.isEmpty && result.integrated == nil)
        let out = try decoded(scratch("audio.m4a"), scratch)
        #expect(out.count / 2 >= 100_000 && out.allSatisfy { abs($0) < 1e-6 })
    }

    @Test func aSilentMixIsWarnedOf() throws {
        let file = try scratch.wav([Float](repeating: 0, count: 96_000), "nothing.wav")
        let result = try master(
            AudioMix(
                samples: 48_000, pieces: [Piece(asset: .of("n"), start: 0)],
                loudness: .init(integrated: -14, truePeak: -1)), [.of("n"): file])
        #expect(result.warnings.map(\.id) == ["silent-mix"])
    }

    @Test func loudSoundDoesNotClipWithoutATarget() throws {
        let file = try scratch.wav(tone(997, 1.8, samples: 48_000), "loud.wav")
        let result = try master(
            AudioMix(samples: 48_000, pieces: [Piece(asset: .of("l"), start: 0)], loudness: nil), [.of("l"): file])
        #expect(result.truePeak! <= 0)
        #expect(result.truePeak! > -2)
    }

    /// Half a second of tone, half a second of pause, three times: a voice that pauses.
    private func words(_ amplitude: Double) -> [Float] {
        let one = tone(600, amplitude, samples: 24_000) + [Float](repeating: 0, count: 48_000)
        return one + one + one
    }

    /// A voice under music that is as much louder, in dB, with what the result warns of.
    @Test(
        arguments: [
            (-20.0, false, []), (-2, false, []), (4, false, ["voice-drowned"]), (4, true, []),
            (60, false, ["sound-unheard"]),
        ] as [(Double, Bool, [String])])
    func aVoiceIsHeardOverTheMusic(louder: Double, isDucked: Bool, ids: [String]) throws {
        let files: [AssetDigest: String] = [
            .of("v"): try scratch.wav(words(0.5 * pow(10, -max(0, louder) / 20)), "v.wav"),
            .of("m"): try scratch.wav(tone(180, 0.5 * pow(10, min(0, louder) / 20), samples: 144_000), "m.wav"),
        ]
        let duck = isDucked ? AudioMix.Duck(under: [0], by: 12) : nil
        let mix = AudioMix(
            samples: 144_000,
            pieces: [
                Piece(asset: .of("v"), start: 0, speaks: isDucked ? nil : true),
                Piece(asset: .of("m"), start: 0, duck: duck),
            ], loudness: nil)
        let warnings = try master(mix, files).warnings
        #expect(warnings.map(\.id) == ids, "\(warnings)")
    }

    /// Nobody says which of these is a voice, so only what cannot be heard at all is told.
    @Test func onlyVoicesAreComparedWithTheRest() throws {
        let files: [AssetDigest: String] = [
            .of("v"): try scratch.wav(words(0.05), "soft.wav"),
            .of("m"): try scratch.wav(tone(180, 0.5, samples: 144_000), "m.wav"),
            .of("s"): try scratch.wav([Float](repeating: 0, count: 96_000), "muted.wav"),
        ]
        let mix = AudioMix(
            samples: 144_000, pieces: ["v", "m", "s", "s"].map { Piece(asset: .of($0), start: 0) }, loudness: nil)
        let warnings = try master(mix, files).warnings
        #expect(warnings.map(\.id) == ["sound-unheard"])
        #expect(warnings.first?.message.hasPrefix("'muted.wav' is not heard") == true)
    }

    /// Words of half a second with pauses of half a second; a cut within a word is told, in a pause it is not.
    @Test(
        arguments: [
            (0, 0.8, 0, 0, []), (0, 0.3, 0, 0, ["cut off 1.30"]), (0, 0.3, 0, 0.1, []), (0.7, nil, 0, 0, []),
            (0.2, nil, 0, 0, ["begins 1.00"]), (0.2, nil, 0.1, 0, []),
            (0.2, 1.0, 0, 0, ["begins 1.00", "cut off 2.00"]),
            (1.0, 0.5, 0, 0, []),
        ] as [(Double, Double?, Double, Double, [String])])
    func aVoiceIsCutInAPause(trim: Double, duration: Double?, fadeIn: Double, fadeOut: Double, told: [String]) throws {
        let files: [AssetDigest: String] = [.of("v"): try scratch.wav(words(0.5), "v.wav")]
        func warnings(_ speaks: Bool?) throws -> [Diagnostic] {
            let piece = Piece(
                asset: .of("v"), start: 1, trim: trim, duration: duration, fadeIn: fadeIn, fadeOut: fadeOut,
                speaks: speaks)
            return try master(AudioMix(samples: 192_000, pieces: [piece], loudness: nil), files).warnings
        }
        let found = try warnings(true)
        #expect(found.allSatisfy { $0.id == "voice-cut" }, "\(found)")
        let words = found.map { one in
            (one.message.contains("begins") ? "begins " : "cut off ")
                + (one.message.split(separator: " ").first { Double($0) != nil } ?? "")
        }
        #expect(words == told, "\(found)")
        // Of music nobody says that it is a voice.
        #expect(try warnings(nil).isEmpty)
    }

    /// Two voices, the second later and softer.
    @Test(
        arguments: [
            (0.0, 0.0, false, true), (0, -20, false, false), (0, 0, true, false), (0.5, 0, false, false),
            (3, 0, false, false),
        ] as [(Double, Double, Bool, Bool)])
    func twoVoicesSpeakOneAfterTheOther(later: Double, gain: Double, isDucked: Bool, isTold: Bool) throws {
        let files: [AssetDigest: String] = [.of("v"): try scratch.wav(words(0.4), "v.wav")]
        let duck = isDucked ? AudioMix.Duck(under: [0], by: 12) : nil
        let mix = AudioMix(
            samples: 300_000,
            pieces: [
                Piece(asset: .of("v"), start: 0, speaks: true),
                Piece(asset: .of("v"), start: later, gain: gain, duck: duck, speaks: true),
            ], loudness: nil)
        let ids = try master(mix, files).warnings.map(\.id)
        #expect(ids.contains("voices-together") == isTold, "\(ids)")
    }

    /// Two voices, one after the other or one under the other, the second with another gain.
    @Test(
        arguments: [
            (-14.0, 4.0, nil, true), (14, 4, nil, true), (-8, 4, nil, false), (-14, 0.5, nil, false),
            (-14, 4, 0.4, false),
        ] as [(Double, Double, Double?, Bool)])
    func twoVoicesAreEquallyLoud(gain: Double, later: Double, duration: Double?, isTold: Bool) throws {
        let files: [AssetDigest: String] = [
            .of("v"): try scratch.wav(words(0.05), "v.wav"), .of("w"): try scratch.wav(words(0.05), "w.wav"),
        ]
        let mix = AudioMix(
            samples: 384_000,
            pieces: [
                Piece(asset: .of("v"), start: 0, speaks: true),
                Piece(asset: .of("w"), start: later, duration: duration, gain: gain, speaks: true),
            ], loudness: nil)
        let found = try master(mix, files).warnings.filter { $0.id == "voices-uneven" }.map(\.message)
        let (soft, loud) = gain < 0 ? ("w.wav", "v.wav") : ("v.wav", "w.wav")
        #expect(found == (isTold ? ["the voice in '\(soft)' is 14 dB softer than that in '\(loud)'"] : []))
        // Of music nothing is said.
        let music = AudioMix(
            samples: 384_000, pieces: mix.pieces.map { Piece(asset: $0.asset, start: $0.start, gain: $0.gain) },
            loudness: nil)
        #expect(try !master(music, files).warnings.contains { $0.id == "voices-uneven" })
    }

    /// Under music in both channels D07 does not notice that a voice is in one.
    @Test(arguments: [(1, 0, true), (0, 1, true), (1, 1, false), (1, 0.3, false)] as [(Float, Float, Bool)])
    func aVoiceIsInBothChannels(left: Float, right: Float, isTold: Bool) throws {
        let voice = words(0.4).enumerated().map { $0.element * ($0.offset % 2 == 0 ? left : right) }
        let files: [AssetDigest: String] = [
            .of("v"): try scratch.wav(voice, "v.wav"),
            .of("m"): try scratch.wav(tone(180, 0.05, samples: 144_000), "m.wav"),
        ]
        let pieces = [Piece(asset: .of("v"), start: 0, speaks: true), Piece(asset: .of("m"), start: 0)]
        let found = try master(AudioMix(samples: 144_000, pieces: pieces, loudness: nil), files).warnings
        #expect(found.map(\.id) == (isTold ? ["voice-one-sided"] : []), "\(found)")
        if isTold { #expect(found[0].message.contains(left > right ? "in the left" : "in the right"), "\(found)") }
    }

    @Test func aFileWithSeveralSoundsIsSaid() throws {
        let (one, other) = (
            try scratch.wav(tone(300, 0.3, samples: 48_000), "one.wav"),
            try scratch.wav(tone(500, 0.3, samples: 48_000), "other.wav")
        )
        try shell(
            "ffmpeg -v error -y -i '\(one)' -i '\(other)' -map 0:a -map 1:a -metadata:s:a:0 language=eng "
                + "-metadata:s:a:1 language=deu -disposition:a:0 0 -disposition:a:1 default '\(scratch("two.mka"))'")
        let mix = AudioMix(samples: 48_000, pieces: [Piece(asset: .of("v"), start: 0)], loudness: nil)
        let found = try master(mix, [.of("v"): scratch("two.mka")]).warnings
        #expect(found.map(\.id) == ["sound-tracks"], "\(found)")
        #expect(found[0].message == "'two.mka' has 2 tracks of sound; the film has number 2 ('deu')", "\(found)")
    }
}
