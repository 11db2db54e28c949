// Numbers that are bound to a cell of a data file: addresses, notations, and what is found.
import Diagnostics
import Spec
import Testing

struct SourceTests {
    private static let table = """
        name,count,share,price,start
        Hamburg,"1,204",0.974,$49.00,2026-03-12
        Kiel,12480,18.25%,€ 1.5,2026-04-01
        total,13684,,,
        """

    /// The ids of P13 or of the address that a text with a source raises.
    private func found(
        _ text: String, _ source: String, language: String = "en", files: [String: String] = [:], rest: String = ""
    ) throws -> [String] {
        var files = files
        if files["data/plants.csv"] == nil { files["data/plants.csv"] = Self.table }
        return try proofread(
            "version: 1\nvideo: { language: \(language) }\nscenes: [ { id: a, duration: 4s, layers: [ { text: \"\(text)\", "
                + "source: \"\(source)\" } ] } ]\n" + rest, files: files
        ).map(\.id)
    }

    @Test func valuesAreFoundAndCompared() throws {
        let right: [(text: String, source: String)] = [
            ("12,480 rides", "data/plants.csv#count[2]"), ("12,480 rides", "data/plants.csv#count[name=Kiel]"),
            ("12 480 rides", "data/plants.csv#count[2]"), ("12.5k rides", "data/plants.csv#count[2]"),
            ("12 thousand rides", "data/plants.csv#count[2]"),
            ("twelve thousand four hundred and eighty", "data/plants.csv#count[2]"),
            ("1204 rides", "data/plants.csv#count[1]"), ("13,684", "data/plants.csv#total"),
            ("27,368 in all", "data/plants.csv#sum(count)"),
            ("97.4 %", "data/plants.csv#share[1]"), ("97 percent", "data/plants.csv#share[1]"),
            ("18 % more", "data/plants.csv#share[2]"), ("18.25 %", "data/plants.csv#share[2]"),
            ("$49", "data/plants.csv#price[1]"), ("49 dollars", "data/plants.csv#price[1]"),
            ("On 12 March 2026", "data/plants.csv#start[1]"), ("March 12", "data/plants.csv#start[1]"),
            ("in Hamburg", "data/plants.csv#name[1]"),
        ]
        for (text, source) in right {
            let ids = try found(text, source)
            #expect(ids.isEmpty, "\(text) from \(source): \(ids)")
        }
        let wrong: [(text: String, source: String)] = [
            ("12,490 rides", "data/plants.csv#count[2]"), ("13k rides", "data/plants.csv#count[2]"),
            ("12,000 rides", "data/plants.csv#count[2]"), ("rides", "data/plants.csv#count[2]"),
            ("98 %", "data/plants.csv#share[1]"), ("9.74 %", "data/plants.csv#share[1]"),
            ("€49", "data/plants.csv#price[1]"), ("13 March", "data/plants.csv#start[1]"),
            ("in Kiel", "data/plants.csv#name[1]"), ("1.204 rides", "data/plants.csv#count[1]"),
        ]
        for (text, source) in wrong {
            let ids = try found(text, source)
            #expect(ids == ["P13.source"], "\(text) from \(source): \(ids)")
        }
    }

    @Test func germanNotation() throws {
        let files = ["data/plants.csv": "name;count;price\nKiel;1.234,5;49,00 €\nBonn;12480;1.234\n"]
        for (text, source) in [
            ("1.234,5 Tonnen", "count[1]"), ("1234,5 Tonnen", "count[1]"), ("49 €", "price[1]"),
            ("49 Euro", "price[1]"),
            ("12.480 Fahrten", "count[2]"), ("zwölftausendvierhundertachtzig", "count[2]"),
            ("12,5 Tsd. Fahrten", "count[2]"),
            ("1.234 Tonnen", "price[2]"),
        ] {
            let ids = try found(text, "data/plants.csv#" + source, language: "de", files: files)
            #expect(ids.isEmpty, "\(text): \(ids)")
        }
        for (text, source) in [("1,234 Tonnen", "price[2]"), ("12,480 Fahrten", "count[2]"), ("49 $", "price[1]")] {
            let ids = try found(text, "data/plants.csv#" + source, language: "de", files: files)
            #expect(ids == ["P13.source"], "\(text): \(ids)")
        }
    }

