// The form of a diagnostic on a terminal: place, excerpt, underline, hint, and no control characters.
import Diagnostics
import Testing

struct DiagnosticTextTests {
    private func place(_ excerpt: String, _ column: Int, _ length: Int) -> Place {
        Place(file: "launch.video.yaml", line: 14, column: column, length: length, excerpt: excerpt)
    }

    @Test func form() {
        let diagnostic = Diagnostic(
            "unknown-asset", .error, "unknown asset 'hreo'", hint: "did you mean 'hero'?",
            at: place("      image: hreo", 14, 4))
        #expect(
            diagnostic.text() == """
                launch.video.yaml:14:14: error: unknown asset 'hreo' [unknown-asset]
                      image: hreo
                             ^~~~
                  hint: did you mean 'hero'?
                """)
    }

    @Test func withoutPlaceOrExcerpt() {
        #expect(Diagnostic("x-y", .warning, "careful").text() == "warning: careful [x-y]")
        #expect(
            Diagnostic("x-y", .error, "gone", at: Place(file: "a", line: 0, column: 0)).text() == "a: error: gone [x-y]"
        )
        #expect(
            Diagnostic("x-y", .error, "gone", at: Place(file: "a", line: 3, column: 2)).text()
                == "a:3:2: error: gone [x-y]")
        #expect(Diagnostic("x-y", .error, fault: .bug, "broken").text().contains("a bug in vgraph"))
    }

    @Test func tabsAndWideCharactersAlign() {
        #expect(Diagnostic("x", .error, "m", at: place("\ta: b", 5, 1)).text().hasSuffix("\n    a: b\n       ^"))
        #expect(Diagnostic("x", .error, "m", at: place("漢字: 漢字", 5, 2)).text().hasSuffix("\n漢字: 漢字\n      ^~~~"))
    }

    @Test func longLinesAreCut() {
        let line = String(repeating: "a", count: 500) + "HERE" + String(repeating: "b", count: 400)
        let lines = Diagnostic("x", .error, "m", at: place(line, 501, 4)).text().split(separator: "\n")
        #expect(lines[1].count == 122 && lines[1].hasPrefix("…") && lines[1].hasSuffix("…"))
        let column = lines[2].prefix { $0 == " " }.count
        #expect(lines[1].dropFirst(column).hasPrefix("HERE"))
    }

    @Test func controlCharactersCannotRepaintTheTerminal() {
        let text = Diagnostic("x", .error, "m \u{1B}[2J", at: place("a\u{1B}[31m", 1, 1)).text()
        #expect(!text.contains("\u{1B}"))
        #expect(Diagnostic("x", .error, "m", at: place("a", 1, 1)).text(color: true).contains("\u{1B}[1;31m"))
    }

    @Test func suggestions() {
        #expect(didYouMean("hreo", among: ["logo", "hero"]) == "hero")
        #expect(didYouMean("Duration", among: ["duration"]) == "duration")
        #expect(didYouMean("zebra", among: ["hero", "logo"]) == nil)
        #expect(didYouMean("", among: ["a"]) == nil)
        #expect(
            suggestion("hreo", among: ["hero", "logo"], label: "assets") == "did you mean 'hero'? assets: hero, logo")
        #expect(suggestion("x", among: [], label: "assets") == nil)
    }

    @Test func fileOrder() {
        func at(_ file: String, _ line: Int, _ column: Int) -> Diagnostic {
            Diagnostic("\(file)\(line)\(column)", .error, "", at: Place(file: file, line: line, column: column))
        }
        let sorted = [at("b", 2, 1), at("a", 9, 1), at("b", 1, 5), at("b", 1, 2), Diagnostic("none", .error, "")]
            .inFileOrder()
        #expect(sorted.map(\.id) == ["none", "b12", "b15", "b21", "a91"])
    }
}
