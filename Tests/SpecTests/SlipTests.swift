// Addresses that are written in two ways, numbers in the notation of another language, and what programs leave in texts.
import Composition
import Diagnostics
import Spec
import Testing

struct SlipTests {
    private func found(
        _ prefix: String, texts: [String] = [], later: [String] = [], captions: [String] = [], cta: String = "",
        language: String = "en"
    ) throws -> [String] {
        func quoted(_ text: String) -> String {
            "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        }
        func layers(_ texts: [String]) -> String {
            texts.map { "{ text: \(quoted($0)) }" }.joined(separator: ", ")
        }
        let cues = captions.enumerated().map {
            "{ start: \($0.offset * 2)s, end: \($0.offset * 2 + 2)s, text: \(quoted($0.element)) }"
        }
        let spec = """
            version: 1
            video: { language: \(language) }
            scenes:
              - { id: a, duration: 9s, layers: [ \(layers(texts)) ], captions: [ \(cues.joined(separator: ", ")) ] }
              - { id: b, duration: 9s, layers: [ \(layers(later)) ] }
            \(cta)

            """
        return try proofread(spec).filter { $0.id.hasPrefix(prefix) }.map(\.message)
    }

    @Test func addressesThatDifferAreSaid() throws {
        let cta = "cta: { text: Order now, url: \"https://lampco.com\" }"
        for text in [
            "Visit lampco.de", "Visit www.lamp-co.com", "Visit https://lampc.com/shop", "See lmapco.com/aurora.",
            "(lampko.com)",
        ] {
            #expect(try found("P14.address", texts: [text], cta: cta).count == 1, "\(text)")
            #expect(try found("P14.address", captions: [text], cta: cta).count == 1, "\(text)")
        }
        #expect(
            try found("P14.address", texts: ["Visit lampco.com"], captions: ["Go to lampco dot de."]) == [
                "'Go to lampco dot de.' says 'lampco dot de', but the text 'Visit lampco.com' says 'lampco.com' "
                    + "(a.video.yaml:4:46)"
            ])
        let pairs = [
            ("Write to info@lampco.com", "Write to info@lampco.de."), ("order@lampco.com", "oredr@lampco.com"),
            ("Call 0800 123 456", "Call 0800 123 465."), ("+1 555 010 1234", "Call 555-010-1243."),
            ("(030) 123 456 78", "Call +49 30 1234 5679."), ("Call 555-0101", "Call 555-0110."),
        ]
        for (text, caption) in pairs {
            #expect(try found("P14.address", texts: [text], captions: [caption]).count == 1, "\(text)")
        }
    }

    @Test func addressesThatAreTwoAreNot() throws {
        let cta = "cta: { text: Order now, url: \"https://lampco.com\" }"
        for text in [
            "Visit www.lampco.com/aurora", "shop.lampco.com", "Write to info@lampco.com", "info@lampco.de",
            "LampCo.com", "lampco.com or lampco.de", "github.com/lampco", "Node.js and lamp.co", "lampstore.com",
            "That is it.So what", "lampco.co.uk and lampco.com",
        ] {
            #expect(try found("P14.address", texts: [text], cta: cta) == [], "\(text)")
        }
        let apart = [
            ["lampco.de", "lampco.com"], ["Sales 555-0101", "Service 555-0102"], ["lamp1.com", "lamp2.com"],
            ["hallo@lampco.com", "hello@lampco.com"], ["lamp.com", "lamps.com"],
            ["0800 123 456", "+44 20 7946 0000"], ["docs.lampco.com", "api.lampco.com"],
        ]
        for texts in apart { #expect(try found("P14.address", texts: texts) == [], "\(texts)") }
        // Dates, prices and large numbers are no telephone numbers.
        for (text, caption) in [
            ("05.03.2026", "06.03.2026"), ("2026-03-05", "2026-03-06"), ("12 480 000 rides", "12 480 001 rides"),
            ("$1 234 567", "$1 234 568"), ("0.1234567", "0.1234568"), ("Call 030 1234567", "Call +49 30 1234567"),
            ("09:00 - 17:00", "0900 - 1800 Uhr"), ("05.03. - 07.03.2026", "05.03. - 08.03.2026"),
        ] {
            #expect(try found("P14.address", texts: [text], captions: [caption]) == [], "\(text)")
        }
        #expect(
            try found("P14.address", texts: ["Sales 555-0101"], later: ["Service 555-0102"]) == [])
        #expect(try found("P14.address", texts: ["lampco.com"], later: ["lampco.de"]).count == 1)
    }

