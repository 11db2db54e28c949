// One spec in several formats: values by format and by shape, the safe area of a format's profile, crops that keep what
// matters in view, and groups that re-flow.
import Composition
import Diagnostics
import Digests
import Spec
import Testing

struct FormatTests {
    private static let tall = "formats: { tall: 1080x1920, banner: 1500x500, square: 1080x1080 }\n"

    private func scene(
        _ layers: String, format: String?, more: String = FormatTests.tall,
        zones: [String: [Profile.Zone]]? = nil
    ) throws -> ResolvedVideo {
        let text = "version: 1\n" + more + "scenes: [ { id: a, duration: 4s, layers: \(layers) } ]"
        let spec = try ValidSpec.read(specText: text, specName: "a.video.yaml")
        var facts = sampleFacts()
        facts.zones = zones
        return try resolve(spec, facts: facts, format: format) { _ in [] }
    }

    private func texts(_ video: ResolvedVideo) -> [String] {
        video.scenes[0].layers.compactMap { if case .text(let text) = $0.content { text.text } else { nil } }
    }

    @Test func aFormatFollowsItsShapeUnlessItHasValuesOfItsOwn() throws {
        let layers =
            "[ { text: Hello, at: [50%, 50%], exit: fade, by_format: { portrait: { at: [50%, 20%], exit: null }, "
            + "landscape: { text: Wide }, banner: { text: Banner, hide: false }, square: { hide: true } } } ]"
        #expect(try texts(scene(layers, format: nil)) == ["Wide"])
        #expect(try texts(scene(layers, format: "banner")) == ["Banner"])
        #expect(try texts(scene(layers, format: "square")).isEmpty)
        let tall = try scene(layers, format: "tall")
        #expect(texts(tall) == ["Hello"] && tall.scenes[0].layers[0].y == Track(384))
        #expect(tall.scenes[0].layers[0].opacity.isConstant)
        // A spec whose own size is portrait follows that shape too.
        let own = try scene(layers, format: nil, more: "video: { size: 1080x1920 }\nformats: { banner: 1500x500 }\n")
        #expect(own.scenes[0].layers[0].y == Track(384))
    }

    @Test func whatIsNotByFormatStaysAsItWas() throws {
        let plain = "[ { image: assets/hero.jpg }, { text: Hello, style: title, at: [center, 40%] } ]"
        let with =
            "[ { image: assets/hero.jpg }, { text: Hello, style: title, at: [center, 40%], by_format: "
            + "{ portrait: { at: [center, 20%] } } } ]"
        #expect(try scene(plain, format: nil) == scene(with, format: nil))
        #expect(try scene(plain, format: "square") == scene(with, format: "square"))
        #expect(try scene(plain, format: "tall") != scene(with, format: "tall"))
    }

    @Test func stylesCaptionsAndTheCallToActionHaveValuesByFormat() throws {
        let more =
            Self.tall + """
                theme: { styles: { title: { size: 9%, by_format: { portrait: { size: 5% } } } } }
                captions: { cues: [ { start: 0s, end: 2s, text: Hello } ], position: 50%, by_format: { square: { position: 20% } } }
                cta: { text: Try it today, by_format: { tall: { text: Try it } } }

                """
        let own = try scene("[ { text: Hello, style: title } ]", format: nil, more: more)
        let tall = try scene("[ { text: Hello, style: title } ]", format: "tall", more: more)
        let square = try scene("[ { text: Hello, style: title } ]", format: "square", more: more)
        func size(_ video: ResolvedVideo) -> Double? {
            if case .text(let text) = video.scenes[0].layers[0].content { text.size } else { nil }
        }
        #expect(size(own) == 97.2 && size(tall) == 54)
        #expect(own.captions[0].layers[0].y == Track(540) && square.captions[0].layers[0].y == Track(216))
        func request(_ video: ResolvedVideo) -> String? { video.scenes[1].layers.first?.text?.text }
        #expect(request(own) == "Try it today" && request(tall) == "Try it")
    }

