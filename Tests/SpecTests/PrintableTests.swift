// Words of files, programs and records, as they are printed.
import Diagnostics
import Testing

@Suite struct PrintableTests {
    @Test func controlsAndDirections() {
        #expect(Printable.text("a\u{1B}]0;PWNED\u{7}b") == "a\u{FFFD}]0;PWNED\u{FFFD}b")
        #expect(
            Printable.text("safe\u{202E}gnp.exe \u{2066}x\u{2069} \u{9B}31m")
                == "safe\u{FFFD}gnp.exe \u{FFFD}x\u{FFFD} \u{FFFD}31m")
        #expect(Printable.text("Grüße 👩‍👩‍👧 e\u{301}\tx\ny") == "Grüße 👩‍👩‍👧 e\u{301}\tx\ny")
        #expect(Printable.line("a\nb\r\u{2028}c") == "a\u{FFFD}b\u{FFFD}\u{FFFD}c")
    }

    /// A CI machine obeys a line that begins so, whatever spaces are before it.
    @Test func workflowCommands() {
        for line in ["::error::x", "  ::stop-commands::tok", "\t::set-output name=a::b", "\u{A0}::error::x"] {
            let lines = Printable.text("first\n" + line + "\nlast").split(separator: "\n")
            #expect(lines.count == 3 && lines[1].hasPrefix("> "), "\(lines)")
        }
        #expect(Printable.text("x ##[group]y ##vso[task.setvariable]") == "x ## [group]y ## vso[task.setvariable]")
        #expect(Printable.text("std::vector ## heading") == "std::vector ## heading")
    }

    @Test func inADiagnostic() {
        let place = Place(
            file: "a\n::error::b\u{1B}.vtt", line: 3, column: 3, length: 5, excerpt: "::error file=app.js::pwned")
        let text = Diagnostic("id", "'x\n::stop-commands::t'", hint: "see\n  ::add-mask::t", at: place).text()
        #expect(!text.split(separator: "\n").contains { $0.drop(while: \.isWhitespace).hasPrefix("::") }, "\(text)")
        #expect(!text.contains("\u{1B}"))
        let lines = text.split(separator: "\n")
        let at = lines.firstIndex { $0.hasSuffix("pwned") }!
        // The underline is still beneath what it means.
        #expect(lines[at] == "> ::error file=app.js::pwned" && lines[at + 1] == "    ^~~~~", "\(text)")
    }

    @Test func twins() {
        #expect(
            didYouMean("caf\u{E9}.png", among: ["cafe\u{301}.png", "cafo.png"])?.utf8.elementsEqual(
                "cafe\u{301}.png".utf8) == true)
    }
}
