// The stages of the engine, run as it runs them: what they write, and what they say of a job that is broken.
import Composition
import Diagnostics
import FoundationEssentials
import Glibc
import Graph
import Stages
import TestSupport
import Testing
import Work

struct StageTests {
    /// Runs a stage of the engine in a folder of its own.
    private func run(
        _ name: String, inputs: [String: [String]], names: [String: [String]] = [:], parameters: [String: Value] = [:],
        workspace: String = "/nowhere", in folder: URL
    ) throws -> Outcome {
        let stage = try #require(Stages.all.first { $0.name == name })
        guard case .here(let work) = stage.place else { throw Diagnostic("x", .error, "not in the engine") }
        let scratch = folder.appending(path: name).path
        try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        let given = inputs.flatMap { slot, paths in
            paths.enumerated().map { Job.Input(slot: slot, path: $1, name: names[slot]?[$0] ?? slot) }
        }
        let outcome = try work(
            Job(
                id: 1, stage: name, node: "a.mp4:\(name)", workspace: workspace, inputs: given,
                parameters: parameters, scratch: scratch))
        // Every output that the table names is there, and no other.
        #expect(Set(outcome.outputs.keys) == Set(stage.outputs.map(\.name)))
        for file in outcome.outputs.values.joined() {
            #expect(FileManager.default.fileExists(atPath: scratch + "/" + file))
        }
        return outcome
    }

    private func inFolder(_ body: (URL) throws -> Void) throws {
        let folder = TemporaryFolder()
        try body(URL(filePath: folder.path))
    }

    private func write(_ value: some Encodable, _ name: String, in folder: URL) throws -> [String] {
        let url = folder.appending(path: name)
        try JSONEncoder().encode(value).write(to: url)
        return [url.path]
    }

    @Test func resolveAndPlanAndCaptions() throws {
        try inFolder { folder in
            let spec = folder.appending(path: "a.video.yaml")
            try SampleSpecs.launch.write(to: spec, atomically: true, encoding: .utf8)
            let facts = try write(sampleFacts(), "facts.json", in: folder)
            _ = try run(
                "resolve", inputs: ["spec": [spec.path], "facts": facts], names: ["spec": ["a.video.yaml"]],
                parameters: ["set": .object(["product": .string("Cirrus"), "price": .int(5)])], in: folder)
            let composition = [folder.path + "/resolve/resolved.json"]
            let planned = try run("plan", inputs: ["composition": composition], in: folder)
            #expect(planned.outputs["segments"]!.count > 5)
            _ = try run("captions", inputs: ["cues": [folder.path + "/plan/cues.json"]], in: folder)
            let vtt = try String(contentsOfFile: folder.path + "/captions/captions.vtt", encoding: .utf8)
            #expect(vtt.hasPrefix("WEBVTT\nLanguage: en\n\n00:00:00.300 --> 00:00:02.800\nMeet Cirrus\n"))
            // The same twice gives the same bytes.
            let first = try Data(contentsOf: folder.appending(path: "plan/plan.json"))
            try FileManager.default.removeItem(at: folder.appending(path: "plan"))
            _ = try run("plan", inputs: ["composition": composition], in: folder)
            #expect(try Data(contentsOf: folder.appending(path: "plan/plan.json")) == first)
        }
    }

