// What other projects' caption files ask of a reader: web-platform-tests (webvtt/parsing), vtt.js, webvtt-py,
// captioning, ttconv. Names are theirs; the files are written anew here, with the same question in them, and nothing is
// fetched. `reads`: nothing is said against it; `told`: what is not shown, or shown otherwise, is a warning; `refused`:
// an error.
import Testing

struct CaptionSuiteTests {
    enum Verdict { case reads, told, refused }

    struct Sample: CustomTestStringConvertible, Sendable {
        var suite: String
        var name: String
        var text: String
        var cues: [String]
        var verdict: Verdict
        init(_ suite: String, _ name: String, _ text: String, _ cues: [String], _ verdict: Verdict = .reads) {
            (self.suite, self.name, self.text, self.cues, self.verdict) = (suite, name, text, cues, verdict)
        }
        var testDescription: String { suite + "/" + name }
    }

    private static let a = "00:00.000 --> 00:01.000", b = "00:02.000 --> 00:03.000", c = "00:04.000 --> 00:05.000"
    private static func vtt(_ body: String) -> String { "WEBVTT\n\n" + body }
    private static func timed(_ line: String) -> String { vtt("\(line)\nx\n\n\(b)\nkept") }

    static let webPlatformTests: [Sample] = [
        Sample("wpt", "bom.vtt", "\u{FEFF}WEBVTT\n\n\(a)\nx", ["x"]),
        Sample("wpt", "header-space.vtt", "WEBVTT \n\n\(a)\nx", ["x"]),
        Sample("wpt", "header-tab.vtt", "WEBVTT\t\n\n\(a)\nx", ["x"]),
        Sample("wpt", "header-garbage.vtt", "WEBVTT FILE\nany: thing\nelse\n\n\(a)\nx", ["x"]),
        Sample("wpt", "header-timings.vtt", "WEBVTT\n\(a)\nx", ["x"]),
        Sample("wpt", "header-regions.vtt", "WEBVTT\n\nREGION\nid:one width:30%\n\n\(a) region:one\nx", ["x"], .told),
        Sample("wpt", "no-signature.vtt", "\(a)\nx", ["x"]),
        Sample("wpt", "signature-invalid.vtt", "WEBVTTfoo\n\n\(a)\nx", ["x"], .told),
        Sample("wpt", "signature-no-newline.vtt", "WEBVTT", [], .refused),
        Sample("wpt", "newlines.vtt", "WEBVTT\r\n\r\(a)\rone\rtwo\r\n\r\n\(b)\nthree", ["one\ntwo", "three"]),
        Sample("wpt", "nulls.vtt", vtt("\(a)\na\u{0}b"), ["ab"], .told),
        Sample("wpt", "ids.vtt", vtt("one\n\(a)\nx\n\n-\n\(b)\ny\n\n\u{20}\n\(c)\nz"), ["x", "y", "z"]),
        Sample(
            "wpt", "arrows.vtt", vtt("-->\n\(a)\nx\nfoo-->\n\(b)\ny\n-->foo\n\(c)\nz\n\n00:00:00.000 - -->\n"),
            ["x", "y", "z"], .told),
        Sample("wpt", "comment-in-cue-text.vtt", vtt("\(a)\nNOTE x\nline\n\n\(b)\ny"), ["NOTE x\nline", "y"]),
        Sample("wpt", "comments", vtt("NOTE\nfirst\nsecond\n\nNOTE third\n\n\(a)\nx"), ["x"]),
        Sample("wpt", "stylesheets.vtt", vtt("STYLE\n::cue { color: lime }\n\n\(a)\nx"), ["x"], .told),
        Sample("wpt", "rendering/snap-to-line.vtt", vtt("NOTE this is the id\n\(a) line:0\nx"), ["x"]),
        Sample("wpt", "whitespace-chars.vtt", vtt("\(a)\n \u{20}\n\n\(b)\n\u{A0}x\u{A0}\n"), ["x"], .told),
        Sample("wpt", "settings-align.vtt", vtt("\(a) align:start\nx\n\n\(b) align:nonsense\ny"), ["x", "y"], .told),
        Sample(
            "wpt", "settings-line.vtt", vtt("\(a) line:0\nx\n\n\(b) line:-1\ny\n\n\(c) line:50%\nz"), ["x", "y", "z"]),
        Sample("wpt", "settings-multiple.vtt", vtt("\(a) line:0 line:1\nx"), ["x"]),
        Sample("wpt", "settings-position.vtt", vtt("\(a) position:10%\nx"), ["x"], .told),
        Sample("wpt", "settings-size.vtt", vtt("\(a) size:10%\nx"), ["x"], .told),
        Sample("wpt", "settings-vertical.vtt", vtt("\(a) vertical:lr\nx"), ["x"], .told),
        Sample("wpt", "timings-60.vtt", timed("00:60.000 --> 00:61.000"), ["kept"], .told),
        Sample("wpt", "timings-negative.vtt", timed("-00:00.000 --> 00:01.000"), ["kept"], .told),
        Sample(
            "wpt", "timings-omitted-hours.vtt", vtt("00:00.000 --> 00:01.000\nx\n\n00:00:02.000 --> 00:03.000\ny"),
            ["x", "y"]),
        Sample("wpt", "timings-too-long.vtt", timed("00:00:00:00.000 --> 00:00:00:01.000"), ["kept"], .told),
        Sample("wpt", "timings-too-short.vtt", timed("00.000 --> 01.000"), ["kept"], .told),
        Sample("wpt", "timings-garbage.vtt", timed("x00:00.000 --> 00:01.000"), ["kept"], .told),
        Sample("wpt", "timings-eof.vtt", vtt("\(b)\ny\n\n\(a)"), ["y"], .told),
        Sample(
            "wpt", "timings-whitespace.vtt", vtt("00:00.000-->00:01.000\nx\n\n\t00:02.000 \t--> \t00:03.000\ty\nz"),
            ["x", "z"]),
        Sample(
            "wpt", "cue-text-parsing/entities", vtt("\(a)\n&amp;&lt;&gt;&lrm;&rlm;&nbsp;&copy;&#x41;&#66;"),
            ["&<>\u{200E}\u{200F}\u{A0}©AB"]),
        Sample(
            "wpt", "cue-text-parsing/tags",
            vtt("\(a)\n<c.x>a</c><i.y>b</i><b>c</b><u>d</u><v Bob>e</v><lang en>f</lang><ruby>g<rt>h</rt></ruby>"),
            ["abcdefgh"]),
        Sample("wpt", "cue-text-parsing/timestamps", vtt("\(a)\na <00:00.500>b"), ["a b"]),
    ]

