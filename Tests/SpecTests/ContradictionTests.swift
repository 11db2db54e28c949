// P14: films in which texts, captions and narration agree raise no alarm, and planted contradictions are found.
import Composition
import Diagnostics
import Spec
import TestSupport
import Testing

/// A film of one scene: its texts are there all the time, its captions one after the other, its narration throughout.
private struct Film {
    var title = ""
    var language = "en"
    var texts: [String] = []
    var captions: [String] = []
    var says: [String] = []
    var cta = ""
    var claims: [String] = []

    /// The ids of P14 that proofreading finds.
    func alarms() throws -> [String] {
        func quoted(_ text: String) -> String { "\"" + text.replacing("\n", with: "\\n") + "\"" }
        let cues = captions.enumerated().map {
            "{ start: \($0.offset * 2)s, end: \($0.offset * 2 + 2)s, text: \(quoted($0.element)) }"
        }
        var spec = """
            version: 1
            video: { language: \(language), title: \(quoted(title.isEmpty ? "A film" : title)) }
            scenes:
              - id: a
                duration: 12s
                layers: [ \(texts.map { "{ text: \(quoted($0)) }" }.joined(separator: ", ")) ]
                captions: [ \(cues.joined(separator: ", ")) ]
            review: { claims: [ \(claims.map(quoted).joined(separator: ", ")) ] }

            """
        if !cta.isEmpty { spec += "cta: { text: \(quoted(cta)) }\n" }
        if !says.isEmpty {
            spec +=
                "audio: { tracks: [ { asset: assets/bed.mp3, duration: 12s, "
                + "says: [ \(says.map(quoted).joined(separator: ", ")) ] } ] }\n"
        }
        return try proofread(spec).filter { $0.id.hasPrefix("P14.") || $0.severity == .error }.map(\.id).filter {
            !$0.hasPrefix("P05") && !$0.hasPrefix("P10")
        }
    }
}