    @Test func aResultThatCannotBeWritten() throws {
        let job = Job(id: 1, stage: "captions", node: "a.mp4:captions", workspace: "/w", scratch: "/nowhere/at/all")
        do {
            _ = try job.write([], to: CaptionsStage.captions)
            Issue.record("written into no folder")
        } catch let error as Diagnostic { #expect(error.id == "stage-cannot-write", "\(error)") }
    }

    @Test func captionsAreEscaped() throws {
        try inFolder { folder in
            let sheet = CueSheet(
                rate: FrameRate(30000, 1001), language: "en",
                cues: [
                    Cue(startFrame: 0, endFrame: 30, text: "a < b & c --> d\n\n\nsecond"),
                    Cue(startFrame: 107_892, endFrame: 107_999, text: "late"),
                ])
            _ = try run("captions", inputs: ["cues": try write(sheet, "cues.json", in: folder)], in: folder)
            #expect(
                try String(contentsOfFile: folder.path + "/captions/captions.vtt", encoding: .utf8) == """
                    WEBVTT
                    Language: en

                    00:00:00.000 --> 00:00:01.001
                    a &lt; b &amp; c --&gt; d
                    second

                    00:59:59.996 --> 01:00:03.567
                    late

                    """)
            #expect(
                try String(contentsOfFile: folder.path + "/captions/captions.srt", encoding: .utf8) == """
                    1
                    00:00:00,000 --> 00:00:01,001
                    a < b & c --> d
                    second

                    2
                    00:59:59,996 --> 01:00:03,567
                    late

                    """)
        }
    }

    @Test func captionFilesThatChangedAreRefused() throws {
        try inFolder { folder in
            let spec = folder.appending(path: "a.video.yaml")
            try SampleSpecs.short.write(to: spec, atomically: true, encoding: .utf8)
            try FileManager.default.createDirectory(
                at: folder.appending(path: "assets"), withIntermediateDirectories: true)
            try "WEBVTT\n\n00:00.000 --> 00:01.000\nx".write(
                to: folder.appending(path: "assets/captions.vtt"), atomically: true, encoding: .utf8)
            let facts = try write(sampleFacts(), "facts.json", in: folder)
            do {
                _ = try run(
                    "resolve", inputs: ["spec": [spec.path], "facts": facts], workspace: folder.path, in: folder)
                Issue.record("a file with another digest was taken")
            } catch let error as Diagnostics {
                #expect(
                    error.all.map(\.id) == ["unreadable"]
                        && error.all[0].message.contains("changed while the build ran"))
            }
        }
    }

    @Test func theGate() throws {
        func result(_ verdict: CheckResult.Verdict) -> CheckResult {
            CheckResult(id: "D01", title: "frames", verdict: verdict, measured: "9 frames", expected: "10 frames")
        }
        func observation(_ verdict: Observation.Verdict, _ severity: Observation.Severity) -> Observation {
            Observation(
                claim: "legible", reviewer: "eye", verdict: verdict, severity: severity, startFrame: 0, endFrame: 1,
                evidence: [], rationale: "too small")
        }
        func decide(
            _ results: [CheckResult], _ observations: [Observation] = [], other: String = "abc", off: [String] = []
        ) throws -> Outcome {
            var outcome: Outcome?
            try inFolder { folder in
                let check = try write(
                    CheckReport(sha256: "abc", bytes: 1, results: results, switchedOff: off), "check.json", in: folder)
                let review = try write(
                    ReviewReport(sha256: other, observations: observations), "review.json", in: folder)
                outcome = try run("gate", inputs: ["check": check, "review": review], in: folder)
            }
            return try #require(outcome)
        }
        #expect(
            try decide(
                [result(.pass), result(.warn)], [observation(.supports, .blocker), observation(.contradicts, .minor)]
            ).verdict == .pass)
        for verdict in [CheckResult.Verdict.fail, .notRun] {
            #expect(try decide([result(.pass), result(verdict)]).verdict == .revise)
        }
        #expect(try decide([]).verdict == .revise)
        #expect(try decide([result(.pass)], [observation(.contradicts, .major)]).verdict == .revise)
        #expect(try decide([result(.pass)], other: "def").verdict == .revise)
        // What is switched off is no pass: a few may be, and those that say that the file is whole never.
        #expect(try decide([result(.pass)], off: ["D08", "D12", "P07.gap"]).verdict == .pass)
        #expect(try decide([result(.pass)], off: ["D08", "D12", "P07.gap", "D07"]).verdict == .revise)
        for id in SwitchedOff.never { #expect(try decide([result(.pass)], off: [id]).verdict == .revise) }
        let told = try decide([result(.fail)]).diagnostics, errors = told.filter { $0.severity == .error }
        #expect(errors.map(\.message) == ["the gate decided 'revise': D01 frames: 9 frames, expected 10 frames"])
        #expect(errors.first?.place?.line == 0)
        // This job gives it neither claims nor what proofreading found.
        #expect(told.filter { $0.severity == .warning }.map(\.id) == ["gate-unwired", "gate-unwired"])
    }

    /// One reader of jobs, and for each fault one message.
    @Test func aBrokenJobIsTold() throws {
        func told(_ name: String, _ inputs: [String: [String]], parameters: [String: Value] = [:]) throws -> [String] {
            var told: [String] = []
            try inFolder { folder in
                try "{ no JSON".write(to: folder.appending(path: "broken.json"), atomically: true, encoding: .utf8)
                let inputs = inputs.mapValues { $0.map { $0.hasPrefix("/") ? $0 : folder.path + "/" + $0 } }
                do { _ = try run(name, inputs: inputs, parameters: parameters, in: folder) } catch let error
                    as Diagnostic
                {
                    told = [error.id, error.message.replacing(folder.path, with: "~")]
                }
            }
            return told
        }
        #expect(try told("captions", [:]) == ["stage-no-input", "a.mp4:captions was started without its input 'cues'"])
        #expect(
            try told("captions", ["cues": ["broken.json"]]) == [
                "stage-unreadable-artifact", "a.mp4:captions cannot read its input 'cues': it cannot be read",
            ])
        #expect(
            try told("captions", ["cues": ["/nowhere.json"]]) == [
                "stage-cannot-read", "cannot read 'cues': no such file or directory",
            ])
        let job = Job(
            id: 1, stage: "encode", node: "a.mp4:encode[3]", workspace: "/w", parameters: ["crf": .string("low")],
            scratch: "/s")
        do {
            _ = try job[EncodeStage.crf]
            Issue.record("a text was taken for a number")
        } catch let error as Diagnostic {
            #expect(error.id == "stage-bad-parameter")
            #expect(error.message == "a.mp4:encode[3] was started with the parameter 'crf' as \"low\"")
        }
        #expect(try job[EncodeStage.preset] == .graphics)
    }

    @Test func theTable() {
        // In flow order: what a stage must have, one before it makes. `file` is what a workspace holds.
        var made: Set<String> = ["file"]
        for stage in Stages.all {
            for slot in stage.slots where slot.count == .one {
                #expect(slot.accepts.contains { made.contains($0) }, "\(stage.name).\(slot.name)")
            }
            made.formUnion(stage.outputs.map(\.type))
            #expect(
                Set(stage.slots.map(\.name)).count == stage.slots.count
                    && Set(stage.outputs.map(\.name)).count == stage.outputs.count)
            if let slot = stage.eachSlot { #expect(stage.slots.contains { $0.name == slot }) }
        }
    }
}
