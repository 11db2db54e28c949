// Rules of the house that a compiler does not hold.
import Foundation
import Testing

@Suite struct HouseTests {
    func sources(_ module: String) throws -> [(name: String, text: String)] {
        let folder = Workspace.root.appending(path: "Sources/\(module)")
        return try (FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? [])
            .filter { $0.hasSuffix(".swift") }
            .map { ("\(module)/\($0)", try String(contentsOf: folder.appending(path: $0), encoding: .utf8)) }
    }

    @Test func theCommandLoadsNoLibrary() throws {
        let run = try Workspace.run("ldd", [Workspace.binaries.appending(path: "vgraph").path], in: Workspace.root)
        #expect(run.err.contains("not a dynamic executable") || run.out.contains("statically linked"), "\(run.out)\(run.err)")
    }

    @Test func foundationStaysOutOfTheEngine() throws {
        for module in ["Diagnostics", "Composition", "Work", "YAML", "Store", "Patterns", "Processes", "Pipelines", "Programs",
                       "Workers", "Graph", "Spec", "Stages", "vgraph"] {
            let files = try sources(module)
            #expect(!files.isEmpty)
            for file in files {
                #expect(!file.text.contains("import Foundation\n"), "\(file.name) imports Foundation; FoundationEssentials has JSON")
            }
        }
    }

    @Test func modulesImportOnlyWhatTheyMayKnow() throws {
        let forbidden: [String: [String]] = [
            "Store": ["Composition", "Spec", "Media", "Render", "Stages", "Graph"],
            "Graph": ["Composition", "Spec", "Media", "Render", "Stages"],
            // They know no build, and not each other.
            "Patterns": ["Glibc", "Store", "YAML", "Work", "Graph"], "Processes": ["Store", "Work", "Graph"],
            "Pipelines": ["Composition", "Spec", "Stages", "Graph", "Programs", "Workers", "Processes"],
            "Programs": ["Composition", "Spec", "Stages", "Graph", "Pipelines", "Workers", "YAML"],
            "Workers": ["Composition", "Spec", "Stages", "Graph", "Pipelines", "Programs", "Patterns", "YAML"],
            "Stages": ["Graph", "Pipelines", "Programs", "Workers"],
            "Composition": ["Spec", "Media", "Render", "Store"], "Spec": ["Media", "Render", "Store", "Graph"],
            "Render": ["Spec", "Store", "Graph"], "Media": ["Spec", "Store", "Graph", "Render", "CPango"],
        ]
        for (module, others) in forbidden {
            for file in try sources(module) {
                for other in others {
                    #expect(!file.text.split(separator: "\n").contains { $0.hasSuffix("import \(other)") }, "\(file.name) must not know \(other)")
                }
            }
        }
    }

    @Test func theTopLevelIsWhatWasAgreed() throws {
        let known: Set = ["Package.swift", "Sources", "Tests", "pipelines", "cache", "README.md", "LICENSE", "Package.resolved"]
        let found = try FileManager.default.contentsOfDirectory(atPath: Workspace.root.path).filter { !$0.hasPrefix(".") }
        #expect(Set(found).isSubset(of: known), "\(Set(found).subtracting(known))")
    }
}
