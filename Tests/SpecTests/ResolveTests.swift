// A spec resolved: every default, template, reference, unit and time taken out of it.
import Composition
import Diagnostics
import Digests
import FoundationEssentials
import Spec
import Testing

func resolved(
    _ text: String, props: String? = nil, set: [String: String] = [:], format: String? = nil, file: String = ""
) throws -> ResolvedVideo {
    let spec = try ValidSpec.read(specText: text, specName: "a.video.yaml", propsText: props, set: set)
    return try resolve(spec, facts: sampleFacts(), format: format) { _ in Array(file.utf8) }
}

private func text(_ layer: Layer) -> TextContent? {
    if case .text(let content) = layer.content { content } else { nil }
}

struct ResolveTests {
    @Test func launch() throws {
        let video = try resolved(SampleSpecs.launch)
        #expect(video.frames == 14 * 30)  // the sum of the scenes; transitions take nothing away
        #expect(video.scenes.map(\.id) == ["hook", "feature-1", "feature-2", "offer", "cta"])
        #expect(video.scenes.map(\.startFrame) == [0, 90, 150, 210, 330])
        #expect(video.title == "Aurora" && video.language == "en")
        #expect(text(video.scenes[0].layers[3])?.text == "from $49.00 monthly")
        #expect(text(video.scenes[2].layers[1])?.text == "2. Small")
        let price = try #require(text(video.scenes[3].layers[3]))
        #expect(price.text == "FROM $49" && price.size == 120 && price.paddingX == 36 && price.letterSpacing == -2.4)
        #expect(price.families == ["Inter", "sans-serif"] && price.fontFiles.isEmpty)
        #expect(
            price.color == Color(hex: "#7c5cff") && price.shadow?.offsetY == 4 && price.outlineWidth == 2
                && price.wrapWidth == 1344)
        #expect(
            try text(video.scenes[0].layers[3])?.fontFiles == [#require(Digest(hex: String(repeating: "5", count: 32)))]
        )
        #expect(
            video.materials.files[try #require(Digest(hex: String(repeating: "1", count: 32)))] == "assets/hero.jpg")
        // The hook stays below the next scene for 9 frames; its picture moves on until then.
        #expect(video.scenes[0].transition?.overlap == 9 && video.scenes[0].layers[0].to == 99)
        #expect(video.scenes[0].layers[0].scale.keyframes.map(\.frame) == [0, 99])
        #expect(video.scenes[0].layers[3].from == 15 && video.scenes[0].layers[3].to == 75)
        #expect(video.scenes[3].transition?.overlap == 0)
        let mix = video.mix
        #expect(
            mix.samples == 14 * 48000 && mix.pieces.count == 2 && mix.pieces[1].duck?.under == [0]
                && mix.pieces[1].gain == -18)
        #expect(mix.loudness == AudioMix.Loudness(integrated: -14, truePeak: -1))
        #expect(
            video.acceptance.duration == 14 && video.acceptance.durationTolerance == 0.1
                && video.acceptance.maximumBytes == 20_000_000)
        #expect(video.acceptance.baseline == "baselines/launch" && video.acceptance.sync == [1, 1.5])
        #expect(video.captions.map(\.cue.text) == ["Meet Aurora", "It is fast and small", "Only 3 seats"])
        #expect(video.captions[2].cue.startFrame == 210 + 84)
    }

    @Test func boxesAndPositions() throws {
        let video = try resolved(SampleSpecs.launch)
        guard case .image(let photo) = video.scenes[1].layers[0].content,
            case .video(let clip) = video.scenes[3].layers[0].content
        else {
            Issue.record("other layers than expected")
            return
        }
        #expect(photo.box == PixelSize(width: 1152, height: 648) && photo.cornerRadius == 24)
        #expect(video.scenes[1].layers[0].anchorX == 1 && video.scenes[1].layers[0].x == Track(1920))
        #expect(clip.start == 0.5 && clip.loops && clip.box == PixelSize(width: 960, height: 540))
        #expect(text(video.scenes[1].layers[1])?.alignment == .start)
    }

    @Test func formatsScaleByTheShorterSide() throws {
        let tall = try resolved(SampleSpecs.launch, format: "tall")
        #expect(tall.size == PixelSize(width: 1080, height: 1920))
        #expect(text(tall.scenes[3].layers[3])?.size == 120)
        #expect(text(tall.scenes[0].layers[2])?.size == 97.2)
        #expect(tall.scenes[0].layers[2].y.value(at: 60) == 768)
    }

    @Test func propsOverDefaultsSetOverProps() throws {
        let video = try resolved(
            SampleSpecs.launch, props: "product: Borealis\nprice: 12.5\nitems: [{ name: Solo }]",
            set: ["product": "Cirrus", "accent": "#fff"])
        #expect(video.title == "Cirrus")
        #expect(text(video.scenes[0].layers[3])?.text == "from $12.50 monthly")
        #expect(video.scenes.map(\.id) == ["hook", "feature-1", "offer", "cta"])
        #expect(text(video.scenes[0].layers[3])?.color == Color(hex: "#fff"))
        let listed = try resolved(SampleSpecs.launch, set: ["items": "[{name: A}, {name: B}, {name: C}]"])
        #expect(listed.scenes.count == 6)
    }

    @Test func templatesStandForNumbersAndTimes() throws {
        let video = try resolved(
            """
            version: 1
            props: { hold: { type: string, default: 1.5s }, big: { type: number, default: 2 }, who: { type: string, \
            default: "Ö\\"{" } }
            scenes: [ { id: a, duration: "{{hold}}", layers: [{ text: "{{who|upper}} \\\\{{who}}", scale: "{{big}}" \
            }] } ]
            """)
        #expect(video.frames == 45 && video.scenes[0].layers[0].scale == Track(2))
        #expect(text(video.scenes[0].layers[0])?.text == "Ö\"{ {{who}}")
    }

    @Test func rates() throws {
        for (written, rate) in [
            ("29.97", FrameRate(30000, 1001)), ("23.976", FrameRate(24000, 1001)), ("60", FrameRate(60)),
            ("12.5", FrameRate(25, 2)),
            ("\"50/2\"", FrameRate(25)), ("30000/1001", FrameRate(30000, 1001)),
        ] {
            #expect(
                try resolved("version: 1\nvideo: { fps: \(written) }\nscenes: [{ id: a, duration: 1s }]").rate == rate)
        }
    }

    @Test func subRipAsPlayersTakeIt() throws {
        let srt =
            "\u{FEFF}1\r\n00:00:00,500 --> 00:00:01,000 X1:40\r\n<i>One</i> &amp; "
            + "{\\an8}two\r\nlines\r\n\r\n2\r\n0:01.2 --> 0:01.9\r\n1984\r\n3\r\n00:02,0 --> 00:02,5\r\n<3 &#x41;\r\n"
        let video = try resolved(
            "version: 1\nscenes: [{ id: a, duration: 3s }]\ncaptions: { from: assets/captions.vtt }", file: srt)
        #expect(video.captions.map(\.cue.text) == ["One & two\nlines", "1984", "<3 A"])
        #expect(video.captions.map(\.cue.startFrame) == [15, 36, 60])
    }

    @Test func wordsByTheirTimestampsAndByTheirLength() throws {
        let vtt =
            "WEBVTT - a title\n\nNOTE none\n\nSTYLE\n::cue { color: red }\n\nid\n00:00.000 --> 00:02.000 "
            + "align:start\n<v Ann>One <00:01.000><c>two</c> <00:01.500>three\n\n00:02.000 --> 00:03.000\naa bbbb"
        let video = try resolved(SampleSpecs.short.replacing("fps: 30000/1001", with: "fps: 30"), file: vtt)
        #expect(video.captions.count == 2)
        #expect(
            video.captions[0].layers.map(\.from) == [0, 30, 45] && video.captions[0].layers.map(\.to) == [30, 45, 60])
        #expect(video.captions[1].layers.map(\.from) == [0, 10])
        let span = try #require(text(video.captions[0].layers[2])?.spans.first)
        #expect(String("One two three".utf8.dropFirst(span.start).prefix(span.end - span.start)) == "three")
    }

    @Test func comingWhileMoving() throws {
        let video = try resolved(
            """
            version: 1
            video: { size: 1000x1000, fps: 30 }
            scenes: [{ id: a, duration: 60s, layers: [{ text: x, animate: { y: [0px, 1800px] }, enter: { slide: up, \
            for: 1s, distance: 100px, ease: linear } }] }]
            """)
        let y = video.scenes[0].layers[0].y
        // One pixel a frame, and the way still to go: from frame -1 to frame 30.
        for frame in stride(from: 0.0, through: 30, by: 1) {
            #expect(abs(y.value(at: frame) - (frame + 100 * (30 - frame) / 31)) < 1e-3)
        }
        for frame in stride(from: 31.0, through: 1800, by: 7) { #expect(abs(y.value(at: frame) - frame) < 1e-3) }
        #expect(y.keyframes.count < 1100)
    }

    @Test func jsonIsASpecToo() throws {
        let video = try resolved(SampleSpecs.json)
        #expect(video.frames == 48 && video.scenes[0].layers[0].anchorX == 0 && video.scenes[0].layers[0].anchorY == 1)
    }

    @Test func theArtifactReadsBack() throws {
        let video = try resolved(SampleSpecs.launch)
        #expect(try JSONDecoder().decode(ResolvedVideo.self, from: JSONEncoder().encode(video)) == video)
    }

    @Test func references() throws {
        let spec = try ValidSpec.read(specText: SampleSpecs.launch, specName: "a")
        let kinds = Dictionary(uniqueKeysWithValues: spec.references.map { ($0.name, $0.kinds) })
        #expect(
            kinds == [
                "hero": [.image], "clip": [.video], "voice": [.audio, .video], "music": [.audio, .video],
                "assets/Inter.ttf": [.font], "assets/hero.jpg": [.image],
            ])
        #expect(spec.warnings.isEmpty && spec.formats == ["wide", "tall", "square"])
    }
}
