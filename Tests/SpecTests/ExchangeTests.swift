// Texts for translators and back: XLIFF 2 and PO, whole and hostile.
import Diagnostics
import Spec
import TestSupport
import Testing

private let spec = """
    version: 1
    languages: { default: en, de: texts.de.yaml, pl: texts.pl.yaml }
    props: { count: { type: integer } }
    scenes:
      - id: hook
        duration: 3s
        layers:
          - { text: "Meet \\"{{product}}\\" & <more>", key: headline }
          - { text: "{{count, plural, one {# plant} other {# plants}}}" }
          - { text: "Two\\nlines" }
    cta: { text: Try it }
    """

private let texts = """
    # of the film
    scene.hook.headline:
      source: "Meet \\"{{product}}\\" & <more>"
      text: "Das ist „{{product}}“ & <mehr>"
    scene.hook.2:
      source: "{{count, plural, one {# plant} other {# plants}}}"
      text: "{{count, plural, one {# Pflanze} other {# Pflanzen}}}"
    scene.hook.3: "Zwei\\nZeilen"
    # old
    cta.text:
      source: "Try"
      text: "Los"
    gone:
      source: "Gone"
      text: "Weg"

    """

struct ExchangeTests {
    private let translations: SpecTranslations
    private let file: TextFile

    init() throws {
        translations = try SpecTranslations(Array(spec.utf8), spec: "launch.video.yaml")
        file = try TextFile(Array(texts.utf8), file: "texts.de.yaml")
    }

    @Test func extractKeepsWhatIsThere() throws {
        let (again, added) = translations.extracted(file, "de")
        #expect(added.isEmpty && again.yaml == texts)
        let (fresh, all) = translations.extracted(TextFile(), "de")
        #expect(all == ["scene.hook.headline", "scene.hook.2", "scene.hook.3", "cta.text"])
        #expect(fresh.entries.allSatisfy { $0.text == nil && $0.source != nil })
        #expect(translations.ownLanguage == "en" && translations.languages.map(\.name) == ["de", "pl"])
    }

