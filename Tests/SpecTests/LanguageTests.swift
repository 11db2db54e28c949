// Other languages of a film: keys of texts, files of texts, what is missing or made from an older source.
import Composition
import Diagnostics
import Digests
import Spec
import Testing

private let film = """
    version: 1
    video: { title: "{{product}}" }
    languages:
      default: en
      de: texts.de.yaml
      ar:
        texts: texts.ar.yaml
        captions: captions.ar.vtt
        files: { voice: assets/talk.mp4 }
        fonts: { body: [assets/Inter.ttf, sans-serif] }
    props:
      product: { type: string, default: Aurora }
      count: { type: integer, default: 5 }
    theme: { fonts: { body: sans-serif } }
    assets: { voice: assets/voice.wav, music: assets/bed.mp3 }
    scenes:
      - id: hook
        duration: 3s
        layers:
          - { text: "Meet {{product}}", key: headline }
          - { shape: rect, size: [10px, 10px] }
          - { text: "{{count, plural, one {# plant} other {# plants}}}" }
          - { text: "{{count}}." }
    captions: { from: assets/captions.vtt }
    audio: { tracks: [ { asset: voice, says: [ "It is {{product}}." ] }, { asset: music, loop: true, duck: { under: voice } } ] }
    cta: { text: Try it, url: "https://example.com" }
    """

private let german = """
    # for the translator
    video.title: "{{product}}"
    scene.hook.headline: { source: "Meet {{product}}", text: "Das ist {{product}}" }
    scene.hook.2: "{{count, plural, one {# Pflanze} other {# Pflanzen}}}"
    audio.voice.1: "Es ist {{product}}."
    cta.text: { source: "Try it now", text: Ausprobieren }
    cta.txt: Weg
    """

private let captions = "WEBVTT\n\n00:00.000 --> 00:02.000\nHello\n"

private let files = [
    "texts.de.yaml": german, "texts.ar.yaml": "cta.text: جرّبه\n", "assets/captions.vtt": captions,
    "captions.ar.vtt": captions.replacing("Hello", with: "مرحبا"),
]

private func facts() -> Facts {
    var facts = sampleFacts()
    let text = facts.assets["captions"]!
    for (name, path) in [
        ("texts.de.yaml", "texts.de.yaml"), ("texts.ar.yaml", "texts.ar.yaml"),
        ("ar: captions.ar.vtt", "captions.ar.vtt"), ("captions.ar.vtt", "captions.ar.vtt"),
    ] {
        var fact = text
        fact.path = path
        fact.digest = Digest.of(Array(path.utf8))
        facts.assets[name] = fact
    }
    facts.assets["ar: voice"] = facts.assets["assets/talk.mp4"]
    facts.assets["ar: assets/Inter.ttf"] = facts.assets["assets/Inter.ttf"]
    return facts
}

private func drafts(
    _ spec: String = film, files: [String: String] = files, facts: Facts = facts(), language: String? = nil
) throws -> [Draft] {
    let spec = try ValidSpec.read(specText: spec, specName: "a.video.yaml", choice: FilmChoice(language: language))
    return try Draft.all(of: spec, facts: facts, format: "") { Array(files[$0]!.utf8) }
}

private func ids(_ body: () throws -> Void) -> [String] {
    do {
        try body()
        return []
    } catch {
        return (error as? Diagnostics)?.all.map {
            "\($0.place?.file ?? ""):\($0.place?.line ?? 0):\($0.place?.column ?? 0) [\($0.id)]"
        } ?? ["\(error)"]
    }
}

