// Proofreading and profiles, end to end: findings at the spec's line in every form, and only what uses a rule runs when
// it changes.
import Composition
import Diagnostics
import Foundation
import Testing

@Suite struct ProofBuildTests {
    private func ran(_ run: Workspace.Run) -> [String] {
        run.events.filter { $0["event"] as? String == "node" && $0["outcome"] as? String == "ran" }.compactMap {
            $0["stage"] as? String
        }
    }

    private func findings(_ run: Workspace.Run) -> [[String: Any]] {
        run.events.compactMap { $0["diagnostic"] as? [String: Any] }.filter { $0["severity"] as? String != "note" }
    }

    /// Grey words on a grey background, in line 8; captions too fast, in line 10.
    private static let faint = """
        version: 1
        video: { size: 320x180, fps: 15, background: "#405060" }
        theme: { fonts: { body: [Inter, sans-serif] } }
        scenes:
          - id: one
            duration: 2s
            layers:
              - { text: "Faint", style: { size: 20%, color: "#8494a4" }, at: [center, 40%] }
        captions:
          - { start: 0.2s, end: 1.2s, text: "Twenty-five letters there" }

        """

    /// A scene whose layers were forgotten: said at its line before it is drawn, and of the file.
    @Test(arguments: [(3.0, "warn"), (1.5, "pass")]) func aSceneThatShowsNothing(seconds: Double, black: String) throws
    {
        let text = #"layers: [{ text: "Hello", style: { size: 20% } }]"#
        let workspace = try Workspace([
            "clip.video.yaml": """
            version: 1
            video: { size: 320x180, fps: 15 }
            scenes:
              - { id: one, duration: 1s, \(text) }
              - { id: bare, duration: \(seconds)s }
              - { id: two, duration: 1s, \(text) }

            """
        ])
        defer { workspace.remove() }
        let run = try workspace.vgraph("build", "clip.mp4", "--json")
        #expect(run.status == 0, "\(run.err)")
        let found = findings(run).filter { $0["id"] as? String == "P08.empty" }
        #expect(found.map { ($0["place"] as? [String: Any])?["line"] as? Int } == [5], "\(run.out)")
        let warned = findings(run).filter { $0["id"] as? String == "check-warned" }
        #expect(warned.count == (black == "warn" ? 1 : 0), "\(run.out)")
        let report = try JSONDecoder().decode(
            CheckReport.self, from: Data(try workspace.vgraph("show", "clip.mp4:check").out.utf8))
        let dark = try #require(report.results.first { $0.id == "D08" })
        #expect(dark.verdict.rawValue == black, "\(dark)")
        #expect(dark.measured.hasSuffix(" s from 1.00 s in scene 'bare', as drawn"), "\(dark)")
    }

