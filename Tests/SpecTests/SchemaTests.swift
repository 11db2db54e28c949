import Diagnostics
import FoundationEssentials
import Glibc
import Spec
import Testing

struct SchemaTests {
    /// A validator that knows nothing of how the schema was made. python3-jsonschema is not everywhere: then it says so.
    @Test func theSchemaIsValidAndTheSamplesKeepToIt() throws {
        guard system("python3 -c 'import jsonschema, yaml' 2>/dev/null") == 0 else {
            print("skipped: needs python3 with jsonschema and yaml (apt install python3-jsonschema python3-yaml)")
            return
        }
        let folder = URL(filePath: "/tmp").appending(path: "vgraph-schema-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func write(_ text: String, _ name: String) throws { try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8) }
        try write(schemaText(), "schema.json")
        let good = try [SampleSpecs.launch, SampleSpecs.short, SampleSpecs.json] + Self.examples()
        for (index, spec) in good.enumerated() { try write(spec, "good\(index).yaml") }
        let bad = ["version: 2\nscenes: [{ id: a, duration: 1s }]", "version: 1", "version: 1\nscenes: [{ id: a, duration: 1s, colour: red }]",
                   "version: 1\nscenes: [{ id: a, duration: 1s, layers: [{ text: x, fit: covr }] }]", "version: 1\nscenes: [{ id: a, duration: -1 }]"]
        for (index, spec) in bad.enumerated() { try write(spec, "bad\(index).yaml") }
        try write(profileSchemaText(), "profile.json")
        try FileManager.default.createDirectory(at: folder.appending(path: "profiles"), withIntermediateDirectories: true)
        for name in Profiles.names { try write(try #require(Profiles.builtIn(name)), "profiles/good-\(name).yaml") }
        for (index, profile) in ["profile: a\nrules: { lines: { max: 2 } }", "title: a", "profile: a\nrules: { duration: { max: [1] } }"].enumerated() {
            try write(profile, "profiles/bad\(index).yaml")
        }
        try write("""
            import glob, json, jsonschema, sys, yaml
            folder = sys.argv[1]
            for name, files in [("schema", "/*.yaml"), ("profile", "/profiles/*.yaml")]:
                schema = json.load(open(folder + "/" + name + ".json"))
                jsonschema.Draft202012Validator.check_schema(schema)
                validator = jsonschema.Draft202012Validator(schema)
                for path in glob.glob(folder + files):
                    # Dates are texts to vgraph.
                    found = list(validator.iter_errors(json.loads(json.dumps(yaml.safe_load(open(path)), default=str))))
                    if bool(found) != ("bad" in path): print(path, found); sys.exit(1)
            """, "check.py")
        #expect(system("python3 \(folder.path)/check.py \(folder.path)") == 0)
        // The reader agrees with the schema about the same files.
        for (index, spec) in good.enumerated() {
            do { _ = try ValidSpec.read(specText: spec, specName: "good\(index)") } catch {
                Issue.record("\(error.all.map { $0.text() }.joined(separator: "\n"))")
            }
        }
        for spec in bad { #expect(throws: Diagnostics.self) { try ValidSpec.read(specText: spec, specName: "a") } }
    }

    /// The specs that the project ships.
    private static func examples() throws -> [String] {
        var root = URL(filePath: #filePath)
        for _ in 0..<3 { root.deleteLastPathComponent() }
        let folder = root.appending(path: "pipelines/examples").path
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".video.yaml") }
        #expect(files.count >= 3)
        return try files.sorted().map { try String(contentsOfFile: folder + "/" + $0, encoding: .utf8) }
    }

    @Test func defaultsAreThoseThatAreUsed() {
        let schema = schemaText()
        #expect(schema.contains("\"$schema\": \"https://json-schema.org/draft/2020-12/schema\""))
        for text in ["\"default\": \"1920x1080\"", "\"default\": \"cover\"", "\"default\": \"3s\"", "\"default\": \"9dB\""] { #expect(schema.contains(text)) }
        #expect(!schema.contains("\"properties\": {}"))
    }

    /// Every id that a spec's problem can have is in a golden file or in a test.
    @Test func everyMessageHasAGolden() throws {
        var root = URL(filePath: #filePath)
        for _ in 0..<3 { root.deleteLastPathComponent() }
        func text(_ path: String) throws -> String { try String(contentsOf: root.appending(path: path), encoding: .utf8) }
        let source = try text("Sources/Diagnostics/SpecProblem.swift") + text("Sources/Diagnostics/YAMLProblem.swift")
        let shown = try text("Tests/Goldens/spec-errors.txt") + text("Tests/Goldens/yaml-errors.txt") + text("Tests/SpecTests/HostileTests.swift")
            + text("Tests/SpecTests/SpecGoldenTests.swift")
        var ids: Set<String> = []
        for opening in ["return (\"", "Diagnostic(\""] {
            for part in source.split(separator: opening).dropFirst() { ids.insert(String(part.prefix { $0 != "\"" })) }
        }
        #expect(ids.count > 50)
        // Memory cannot be made to run out here; the other has a variable in its id and several goldens.
        for id in ids where id != "out-of-memory" && !id.contains("(") { #expect(shown.contains("[\(id)]"), "no golden shows [\(id)]") }
    }
}
