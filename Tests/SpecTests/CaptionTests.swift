// Caption files as players read them, and what becomes of cues that cannot be shown as they are written.
import Composition
import Diagnostics
import Spec
import TestSupport
import Testing

/// What becomes of a caption file in a video of ten seconds, at 30 frames a second.
struct Captioned {
    var cues: [Cue] = []
    var layers: [Layer] = []
    /// "line id", errors and warnings.
    var errors: [String] = []
    var warnings: [String] = []
    var texts: [String] { cues.map(\.text) }
    var frames: [[Int]] { cues.map { [$0.startFrame, $0.endFrame] } }

    init(_ bytes: [UInt8], _ options: String = "", props: String = "", length: String = "10s") {
        func told(_ all: [Diagnostic]) -> [String] { all.map { "\($0.place?.line ?? -1) \($0.id)" } }
        do throws(Diagnostics) {
            let spec = try ValidSpec.read(
                specText:
                    "version: 1\n\(props)\nscenes: [{ id: a, duration: \(length) }]\ncaptions: { from: "
                    + "assets/captions.vtt\(options.isEmpty ? "" : ", " + options) }",
                specName: "a.video.yaml")
            let draft = try Draft.all(of: spec, facts: sampleFacts(), format: "") { _ in bytes }[0]
            cues = draft.video.captions.map(\.cue)
            layers = draft.video.captions.compactMap(\.layers.first)
            warnings = told(draft.warnings)
        } catch { errors = told(error.all.filter { $0.severity == .error }) }
    }

    init(_ text: String, _ options: String = "", props: String = "", length: String = "10s") {
        self.init(Array(text.utf8), options, props: props, length: length)
    }
}

struct CaptionTests {
    // MARK: WebVTT

    @Test func onlyAnEmptyLineEndsACue() {
        let found = Captioned("WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n \nhello<00:00:01.300><c> there</c>\n")
        #expect(found.texts == ["hello there"] && found.warnings == [])
        // As YouTube writes speech that it recognised: each line rolls up, and stands alone for 10 ms.
        let rolling = Captioned(
            """
            WEBVTT
            Kind: captions
            Language: en

            00:00:00.000 --> 00:00:02.000 align:start position:0%
            \u{20}
            hello<00:00:00.300><c> there</c>

            00:00:02.000 --> 00:00:02.010 align:start position:0%
            hello there
            \u{20}

            00:00:02.010 --> 00:00:04.000 align:start position:0%
            hello there
            how<00:00:02.300><c> are</c><c> you</c>

            """)
        #expect(rolling.texts == ["hello there", "hello there\nhow are you"])
        #expect(rolling.warnings == ["5 caption-unfollowed", "5 caption-unfollowed", "9 caption-skipped"])
    }

    @Test func aBlockWithAnArrowInItsSecondLineIsACue() {
        for id in ["NOTE narrator speaks here", "STYLE first", "REGION 1", "STYLE", "12", "--", "any words"] {
            let found = Captioned("WEBVTT\n\n\(id)\n00:01.000 --> 00:02.000\nfirst\n\n00:03.000 --> 00:04.000\nsecond")
            #expect(found.texts == ["first", "second"] && found.warnings == [], "\(id)")
        }
        let noted = Captioned(
            "WEBVTT\n\nNOTE\ntwo lines\n00:01.000 --> 00:02.000\nfirst\n\nNOTE more\n\nlost\n\n00:03.000 --> "
                + "00:04.000\nsecond"
        )
        #expect(noted.texts == ["first", "second"] && noted.warnings == ["10 caption-left-out"])
    }

