// P16: which words are looked up, which answers become findings, and the language of captions.
import Diagnostics
import Spec
import Testing

struct SpellingTests {
    /// Findings of P16 if the dictionaries have no word of `unknown`.
    private func found(
        _ text: String, unknown: [String: [String]], language: String = "en", rest: String = "", more: String = "",
        files: [String: String] = [:]
    ) throws -> [String] {
        var answers = SpellingAnswers(isChecked: true)
        let spec =
            "version: 1\nvideo: { language: \(language) }\nscenes: [ { id: a, duration: 9s, layers: [ { text: \"\(text)\" }"
            + more + " ] } ]\n" + rest
        // As in the worker, which is asked for these words alone.
        let drafts = try Draft.all(
            of: ValidSpec.read(specText: spec, specName: "a.video.yaml"), facts: sampleFacts(), format: ""
        ) { Array(files[$0]!.utf8) }
        answers.unknown = unknown.filter { drafts[0].spelledWords.contains($0.key) }
        return try proofread(spec, files: files, spelling: answers).filter { $0.id.hasPrefix("P16") }.map(\.message)
    }

    @Test func whatIsWrittenLikeAWordIsLookedUp() throws {
        let spec =
            "version: 1\nscenes: [ { id: a, duration: 9s, layers: [ { text: \""
            + "Don’t recieve 12 kHz MP4s at https://exampel.com/abc, @handel #tagg NASA YouTube x-ray co-operate (well-lit) v1.2beta 3rd"
            + "\" } ] } ]\n"
        let drafts = try Draft.all(
            of: ValidSpec.read(specText: spec, specName: "a.video.yaml"), facts: sampleFacts(), format: ""
        ) { _ in [] }
        #expect(drafts[0].spelledWords == ["Don't", "co-operate", "recieve", "well-lit", "x-ray"])
    }

    @Test func unknownWordsAreFound() throws {
        let wrong = [
            "recieve": ["receive", "relieve"], "Welcom": ["Welcome"], "Vercel": ["Versed"], "Auroa": ["Aurora"],
        ]
        #expect(
            try found("You recieve light", unknown: wrong) == [
                "no dictionary has the word 'recieve' of 'You recieve light'"
            ])
        #expect(try found("Welcom to the lamp", unknown: wrong).count == 1)
        // Names: capitalised within a sentence, or nothing like another word.
        #expect(try found("Vercel builds it", unknown: wrong).isEmpty)
        #expect(try found("Try Auroa now", unknown: wrong).isEmpty)
        #expect(try found("You recieve light", unknown: wrong, rest: "words: [Recieve]\n").isEmpty)
        #expect(
            try found(
                "You recieve light", unknown: wrong, rest: "words: { from: words.txt }\n",
                files: ["words.txt": "# ours\nrecieve  # on purpose\n"]
            ).isEmpty)
        // German capitalises every noun.
        #expect(try found("Die Lampfe leuchtet", unknown: ["Lampfe": ["Lampe"]], language: "de").count == 1)
        #expect(try found("Die Vercel leuchtet", unknown: ["Vercel": ["Ferkel"]], language: "de").isEmpty)
    }

    @Test func withoutADictionaryANoteSaysSo() throws {
        let found = try proofread(
            "version: 1\nvideo: { language: tlh }\nscenes: [ { id: a, duration: 3s, layers: [ { text: majQa now } ] } ]\n",
            spelling: SpellingAnswers()
        ).filter { $0.id == "P16.dictionary" }
        #expect(found.map(\.severity) == [.note])
    }

    @Test func theLanguageOfCaptionsIsTheDeclaredOne() throws {
        func languages(_ captions: [String], _ declared: String) throws -> [String] {
            let cues = captions.enumerated().map {
                "{ start: \($0.offset * 3)s, end: \($0.offset * 3 + 3)s, text: \"\($0.element)\" }"
            }
            return try proofread(
                "version: 1\nvideo: { language: \(declared) }\nscenes: [ { id: a, duration: 30s, captions: [ "
                    + cues.joined(separator: ", ") + " ] } ]\n"
            ).filter { $0.id == "P16.language" }.map(\.message)
        }
        let english = ["The lamp that follows the sun.", "It is made for your desk and you will love it."],
            german = ["Die Lampe folgt der Sonne.", "Sie ist für den Schreibtisch und wird dir gefallen."],
            french = ["La lampe qui suit le soleil.", "Elle est faite pour votre bureau et vous plaira."],
            spanish = ["La lámpara que sigue al sol.", "Es para el escritorio y te gustará con los colores."]
        for (captions, language) in [(english, "en"), (german, "de"), (french, "fr"), (spanish, "es")] {
            for declared in ["en", "de", "fr", "es"] {
                let found = try languages(captions, declared)
                #expect(found.isEmpty == (declared == language), "\(language) as \(declared): \(found)")
            }
        }
        #expect(try languages(["Schadenfreude, Zeitgeist und Kindergarten"], "en").isEmpty)
        #expect(try languages(german, "nl").isEmpty)
    }
}
