// What a program was given in confidence is in nothing that is kept.
import Diagnostics
import Foundation
import Graph
import Programs
import Testing

@Suite struct SecretsTests {
    static let value = "hunter2+secret/&=\"x' y"

    @Test func everyDress() {
        let secrets = Secrets([Self.value]), data = Data(Self.value.utf8)
        for text in [
            Self.value, data.base64EncodedString(), Data(("user:" + Self.value).utf8).base64EncodedString(),
            Data(("ab" + Self.value + "cd").utf8).base64EncodedString(),
            Data(("a" + Self.value).utf8).base64EncodedString(),
            data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_"),
            Self.value.addingPercentEncoding(withAllowedCharacters: .alphanumerics)!,
            Self.value.addingPercentEncoding(withAllowedCharacters: .alphanumerics)!.lowercased(),
            data.map { String(format: "%02x", $0) }.joined(),
        ] {
            let clean = secrets.clean("key=\(text)&more")
            #expect(clean.contains("***") && clean.hasPrefix("key=") && clean.hasSuffix("&more"), "\(text): \(clean)")
            // What is left beside a value in base64 are the letters that hold its neighbours, too.
            #expect(clean.count < text.count / 2 + 20, "\(text): \(clean)")
        }
        #expect(secrets.clean("nothing of it") == "nothing of it")
    }

    /// In whatever pieces a program's words come, the log is that of the whole.
    @Test func splitAnywhere() throws {
        let world = try CommandWorld(), text = "a hunter2secret, b aHVudGVyMnNlY3JldA== c"
        for at in stride(from: 1, to: text.utf8.count, by: 3) {
            let one = String(text.prefix(at)), two = String(text.dropFirst(at))
            let command = CommandWorld.shell("printf '%s' '\(one)'; sleep 0.02; printf '%s' '\(two)'") {
                $0.secrets = Secrets(["hunter2secret"])
            }
            let run = try world.run(command, in: .none(reason: ""))
            #expect(run.log == "a ***, b *** c", "split at \(at): \(run.log)")
        }
    }

    @Test func overlapping() {
        #expect(Secrets(["abcdef", "defghi"]).clean("xabcdefghix") == "x***x")
        #expect(Secrets(["abc", "abcdef"]).clean("abcdef abc abcd") == "*** *** ***d")
    }

    /// Nothing is looked for where there is nothing, and a short one is replaced where it stands, without its
    /// encodings.
    @Test func emptyAndShort() {
        #expect(Secrets([""]).isEmpty && Secrets([]).clean("text") == "text")
        #expect(Secrets(["7q"]).clean("7q and N3E=") == "*** and N3E=")
        #expect(Secrets(["key\n"]).clean("key") == "***")
        #expect(Secrets(["-----BEGIN\nline-of-a-key\n"]).clean("> line-of-a-key") == "> ***")
    }

    /// A failure's words, the names of files left behind, what it says it read.
    @Test func failures() throws {
        let world = try CommandWorld()
        func shell(_ script: String, _ change: (inout Command) -> Void = { _ in }) throws -> [Diagnostic] {
            try world.problems(
                CommandWorld.shell(script) {
                    $0.secrets = Secrets(["hunter2secret"]); change(&$0)
                }, in: .none(reason: ""))
        }
        #expect(try shell("echo oops hunter2secret; exit 1")[0].hint == "last output: oops ***")
        #expect(
            try shell("echo '{\"inputs\": [\"hunter2secret\"]}' > d.json") { $0.discovered = "d.json" }
                .allSatisfy { !$0.text().contains("hunter2") })
        let (outcome, _) = try world.outcome(
            CommandWorld.shell("echo 1 > left-hunter2secret") { $0.secrets = Secrets(["hunter2secret"]) },
            in: .none(reason: ""))
        #expect(
            outcome.diagnostics.map(\.message) == ["a.mp4:cmd: the program left files that are not outputs: left-***"])
    }
}
