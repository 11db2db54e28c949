// Every file and every command of pipelines/README.md, as a reader would type them: the document is the test.
import Foundation
import TestSupport
import Testing

@Suite struct PipelineBookTests {
    struct Section: Sendable, CustomTestStringConvertible {
        enum Step: Sendable {
            case file(name: String, text: String)
            /// A command and what it prints.
            case command(String, expected: [String])
        }
        var title: String
        var steps: [Step] = []
        var testDescription: String { title }
    }

    static let sections = sections(
        of: (try? String(contentsOf: Repository.file("pipelines/README.md"), encoding: .utf8)) ?? "")

    static func sections(of text: String) -> [Section] {
        let lines = text.components(separatedBy: "\n")
        var sections: [Section] = [], fence: String?, body: [String] = []
        for line in lines {
            if let open = fence {
                guard line == "```" else { body.append(line); continue }
                if open.contains("file=") {
                    sections[sections.count - 1].steps.append(
                        .file(name: String(open.split(separator: "=")[1]), text: body.joined(separator: "\n") + "\n"))
                } else if open == "```console" {
                    sections[sections.count - 1].steps += commands(body)
                }
                fence = nil
            } else if line.hasPrefix("```") {
                (fence, body) = (line, [])
            } else if line.hasPrefix("## ") {
                sections.append(Section(title: String(line.dropFirst(3))))
            }
        }
        return sections.filter { !$0.steps.isEmpty }
    }

    private static func commands(_ lines: [String]) -> [Section.Step] {
        var steps: [Section.Step] = []
        for line in lines {
            if line.hasPrefix("$ ") {
                steps.append(.command(String(line.dropFirst(2)), expected: []))
            } else if case .command(let command, let expected) = steps.last {
                steps[steps.count - 1] = .command(command, expected: expected + [line])
            }
        }
        return steps
    }

    @Test func thereIsSomethingToTest() { #expect(Self.sections.count >= 8) }

    @Test(arguments: sections) func section(_ section: Section) throws {
        let workspace = try Workspace()
        defer { workspace.remove() }
        let path = Repository.binaries.path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
        for step in section.steps {
            switch step {
            case .file(let name, let text): try workspace.write(name, text)
            case .command(let command, let expected):
                let run = try Workspace.run(
                    "/bin/sh", ["-c", "exec 2>&1; " + command], in: workspace.folder, environment: ["PATH": path])
                let said = Self.withoutSandboxNote(run.out)
                #expect(Self.matches(said[...], expected[...]), "$ \(command)\n\(said.joined(separator: "\n"))")
            }
        }
    }

    /// Where bubblewrap may not work, that is said, and is no part of the lesson.
    static func withoutSandboxNote(_ text: String) -> [String] {
        var lines = text.components(separatedBy: "\n")
        if lines.last == "" { lines.removeLast() }
        guard let note = lines.firstIndex(where: { $0.hasSuffix("[no-sandbox]") }) else { return lines }
        lines.remove(at: note)
        if lines.indices.contains(note), lines[note].hasPrefix("  hint: ") { lines.remove(at: note) }
        return lines
    }

    /// A line that is "…" stands for any number of lines, and "…" in a line for any text.
    static func matches(_ said: ArraySlice<String>, _ expected: ArraySlice<String>) -> Bool {
        guard let first = expected.first else { return said.isEmpty }
        if first == "…" {
            return (said.startIndex...said.endIndex).contains { matches(said[$0...], expected.dropFirst()) }
        }
        guard let line = said.first else { return false }
        let parts = first.components(separatedBy: "…")
        var rest = line[...]
        for (index, part) in parts.enumerated() {
            if index == 0 {
                guard rest.hasPrefix(part) else { return false }
                rest = rest.dropFirst(part.count)
            } else if index == parts.count - 1 {
                guard rest.hasSuffix(part) else { return false }
                rest = rest.suffix(0)
            } else {
                guard let found = rest.range(of: part) else { return false }
                rest = rest[found.upperBound...]
            }
        }
        return (parts.count > 1 || rest.isEmpty) && matches(said.dropFirst(), expected.dropFirst())
    }
}