    static let others: [Sample] = [
        Sample("vtt.js", "cue-times/fraction-digits.vtt", timed("00:00.x --> 00:01.000"), ["kept"], .told),
        Sample("vtt.js", "cue-times/incorrect-delimiter.vtt", timed("00;00.000 --> 00;01.000"), ["kept"], .told),
        Sample("vtt.js", "cue-times/max-spots-over-sixty.vtt", timed("00:00:61.000 --> 00:00:62.000"), ["kept"], .told),
        Sample("vtt.js", "cue-times/missing-separator.vtt", timed("00:00.000 00:01.000"), ["kept"], .told),
        Sample("vtt.js", "cue-times/missing-spaces-between-separator.vtt", vtt("00:00.000-->00:01.000\nx"), ["x"]),
        Sample("vtt.js", "cue-times/separator-tab.vtt", vtt("00:00.000\t-->\t00:01.000\nx"), ["x"]),
        Sample("vtt.js", "cue-settings/line/bad-line.vtt", vtt("\(a) line:nine\nx"), ["x"], .told),
        Sample("vtt.js", "cue-settings/line/percent-over.vtt", vtt("\(a) line:101%\nx"), ["x"], .told),
        Sample("vtt.js", "cue-settings/line/line-end-align.vtt", vtt("\(a) line:50%,end\nx"), ["x"]),
        Sample("vtt.js", "cue-settings/line/space-before-delimiter.vtt", vtt("\(a) line :1\nx"), ["x"]),
        Sample("vtt.js", "integration/id.vtt", vtt("ID1\n\(a)\nx\n\nID 2\n\(b)\ny"), ["x", "y"]),
        Sample("vtt.js", "integration/one-line-comment.vtt", vtt("NOTE x\n\n\(a)\nx"), ["x"]),
        Sample(
            "vtt.js", "integration/only-nested-cues.vtt", vtt("00:00.000 --> 00:09.000\nall\n\n\(b)\nin it"),
            ["all", "in it"], .told),
        Sample("vtt.js", "bad-tag-spans.vtt", vtt("\(a)\n<lock>x</lock>"), ["x"], .told),
        Sample("vtt.js", "class-spans.vtt", vtt("\(a)\n<c.a.b>x</c> <c>y</c>"), ["x y"]),
        Sample("vtt.js", "escape-characters", vtt("\(a)\n&amp; &bogus; &lt;c&gt;"), ["& &bogus; <c>"]),
        Sample("vtt.js", "no-newline-at-eof", vtt("\(a)\nx"), ["x"]),

        Sample("webvtt-py", "invalid.vtt", "This is no captions file\n", [], .refused),
        Sample("webvtt-py", "invalid_timeframe.vtt", timed("00:00:00. --> 00:0z:01.000"), ["kept"], .told),
        Sample("webvtt-py", "missing_timeframe.vtt", vtt("text alone\n\n\(b)\ny"), ["y"], .told),
        Sample("webvtt-py", "missing_caption_text.vtt", vtt("\(a)\n\n\(b)\ny"), ["y"], .told),
        Sample("webvtt-py", "metadata_headers_multiline.vtt", "WEBVTT\nKind: captions\nLanguage: en\n\n\(a)\nx", ["x"]),
        Sample(
            "webvtt-py", "using_identifiers.vtt", vtt("first caption\n\(a)\nx\n\n\(b)\ny\n\n4\n\(c)\nz"),
            ["x", "y", "z"]),
        Sample(
            "webvtt-py", "comments.vtt", vtt("NOTE one\n\n\(a)\n- x\n- y\n\nNOTE\nmore\n\n\(b)\nz"), ["- x\n- y", "z"]),
        Sample("webvtt-py", "cue_tags.vtt", vtt("\(a)\nLike <00:00.100>a <c.big>big</c>-a pie"), ["Like a big-a pie"]),
        Sample("webvtt-py", "captions_with_bom.vtt", "\u{FEFF}WEBVTT\n\n\(a)\nx", ["x"]),
        Sample(
            "webvtt-py", "youtube_dl.vtt",
            vtt(
                "\(a) align:start position:0%\n \nwhat<00:00.200><c> is</c>\n\n\(b) align:start position:0%\nwhat is\n "
            ), ["what is", "what is"], .told),
        Sample("webvtt-py", "teams_timeframe.vtt", vtt("0:0:0.0 --> 0:0:1.500\n<v Ann>x</v>"), ["x"]),
        Sample(
            "webvtt-py", "sample_hls.vtt", "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n\n\(a)\nx", ["x"]),
        Sample("webvtt-py", "one_caption.srt", "1\n00:00:00,500 --> 00:00:07,000\nCaption\n", ["Caption"]),
        Sample(
            "webvtt-py", "missing_timeframe.srt", "1\n00:00:00,500 --> 00:00:01,000\nx\n\n2\nno times\n",
            ["x\n2\nno times"], .told),
        Sample(
            "webvtt-py", "invalid_timeframe.srt",
            "1\n00:00:0a,500 --> 00:00:01,000\nx\n\n2\n00:00:02,000 --> 00:00:03,000\ny\n", ["y"], .told),
        Sample(
            "webvtt-py", "missing_caption_text.srt",
            "1\n00:00:00,500 --> 00:00:01,000\n\n2\n00:00:02,000 --> 00:00:03,000\ny\n", ["y"], .told),
        Sample("webvtt-py", "sample.sbv", "0:00:00.378,0:00:01.378\nx\n", [], .refused),

        Sample("captioning", "long-hours.vtt", vtt("000:00:00.000 --> 000:00:01.000\nx"), ["x"]),
        Sample("captioning", "1.2-non-normative_comments_2.vtt", vtt("NOTE a\nb\n\n1\n\(a)\nx"), ["x"]),
        Sample("captioning", "more_line_terminators.vtt", "WEBVTT\n\n\n\n\(a)\nx\n\n\n\n\(b)\ny\n\n\n", ["x", "y"]),
        Sample(
            "captioning", "example-empty-lines-after-time.srt",
            "1\n00:00:00,000 --> 00:00:01,000\n\nx\n\n2\n00:00:02,000 --> 00:00:03,000\ny\n", ["x", "y"]),
        Sample(
            "captioning", "example-new-lines.srt",
            "\n\n1\n00:00:00,000 --> 00:00:01,000\nx\n\n\n\n2\n00:00:02,000 --> 00:00:03,000\ny\n\n\n", ["x", "y"]),
        Sample(
            "captioning", "failed-equal-subtitle-order-number.srt",
            "1\n00:00:00,000 --> 00:00:01,000\nx\n\n1\n00:00:02,000 --> 00:00:03,000\ny\n", ["x", "y"]),
        Sample(
            "captioning", "failed-equal-start-and-end-time-in-last-queue.srt",
            "1\n00:00:00,000 --> 00:00:01,000\nx\n\n2\n00:00:02,000 --> 00:00:02,000\ny\n", ["x"], .told),
        Sample("captioning", "ass_v4plus_valid.ass", "[Script Info]\nTitle: x\n", [], .refused),

        Sample(
            "ttconv", "test_srt_reader/test_blank_lines",
            "\n\n1\n00:00:00,612 --> 00:00:01,376\nx\ny\n\n\n2\n00:00:02,482 --> 00:00:03,609\nz\n\n5\n00:00:04,476 "
                + "--> 00:00:05,671\nw\n\n\n\n",
            ["x\ny", "z", "w"]),
        Sample(
            "ttconv", "test_srt_reader/test_bold_alt2",
            "1\n00:00:00,612 --> 00:00:01,376\nHello <bold>my</bold> name\n", ["Hello <bold>my</bold> name"]),
        Sample(
            "ttconv", "test_srt_reader/test_blue",
            "1\n00:00:00,612 --> 00:00:01,376\nHello <font color='blue'>my</font> name\n", ["Hello my name"]),
        Sample(
            "ttconv", "test_srt_reader/test_multiline_tags",
            "1\n00:00:00,612 --> 00:00:01,376\nHello <b>my\n</b> name\n", ["Hello my\n name"]),
        Sample(
            "ttconv", "test_srt_reader/test_alignment_tag_stripped_from_text",
            "1\n00:00:00,000 --> 00:00:01,000\n{\\an7} Top\n", ["Top"]),
        Sample("ttconv", "test_vtt_reader/test_bold", vtt("\(a)\nHello <b>my</b> name"), ["Hello my name"]),
        Sample("ttconv", "test_vtt_reader/test_line_position", vtt("\(a) line:0%\nx"), ["x"]),
        Sample("ttconv", "scc", "Scenarist_SCC V1.0\n\n00:00:00:22 9425 9425\n", [], .refused),
    ]