    @Test func pointersIntoTrees() throws {
        let files = [
            "data/plants.json": "{ \"plants\": { \"total\": 167, \"a/b\": [1.5, \"x\"] }, \"none\": null }",
            "data/plants.yaml": "plants:\n  total: 167\n",
        ]
        for (text, source) in [
            ("167 plants", "data/plants.json#/plants/total"), ("1.5 m", "data/plants.json#/plants/a~1b/0"),
            ("167 plants", "data/plants.yaml#/plants/total"),
        ] {
            let ids = try found(text, source, files: files)
            #expect(ids.isEmpty, "\(text): \(ids)")
        }
        #expect(try found("176 plants", "data/plants.yaml#/plants/total", files: files) == ["P13.source"])
        #expect(try found("1", "data/plants.json#/plants/a~1b/2", files: files) == ["source-pointer"])
        #expect(try found("1", "data/plants.json#/plants", files: files) == ["source-not-a-value"])
        #expect(try found("1", "data/plants.json#/none", files: files) == ["source-empty"])
    }

    @Test func bothPlacesAreTold() throws {
        let found = try proofread(
            "version: 1\nscenes: [ { id: a, duration: 4s, layers: [ { text: \"167 plants\", source: \"data/plants.csv#total\" "
                + "} ] } ]",
            files: ["data/plants.csv": "name,count\nKiel,176\ntotal,176\n"])
        #expect(
            found.map(\.message) == [
                "'167 plants' says '167', but its source 'data/plants.csv#total' says '176' (data/plants.csv:3:7)"
            ])
        #expect(found.first?.severity == .error && found.first?.place?.line == 2)
    }

    /// Captions, narration, claims and the call to action name sources as texts do.
    @Test func everyTextMayNameASource() throws {
        let found = try proofread(
            """
            version: 1
            scenes:
              - id: a
                duration: 4s
                captions: [ { start: 0s, end: 4s, text: "1 ride", source: "data/plants.csv#total" } ]
            audio: { tracks: [ { asset: assets/voice.wav, says: [ { text: "2 rides", source: "data/plants.csv#total" } ] } ] }
            cta: { text: "3 rides", source: "data/plants.csv#total" }
            review: { claims: [ { text: "4 rides are named", source: "data/plants.csv#total" } ] }
            numbers: { bound: false, sources: ["data/plants.csv#total"] }
            brief: { must_say: [ { text: "5 rides", source: "data/plants.csv#total" } ] }
            """, files: ["data/plants.csv": Self.table])
        #expect(found.filter { $0.id == "P13.source" }.map { $0.place?.line } == [5, 6, 7, 8, 10])
    }

    @Test func filesThatCannotBeRead() throws {
        func ids(_ bytes: [UInt8]) throws -> [String] {
            let spec = try ValidSpec.read(
                specText:
                    "version: 1\nscenes: [ { id: a, duration: 1s } ]\nnumbers: { sources: [\"data/plants.csv#a\"] }",
                specName: "a.video.yaml")
            do throws(Diagnostics) {
                _ = try resolve(spec, facts: sampleFacts()) { _ in bytes }
                return []
            } catch { return error.all.map(\.id) }
        }
        #expect(try ids([0x61, 0x0A, 0x31]) == [])
        #expect(try ids([0x61, 0x0A, 0xFF]) == ["source-encoding"])
        #expect(try ids(Array("a\n".utf8) + Array(repeating: 0x31, count: 9 << 20)) == ["source-too-large"])
        #expect(
            try ids(Array("a\n".utf8) + Array(String(repeating: "1\n", count: 500_001).utf8)) == ["source-too-large"])
        #expect(try ids([]) == ["source-column"])
    }

    @Test func everyNumberMayHaveToNameASource() throws {
        func unbound(_ text: String, _ numbers: String) throws -> [String] {
            try found(text, "data/plants.csv#total", rest: "numbers: \(numbers)\n").filter { $0 == "P13.unbound" }
        }
        #expect(try unbound("13,684 rides in 12 cities", "bound").count == 1)
        #expect(try unbound("13,684 rides in twelve cities", "bound").isEmpty)
        #expect(try unbound("13,684 rides in 12 cities", "{ unbound: [12] }").isEmpty)
        #expect(try unbound("13,684 rides in 2026, 24/7", "{ unbound: [\"2026\", 24/7] }").isEmpty)
        #expect(try unbound("13,684 rides for $49", "{ sources: [\"data/plants.csv#price[1]\"] }").isEmpty)
        #expect(try unbound("13,684 rides in 12 cities", "{ bound: false }").isEmpty)
        #expect(try unbound("13,684 rides on 12 March", "bound").count == 1)
    }
}
