// Every message about a spec, word for word: Tests/Goldens/spec-errors.txt and yaml-errors.txt.
import Composition
import Diagnostics
import Digests
import Spec
import TestSupport
import Testing
import YAML

/// Files that every case may name.
func sampleFacts() -> Facts {
    func facts(
        _ kind: AssetFacts.Kind, _ path: String, _ digits: String, size: PixelSize? = nil, duration: Double? = nil,
        audio: Bool = false, families: [String] = [], marks: OriginMarks? = nil, rate: FrameRate? = nil
    ) -> AssetFacts {
        var facts = AssetFacts(
            kind: kind, path: path, digest: Digest(hex: String(repeating: digits, count: 32 / digits.count))!,
            bytes: 1000, size: size,
            duration: duration, hasAudio: audio, families: families, marks: marks,
            isOpaque: path.hasSuffix(".jpg") ? true : nil)
        facts.rate = rate
        return facts
    }
    let all = [
        facts(.image, "assets/hero.jpg", "1", size: PixelSize(width: 1600, height: 900)),
        facts(.video, "assets/clip.mp4", "2", size: PixelSize(width: 1280, height: 720), duration: 10),
        facts(.audio, "assets/voice.wav", "3", duration: 5, audio: true),
        facts(.audio, "assets/bed.mp3", "4", duration: 30, audio: true),
        facts(.font, "assets/Inter.ttf", "5", families: ["Inter"]),
        facts(.text, "assets/captions.vtt", "6"),
        facts(.video, "assets/talk.mp4", "7", size: PixelSize(width: 1280, height: 720), duration: 8, audio: true),
        facts(.text, "data/plants.csv", "8"), facts(.text, "data/plants.json", "9"),
        facts(.text, "data/plants.yaml", "a"), facts(.text, "intro.narration.txt", "b"), facts(.text, "words.txt", "c"),
    ]
    var assets: [String: AssetFacts] = [:]
    for (index, fact) in all.enumerated() {
        let names = ["hero", "clip", "voice", "music", "font", "captions", "talk"]
        if index < names.count { assets[names[index]] = fact }
        assets[fact.path] = fact
    }
    // Files with marks, by path and by the names that goldens give them.
    let square = PixelSize(width: 1600, height: 1600)
    let made = facts(
        .image, "assets/made.png", "d", size: square,
        marks: OriginMarks(hasCredentials: true, sourceTypes: ["digitalCapture", "trainedAlgorithmicMedia"]))
    let signed = facts(
        .image, "assets/signed.jpg", "e", size: square,
        marks: OriginMarks(hasCredentials: true, sourceTypes: ["digitalCapture"]))
    let vast = facts(
        .image, "assets/vast.gif", "f", size: square,
        marks: OriginMarks(hasCredentials: false, sourceTypes: [], isPartial: true))
    // Footage of several rates.
    for (name, rate) in [("24", FrameRate(24)), ("25", FrameRate(25)), ("2997", FrameRate(30_000, 1001))] {
        let path = "assets/at\(name).mp4", size = PixelSize(width: 1280, height: 720)
        assets[path] = facts(.video, path, name, size: size, duration: 60, rate: rate)
    }
    for (fact, names) in [(made, ["made", "edited", "known"]), (signed, ["signed", "photo"]), (vast, [])] {
        for name in names + [fact.path] { assets[name] = fact }
    }
    return Facts(assets: assets)
}

struct SpecGoldenTests {
    @Test func everyMessage() throws {
        try Golden.run("spec-errors.txt") { item in
            let text =
                item.section("")!
                + (item.section("")!.contains("scenes:") ? "" : "\nscenes: [ { id: a, duration: 2s } ]")
            var set: [String: String] = [:]
            for line in (item.section("set") ?? "").split(separator: "\n") {
                let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                set[String(parts[0])] = String(parts[1])
            }
            do {
                let spec = try ValidSpec.read(
                    specText: text, specName: "launch.video.yaml", propsText: item.section("props"),
                    propsName: "launch.props.yaml", set: set)
                _ = try resolve(spec, facts: sampleFacts(), format: item.section("format")) { path in
                    guard let file = item.section("file") else { throw Diagnostic("gone", .error, "no such file") }
                    return Array(file.utf8)
                }
                return spec.warnings.isEmpty ? "fine" : spec.warnings.map { $0.text() }.joined(separator: "\n")
            } catch let error as Diagnostics {
                return error.all.map { $0.text() }.joined(separator: "\n")
            } catch { return "\(error)" }
        }
    }

    @Test func everyYAMLMessage() throws {
        try Golden.run("yaml-errors.txt") { item in
            let text = item.section("")!.replacing("<TAB>", with: "\t").replacing("<BEL>", with: "\u{7}").replacing(
                "<NUL>", with: "\0")
            do throws(Diagnostics) {
                return outline(try YAML.parse(text: text, file: "a.yaml"))
            } catch { return error.all.map { $0.text() }.joined(separator: "\n") }
        }
    }

    /// Two files to Linux; results name both by their names, and a reader of JSON may take them for one.
    @Test func namesThatLookAlike() {
        let text =
            "version: 1\nscenes:\n  - id: a\n    duration: 3s\n    layers:\n      - { image: \"assets/\u{E9}.png\" "
            + "}\n      - { image: \"assets/e\u{301}.png\" }\n"
        do throws(Diagnostics) {
            _ = try ValidSpec.read(spec: Array(text.utf8), specName: "a.video.yaml", props: nil, propsName: "props")
            Issue.record("nothing was said")
        } catch {
            #expect(error.all.map { $0.text() }.joined().contains("[same-look]"))
            #expect(error.all.first?.place?.line == 7)
        }
    }