    @Test func aNumberWithoutAnEmptyLineAboveItIsText() {
        #expect(
            Captioned(
                "00:00:01,000 --> 00:00:02,000\nThe year was\n1984\n00:00:02,000 --> 00:00:03,000\nand it rained\n"
            ).texts == ["The year was\n1984", "and it rained"])
        #expect(
            Captioned("WEBVTT\n\n00:01.000 --> 00:02.000\nThe year was\n1984\n00:02.000 --> 00:03.000\nand it rained\n")
                .texts == ["The year was\n1984", "and it rained"])
        // It counts on from the one above: a number.
        #expect(
            Captioned("6\n00:00:01,000 --> 00:00:02,000\nSix\n7\n00:00:02,000 --> 00:00:03,000\nSeven\n").texts == [
                "Six", "Seven",
            ])
        let doubtful = Captioned("6\n00:00:01,000 --> 00:00:02,000\nIn\n1984\n00:00:02,000 --> 00:00:03,000\nSeven\n")
        #expect(doubtful.texts == ["In\n1984", "Seven"] && doubtful.warnings == ["4 caption-number"])
    }

    @Test func referencesTagsAndTheirTimes() {
        let found = Captioned(
            "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>R&amp;D &lt;3 &#233;&#xe9;&eacute; caf&eacute &hellip; "
                + "&unknown; AT&T<ruby>a<rt>b</rt></ruby> C:\\New</v>\n"
        )
        #expect(found.texts == ["R&D <3 ééé café … &unknown; AT&Tab C:\\New"] && found.warnings == [])
        let unknown = Captioned("WEBVTT\n\n00:01.000 --> 00:02.000\nPress <Enter> or 1 < 2\n")
        #expect(unknown.texts == ["Press  or 1 < 2"] && unknown.warnings == ["4 caption-left-out"])
    }

    @Test func whatIsNotReadIsToldAtItsLine() {
        let found = Captioned(
            "WEBVTT\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:a\n\n00:01.000 -> 00:02.000\narrow\n\n00:01.000 --> "
                + "soon\nlost\n\n00:03.000 --> 00:04.000 line:x vertical:rl\nkept\u{7}\n"
        )
        #expect(found.texts == ["kept"])
        #expect(
            found.warnings == [
                "3 caption-unfollowed", "6 caption-unfollowed", "9 caption-left-out", "12 caption-left-out",
                "15 caption-unfollowed", "15 caption-unfollowed", "16 caption-left-out",
            ])
        #expect(
            Captioned("WEBVTT\n\n00:01.000 --> soon\nlost\n\n00:03.000 --> 00:04.000\nkept", "on_invalid: error").errors
                == ["3 caption-syntax"])
        #expect(Captioned("WEBVTT\n\n00:01.000 --> soon\nlost").errors == ["0 caption-syntax"])
    }

    @Test func placesAreFollowed() {
        func row(_ text: String, _ options: String = "") -> [Double] {
            Captioned(text, options).layers.map { ($0.y.keyframes[0].value / 10.8).rounded() }
        }
        func vtt(_ settings: String) -> String { "WEBVTT\n\n00:01.000 --> 00:02.000 \(settings)\nx" }
        for (settings, percent) in [
            ("", 92.0), ("line:0", 8), ("line:-1", 92), ("line:10%", 10), ("line:90%", 92), ("line:50%,center", 50),
            ("line:2", 11),
        ] {
            #expect(row(vtt(settings)) == [percent], "\(settings)")
        }
        #expect(row(vtt("line:0"), "follow_places: false") == [92])
        for (tag, percent) in [("{\\an8}", 8.0), ("{\\an5}", 50), ("{\\an2}", 92), ("{\\a6}", 8), ("{\\i1}", 92)] {
            #expect(row("1\n00:00:01,000 --> 00:00:02,000\n\(tag)x") == [percent], "\(tag)")
        }
        #expect(Captioned("1\n00:00:01,000 --> 00:00:02,000\n{\\pos(3,4)}x").warnings == ["2 caption-unfollowed"])
    }

    // MARK: SubRip

    @Test func subRip() {
        let found = Captioned(
            "1\r\n00:00:01,000 --> 00:00:02,000 X1:1\r\n<font color=\"red\">Hello</font>\\Nthere,\\hyou\r\n\r\nafter "
                + "an empty line\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nPress <Enter> --> go & run\r\n"
        )
        #expect(
            found.texts == ["Hello\nthere,\u{A0}you\nafter an empty line", "Press <Enter> --> go & run"]
                && found.warnings == [])
        let loose = Captioned(
            "Made by hand\n\n1\n00:00:01,000 --> 00:00:02,000\none\n\n2\n00:00:03,000 -> 00:00:04,000\ntwo\n")
        #expect(loose.texts == ["one"] && loose.warnings == ["1 caption-left-out", "8 caption-left-out"])
    }

    @Test func otherFormatsAreNamed() {
        for text in [
            "<?xml version=\"1.0\"?>\n<tt/>", "Scenarist_SCC V1.0\n", "[Script Info]\n", "{1}{20}x", "<SAMI>",
            "[00:12.00]la", "0:00:01.000,0:00:02.000\nx",
        ] {
            #expect(Captioned(text).errors == ["0 caption-syntax"], "\(text)")
        }
    }

    // MARK: Encodings

    @Test func encodings() {
        let srt = "1\r\n00:00:01,000 --> 00:00:02,000\r\nÅngström ≈ 😀\r\n"
        func utf16(_ text: String, isLittle: Bool) -> [UInt8] {
            text.utf16.flatMap { isLittle ? [UInt8($0 & 0xFF), UInt8($0 >> 8)] : [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        }
        #expect(Captioned([0xFF, 0xFE] + utf16(srt, isLittle: true)).texts == ["Ångström ≈ 😀"])
        #expect(Captioned([0xFE, 0xFF] + utf16(srt, isLittle: false)).texts == ["Ångström ≈ 😀"])
        #expect(Captioned([0xEF, 0xBB, 0xBF] + Array(srt.utf8)).texts == ["Ångström ≈ 😀"])
        #expect(Captioned(utf16(srt, isLittle: true), "encoding: utf-16le").texts == ["Ångström ≈ 😀"])
        #expect(Captioned(utf16(srt, isLittle: true)).errors == ["0 caption-encoding"])
        let head = Array("1\n00:00:01,000 --> 00:00:02,000\n".utf8)
        #expect(Captioned(head + [0x63, 0x61, 0x66, 0xE9, 0x20, 0x93, 0x78, 0x94]).errors == ["3 caption-encoding"])
        for (encoding, bytes, text) in [
            ("windows-1252", [0x63, 0x61, 0x66, 0xE9, 0x20, 0x93, 0x78, 0x94] as [UInt8], "café “x”"),
            ("iso-8859-1", [0xE9], "é"),
            ("windows-1251", [0xCF, 0xF0, 0xE8], "При"), ("koi8-r", [0xF0, 0xD2, 0xC9], "При"),
            ("iso-8859-9", [0xFD, 0xDE], "ıŞ"),
            ("windows-1250", [0xB9, 0xE6], "ąć"), ("windows-1253", [0xC1, 0xE1], "Αα"), ("iso-8859-15", [0xA4], "€"),
        ] {
            #expect(Captioned(head + bytes, "encoding: \(encoding)").texts == [text], "\(encoding)")
        }
        #expect(Captioned(head + [0x81], "encoding: windows-1252").errors == ["3 caption-encoding"])
        #expect(Captioned(head + [0x41], "encoding: utf-7").errors == ["4 bad-choice"])
    }

    // MARK: Cues that cannot be shown as they are written

    @Test func emptyAndTinyCues() {
        let empty =
            "1\n00:00:01,000 --> 00:00:02,000\nLyric one\n\n2\n00:00:02,000 --> 00:00:03,000\n\n\n3\n00:00:03,000 "
            + "--> 00:00:04,000\nLyric two\n\n4\n00:00:00,000 --> 00:00:00,000\n\n5\n00:00:05,000 --> "
            + "00:00:06,000\nLyric three\n"
        #expect(Captioned(empty).texts == ["Lyric one", "Lyric two", "Lyric three"])
        #expect(Captioned(empty).warnings == ["6 caption-skipped", "14 caption-skipped"])
        #expect(Captioned(empty, "on_empty: error").errors == ["6 caption-empty", "14 caption-empty"])
        for (times, id) in [
            ("00:01.000 --> 00:01.010", "tiny"), ("00:01.000 --> 00:01.000", "tiny"),
            ("00:01.000 --> 00:00.500", "backwards"),
        ] {
            let file = "WEBVTT\n\n\(times)\nhello\n\n00:02.000 --> 00:03.000\nworld"
            #expect(Captioned(file).texts == ["world"] && Captioned(file).warnings == ["3 caption-skipped"])
            #expect(Captioned(file, "on_empty: error").errors == ["3 caption-\(id)"])
        }
    }

    @Test func overlapsAndOrder() {
        let overlap =
            "1\n00:00:00,000 --> 00:00:03,000\na\n\n2\n00:00:02,000 --> 00:00:05,000\nb\n\n3\n00:00:03,000 --> "
            + "00:00:07,000\nc\n"
        #expect(
            Captioned(overlap).frames == [[0, 60], [60, 90], [90, 210]]
                && Captioned(overlap).warnings == ["2 caption-cut", "6 caption-cut"])
        let stacked = Captioned(overlap, "on_overlap: stack")
        #expect(
            stacked.texts == ["a", "a\nb", "b\nc", "c"]
                && stacked.frames == [[0, 60], [60, 90], [90, 150], [150, 210]] && stacked.warnings == [])
        #expect(Captioned(overlap, "on_overlap: error").errors == ["6 captions-overlap", "10 captions-overlap"])
        // Out of order and apart: shown at their times, and that is what is said.
        let order = Captioned("1\n00:00:04,000 --> 00:00:05,000\nlater\n\n2\n00:00:01,000 --> 00:00:02,000\nearlier\n")
        #expect(order.texts == ["earlier", "later"] && order.warnings == ["6 caption-order"])
        let together = Captioned("1\n00:00:01,000 --> 00:00:02,000\na\n\n2\n00:00:01,000 --> 00:00:03,000\nb\n")
        #expect(
            together.texts == ["a\nb"] && together.frames == [[30, 90]] && together.warnings == ["6 caption-joined"])
    }

    @Test func outsideTheVideo() {
        let file = "1\n00:00:08,000 --> 00:00:11,000\na\n\n2\n00:00:12,000 --> 00:00:13,000\nb\n"
        #expect(Captioned(file).errors == ["2 caption-outside", "6 caption-outside"])
        let cut = Captioned(file, "on_outside: cut")
        #expect(cut.frames == [[240, 300]] && cut.warnings == ["2 caption-clipped", "6 caption-skipped"])
        #expect(Captioned(file, "on_outside: cut, offset: -9s").frames == [[0, 60], [90, 120]])
    }

    /// Random cues, whatever their order and their length: in order, apart, within the video, and nothing lost in
    /// silence.
    @Test(arguments: 0..<40) func cuesAreAlwaysApart(seed: Int) {
        var dice = Seeded(seed: UInt64(seed) &+ 5)
        func time(_ tenths: Int) -> String { "00:0\(tenths / 10).\(tenths % 10)00" }
        let cues = (0..<12).map { _ in (Int.random(in: 0...90, using: &dice), Int.random(in: 0...99, using: &dice)) }
        let file = "WEBVTT\n" + cues.enumerated().map { "\n\(time($1.0)) --> \(time($1.1))\ncue\($0)\n" }.joined()
        for option in ["", "on_overlap: stack"] {
            let found = Captioned(file, option)
            #expect(found.errors == [] || cues.allSatisfy { $0.0 >= $0.1 })
            for (a, b) in zip(found.cues, found.cues.dropFirst()) { #expect(a.endFrame <= b.startFrame) }
            let shown = Set(found.texts.flatMap { $0.split(separator: "\n").map(String.init) })
            #expect(shown.count + found.warnings.count { $0.hasSuffix("caption-skipped") } == cues.count)
            // Stacked, each is on screen for exactly its own time.
            if option != "" {
                for (index, cue) in cues.enumerated() where cue.1 > cue.0 {
                    let frames = found.cues.filter { $0.text.split(separator: "\n").contains("cue\(index)") }.reduce(0)
                    { $0 + $1.endFrame - $1.startFrame }
                    #expect(frames == (cue.1 - cue.0) * 3)
                }
            }
        }
    }
}
