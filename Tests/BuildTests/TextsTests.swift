// vgraph texts: files for translators, what is missing, and translations that come back.
import Foundation
import TestSupport
import Testing

@Suite struct TextsTests {
    private static let spec = """
        version: 1
        languages: { default: en, de: texts/de.yaml, ar: texts/ar.yaml }
        props: { product: { type: string } }
        scenes: [ { id: hook, duration: 1s, layers: [ { text: "Meet {{product}}", key: headline }, { text: Now } ] } ]
        """

    @Test func textsGoAndComeBack() throws {
        let workspace = try Workspace([
            "launch.video.yaml": Self.spec, "texts/de.yaml": "# Ada\nscene.hook.2: Jetzt\ngone: Weg\n",
        ])
        defer { workspace.remove() }
        let status = try workspace.vgraph("texts", "status")
        #expect(status.status == 3 && status.out.contains("de  texts/de.yaml: 1 translated, 1 missing, 1 unknown"))
        let extracted = try workspace.vgraph("texts", "extract")
        #expect(
            extracted.status == 0 && extracted.out.contains("texts/de.yaml: written")
                && extracted.out.contains("kept: gone"))
        let german = try workspace.text("texts/de.yaml")
        #expect(
            german == """
                scene.hook.headline:
                  source: "Meet {{product}}"
                  text:
                # Ada
                scene.hook.2: "Jetzt"
                gone: "Weg"

                """)
        #expect(try workspace.vgraph("texts", "extract").out.contains("texts/de.yaml: unchanged"))

        for (format, name) in [("po", "launch.de.po"), ("xliff", "launch.de.xlf")] {
            #expect(try workspace.vgraph("texts", "extract", "--lang", "de", "--format", format).status == 0)
            let sent = try workspace.text(name)
            #expect(try workspace.vgraph("texts", "import", name).out.contains("unchanged"))
            #expect(try workspace.text("texts/de.yaml") == german)
            try workspace.write(name, sent.replacingOccurrences(of: "Jetzt", with: "Jetzt {{price}}"))
            let wrong = try workspace.vgraph("texts", "import", name)
            #expect(wrong.status == 2 && wrong.err.contains("[added-placeholder]"))
            #expect(try workspace.text("texts/de.yaml") == german)
        }
        try workspace.write(
            "launch.de.po",
            """
            msgid ""
            msgstr "Language: de\\n"

            msgctxt "scene.hook.headline"
            msgid "Meet {{product}}"
            msgstr "Das ist {{product}}"
            """)
        #expect(try workspace.vgraph("texts", "import", "launch.de.po").out.contains("1 text changed"))
        #expect(try workspace.text("texts/de.yaml").contains("text: \"Das ist {{product}}\""))
        let json = try workspace.vgraph("texts", "status", "--lang", "de", "--json")
        #expect(json.status == 3 && json.out.contains("\"missing\":[]") && json.out.contains("\"unknown\":[\"gone\"]"))
    }

    @Test func whatCannotBeAsked() throws {
        let workspace = try Workspace([
            "a.video.yaml": Self.spec, "x.txt": "", "fr.po": "msgid \"\"\nmsgstr \"Language: fr\\n\"\n",
        ])
        defer { workspace.remove() }
        func id(_ arguments: String...) throws -> String {
            let run = try Workspace.run(Repository.binary("vgraph"), ["texts"] + arguments, in: workspace.folder)
            #expect(run.status == 2)
            return String(run.err.split(separator: "[").last?.prefix { $0 != "]" } ?? "")
        }
        #expect(try id("status", "--lang", "fr") == "unknown-language")
        #expect(try id("import", "x.txt") == "unknown-exchange")
        #expect(try id("import", "fr.po") == "exchange-language")
        #expect(try id("import", "gone.po") == "texts-unreadable")
        try workspace.write("b.video.yaml", "version: 1\nscenes: [ { id: a, duration: 1s } ]\n")
        #expect(try id("status") == "many-specs")
        #expect(try id("status", "b.video.yaml") == "no-languages")
        try workspace.write("b.video.yaml", "version: 1\nlanguages: { de: { captions: a.srt } }\nscenes: []\n")
        #expect(try id("extract", "b.video.yaml", "--lang", "de") == "no-texts")
        #expect(try workspace.vgraph("texts", "status", "b.video.yaml").out == "de  no file of texts: 0 translated\n")
        try workspace.write("b.video.yaml", "version: 1\nlanguages: { de: brand:de.yaml }\nscenes: []\n")
        #expect(try id("extract", "b.video.yaml") == "texts-unreadable")
    }
}
