// Tracks put together sample by sample: places, gains, fades, ducking, loops, and sounds that are damaged or missing.
import Composition
import Diagnostics
import Digests
import Media
import TestSupport
import Testing

@Suite struct AudioMixTests {
    let scratch = TemporaryFolder()
    typealias Piece = AudioMix.Piece

    @Test func aPieceIsPlacedTrimmedAndCutToTheSample() throws {
        // Each sample names itself.
        let ramp = (0..<20_000).flatMap { [Float($0) / 32768, -Float($0) / 32768] }
        let file = try scratch.wav(ramp, "ramp.wav")
        let out = try mixed(
            AudioMix(
                samples: 30_001, pieces: [Piece(asset: .of("r"), start: 0.125, trim: 0.0625, duration: 0.25)],
                loudness: nil), [.of("r"): file])
        #expect(out.count == 60_002)
        let start = 6000, trim = 3000, length = 12_000
        for at in [0, start - 1, start, start + 1, start + 4095, start + length - 1, start + length, 30_000] {
            let inside = (start..<(start + length)).contains(at)
            let wanted = inside ? Float(at - start + trim) / 32768 : 0
            #expect(abs(out[at * 2] - wanted) < 1e-6, "sample \(at)")
            #expect(abs(out[at * 2 + 1] + wanted) < 1e-6, "sample \(at)")
        }
    }

    @Test func oneChannelGoesToBothSidesAtItsLevel() throws {
        let file = try scratch.wav([Float](repeating: 0.5, count: 4800), channels: 1, "mono.wav")
        let out = try mixed(
            AudioMix(samples: 4800, pieces: [Piece(asset: .of("m"), start: 0, gain: -6.0206)], loudness: nil),
            [.of("m"): file])
        #expect(out.allSatisfy { abs($0 - 0.25) < 1e-5 })
    }

    @Test func otherRatesAreResampled() throws {
        let rate = 44_100
        let samples = (0..<rate).flatMap { index -> [Float] in
            let value = Float(index == 22_050 ? 1 : 0)
            return [value, value]
        }
        let file = try scratch.wav(samples, rate: rate, "cd.wav")
        let out = try mixed(
            AudioMix(samples: 48_000, pieces: [Piece(asset: .of("c"), start: 0)], loudness: nil), [.of("c"): file])
        let peak = (0..<48_000).max { abs(out[$0 * 2]) < abs(out[$1 * 2]) }!
        #expect(abs(peak - 24_000) <= 1)
    }

    @Test func fadesAreQuarterSines() throws {
        let file = try scratch.wav([Float](repeating: 0.5, count: 2 * 24_000), "flat.wav")
        // The file ends before the mix: the fade-out has to find that end.
        let out = try mixed(
            AudioMix(
                samples: 48_000, pieces: [Piece(asset: .of("f"), start: 0.1, fadeIn: 0.1, fadeOut: 0.2)], loudness: nil),
            [.of("f"): file])
        func at(_ sample: Int) -> Double { Double(out[sample * 2]) / 0.5 }
        #expect(at(4800) == 0)
        #expect(abs(at(4800 + 2400) - 0.7071) < 1e-3)
        #expect(abs(at(4800 + 4800) - 1) < 1e-3)
        #expect(abs(at(4800 + 24_000 - 4800) - 0.7071) < 1e-3)
        #expect(abs(at(4800 + 24_000 - 1)) < 1e-3)
        #expect(at(4800 + 24_000) == 0)
    }

    @Test(arguments: [7, 4800, 600_000])
    func loopsFollowWithoutAGap(length: Int) throws {
        let samples = (0..<length).flatMap { [Float($0 % 1000 + 1) / 2000, Float(0)] }
        let file = try scratch.wav(samples, "loop.wav")
        let total = max(20_000, length * 2 + 1234)
        let out = try mixed(
            AudioMix(samples: total, pieces: [Piece(asset: .of("l"), start: 0, loops: true)], loudness: nil),
            [.of("l"): file])
        let wrong = (0..<total).filter { at in
            let wanted = Float((at % length) % 1000 + 1) / 2000
            return abs(out[at * 2] - wanted) > 1e-6
        }
        #expect(wrong.isEmpty, "first at \(wrong.first ?? -1)")
    }