    @Test func numbersOfAnotherNotationAreSaid() throws {
        for text in ["Only $1.299,00", "€99,90", "99,90 €", "1.299,5 km", "Only 12.345.678,9 tons"] {
            #expect(try found("P16.notation", texts: [text]).count == 1, "\(text)")
        }
        for text in ["Nur 1,299.00 €", "99.90 €", "€ 99.90", "1,299.5 km"] {
            for language in ["de", "fr", "pt-BR"] {
                #expect(try found("P16.notation", texts: [text], language: language).count == 1, "\(text)")
            }
            for language in ["en", "es-MX", "de-CH", "ar"] {
                #expect(try found("P16.notation", texts: [text], language: language) == [], "\(text)")
            }
        }
        for text in [
            "$1,299.00", "1,299 plants", "10.000 Schritte", "On 5.3,2026", "$12,480", "1,2,3", "192.168.100.200",
            "v1.299.001,2", "$10,000", "€1,50,000",
        ] {
            #expect(try found("P16.notation", texts: [text]) == [], "\(text)")
        }
        for text in ["1.299,00 €", "99,90 €", "Version 2.50", "12.30 Uhr", "Am 10.12. für 5 €", "USB 3.20", "€ 1.299"] {
            #expect(try found("P16.notation", texts: [text], language: "de") == [], "\(text)")
        }
    }

    @Test func whatProgramsLeaveIsSaid() throws {
        for text in [
            "Hello {$name}", "Caf&eacute;", "&euro;20", "f\\u00fcr", "It\\'s here", "<font color=red>Hi</font>",
            "H<sub>2</sub>O",
            "StraÃŸe", "Ã–sterreich", "Ãœber", "f√ºr", "don‚Äôt", "ï»¿Hello", "ï¿½",
        ] {
            #expect(try found("P15.template", texts: [text]).count == 1, "\(text)")
        }
        for text in [
            "Hi [[name]]", "Hi <<Name>>", "Hi __NAME__", "Hi %NAME%", "Hi *|FNAME|*", "@@price@@", "Dear [First Name],",
            "**Meet** Aurora", "[Order](https://lampco.com)", "## Aurora", "Hello%20World", "f%C3%BCr",
            "0.30000000000000004", "149.99999999 dollars", "2026-03-03T00:00:00Z", "2026-11-28 00:00:00",
        ] {
            #expect(try found("P15", texts: [text]).count == 1, "\(text)")
        }
    }

    @Test func whatIsMeantIsNot() throws {
        for text in [
            "M&Ms; AT&T; R&D;", "Price** and more **plus tax", "2 ** 3 ** 4", "5 * 4 * 3", "# 1 in Europe", "#1",
            "100 %safe", "20 %off or 30 % off", "snake_case_name", "me@home", "NÃO", "AMANHÃ – já", "√2 and √x",
            "[customer laughs]", "[music]", "1,000,000,000.00", "10000000", "2026-11-28 14:03:22", "¯\\_(ツ)_/¯",
            "A [link] (https://lampco.com)", "‚Äpfel‘", "& more;",
        ] {
            #expect(try found("P15", texts: [text]) == [], "\(text)")
        }
    }

    @Test func aNumberWithItsNounIsCompared() throws {
        for (text, caption) in [
            ("2-year warranty", "It has a three-year warranty."),
            ("2-year warranty", "With a warranty of three years."),
            ("24-hour service", "Our twenty-eight-hour service."),
        ] {
            #expect(try found("P14.number", texts: [text], captions: [caption]).count == 1, "\(text)")
        }
        for (text, caption) in [
            ("2-year warranty", "It has a two-year warranty."), ("24-hour service", "A twenty-four-hour service."),
            ("2-year warranty", "A three-year plan for your phone."), ("Two-tone finish", "Three of a kind"),
            ("Seven-eleven", "Ten-in-one tool"),
        ] {
            #expect(try found("P14", texts: [text], captions: [caption]) == [], "\(text)")
        }
    }

    /// Two frames a second are enough for slides, and not for what moves.
    @Test func fewFramesAreForWhatStandsStill() throws {
        func found(_ layer: String, fps: Int = 5) throws -> [String] {
            try proofread(
                "version: 1\nvideo: { fps: \(fps) }\nscenes: [ { id: a, duration: 4s, layers: [ { \(layer) } ] } ]\n"
            ).filter { $0.id == "P01.rate" }.map(\.message)
        }
        #expect(
            try found("text: Aurora, animate: { x: [20%, 80%] }")
                == ["'video.fps' is 5, so 'Aurora' (line 3) moves in jerks"])
        #expect(try found("video: assets/clip.mp4").count == 1)
        for still in ["text: Aurora", "text: Aurora, enter: fade", "image: assets/hero.jpg"] {
            #expect(try found(still) == [], "\(still)")
        }
        #expect(try found("text: Aurora, animate: { x: [20%, 80%] }", fps: 10) == [])
    }
}