struct ContradictionTests {
    @Test func cleanFilmsRaiseNoAlarm() throws {
        let films = [
            Film(texts: ["167 plants"], captions: ["We run 167 plants."]),
            Film(texts: ["12,480 rides"], captions: ["Twelve thousand rides.", "About 12,500 rides a week."]),
            Film(
                texts: ["$149"], captions: ["It costs 149 dollars."],
                says: ["It costs a hundred and forty-nine dollars."]),
            Film(texts: ["97.4 %", "On time"], captions: ["97 percent on time."]),
            Film(texts: ["167 plants"], captions: ["42 plants run on solar."]),
            Film(texts: ["167 plants"], captions: ["We run 42 plants in Europe."]),
            Film(
                texts: ["12 plants", "15 plants", "Germany", "France"],
                captions: ["12 plants in Germany, 15 plants in France."]),
            Film(texts: ["9 to 15 March"], captions: ["It began on 9 March."]),
            Film(texts: ["Was $199", "Now $149"], captions: ["Now only 149 dollars."]),
            Film(texts: ["Save $40"], captions: ["It costs 149 dollars."]),
            Film(texts: ["From $49 a month"], captions: ["Pay 490 dollars a year."]),
            Film(texts: ["No app."], captions: ["No app. No setup."]),
            Film(texts: ["Is the lamp waterproof?"], captions: ["The lamp is not waterproof."]),
            Film(texts: ["A fast lamp"], captions: ["Not only a fast lamp."]),
            Film(texts: ["Maria Keller", "Marie Keller"], captions: ["We met Maria and Marie.", "Then Maria left."]),
            Film(texts: ["12 June 2026"], captions: ["Join us on June 12."]),
            Film(texts: ["Monday, 30 November 2026"], captions: ["See you on Monday."]),
            Film(texts: ["06:40", "12:30", "20:15"], captions: ["Warm at dawn.", "Clear at noon."]),
            Film(
                title: "3 steps to a better desk", texts: ["1", "2", "3", "2 minutes"],
                captions: ["It takes 2 minutes."]),
            Film(texts: ["Up to 30 days"], captions: ["Send it back within 14 days."]),
            Film(texts: ["4K", "MP4", "2x faster"], captions: ["Two screens, 4K each."]),
            Film(texts: ["YOUTUBE", "YouTube"], captions: ["Now on YouTube."]),
            Film(
                texts: ["18 % more than last week", "12,480"], captions: ["97.4 percent on time."],
                claims: ["the price is legible for at least 2 s"]),
            Film(
                texts: ["Basic $49", "Pro $99"], captions: ["Basic is 49 dollars.", "Pro is 99 dollars."],
                cta: "Try Pro for $99"),
            Film(texts: ["Q3 revenue", "$4.2M"], captions: ["Revenue grew 12 percent to 4.2 million dollars."]),
            Film(
                texts: ["$4.2M"], captions: ["Last year it was 3.8 million dollars.", "Profit: 1.1 million dollars."]),
            Film(texts: ["167 plants"], says: ["In 2023 we had 150 plants.", "In 2024 we run 160 plants."]),
            Film(title: "Top 5 apps of 2026", captions: ["12 apps. 3 weeks.", "My 3 apps for work."]),
            Film(texts: ["24 hours"], captions: ["Ships in 48 hours."]),
            Film(texts: ["99 %"], captions: ["95 percent of users agree."]),
            Film(texts: ["Mon-Fri 9:00"], captions: ["On Saturday at 12:00."]),
            Film(texts: ["9:00", "17:00"], captions: ["Open from 9:00 to 17:00."]),
            Film(texts: ["Toy car"], captions: ["This is not a toy car."]),
            Film(texts: ["Every Monday"], captions: ["Next on Tuesday."]),
            Film(texts: ["Blue Planet", "The Planet"], captions: ["Plant a tree.", "Planet Earth."]),
            Film(texts: ["12 March"], captions: ["Registration closes on 10 March."]),
            Film(language: "de", texts: ["24 Stunden"], captions: ["Lieferung in 48 Stunden."]),
            Film(language: "de", texts: ["Ab 49 €"], captions: ["Versand kostet 5 Euro."]),
            Film(
                language: "de", texts: ["Anna Schmidt", "Anne Schmidt"],
                captions: ["Anna fragt.", "Frag Anna oder Anne."]),
            Film(language: "de", texts: ["1.234,5 kWh"], captions: ["Das sind 1234,5 kWh."]),
            Film(language: "de", texts: ["18 % mehr als 2025"], captions: ["Achtzehn Prozent mehr als 2025."]),
            Film(language: "de", texts: ["Montag, 30. November 2026"], captions: ["Wir sehen uns am 30. November."]),
            Film(
                language: "de", texts: ["Die Rate", "Das Bett"], captions: ["Eine Ratte im Beet.", "Die Rate steigt."]),
            Film(language: "de", texts: ["49 € pro Monat"], captions: ["Das sind 588 Euro im Jahr."]),
            Film(language: "de", texts: ["Kein Abo"], captions: ["Ohne Abo und ohne App."]),
            Film(language: "de", texts: ["167 Werke"], captions: ["42 Werke davon laufen mit Solarstrom."]),
            Film(language: "de", texts: ["Tag", "Tage", "3 Tage"], captions: ["Drei Tage Regen."]),
        ]
        for film in films {
            let found = try film.alarms()
            #expect(found.isEmpty, "\(found) in \(film)")
        }
        #expect(films.count >= 45)
    }