    @Test func piecesAdd() throws {
        let a = try scratch.wav(tone(440, 0.25, samples: 9600), "a.wav"),
            b = try scratch.wav(tone(1000, 0.5, samples: 9600), "b.wav")
        let pieces = [Piece(asset: .of("a"), start: 0), Piece(asset: .of("b"), start: 0.1)]
        let out = try mixed(AudioMix(samples: 9600, pieces: pieces, loudness: nil), [.of("a"): a, .of("b"): b])
        let x = tone(440, 0.25, samples: 9600), y = tone(1000, 0.5, samples: 9600)
        for at in 0..<9600 {
            let wanted: Float = at < 4800 ? x[at * 2] : x[at * 2] + y[(at - 4800) * 2]
            guard abs(out[at * 2] - wanted) < 1e-5 else { Issue.record("sample \(at)"); return }
        }
    }

    @Test func musicGoesDownUnderTheVoiceAndStaysDownBetweenWords() throws {
        let music = try scratch.wav(tone(300, 0.2, samples: 6 * 48_000), "music.wav")
        // A word, a pause of a fifth of a second, a word; then nothing.
        let voice =
            tone(900, 0.3, samples: 24_000) + [Float](repeating: 0, count: 2 * 9600) + tone(900, 0.3, samples: 24_000)
            + [Float](repeating: 0, count: 2 * 100_000)
        let voiceFile = try scratch.wav(voice, "voice.wav")
        // The key is not heard itself, so that the music can be measured: it is added and taken away.
        let duck = AudioMix.Duck(under: [1], by: 9)
        let both = try mixed(
            AudioMix(
                samples: 6 * 48_000,
                pieces: [Piece(asset: .of("m"), start: 0, duck: duck), Piece(asset: .of("v"), start: 1)], loudness: nil),
            [.of("m"): music, .of("v"): voiceFile])
        let alone = try mixed(
            AudioMix(samples: 6 * 48_000, pieces: [Piece(asset: .of("v"), start: 1)], loudness: nil),
            [.of("v"): voiceFile])
        let bed = zip(both, alone).map { $0 - $1 }
        func level(_ from: Double, _ to: Double) -> Double {
            decibels(rms(bed[(Int(from * 48_000) * 2)..<(Int(to * 48_000) * 2)]) / (0.2 / 2.0.squareRoot()))
        }
        #expect(abs(level(0, 0.99)) < 0.05)
        #expect(abs(level(1.15, 1.5) + 9) < 0.1)
        #expect(abs(level(1.5, 1.7) + 9) < 0.1, "between two words")
        #expect(abs(level(1.7, 2.2) + 9) < 0.1)
        #expect(abs(level(3.2, 5.9)) < 0.05, "after the last word")
        // Nowhere a step: neighbours differ by what a tone of 300 Hz does.
        let steepest: Float = 0.2 * 0.0394 + 1e-4
        for at in stride(from: 2, to: bed.count, by: 2) where abs(bed[at] - bed[at - 2]) > steepest {
            Issue.record("a step at \(at / 2)")
        }
    }

    @Test func aClipWhoseSoundStartsLaterKeepsItsPlace() throws {
        let click = try scratch.wav(
            (0..<48_000).flatMap { [Float($0 == 4800 ? 1 : 0), Float($0 == 4800 ? 1 : 0)] }, "click.wav")
        try shell(
            "ffmpeg -v error -y -f lavfi -i color=s=64x64:d=2 -itsoffset 0.5 -i '\(click)' -c:a flac -shortest "
                + "'\(scratch("clip.mkv"))'"
        )
        let out = try mixed(
            AudioMix(samples: 96_000, pieces: [Piece(asset: .of("c"), start: 0)], loudness: nil),
            [.of("c"): scratch("clip.mkv")])
        let peak = (0..<96_000).max { abs(out[$0 * 2]) < abs(out[$1 * 2]) }!
        #expect(abs(peak - 28_800) <= 48, "Matroska counts milliseconds: \(peak)")
    }