    @Test(arguments: ExchangeFile.Format.allCases)
    func thereAndBackChangesNothing(format: ExchangeFile.Format) throws {
        let sent = translations.exchange(file, "de")
        let text = sent.text(format)
        let back = try ExchangeFile.read(Array(text.utf8), format, file: "x")
        #expect(back.language == "de" && back.ownLanguage == "en" && back.spec == "launch.video.yaml")
        let imported = translations.imported(back, into: file)
        #expect(imported.file.yaml == texts && imported.changed.isEmpty && imported.unknown.isEmpty)
        // Into an empty file come the same translations, with their sources.
        let fresh = translations.imported(back, into: TextFile())
        #expect(
            fresh.file["cta.text"]?.source == "Try" && fresh.file["scene.hook.2"]?.text == file["scene.hook.2"]?.text)
    }

    @Test(arguments: ExchangeFile.Format.allCases)
    func whatComesBackHasItsSource(format: ExchangeFile.Format) throws {
        let text = translations.exchange(file, "de").text(format)
            .replacing("Los", with: "Ausprobieren").replacing("#, fuzzy\n", with: "")
            .replacing("state=\"initial\"", with: "state=\"final\"")
        let imported = translations.imported(try ExchangeFile.read(Array(text.utf8), format, file: "x"), into: file)
        #expect(imported.changed == ["cta.text"])
        #expect(imported.file["cta.text"]?.source == "Try it" && imported.file["cta.text"]?.text == "Ausprobieren")
        #expect(imported.file["gone"]?.text == "Weg" && imported.file["cta.text"]?.comments == ["# old"])
    }

    @Test func pluralsOfPO() throws {
        let german = translations.exchange(file, "de").text(.po)
        #expect(
            german.contains(
                "msgid \"# plant\"\nmsgid_plural \"# plants\"\nmsgstr[0] \"# Pflanze\"\nmsgstr[1] \"# Pflanzen\"\n"))
        let polish = translations.exchange(TextFile(), "pl").text(.po)
        #expect(polish.contains("Plural-Forms: nplurals=3;") && polish.contains("msgstr[2] \"\"\n"))
        let filled = polish.replacing("msgstr[0] \"\"", with: "msgstr[0] \"# roślina\"")
            .replacing("msgstr[1] \"\"", with: "msgstr[1] \"# rośliny\"")
            .replacing("msgstr[2] \"\"", with: "msgstr[2] \"# roślin\"")
        let back = try ExchangeFile.read(Array(filled.utf8), .po, file: "x")
        let imported = translations.imported(back, into: TextFile()).file
        #expect(
            imported["scene.hook.2"]?.text == "{{count, plural, one {# roślina} few {# rośliny} many {# roślin}}}")
        #expect(imported["scene.hook.2"]?.source == "{{count, plural, one {# plant} other {# plants}}}")
    }

    private func id(_ text: String, _ format: ExchangeFile.Format) -> String {
        do throws(LanguageProblem) {
            let file = try ExchangeFile.read(Array(text.utf8), format, file: "x")
            return file.units.map { "\($0.key)=\($0.target ?? "-")" }.joined(separator: " ")
        } catch { return "[\(error.diagnostic.id)] \(error.diagnostic.place?.line ?? 0): \(error.diagnostic.message)" }
    }

    private func xliff(_ inner: String, version: String = "2.0") -> String {
        "<xliff version=\"\(version)\" srcLang=\"en\" trgLang=\"de\"><file id=\"f\">\(inner)</file></xliff>"
    }

    @Test func hostileXLIFF() {
        func unit(_ text: String) -> String {
            xliff("<unit id=\"u\" name=\"k\"><segment><source>a</source><target>\(text)</target></segment></unit>")
        }
        #expect(
            id(unit("b &amp; &#x63;<![CDATA[<d>]]><mrk id=\"m\">e</mrk><cp hex=\"0007\"/>"), .xliff)
                == "k=b & c<d>e\u{7}")
        #expect(id(unit("<ph id=\"1\"/>"), .xliff).hasPrefix("[bad-xml] 1: the code 'ph'"))
        #expect(
            id("<!DOCTYPE x [<!ENTITY a \"b\">]>\n" + unit("&a;"), .xliff)
                == "[bad-xml] 1: a document type is not allowed")
        #expect(id(unit("&a;"), .xliff) == "[bad-xml] 1: unknown reference '&a;'")
        #expect(
            id("<?xml version=\"1.0\" encoding=\"latin1\"?>" + unit("b"), .xliff)
                == "[bad-xml] 1: the file is not UTF-8")
        #expect(id(xliff("", version: "1.2"), .xliff) == "[not-xliff] 1: this is XLIFF 1.2, not XLIFF 2")
        #expect(id("<a/>", .xliff) == "[not-xliff] 1: this is an XML file of 'a', not XLIFF 2")
        let deep = String(repeating: "<a>", count: 100_000)
        #expect(id(deep, .xliff) == "[bad-xml] 1: elements are nested more than 64 deep")
        for broken in [
            "", "<", "<a", "<a b", "<a b=\"", "<a b='1' b='2'/>", "<a></b>", "<a/><b/>", "<a>&#0;</a>", "<a>\u{1}</a>",
        ] {
            #expect(id(broken, .xliff).hasPrefix("[bad-xml]"), "\(broken)")
        }
        let segments =
            "<unit id=\"u\" name=\"k\"><segment><source>a.</source><target>b.</target></segment>"
            + "<ignorable><source> </source></ignorable><segment><source>c</source><target>d</target></segment></unit>"
        #expect(id(xliff("<group id=\"g\">\(segments)</group>"), .xliff) == "k=b. d")
        #expect(id(xliff(segments + segments), .xliff).hasPrefix("[bad-xml]"))
        #expect(id(xliff("<unit id=\"u\"/>"), .xliff).hasPrefix("[bad-xml]"))
    }

    @Test func hostilePO() {
        let head = "msgid \"\"\nmsgstr \"Language: de\\n\"\n\n"
        #expect(id(head + "msgctxt \"k\"\r\nmsgid \"a\"\r\nmsgstr \"\"\r\n\"b\\n\"\r\n\"c\"\r\n", .po) == "k=b\nc")
        #expect(id(head + "#~ msgid \"x\"\n#~ msgstr \"y\"\n", .po) == "")
        for broken in [
            "msgid a\n", "\"a\"\n", "msgfoo \"a\"\n", "msgid \"a\\q\"\n", "msgid \"a\"b\"\n", "msgstr[9] \"a\"\n",
            "msgctxt \"k\"\nmsgid \"a\"\nmsgstr \"b\"\n\nmsgctxt \"k\"\nmsgid \"a\"\nmsgstr \"b\"\n",
            "msgctxt \"k\"\nmsgid \"a\"\nmsgid_plural \"b\"\nmsgstr[4] \"b\"\n",
        ] {
            #expect(id(head + broken, .po).hasPrefix("[bad-po]"), "\(broken)")
        }
        #expect(id("msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=KOI8-R\\n\"\n", .po).hasPrefix("[bad-po]"))
    }

    /// Damaged files end in an error or are read; they never stop the program.
    @Test func damagedFiles() throws {
        var random = Seeded(seed: 7)
        for format in ExchangeFile.Format.allCases {
            let bytes = Array(translations.exchange(file, "de").text(format).utf8)
            for _ in 0..<300 {
                var damaged = bytes
                for _ in 0..<Int.random(in: 1...8, using: &random) {
                    let at = Int.random(in: damaged.indices, using: &random)
                    if Bool.random(using: &random) {
                        damaged[at] = UInt8.random(in: 0...255, using: &random)
                    } else {
                        damaged.remove(at: at)
                    }
                }
                _ = try? ExchangeFile.read(damaged, format, file: "x")
            }
        }
    }
}