    @Test func plantedContradictionsAreFound() throws {
        let films: [(Film, String)] = [
            (Film(texts: ["167 plants"], captions: ["We run 176 plants."]), "P14.number"),
            (Film(texts: ["$149"], captions: ["It costs 159 dollars."]), "P14.number"),
            (Film(texts: ["$49"], captions: ["It costs 49 euros."]), "P14.number"),
            (
                Film(texts: ["18 % more than last week"], captions: ["17 percent more than last week."]), "P14.number"
            ),
            (Film(captions: ["The battery lasts 48 hours."], says: ["The battery lasts forty hours."]), "P14.number"),
            (Film(texts: ["Doors open at 20:15"], captions: ["Doors open at 20:45."]), "P14.number"),
            (Film(captions: ["Yours for 149 dollars."], cta: "Only $159"), "P14.number"),
            (Film(title: "167 plants", captions: ["They run 176 plants."]), "P14.number"),
            (
                Film(
                    texts: ["12 plants", "15 plants", "Germany", "France"],
                    captions: ["12 plants in Germany, 16 plants in France."]), "P14.number"
            ),
            (Film(texts: ["167 plants"], captions: ["176 plants run on wind."]), "P14.slip"),
            // What is repeated on its own side is still contradicted.
            (
                Film(
                    texts: ["$149"], captions: ["It costs 159 dollars."], says: ["It costs 159 dollars."],
                    cta: "Only $149"),
                "P14.number"
            ),
            (Film(texts: ["Open on 12 March"], captions: ["We open on 13 March."]), "P14.date"),
            (Film(texts: ["Sunday, 30 November 2026"]), "P14.date"),
            (Film(texts: ["31 April"]), "P14.date"),
            (Film(texts: ["See you on Monday"], captions: ["See you on Tuesday."]), "P14.date"),
            (Film(texts: ["The lamp is waterproof"], captions: ["The lamp is not waterproof."]), "P14.polarity"),
            (Film(texts: ["Never needs a power plug"], captions: ["It always needs a power plug."]), "P14.polarity"),
            (Film(captions: ["The lamp works without power."], says: ["The lamp works with power."]), "P14.polarity"),
            (Film(texts: ["Anna Keller"], captions: ["Ask Anna about it.", "Then Ana calls back."]), "P14.name"),
            (Film(texts: ["Watch on YouTube"], captions: ["It is on Youtube now.", "See it on YouTube."]), "P14.name"),
            (Film(title: "Meet Aurora", texts: ["Our lamp Aurora"], captions: ["The new Auroa is here."]), "P14.name"),
            (Film(language: "de", texts: ["167 Werke"], captions: ["Wir betreiben 176 Werke."]), "P14.slip"),
            (Film(language: "de", texts: ["49 €"], captions: ["Das kostet 59 Euro."]), "P14.number"),
            (
                Film(
                    language: "de", texts: ["Die Lampe ist wasserdicht"], captions: ["Die Lampe ist nicht wasserdicht."]
                ),
                "P14.polarity"
            ),
            (Film(language: "de", texts: ["Freitag, 1. Dezember 2026"]), "P14.date"),
            (Film(language: "de", texts: ["Start am 12. März"], captions: ["Start ist am 13. März."]), "P14.date"),
            (
                Film(language: "de", captions: ["Der Akku hält vierzig Stunden."], says: ["Der Akku hält 48 Stunden."]),
                "P14.number"
            ),
            (
                Film(language: "de", texts: ["Philipp Meier"], captions: ["Frag Philipp.", "Dann hilft Philip gern."]),
                "P14.name"
            ),
        ]
        for (film, id) in films {
            let found = try film.alarms()
            #expect(Set(found) == [id], "\(found) in \(film)")
        }
    }

