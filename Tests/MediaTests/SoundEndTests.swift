// How a film's sound ends: music that the last picture cuts off, music that is too short, and a long silence.
import Composition
import Diagnostics
import Glibc
import Media
import TestSupport
import Testing

@Suite struct SoundEndTests {
    let scratch = TemporaryFolder()
    typealias Piece = AudioMix.Piece

    private func warnings(_ pieces: [Piece], seconds: Double, _ files: [AssetDigest: String]) throws -> [Diagnostic] {
        let sounds = files.mapValues { SoundFile(path: $0, name: String($0.split(separator: "/").last!)) }
        let mix = AudioMix(samples: Int(seconds * 48_000), pieces: pieces, loudness: nil)
        return try SoundMaster(mix, files: sounds).write(to: scratch("end.m4a"), scratch: scratch.path).warnings
    }

    /// A tone that keeps its level, or fades away over its last half second.
    private func music(seconds: Double, fades: Bool = false) throws -> String {
        let count = Int(seconds * 48_000)
        let samples = tone(220, 0.3, samples: count).enumerated().map { index, value -> Float in
            fades ? value * min(1, Float(count - index / 2) / 24_000) : value
        }
        return try scratch.wav(samples, "music.wav")
    }

    private func voice() throws -> String { try scratch.wav(tone(600, 0.4, samples: 48_000), "voice.wav") }

    /// Under a voice of one second in a film of eight.
    @Test(
        arguments: [
            // The film cuts it; it fades out; it ends with the film; it fades away by itself just before.
            (12.0, false, 0.0, false, ["sound-cut-off"]), (12, false, 1, false, []), (8, false, 0, false, []),
            (8, true, 0, false, []), (7, false, 0, false, []),
            // Too short, by a cut or after most of the film; a sting that fades away; repeated to the end.
            (3, false, 0, false, ["sound-ends-early"]), (5, true, 0, false, ["sound-ends-early"]),
            (3, true, 0, false, ["silent-end"]), (3, false, 0, true, ["sound-cut-off"]), (3, false, 1, true, []),
        ] as [(Double, Bool, Double, Bool, [String])])
    func musicLastsAsLongAsTheFilm(seconds: Double, fades: Bool, fadeOut: Double, loops: Bool, told: [String]) throws {
        let files: [AssetDigest: String] = [
            .of("m"): try music(seconds: seconds, fades: fades), .of("v"): try voice(),
        ]
        let found = try warnings(
            [
                Piece(
                    asset: .of("m"), start: 0, gain: -6, fadeOut: fadeOut, loops: loops,
                    duck: AudioMix.Duck(under: [1], by: 6)), Piece(asset: .of("v"), start: 0.5),
            ], seconds: 8, files)
        #expect(found.map(\.id) == told, "\(found)")
        if told == ["sound-ends-early"] {
            #expect(found[0].message.contains("\(Int(8 - seconds)).0 s before"), "\(found)")
        }
    }

    /// Where other music begins nothing is missing, and a narrator may be silent at the end for as long as a last card.
    @Test func whatTakesItsPlaceIsHeard() throws {
        let files: [AssetDigest: String] = [.of("m"): try music(seconds: 3), .of("v"): try voice()]
        let duck = AudioMix.Duck(under: [1], by: 6)
        let two = [
            Piece(asset: .of("m"), start: 0, duck: duck), Piece(asset: .of("v"), start: 0.5),
            Piece(asset: .of("m"), start: 3, duck: duck),
        ]
        #expect(try warnings(two, seconds: 6, files).isEmpty)
        let spoken = [Piece(asset: .of("v"), start: 1, speaks: true)]
        #expect(try warnings(spoken, seconds: 5, files).isEmpty)
        #expect(try warnings(spoken, seconds: 6, files).map(\.id) == ["silent-end"])
        let long = [Piece(asset: .of("v"), start: 20, speaks: true)]
        #expect(try warnings(long, seconds: 26, files).isEmpty)
    }
}
