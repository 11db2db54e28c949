// Which films a spec has: formats, languages and rows of tables, and what is said of tables that cannot be right.
import Composition
import Diagnostics
import Spec
import Stages
import TestSupport
import Testing

@Suite struct FilmMatrixTests {
    /// The films of launch.video.yaml, as `stem choice`, or the faults.
    static func films(
        _ spec: String, rows: FilmMatrix.Rows? = nil, _ files: [String: [UInt8]]
    ) -> (films: [FilmMatrix.Film], faults: String) {
        let all = files.merging(["launch.video.yaml": Array(spec.utf8)]) { $1 }
        let matrix = FilmMatrix(
            spec: "launch.video.yaml", name: "launch", rows: rows, read: { (path) throws(Diagnostics) in all[path] },
            size: { all[$0]?.count })
        return (matrix.films, matrix.faults.map { $0.text() }.joined(separator: "\n"))
    }

    @Test func everyMessage() throws {
        try Golden.run("variants.txt", least: 30) { item in
            var files: [String: [UInt8]] = [:], rows: FilmMatrix.Rows?
            for (title, text) in item.sections where !title.isEmpty {
                guard title == "each" else { files[title] = Array((text + "\n").utf8); continue }
                let words = text.split(separator: " ").map(String.init)
                rows = FilmMatrix.Rows(table: words[0])
                for word in words.dropFirst() {
                    let parts = word.split(separator: "=").map(String.init)
                    if parts[0] == "name" {
                        rows?.name = parts[1]
                    } else {
                        rows?.conditions.append(.init(column: parts[0], value: parts[1]))
                    }
                }
            }
            let (films, faults) = Self.films((item.section("") ?? "") + "\n", rows: rows, files)
            guard faults.isEmpty else { return faults }
            return films.map { film in
                film.stem + " " + film.choice.text + (film.base.map { " of " + $0 } ?? "")
                    + (film.isOffered ? "" : " unless asked for, none")
            }.joined(separator: "\n")
        }
    }

    static let spec = """
        version: 1
        props: { product: { type: string, default: Aurora } }
        variants: { from: rows.csv, name: "launch-{sku}" }

        """

    @Test func encodings() {
        let text = "sku,product\r\nA7,Größe\r\n"
        let marked: [UInt8] = [0xEF, 0xBB, 0xBF] + Array(text.utf8)
        let wide: [UInt8] = [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        for bytes in [Array(text.utf8), marked, wide] {
            let (films, faults) = Self.films(Self.spec, ["rows.csv": bytes])
            #expect(films.last?.choice.row == ["product": "Größe"], "\(faults)")
        }
        let latin: [UInt8] = Array("sku,product\r\nA7,Gr".utf8) + [0xF6, 0xDF] + Array("e\r\n".utf8)
        let refused = Self.films(Self.spec, ["rows.csv": latin])
        #expect(refused.films.map(\.stem) == ["launch"])
        #expect(
            refused.faults.hasPrefix("rows.csv:2:1: error: byte 0xf6 is not UTF-8 [source-encoding]"),
            "\(refused.faults)")
        let named = Self.films(
            Self.spec.replacing("{sku}\"", with: "{sku}\", encoding: windows-1252"), ["rows.csv": latin])
        #expect(named.films.last?.choice.row == ["product": "Größe"], "\(named.faults)")
    }

    @Test func tablesAreBounded() {
        func table(_ rows: Int) -> [UInt8] {
            Array(("sku,product\n" + (0..<rows).map { "s\($0),p\n" }.joined()).utf8)
        }
        #expect(Self.films(Self.spec, ["rows.csv": table(5000)]).films.count == 5001)
        let many = Self.films(Self.spec, ["rows.csv": table(100_000)])
        #expect(many.faults.contains("100001 films of one spec, more than 10000 [variants-too-many]"), "\(many.faults)")
        let some = Self.films(
            Self.spec, rows: .init(table: "all.csv", conditions: [.init(column: "sku", value: "s99999")]),
            ["rows.csv": table(1), "all.csv": table(100_000)])
        #expect(some.films.last?.stem == "launch-s99999" && some.films.last?.base == "launch", "\(some.faults)")
        // A million cells: 32 formats, 300 languages, 105 rows.
        let matrix =
            Self.spec + "formats: {" + (0..<32).map { "f\($0): 10x10" }.joined(separator: ", ") + "}\n"
            + "languages: { default: en, " + (0..<300).map { "l\($0): a.yaml" }.joined(separator: ", ") + "}\n"
        let large = Self.films(matrix, ["rows.csv": table(105)])
        #expect(large.faults.contains("[variants-too-many]"), "\(large.faults)")
        let bytes = [UInt8](repeating: 0x61, count: 9 << 20)
        #expect(Self.films(Self.spec, ["rows.csv": bytes]).faults.contains("[variants-too-large]"))
    }

    @Test func choicesAreCanonical() throws {
        let choice = FilmChoice(format: "tall", row: ["b": "2\n", "a": "\"1\""])
        #expect(choice.text == #"{"format":"tall","row":{"a":"\"1\"","b":"2\n"}}"#)
        #expect(FilmChoice(text: choice.text) == choice)
        #expect(FilmChoice.own.text == "{}" && FilmChoice(text: "{}") == .own)
        #expect(FilmChoice(text: "[]") == nil)
    }

    @Test func aRowGivesProps() throws {
        let text = Self.spec + "scenes: [{ id: one, duration: 1s, layers: [{ text: \"{{product}} {{format}}\" }] }]\n"
        func product(_ row: [String: String]?, set: [String: String] = [:]) throws -> String? {
            let spec = try ValidSpec.read(
                specText: text, specName: "launch.video.yaml", propsText: "product: Boreal\n", set: set,
                choice: FilmChoice(row: row))
            let video = try resolve(spec, facts: sampleFacts()) { _ in [] }
            guard case .text(let content)? = video.scenes.first?.layers.first?.content else { return nil }
            return content.text
        }
        #expect(try product(nil)?.hasPrefix("Boreal") == true)
        #expect(try product(["product": "Cumulus"])?.hasPrefix("Cumulus") == true)
        #expect(try product(["product": "Cumulus"], set: ["product": "Delta"])?.hasPrefix("Delta") == true)
    }
}
