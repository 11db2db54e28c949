// One clock for pictures, captions and sound: no rounding adds up.
import Composition
import Diagnostics
import FoundationEssentials
import Spec
import TestSupport
import Testing

@Suite struct SceneClockTests {
    private static let rates: [(text: String, rate: FrameRate)] = [
        ("24", FrameRate(24)), ("25", FrameRate(25)), ("29.97", FrameRate(30_000, 1001)), ("30", FrameRate(30)),
        ("23.976", FrameRate(24_000, 1001)),
        ("50", FrameRate(50)), ("59.94", FrameRate(60_000, 1001)), ("12.5", FrameRate(25, 2)),
    ]

    /// Lengths in microseconds, at least a frame.
    @Test(arguments: 0..<60) func everyBoundaryIsWithinHalfAFrame(seed: Int) throws {
        var dice = Seeded(seed: UInt64(seed))
        let (text, rate) = Self.rates[seed % Self.rates.count]
        let lengths = (0..<Int.random(in: 1...60, using: &dice)).map { _ in
            Int.random(in: 90_000...3_000_000, using: &dice)
        }
        let scenes = lengths.enumerated().map { index, length in
            "  - { id: s\(index), duration: \(Double(length) / 1e6)s, captions: [ { start: 0.02s, end: "
                + "\(Double(length) / 1e6)s, text: c } ] }"
        }
        let video = try resolved(
            "version: 1\nvideo: { size: 160x90, fps: \(text) }\nscenes:\n" + scenes.joined(separator: "\n"))
        /// Twice the distance in frames from a time in microseconds is at most 1.
        func isNear(_ frame: Int, _ micros: Int) -> Bool {
            (Rational(frame) - Rational(micros, 1_000_000) * Rational(rate.numerator, rate.denominator)).magnitude * 2
                <= 1
        }
        var sum = 0, shown = 0
        for (scene, length) in zip(video.scenes, lengths) {
            #expect(scene.startFrame == shown && isNear(scene.startFrame, sum), "seed \(seed), \(scene.id)")
            let cue = video.captions[Int(scene.id.dropFirst())!].cue
            #expect(
                isNear(cue.startFrame, sum + 20_000) && isNear(cue.endFrame, sum + length),
                "seed \(seed), the caption of \(scene.id)")
            sum += length
            shown += scene.frames
        }
        #expect(video.frames == shown && isNear(video.frames, sum))
        // The sound is as long as the pictures, rounded up.
        #expect(Rational(video.mix.samples, 48_000) >= rate.time(ofFrame: video.frames))
    }

    @Test(arguments: [
        (60, "0.4839s", "30", 871), (40, "2.016s", "30", 2419), (60, "0.51s", "29.97", 917), (40, "1.02s", "24", 979),
    ])
    func scenesOnABeat(count: Int, length: String, rate: String, frames: Int) throws {
        let scenes = (0..<count).map {
            "  - { id: s\($0), duration: \(length), layers: [ { text: t, end: \(length) } ] }"
        }
        let video = try resolved(
            "version: 1\nvideo: { size: 160x90, fps: \(rate) }\nscenes:\n" + scenes.joined(separator: "\n"))
        #expect(video.frames == frames)
        // What ends with its scene ends in the same frame, however the scene was rounded.
        for scene in video.scenes { #expect(scene.layers[0].to == scene.frames) }
    }

    @Test func ducksUnderEveryPieceAndEveryName() throws {
        func under(_ duck: String) throws -> [Int]? {
            try resolved(
                """
                version: 1
                video: { size: 160x90, fps: 30 }
                assets: { voice: assets/voice.wav, music: assets/bed.mp3 }
                scenes: [ { id: a, duration: 6s } ]
                audio: { tracks: [ { asset: voice }, { asset: assets/clip.mp4 }, { asset: voice, start: 3s }, { \
                asset: music, duck: { under: \(duck) } } ] }
                """.replacing("{ asset: assets/clip.mp4 }, ", with: "{ asset: assets/voice.wav, start: 5s }, ")
            ).mix.pieces.last?.duck?.under
        }
        #expect(try under("voice") == [0, 2])
        #expect(try under("[voice, assets/voice.wav]") == [0, 1, 2])
    }

    @Test func whatIsWrongWithADuckHasAPlace() {
        for under in ["[]", "{ a: b }", "[voice, nothing]", "nothing", "[music]"] {
            do {
                _ = try resolved(
                    "version: 1\nassets: { voice: assets/voice.wav, music: assets/bed.mp3 }\nscenes: [ { id: a, "
                        + "duration: 6s } ]\n"
                        + "audio: { tracks: [ { asset: voice }, { asset: music, duck: { under: \(under) } } ] }")
                Issue.record("\(under) is accepted")
            } catch {
                let found = (error as? Diagnostics)?.all ?? []
                #expect(found.count == 1 && found.allSatisfy { ($0.place?.line ?? 0) == 4 }, "\(under): \(found)")
            }
        }
    }
}
