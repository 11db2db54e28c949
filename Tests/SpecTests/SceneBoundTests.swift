// Voice, captions and pictures that are tied to one scene stay together, whatever is put before it.
import Composition
import Diagnostics
import Digests
import FoundationEssentials
import Spec
import TestSupport
import Testing

struct SceneBoundTests {
    /// - before: scenes in front of the two that have a voice and captions.
    private static func spec(_ before: String, rate: String = "30", captions: String = "") -> String {
        """
        version: 1
        video: { fps: \(rate) }
        assets: { voice: assets/voice.wav, music: assets/bed.mp3 }
        scenes:
        \(before)
          - id: hook
            duration: 2.5s
            layers: [{ text: Aurora }]
            captions: [{ start: 0.2s, end: 2.2s, text: Meet Aurora. }]
          - id: offer 2.b
            duration: 6s
            layers: [{ text: $49, animate: { scale: [1, 1.2] } }]
        captions: { from: assets/captions.vtt, at: scene.offer 2.b.start\(captions) }
        audio:
          tracks:
            - { asset: voice, at: scene.hook.start + 0.2s, until: scene.hook.end }
            - { asset: voice, at: scene.offer 2.b.start, start: 0.25s }
            - { asset: voice, at: scene.offer 2.b.end - 1s, until: scene.offer 2.b.end - 2f }
            - { asset: music, duck: { under: voice } }
        acceptance: { sync: [1s, scene.offer 2.b.start + 0.5s] }
        """
    }
    private static let file = "WEBVTT\n\n00:00.250 --> 00:02.000\n49 dollars.\n\n00:03.000 --> 00:05.000\nTry it."

    private static func artifacts(_ before: String, rate: String = "30") throws -> (ResolvedVideo, PlanArtifacts) {
        let video = try resolved(spec(before, rate: rate), file: file)
        return (video, try plan(video) { segment in Digest.of(Array(try JSONEncoder.sorted.encode(segment))) })
    }

