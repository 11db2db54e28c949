// Golden files: texts that are looked at by a person once and then stay. `VGRAPH_REWRITE_GOLDENS=1` writes what is
// printed now into the file and fails, so that a person looks at the difference.
import FoundationEssentials

public enum Golden {
    public static let isRewriting = ProcessInfo.processInfo.environment["VGRAPH_REWRITE_GOLDENS"] != nil

    /// A case in a file of Tests/Goldens: `=== name`, its text, `--- title` and more text, `>>>` and what it prints.
    public struct Case {
        public var name: String
        /// Sections by title; "" is the text right below the name.
        public var sections: [(title: String, text: String)]
        public var expected: String

        public func section(_ title: String) -> String? { sections.first { $0.title == title }?.text }
    }

    /// What is not as a golden says, for a person.
    public struct Differs: Error, CustomStringConvertible { public var description: String }

    /// Prints every case of a file and throws `Differs` where one prints something else.
    /// - Parameter least: how many cases the file has at least: an empty one holds nothing.
    public static func run(_ file: String, least: Int = 4, _ print: (Case) throws -> String) throws {
        let url = Repository.file("Tests/Goldens/" + file)
        let cases = parse(try String(contentsOf: url, encoding: .utf8))
        var text = "", different: [String] = []
        for var item in cases {
            let printed = try print(item)
            if printed != item.expected {
                different.append("\(file), \(item.name): printed\n\(printed)\nexpected\n\(item.expected)")
            }
            item.expected = printed
            text +=
                "=== \(item.name)\n"
                + item.sections.map { ($0.title.isEmpty ? "" : "--- \($0.title)\n") + $0.text + "\n" }.joined()
            text += ">>>\n" + item.expected + "\n"
        }
        if isRewriting { try text.write(to: url, atomically: true, encoding: .utf8) }
        if cases.count < least {
            different.append("\(file) has \(cases.count) cases, and \(least) at least are wanted")
        }
        if !different.isEmpty { throw Differs(description: different.joined(separator: "\n\n")) }
    }

    /// Writes a whole file where goldens are rewritten. What differs is the caller's to say.
    public static func rewrite(_ file: URL, _ text: String) throws {
        if isRewriting { try text.write(to: file, atomically: true, encoding: .utf8) }
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
