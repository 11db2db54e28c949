// `vgraph baseline accept`, and builds that are compared with what was accepted.
import Composition
import Diagnostics
import Foundation
import TestSupport
import Testing

@Suite struct BaselineTests {
    private let acceptance = "\nacceptance: { baseline: baselines/clip }\n"

    private func built(_ spec: String = Sample.spec()) throws -> Workspace {
        let workspace = try Workspace(["clip.video.yaml": spec + acceptance])
        _ = try workspace.vgraph("build", "clip.mp4")
        return workspace
    }
    private func comparison(_ workspace: Workspace) throws -> BaselineComparison {
        try JSONDecoder().decode(
            BaselineComparison.self, from: Data(workspace.vgraph("show", "clip.mp4:baseline").out.utf8))
    }
    private func list(_ workspace: Workspace) throws -> Baseline {
        try JSONDecoder().decode(Baseline.self, from: workspace.bytes("baselines/clip/baseline.json"))
    }
    private func found(_ workspace: Workspace) throws -> CheckResult {
        let report = try JSONDecoder().decode(
            CheckReport.self, from: Data(workspace.vgraph("show", "clip.mp4:check").out.utf8))
        return try #require(report.results.first { $0.id == "D13" })
    }

    @Test func acceptedAndKept() throws {
        let workspace = try built()
        defer { workspace.remove() }
        // Nothing accepted yet is not a pass.
        #expect(try found(workspace).verdict == .notRun && workspace.vgraph("build", "clip.mp4").status == 3)

        let accepted = try workspace.vgraph("baseline", "accept", "clip.mp4")
        #expect(
            accepted.status == 0
                && accepted.out == "kept 5 frames of clip.mp4 in baselines/clip: 5 new, 0 changed, 0 unchanged\n",
            "\(accepted)")
        let list = try list(workspace)
        #expect(list.frames.map(\.scene) == ["one", "one", "two", "two", "three"] && !list.isChosen)
        for frame in list.frames {
            #expect(try workspace.bytes("baselines/clip/" + frame.file).starts(with: [0x89, 0x50, 0x4E, 0x47]))
        }

