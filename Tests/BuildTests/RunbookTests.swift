// The runbook has an entry for every id that messages show, and no other; its commands exist, and its day works.
import Composition
import Diagnostics
import Foundation
import Runbook
import Spec
import TestSupport
import Testing

@Suite struct RunbookTests {
    /// `VGRAPH_REWRITE_GOLDENS=1` writes it.
    @Test func theDocumentIsWhatTheCommandPrints() throws {
        let file = Repository.file("pipelines/RUNBOOK.md")
        let found = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        try Golden.rewrite(file, Runbook.text)
        #expect(found == Runbook.text, "pipelines/RUNBOOK.md is not what `vgraph runbook` prints")
        #expect(try vgraph("runbook").out == Runbook.text)
    }

    private func vgraph(_ arguments: String...) throws -> Workspace.Run {
        try Workspace.run(Repository.binary("vgraph"), arguments, in: Repository.root)
    }

    /// By the tables of the code: the checks as `vgraph checks` has them, and the closed sets of the gate, waivers,
    /// observations and policies.
    @Test func everyIdHasAnEntryAndEveryEntryAnId() throws {
        let checks = try vgraph("checks", "--json").events.compactMap { rule in
            (rule["id"] as? String).map { ($0, rule["title"] as? String ?? "") }
        }
        #expect(checks.count > 50)
        var ids = Set(checks.map(\.0))
        ids.formUnion(GateReason.Kind.allCases.map(\.rawValue))
        ids.formUnion(WaiverStanding.State.allCases.map { "waiver." + $0.rawValue })
        ids.formUnion(Observation.Verdict.allCases.map { "observation." + $0.rawValue })
        ids.insert("observation." + Observation.unplanned)
        ids.formUnion(Policies.rules.map { "policy." + $0 })
        // Warnings that stand beside a pass.
        ids.insert(GateProblem.warnedID)
        let sounds: [SoundProblem] = [
            .unheard(file: "v.wav"), .drowned(file: "v.wav", by: 6), .voiceCut(file: "v.wav", isEnd: true, at: 1),
            .voiceOneSided(file: "v.wav", isLeft: true),
            .severalTracks(file: "v.mkv", count: 2, taken: 1, language: nil),
            .voicesTogether(file: "v.wav", other: "w.wav", seconds: 2),
            .voiceSofter(file: "v.wav", other: "w.wav", by: 14), .cutByTheEnd(file: "m.wav"),
            .endsEarly(file: "m.wav", by: 3), .silentEnd(seconds: 4),
        ]
        ids.formUnion(sounds.map(\.diagnostic.id))
        let gates: [GateProblem] = [
            .unwired(slot: "claims", means: "", target: "a.mp4"),
            .loosened("default", file: "default.yaml", less: [], target: "a.mp4"),
        ]
        ids.formUnion(gates.map(\.diagnostic.id))
        let place = Place(file: "a.yaml", line: 1, column: 1)
        let rules: [ProfileProblem] = [
            .loosened(rule: "", allows: "", asked: "", at: place),
            .disagree(rule: "", profile: "", asks: "", others: "", ask: "", at: place),
        ]
        ids.formUnion(rules.map(\.diagnostic.id))
        ids.insert(PublishProblem.deadlineOver(text: "", day: "", at: nil).diagnostic.id)
        ids.insert(BuildProblem.sameFilm("a.mp4", as: "b.mp4").diagnostic.id)
        ids.insert(SpecProblem.emptyCell("price", row: "", at: place).diagnostic.id)
        let entries = Runbook.entries, named = Set(entries.map(\.id))
        #expect(named.count == entries.count, "an id has two entries")
        #expect(ids.subtracting(named).sorted() == [], "ids without an entry")
        #expect(named.subtracting(ids).sorted() == [], "entries of ids that do not exist")
        for (id, title) in checks { #expect(Runbook.find(id).first?.title == title, "\(id)") }
        for entry in entries {
            for text in [entry.symptom, entry.cause, entry.remedy, entry.example] {
                #expect(text.count > 7 && !text.contains("\n"), "\(entry.id): \(text)")
            }
        }
    }

    /// What it tells to type can be typed: commands, and ids that it refers to.
    @Test func itsCommandsExist() throws {
        let help = try vgraph("--help").out
        for match in Runbook.text.matches(of: /(?:`|'|\$ |&& )vgraph ([a-z]+)\b/) {
            #expect(help.contains("  \(match.1) "), "vgraph \(match.1)")
        }
        for match in Runbook.text.matches(of: /vgraph runbook ([A-Za-z0-9.-]*[A-Za-z0-9])/) where match.1 != "ID" {
            #expect(!Runbook.find(String(match.1)).isEmpty, "vgraph runbook \(match.1)")
        }
    }

    @Test func oneEntryIsPrinted() throws {
        let entry = try vgraph("runbook", "d08")
        #expect(entry.status == 0 && entry.out.hasPrefix("D08  Black\n"), "\(entry)")
        for word in ["symptom", "cause", "remedy", "example"] { #expect(entry.out.contains("\n\(word)"), "\(word)") }
        #expect(try vgraph("runbook", "P07").out.contains("P07.speed  "), "all parts of a check")
        #expect(try vgraph("runbook", "gate.unanswered", "--json").done["id"] as? String == "gate.unanswered")
        let unknown = try vgraph("runbook", "D80")
        #expect(unknown.status == 2 && unknown.err.contains("[unknown-entry]"), "\(unknown)")
        #expect(unknown.err.contains("did you mean 'D"), "\(unknown.err)")
        #expect(try vgraph("runbook", "--json").events.count == Runbook.entries.count)
        #expect(try vgraph("runbook", "--ids").out.split(separator: "\n").count == Runbook.entries.count)
    }

    /// From `init` to approve, revise, approve again and a waiver: the commands of "A day", each with what it prints.
    @Test func aDay() throws {
        let workspace = try Workspace()
        defer { workspace.remove() }
        let day = try #require(PipelineBookTests.sections(of: Runbook.text).first { $0.title == "A day" })
        let path = Repository.binaries.path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
        var folder = workspace.folder, ran = 0
        for case .command(let command, let expected) in day.steps {
            if command.hasPrefix("cd ") { folder.append(path: String(command.dropFirst(3))); continue }
            let run = try Workspace.run(
                "/bin/sh", ["-c", "exec 2>&1; " + command], in: folder,
                environment: ["PATH": path, "XDG_CONFIG_HOME": workspace.path("home")])
            let said = PipelineBookTests.withoutSandboxNote(run.out)
            let isAsSaid = PipelineBookTests.matches(said[...], expected[...])
            #expect(isAsSaid, "$ \(command)\n\(said.joined(separator: "\n"))")
            guard isAsSaid else { return }
            ran += 1
        }
        #expect(ran >= 20)
        #expect(workspace.exists("launch/RUNBOOK.md"))
        for file in ["launch.answers.jsonl", "launch.decisions.jsonl"] {
            for line in try workspace.text("launch/" + file).split(separator: "\n") {
                try workspace.conforms(String(line), to: "record")
            }
        }
        let show = try Workspace.run(Repository.binary("vgraph"), ["show", "launch.mp4:gate"], in: folder)
        #expect(show.out.contains("\"A02\" : \"fail\"") || show.out.contains("\"A02\": \"fail\""), "\(show.out)")
        try workspace.conforms(show.out, to: "gate")
    }
}