struct LanguageTests {
    @Test func keysOfTexts() throws {
        let texts = try ValidSpec.read(specText: film, specName: "a").texts()
        #expect(
            texts.filter { !$0.isOptional }.map(\.key) == [
                "scene.hook.headline", "scene.hook.2", "audio.voice.1", "cta.text",
            ])
        #expect(texts.filter(\.isOptional).map(\.key) == ["video.title", "scene.hook.3", "cta.url"])
    }

    /// Of what is added in front, only what has a number of its own moves.
    @Test func keysStayWhereTheyAre() throws {
        let more = film.replacing(
            "  - id: hook\n", with: "  - { id: first, duration: 1s, layers: [ { text: Hi } ] }\n  - id: hook\n"
        ).replacing("layers:\n", with: "layers:\n      - { shape: rect, size: [1px, 1px] }\n")
        let before = try ValidSpec.read(specText: film, specName: "a").texts().map(\.key)
        let after = try ValidSpec.read(specText: more, specName: "a").texts().map(\.key)
        #expect(Set(after).subtracting(before) == ["scene.first.1"])
        let twice = film.replacing("{ text: \"{{count}}.\" }", with: "{ text: B, key: headline }")
        #expect(
            ids { _ = try ValidSpec.read(specText: twice, specName: "a").texts() } == ["a:23:17 [duplicate-text-key]"])
    }

    @Test func everyLanguageIsADraft() throws {
        let all = try drafts()
        #expect(all.map(\.video.language) == ["en", "de", "ar"])
        func texts(_ draft: Draft) -> [String] { draft.texts.map(\.content.text) }
        #expect(texts(all[0]) == ["Meet Aurora", "5 plants", "5.", "Try it", "example.com", "Hello"])
        #expect(texts(all[1]) == ["Das ist Aurora", "5 Pflanzen", "5.", "Ausprobieren", "example.com", "Hello"])
        #expect(texts(all[2]) == ["Meet Aurora", "5 plants", "5.", "جرّبه", "example.com", "مرحبا"])
        #expect(all[1].texts[0].place.file == "texts.de.yaml")
        #expect(all[1].texts[0].content.language == "de")
        let alone = try drafts(language: "de")
        #expect(alone.count == 1 && texts(alone[0]) == texts(all[1]))
        #expect(try drafts(language: "en").map(\.video.language) == ["en", "de", "ar"])
    }

    @Test func whatATranslationLacks() throws {
        let german = try #require(drafts()[1].translation)
        #expect(german.missing.isEmpty)
        #expect(german.stale.map(\.key) == ["cta.text"])
        #expect(german.unknown.map(\.key) == ["cta.txt"] && german.unknown[0].known == ["cta.text"])
        #expect(german.voices.map(\.file) == ["assets/voice.wav"])
        #expect(german.captions.map(\.file) == ["assets/captions.vtt"])
        let arabic = try #require(drafts()[2].translation)
        #expect(arabic.missing.map(\.key) == ["scene.hook.headline", "scene.hook.2", "audio.voice.1"])
        #expect(arabic.missing[0].place.line == 20)
        #expect(arabic.voices.isEmpty && arabic.captions.isEmpty)
    }

    /// A copy under another name is still the recording of the spec's language.
    @Test func whatIsKeptIsKnownByItsBytes() throws {
        var facts = facts()
        let voice = try #require(facts.assets["voice"])
        facts.assets["ar: assets/talk.mp4"] = voice
        var captions = try #require(facts.assets["captions.ar.vtt"])
        captions.path = "assets/captions.vtt"
        facts.assets["assets/captions.vtt"] = captions
        let arabic = try #require(drafts(facts: facts)[2].translation)
        #expect(arabic.voices.map(\.file) == ["assets/talk.mp4"])
        #expect(arabic.captions.map(\.file) == ["captions.ar.vtt"])
        // Read for that language alone, facts are of its own files.
        #expect(try drafts(facts: facts, language: "ar")[0].translation?.voices.isEmpty == true)
    }

    @Test func findingsHaveTheirPlaces() throws {
        let proofs = try drafts().map {
            Proof(
                draft: $0, facts: facts(), measured: [],
                profile: try ValidSpec.read(specText: film, specName: "a")
                    .profile(checks: ProofCheck.rules.map(\.id)) { _ in nil },
                spelling: SpellingAnswers(isChecked: true))
        }
        let found = Proof.read(proofs).filter { $0.id.hasPrefix("P17") }
        #expect(
            Set(found.map(\.id)) == ["P17.missing", "P17.stale", "P17.unknown", "P17.voice", "P17.captions"])
        let words = found.map { "\($0.place!.file):\($0.place!.line) \($0.message)" }
        for wanted in [
            "a.video.yaml:20 'Meet {{product}}' is not translated into 'ar', in the language 'ar'",
            "a.video.yaml:24 'assets/captions.vtt' is the file of the film in 'en', in the language 'de'",
            "a.video.yaml:25 the voice 'assets/voice.wav' is the one of the film in 'en', in the language 'de'",
            "texts.de.yaml:6 the translation of 'cta.text' was made from 'Try it now', but the spec now says 'Try it', "
                + "in the language 'de'",
            "texts.de.yaml:7 the spec has no text 'cta.txt', in the language 'de'",
        ] { #expect(words.contains(wanted), "\(words)") }
    }

    @Test func aTranslationThatCannotBeMadeIsAWarningOfTheSpecsOwnFilm() throws {
        var files = files
        files["texts.de.yaml"] = "scene.hook.headline: Das ist es\n"
        let all = try drafts(files: files)
        #expect(all.map(\.video.language) == ["en", "ar"])
        #expect(all[0].warnings.map { "\($0.severity) \($0.id)" } == ["warning lost-placeholder"])
        #expect(all[0].warnings[0].message.hasSuffix(", in the language 'de'"))
    }

    @Test func placeholdersAreKept() {
        func wrong(_ text: String) -> [String] {
            var files = files
            files["texts.de.yaml"] = text
            return ids { _ = try drafts(files: files, language: "de") }
        }
        #expect(wrong("scene.hook.headline: Das ist es\n") == ["texts.de.yaml:1:22 [lost-placeholder]"])
        #expect(wrong("cta.text: \"Los, {{product}}\"\n") == ["texts.de.yaml:1:11 [added-placeholder]"])
        #expect(wrong("scene.hook.2: \"{{count, plural, one {#}}}\"\n") == ["texts.de.yaml:1:16 [missing-plural-form]"])
        #expect(wrong("[a, b]\n") == ["texts.de.yaml:1:1 [not-texts]"])
        #expect(wrong("cta.text: [a]\n") == ["texts.de.yaml:1:11 [not-a-text]"])
        #expect(wrong("cta.text: { txt: a }\n") == ["texts.de.yaml:1:13 [unknown-text-part]"])
        #expect(wrong("cta.text: \(String(repeating: "x", count: 10_001))\n") == ["texts.de.yaml:1:11 [long-text]"])
        #expect(wrong("cta.text: 49\n").isEmpty && wrong("# nothing yet\n").isEmpty && wrong("").isEmpty)
    }

    @Test func languagesThatAreNotThere() {
        #expect(ids { _ = try drafts(language: "fr") } == [":0:0 [unknown-language]"])
        func wrong(_ languages: String) -> [String] {
            ids {
                _ = try ValidSpec.read(
                    specText: "version: 1\nvideo: { language: en }\nlanguages: \(languages)\n"
                        + "scenes: [ { id: a, duration: 1s } ]", specName: "a")
            }
        }
        #expect(wrong("{ default: de }") == ["a:3:23 [default-language]"])
        #expect(wrong("{ en: t.yaml }") == ["a:3:14 [same-language]"])
        #expect(wrong("{ de: { files: { voice: a.wav } } }") == ["a:3:29 [unknown-language-file]"])
        #expect(wrong("{ de: { fonts: { body: Inter } } }") == ["a:3:29 [unknown-language-font]"])
        #expect(wrong("{ deutsch_: t.yaml }") == ["a:3:14 [wrong-type]"])
        #expect(wrong("{ de: ../t.yaml }") == ["a:3:18 [path-leaves]"])
    }

    @Test func theNameOfTheLanguageIsBuiltIn() throws {
        let spec = film.replacing(
            "captions: { from: assets/captions.vtt }", with: "captions: { from: \"c.{{language}}.vtt\" }"
        )
        .replacing("captions: captions.ar.vtt\n", with: "captions: captions.ar.vtt\n")
        let names = try ValidSpec.read(specText: spec, specName: "a").references.map(\.name)
        #expect(names.contains("c.en.vtt") && names.contains("de: c.de.vtt") && names.contains("ar: captions.ar.vtt"))
        let german = try ValidSpec.read(specText: spec, specName: "a", choice: FilmChoice(language: "de")).references
        #expect(german.map(\.name).contains("c.de.vtt") && !german.map(\.name).contains("c.en.vtt"))
        #expect(german.map(\.name).contains("texts.de.yaml") && !german.map(\.name).contains("texts.ar.yaml"))
    }

    @Test func directionsOfLanguages() throws {
        func content(_ language: String, at: String = "[left, 20%]", style: String = "") throws -> TextContent {
            let video = try resolved(
                "version: 1\nvideo: { language: \(language) }\n"
                    + "scenes: [ { id: a, duration: 2s, layers: [ { text: Aurora, at: \(at)\(style) } ] } ]")
            guard case .text(let content) = video.scenes[0].layers[0].content else { throw Missing() }
            return content
        }
        #expect(try content("en").direction == nil && content("en").alignment == .start)
        #expect(try content("ar").direction == .rightToLeft && content("ar").alignment == .end)
        #expect(try content("he-IL", at: "[right, 20%]").alignment == .start)
        #expect(try content("ar", style: ", style: { align: start }").alignment == .start)
        #expect(try content("az-Arab").direction == .rightToLeft && content("ar-Latn").direction == nil)
    }

    /// Files are replaced wherever the spec names them: in groups, and where formats have their own.
    @Test func filesOfGroupsAndFormats() throws {
        let text = """
            version: 1
            formats: { tall: 1080x1920 }
            languages: { de: { files: { a.png: a.de.png, b.png: b.de.png } } }
            scenes:
              - id: a
                duration: 2s
                layers: [ { group: [ { image: a.png, by_format: { tall: { image: b.png } } } ] } ]
            """
        let german = try ValidSpec.read(specText: text, specName: "a", choice: FilmChoice(language: "de"))
        let names = german.references.map(\.name)
        #expect(names.contains("a.de.png") && !names.contains("a.png"), "\(names)")
    }

    private struct Missing: Error {}

    /// A translation that does not fit says what would.
    @Test func whatWouldFit() throws {
        let text = """
            version: 1
            languages: { de: texts.de.yaml }
            scenes: [ { id: a, duration: 3s, layers: [ { text: Short, style: { size: 200px, max_width: 20000px } } ] } ]
            """
        let found = try proofread(
            text, files: ["texts.de.yaml": "scene.a.1: Eine viel zu lange Übersetzung dieses Textes\n"], facts: facts())
        let fit = try #require(found.first { $0.id == "P05.frame" })
        #expect(fit.place?.file == "texts.de.yaml" && fit.message.hasSuffix("in the language 'de'"))
        #expect(
            fit.hint?.contains(/shorten the translation to about \d+ characters, which fit into \d+x\d+ px/) == true,
            "\(fit)")
    }

    @Test func tooManyTexts() {
        let many = (0...TextFile.limit).map { "k\($0): a\n" }.joined()
        #expect(ids { _ = try TextFile(Array(many.utf8), file: "t") } == ["t:1:1 [many-texts]"])
    }

    /// Written again, a file has the same entries, its comments, and the same bytes from then on.
    @Test func filesOfTextsAreWrittenAgain() throws {
        let file = try TextFile(Array(german.utf8), file: "t")
        let again = try TextFile(Array(file.yaml.utf8), file: "t")
        #expect(again.yaml == file.yaml && again.entries.map(\.text) == file.entries.map(\.text))
        #expect(file.yaml.hasPrefix("# for the translator\nvideo.title: \"{{product}}\"\n"))
        let odd = TextFile(entries: [
            .init(key: "a b", text: "x\n\"\\\t\u{A0}\u{200F}é", source: ": #"),
            .init(key: "true", text: nil, source: nil),
        ])
        let read = try TextFile(Array(odd.yaml.utf8), file: "t")
        #expect(read.entries.map(\.key) == ["a b", "true"] && read.entries[0].text == odd.entries[0].text)
        #expect(read.entries[0].source == ": #" && read.entries[1].text == nil)
    }
}
