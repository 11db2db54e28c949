// A video cut into segments: they tile it, show what it shows, and stay the same where nothing changed.
import Composition
import Digests
import FoundationEssentials
import Spec
import TestSupport
import Testing

private func json(_ segment: Segment) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(segment), as: UTF8.self)
}

private func planned(_ text: String) throws -> PlanArtifacts {
    try plan(try resolved(text)) { Digest.of(try json($0)) }
}

/// A spec of random scenes, transitions, layers and captions, at 10 frames a second; times are whole frames.
private struct RandomSpec {
    struct Scene { var frames: Int; var body: String; var transition: String }
    struct Cue { var start: Int; var end: Int; var text: String }
    var scenes: [Scene] = []
    var cues: [Cue] = []

    init(seed: UInt64) {
        var dice = Seeded(seed: seed)
        for index in 0..<Int.random(in: 1...6, using: &dice) {
            let frames = Int.random(in: 3...130, using: &dice)
            var layers: [String] = []
            for layer in 0..<Int.random(in: 0...3, using: &dice) {
                let start = Int.random(in: 0..<frames, using: &dice), length = Int.random(in: 1...frames, using: &dice)
                let extra = [
                    "", ", enter: fade", ", exit: slide-left", ", animate: { scale: [1, 2] }",
                    ", enter: pop, exit: fade",
                ].randomElement(using: &dice)!
                layers.append("{ text: \"t\(index)\(layer)\", start: \(start)f, for: \(length)f\(extra) }")
            }
            if Bool.random(using: &dice) { layers.append("{ video: assets/clip.mp4 }") }
            let t = Int.random(in: 1...3, using: &dice)
            let transition = ["cut", "{ crossfade: \(t)f }", "{ slide: up, for: \(t)f }", "{ fade: \(t)f }", "cut"]
                .randomElement(using: &dice)!
            scenes.append(Scene(frames: frames, body: layers.joined(separator: ", "), transition: transition))
        }
        var at = 0
        let total = scenes.reduce(0) { $0 + $1.frames }
        while true {
            let start = at + Int.random(in: 0...20, using: &dice), end = start + Int.random(in: 1...40, using: &dice)
            if end > total { break }
            cues.append(Cue(start: start, end: end, text: "cue \(cues.count)"))
            at = end
        }
    }

    var text: String {
        let all = scenes.enumerated().map {
            "  - { id: s\($0), duration: \($1.frames)f, layers: [\($1.body)], transition: \($1.transition) }"
        }
        let captions = cues.map { "  - { start: \($0.start)f, end: \($0.end)f, text: \($0.text) }" }
        return "version: 1\nvideo: { size: 640x360, fps: 10 }\nscenes:\n" + all.joined(separator: "\n")
            + (captions.isEmpty ? "" : "\ncaptions:\n" + captions.joined(separator: "\n"))
    }
}

struct PlanTests {
    @Test(arguments: 0..<150) func spansTileTheVideo(seed: Int) throws {
        let artifacts = try planned(RandomSpec(seed: UInt64(seed)).text)
        var at = 0
        for (span, segment) in zip(artifacts.plan.spans, artifacts.segments) {
            #expect(span.startFrame == at && span.frames == segment.frames && segment.frames > 0)
            #expect(!segment.stacks.isEmpty && segment.stacks.count <= 4)
            for layer in segment.stacks.flatMap(\.layers) + segment.overlays {
                #expect(layer.from >= 0 && layer.from < layer.to && layer.to <= segment.frames)
            }
            at += span.frames
        }
        #expect(at == artifacts.plan.frames && artifacts.plan.spans.count == artifacts.segments.count)
    }

    /// Draws what is on screen in each frame as text, from the scenes themselves and from the segments: both must
    /// agree.
    @Test(arguments: 0..<60) func segmentsShowWhatTheVideoShows(seed: Int) throws {
        let video = try resolved(RandomSpec(seed: UInt64(seed)).text)
        let artifacts = plan(video) { _ in .zero }
        for (span, segment) in zip(artifacts.plan.spans, artifacts.segments) {
            for frame in 0..<segment.frames {
                let absolute = span.startFrame + frame
                let wanted =
                    video.scenes.flatMap { scene in
                        scene.layers.compactMap { picture($0, at: absolute - scene.startFrame, rate: video.rate) }
                    }
                    + video.captions.flatMap { caption in
                        caption.layers.compactMap {
                            picture($0, at: absolute - caption.cue.startFrame, rate: video.rate)
                        }
                    }
                let found = (segment.stacks.flatMap(\.layers) + segment.overlays).compactMap {
                    picture($0, at: frame, rate: video.rate)
                }
                #expect(found == wanted, "seed \(seed), frame \(absolute)")
            }
        }
    }

