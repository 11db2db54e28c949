// The ids of the catalogue of messages: programs read them, so each names one cause.
import Foundation
import Testing

@Suite struct DiagnosticIdTests {
    private static let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources")

    /// The cases that build each id, as `CommandProblem.badSet`.
    private func causes() throws -> [String: Set<String>] {
        var causes: [String: Set<String>] = [:]
        let folder = Self.sources.appending(path: "Diagnostics")
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.hasSuffix("Problem.swift") {
            var catalogue = "", cause = ""
            for line in try String(contentsOf: folder.appending(path: name), encoding: .utf8).split(separator: "\n") {
                if let found = line.firstMatch(of: /public enum (\w+Problem)/) { catalogue = String(found.1) }
                if let found = line.firstMatch(of: /^\s*case \.(\w+)/) { cause = String(found.1) }
                for found in line.matches(of: /(?:Diagnostic\(|return \()"([^"]+)"/) {
                    causes[String(found.1), default: []].insert("\(catalogue).\(cause)")
                }
            }
        }
        return causes
    }

    /// A finding of proofreading has the id of its check, and a check may have several ways to fail.
    @Test func eachNamesOneCause() throws {
        let causes = try causes()
        #expect(causes.count > 300)
        for (id, cases) in causes where !id.contains(/^P\d\d\./) {
            #expect(cases.count == 1, "[\(id)] is built by \(cases.sorted())")
        }
    }

    @Test func messagesAreWordedInTheCatalogueAlone() throws {
        let names = FileManager.default.enumerator(atPath: Self.sources.path)?.compactMap { $0 as? String } ?? []
        for name in names where name.hasSuffix(".swift") && !name.hasPrefix("Diagnostics/") {
            // Its words go from the worker to the engine, which puts them into `RepetitionProblem`.
            if name == "vgraph-worker/DifferenceWork.swift" { continue }
            let text = try String(contentsOf: Self.sources.appending(path: name), encoding: .utf8)
            #expect(!text.contains("Diagnostic(\""), "\(name) words a message")
        }
    }
}