    @Test func compressedSoundStartsWhereItShould() throws {
        let click = try scratch.wav(
            (0..<48_000).flatMap { [Float($0 == 9600 ? 1 : 0), Float($0 == 9600 ? 1 : 0)] }, "click.wav")
        for name in ["c.mp3", "c.m4a", "c.ogg", "c.flac", "c.opus"] {
            try shell("ffmpeg -v error -y -i '\(click)' '\(scratch(name))'")
            let out = try mixed(
                AudioMix(samples: 48_000, pieces: [Piece(asset: .of("c"), start: 0)], loudness: nil),
                [.of("c"): scratch(name)])
            let peak = (0..<48_000).max { abs(out[$0 * 2]) < abs(out[$1 * 2]) }!
            #expect(abs(peak - 9600) <= 1, "\(name): \(peak)")
        }
    }

    func problem(_ file: String, trim: Double = 0, loops: Bool = false) -> SoundProblem? {
        do {
            _ = try mixed(
                AudioMix(
                    samples: 48_000 * 20, pieces: [Piece(asset: .of("x"), start: 0, trim: trim, loops: loops)],
                    loudness: nil), [.of("x"): file])
            return nil
        } catch { return error as? SoundProblem }
    }

    @Test func filesThatCannotBeHeardAreNamed() throws {
        try shell("ffmpeg -v error -y -f lavfi -i color=s=64x64:d=1 '\(scratch("mute.mp4"))'")
        #expect(problem(scratch("mute.mp4")) == .noSound(file: "mute.mp4"))
        #expect(problem(scratch("none.wav")) == .unreadableSound(file: "none.wav", reason: "No such file or directory"))
        for (name, bytes) in [("empty.wav", []), ("text.wav", Array("this is not sound\n".utf8))] {
            guard case .unreadableSound(name, _) = problem(try scratch.write(name, bytes)) else {
                Issue.record("\(name)"); return
            }
        }
        #expect(problem(try scratch.wav([], "header.wav")) != nil)
        guard case .unreadableSound = problem(scratch.path) else { Issue.record("folder"); return }
        let short = try scratch.wav(tone(440, 0.5, samples: 4800), "short.wav")
        #expect(problem(short, trim: 2) == .trimBeyondEnd(file: "short.wav", trim: 2, ends: 0.1))
        #expect(problem(short, trim: 0.1, loops: true) == .trimBeyondEnd(file: "short.wav", trim: 0.1, ends: 0.1))
        #expect(problem(short, trim: 0.05, loops: true) == nil)
    }

    @Test func filesThatAreCutOffAreNamedWithTheTime() throws {
        let whole = try scratch.wav(tone(440, 0.5, samples: 48_000 * 8), "whole.wav")
        try shell(
            "ffmpeg -v error -y -i '\(whole)' -movflags faststart '\(scratch("whole.m4a"))' && ffmpeg -v error -y -i "
                + "'\(whole)' '\(scratch("whole.mp3"))' && ffmpeg -v error -y -i '\(whole)' '\(scratch("whole.flac"))'"
        )
        for suffix in ["wav", "m4a", "mp3", "flac"] {
            #expect(problem(scratch("whole.\(suffix)")) == nil, "\(suffix)")
            let bytes = scratch.read("whole.\(suffix)")
            let name = "cut.\(suffix)"
            switch problem(try scratch.write(name, Array(bytes[..<(bytes.count / 2)]))) {
            case .truncatedSound(name, let declared, let ends):
                #expect(abs(declared - 8) < 0.1 && ends > 3 && ends < 5, "\(suffix): \(declared) \(ends)")
            case .damagedSound(name, let seconds):
                #expect(seconds > 3 && seconds < 5, "\(suffix)")
            case let other: Issue.record("\(suffix): \(String(describing: other))")
            }
        }
    }