    private func picture(_ layer: Layer, at frame: Int, rate: FrameRate) -> [Double]? {
        guard frame >= layer.from, frame < layer.to else { return nil }
        var clip = 0.0
        if case .video(let content) = layer.content {
            clip = (content.start + rate.time(ofFrame: frame) * content.speed).seconds
        }
        let values =
            [layer.x, layer.y, layer.scale, layer.rotation, layer.opacity].map { $0.value(at: Double(frame)) } + [clip]
        return values.map { ($0 * 1e4).rounded() + 0 }
    }

    @Test(arguments: 0..<100) func aSceneInFrontChangesNoLaterSegment(seed: Int) throws {
        var spec = RandomSpec(seed: UInt64(seed))
        let before = try planned(spec.text).plan.spans.map(\.segment)
        spec.scenes.insert(.init(frames: 37, body: "{ text: new }", transition: "cut"), at: 0)
        spec.cues = spec.cues.map { .init(start: $0.start + 37, end: $0.end + 37, text: $0.text) }
        let after = try planned(spec.text).plan.spans.map(\.segment)
        #expect(Array(after.suffix(before.count)) == before && after.count > before.count)
    }

    @Test(arguments: 0..<100) func aCaptionChangesOnlyTheSegmentsThatShowIt(seed: Int) throws {
        var spec = RandomSpec(seed: UInt64(seed))
        guard !spec.cues.isEmpty else { return }
        let before = try planned(spec.text).plan
        let index = seed % spec.cues.count
        spec.cues[index].text = "another text"
        let after = try planned(spec.text).plan
        #expect(before.spans.map(\.startFrame) == after.spans.map(\.startFrame))
        for (old, new) in zip(before.spans, after.spans) {
            #expect((old.segment != new.segment) == old.cues.contains(index))
        }
    }

    @Test func equalScenesAreOnePieceOfWork() throws {
        let artifacts = try planned(
            """
            version: 1
            scenes:
              - { id: a, duration: 2s, layers: [{ text: x, enter: fade }] }
              - { id: b, duration: 3s }
              - { id: c, duration: 2s, layers: [{ text: x, enter: fade }] }
            """)
        #expect(artifacts.plan.spans.count == 3 && artifacts.plan.spans[0].segment == artifacts.plan.spans[2].segment)
    }

    @Test func cutsAndTheirLengths() throws {
        let artifacts = try planned(
            """
            version: 1
            video: { fps: 10 }
            scenes:
              - { id: still, duration: 30s, layers: [{ text: x }] }
              - { id: moving, duration: 9.5s, layers: [{ text: x, animate: { x: [0%, 100%] } }] }
            captions:
              - { start: 0.4s, end: 3s, text: a }
              - { start: 3.2s, end: 6s, text: b }
            """)
        // No sliver before the first caption or between the two; stillness in pieces of 12 s, movement of 4 s.
        #expect(artifacts.plan.spans.map(\.frames) == [30, 30, 60, 120, 60, 40, 40, 15])
        #expect(artifacts.plan.spans.map(\.cues) == [[0], [1], [], [], [], [], [], []])
    }

    @Test func transitions() throws {
        let artifacts = try planned(
            """
            version: 1
            video: { fps: 10, size: 640x360 }
            scenes:
              - { id: a, duration: 3s, transition: { crossfade: 2s } }
              - { id: b, duration: 4s, transition: { slide: left, for: 1s } }
              - { id: c, duration: 3s, transition: { fade: 2s, color: red } }
              - { id: d, duration: 3s }
            """)
        #expect(artifacts.plan.spans.map(\.frames) == [30, 20, 20, 10, 10, 10, 10, 20])
        let crossfade = artifacts.segments[1]
        #expect(crossfade.stacks.count == 2 && crossfade.stacks[0].opacity == Track(1))
        #expect(crossfade.stacks[1].opacity.value(at: 0) > 0 && crossfade.stacks[1].opacity.value(at: 0) < 0.1)
        #expect(crossfade.stacks[1].opacity.value(at: 19) > 0.9)
        let slide = artifacts.segments[3]
        #expect(
            slide.stacks[0].offsetX.value(at: 9) < -0.8 && slide.stacks[1].offsetX.value(at: 0) > 0.8
                && slide.stacks[1].offsetX.value(at: 9) < 0.2)
        let out = artifacts.segments[5]
        #expect(
            out.stacks.count == 2 && out.stacks[0].background == .color(Color(red: 255, green: 0, blue: 0))
                && out.stacks[1].opacity.value(at: 9) < 0.2)
        #expect(artifacts.segments[6].stacks[1].opacity.value(at: 0) < 0.2)
    }

    @Test func aLongVideoIsPlannedInLinearTime() throws {
        let scenes = (0..<2000).map {
            "  - { id: s\($0), duration: 10s, layers: [{ text: \"{{x}} \($0)\", enter: fade }] }"
        }.joined(separator: "\n")
        let clock = ContinuousClock()
        var count = 0
        let took = try clock.measure {
            count = try planned(
                "version: 1\nprops: { x: { type: string, default: y } }\nvideo: { fps: 240 }\nscenes:\n" + scenes
            ).segments.count
        }
        #expect(count >= 2000)
        #expect(took < .seconds(60))
    }
}
