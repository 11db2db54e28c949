// Texts as they are laid out and drawn: lines, places, colours, direction, fonts that are there and that are not.
import Composition
import Diagnostics
import Digests
import Media
import Render
import Testing

struct TextTests {
    private func measure(_ text: TextContent, fonts: [Digest: String] = [:]) throws -> TextMeasure {
        try sources(fonts: fonts).measure(text)
    }

    @Test func textIsNeverMarkup() throws {
        // As markup this would be an error, or a bold letter alone.
        let written = try measure(text("<b>&amp;")), letter = try measure(text("&"))
        #expect(written.width > letter.width * 4 && written.unknownGlyphs == 0)
    }

    @Test func longTextWraps() throws {
        let words = "several words that do not fit on one line"
        let free = try measure(text(words)), wrapped = try measure(text(words, wrap: 200))
        #expect(free.lines == 1 && wrapped.lines > 3)
        #expect(wrapped.width <= 202 && wrapped.height > free.height * 3)
        #expect(try measure(text("one\ntwo\r\nthree")).lines == 3)
        // A word wider than the line is broken rather than cut.
        #expect(try measure(text("Donaudampfschifffahrtsgesellschaft", wrap: 120)).width <= 122)
    }

    @Test func paddingAndLineHeightAreWhatTheySay() throws {
        var content = text("two\nlines", size: 50)
        content.lineHeight = 1.5
        let plain = try measure(content)
        #expect(abs(plain.height - 150) <= 2)
        content.paddingX = 30
        content.paddingY = 10
        let padded = try measure(content)
        #expect(abs(padded.width - plain.width - 60) <= 2 && abs(padded.height - plain.height - 20) <= 2)
        content.letterSpacing = 10
        #expect(try measure(content).width > padded.width + 30)
    }

    @Test func everyScriptIsLaidOut() throws {
        for string in [
            "العربية ثم English ثم עברית", "日本語テキスト", "हिन्दी", "👩‍👩‍👧‍👦 😀 🇺🇸", "e\u{301}\u{323}\u{200D}",
            "\u{202E}override\u{202C}", "\u{0}\u{1}\u{7F}", "", " ", "\n\n",
        ] {
            let measure = try measure(text(string))
            #expect(measure.width >= 0 && measure.height > 0, "\(string)")
            _ = try lone(.text(text(string)))
        }
        // Right to left: the first letter stands at the right end.
        let frame = try lone(.text(TextContent(text: "אני.", families: ["sans-serif"], size: 60, color: white)))
        #expect(frame.centroid(above: 30) != nil)
    }

    @Test func missingGlyphsAreCounted() throws {
        #expect(try measure(text("plain")).unknownGlyphs == 0)
        // A private use character that no font of the test machine draws.
        #expect(try measure(text("\u{10FFFD}")).unknownGlyphs == 1)
    }

    @Test func fontsThatWereUsedAreNamed() throws {
        let plain = try measure(text("Latin"))
        #expect(plain.fontFiles.count == 1 && plain.fontFiles[0].hasPrefix("/"))
        let renderer = try SegmentRenderer(
            segment([layer(.text(text("Latin"))), layer(.text(text("עברית")))]), sources: sources())
        #expect(renderer.fontsUsed.isEmpty)
        _ = try renderer.frame(0)
        #expect(!renderer.fontsUsed.isEmpty && renderer.fontsUsed == renderer.fontsUsed.sorted())
    }

    @Test func theProjectsOwnFontComesFirst() throws {
        // Any font of the machine, as if it were the project's.
        let file = try measure(text("x", families: ["monospace"])).fontFiles[0]
        var content = text("x", families: ["DejaVu Sans Mono", "Liberation Mono", "sans-serif"])
        let fonts = [Digest.of("font"): file, .of("text"): "/etc/hostname"]
        content.fontFiles = [.of("font")]
        #expect(try measure(content, fonts: fonts).fontFiles == [file])
        content.fontFiles = [.of("text")]
        #expect { try measure(content, fonts: fonts) } throws: { ($0 as? Diagnostic)?.id == "bad-font" }
    }

    @Test func spansColourAndBackBytesOfTheText() throws {
        let red = Color(red: 255, green: 0, blue: 0)
        let plain = try lone(.text(text("aXb", size: 90))),
            coloured = try lone(.text(text("aXb", size: 90, spans: [TextContent.Span(start: 1, end: 2, color: red)])))
        func reddish(_ frame: I420Frame) -> [Int] {
            (0..<frame.chromaWidth * frame.chromaHeight).filter { frame.v[$0] > 180 }.map { $0 % frame.chromaWidth }
        }
        #expect(reddish(plain).isEmpty)
        let columns = reddish(coloured)
        #expect(!columns.isEmpty && columns.allSatisfy { $0 > 55 && $0 < 105 }, "only the middle letter")
        let boxed = try lone(
            .text(text("aXb", size: 90, spans: [TextContent.Span(start: 1, end: 2, color: nil, background: red)])))
        #expect(reddish(boxed).count > columns.count)
        // Spans that lie outside the text or split a character do no harm.
        for (start, end) in [(-5, 2), (2, 900), (3, 1), (Int.min, Int.max)] {
            _ = try lone(
                .text(
                    text(
                        "é😀b",
                        spans: [TextContent.Span(start: start, end: end, color: red, background: red, weight: 900)])))
        }
        _ = try lone(.text(text("é😀b", spans: [TextContent.Span(start: 1, end: 4, color: red, background: red)])))
    }

    @Test func boxShadowAndOutlineAreDrawn() throws {
        let bare = try lone(.text(text("ink", size: 60)))
        var boxed = text("ink", size: 60, background: .color(Color(red: 255, green: 255, blue: 0)), padding: 20)
        #expect(try lone(.text(boxed)).pixels(above: 150) > bare.pixels(above: 150) * 3)
        boxed.background = nil
        boxed.shadow = TextContent.Shadow(
            color: Color(red: 255, green: 255, blue: 255), offsetX: 0, offsetY: 30, blur: 8)
        #expect(try lone(.text(boxed)).pixels(above: 60) > bare.pixels(above: 60) * 3 / 2)
        boxed.shadow = nil
        boxed.outline = white
        boxed.outlineWidth = 5
        #expect(try lone(.text(boxed)).pixels(above: 150) > bare.pixels(above: 150) * 3 / 2)
    }

    @Test func textStandsWhereItIsPut() throws {
        // Centred: the box's middle lies on the position, so light is spread evenly around it.
        let place = try #require(try lone(.text(text("HOH", size: 80))).centroid(above: 20))
        #expect(abs(place.x - 159.5) < 1 && abs(place.y - 90) < 8)
    }
}
