// Cases in a text file, each with what it must print. `VGRAPH_REWRITE_GOLDENS=1` writes what is printed now into the
// file and fails, so that a person looks at the difference.
import FoundationEssentials
import Testing

struct Golden {
    struct Case {
        var name: String
        /// Sections by title; "" is the text right below the name.
        var sections: [(title: String, text: String)]
        var expected: String

        func section(_ title: String) -> String? { sections.first { $0.title == title }?.text }
    }

    static func run(_ file: String, sourceFile: String = #filePath, _ print: (Case) -> String) throws {
        var folder = URL(filePath: sourceFile)
        for _ in 0..<2 { folder.deleteLastPathComponent() }
        let path = folder.appending(path: "Goldens").appending(path: file)
        let cases = parse(try String(contentsOf: path, encoding: .utf8))
        #expect(cases.count > 3)
        let isRewriting = ProcessInfo.processInfo.environment["VGRAPH_REWRITE_GOLDENS"] != nil
        var text = ""
        for var item in cases {
            let printed = print(item)
            if printed != item.expected {
                Issue.record("\(file), \(item.name): printed\n\(printed)\nexpected\n\(item.expected)")
            }
            item.expected = printed
            text +=
                "=== \(item.name)\n"
                + item.sections.map { ($0.title.isEmpty ? "" : "--- \($0.title)\n") + $0.text + "\n" }.joined()
            text += ">>>\n" + item.expected + "\n"
        }
        if isRewriting { try text.write(to: path, atomically: true, encoding: .utf8) }
    }

    private static func parse(_ text: String) -> [Case] {
        var cases: [Case] = [], isExpected = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if line.hasPrefix("=== ") {
                cases.append(Case(name: String(line.dropFirst(4)), sections: [("", "")], expected: ""))
                isExpected = false
            } else if line == ">>>" {
                isExpected = true
            } else if cases.isEmpty {
                continue
            } else if isExpected {
                cases[cases.count - 1].expected += (cases.last!.expected.isEmpty ? "" : "\n") + line
            } else if line.hasPrefix("--- ") {
                cases[cases.count - 1].sections.append((String(line.dropFirst(4)), ""))
            } else {
                let last = cases[cases.count - 1].sections.count - 1
                cases[cases.count - 1].sections[last].text +=
                    (cases.last!.sections[last].text.isEmpty ? "" : "\n") + line
            }
        }
        return cases
    }
}
