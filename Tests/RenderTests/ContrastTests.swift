// Contrast measured on drawn pixels, against ratios that follow from the colours alone.
import Composition
import Media
import Render
import Testing

struct ContrastTests {
    private func grey(_ value: UInt8) -> Color { Color(red: value, green: value, blue: value) }

    private func words(
        _ string: String = "Legible", color: Color, size: Double = 48, weight: Int = 700, background: Paint? = nil,
        outline: Color? = nil
    ) -> TextContent {
        TextContent(
            text: string, families: ["Inter", "sans-serif"], size: size, weight: weight, color: color,
            background: background,
            paddingX: background == nil ? 0 : 20, paddingY: background == nil ? 0 : 20, outline: outline,
            outlineWidth: outline == nil ? 0 : 8)
    }

    private func measured(_ segment: Segment) throws -> [TextContrast] {
        var contrasts = TextContrasts(segment, sources: sources())
        return try contrasts.measure().texts
    }

    private func ratio(_ content: TextContent, on background: Paint, opacity: Double = 1) throws -> Double {
        let texts = try measured(segment([layer(.text(content), opacity: Track(opacity))], background: background))
        #expect(texts.count == 1)
        return texts[0].ratio ?? 0
    }

    /// Relative luminance of WCAG, by its own words.
    private func luminance(_ color: Color) -> Double {
        func part(_ value: UInt8) -> Double {
            let c = Double(value) / 255
            return c <= 0.04045 ? c / 12.92 : pow(c)
        }
        func pow(_ c: Double) -> Double {
            // ((c + 0.055) / 1.055) ^ 2.4 by a power series of the logarithm would be less readable than a table of
            // two.
            var low = 0.0, high = 1.0
            let base = (c + 0.055) / 1.055
            // x with x^5 = base^12
            let target = (0..<12).reduce(1.0) { product, _ in product * base }
            for _ in 0..<60 {
                let middle = (low + high) / 2
                if middle * middle * middle * middle * middle < target { low = middle } else { high = middle }
            }
            return low
        }
        return 0.2126 * part(color.red) + 0.7152 * part(color.green) + 0.0722 * part(color.blue)
    }

    @Test func knownColours() throws {
        // WebAIM's and WCAG's own examples: 21:1, and the greys on either side of 4.5:1.
        #expect(abs(try ratio(words(color: black), on: .color(white)) - 21) < 0.3)
        #expect(abs(try ratio(words(color: white), on: .color(black)) - 21) < 0.3)
        #expect(abs(try ratio(words(color: grey(0x77)), on: .color(white)) - 4.48) < 0.1)
        #expect(abs(try ratio(words(color: grey(0x76)), on: .color(white)) - 4.54) < 0.1)
        #expect(try ratio(words(color: white), on: .color(white)) < 1.05)
        let pairs = [
            (Color(red: 0xFF, green: 0xC2, blue: 0x7D), Color(red: 0x0D, green: 0x10, blue: 0x26)),
            (Color(red: 200, green: 0, blue: 0), white),
            (Color(red: 0x7C, green: 0x5C, blue: 0xFF), black),
            (Color(red: 0, green: 90, blue: 40), Color(red: 255, green: 220, blue: 90)),
        ]
        for (text, behind) in pairs {
            let a = luminance(text), b = luminance(behind), expected = (max(a, b) + 0.05) / (min(a, b) + 0.05)
            let found = try ratio(words(color: text, size: 80), on: .color(behind))
            #expect(abs(found / expected - 1) < 0.06, "\(text) on \(behind): \(found), not \(expected)")
        }
    }

