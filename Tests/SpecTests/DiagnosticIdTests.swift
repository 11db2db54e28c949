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
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
        where name.hasSuffix("Problem.swift") {
            var catalogue = "", cause = ""
            let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            for found in text.matches(
                of: /public enum (\w+Problem)|\n\s*case \.(\w+)|(?:Diagnostic\(|return \()\s*"([^"]+)"/)
            {
                if let name = found.1 { catalogue = String(name) }
                if let name = found.2 { cause = String(name) }
                if let id = found.3 { causes[String(id), default: []].insert("\(catalogue).\(cause)") }
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
            #expect(!text.contains(/Diagnostic\(\s*"/), "\(name) words a message")
        }
    }
}