    /// Branches of the standard's two algorithms (blocks and times; cue text) that no file of the suites above takes.
    static let branches: [Sample] = [
        Sample("standard", "header/arrow-in-second-line", "WEBVTT some text\n\(a)\nx\n\n\(b)\ny", ["x", "y"]),
        Sample("standard", "header/only-text-follows", "WEBVTT\nKind: captions\n\n\n\(a)\nx", ["x"]),
        Sample("standard", "header/tab-and-text", "WEBVTT\tby hand\n\n\(a)\nx", ["x"]),
        Sample(
            "standard", "header/bom-and-carriage-returns", "\u{FEFF}WEBVTT\r\r\(a)\rx\ry\r\r\(b)\rz", ["x\ny", "z"]),
        Sample("standard", "blocks/arrow-in-third-line-begins-a-block", vtt("one\ntwo\n\(a)\nx"), ["x"], .told),
        Sample("standard", "blocks/arrow-in-text-begins-a-block", vtt("\(a)\nx\n\(b)\ny"), ["x", "y"]),
        Sample(
            "standard", "blocks/arrow-in-text-that-is-no-time", vtt("\(a)\nx\nsee --> there\nlost\n\n\(b)\ny"),
            ["x", "y"], .told),
        Sample(
            "standard", "blocks/id-then-arrow-that-is-no-time", vtt("id\n--> 00:01.000\nlost\n\n\(b)\nkept"), ["kept"],
            .told),
        Sample("standard", "blocks/note-with-an-arrow", vtt("NOTE a --> b\nlost\n\n\(b)\nkept"), ["kept"], .told),
        Sample("standard", "blocks/note-that-is-not-one", vtt("NOTES\nof mine\n\n\(b)\nkept"), ["kept"], .told),
        Sample(
            "standard", "blocks/style-after-a-cue", vtt("\(a)\nx\n\nSTYLE\n::cue {}\n\n\(b)\ny"), ["x", "y"], .told),
        Sample("standard", "blocks/region-after-a-cue", vtt("\(a)\nx\n\nREGION\nid:a\n\n\(b)\ny"), ["x", "y"], .told),
        Sample("standard", "blocks/style-with-text-after-it-is-an-id", vtt("STYLE sheet\n\(a)\nx"), ["x"]),
        Sample("standard", "blocks/blank-lines-are-text", vtt("\(a)\nx\n \n\t\ny"), ["x\ny"]),
        Sample("standard", "blocks/last-line-without-an-end", vtt("\(a)\nx\n\nNOTE the end"), ["x"]),
        Sample("standard", "times/form-feeds", vtt("00:00.000\u{C}-->\u{C}00:01.000\nx"), ["x"]),
        Sample("standard", "times/settings-at-once", vtt("00:00.000 --> 00:01.000line:0\nx"), ["x"]),
        Sample("standard", "times/hours-of-three-digits", vtt("000:00:00.000 --> 000:00:01.000\nx"), ["x"]),
        Sample("standard", "times/end-before-start", timed("00:03.000 --> 00:01.000"), ["kept"], .told),
        Sample("standard", "times/end-at-start", timed("00:01.000 --> 00:01.000"), ["kept"], .told),
        Sample("standard", "times/no-start", timed("--> 00:01.000"), ["kept"], .told),
        Sample("standard", "times/no-end", timed("00:00.000 -->"), ["kept"], .told),
        Sample("standard", "times/short-arrow", timed("00:00.000 -> 00:01.000"), ["kept"], .told),
        Sample("standard", "times/comma", vtt("00:00,000 --> 00:01,000\nx"), ["x"]),
        Sample("standard", "settings/empty-value", vtt("\(a) line:\nx"), ["x"], .told),
        Sample("standard", "settings/no-name", vtt("\(a) :0\nx"), ["x"]),
        Sample("standard", "settings/no-colon", vtt("\(a) line\nx"), ["x"]),
        Sample("standard", "settings/unknown", vtt("\(a) colour:red\nx"), ["x"]),
        Sample("standard", "settings/line-with-alignment", vtt("\(a) line:80%,center\nx"), ["x"]),
        Sample("standard", "settings/line-with-a-sign-alone", vtt("\(a) line:-\nx"), ["x"], .told),
        Sample("standard", "text/end-tag-alone", vtt("\(a)\nx</b>"), ["x"]),
        Sample("standard", "text/tag-never-ended", vtt("\(a)\n<i>x\ny"), ["x\ny"]),
        Sample("standard", "text/tags-crossed", vtt("\(a)\n<b>x<i>y</b>z</i>"), ["xyz"]),
        Sample("standard", "text/annotation-over-two-lines", vtt("\(a)\n<v Mary\nAnn>x"), ["x"]),
        Sample("standard", "text/class-and-annotation", vtt("\(a)\n<v.loud.far Mary Ann>x</v>"), ["x"]),
        Sample("standard", "text/tag-with-a-tab", vtt("\(a)\n<lang\ten-GB>x</lang>"), ["x"]),
        Sample("standard", "text/time-with-hours", vtt("\(a)\nx <00:00:00.500>y"), ["x y"]),
        Sample("standard", "text/references-without-a-semicolon", vtt("\(a)\n&lt x &amp y"), ["< x & y"]),
        Sample("standard", "text/references-that-are-none", vtt("\(a)\nR&D & &; &#; &#x;"), ["R&D & &; &#; &#x;"]),
        Sample("standard", "text/references-by-number", vtt("\(a)\n&#8364;&#x20AC;&#X20ac;"), ["€€€"]),
        Sample("standard", "text/reference-is-not-a-tag", vtt("\(a)\n&lt;b>x&lt;/b>"), ["<b>x</b>"]),
        Sample("standard", "text/line-separator-is-no-line", vtt("\(a)\nx\u{2028}y"), ["x\u{2028}y"]),
        Sample("standard", "text/byte-order-mark-within", vtt("\(a)\nx\u{FEFF}y"), ["xy"], .told),
        Sample("standard", "text/right-to-left", vtt("\(a)\n&rlm;שלום&lrm; x"), ["\u{200F}שלום\u{200E} x"]),
        Sample("players", "srt/dot-in-times", "1\n00:00:00.000 --> 00:00:01.000\nx\n", ["x"]),
        Sample("players", "srt/times-without-blanks", "1\n00:00:00,000-->00:00:01,000\nx\n", ["x"]),
        Sample("players", "srt/one-digit", "1\n0:0:0,0 --> 0:0:1,0\nx\n", ["x"]),
        Sample("players", "srt/coordinates", "1\n00:00:00,000 --> 00:00:01,000 X1:10 X2:20 Y1:5 Y2:9\nx\n", ["x"]),
        Sample("players", "srt/arrow-in-text", "1\n00:00:00,000 --> 00:00:01,000\nx --> y\n", ["x --> y"]),
        Sample(
            "players", "srt/number-in-text",
            "1\n00:00:00,000 --> 00:00:01,000\n42\n\n2\n00:00:02,000 --> 00:00:03,000\ny\n", ["42", "y"]),
        Sample(
            "players", "srt/override-tags", "1\n00:00:00,000 --> 00:00:01,000\n{\\i1}x{\\i0}\\Ny\\hz\n", ["x\ny\u{A0}z"]
        ),
        Sample(
            "players", "srt/webvtt-tags-and-references", "1\n00:00:00,000 --> 00:00:01,000\n<i>x</i> &amp; <3\n",
            ["x & <3"]),
    ]

    @Test(arguments: webPlatformTests + others + branches) func agreesWithTheList(sample: Sample) {
        let found = Captioned(sample.text)
        #expect(found.texts == sample.cues, "\(found)")
        switch sample.verdict {
        case .reads: #expect(found.errors.isEmpty && found.warnings.isEmpty, "\(found.errors) \(found.warnings)")
        case .told: #expect(found.errors.isEmpty && !found.warnings.isEmpty, "\(found.errors)")
        case .refused: #expect(!found.errors.isEmpty)
        }
    }
}
