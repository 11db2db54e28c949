// `vgraph check` and `vgraph checks`: any file, every form of report, and exit codes that a script can trust.
import Composition
import Diagnostics
import Foundation
import TestSupport
import Testing

@Suite struct CheckCommandTests {
    /// A good file, built once.
    static let clip = Result { () throws -> Data in
        let workspace = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { workspace.remove() }
        let built = try workspace.vgraph("build", "clip.mp4")
        try #require(built.status == 0, "\(built.err)")
        return try workspace.bytes("clip.mp4")
    }

    /// A folder that holds files and no spec.
    func folder(_ files: [String: Data]) throws -> Workspace {
        let workspace = try Workspace()
        for (name, bytes) in files { try bytes.write(to: URL(filePath: workspace.path(name))) }
        return workspace
    }

    /// The good file with its last third cut off.
    func truncated() throws -> Data {
        let whole = try Self.clip.get()
        return whole.prefix(whole.count * 2 / 3)
    }

    func verdicts(_ report: [String: Any]) -> [String: String] {
        let results = report["results"] as? [[String: Any]] ?? []
        return Dictionary(
            results.map { ($0["id"] as? String ?? "", $0["verdict"] as? String ?? "") },
            uniquingKeysWith: { first, _ in first })
    }

    // MARK: the table

    @Test func checksListsTheTable() throws {
        let workspace = try Workspace()
        defer { workspace.remove() }
        let rows = try workspace.vgraph("checks", "--json").events
        #expect(rows.count >= 13)
        #expect(Set(rows.compactMap { $0["id"] as? String }).count == rows.count)
        for row in rows {
            for field in ["id", "title", "measures", "threshold", "source", "runbook", "severity"] {
                #expect((row[field] as? String)?.isEmpty == false, "\(row["id"] ?? "?") has no \(field)")
            }
        }
        let text = try workspace.vgraph("checks")
        #expect(text.status == 0)
        for row in rows {
            #expect(text.out.contains(row["id"] as! String) && text.out.contains(row["title"] as! String))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.folder.path).isEmpty)
    }

    @Test func checksExplainsOne() throws {
        let workspace = try Workspace()
        defer { workspace.remove() }
        let row = try #require(try workspace.vgraph("checks", "--json", "d05").events.first)
        #expect(row["id"] as? String == "D05")
        let words = try workspace.vgraph("checks", "d05").out.split(whereSeparator: \.isWhitespace).joined(
            separator: " ")
        for field in ["id", "title", "measures", "unit", "threshold", "source", "severity", "runbook"] {
            #expect(words.contains(row[field] as? String ?? "?"), "\(field) is missing in: \(words)")
        }
        let unknown = try workspace.vgraph("checks", "D5")
        #expect(unknown.status == 2)
        #expect(
            unknown.err.hasPrefix("error: unknown check 'D5' [unknown-check]\n  hint: did you mean 'D0"),
            "\(unknown.err)")
    }

    // MARK: which plan

    @Test func aTargetIsHeldAgainstItsPlan() throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { workspace.remove() }
        #expect(try workspace.vgraph("build", "clip.mp4").status == 0)
        let good = try workspace.vgraph("check", "clip.mp4", "-v")
        #expect(good.status == 0, "\(good.out)\(good.err)")
        #expect(good.out.contains("compared with the plan of clip.mp4"))
        #expect(good.out.contains("90 frames, constant 15 fps"))
        #expect(!good.out.contains("FAIL") && !good.out.contains("NOT RUN") && !good.out.contains("\u{1B}"))
        #expect(good.err.isEmpty)
        let json = try workspace.vgraph("check", "./clip.mp4", "--json").done
        #expect(json["plan"] as? String == "the plan of clip.mp4" && json["passed"] as? Bool == true)