    /// A logo behind the photo, a voice under loud music and a long black are said by the build, by one that has nothing
    /// to do, and by the gate alone, of one film and of several.
    @Test func theGateRepeatsWhatTheBuildWarnedOf() throws {
        let workspace = try Workspace([
            "clip.video.yaml": """
            version: 1
            video: { size: 320x180, fps: 15, background: black }
            scenes:
              - id: one
                duration: 1s
                layers:
                  - { image: logo.png, size: [20%, auto], at: [20%, 20%] }
                  - { image: photo.jpg }
                  - { text: Hello, style: { size: 20%, background: black } }
              - { id: bare, duration: 3s }
              - { id: two, duration: 1s, layers: [{ text: Bye, style: { size: 20% } }] }
            audio: { tracks: [{ asset: voice.wav, says: Hello }, { asset: music.wav }] }

            """
        ])
        defer { workspace.remove() }
        for (file, source, more) in [
            ("logo.png", "color=red:size=40x40,format=rgba", ["-frames:v", "1"]),
            ("photo.jpg", "testsrc=size=320x180,format=yuvj420p", ["-frames:v", "1"]),
            ("voice.wav", "sine=300:d=5,volume=0.05", ["-ac", "2"]),
            ("music.wav", "sine=300:d=5,volume=0.5", ["-ac", "2"]),
        ] {
            let made = try Workspace.run(
                "ffmpeg", ["-v", "error", "-f", "lavfi", "-i", source] + more + [workspace.path(file)],
                in: workspace.folder)
            try #require(made.status == 0, "\(made.err)")
        }
        let run = try workspace.vgraph("build", "clip.mp4", "--json")
        #expect(run.status == 0, "\(run.err)")
        let wanted: Set<String> = ["P08.unseen", "P08.empty", "voice-drowned", "check-warned"]
        func ids(_ found: [[String: Any]]) -> Set<String> { Set(found.compactMap { $0["id"] as? String }) }
        #expect(ids(findings(run)) == wanted, "\(run.out)")
        #expect(ids(findings(try workspace.vgraph("build", "clip.mp4", "--json"))) == wanted)

        let gate = try workspace.vgraph("gate", "clip.mp4")
        #expect(gate.status == 0)
        let lines = gate.out.split(separator: "\n").filter { $0.hasPrefix("  warning ") }
        #expect(lines.count == 4, "\(gate.out)")
        #expect(
            lines.contains(
                "  warning clip.video.yaml:7: 'logo.png' is never seen: it lies behind 'photo.jpg' (line 8) [P08.unseen]"
            ),
            "\(lines)")
        #expect(lines.contains { $0.hasPrefix("  warning D08 Black: 3.00 s from 1.00 s") }, "\(lines)")
        let told = try workspace.vgraph("gate", "clip.mp4", "--json").events
        #expect(ids(told.first?["warnings"] as? [[String: Any]] ?? []) == wanted)
        let several = try workspace.vgraph("gate", "clip.mp4", "clip.mp4")
        #expect(several.out.contains("clip.mp4  PASS    not approved, 4 warnings"), "\(several.out)")
    }

    @Test func findingsStandAtTheirLines() throws {
        let workspace = try Workspace(["clip.video.yaml": Self.faint])
        defer { workspace.remove() }
        let run = try workspace.vgraph("build", "clip.mp4", "--json", "--findings", "out.sarif")
        #expect(run.status == 0, "\(run.err)")
        let found = findings(run)
        let ids = found.compactMap { $0["id"] as? String }
        #expect(ids == ["P07.speed", "P10.contrast"], "\(found)")
        #expect(found.map { ($0["place"] as? [String: Any])?["line"] as? Int } == [10, 8])
        #expect((found.last?["message"] as? String)?.hasPrefix("'Faint' has a contrast of 2.") == true, "\(found)")

        let log = try JSONSerialization.jsonObject(with: try workspace.bytes("out.sarif")) as? [String: Any]
        let sarif = try #require((log?["runs"] as? [[String: Any]])?.first)
        let results = try #require(sarif["results"] as? [[String: Any]])
        #expect(
            results.map { $0["ruleId"] as? String } == ["P10.contrast", "P07.speed"]
                && results.allSatisfy { $0["level"] as? String == "warning" })
        let physical = ((results[0]["locations"] as? [[String: Any]])?.first?["physicalLocation"] as? [String: Any])
        #expect((physical?["artifactLocation"] as? [String: Any])?["uri"] as? String == "clip.video.yaml")
        let region = physical?["region"] as? [String: Any]
        #expect(
            region?["startLine"] as? Int == 8 && region?["startColumn"] as? Int == 17
                && region?["endColumn"] as? Int == 24)
        let rules = ((sarif["tool"] as? [String: Any])?["driver"] as? [String: Any])?["rules"] as? [[String: Any]]
        #expect(rules?[results[0]["ruleIndex"] as? Int ?? 0]["id"] as? String == "P10.contrast")

        // A hit says it again, in every form.
        #expect(try workspace.vgraph("build", "clip.mp4", "--findings", "out.xml").status == 0)
        let xml = try workspace.text("out.xml")
        #expect(
            xml.contains("<testsuite name=\"findings\" tests=\"2\" failures=\"0\"")
                && xml.contains("classname=\"clip.video.yaml\" name=\"P10.contrast 8:17\""), "\(xml)")
        #expect(try workspace.vgraph("build", "clip.mp4", "--findings", "out.json").status == 0)
        #expect(
            try (JSONSerialization.jsonObject(with: try workspace.bytes("out.json")) as? [[String: Any]])?.count == 2)
        let github = try workspace.vgraph("build", "clip.mp4", "-q", "--findings", "-")
        #expect(
            github.out.hasPrefix(
                "::warning file=clip.video.yaml,line=8,col=17,endColumn=24,title=P10.contrast::'Faint' has a contrast "
                    + "of"
            ), "\(github.out)")
        let refused = try workspace.vgraph("build", "clip.mp4", "--findings", "out.txt")
        #expect(refused.status == 2 && refused.err.contains("[bad-findings]"))
    }

    @Test func anErrorStopsTheBuildBeforeAnythingIsDrawn() throws {
        let spec = Self.faint.replacingOccurrences(of: "\"Faint\"", with: "\"a\u{10FFFD}b\"")
        let workspace = try Workspace(["clip.video.yaml": spec])
        defer { workspace.remove() }
        let run = try workspace.vgraph("build", "clip.mp4", "--findings", "-")
        #expect(run.status == 2 && !workspace.exists("clip.mp4"))
        #expect(
            run.err.contains(
                "clip.video.yaml:8:17: error: no font has '\u{10FFFD}' (U+10FFFD) of 'a\u{10FFFD}b' [P06.glyphs]"),
            "\(run.err)")
        #expect(run.out.contains("::error file=clip.video.yaml,line=8,col=17"), "\(run.out)")
        // What the author knows and wants.
        try workspace.write("clip.video.yaml", spec + "acceptance: { checks: { P06.glyphs: warn } }\n")
        #expect(try workspace.vgraph("build", "clip.mp4").status == 0)
    }

    @Test func anotherThresholdDrawsNothingAgain() throws {
        let workspace = try Workspace(["clip.video.yaml": Self.faint])
        defer { workspace.remove() }
        #expect(ran(try workspace.vgraph("build", "clip.mp4", "--json")).contains("contrast"))
        // A house rule, stricter than anybody's, in a file that was not there.
        let house = """
            profile: default
            sources: { us: { is: us, read: 2026-01-01 } }
            rules: { contrast_large: { min: 2.1, source: us } }

            """
        try workspace.write("pipelines/profiles/default.yaml", house)
        let looser = try workspace.vgraph("build", "clip.mp4", "--json")
        #expect(
            Set(ran(looser)).isSubset(of: ["validate", "proofread", "proof", "check", "review", "gate"])
                && ran(looser).contains("proof"), "\(ran(looser))")
        #expect(
            findings(looser).map { $0["id"] as? String } == ["P07.speed"],
            "what the house does not say stays: \(findings(looser))")
        // Made a failure, the gate says revise; the video is not drawn again.
        try workspace.write(
            "clip.video.yaml",
            Self.faint + "acceptance: { rules: { contrast_large: { min: 3 } }, checks: { P10.contrast: fail } }\n")
        let stricter = try workspace.vgraph("build", "clip.mp4", "--json")
        #expect(stricter.status == 3)
        #expect(
            Set(ran(stricter)).isSubset(
                of: ["validate", "resolve", "proofread", "claims", "proof", "check", "review", "gate"]),
            "\(ran(stricter))")
        #expect(try workspace.vgraph("show", "clip.mp4:proof").out.contains("'Faint' has a contrast of"))
        // Nothing more to do, and a profile that is looked for is part of that.
        #expect(ran(try workspace.vgraph("build", "clip.mp4", "--json")).isEmpty)
        try workspace.write("pipelines/profiles/default.yaml", house.replacingOccurrences(of: "2.1", with: "nothing"))
        let broken = try workspace.vgraph("build", "clip.mp4")
        #expect(broken.status == 2 && broken.err.contains("pipelines/profiles/default.yaml:3:"), "\(broken.err)")
    }

    @Test func aProfileInTheSpecAndOnTheCommandLine() throws {
        let workspace = try Workspace([
            "clip.video.yaml": Sample.spec(),
            "pipelines/profiles/tiny.yaml": """
            profile: tiny
            sources: { us: { is: the house, read: 2026-01-01 } }
            rules: { duration: { max: 2s, source: us }, frame_rate: { max: 60, source: us } }

            """,
        ])
        defer { workspace.remove() }
        #expect(try workspace.vgraph("build", "clip.mp4").status == 0)
        #expect(try workspace.vgraph("check", "clip.mp4").status == 0)
        let tiny = try workspace.vgraph("check", "clip.mp4", "--profile", "tiny", "--json")
        #expect(tiny.status == 3)
        let failed = (tiny.done["results"] as? [[String: Any]] ?? []).filter { $0["verdict"] as? String == "fail" }
        #expect(failed.map { $0["id"] as? String } == ["D03"], "\(failed)")
        #expect(
            (failed.first?["measured"] as? String)?.contains(
                "the profile requires at most 2 s (the house, read 2026-01-01)")
                == true)
        // 15 frames a second are too few for YouTube.
        let youtube = try workspace.vgraph("check", "clip.mp4", "--profile", "youtube")
        #expect(youtube.status == 3 && youtube.out.contains("24 fps to 60 fps"), "\(youtube.out)")
        let unknown = try workspace.vgraph("check", "clip.mp4", "--profile", "tinny")
        #expect(
            unknown.status == 2 && unknown.err.contains("error: unknown profile 'tinny' [unknown-profile]"),
            "\(unknown.err)")
        // The same in the spec stops the build before it is drawn.
        try workspace.write("clip.video.yaml", Sample.spec() + "acceptance: { profile: tiny }\n")
        let built = try workspace.vgraph("build", "clip.mp4")
        #expect(
            built.status == 2
                && built.err.contains("the scenes last 6 s, but the profile requires at most 2 s [P02.duration]"),
            "\(built.err)")
    }

    @Test func aFileFromElsewhereIsHeldAgainstASpec() throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { workspace.remove() }
        #expect(try workspace.vgraph("build", "clip.mp4").status == 0)
        let elsewhere = try Workspace([
            "launch.video.yaml": Sample.spec(),
            "longer.video.yaml": Sample.spec(firstSeconds: 3)
                + "formats: { tall: 180x320 }\n",
            "faint.video.yaml": Self.faint.replacingOccurrences(of: "duration: 2s", with: "duration: 6s"),
        ])
        defer { elsewhere.remove() }
        try workspace.bytes("clip.mp4").write(to: URL(filePath: elsewhere.path("cut.mp4")))
        let good = try elsewhere.vgraph("check", "cut.mp4", "--spec", "launch.video.yaml")
        #expect(
            good.status == 0 && good.out.contains("compared with the spec 'launch.video.yaml'"),
            "\(good.out)\(good.err)"
        )
        let longer = try elsewhere.vgraph("check", "cut.mp4", "--spec", "longer.video.yaml", "--json")
        #expect(longer.status == 3)
        let failed = (longer.done["results"] as? [[String: Any]] ?? []).filter { $0["verdict"] as? String == "fail" }
            .compactMap { $0["id"] as? String }
        #expect(Set(failed).isSuperset(of: ["D02.frames", "D03", "D14"]), "\(failed)")
        let tall = try elsewhere.vgraph("check", "cut.mp4", "--spec", "longer.video.yaml", "--size", "tall", "--json")
        #expect(
            (tall.done["results"] as? [[String: Any]] ?? []).contains {
                $0["id"] as? String == "D02" && ($0["measured"] as? String)?.contains("320x180 pixels") == true
            })
        // What is wrong with the spec stands at its line.
        for (format, needle) in [
            ("github", "::warning file=faint.video.yaml,line=10,col=5"), ("sarif", "\"startLine\" : 10"),
            ("junit", "P07.speed 10:5"),
            (
                "text",
                "faint.video.yaml:10:5: warning: the caption 'Twenty-five letters there' has 25 characters a second, "
                    + "more than 20 [P07.speed]"
            ),
        ] {
            let run = try elsewhere.vgraph("check", "cut.mp4", "--spec", "faint.video.yaml", "--format", format)
            #expect(run.out.contains(needle), "\(format): \(run.out)")
        }
        #expect(try elsewhere.vgraph("check", "cut.mp4", "--spec", "none.video.yaml").status == 2)
        #expect(try elsewhere.vgraph("check", "cut.mp4", "--spec", "launch.video.yaml", "--plan", "x").status == 2)
        let unread = try elsewhere.vgraph("check", "cut.mp4", "--spec", "cut.mp4")
        #expect(unread.status == 2 && !unread.err.isEmpty)
    }

    @Test func theTableHasBothKinds() throws {
        let workspace = try Workspace()
        defer { workspace.remove() }
        let ids = try workspace.vgraph("checks", "--json").events.compactMap { $0["id"] as? String }
        for row in 1...11 { #expect(ids.contains { $0.hasPrefix(row < 10 ? "P0\(row)" : "P\(row)") }, "P\(row)") }
        #expect(ids.contains("D09") && ids.firstIndex(of: "P11.generated")! < ids.firstIndex(of: "D01")!)
        let seventh = try workspace.vgraph("checks", "p07")
        #expect(
            seventh.status == 0 && seventh.out.contains("P07.speed") && seventh.out.contains("P07.gap")
                && !seventh.out.contains("P08"))
    }
}