    @Test func positionsInTheSafeArea() throws {
        let layers =
            "[ { text: A, at: [safe left, safe 50%] }, { shape: rect, size: [safe 50%, safe 100%], at: [safe right, "
            + "safe bottom] } ]"
        let own = try scene(layers, format: nil).scenes[0].layers
        // Nine tenths of the frame where no profile says more.
        #expect(own[0].x == Track(96) && own[0].y == Track(540) && own[0].anchorX == 0)
        #expect(
            own[1].x == Track(1824) && own[1].y == Track(1026)
                && own[1].shape?.box == PixelSize(width: 864, height: 972))
        let zone = Profile.Zone(
            aspect: PixelSize(width: 9, height: 16), left: 0.06, top: 0.14, right: 0.06, bottom: 0.35, source: "s")
        let tall = try scene(layers, format: "tall", zones: ["tall": [zone]]).scenes[0].layers
        #expect(tall[0].x == Track(64.8) && tall[0].y == Track(758.4))
        #expect(tall[1].shape?.box == PixelSize(width: 475, height: 979))
        // Zones of another shape do not count.
        #expect(try scene(layers, format: "square", zones: ["square": [zone]]).scenes[0].layers[0].x == Track(54))
        // A text at such a place wraps in the safe area.
        #expect(tall[0].text?.wrapWidth == 950.4 && own[0].text?.wrapWidth == 1728)
    }

    @Test func namedPlacesLieInTheSafeAreaOfEveryShape() throws {
        for format in [nil, "tall", "banner", "square"] {
            for name in ["title", "lower-third", "caption", "cta", "logo"] {
                let video = try scene("[ { text: A, at: \(name) } ]", format: format)
                let layer = video.scenes[0].layers[0], width = Double(video.size.width),
                    height = Double(video.size.height)
                let x = layer.x.value(at: 0) / width, y = layer.y.value(at: 0) / height
                #expect(x >= 0.0499 && x <= 0.9501 && y >= 0.0499 && y <= 0.9501, "\(name) in \(format ?? "own")")
            }
        }
    }

    @Test func captionsKeepClearOfControlsAndOfLongLinesInPortrait() throws {
        let more = Self.tall + "captions: [ { start: 0s, end: 2s, text: Hello } ]\n"
        let zone = Profile.Zone(aspect: PixelSize(width: 9, height: 16), bottom: 0.25, source: "s")
        func caption(_ format: String?, _ zones: [String: [Profile.Zone]]?) throws -> Layer {
            try scene("[]", format: format, more: more, zones: zones).captions[0].layers[0]
        }
        #expect(try caption("tall", nil).y == Track(1766.4) && caption("tall", ["tall": [zone]]).y == Track(1440))
        #expect(try caption(nil, ["tall": [zone]]).y == Track(993.6))
        #expect(try caption(nil, nil).text?.wrapWidth == 1536 && caption("tall", nil).text?.wrapWidth == 570.24)
    }

    @Test func aCropKeepsItsFocus() throws {
        func crop(_ layer: String, format: String = "tall") throws -> CropPlace? {
            guard
                case .image(let image) = try scene("[ { image: assets/hero.jpg, \(layer) } ]", format: format).scenes[0]
                    .layers[0].content
            else { return nil }
            return image.crop
        }
        // The picture is 1600x900; of its width 31.6 % remain in 9:16.
        #expect(try crop("fit: cover") == nil && crop("focus: [50%, 50%]") == nil)
        let right = try #require(try crop("focus: [90%, 50%]"))
        #expect(right == CropPlace(x: 1, y: 0.5))
        let some = try #require(try crop("focus: [60%, 50%]"))
        #expect(abs(some.x - (0.6 - 0.1582) / (1 - 0.3164)) < 0.001)
        // The second point moves the crop as far as the first allows; one that is too far away does not.
        let both = try #require(try crop("focus: [[60%, 50%], [70%, 50%]]"))
        #expect(both.x >= some.x && both.x < 1)
        #expect(try crop("focus: [[60%, 50%], [5%, 50%]]") == some)
        // What must be kept takes precedence over the focus.
        let kept = try #require(try crop("focus: [50%, 50%], keep: [70%, 0%, 25%, 100%]"))
        #expect(kept.x * (1 - 0.3164) <= 0.7 && kept.x * (1 - 0.3164) + 0.3164 >= 0.95 - 1e-4)
        // Nothing is cropped where all of it is shown.
        #expect(try crop("fit: contain, focus: [90%, 50%]") == nil)
    }

    @Test func aRowTurnsAndAGridCountsAgain() throws {
        func boxes(_ group: String, _ format: String?) throws -> [(x: Double, y: Double, box: PixelSize)] {
            try scene("[ { group: [ \(group) } ]", format: format).scenes[0].layers.map {
                guard case .image(let image) = $0.content, let box = image.box else {
                    return (0, 0, PixelSize(width: 0, height: 0))
                }
                return ($0.x.value(at: 0), $0.y.value(at: 0), box)
            }
        }
        let two = "{ image: assets/hero.jpg }, { image: assets/hero.jpg } ], gap: 0px, layout: turn"
        let row = try boxes(two, nil), stack = try boxes(two, "tall")
        #expect(row[0].y == row[1].y && row[0].x < row[1].x && row[0].box == PixelSize(width: 864, height: 972))
        #expect(
            stack[0].x == stack[1].x && stack[0].y < stack[1].y && stack[0].box == PixelSize(width: 972, height: 864))
        let four =
            [String](repeating: "{ image: assets/hero.jpg }", count: 4).joined(separator: ", ")
            + " ], layout: grid, gap: 0px"
        let square = try boxes(four, "square"), banner = try boxes(four, "banner")
        #expect(Set(square.map(\.x)).count == 2 && Set(banner.map(\.x)).count == 4)
        #expect(Set(try boxes(four + ", columns: 3", "square").map(\.x)).count == 3)
        // Two by two rather than three and one; a last row lies in the middle.
        #expect(Set(try boxes(four, nil).map(\.x)).count == 2)
        let three = try boxes(four + ", columns: 3", nil)
        #expect(three[3].x == three[1].x && three[3].y > three[1].y)
        // Percentages are of the group's box, 'auto' follows the picture.
        let half = try boxes("{ image: assets/hero.jpg, size: [50%, auto] } ], size: [800px, 800px], align: start", nil)
        #expect(half[0].box == PixelSize(width: 400, height: 225) && half[0].x == 960 - 400 + 200)
    }

    @Test func aTextOfAGroupHasRoomForItsLines() throws {
        let video = try scene(
            "[ { group: [ { text: One, style: title, lines: 2 }, { image: assets/hero.jpg } ], gap: 0px, start: 1s, enter: fade "
                + "} ]", format: nil)
        let layers = video.scenes[0].layers
        let fit = try #require(layers[0].text?.fit)
        // Two lines of 97.2 px at 1.05; the picture takes the rest.
        #expect(fit.height == 204.12 && fit.width == 1728 && fit.lines == 2 && fit.least == 58.32)
        guard case .image(let image) = layers[1].content else { Issue.record("no picture"); return }
        #expect(image.box == PixelSize(width: 1728, height: 768))
        #expect(layers.allSatisfy { $0.from == 30 && !$0.opacity.isConstant })
        // In a group of texts alone, as high as they are.
        let texts = try scene("[ { group: [ { text: A }, { text: B } ], at: [50%, 50%], gap: 0px } ]", format: nil)
        let (a, b) = (texts.scenes[0].layers[0], texts.scenes[0].layers[1])
        #expect(abs((a.y.value(at: 0) + b.y.value(at: 0)) / 2 - 540) < 0.001)
    }

    @Test func groupsBeginWhereTheLanguageBegins() throws {
        func layers(_ group: String, _ language: String) throws -> [Layer] {
            try scene("[ { group: \(group) } ]", format: nil, more: "video: { language: \(language) }\n").scenes[0]
                .layers
        }
        let row = "[ { image: assets/hero.jpg }, { image: assets/hero.jpg } ], layout: row"
        let (left, right) = (try layers(row, "en"), try layers(row, "ar"))
        #expect(left[0].x == right[1].x && left[1].x == right[0].x && left[0].x != left[1].x)
        let stack = "[ { text: A } ], align: start"
        let (begin, end) = (try layers(stack, "en")[0], try layers(stack, "ar")[0])
        #expect(begin.anchorX == 0 && begin.x == Track(96) && end.anchorX == 1 && end.x == Track(1824))
    }

    @Test func groupsRepeatTheirLayersAndMayBeNested() throws {
        let more =
            "props: { items: { type: list, fields: { name: { type: string } }, default: [{ name: A }, { name: B }] } }\n"
        let video = try scene(
            "[ { group: [ { each: items, group: [ { text: \"{{item.name}}\" } ], fill: red }, { text: C } ], layout: row } ]",
            format: nil, more: more)
        #expect(texts(video) == ["A", "B", "C"])
        #expect(video.scenes[0].layers.filter { $0.shape != nil }.count == 2)
    }

    @Test func textsByFormatAndInGroupsAreTranslated() throws {
        let text = """
            version: 1
            languages: { de: texts.de.yaml }
            formats: { tall: 1080x1920 }
            scenes:
              - id: a
                duration: 2s
                layers:
                  - { text: One, by_format: { tall: { text: Two } } }
                  - { group: [ { text: Three }, { group: [ { text: Four, key: last } ] } ] }
            cta: { text: Five, by_format: { portrait: { text: Six } } }
            """
        let spec = try ValidSpec.read(specText: text, specName: "a.video.yaml")
        #expect(
            try spec.texts().map(\.key) == [
                "scene.a.1", "scene.a.1.tall", "scene.a.2", "scene.a.last", "cta.text", "cta.text.portrait",
            ])
    }

    @Test func aFormatHasItsOwnProfile() throws {
        let text = """
            version: 1
            formats: { tall: { size: 1080x1920, profile: reels }, feed: 1080x1350 }
            scenes: [ { id: a, duration: 4s } ]
            acceptance: { profile: youtube, rules: { caption_lines: { max: 1 } } }
            """
        let spec = try ValidSpec.read(specText: text, specName: "a.video.yaml")
        let checks = ProofCheck.rules.map(\.id) + ["D05", "D08"]
        let profile = try spec.profile(checks: checks) { _ in nil }
        #expect(profile.names == ["youtube"] && profile.of(format: "feed").names == ["youtube"])
        let tall = profile.of(format: "tall")
        // Without those of 'acceptance', and with the rules of the spec.
        #expect(
            tall.names == ["reels"] && tall[.captionLines]?.most == 1 && !tall.zones.isEmpty && tall.formats.isEmpty)
        #expect(profile.zonesByFormat?["tall"]?.count == 1 && profile.zonesByFormat?[""]?.isEmpty == true)
        let plain = try ValidSpec.read(specText: "version: 1\nscenes: [ { id: a, duration: 4s } ]", specName: "a")
        #expect(try plain.profile(checks: checks) { _ in nil }.zonesByFormat == nil)
    }
}

extension Layer {
    fileprivate var text: TextContent? { if case .text(let content) = content { content } else { nil } }
    fileprivate var shape: ShapeContent? { if case .shape(let content) = content { content } else { nil } }
}
