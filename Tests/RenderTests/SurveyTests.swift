// Text as it will be set: its lines, its ink on the frame over time, the characters that no font has.
import Composition
import Render
import Testing

struct SurveyTests {
    private func survey(_ content: TextContent, _ change: (inout Layer) -> Void = { _ in }) throws -> MeasuredText {
        var placed = layer(.text(content), frames: 60)
        change(&placed)
        return try sources().survey(placed, content)
    }

    @Test func linesAsTheyAreBroken() throws {
        let measure = try survey(text("one two three four five", size: 40, wrap: 220)).measure
        #expect(measure.lines == measure.lineCharacters.count && measure.lines > 1 && measure.brokenWords == 0)
        // Spaces at the ends of lines are not seen.
        #expect(measure.lineCharacters.reduce(0, +) == "one two three four five".count - (measure.lines - 1))
        #expect(try survey(text("one\ntwo three\n\nfour")).measure.lineCharacters == [3, 9, 0, 4])
        // Characters as people count them.
        #expect(try survey(text("e\u{301}a👩‍👩‍👧")).measure.lineCharacters == [3])
    }

    @Test func brokenWords() throws {
        #expect(try survey(text("Donaudampfschifffahrt", size: 40, wrap: 120)).measure.brokenWords >= 2)
        #expect(try survey(text("well-known and/or so", size: 40, wrap: 160)).measure.brokenWords == 0)
        // Scripts that are broken anywhere.
        #expect(try survey(text("日本語テキストはどこでも改行できます", size: 40, wrap: 120)).measure.brokenWords == 0)
    }

    @Test func textThatFitsItsBox() throws {
        func fitted(_ words: String, width: Double?, height: Double? = nil, lines: Int? = nil, least: Double = 10)
            throws
            -> TextMeasure
        {
            var content = text(words, size: 80, wrap: width)
            content.fit = TextContent.Fit(width: width, height: height, lines: lines, least: least)
            return try survey(content).measure
        }
        // Large enough a box changes nothing.
        #expect(try fitted("one two", width: 2000).size == 80 && survey(text("one two", size: 80)).measure.size == nil)
        let narrow = try fitted("Donaudampfschifffahrt", width: 400)
        #expect(narrow.brokenWords == 0 && narrow.width <= 402 && narrow.size ?? 80 < 60)
        let line = try fitted("one two three four", width: 300, lines: 1)
        #expect(line.lines == 1 && line.width <= 302)
        let low = try fitted("one two three four five six", width: 300, height: 120)
        #expect(low.height <= 122 && low.lines > 1)
        // What does not fit has the least size, and says so by what it measures.
        let least = try fitted("Donaudampfschifffahrt", width: 100, least: 40)
        #expect(least.size == 40 && least.brokenWords > 0)
        // As large as possible: one step more is too wide.
        #expect(line.width > 280)
    }

    @Test func charactersThatNoFontHas() throws {
        #expect(try survey(text("plain é ñ ß")).measure.missing == [])
        let measure = try survey(text("a\u{10FFFD}b\u{10FFFC}c\u{10FFFD}")).measure
        #expect(measure.missing == ["\u{10FFFD}", "\u{10FFFC}"] && measure.unknownGlyphs == 3)
        #expect(try survey(text("😀")).measure.missing == [])
        // Right to left: offsets of glyphs descend.
        #expect(try survey(text("א\u{10FFFD}ב")).measure.missing == ["\u{10FFFD}"])
        #expect(try survey(text("x\n\u{10FFFD}", wrap: 100)).measure.missing == ["\u{10FFFD}"])
    }

    @Test func inkOnTheFrame() throws {
        // A full block is as wide as its advance, so its edges are known.
        let still = try survey(text("H", size: 100))
        let box = try #require(still.boxes.first)
        #expect(
            still.boxes.count == 9 && still.boxes.allSatisfy { $0.x0 == box.x0 && $0.y1 == box.y1 }
                && still.legible == 60)
        #expect(abs((box.x0 + box.x1) / 2 - 160) < 2)
        // Capitals of Inter are 0.727 em high.
        #expect(abs(box.y1 - box.y0 - 72.7) < 1.5)
        let twice = try #require(try survey(text("H", size: 100)) { $0.scale = Track(2) }.boxes.first)
        #expect(abs((twice.y1 - twice.y0) / (box.y1 - box.y0) - 2) < 0.02)
        let turned = try #require(try survey(text("H", size: 100)) { $0.rotation = Track(90) }.boxes.first)
        #expect(abs((turned.x1 - turned.x0) - (box.y1 - box.y0)) < 0.3)
    }

    @Test func onlyFullViewCounts() throws {
        // Slides in from the left while it fades in: in the end it stands in the middle.
        let moving = try survey(text("H")) {
            $0.x = ramp(-500, 160, frames: 30)
            $0.opacity = ramp(0, 1, frames: 30)
        }
        #expect(moving.boxes.allSatisfy { $0.frame >= 28 } && moving.legible == 45)
        #expect(try survey(text("H")) { $0.opacity = Track(0) }.boxes.isEmpty)
        #expect(try survey(text("H")) { ($0.from, $0.to) = (10, 10) }.legible == 0)
        #expect(try survey(text("H")) { $0.x = Track(.nan) }.boxes.isEmpty)
        #expect(try survey(text("")).boxes.isEmpty)
        // Hours cost no more than seconds.
        let long = try survey(text("H")) { $0.to = 2_000_000 }
        #expect(long.boxes.count == 9 && abs(long.legible - 2_000_000) < 2000)
    }
}
