// Forms of messages: the plural of each language by the rules of CLDR, numbers, currencies and dates.
import Composition
import Diagnostics
import Spec
import Testing

/// The text that a spec shows for `{{…}}`, or the ids of its errors.
private func shown(_ text: String, language: String, props: String) -> String {
    let spec = """
        version: 1
        video: { language: \(language) }
        props:
          n: { type: number, default: \(props) }
          day: { type: string, default: "2026-03-04" }
          plan: { type: string, default: monthly }
        scenes: [ { id: a, duration: 3s, layers: [ { text: '\(text)' } ] } ]
        """
    do {
        let video = try resolved(spec)
        guard case .text(let content)? = video.scenes[0].layers[0].content as Content? else { return "" }
        return content.text
    } catch { return (error as? Diagnostics)?.all.map { "[\($0.id)]" }.joined(separator: " ") ?? "\(error)" }
}

struct PluralTests {
    /// Samples of plurals.xml: numbers of each form.
    private static let samples: [(languages: [String], forms: [(String, [String])])] = [
        (
            ["en", "de", "nl", "sv", "fi"],
            [("one", ["1"]), ("other", ["0", "2", "16", "100", "1000", "1000000", "1.5", "0.1"])]
        ),
        (["nb", "no", "tr"], [("one", ["1"]), ("other", ["0", "2", "16", "1000000", "1.5", "0.5"])]),
        (["da"], [("one", ["1", "0.1", "1.6"]), ("other", ["0", "2", "16", "2.1", "3.4", "1000000"])]),
        (
            ["fr", "pt"],
            [("one", ["0", "1", "1.5", "0.1"]), ("many", ["1000000", "2000000"]), ("other", ["2", "17", "2.5"])]
        ),
        (["pt-PT", "it"], [("one", ["1"]), ("many", ["1000000"]), ("other", ["0", "2", "1.5", "1000001"])]),
        (["es"], [("one", ["1"]), ("many", ["1000000", "3000000"]), ("other", ["0", "2", "100", "1.5"])]),
        (
            ["pl"],
            [
                ("one", ["1"]), ("few", ["2", "3", "4", "22", "24", "102", "1002"]),
                ("many", ["0", "5", "12", "14", "19", "21", "100", "112", "1000000"]), ("other", ["1.5", "0.1"]),
            ]
        ),
        (
            ["cs"],
            [
                ("one", ["1"]), ("few", ["2", "3", "4"]), ("many", ["0.5", "1.5"]),
                ("other", ["0", "5", "22", "100", "1000000"]),
            ]
        ),
        (
            ["ru", "uk"],
            [
                ("one", ["1", "21", "31", "101", "1001"]), ("few", ["2", "4", "22", "34", "102", "1002"]),
                ("many", ["0", "5", "11", "12", "14", "19", "100", "111", "1000000"]), ("other", ["1.5", "0.1"]),
            ]
        ),
        (
            ["ar"],
            [
                ("zero", ["0"]), ("one", ["1"]), ("two", ["2"]), ("few", ["3", "10", "103", "110", "1003"]),
                ("many", ["11", "26", "99", "111", "1011"]), ("other", ["100", "102", "200", "1000000", "0.1", "1.1"]),
            ]
        ),
        (["he"], [("one", ["1", "0.5"]), ("two", ["2"]), ("other", ["0", "3", "17", "100", "1.5"])]),
        (["hi"], [("one", ["0", "1", "0.5"]), ("other", ["2", "17", "1.5"])]),
        (["ja", "ko", "zh"], [("other", ["0", "1", "2", "1.5"])]),
    ]