    @Test func bytesThatAreNoText() {
        func message(_ bytes: [UInt8]) -> String? {
            do throws(Diagnostics) { _ = try YAML.parse(bytes: bytes, file: "a.yaml"); return nil } catch {
                return error.all.first?.text()
            }
        }
        #expect(
            message(Array("a: x".utf8) + [0xFF, 0x20])
                == "a.yaml:1:5: error: byte 0xff is not UTF-8 [yaml-encoding]\na: x\u{FFFD} \n    ^\n  hint: save the "
                + "file as UTF-8"
        )
        #expect(
            message([0xFF, 0xFE, 0x61, 0x00])
                == "a.yaml: error: the file is UTF-16 [yaml-utf16]\n  hint: save it as UTF-8")
        #expect(
            message([UInt8](repeating: 0x20, count: Limits.document.bytes + 1))
                == "a.yaml: error: the file has 4194305 bytes; the limit is 4194304 [yaml-too-large]")
        #expect(message([0xEF, 0xBB, 0xBF] + Array("a: 1".utf8)) == nil)
        #expect(message([]) == "a.yaml: error: the file is empty [yaml-empty]")
    }
}

/// A node in one line, with what the core schema takes its scalars for.
func outline(_ node: Node) -> String {
    switch node.content {
    case .sequence(let items): "[" + items.map(outline).joined(separator: ", ") + "]"
    case .mapping(let pairs): "{" + pairs.map { $0.name + ": " + outline($0.value) }.joined(separator: ", ") + "}"
    case .scalar(let text, _):
        node.isNull
            ? "null"
            : node.bool.map { "\($0)" } ?? node.int.map { "\($0)" } ?? node.double.map { "\($0)" } ?? "'\(text)'"
    }
}

extension SpecGoldenTests {
    /// A value that the film does not show, whatever it is; a template in a file, a name of a film and a default that is
    /// used itself count as showing it.
    @Test func propsThatNothingShows() throws {
        func told(_ rest: String, files: [String: String] = [:], row: [String: String]? = nil) throws -> [String] {
            let text = """
                version: 1
                props:
                  product: { type: string, default: Aurora }
                  greeting: { type: string, default: "Meet {{product}}" }
                  price: { type: number, default: 49 }
                  subtitle: { type: string, default: "from {{price}}" }
                  inks: { type: list, fields: { name: { type: string } }, default: [{ name: red }] }
                  lamp: { type: object, fields: { name: { type: string }, sku: { type: string } }, default: { name: A, sku: B } }
                \(rest)
                """
            let spec = try ValidSpec.read(
                specText: text, specName: "a.video.yaml", choice: FilmChoice(format: nil, language: nil, row: row))
            let drafts = try Draft.all(of: spec, facts: sampleFacts(), format: "") { Array((files[$0] ?? "").utf8) }
            return drafts[0].warnings.filter { $0.id == "unused-prop" }.map { $0.text() }
        }
        func names(_ told: [String]) -> [String] { told.map { String($0.split(separator: "'")[1]) } }
        let scenes = """
            scenes:
              - { id: a, each: inks, duration: 2s, layers: [ { text: "{{greeting}} {{lamp.name}}" } ] }
            """
        let all = try told(scenes)
        #expect(names(all) == ["price", "subtitle", "lamp.sku"], "\(all)")
        #expect(
            all.first?.contains(
                "5:3: warning: prop 'price' is not used: whatever its value is, the film is the same [unused-prop]")
                == true, "\(all)")
        #expect(
            names(
                try told(
                    scenes + "\ncaptions: { from: assets/captions.vtt }",
                    files: [
                        "assets/captions.vtt": "WEBVTT\n\n00:00.200 --> 00:01.800\nIt is {{subtitle}} {{lamp.sku}}.\n"
                    ])) == [])
        // The column that names the film is used; where the name's pattern is not here, any column may be.
        let variants = "\nvariants: { from: rows.csv, name: \"a-{lamp.sku}\" }", row = ["lamp.sku": "C", "price": "50"]
        #expect(names(try told(scenes + variants, row: row)) == ["price", "subtitle"])
        #expect(names(try told(scenes + variants)) == ["price", "subtitle"])
        #expect(names(try told(scenes, row: row)) == ["subtitle"])
    }

    /// A gap in a row; not where nothing may stand there, or where the command line gives a value.
    @Test func gapsInARowAreSaid() throws {
        func told(_ blanks: [String], set: [String: String] = [:]) throws -> [String] {
            var choice = FilmChoice(row: ["sku": "sol", "product.name": "Sol"])
            choice.blanks = blanks
            let spec = try ValidSpec.read(
                specText: """
                    version: 1
                    variants: { from: rows.csv, name: "a-{sku}" }
                    props:
                      sku: { type: string, default: none }
                      price: { type: number, default: 49 }
                      badge: { type: string, default: "", allow_empty: true }
                      product: { type: object, fields: { name: { type: string }, tone: { type: string } }, default: { name: A, tone: B } }
                    scenes: [{ id: a, duration: 2s, layers: [{ text: "{{sku}} {{price}} {{product.name}} {{product.tone}}" }, { text: "{{badge}}" }] }]

                    """, specName: "a.video.yaml", set: set, choice: choice)
            return spec.warnings.map { $0.text().split(separator: "\n")[0] }.map(String.init)
        }
        let gap =
            "a.video.yaml:5:3: warning: the row with sku 'sol' has no value for 'price': its film has the spec's default "
            + "[empty-cell]"
        #expect(try told(["price"]) == [gap])
        #expect(try told(["badge", "product.tone"]).map { $0.contains("'product.tone'") } == [true])
        #expect(try told(["price"], set: ["price": "59"]) == [])
        #expect(try told([]) == [])
    }
}
