// Pipelines whose targets are films: which file is which film of which spec, and what is refused.
import Diagnostics
import EngineFakes
import Files
import Graph
import Patterns
import Pipelines
import Store
import Testing

@Suite struct FilmTests {
    static let pipeline = """
        pipeline: p
        films: "{name}.txt"
        target: "{film}.out"
        stages:
          split: { uses: split, spec: "{name}.txt" }
          draw: { uses: draw, each: $split.parts }
          code: { uses: code, each: $draw }
          join: { uses: join, streams: $code, header: $split, output: "{film}.out" }

        """

    /// A spec's text lists what its films add to its name.
    static let lister: FilmLister = { question in
        do throws(Diagnostics) {
            let text = String(decoding: try question.read(question.spec) ?? [], as: UTF8.self)
            if text.hasPrefix("broken") {
                return FilmList(
                    [Film(stem: question.name, choice: "{}")], faults: [Diagnostic("broken", "this cannot be read")])
            }
            return FilmList(
                [Film(stem: question.name, choice: "{}")]
                    + text.split(separator: "\n").filter { $0.hasPrefix("+") }.map {
                        Film(stem: question.name + $0.dropFirst(), choice: "{\"is\":\"\($0)\"}")
                    })
        } catch { return FilmList([], faults: error.all) }
    }

    static func rules(_ files: [String: String], pipeline: String = pipeline) throws -> (
        Rules, FileTable, FakeWorkspace
    ) {
        let world = try FakeWorkspace(worker: "", pipeline: pipeline)
        for (name, text) in files { try world.write(name, text) }
        let table = FileTable()
        let rules = try Rules.load(
            Folders(workspace: world.workspace), fallback: ("built-in", ""), kinds: FakeStages.all, films: lister,
            files: table)
        return (rules, table, world)
    }

    @Test func aFileIsAFilmOfTheSpecThatBeginsItsName() throws {
        let (rules, files, world) = try Self.rules([
            "a.txt": "+.tall\n+-7\n", "a-b.txt": "+.tall\n", "sub/c.txt": "+.de\n", "a.own.txt": "",
        ])
        defer { withExtendedLifetime(world) {} }
        func found(_ file: String) throws -> String {
            let wanted = try rules.wanted(file, files: files)
            return wanted.name.name + " " + wanted.name.film + " " + wanted.choice
        }
        #expect(try found("a.out") == "a a {}")
        #expect(try found("a.tall.out") == "a a.tall {\"is\":\"+.tall\"}")
        #expect(try found("a-7.out") == "a a-7 {\"is\":\"+-7\"}")
        #expect(try found("a-b.tall.out") == "a-b a-b.tall {\"is\":\"+.tall\"}")
        #expect(try found("a.own.out") == "a.own a.own {}")
        #expect(try found("sub/c.de.out") == "sub/c sub/c.de {\"is\":\"+.de\"}")
        #expect(
            try rules.offered(files).filter { $0.hasPrefix("a") } == [
                "a-7.out", "a-b.out", "a-b.tall.out", "a.out", "a.own.out", "a.tall.out",
            ])
        func refusal(_ file: String) -> String {
            do throws(Diagnostics) {
                _ = try rules.wanted(file, files: files)
                return ""
            } catch { return error.all.map { $0.text() }.joined(separator: "\n") }
        }
        #expect(refusal("a.talll.out").contains("[film-unknown]\n  hint: did you mean 'a.tall.out'?"))
        #expect(refusal("z.out").contains("[missing-file]"))
    }

    @Test func twoSpecsOfOneFilmAreRefused() throws {
        let (rules, files, world) = try Self.rules(["a.txt": "+.tall\n", "a.tall.txt": ""])
        defer { withExtendedLifetime(world) {} }
        do throws(Diagnostics) {
            _ = try rules.wanted("a.tall.out", files: files)
            Issue.record("it was taken")
        } catch {
            #expect(error.all.map(\.id) == ["film-two-specs"])
            #expect(error.all[0].message.contains("a.tall.txt, a.txt"))
        }
        #expect(try rules.wanted("a.out", files: files).name.film == "a")
    }

    @Test func aSpecWithFaultsStillHasItsOwnFilm() throws {
        let (rules, files, world) = try Self.rules(["a.txt": "broken"])
        defer { withExtendedLifetime(world) {} }
        #expect(try rules.offered(files).contains("a.out"))
        do throws(Diagnostics) {
            _ = try rules.wanted("a.tall.out", files: files)
            Issue.record("it was taken")
        } catch { #expect(error.all.map(\.id) == ["broken"]) }
    }

    @Test func withoutFilmsAFilmIsItsName() throws {
        let (rules, files, world) = try Self.rules(
            ["a.txt": "+.tall\n"], pipeline: Self.pipeline.replacing("films: \"{name}.txt\"\n", with: ""))
        defer { withExtendedLifetime(world) {} }
        #expect(try rules.wanted("a.out", files: files).name == TargetName("a"))
        #expect(try rules.offered(files).contains("a.out") && !rules.offered(files).contains("a.tall.out"))
    }

    @Test(arguments: [
        ("target: \"{film}.out\"", "target: \"{name}.out\"", "film-target"),
        ("films: \"{name}.txt\"", "films: all.txt", "film-spec"),
        ("films: \"{name}.txt\"", "films: \"{film}.txt\"", "film-spec"),
        ("each: $split.parts", "each: $split.parts, prefix: \"a {choice}\"", "film-choice"),
        ("films: \"{name}.txt\"", "films: \"{name}.txt\"\nvars: { film: x }", "bad-variable"),
        ("stages:\n", "stages:\n  log: { run: [echo, \"{film}\"], output: \"{name}.log\" }\n", "shared-output"),
    ])
    func refused(_ before: String, _ after: String, _ id: String) throws {
        let text = try PipelineTests.complaints(Self.pipeline.replacing(before, with: after))
        #expect(text.contains("[\(id)]"), "\(text)")
    }
}
