// No placeholder survives: it is filled, or an error at its place. And texts as their language and YAML write them.
import Composition
import Diagnostics
import Spec
import Testing

struct PlaceholderTests {
    private func texts(_ spec: String, props: String? = nil, set: [String: String] = [:]) throws -> [String] {
        try resolved(spec, props: props, set: set).scenes.flatMap(\.layers).compactMap {
            if case .text(let content) = $0.content { content.text } else { nil }
        }
    }

    private func problems(_ spec: String, props: String? = nil, set: [String: String] = [:]) -> [String] {
        do { _ = try resolved(spec, props: props, set: set); return [] } catch {
            return (error as? Diagnostics)?.all.map {
                "\($0.place?.file ?? ""):\($0.place?.line ?? 0):\($0.place?.column ?? 0) \($0.id)"
            } ?? ["\(error)"]
        }
    }

    private let start = "version: 1\nscenes: [ { id: a, duration: 3s, layers: [ { text: \"{{greet}}\" } ] } ]\nprops:\n"

    @Test func inTheValuesOfProps() throws {
        let spec =
            start
            + "  name: { type: string, default: Aurora }\n  greet: { type: string, default: \"Hello {{name|upper}}\" "
            + "}\n"
        #expect(try texts(spec) == ["Hello AURORA"])
        #expect(try texts(spec, set: ["name": "Cirrus"]) == ["Hello CIRRUS"])
        #expect(try texts(spec, props: "greet: \"Dear {{name}}\"") == ["Dear Aurora"])
        #expect(try texts(spec, set: ["greet": "\\{{name}}"]) == ["{{name}}"])
        #expect(
            problems(start + "  greet: { type: string, default: \"Hello {{nam}}\" }\n") == [
                "a.video.yaml:4:42 unknown-prop"
            ])
        #expect(problems(spec, set: ["greet": "Hi {{nobody}}"]) == ["--set:1:10 unknown-prop"])
        #expect(
            problems(
                start
                    + "  name: { type: string, default: \"{{greet}}\" }\n  greet: { type: string, default: "
                    + "\"{{name}}\" }\n"
            ).contains("a.video.yaml:4:3 prop-cycle"))
        // A number stays one, in lists as well.
        let list =
            "version: 1\nprops:\n  n: { type: integer, default: 2 }\n  l: { type: list, fields: { t: { type: string "
            + "}, s: { type: number } }, default: [{ t: \"{{n}} of\", s: \"{{n}}\" }] }\n"
            + "scenes: [ { id: a, each: l, duration: \"{{item.s}}\", layers: [ { text: \"{{item.t}}\" } ] } ]"
        #expect(try texts(list) == ["2 of"])
        #expect(
            problems(start + "  greet: { type: enum, choices: [\"{{x}}\"], default: a }\n").contains(
                "a.video.yaml:4:33 template-here"))
    }

    @Test func inACaptionFile() {
        let props = "props: { name: { type: string, default: Aurora }, price: { type: number, default: 4.5 } }"
        let vtt = "WEBVTT\n\n00:00.200 --> 00:02.800\nThis is <b>{{name}}</b>, {{price|0.00}}, \\{{name}}.\n"
        #expect(Captioned(vtt, props: props).texts == ["This is Aurora, 4.50, {{name}}."])
        #expect(Captioned(vtt.replacing("{{name}}<", with: "{{nam}}<"), props: props).errors == ["4 unknown-prop"])
        #expect(Captioned(vtt.replacing("{{name}}<", with: "{{name}<"), props: props).errors.contains("4 unknown-prop"))
        #expect(Captioned("1\n00:00:01,000 --> 00:00:02,000\nopen {{name", props: props).errors == ["3 open-template"])
    }

    @Test func emptyProps() throws {
        let spec = start + "  greet: { type: string, default: \"\" }\n"
        #expect(problems(spec) == ["a.video.yaml:2:53 empty-prop"])
        #expect(try texts(spec, set: ["greet": "Hi"]) == ["Hi"])
        #expect(problems(spec, set: ["greet": "  "]) == ["a.video.yaml:2:53 empty-prop"])
        #expect(try texts(spec.replacing("default: \"\"", with: "default: \"\", allow_empty: true")) == [""])
        // Where it is used nowhere, it is nobody's loss.
        #expect(try texts(spec.replacing("{{greet}}", with: "x")) == ["x"])
        let list =
            "version: 1\nprops: { l: { type: list, fields: { t: { type: string, default: \"\" } }, default: [{}] } "
            + "}\nscenes: [ { id: a, each: l, duration: 1s, layers: [ { text: \"{{item.t}}\" } ] } ]"
        #expect(problems(list) == ["a.video.yaml:3:62 empty-prop"])
        #expect(try texts(list.replacing("default: \"\"", with: "default: \"\", allow_empty: true")) == [""])
        #expect(
            Captioned(
                "1\n00:00:01,000 --> 00:00:02,000\n{{greet}}",
                props: "props: { greet: { type: string, default: \"\" } }"
            ).errors == ["3 empty-prop"])
    }

    @Test func blocksHaveNoGhostLine() throws {
        for style in ["|", ">", "|+", ">-"] {
            let spec =
                "version: 1\nprops: { p: { type: string, default: x } }\nscenes:\n  - id: a\n    duration: 3s\n    "
                + "layers:\n      - text: \(style)\n          Hello\n\n      - text: \"{{p}}!\"\n"
            #expect(try texts(spec, props: "p: \(style)\n  World\n") == ["Hello", "World!"], "\(style)")
        }
        let video = try resolved(
            "version: 1\nscenes: [{ id: a, duration: 3s }]\ncaptions:\n  - start: 0s\n    end: 2s\n    text: |\n      "
                + "one\n      two\n"
        )
        #expect(video.captions.map(\.cue.text) == ["one\ntwo"])
    }

    @Test func capitalsFollowTheLanguage() throws {
        func upper(_ text: String, _ language: String) throws -> String {
            let spec =
                "version: 1\nvideo: { language: \"{{lang}}\" }\nprops: { lang: { type: string, default: \(language) "
                + "}, t: { type: string, default: \"\(text)\" } }\n"
            let all = try texts(
                spec
                    + "scenes: [ { id: a, duration: 3s, layers: [ { text: \"{{t|upper}}\" }, { text: \"\(text)\", "
                    + "style: { uppercase: true } } ] } ]"
            )
            #expect(all[0] == all[1])
            return all[0]
        }
        #expect(
            try upper("ırmak iş", "tr") == "IRMAK İŞ" && upper("ırmak iş", "en") == "IRMAK IŞ"
                && upper("işi", "az-Latn") == "İŞİ")
        #expect(try upper("Straße", "de") == "STRASSE" && upper("ijs", "nl") == "IJS" && upper("և", "hy") == "ԵՎ")
        #expect(try upper("Ώρα καλή, Μάιος, ή ΰ ᾳ", "el") == "ΩΡΑ ΚΑΛΗ, ΜΑΪΟΣ, Ή Ϋ ΑΙ" && upper("ώρα", "en") == "ΏΡΑ")
        func lower(_ text: String, _ language: String) throws -> String {
            try texts(
                "version: 1\nvideo: { language: \(language) }\nprops: { t: { type: string, default: \"\(text)\" } "
                    + "}\nscenes: [ { id: a, duration: 3s, layers: [ { text: \"{{t|lower}}\" } ] } ]"
            )[0]
        }
        #expect(
            try lower("IRMAK İŞ", "tr") == "ırmak iş" && lower("ΟΔΥΣΣΕΥΣ ΣΑΣ", "el") == "οδυσσευς σας"
                && lower("TITLE", "en") == "title")
    }

    /// Words light up at their times also where capitals have more bytes.
    @Test func capitalsMoveMarks() throws {
        let vtt = "WEBVTT\n\n00:00.000 --> 00:02.000\niki <00:01.000>iş"
        let video = try resolved(
            "version: 1\nvideo: { language: tr }\nscenes: [{ id: a, duration: 3s }]\ncaptions: { from: "
                + "assets/captions.vtt, mode: words, style: { uppercase: true } }",
            file: vtt)
        #expect(video.captions[0].layers.map(\.from) == [0, 30])
    }
}