    @Test func whatIsReallyBehindCounts() throws {
        // Half of the word on white: the worst half is told, and where it is.
        let half: Paint = .linear(
            angle: 90,
            stops: [
                GradientStop(offset: 0, color: black), GradientStop(offset: 0.5, color: black),
                GradientStop(offset: 0.5, color: white), GradientStop(offset: 1, color: white),
            ])
        let text = try #require(try measured(segment([layer(.text(words(color: white)))], background: half)).first)
        #expect((text.ratio ?? 9) < 1.1 && text.x > 160 && abs(text.y - 90) < 30)
        // A box, or an outline, is what is behind it.
        #expect(try ratio(words(color: white, background: .color(black)), on: .color(white)) > 18)
        #expect(try ratio(words(color: white, outline: black), on: .color(white)) > 15)
        // Opacity takes contrast away.
        let faint = try ratio(words(color: white), on: .color(black), opacity: 0.5)
        #expect(faint > 4 && faint < 7)
        // What lies over it hides it.
        let cover = ShapeContent(form: .rectangle, box: PixelSize(width: 320, height: 180), fill: .color(grey(200)))
        #expect(
            try measured(
                segment([layer(.text(words(color: white))), layer(.shape(cover))], background: .color(black)))[0].ratio
                ?? 9 < 1.05)
    }

    @Test func aHighlightedWordIsAPieceOfItsOwn() throws {
        var content = words("dark light", color: white)
        content.spans = [TextContent.Span(start: 5, end: 10, color: grey(20))]
        let text = try #require(try measured(segment([layer(.text(content))], background: .color(black))).first)
        #expect((text.ratio ?? 9) < 1.3 && text.x > 150)
    }

    @Test func fadesAndTransitionsAreNotJudged() throws {
        // Comes up in the last frames of a segment: in full view only after its end.
        let rising = Track([Keyframe(frame: 20, value: 0), Keyframe(frame: 40, value: 1)])
        var late = try measured(
            segment([layer(.text(words(color: white)), opacity: rising)], frames: 30, background: .color(black)))
        #expect(late[0].ratio == nil)
        late = try measured(
            segment([layer(.text(words(color: white)), opacity: rising)], frames: 60, background: .color(black)))
        #expect((late[0].ratio ?? 0) > 15 && late[0].frame >= 38)
        // Below another scene that is coming, and on one that is.
        var changing = segment([layer(.text(words(color: white)))], frames: 30, background: .color(black))
        changing.stacks.append(
            Stack(
                background: .color(white), layers: [layer(.text(words("Next", color: white)))],
                opacity: Track([Keyframe(frame: 9, value: 0), Keyframe(frame: 20, value: 1)])))
        let both = try measured(changing)
        #expect((both[0].ratio ?? 0) > 18 && both[0].frame <= 9 && (both[1].ratio ?? 9) < 1.1 && both[1].frame >= 20)
        // Never to be seen at all.
        #expect(try measured(segment([layer(.text(words(color: white)), opacity: Track(0))]))[0].ratio == nil)
    }

    @Test func theWorstOfTheIntervalCounts() throws {
        // White words while the picture behind them turns white.
        let rise = ramp(0, 1, frames: 90)
        let sheet = ShapeContent(form: .rectangle, box: PixelSize(width: 320, height: 180), fill: .color(white))
        let text = try measured(
            segment(
                [layer(.shape(sheet), opacity: rise), layer(.text(words(color: white)))], frames: 90,
                background: .color(black)))[0]
        #expect((text.ratio ?? 9) < 1.1 && text.frame == 89 && text.from == 0 && text.to == 90)
    }

    @Test func captionsAndHostileTexts() throws {
        var scene = segment([], frames: 2, background: .color(black))
        scene.overlays = [layer(.text(words("over all", color: white)))]
        #expect((try measured(scene)[0].ratio ?? 0) > 18)
        // Nothing to see, nothing to measure; too small; too large; far away; not a number.
        for content in [
            words("", color: white), words(" \n ", color: white), words("x", color: white, size: 0.2),
            words("x", color: white, size: 3000),
        ] {
            _ = try measured(segment([layer(.text(content))]))
        }
        for track in [Track(1e9), Track(-1e6), Track(.nan)] {
            #expect(try measured(segment([layer(.text(words(color: white)), x: track)]))[0].ratio == nil)
        }
        _ = try measured(segment([layer(.text(words(color: white)), scale: Track(.infinity), opacity: Track(.nan))]))
        _ = try measured(segment([layer(.text(words(color: white)), scale: Track(1e5), rotation: Track(33))]))
    }
}
