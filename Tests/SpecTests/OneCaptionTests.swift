// P12.caption and P12.missing: what an edit of one line leaves behind is said, and what is meant is not.
import Composition
import Diagnostics
import Spec
import Testing

struct OneCaptionTests {
    /// Five sentences of 2 s, with pauses of 1 s.
    private static let spoken: [(Double, Double)] = [
        (0.5, 2.5), (3.5, 5.5), (6.5, 8.5), (9.5, 11.5), (12.5, 14.5),
    ]

    /// - captions: starts and ends; by default those of the voice.
    private func found(
        _ captions: [(Double, Double)], speech: [(Double, Double)] = spoken, tracks: String = "{ asset: voice }"
    ) throws -> [String] {
        let cues = captions.map { "  - { start: \($0.0)s, end: \($0.1)s, text: spoken }" }.joined(separator: "\n")
        let text =
            "version: 1\nassets: { voice: assets/voice.wav, music: assets/bed.mp3 }\n"
            + "scenes: [ { id: a, duration: 16s } ]\ncaptions:\n\(cues)\naudio: { tracks: [ \(tracks) ] }\n"
        let steps = (0..<320).map { step in
            speech.contains { $0.0 - 0.001 <= Double(step) / 20 && Double(step) / 20 < $0.1 - 0.001 }
        }
        return try proofread(text, speech: steps).filter { $0.id.hasPrefix("P12") }.map {
            "\($0.place?.line ?? 0) \($0.id)"
        }
    }

    @Test(arguments: [0.8, 1.2, -0.8, -0.7, 0.7])
    func oneThatIsApartIsSaid(by: Double) throws {
        var captions = Self.spoken
        captions[2].0 += by
        #expect(try found(captions) == ["7 P12.caption"])
    }

    @Test func whatIsSteadyOrMeantIsNot() throws {
        for by in [0.0, 0.3, -0.3, 0.6, -0.6] {
            var captions = Self.spoken
            captions[2].0 += by
            #expect(try found(captions) == [], "\(by)")
            // All of them a little early, and held until the next.
            captions = Self.spoken.map { ($0.0 - abs(by) / 2, $0.1 + abs(by)) }
            #expect(try found(captions) == [], "all by \(by)")
        }
        // Each as far away as it likes.
        let loose = zip(Self.spoken, [0.0, 0.8, -0.7, 0.4, 0.9]).map { ($0.0 + $1, $0.1) }
        #expect(try found(loose) == [])
        // Two captions for what is said without a pause: when the second begins, the voice does not tell.
        let halves = Self.spoken.flatMap { [($0.0, $0.0 + 0.9), ($0.0 + 0.9, $0.1)] }
        #expect(try found(halves) == [])
    }

    @Test func aSentenceWithoutACaptionIsSaid() throws {
        for index in Self.spoken.indices {
            var captions = Self.spoken
            captions.remove(at: index)
            // At the caption after it, or the last one.
            #expect(try found(captions) == ["\(min(5 + index, 8)) P12.missing"], "\(index)")
        }
        // The file ends early.
        #expect(try found(Array(Self.spoken.prefix(3))) == ["7 P12.missing"])
        #expect(try found(Array(Self.spoken.prefix(2))) == [], "captions for a part of the film")
        #expect(try found([Self.spoken[0], Self.spoken[2], Self.spoken[4]]) == [], "for some sentences")
    }

    @Test func whatMayBeNoSentenceIsNot() throws {
        var speech = Self.spoken
        // A breath, a laugh.
        speech[4].1 = speech[4].0 + 1
        #expect(try found(Array(Self.spoken.prefix(4)), speech: speech) == [])
        // Of two sounds without a name one may say nothing; where the spec says which one speaks, it is known.
        let two = "{ asset: voice }, { asset: music, duration: 16s"
        #expect(try found(Array(Self.spoken.prefix(4)), tracks: two + " }") == [])
        #expect(
            try found(Array(Self.spoken.prefix(4)), tracks: two + ", duck: { under: voice, by: 9dB } }")
                == ["8 P12.missing"])
    }
}
