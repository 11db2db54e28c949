// The JSON Schema against a validator that is not ours, on good and bad specs; both judge as the reader does.
import Diagnostics
import FoundationEssentials
import Glibc
import Spec
import TestSupport
import Testing

struct SchemaTests {
    /// A validator that knows nothing of how the schema was made. python3-jsonschema is not everywhere: then it says
    /// so.
    @Test func theSchemaIsValidAndTheSamplesKeepToIt() throws {
        guard Self.hasValidator else {
            print("skipped: needs python3 with jsonschema and yaml (apt install python3-jsonschema python3-yaml)")
            return
        }
        let folder = TemporaryFolder()
        try folder.write("schema.json", schemaText())
        let good = try [SampleSpecs.launch, SampleSpecs.short, SampleSpecs.json] + Self.examples()
        for (index, spec) in good.enumerated() { try folder.write("good\(index).yaml", spec) }
        let bad = [
            "version: 2\nscenes: [{ id: a, duration: 1s }]", "version: 1",
            "version: 1\nscenes: [{ id: a, duration: 1s, colour: red }]",
            "version: 1\nscenes: [{ id: a, duration: 1s, layers: [{ text: x, fit: covr }] }]",
            "version: 1\nscenes: [{ id: a, duration: -1 }]",
        ]
        for (index, spec) in bad.enumerated() { try folder.write("bad\(index).yaml", spec) }
        try folder.write("profile.json", profileSchemaText())
        for name in Profiles.names {
            try folder.write("profiles/good-\(name).yaml", try #require(Profiles.builtIn(name)))
        }
        for (index, profile) in [
            "profile: a\nrules: { lines: { max: 2 } }", "title: a", "profile: a\nrules: { duration: { max: [1] } }",
        ].enumerated() {
            try folder.write("profiles/bad\(index).yaml", profile)
        }
        try folder.write(
            "check.py",
            """
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
            """)
        let checked = try Program.run(["python3", folder("check.py"), folder.path])
        #expect(checked.status == 0, "\(checked)")
        // The reader agrees with the schema about the same files.
        for (index, spec) in good.enumerated() {
            do { _ = try ValidSpec.read(specText: spec, specName: "good\(index)") } catch {
                Issue.record("\(error.all.map { $0.text() }.joined(separator: "\n"))")
            }
        }
        for spec in bad { #expect(throws: Diagnostics.self) { try ValidSpec.read(specText: spec, specName: "a") } }
    }

    /// Each field with its example, and with values of other kinds, placed in a spec that is otherwise right: the
    /// schema refuses nothing that the reader takes, and takes nothing that the reader calls a wrong type, choice or
    /// field.
    @Test func schemaAndReaderAgreeOnHundredsOfSpecs() throws {
        guard Self.hasValidator else {
            print("skipped: needs python3 with jsonschema and yaml (apt install python3-jsonschema python3-yaml)")
            return
        }
        let values = [
            "5", "-3", "0.5", "\"5\"", "true", "text", "\"{{p}}\"", "3s", "500ms", "90f", "0:01.5", "-1s", "24px", "5%",
            "0.5em", "\"#fff\"", "\"#12\"", "\"rgb(1,2,3)\"",
            "10s ± 0.1s", "[1, 2]", "[center, 40%]", "{ a: 1 }", "[]", "1920x1080", "left", "out", "9dB", "20MB",
            "pt-BR", "30000/1001",
        ]
        let places: [(path: String, spec: (String) -> String)] =
            [
                ("video.size", { "video: { size: \($0) }" }), ("video.fps", { "video: { fps: \($0) }" }),
                ("video.background", { "video: { background: \($0) }" }),
                ("video.language", { "video: { language: \($0) }" }), ("video.title", { "video: { title: \($0) }" }),
                ("color", { "theme: { colors: { x: \($0) } }" }), ("cta.hold", { "cta: { text: x, hold: \($0) }" }),
                ("offset", { "captions: { cues: [], offset: \($0) }" }),
                ("on_overlap", { "captions: { cues: [], on_overlap: \($0) }" }),
                ("position", { "captions: { cues: [], position: \($0) }" }),
                ("duration", { "acceptance: { duration: \($0) }" }),
                ("max_bytes", { "acceptance: { max_bytes: \($0) }" }), ("format", { "formats: { x: \($0) }" }),
                ("integrated", { "audio: { loudness: { integrated: \($0) } }" }),
            ]
            + [
                "at", "anchor", "size", "fit", "radius", "blur", "scale", "rotation", "opacity", "start", "for",
                "speed", "loop", "enter", "fill",
            ].map { field in
                let kind =
                    ["fit", "blur"].contains(field)
                    ? "image: assets/hero.jpg"
                    : ["speed", "loop"].contains(field)
                        ? "video: assets/clip.mp4"
                        : field == "fill"
                            ? "shape: rect" : field == "size" || field == "radius" ? "shape: ellipse" : "text: x"
                return (field, { "scenes: [{ id: a, duration: 9s, layers: [{ \(kind), \(field): \($0) }] }]" })
            }
            + ["size", "weight", "color", "padding", "letter_spacing", "line_height", "uppercase", "align"].map {
                field in
                (field, { "theme: { styles: { x: { \(field): \($0) } } }" })
            }
        var specs: [String] = []
        for place in places {
            for value in values {
                let body = place.spec(value)
                specs.append(
                    "version: 1\nprops: { p: { type: string, default: x } }\n\(body)\n"
                        + (body.hasPrefix("scenes") ? "" : "scenes: [{ id: a, duration: 9s }]\n"))
            }
        }
        #expect(specs.count > 500)
        let folder = TemporaryFolder()
        try folder.write("schema.json", schemaText())
        try folder.write("specs.yaml", specs.joined(separator: "---\n"))
        let check = """
            import json, jsonschema, sys, yaml
            folder = sys.argv[1]
            validator = jsonschema.Draft202012Validator(json.load(open(folder + "/schema.json")))
            # As YAML 1.2 reads it: 0:01.5 is a text, not a number of base 60.
            loader = yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader
            loader.yaml_implicit_resolvers = {k: [(t, r) for t, r in v if not t.endswith((":int", ":float"))] for k, v in \
            loader.yaml_implicit_resolvers.items()}
            import re
            loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?[0-9]+$"), list("-+0123456789"))
            loader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"^[-+]?[0-9]*\\.[0-9]+$"), \
            list("-+.0123456789"))
            with open(folder + "/verdicts", "w") as out:
                for spec in yaml.load_all(open(folder + "/specs.yaml"), loader): out.write("1" if \
            validator.is_valid(spec) else "0")
            """
        let checked = try Program.run(["python3", try folder.write("check.py", check), folder.path])
        #expect(checked.status == 0, "\(checked)")
        let verdicts = try #require(folder.text("verdicts"))
        #expect(verdicts.count == specs.count)
        let structural: Set<String> = ["wrong-type", "bad-choice", "unknown-field"]
        for (spec, verdict) in zip(specs, verdicts) {
            var problems: [Diagnostic] = []
            do throws(Diagnostics) { _ = try ValidSpec.read(specText: spec, specName: "a") } catch {
                problems = error.all.filter { $0.severity == .error }
            }
            if verdict == "0" {
                #expect(!problems.isEmpty, "the schema refuses what is read:\n\(spec)")
            }
            // What stands in a template is known to the reader alone.
            else if !spec.contains("{{p}}") {
                #expect(
                    !problems.contains { structural.contains($0.id) },
                    "the schema takes what is not read:\n\(spec)\(problems.map(\.message))")
            }
        }
    }

    private static let hasValidator = (try? Program.run(["python3", "-c", "import jsonschema, yaml"]))?.status == 0

    /// The specs that the project ships.
    private static func examples() throws -> [String] {
        let files = try Repository.files(in: "pipelines/examples", ".video.yaml")
        #expect(files.count >= 3)
        return try files.map(Repository.text)
    }

    @Test func defaultsAreThoseThatAreUsed() {
        let schema = schemaText()
        #expect(schema.contains("\"$schema\": \"https://json-schema.org/draft/2020-12/schema\""))
        for text in [
            "\"default\": \"1920x1080\"", "\"default\": \"cover\"", "\"default\": \"3s\"", "\"default\": \"9dB\"",
        ] { #expect(schema.contains(text)) }
        #expect(!schema.contains("\"properties\": {}"))
    }

    /// Every id that a spec's problem can have is in a golden file or in a test.
    @Test func everyMessageHasAGolden() throws {
        let source =
            try Repository.text("Sources/Diagnostics/SpecProblem.swift")
            + Repository.text("Sources/Diagnostics/YAMLProblem.swift")
        let shown =
            try Repository.text("Tests/Goldens/spec-errors.txt") + Repository.text("Tests/Goldens/yaml-errors.txt")
            + Repository.text("Tests/SpecTests/HostileTests.swift")
            + Repository.text("Tests/SpecTests/SpecGoldenTests.swift")
        let ids = Set(source.matches(of: /(?:return |Diagnostic)\(\s*"([^"]+)"/).map { String($0.1) })
        #expect(ids.count > 50)
        // Memory cannot be made to run out here; the other has a variable in its id and several goldens.
        for id in ids where id != "out-of-memory" && !id.contains("(") {
            #expect(shown.contains("[\(id)]"), "no golden shows [\(id)]")
        }
    }
}