    @Test func everyLanguageTakesItsForm() {
        for (languages, forms) in Self.samples {
            // Every form, and `other`, which a text may always have.
            let names = forms.map(\.0) + (forms.contains { $0.0 == "other" } ? [] : ["other"])
            let texts = names.map { "\($0) {\($0)}" }.joined(separator: " ")
            for language in languages {
                for (form, numbers) in forms {
                    for number in numbers {
                        #expect(
                            shown("{{n, plural, \(texts)}}", language: language, props: number) == form,
                            "\(language) \(number)")
                    }
                }
            }
        }
    }

    /// Samples of ordinals.xml.
    private static let ordinals: [(languages: [String], forms: [(String, [String])])] = [
        (
            ["en", "en-GB"],
            [
                ("one", ["1", "21", "101", "1001"]), ("two", ["2", "22", "102"]), ("few", ["3", "33", "103"]),
                ("other", ["0", "4", "11", "12", "13", "18", "111", "112", "113", "1000"]),
            ]
        ),
        (["sv"], [("one", ["1", "2", "21", "22", "101"]), ("other", ["0", "3", "11", "12", "111"])]),
        (["fr"], [("one", ["1"]), ("other", ["0", "2", "21"])]),
        (["it"], [("many", ["8", "11", "80", "800"]), ("other", ["0", "1", "7", "18", "81"])]),
        (["uk"], [("few", ["3", "23", "103"]), ("other", ["0", "2", "13", "113"])]),
        (
            ["hi"],
            [("one", ["1"]), ("two", ["2", "3"]), ("few", ["4"]), ("many", ["6"]), ("other", ["0", "5", "7", "22"])]
        ),
        (["de", "es", "pl", "ru", "ar", "ja", "pt", "da"], [("other", ["0", "1", "2", "3", "11", "22"])]),
    ]

    @Test func everyLanguageTakesItsOrdinal() {
        for (languages, forms) in Self.ordinals {
            let texts = forms.map { "\($0.0) {\($0.0)}" }.joined(separator: " ")
            for language in languages {
                for (form, numbers) in forms {
                    for number in numbers {
                        #expect(
                            shown("{{n, selectordinal, \(texts)}}", language: language, props: number) == form,
                            "\(language) \(number)")
                    }
                }
            }
        }
        let places = "{{n, selectordinal, one {#st} two {#nd} few {#rd} other {#th}}}"
        #expect(shown(places, language: "en", props: "1022") == "1,022nd")
        #expect(shown(places, language: "de", props: "1") == "[unknown-plural-form]")
        #expect(
            shown("{{n, selectordinal, one {#st} other {#th}}}", language: "en", props: "1") == "[missing-plural-form]")
    }

    @Test func aMessageMayHaveTemplatesOfItsOwn() {
        let text = "{{n, plural, =0 {none} one {# plant, {{plan}}} other {# plants, {{plan|upper}}}}} here"
        #expect(shown(text, language: "en", props: "0") == "none here")
        #expect(shown(text, language: "en", props: "1") == "1 plant, monthly here")
        #expect(shown(text, language: "en", props: "1234") == "1,234 plants, MONTHLY here")
        #expect(shown("{{plan, select, monthly {a month} other {a year}}}", language: "en", props: "0") == "a month")
        #expect(shown("{{plan, select, yearly {a year}}}", language: "en", props: "0") == "[no-choice]")
        #expect(shown("{{plan}}} and {{n|0.00}}", language: "en", props: "2") == "monthly} and 2.00")
    }

    @Test func numbersAreWrittenAsInTheLanguage() {
        let cases: [(String, String, String, String)] = [
            ("en", "{{n, number}}", "1234567.891", "1,234,567.891"), ("de", "{{n, number}}", "12345.5", "12.345,5"),
            ("de-CH", "{{n, number}}", "1234.5", "1’234.5"), ("fr", "{{n, number}}", "1234", "1\u{202F}234"),
            ("es", "{{n, number}}", "1234", "1234"), ("es", "{{n, number}}", "12345", "12.345"),
            ("pl", "{{n, number}}", "1234", "1234"), ("it", "{{n, number}}", "12345", "12.345"),
            ("hi", "{{n, number}}", "1234567", "12,34,567"), ("sv", "{{n, number}}", "-1234", "−1\u{A0}234"),
            ("ar-EG", "{{n, number}}", "1234.5", "١٬٢٣٤٫٥"), ("ar", "{{n, number}}", "1234.5", "1,234.5"),
            ("en", "{{n, number 0.00}}", "2", "2.00"), ("de", "{{n, percent}}", "0.25", "25\u{A0}%"),
            ("tr", "{{n, percent 0.0}}", "0.255", "%25,5"),
            ("de", "{{n, currency EUR}}", "1234.5", "1.234,50\u{A0}€"), ("en", "{{n, currency USD}}", "-7", "-$7.00"),
            ("nl", "{{n, currency EUR}}", "-7", "€\u{A0}-7,00"),
            ("en", "{{n, currency CHF}}", "149", "CHF\u{A0}149.00"),
            ("ja", "{{n, currency JPY}}", "1234", "￥1,234"), ("en", "{{n, currency EUR 0}}", "149", "€149"),
            ("ar", "{{n, currency EUR}}", "12", "\u{200F}12.00\u{A0}€"),
            ("pt", "{{n, currency BRL}}", "5", "R$\u{A0}5,00"),
            ("en", "{{day, date long}}", "0", "March 4, 2026"),
            ("de", "{{day, date full}}", "0", "Mittwoch, 4. März 2026"),
            ("en-GB", "{{day, date short}}", "0", "04/03/2026"),
            ("es", "{{day, date long}}", "0", "4 de marzo de 2026"),
            ("fi", "{{day, date full}}", "0", "keskiviikko 4. maaliskuuta 2026"),
            ("ru", "{{day, date long}}", "0", "4 марта 2026\u{202F}г."),
            ("he", "{{day, date long}}", "0", "4 במרץ 2026"),
            ("ja", "{{day, date long}}", "0", "2026年3月4日"), ("ar-EG", "{{day, date long}}", "0", "٤ مارس ٢٠٢٦"),
        ]
        for (language, text, number, wanted) in cases {
            #expect(shown(text, language: language, props: number) == wanted, "\(language) \(text) \(number)")
        }
    }

    @Test func whatCannotBeFormedIsAnError() {
        let cases = [
            ("en", "{{n, plural, one {a}}}", "[missing-plural-form]"),
            ("pl", "{{n, plural, one {a} other {b}}}", "[missing-plural-form]"),
            ("de", "{{n, plural, one {a} few {b} other {c}}}", "[unknown-plural-form]"),
            ("tlh", "{{n, plural, one {a} other {b}}}", "[no-language-rules]"),
            ("en-ZA", "{{n, number}}", "[no-language-rules]"), ("en", "{{n, currency euro}}", "[bad-currency]"),
            ("en", "{{plan, number}}", "[not-a-number]"), ("en", "{{plan, date long}}", "[not-a-date]"),
            ("en", "{{day, date huge}}", "[bad-message]"), ("en", "{{n, spellout}}", "[bad-message]"),
            ("en", "{{n, plural}}", "[bad-message]"),
            ("en", "{{n, plural, one {a} one {b} other {c}}}", "[bad-message]"),
            ("en", "{{n, plural, one}}", "[bad-message]"), ("en", "{{n, number 0.x}}", "[bad-message]"),
        ]
        for (language, text, wanted) in cases {
            #expect(shown(text, language: language, props: "1") == wanted, "\(language) \(text)")
        }
    }

    /// What is written here is read by the checks that compare numbers with their sources.
    @Test func formsAreReadAgain() throws {
        let languages = [
            "en", "en-IN", "de", "de-CH", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "fi", "pl", "cs", "ru", "uk",
            "ar", "ar-EG", "he", "tr", "ja", "ko", "zh", "hi",
        ]
        for language in languages {
            for (text, value) in [
                ("{{n, number}}", "1234567"), ("{{n, currency EUR}}", "1234.5"), ("{{n, number}}", "12.25"),
            ] {
                let spec = """
                    version: 1
                    video: { language: \(language) }
                    props: { n: { type: number, default: \(value) } }
                    scenes: [ { id: a, duration: 3s, layers: [ { text: "\(text)", source: "data/plants.csv#total" } ] } ]
                    """
                let found = try proofread(spec, files: ["data/plants.csv": "name,count\ntotal,\(value)\n"])
                #expect(!found.contains { $0.id.hasPrefix("P13") }, "\(language) \(value): \(found.map(\.message))")
            }
        }
    }
}
