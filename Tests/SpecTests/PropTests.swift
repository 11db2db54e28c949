// Props that are objects, files and days, and patterns.
import Composition
import Diagnostics
import Spec
import Testing

struct PropTests {
    private static let text = """
        version: 1
        props:
          product:
            type: object
            fields:
              name: { type: string, max_length: 12 }
              price: { type: number, default: 5 }
              photo: { type: asset, kinds: [image] }
            default: { name: Aurora, photo: assets/hero.jpg }
          day: { type: date, default: 2026-11-26 }
        scenes:
          - { id: a, duration: 2s, layers: [ { image: "{{product.photo}}" }, { text: "{{product.name}} {{product.price|0.0}} {{day}}" } ] }
        """

    private func shown(props: String? = nil, set: [String: String] = [:], row: [String: String]? = nil) throws
        -> String?
    {
        let spec = try ValidSpec.read(
            specText: Self.text, specName: "a.video.yaml", propsText: props, set: set, choice: FilmChoice(row: row))
        let video = try resolve(spec, facts: sampleFacts()) { _ in [] }
        guard case .text(let content) = video.scenes[0].layers[1].content else { return nil }
        return content.text
    }

    private func message(props: String? = nil, set: [String: String] = [:], row: [String: String]? = nil) -> String {
        do {
            _ = try shown(props: props, set: set, row: row)
            return ""
        } catch { return ((error as? Diagnostics)?.all ?? []).map { $0.text() }.joined(separator: "\n") }
    }

    @Test func anObjectIsCompletedFieldByField() throws {
        #expect(try shown() == "Aurora 5.0 2026-11-26")
        // The file gives a field, the row another, and --set has the last word; the rest is the default's.
        #expect(try shown(props: "product: { name: File, price: 7 }") == "File 7.0 2026-11-26")
        #expect(
            try shown(props: "product: { name: File, price: 7 }", row: ["product.price": "8"]) == "File 8.0 2026-11-26")
        #expect(
            try shown(
                set: ["product.price": "9", "day": "2027-01-02"], row: ["product.price": "8", "product.name": "Row"])
                == "Row 9.0 2027-01-02")
        #expect(try shown(set: ["product": "{ name: Whole }"]) == "Whole 5.0 2026-11-26")
    }

    @Test func eachSourceIsCheckedAtItsPlace() {
        #expect(
            message(row: ["product.price": "cheap"]).hasPrefix("row:1:15: error: prop 'product.price' takes a number"))
        #expect(
            message(set: ["product.name": "Much too long a name"]).contains(
                "--set:1:14: error: prop 'product.name' has"))
        #expect(message(props: "product: { nam: A }").contains("props:1:12: error: unknown field 'nam'"))
        #expect(message(props: "product: 7").contains("prop 'product' takes a mapping, not '7' [prop-type]"))
        #expect(message(row: ["product.colour": "red"]).contains("[unknown-prop]"))
    }

    @Test func aFileThatAPropNamesIsOpened() throws {
        func references(_ set: [String: String]) throws -> [AssetReference] {
            try ValidSpec.read(specText: Self.text, specName: "a.video.yaml", set: set).references
        }
        let own = try references([:])
        #expect(own.map(\.path) == ["assets/hero.jpg"] && own[0].kinds == [.image])
        // The default's file is not opened where another takes its place.
        let other = try references(["product.photo": "pictures/b.png"])
        #expect(other.map(\.path) == ["pictures/b.png"] && other[0].place.file == "--set")
        #expect(message(set: ["product.photo": "/etc/passwd"]).contains("[absolute-path]"))
        #expect(message(set: ["product.photo": "nothing"]).contains("[unknown-asset]"))
    }

    /// A prop with this pattern takes the text.
    private func matches(_ pattern: String, _ text: String) -> Bool? {
        let spec =
            "version: 1\nprops: { a: { type: string, pattern: '\(pattern)', default: '\(text)' } }\n"
            + "scenes: [ { id: a, duration: 2s } ]"
        do {
            _ = try ValidSpec.read(specText: spec, specName: "a.video.yaml")
            return true
        } catch {
            return error.all.contains { $0.id == "bad-prop-pattern" } ? nil : false
        }
    }

    @Test func patterns() {
        #expect(matches("[A-Z]{2}-[0-9]{4}", "AB-1234") == true && matches("[A-Z]{2}-[0-9]{4}", "AB-12345") == false)
        #expect(matches("a|bc*", "bccc") == true && matches("a|bc*", "abc") == false)
        #expect(matches("^(?:ab)+$", "abab") == true && matches("(ab)+", "aba") == false)
        #expect(matches("\\p{L}+ \\d{1,3}", "Größe 42") == true && matches("\\w+", "a-b") == false)
        #expect(matches("[^,]*", "a;b") == true && matches("[^,]*", "a,b") == false)
        #expect(matches("[]a-c-]+", "]b-") == true && matches(".\\.x?", "a.") == true)
        #expect(matches("a{0}b{2,}", "bbb") == true && matches("a{2,3}", "aaaa") == false)
        for bad in ["(", ")", "a**", "[a", "[z-a]", "a{3,2}", "(?=a)", "\\1", "a^b", "(a{200}){200}", "*", "\\"] {
            #expect(matches(bad, "a") == nil, "\(bad)")
        }
    }

    /// What takes a matcher that goes back years takes this one no time.
    @Test func noPatternGoesBack() {
        let text = String(repeating: "a", count: 2000)
        #expect(matches("(a*)*b", text) == false && matches("(a|aa)+b", text) == false)
        #expect(matches("(a?){100}a{100}", String(repeating: "a", count: 100)) == true)
    }
}
