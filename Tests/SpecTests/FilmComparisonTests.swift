// Films side by side: which stretches they share, which values differ, and whether one is like another.
import Composition
import Digests
import Testing

@Suite struct FilmComparisonTests {
    /// Scenes by name, pictures and length in seconds, one segment each.
    private func film(
        _ target: String, _ scenes: [(id: String, pictures: String, seconds: Int)], sound: String? = "s",
        size: PixelSize = PixelSize(width: 2, height: 2), settings: [(String, String)] = []
    ) -> FilmComparison.Candidate {
        var start = 0, spans: [Plan.Span] = [], shown: [Plan.Scene] = []
        for scene in scenes {
            spans.append(
                Plan.Span(
                    startFrame: start, frames: scene.seconds * 10, segment: .of(scene.pictures), scenes: [scene.id],
                    cues: []))
            shown.append(
                Plan.Scene(id: scene.id, startFrame: start, frames: scene.seconds * 10, texts: [scene.pictures]))
            start += scene.seconds * 10
        }
        let plan = Plan(
            title: "t", language: "en", size: size, rate: FrameRate(10), frames: start, scenes: shown, cues: [],
            spans: spans, hasSound: true, loudness: nil, acceptance: Plan.Acceptance(), claims: [])
        let result = CheckResult(
            id: "D08", title: "Black", verdict: target == "b" ? .fail : .pass, measured: "1.2 s", expected: "none")
        return FilmComparison.Candidate(
            target: target, settings: settings.map { ($0.0, $0.1) }, plan: plan, pictures: scenes.map(\.pictures),
            sound: sound, report: CheckReport(sha256: "", bytes: 0, results: [result]))
    }

    private let scenes = [("hook", "h", 3), ("offer", "o", 2), ("end", "e", 1)]

    private func told(_ film: FilmComparison.Film) -> [String] {
        film.stretches.map { "\(Int($0.from))-\(Int($0.to)) \($0.scenes.joined(separator: "+")) \($0.films)" }
    }

    @Test func stretchesNameWhoHasTheSamePictures() {
        let comparison = FilmComparison([
            film("a", scenes), film("b", [("hook", "h", 3), ("offer", "o2", 2), ("end", "e", 1)]),
            film("c", [("offer", "o", 2), ("end", "e", 1)], sound: nil),
        ])
        #expect(told(comparison.films[0]) == ["0-3 hook [0, 1]", "3-5 offer [0, 2]", "5-6 end [0, 1, 2]"])
        #expect(told(comparison.films[1]) == ["0-3 hook [0, 1]", "3-5 offer [1]", "5-6 end [0, 1, 2]"])
        #expect(told(comparison.films[2]) == ["0-2 offer [0, 2]", "2-3 end [0, 1, 2]"])
        #expect(comparison.films.map(\.shared) == [[6, 4, 3], [4, 6, 1], [3, 1, 3]])
        #expect(comparison.films.map(\.sound) == [[0, 1], [0, 1], nil] && !comparison.isSame)
    }

    @Test func equalNeighboursAreOneStretchAndEqualFilmsAreTheSame() {
        let comparison = FilmComparison([film("a", scenes), film("c", scenes)])
        #expect(told(comparison.films[0]) == ["0-6 hook+offer+end [0, 1]"] && comparison.isSame)
        #expect(comparison.settings.isEmpty && comparison.texts.isEmpty && comparison.checks.isEmpty)
        #expect(!FilmComparison([film("a", scenes), film("c", scenes, sound: "other")]).isSame)
    }

    @Test func rowsShowWhatIsNotAlike() {
        let comparison = FilmComparison([
            film("a", scenes, settings: [("sku", "A7"), ("brand", "x")]),
            film(
                "b", [("hook", "h2", 3), ("offer", "o", 2)], size: PixelSize(width: 4, height: 2),
                settings: [("sku", "B1"), ("brand", "x")]),
        ])
        #expect(comparison.settings.map(\.name) == ["size", "duration", "sku"])
        #expect(comparison.settings.map(\.values) == [["2x2", "4x2"], ["6.00 s", "5.00 s"], ["A7", "B1"]])
        #expect(comparison.texts.map(\.name) == ["hook 1", "end 1"])
        #expect(comparison.texts.map(\.values) == [["h", "h2"], ["e", nil]])
        #expect(comparison.checks.map(\.values) == [["pass", "fail: 1.2 s"]])
        #expect(comparison.decisions.map(\.name) == ["gate", "reasons", "decided"])
    }

    @Test func aFilmIsLikeAnotherButForNamedScenes() {
        func difference(_ own: [(String, String, Int)], except: Set<String> = []) -> (shared: Double, differs: [String])
        {
            FilmComparison.difference(
                film("b", own.map { (id: $0.0, pictures: $0.1, seconds: $0.2) }), from: film("a", scenes),
                except: except)
        }
        #expect(difference(scenes).differs.isEmpty && difference(scenes).shared == 6)
        let price = [("hook", "h", 3), ("offer", "o2", 2), ("end", "e", 1)]
        #expect(
            difference(price).differs == ["3.00–5.00 s (offer)", "what that film shows at 3.00–5.00 s (offer)"])
        #expect(difference(price, except: ["offer"]).differs.isEmpty)
        #expect(difference(price, except: ["offer"]).shared == 4)
        #expect(
            difference([("hook", "h", 3), ("offer", "o", 2)]).differs == ["what that film shows at 5.00–6.00 s (end)"],
            "what is missing")
        #expect(
            difference([("end", "e", 1), ("hook", "h", 3), ("offer", "o", 2)]).differs == ["the order of the scenes"])
        #expect(
            difference([("hook", "h", 3), ("hook2", "h", 3), ("offer", "o", 2), ("end", "e", 1)]).differs
                == ["the order of the scenes"], "shown twice")
    }
}
