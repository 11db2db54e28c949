// Rules of the house that a compiler does not hold.
import Foundation
import TestSupport
import Testing

@Suite struct HouseTests {
    func sources(_ module: String) throws -> [(name: String, text: String)] {
        let folder = Repository.file("Sources/\(module)")
        return try (FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? [])
            .filter { $0.hasSuffix(".swift") }
            .map { ("\(module)/\($0)", try String(contentsOf: folder.appending(path: $0), encoding: .utf8)) }
    }

    @Test func theCommandLoadsNoLibrary() throws {
        let run = try Workspace.run("ldd", [Repository.binary("vgraph")], in: Repository.root)
        #expect(
            run.err.contains("not a dynamic executable") || run.out.contains("statically linked"),
            "\(run.out)\(run.err)")
    }

    @Test func foundationStaysOutOfTheEngine() throws {
        for module in [
            "Diagnostics", "Composition", "Work", "YAML", "Store", "Patterns", "Processes", "Pipelines",
            "Programs",
            "Workers", "Graph", "Spec", "Stages", "vgraph",
        ] {
            let files = try sources(module)
            #expect(!files.isEmpty)
            for file in files {
                #expect(
                    !file.text.contains("import Foundation\n"),
                    "\(file.name) imports Foundation; FoundationEssentials has JSON")
            }
        }
    }

    /// What each module may import; all else it must not know. A module that is not here has no rule yet, and gets one.
    static let mayImport: [String: Set<String>] = [
        // The ground: names of bytes, messages, files.
        "Diagnostics": [],
        "Digests": ["CSystem"],
        "Files": ["CSystem", "Glibc", "Digests", "Diagnostics"],
        // Values and documents, without I/O.
        "Composition": ["Digests", "Diagnostics"],
        "YAML": ["CYAML", "Diagnostics"],
        "Work": ["FoundationEssentials", "Synchronization", "Digests", "Files", "Diagnostics"],
        // The engine: no video. Patterns, pipelines, programs and workers know no build.
        "Store": [
            "CSystem", "Glibc", "FoundationEssentials", "Synchronization", "Digests", "Files", "Work", "Diagnostics",
        ],
        "Patterns": ["Diagnostics"],
        "Processes": ["Glibc"],
        "Pipelines": [
            "Glibc", "Synchronization", "Digests", "Files", "Work", "YAML", "Store", "Patterns",
            "Diagnostics",
        ],
        "Programs": [
            "CSystem", "Glibc", "FoundationEssentials", "Digests", "Files", "Work", "Store", "Patterns",
            "Processes",
            "Diagnostics",
        ],
        "Workers": [
            "CSystem", "Glibc", "FoundationEssentials", "Digests", "Files", "Work", "Store", "Processes",
            "Diagnostics",
        ],
        "Graph": [
            "CSystem", "Glibc", "FoundationEssentials", "Digests", "Files", "Work", "Store", "Patterns",
            "Pipelines",
            "Processes", "Programs", "Remotes", "Workers", "Diagnostics",
        ],
        // Caches behind the local one: what is configured and asked, no network.
        "Remotes": ["Glibc", "Digests", "Files", "Work", "YAML", "Store", "Diagnostics"],
        // Bytes of their protocols and entries: no network, no file.
        "Wire": ["CSystem", "FoundationEssentials", "Decisions", "Digests", "Work", "Store"],
        // What goes to another machine, and what comes back: no network, no build, no video.
        "Travel": [
            "Glibc", "FoundationEssentials", "Digests", "Files", "Work", "Wire", "Remotes", "Diagnostics",
        ],
        // Video without pictures: no libav, no pango, no build.
        "Spec": ["Glibc", "Digests", "Composition", "YAML", "Diagnostics"],
        "Stages": ["FoundationEssentials", "Digests", "Work", "Composition", "Spec", "Decisions", "Diagnostics"],
        // What persons decided, signed: no film, no build.
        "Decisions": ["CSystem", "Glibc", "FoundationEssentials", "Digests", "Files", "Diagnostics"],
        // The page to decide by: no file, no build, no libav.
        "Sheet": [
            "FoundationEssentials", "Digests", "Composition", "Decisions", "Provenance", "Runbook", "Diagnostics",
        ],
        // Where a film comes from, as a value: no file, no build.
        "Provenance": ["FoundationEssentials", "Composition", "Decisions", "Diagnostics"],
        // Dictionaries: words alone.
        "Spelling": ["CHunspell", "Glibc"],
        // What vgraph brings along for reviewing: no film, no build.
        "Reviewers": ["Glibc", "FoundationEssentials", "Digests", "Files"],
        // Texts for operators.
        "Runbook": [],
        // Pictures and sound: no spec, no cache, no build.
        "Media": [
            "CFFmpeg", "CLoudness", "CX264", "CPixels", "CSystem", "Glibc", "FoundationEssentials", "Synchronization",
            "Digests",
            "Files", "Composition", "Diagnostics",
        ],
        "Render": [
            "CLZ4", "CPango", "CPixels", "CSystem", "Glibc", "Digests", "Files", "Composition", "Media",
            "Diagnostics",
        ],
        // The programs: the command links no library of pictures, the worker no engine.
        "vgraph": [
            "ArgumentParser", "CSystem", "Glibc", "FoundationEssentials", "Digests", "Files", "Work",
            "Composition",
            "Spec", "Stages", "Store", "Patterns", "Pipelines", "Processes", "Programs", "Reviewers", "Decisions",
            "Provenance", "Remotes", "Runbook", "Sheet", "Travel", "Workers", "Graph", "Diagnostics",
        ],
        "vgraph-worker": [
            "CFFmpeg", "CPango", "CSystem", "Glibc", "FoundationEssentials", "Digests", "Files", "Work",
            "Composition", "Spec", "Spelling", "Stages", "Media", "Render", "Processes", "Programs", "Reviewers",
            "Diagnostics",
        ],
        // The network: no build, no video.
        "vgraph-remote": [
            "CCurl", "CSystem", "Glibc", "FoundationEssentials", "Synchronization", "Digests", "Files", "Work", "Store",
            "Processes", "Decisions", "Remotes", "Travel", "Wire", "Diagnostics",
        ],
    ]

    @Test func modulesImportOnlyWhatTheyMayKnow() throws {
        let folder = Repository.file("Sources")
        let modules = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { try !sources($0).isEmpty }
        #expect(Set(modules) == Set(Self.mayImport.keys), "every module has a rule, and every rule a module")
        for module in modules {
            for file in try sources(module) {
                for line in file.text.split(separator: "\n") where !line.hasPrefix(" ") {
                    let words = line.split(separator: " ")
                    guard let at = words.firstIndex(of: "import"), at < 3, at + 1 < words.count,
                        words[..<at].allSatisfy({
                            $0.hasPrefix("@")
                                || [
                                    "public", "package", "internal",
                                    "private",
                                ].contains($0)
                        })
                    else { continue }
                    let name = String(words[at + 1].prefix { $0 != "." })
                    #expect(Self.mayImport[module, default: []].contains(name), "\(file.name) must not know \(name)")
                }
            }
        }
    }

    @Test func everyTestFileOpensWithAComment() throws {
        for path in try Repository.files(in: "Tests", ".swift") {
            #expect(try Repository.text(path).hasPrefix("// "), "\(path) does not say what it is")
        }
    }

    /// CI does what the README says, with what it takes from elsewhere pinned by hash.
    @Test func theWorkflowRunsTheCommandsOfTheReadme() throws {
        let workflow = try Repository.text(".github/workflows/ci.yml"), readme = try Repository.text("README.md")
        let block = try #require(readme.split(separator: "```\n", omittingEmptySubsequences: false).dropFirst().first)
        let commands = block.split(separator: "\n")
        #expect(commands.count == 2)
        for command in commands { #expect(workflow.contains("run: \(command)\n"), "\(command)") }
        for line in workflow.split(separator: "\n") where line.contains("uses: ") {
            #expect(line.contains(/@[0-9a-f]{40} # v\d/), "\(line)")
        }
    }

    @Test func theTopLevelIsWhatWasAgreed() throws {
        let known: Set = [
            "Package.swift", "Sources", "Tests", "pipelines", "cache", "README.md", "LICENSE",
            "Package.resolved",
        ]
        let found = try FileManager.default.contentsOfDirectory(atPath: Repository.root.path)
            .filter { !$0.hasPrefix(".") }
        #expect(Set(found).isSubset(of: known), "\(Set(found).subtracting(known))")
    }
}