        // The spec has moved on: a stale plan is not used.
        try workspace.write("clip.video.yaml", Sample.spec(firstSeconds: 3))
        let stale = try workspace.vgraph("check", "clip.mp4", "--json")
        #expect(stale.status == 0)
        #expect(
            stale.err.contains(
                "warning: the plan of clip.mp4 is missing or stale, so vgraph checks the file without one [no-plan]"),
            "\(stale.err)")
        #expect(stale.done["plan"] is NSNull)
    }

    @Test func aPlanCanBeNamed() throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec(), "text.json": "{\"frames\": 3}"])
        defer { workspace.remove() }
        #expect(try workspace.vgraph("build", "clip.mp4").status == 0)
        let text = try workspace.vgraph("show", "clip.mp4:plan").out
        try workspace.write("plan.json", text)
        var plan = try JSONDecoder().decode(Plan.self, from: Data(text.utf8))
        plan.frames += 5
        try workspace.write("longer.json", String(decoding: try JSONEncoder().encode(plan), as: UTF8.self))
        plan.rate.denominator = 0
        try workspace.write("never.json", String(decoding: try JSONEncoder().encode(plan), as: UTF8.self))

        #expect(try workspace.vgraph("check", "clip.mp4", "--plan", "plan.json").status == 0)
        let longer = try workspace.vgraph("check", "clip.mp4", "--plan", "longer.json", "--json")
        #expect(longer.status == 3)
        #expect(verdicts(longer.done)["D02.frames"] == "fail" && verdicts(longer.done)["D01"] == "pass")
        for (file, id) in [("text.json", "bad-plan"), ("never.json", "bad-plan"), ("none.json", "cannot-open")] {
            let refused = try workspace.vgraph("check", "clip.mp4", "--plan", file)
            #expect(refused.status == 2)
            #expect(refused.err.contains("[\(id)]"), "\(refused.err)")
        }
    }

    // MARK: files from elsewhere

    @Test func aFileFromElsewhereIsJudgedByGeneralRules() throws {
        let workspace = try folder(["good.mp4": try Self.clip.get()])
        defer { workspace.remove() }
        let run = try workspace.vgraph("check", "good.mp4")
        #expect(run.status == 0, "\(run.out)\(run.err)")
        #expect(run.out.contains("no plan: general rules only"))
        #expect(run.err.isEmpty)
        // From any folder, by any path; and nothing is left behind, not even an empty cache.
        #expect(try workspace.vgraph("-C", "/", "check", workspace.path("good.mp4")).status == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.folder.path) == ["good.mp4"])
    }

    @Test func whatIsNotThereOrIsNoFileEndsWithTwo() throws {
        let workspace = try folder([:])
        defer { workspace.remove() }
        for (file, message) in [
            ("none.mp4", "error: file 'none.mp4' does not exist [asset-missing]"),
            (".", "error: '.' is a folder, not a file [asset-is-folder]"),
            ("/dev/zero", "error: '/dev/zero' is a pipe, socket or device, not a file [asset-not-regular]"),
        ] {
            for format in ["text", "junit", "sarif", "github"] {
                let run = try workspace.vgraph("check", file, "--format", format)
                #expect(run.status == 2)
                #expect(run.err.hasPrefix(message), "\(run.err)")
                #expect(run.out.isEmpty)
            }
        }
        let json = try workspace.vgraph("check", "none.mp4", "--json")
        #expect(json.status == 2)
        #expect((json.done["diagnostic"] as? [String: Any])?["id"] as? String == "asset-missing")
        #expect(try workspace.vgraph("check", "none.mp4", "--json", "--format", "sarif").status == 2)
    }

    // MARK: forms of report, of a file that is cut and of one that is no video

    @Test func brokenFilesFailInTextAndJSON() throws {
        let workspace = try folder([
            "cut.mp4": try truncated(), "words.mp4": Data("only words\n".utf8), "empty.mp4": Data(),
        ])
        defer { workspace.remove() }
        for file in ["cut.mp4", "words.mp4", "empty.mp4"] {
            let text = try workspace.vgraph("check", file)
            #expect(text.status == 3, "\(text.err)")
            #expect(text.out.contains("FAIL            D01 "), "\(text.out)")
            let json = try workspace.vgraph("check", file, "--json")
            #expect(json.status == 3)
            #expect(json.done["file"] as? String == file && json.done["passed"] as? Bool == false)
            #expect(verdicts(json.done)["D01"] == "fail")
        }
        let words = try workspace.vgraph("check", "words.mp4")
        #expect(words.out.contains("NOT RUN         D02 "))
        #expect(words.out.contains("checks that did not run have not passed"))
    }

    @Test func junitCountsWhatWasNotRunAsFailed() throws {
        let workspace = try folder(["words.mp4": Data("only words\n".utf8), "good.mp4": try Self.clip.get()])
        defer { workspace.remove() }
        for file in ["words.mp4", "good.mp4"] {
            let run = try workspace.vgraph("check", file, "--format", "junit")
            let suite = try junit(workspace, run.out)
            let wanted = verdicts(try workspace.vgraph("check", file, "--json").done)
            #expect(suite.tests == wanted.count)
            for (id, verdict) in wanted {
                #expect(suite.failures[id] == (["fail", "not_run"].contains(verdict) ? verdict : nil), "\(id)")
            }
            #expect(suite.counted == suite.failures.count)
            #expect(run.status == (suite.failures.isEmpty ? 0 : 3))
        }
    }

    /// What had nothing to look at has one word in all forms, and is a pass in none.
    @Test func notApplicableIsSaidInEveryForm() throws {
        let workspace = try folder(["good.mp4": try Self.clip.get()])
        defer { workspace.remove() }
        let wanted = verdicts(try workspace.vgraph("check", "good.mp4", "--json").done)
        let idle = wanted.filter { $0.value == "not_applicable" }.map(\.key),
            passed = wanted.values.count { $0 == "pass" }
        #expect(Set(idle).isSuperset(of: ["D13", "D14", "D15", "A01"]))
        let text = try workspace.vgraph("check", "good.mp4").out
        #expect(text.contains(", \(idle.count) not applicable"), "\(text)")
        #expect(text.contains("not applicable  D13 "), "\(text)")
        #expect(text.contains("\(wanted.count) checks: \(passed) pass, "), "\(text)")
        let github = try workspace.vgraph("check", "good.mp4", "--format", "github").out
        #expect(!github.contains("D13") && github.contains("\(idle.count) not applicable"), "\(github)")
        let junit = try workspace.vgraph("check", "good.mp4", "--format", "junit").out
        #expect(junit.contains("skipped=\"\(idle.count)\""), "\(junit)")
        #expect(junit.components(separatedBy: "<skipped message=\"not applicable: ").count == idle.count + 1)
        let sarif = try workspace.vgraph("check", "good.mp4", "--format", "sarif").out
        #expect(sarif.components(separatedBy: "\"notApplicable\"").count == idle.count + 1, "\(sarif)")
    }

    @Test func sarifHasWhatReadersRequire() throws {
        let workspace = try folder(["cut.mp4": try truncated()])
        defer { workspace.remove() }
        let run = try workspace.vgraph("check", "cut.mp4", "--format", "sarif")
        #expect(run.status == 3)
        let log = try #require(try JSONSerialization.jsonObject(with: Data(run.out.utf8)) as? [String: Any])
        #expect(log["version"] as? String == "2.1.0")
        #expect((log["$schema"] as? String)?.hasSuffix("sarif-2.1.0.json") == true)
        let one = try #require((log["runs"] as? [[String: Any]])?.first)
        let driver = try #require((one["tool"] as? [String: Any])?["driver"] as? [String: Any])
        #expect(driver["name"] as? String == "vgraph")
        let rules = try #require(driver["rules"] as? [[String: Any]])
        for rule in rules {
            #expect(((rule["help"] as? [String: Any])?["text"] as? String)?.isEmpty == false)
            #expect(((rule["shortDescription"] as? [String: Any])?["text"] as? String)?.isEmpty == false)
        }
        let results = try #require(one["results"] as? [[String: Any]])
        #expect(results.contains { $0["ruleId"] as? String == "D01" && $0["level"] as? String == "error" })
        for result in results {
            let isIdle = result["kind"] as? String == "notApplicable"
            #expect((isIdle ? ["none"] : ["error", "warning"]).contains(result["level"] as? String))
            #expect(((result["message"] as? [String: Any])?["text"] as? String)?.isEmpty == false)
            #expect(rules[try #require(result["ruleIndex"] as? Int)]["id"] as? String == result["ruleId"] as? String)
            let place =
                ((result["locations"] as? [[String: Any]])?.first?["physicalLocation"] as? [String: Any])?[
                    "artifactLocation"] as? [String: Any]
            #expect(place?["uri"] as? String == "cut.mp4")
        }
    }

    @Test func githubTellsEachFindingOnALine() throws {
        let workspace = try folder(["cut.mp4": try truncated()])
        defer { workspace.remove() }
        let run = try workspace.vgraph("check", "cut.mp4", "--format", "github")
        #expect(run.status == 3)
        let bad = verdicts(try workspace.vgraph("check", "cut.mp4", "--json").done).filter {
            !["pass", "not_applicable"].contains($0.value)
        }
        let lines = run.out.split(separator: "\n")
        #expect(lines.count == bad.count + 1)
        #expect(
            lines.first?.hasPrefix("::error file=cut.mp4,title=D01 Opens and decodes to the end::") == true,
            "\(run.out)")
        #expect(lines.last?.contains(" checks: ") == true)
    }

    @Test func aHostileNameBreaksNoFormat() throws {
        let name = "a,b:c%d\n::error::<&\"]]>\u{1}\u{1B}[2Jé.mp4"
        let workspace = try folder([name: Data("only words\n".utf8)])
        defer { workspace.remove() }

        let github = try workspace.vgraph("check", name, "--format", "github")
        #expect(github.status == 3, "\(github.err)")
        let lines = github.out.split(separator: "\n")
        #expect(
            lines.dropLast().allSatisfy { $0.hasPrefix("::error file=a%2Cb%3Ac%25d%0A%3A%3Aerror%3A%3A<&\"]]>") },
            "\(github.out)")
        #expect(lines.last?.hasPrefix("::") == false)

        let suite = try junit(workspace, try workspace.vgraph("check", name, "--format", "junit").out)
        #expect(suite.name == "a,b:c%d\n::error::<&\"]]>\u{FFFD}\u{FFFD}[2Jé.mp4")

        let sarif = try workspace.vgraph("check", name, "--format", "sarif").out
        #expect(
            sarif.contains("\"a%2Cb%3Ac%25d%0A%3A%3Aerror%3A%3A%3C%26%22%5D%5D%3E%01%1B%5B2J%C3%A9.mp4\""),
            "\(sarif.prefix(400))")
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(sarif.utf8)) }

        #expect(try workspace.vgraph("check", name, "--json").done["file"] as? String == name)
        let text = try workspace.vgraph("check", name).out
        #expect(!text.contains("\u{1B}") && !text.contains("\u{1}"))
        #expect(text.hasPrefix("a,b:c%d > ::error::"), "\(text)")
    }

    // MARK: wording

    @Test func everyMessageIsWordedOnce() {
        let texts: [(CommandProblem, String)] = [
            (
                .unknownCheck("D5", known: ["D05", "D06"]),
                "error: unknown check 'D5' [unknown-check]\n  hint: did you mean 'D05'? checks: D05, D06"
            ),
            (
                .badPlan("plan.json", reason: "it is not JSON with a plan's fields"),
                "error: 'plan.json' is not a plan: it is not JSON with a plan's fields [bad-plan]\n  hint: write one "
                    + "with 'vgraph show TARGET:plan > plan.json'"
            ),
            (
                .noPlan(target: "clip.mp4"),
                "warning: the plan of clip.mp4 is missing or stale, so vgraph checks the file without one [no-plan]\n"
                    + "  hint: run 'vgraph build clip.mp4' first; give the same --set to both commands"
            ),
            (
                .badReport("'clip.mp4'"),
                "error: cannot read the worker's answer about 'clip.mp4' [bad-report]\n"
                    + "  hint: vgraph and vgraph-worker have different versions; build both from one checkout\n"
                    + "  note: this is a bug in vgraph, not in your files; please report it with this text and the "
                    + "output of 'vgraph version'"
            ),
        ]
        for (problem, text) in texts { #expect(problem.diagnostic.text() == text) }
    }

    private struct Suite: Decodable {
        var name: String
        var tests: Int
        /// What the suite says of itself.
        var counted: Int
        /// Check id to the type of its failure.
        var failures: [String: String]
    }

    /// JUnit XML as a parser that is not ours reads it.
    private func junit(_ workspace: Workspace, _ xml: String) throws -> Suite {
        let folder = TemporaryFolder(), file = try folder.write("junit.xml", xml)
        let program = """
            import json, sys, xml.etree.ElementTree as tree
            suite = tree.parse(sys.argv[1]).getroot().find('testsuite')
            cases = suite.findall('testcase')
            failed = {c.get('name').split(' ')[0]: c.find('failure').get('type') for c in cases if c.find('failure') \
            is not None}
            print(json.dumps(dict(name=suite.get('name'), tests=len(cases), counted=int(suite.get('failures')), \
            failures=failed)))
            """
        let run = try Workspace.run("python3", ["-c", program, file], in: workspace.folder)
        try #require(run.status == 0, "\(run.err)\(xml)")
        return try JSONDecoder().decode(Suite.self, from: Data(run.out.utf8))
    }
}
