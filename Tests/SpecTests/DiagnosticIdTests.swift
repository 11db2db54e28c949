// The ids of the catalogue of messages: programs read them, so each names one cause.
import Foundation
import TestSupport
import Testing

@Suite struct DiagnosticIdTests {
    private static let sources = Repository.file("Sources")

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

    /// What no test can cause, and why.
    private static let uncaused = [
        // The net under errors that have no message of their own: whichever is known gets one.
        "worker-unexpected",
        // Thrown where a captions file is read, and told as the reason of [unreadable]: StageTests.
        "stage-changed-file",
    ]

    /// Every id is shown by a test or a golden, as `[id]`, as a text of its own, or with its severity.
    @Test func eachIsShown() throws {
        let paths = try Repository.files(in: "Tests", ".swift") + Repository.files(in: "Tests/Goldens", ".txt")
        let shown = try paths.filter { !$0.hasSuffix("DiagnosticIdTests.swift") }.map(Repository.text).joined()
        let severities = ["error", "warning", "note"]
        for id in try causes().keys where !Self.uncaused.contains(id) {
            let forms = ["[\(id)]", "\"\(id)\""] + severities.flatMap { ["\"\(id) \($0)", "\($0) \(id):"] }
            #expect(forms.contains { shown.contains($0) }, "no test causes [\(id)]")
        }
        for id in Self.uncaused { #expect(try causes()[id] != nil, "[\(id)] is gone") }
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