    /// One bad packet in the middle: without it all that follows would be heard 21 ms too early. At either end it is a
    /// tag or a cut.
    @Test(arguments: ["m4a", "flac", "aac"]) func aBadPacketIsNamedWithTheTime(_ suffix: String) throws {
        let whole = try scratch.wav(tone(440, 0.5, samples: 48_000 * 4), "whole.wav"), path = scratch("whole.\(suffix)")
        try shell("ffmpeg -v error -y -i '\(whole)' '\(path)'")
        #expect(problem(path) == nil)
        let packets = try packets("a", of: path)
        let place = try #require(packets.count > 20 ? packets[packets.count / 2] : nil)
        var bytes = scratch.read(path)
        // Behind the header that a bare stream has of its own in each packet.
        for offset in 9..<place.size { bytes[place.position + offset] = 0xFF }
        switch problem(try scratch.write("bad.\(suffix)", bytes)) {
        case .damagedSound("bad.\(suffix)", let seconds): #expect(abs(seconds - 2) < 0.2, "\(seconds)")
        case let other: Issue.record("\(String(describing: other))")
        }
    }

    @Test func aPlaylistOpensNoOtherFile() throws {
        let file = try scratch.wav(tone(440, 0.5, samples: 4800), "secret.wav")
        let lists = [
            "list.m3u8": "#EXTM3U\n#EXTINF:1,\n\(file)\n#EXT-X-ENDLIST\n",
            "list.txt": "ffconcat version 1.0\nfile '\(file)'\n",
        ]
        for (name, text) in lists {
            guard case .unreadableSound(name, _) = problem(try scratch.write(name, text)) else {
                Issue.record("\(name)"); return
            }
        }
    }

    @Test func impossibleMixesAreRefused() throws {
        let file = try scratch.wav(tone(440, 0.5, samples: 480), "s.wav")
        func refused(_ mix: AudioMix) -> Bool {
            do { _ = try mixed(mix, [.of("s"): file]); return false } catch {
                if case .badMix = error as? SoundProblem { return true } else { return false }
            }
        }
        let good = Piece(asset: .of("s"), start: 0)
        var bad: [Piece] = []
        for value in [Double.nan, .infinity, -1, 1e300] {
            bad.append(Piece(asset: .of("s"), start: value))
            bad.append(Piece(asset: .of("s"), start: 0, trim: value))
            bad.append(Piece(asset: .of("s"), start: 0, duration: value))
            bad.append(Piece(asset: .of("s"), start: 0, fadeOut: value))
        }
        bad.append(Piece(asset: .of("s"), start: 0, gain: .infinity))
        bad.append(Piece(asset: .of("s"), start: 0, duck: .init(under: [0], by: 6)))
        bad.append(Piece(asset: .of("s"), start: 0, duck: .init(under: [9], by: 6)))
        bad.append(Piece(asset: .of("s"), start: 0, duck: .init(under: [1], by: .nan)))
        for piece in bad { #expect(refused(AudioMix(samples: 480, pieces: [piece, good], loudness: nil)), "\(piece)") }
        #expect(refused(AudioMix(samples: 0, pieces: [], loudness: nil)))
        #expect(refused(AudioMix(samples: Int.max, pieces: [], loudness: nil)))
        #expect(refused(AudioMix(samples: 480, sampleRate: 44100, pieces: [], loudness: nil)))
        #expect(throws: SoundProblem.missingMaterial(digest: Digest.of("t").hex)) {
            try mixed(
                AudioMix(samples: 480, pieces: [Piece(asset: .of("t"), start: 0)], loudness: nil), [.of("s"): file])
        }
    }
}