        let passed = try workspace.vgraph("build", "clip.mp4", "--json")
        #expect(passed.status == 0, "\(passed.out)")
        let ran = passed.events.filter { $0["outcome"] as? String == "ran" }.compactMap { $0["stage"] as? String }
        #expect(Set(ran) == ["baseline", "check", "review", "gate"], "\(ran)")
        #expect(try found(workspace).measured == "5 frames: 5 identical")
        #expect(try workspace.vgraph("build", "clip.mp4").out.contains("up to date"))
        let again = try workspace.vgraph("baseline", "accept", "clip.mp4", "-n")
        #expect(again.out == "would keep 5 frames of clip.mp4 in baselines/clip: 0 new, 0 changed, 5 unchanged\n")
    }

    /// Films of one spec show different pictures, so approving one must not replace what another is compared with.
    @Test func eachFormatHasItsOwn() throws {
        let workspace = try Workspace([
            "clip.video.yaml": Sample.spec() + acceptance + "formats: { tall: 180x320 }\n"
        ])
        defer { workspace.remove() }
        _ = try workspace.vgraph("build", "clip.mp4", "clip.tall.mp4")
        #expect(try workspace.vgraph("baseline", "accept", "clip.mp4").out.contains("in baselines/clip:"))
        #expect(try workspace.vgraph("baseline", "accept", "clip.tall.mp4").out.contains("in baselines/clip.tall:"))
        let built = try workspace.vgraph("build", "clip.mp4", "clip.tall.mp4")
        #expect(built.status == 0, "\(built.out)\(built.err)")
        for film in ["clip.mp4", "clip.tall.mp4"] {
            let report = try JSONDecoder().decode(
                CheckReport.self, from: Data(workspace.vgraph("show", film + ":check").out.utf8))
            #expect(report.results.first { $0.id == "D13" }?.measured == "5 frames: 5 identical")
        }
    }

    @Test func anotherPictureIsFound() throws {
        let workspace = try built()
        defer { workspace.remove() }
        #expect(try workspace.vgraph("baseline", "accept", "clip.mp4").status == 0)
        try workspace.write("clip.video.yaml", Sample.spec(background: "#602030") + acceptance)
        let run = try workspace.vgraph("build", "clip.mp4")
        #expect(run.status == 3 && run.err.contains("D13 Approved baseline"), "\(run)")
        let result = try found(workspace), comparison = try comparison(workspace)
        #expect(
            result.verdict == .fail && result.measured.contains("(scene 'two')")
                && result.from.map { $0 > 2 && $0 < 4 } == true, "\(result)")
        #expect(
            comparison.frames.map(\.verdict) == [.same, .same, .different, .different, .same], "\(comparison.frames)")
        let picture = comparison.frames[2]
        #expect(picture.evidence == 0 && picture.likeness.map { $0.value < 0.65 && $0.width >= 24 } == true)
        let shown = try workspace.vgraph("show", "clip.mp4:baseline.evidence[0]", "-o", workspace.path("evidence.png"))
        #expect(try shown.status == 0 && workspace.bytes("evidence.png").starts(with: [0x89, 0x50, 0x4E, 0x47]))
        _ = try workspace.vgraph("show", "clip.mp4:review", "-o", workspace.path("review.html"))
        let page = try workspace.text("review.html")
        #expect(
            page.contains(">Approved baseline <") && page.contains("3 of 5 as approved")
                && page.contains(">Findings <"))

        let accepted = try workspace.vgraph("baseline", "accept", "clip.mp4", "--json")
        #expect(accepted.done["changed"] as? Int == 2 && accepted.done["new"] as? Int == 0, "\(accepted.out)")
        #expect(try workspace.vgraph("build", "clip.mp4").status == 0)
        // Pictures that no list names are gone.
        let files = try FileManager.default.contentsOfDirectory(atPath: workspace.path("baselines/clip"))
        #expect(try Set(files) == Set(list(workspace).frames.map(\.file) + ["baseline.json"]), "\(files)")
    }

    /// Between the bands a person looks: an observation that the gate does not let through.
    @Test func aSmallChangeWaitsForAPerson() throws {
        let spec = Sample.spec().replacingOccurrences(of: "fill: \"#7c5cff\"", with: "fill: \"#7c5cff\", opacity: 90%")
        let workspace = try built(spec)
        defer { workspace.remove() }
        #expect(try workspace.vgraph("baseline", "accept", "clip.mp4").status == 0)
        try workspace.write("clip.video.yaml", spec.replacingOccurrences(of: "90%", with: "70%") + acceptance)
        let run = try workspace.vgraph("build", "clip.mp4")
        let frames = try comparison(workspace).frames
        #expect(frames.map(\.verdict) == [.same, .same, .look, .look, .same], "\(frames)")
        #expect(
            try found(workspace).verdict == .warn && run.status == 3 && run.err.contains("a person has to look"),
            "\(run)")
        // Nobody waits for a person where the rules ask for none, and nothing is drawn again.
        for (severity, verdict) in [("warn", CheckResult.Verdict.warn), ("off", .off)] {
            try workspace.write(
                "clip.video.yaml",
                spec.replacingOccurrences(of: "90%", with: "70%")
                    + "\nacceptance: { baseline: baselines/clip, checks: { D13: \(severity) } }\n")
            let run = try workspace.vgraph("build", "clip.mp4", "--json")
            #expect(try run.status == 0 && found(workspace).verdict == verdict, "\(run)")
            #expect(
                !run.events.contains {
                    $0["outcome"] as? String == "ran"
                        && ["render", "encode", "baseline"].contains($0["stage"] as? String)
                })
        }
    }

    @Test func aSceneInFrontChangesNothing() throws {
        let spec = Sample.spec().components(separatedBy: "captions:")[0]
        let workspace = try built(spec)
        defer { workspace.remove() }
        #expect(try workspace.vgraph("baseline", "accept", "clip.mp4").status == 0)
        try workspace.write(
            "clip.video.yaml",
            spec.replacingOccurrences(
                of: "scenes:\n",
                with: "scenes:\n  - { id: zero, duration: 1s, layers: [ { text: New, style: title } ] }\n") + acceptance
        )
        #expect(try workspace.vgraph("build", "clip.mp4").status == 0)
        #expect(try found(workspace).measured == "3 frames: 3 identical")
        // Scene two is gone: that is a difference.
        try workspace.write(
            "clip.video.yaml", spec.replacingOccurrences(of: "id: two", with: "id: second") + acceptance)
        #expect(try workspace.vgraph("build", "clip.mp4").status == 3)
        #expect(
            try found(workspace).measured
                == "3 frames: 2 identical, 1 different; scene 'two': the scene is gone or has become shorter")
    }

    @Test func framesThatWereNamed() throws {
        let workspace = try built()
        defer { workspace.remove() }
        let named = try workspace.vgraph(
            "baseline", "accept", "clip.mp4", "--frames", "0,1.5s, 80", "--to", "baselines/other")
        #expect(
            named.out == """
                kept 3 frames of clip.mp4 in baselines/other: 3 new, 0 changed, 0 unchanged
                to compare builds with this baseline, add to the spec: acceptance: { baseline: baselines/other }

                """, "\(named)")
        #expect(
            try workspace.vgraph("baseline", "accept", "clip.mp4", "--to", "baselines/other").out.hasPrefix(
                "kept 3 frames"))
        #expect(
            try workspace.vgraph("baseline", "accept", "clip.mp4", "--to", "baselines/other", "--frames", "auto").out
                .hasPrefix("kept 5 frames"))
        for (arguments, id) in [
            (["--frames", "90"], "no-such-frame"), (["--frames", "soon"], "bad-frames"),
            (["--frames", "1e300s"], "bad-frames"),
            (["--to", "../elsewhere"], "baseline-outside"), (["--to", "/tmp/elsewhere"], "baseline-outside"),
        ] {
            let run = try Workspace.run(
                Repository.binary("vgraph"), ["baseline", "accept", "clip.mp4"] + arguments,
                in: workspace.folder)
            #expect(run.status == 2 && run.err.contains("[\(id)]"), "\(arguments) \(run)")
        }
        let none = try workspace.vgraph("baseline", "accept", "none.mp4")
        #expect(none.status != 0 && !none.err.isEmpty)
    }

    @Test func damagedBaselines() throws {
        let workspace = try built()
        defer { workspace.remove() }
        #expect(try workspace.vgraph("baseline", "accept", "clip.mp4").status == 0)
        let good = try workspace.bytes("baselines/clip/baseline.json"), frames = try list(workspace).frames
        try workspace.write("clip.video.yaml", Sample.spec(middle: "Another") + acceptance)
        // A picture that somebody painted over, and one that is gone.
        try workspace.write("baselines/clip/" + frames[2].file, "no picture")
        try FileManager.default.removeItem(atPath: workspace.path("baselines/clip/" + frames[3].file))
        #expect(try workspace.vgraph("build", "clip.mp4").status == 3)
        let reasons = try comparison(workspace).frames.compactMap(\.reason)
        #expect(
            reasons == [
                "'baselines/clip/\(frames[2].file)' is not the picture that was accepted",
                "'baselines/clip/\(frames[3].file)' is missing",
            ])

        for text in [
            "", "{}", "[1]",
            String(decoding: good, as: UTF8.self).replacingOccurrences(
                of: frames[0].file, with: "../../clip.video.yaml"),
        ] {
            try workspace.write("baselines/clip/baseline.json", text)
            #expect(try workspace.vgraph("build", "clip.mp4").status == 3)
            let result = try found(workspace)
            #expect(
                result.verdict == .notRun
                    && result.measured
                        == "this version of vgraph cannot read the baseline 'baselines/clip/baseline.json'",
                "\(result)")
        }
        try FileManager.default.removeItem(atPath: workspace.path("baselines"))
        #expect(try workspace.vgraph("build", "clip.mp4").status == 3)
        #expect(try found(workspace).measured.hasPrefix("'baselines/clip' has no baseline yet"))
        // A spec cannot lead out of the workspace.
        try workspace.write("clip.video.yaml", Sample.spec() + "\nacceptance: { baseline: ../elsewhere }\n")
        #expect(try workspace.vgraph("build", "clip.mp4").status == 2)
    }

    /// A file that was encoded again is compared with the same pictures, with room for an encoder.
    @Test func aFileThatWasEncodedAgain() throws {
        let workspace = try built()
        defer { workspace.remove() }
        #expect(try workspace.vgraph("baseline", "accept", "clip.mp4").status == 0)
        #expect(try workspace.vgraph("build", "clip.mp4").status == 0)
        try Data(workspace.vgraph("show", "clip.mp4:plan").out.utf8).write(
            to: URL(filePath: workspace.path("plan.json")))
        func verdict(_ name: String, _ filter: String, crf: Int) throws -> CheckResult {
            let run = try Workspace.run(
                "ffmpeg",
                [
                    "-v", "error", "-y", "-i", workspace.path("clip.mp4"), "-vf", filter, "-c:v", "libx264", "-crf",
                    "\(crf)", "-pix_fmt", "yuv420p",
                    workspace.path(name),
                ], in: workspace.folder)
            try #require(run.status == 0, "\(run.err)")
            let checked = try workspace.vgraph("check", name, "--plan", "plan.json", "--json")
            let report = try JSONDecoder().decode(CheckReport.self, from: Data(checked.out.utf8))
            return try #require(report.results.first { $0.id == "D13" })
        }
        let same = try verdict("again.mp4", "null", crf: 20)
        #expect(same.verdict == .pass && same.measured == "5 frames: 5 alike", "\(same)")
        // The middle of the picture is covered in the second scene.
        let other = try verdict("other.mp4", "drawbox=x=100:y=50:w=120:h=40:t=fill:enable='between(t,2.5,4)'", crf: 20)
        #expect(other.verdict == .fail && other.measured.contains("(scene 'two')"), "\(other)")
    }

    @Test func wording() {
        let texts = [CommandProblem.baselineOutside("../x"), .badFrames("soon", limit: 500)].map {
            $0.diagnostic.text()
        }
        #expect(
            texts == [
                "error: '../x' is not in the workspace [baseline-outside]\n  hint: name a folder of the workspace, "
                    + "for example baselines/launch",
                "error: 'soon' does not name frames [bad-frames]\n  hint: write at most 500 numbers and times, for "
                    + "example --frames 45,2.5s,400",
            ])
    }
}