    @Test func whatIsInsertedMovesAllOfItTogether() throws {
        for (rate, length) in [
            ("30", "2s"), ("25", "7.4s"), ("60", "1.35s"), ("30000/1001", "1000f"), ("24000/1001", "1001f"),
        ] {
            let (before, planBefore) = try Self.artifacts("", rate: rate)
            let (after, planAfter) = try Self.artifacts(
                "  - { id: new, duration: \(length), layers: [{ text: New }] }", rate: rate)
            let frames = after.scenes[0].frames
            let samples = frames * before.rate.denominator * 48000
            // These lengths are whole frames and whole samples.
            #expect(samples % before.rate.numerator == 0)
            let moved = samples / before.rate.numerator
            func places(_ video: ResolvedVideo) -> [Int] { video.mix.pieces.map { Int(($0.start * 48000).rounded()) } }
            #expect(places(after) == zip(places(before), [1, 1, 1, 0]).map { $0 + moved * $1 }, "\(rate)")
            #expect(after.mix.pieces.map(\.duration) == before.mix.pieces.map(\.duration))
            #expect(
                after.captions.map(\.cue.startFrame) == before.captions.map { $0.cue.startFrame + frames }, "\(rate)")
            #expect(after.captions.map(\.cue.endFrame) == before.captions.map { $0.cue.endFrame + frames })
            #expect(after.acceptance.sync?.first == 1)
            let sync = try #require(after.acceptance.sync?.last), was = try #require(before.acceptance.sync?.last)
            #expect(abs(sync - was - Double(moved) / 48000) < 2e-6)
            // What only moved is described as before, so that none of it is drawn again.
            let known = Set(planBefore.plan.spans.map(\.segment))
            let drawn = planAfter.plan.spans.filter { !known.contains($0.segment) }
            #expect(drawn.allSatisfy { $0.scenes == ["new"] }, "\(rate): \(drawn.map(\.scenes))")
            #expect(
                planAfter.plan.spans.filter { known.contains($0.segment) }.map(\.segment)
                    == planBefore.plan.spans.map(\.segment))
        }
    }

    @Test func timesAreThoseOfTheScene() throws {
        let video = try resolved(
            Self.spec("  - { id: first, duration: 1/3 }".replacing("1/3", with: "0.333333333s")), file: Self.file)
        let pieces = video.mix.pieces.map { Int(($0.start * 48000).rounded()) },
            lengths = video.mix.pieces.map { $0.duration.map { Int(($0 * 48000).rounded()) } }
        let hook = 16000, offer = hook + 120_000, end = offer + 288_000
        #expect(pieces == [hook + 9600, offer + 12000, end - 48000, 0])
        #expect(lengths == [120_000 - 9600, nil, 48000 - 3200, nil])
        #expect(video.captions.map(\.cue.startFrame) == [16, 92, 175])
    }

    /// Its own clock decides, not the order in which names are written; the call to action is a scene as well.
    @Test func everySceneHasAName() throws {
        let text = """
            version: 1
            assets: { voice: assets/voice.wav }
            scenes: [ { id: start, duration: 1s }, { id: a.end, duration: 2s } ]
            cta: { text: Go, hold: 4s }
            audio: { tracks: [ { asset: voice, at: TIME, duration: 0.5s } ] }
            """
        for (time, seconds) in [
            "scene.start.start": 0.0, "scene.start.end": 1, "scene.a.end.start": 1, "scene.a.end.end - 12f": 2.6,
            "scene.cta.start": 3, "scene.cta.end-0.5s": 6.5, "scene.start.end+250ms": 1.25, "0:01.5": 1.5,
        ] {
            #expect(try resolved(text.replacing("TIME", with: time)).mix.pieces[0].start == seconds, "\(time)")
        }
        for wrong in [
            "scene.start", "scene..start", "scene.start.middle", "scene.start.start + ", "scene.start.start 3s",
            "scene.start.start + -1s",
            "scene.start.start + 1x", "sceen.start.start",
        ] {
            do {
                _ = try resolved(text.replacing("TIME", with: wrong))
                Issue.record("'\(wrong)' is accepted")
            } catch let error as Diagnostics {
                #expect(
                    error.all.map(\.id) == ["wrong-type"] && error.all[0].place?.line == 5, "\(wrong): \(error.all)")
            }
        }
    }

    @Test func aSceneHasACaptionFileOfItsOwn() throws {
        let text = """
            version: 1
            scenes:
              - { id: a, duration: 2s, captions: [{ start: 0s, end: 1s, text: one }] }
              - { id: b, duration: 6s, captions: { from: assets/captions.vtt, offset: 0.5s } }
            captions: { mode: words }
            """
        let video = try resolved(text, file: "WEBVTT\n\n00:00.000 --> 00:02.000\nto <00:01.000>us")
        #expect(video.captions.map(\.cue.startFrame) == [0, 75] && video.captions.map(\.cue.endFrame) == [30, 135])
        #expect(video.captions[1].layers.map(\.from) == [0, 30])
        do {
            _ = try resolved(text, file: "WEBVTT\n\n00:00.000 --> 00:09.000\nlong")
            Issue.record("a caption outlasts its scene")
        } catch let error as Diagnostics {
            #expect(error.all.map(\.id) == ["caption-outside"] && error.all[0].place?.file == "assets/captions.vtt")
        }
    }

    // MARK: P12

    /// Four scenes of 4 s, each with a caption from 0.5 to 3 s, after `inserted` seconds of a scene at `at`; a voice
    /// that speaks where the captions were before.
    private static func found(inserted: Double, at place: Int, speech: (Double, Double) -> [Bool] = speech) throws
        -> [Diagnostic]
    {
        var scenes = (0..<4).map {
            "  - { id: s\($0), duration: 4s, captions: [{ start: 0.5s, end: 3s, text: \"caption \($0)\" }] }"
        }
        if inserted > 0 { scenes.insert("  - { id: new, duration: \(inserted)s }", at: place) }
        let text =
            "version: 1\nassets: { voice: assets/voice.wav }\nscenes:\n\(scenes.joined(separator: "\n"))\naudio: { "
            + "tracks: [ { asset: voice, duration: 5s } ] }"
        return try proofread(text, speech: speech(16 + inserted, 0)).filter { $0.id.hasPrefix("P12") }
    }

    /// From 0.6 to 2.9 s of every four.
    private static func speech(_ seconds: Double, _ shift: Double) -> [Bool] {
        (0..<Int(seconds * 20)).map { step in
            let time = Double(step) / 20 - shift
            return time >= 0 && time < 16 && (0.6..<2.9).contains(time.truncatingRemainder(dividingBy: 4))
        }
    }

    @Test func aVoiceThatStayedBehindIsFound() throws {
        #expect(try Self.found(inserted: 0, at: 0).isEmpty)
        for (place, scene) in [(1, "s1"), (2, "s2")] {
            let found = try Self.found(inserted: 2, at: place)
            #expect(found.map(\.id) == ["P12.shift"] && found[0].severity == .error, "\(place): \(found)")
            #expect(
                found.first?.message == "from scene '\(scene)' on the voice is 2 s earlier than its captions",
                "\(found)")
            #expect(found.first?.place?.line == 4 + place + 1)
        }
        // One caption may be so by chance: a warning.
        let last = try Self.found(inserted: 2, at: 3)
        #expect(last.map(\.id) == ["P12.silent"] && last[0].severity == .warning && last[0].place?.line == 8, "\(last)")
        // Speech that no caption shows, after a caption that no voice speaks, is not the same moved.
        #expect(
            try Self.found(inserted: 0, at: 0) { seconds, _ in
                (0..<Int(seconds * 20)).map { (10..<60).contains($0) || (90..<140).contains($0) || $0 > 280 }
            }
            .allSatisfy { $0.id != "P12.shift" })
        // Without pauses it is the end that tells.
        #expect(
            try Self.found(inserted: 2, at: 2) { seconds, _ in (0..<Int(seconds * 20)).map { (10..<320).contains($0) } }
                .allSatisfy { $0.id == "P12.shift" })
        // A voice of each scene's own moves with it.
        #expect(
            try Self.found(inserted: 2, at: 2) { seconds, _ in
                zip(Self.speech(seconds, 0), Self.speech(seconds, 2)).enumerated().map {
                    $0 < 160 ? $1.0 : $0 < 200 ? false : $1.1
                }
            }.isEmpty)
        // Music in its place says nothing, and neither does a sound of nothing.
        #expect(
            try Self.found(inserted: 2, at: 2) { seconds, _ in [Bool](repeating: true, count: Int(seconds * 20)) }
                .isEmpty)
        #expect(
            try Self.found(inserted: 2, at: 2) { seconds, _ in [Bool](repeating: false, count: Int(seconds * 20)) }
                .isEmpty)
    }

    /// Captions that are right, some a little early, some held longer, some of the speech without any: no finding.
    @Test func honestCaptionsAreLeftAlone() throws {
        for seed in 0..<200 {
            var dice = Seeded(seed: UInt64(seed)), time = 0.3, cues: [String] = [],
                speech = [Bool](repeating: false, count: 1200)
            while time < 52 {
                let length = Double.random(in: 0.8...5, using: &dice)
                for step in Int(time * 20)..<Int((time + length) * 20)
                where !Int.random(in: 0..<25, using: &dice).isMultiple(of: 25) { speech[step] = true }
                if Int.random(in: 0..<5, using: &dice) > 0 {
                    let start = max(0, time - Double.random(in: 0...0.2, using: &dice)),
                        end = time + length + Double.random(in: 0...0.25, using: &dice)
                    cues.append("  - { start: \(Int(start * 1000))ms, end: \(Int(end * 1000))ms, text: spoken }")
                }
                time += length + Double.random(in: 0.5...2, using: &dice)
            }
            let scenes = (0..<10).map { "{ id: s\($0), duration: 6s }" }.joined(separator: ", ")
            let text =
                "version: 1\nassets: { voice: assets/voice.wav }\nscenes: [ \(scenes) "
                + "]\ncaptions:\n\(cues.joined(separator: "\n"))\n"
                + "audio: { tracks: [ { asset: voice, duration: 5s } ] }"
            // Where one sentence of all has none, that is said.
            let found = try proofread(text, speech: speech).filter {
                $0.id.hasPrefix("P12") && $0.id != "P12.missing"
            }
            #expect(found.isEmpty, "\(seed): \(found)")
        }
    }
}

extension JSONEncoder {
    fileprivate static var sorted: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return encoder
    }
}