    /// Nothing that compares texts finds anything in a spec of this repository that is meant to be right.
    @Test func theExamplesRaiseNoAlarm() throws {
        let specs =
            try Repository.files(in: "pipelines/examples", ".video.yaml") + ["Tests/Benchmarks/reference.video.yaml"]
        #expect(specs.count > 5)
        for path in specs {
            let folder = path.split(separator: "/").dropLast().joined(separator: "/")
            let props = path.replacing(".video.yaml", with: ".props.yaml")
            let spec = try ValidSpec.read(
                specText: try Repository.text(path), specName: path, propsText: try? Repository.text(props))
            var facts = Facts(assets: [:])
            for reference in spec.references {
                let kind = AssetFacts.Kind.allCases.first(where: reference.kinds.contains) ?? .text
                facts.assets[reference.name] = AssetFacts(
                    kind: kind, path: reference.path, digest: .zero, bytes: 1,
                    size: PixelSize(width: 1920, height: 1080),
                    duration: 60, hasAudio: true)
            }
            let drafts = try Draft.all(of: spec, facts: facts, format: "") {
                Array(try Repository.text(folder + "/" + $0).utf8)
            }
            let profile = try spec.profile(checks: ProofCheck.rules.map(\.id) + ["D05", "D08"]) { _ in nil }
            let found = Proof.read(
                drafts.map {
                    Proof(
                        draft: $0, facts: facts, measured: [], profile: profile,
                        spelling: SpellingAnswers(isChecked: true))
                }
            ).filter { ["P13", "P14", "P15", "P16"].contains($0.id.prefix(3)) }
            #expect(found.isEmpty, "\(found.map { $0.text() })")
        }
    }

    @Test func bothPlacesAreTold() throws {
        let found = try proofread(
            "version: 1\nscenes:\n  - id: a\n    duration: 3s\n    layers: [ { text: \"167 plants\" } ]\n"
                + "    captions: [ { start: 0s, end: 3s, text: \"We run 176 plants\" } ]\n")
        let finding = try #require(found.first { $0.id == "P14.number" })
        #expect(finding.severity == .error && finding.place?.line == 6)
        #expect(
            finding.message
                == "'We run 176 plants' says '176', but the text '167 plants' says '167' (a.video.yaml:5:23)")
    }

    /// Texts at the limits of a spec: nothing traps, nothing takes long.
    @Test func hostileTexts() throws {
        let words = [
            "1 a ", "9999999999999999999 ", "31. Februar ", "0000-00-00 ", "a thousand thousand ", "hundert", "12:99 ",
            "$1k ",
            "No no not ", "Aa Ab ", "1.2.3,4 ", "\u{202E}٣ ", "0\u{301} ", "- -1 ", "@ # :// ", "million million ",
        ]
        for word in words {
            let text = String(repeating: word, count: 300 / max(1, word.utf8.count))
            for language in ["en", "de"] {
                _ = try Film(
                    language: language, texts: [text], captions: [text, word], says: [text, word], cta: word
                ).alarms()
            }
        }
    }

    @Test func manyCaptionsAreQuick() throws {
        let cues = (0..<600).map {
            "  - { start: \($0)s, end: \($0 + 1)s, text: \"Step \($0): \($0) parts of \($0 + 7) % at $\($0)\" }"
        }
        let start = ContinuousClock.now
        let found = try proofread(
            "version: 1\nscenes: [ { id: a, duration: 600s, layers: [ { text: Parts } ] } ]\ncaptions:\n"
                + cues.joined(separator: "\n"))
        #expect(!found.contains { $0.id.hasPrefix("P14") })
        #expect(ContinuousClock.now - start < .seconds(30))
    }

    /// "From" is a least price: what costs less contradicts it, and what costs more does not.
    @Test func aLeastPriceIsOne() throws {
        for said in ["It costs 129 dollars.", "Now for one hundred and twenty-nine dollars."] {
            #expect(try Film(texts: ["From $149"], captions: [said]).alarms() == ["P14.number"], "\(said)")
            #expect(try Film(texts: ["Starting from $149"], says: [said]).alarms() == ["P14.number"], "\(said)")
        }
        let agreeing = [
            ("From $149", "It costs 149 dollars."), ("From $149", "It costs 179 dollars."),
            ("From $149", "From 149 dollars."), ("Reduced from $199", "Now it costs 149 dollars."),
            ("From $49 to $99", "It costs 49 dollars."), ("Down from $199", "Now 149 dollars."),
        ]
        for (text, said) in agreeing {
            #expect(try Film(texts: [text], captions: [said]).alarms() == [], "\(text), \(said)")
        }
        #expect(
            try Film(language: "de", texts: ["Ab 149 €"], captions: ["Sie kostet 129 Euro."]).alarms() != []
        )
    }
}
