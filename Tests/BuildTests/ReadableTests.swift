// Text that cannot be read stops the build before anything is encoded; what brings its own ground brings its own
// colour; and nothing that a spec draws is called black.
import Foundation
import Testing

@Suite struct ReadableTests {
    private func verdicts(_ run: Workspace.Run) -> [String: String] {
        let results = run.done["results"] as? [[String: Any]] ?? []
        return Dictionary(
            results.map { ($0["id"] as? String ?? "", $0["verdict"] as? String ?? "") },
            uniquingKeysWith: { first, _ in first })
    }

    private static let lost = """
        version: 1
        video: { size: 320x180, fps: 10, background: "#f2efe6" }
        scenes:
          - { id: a, duration: 1s, layers: [ { text: "Lost words", style: { size: 16%, color: "#e8e4d8" } } ] }

        """

    @Test func lostTextStopsBeforeEncoding() throws {
        let workspace = try Workspace(["v.video.yaml": Self.lost])
        defer { workspace.remove() }
        let run = try workspace.vgraph("build", "v.mp4", "--json")
        #expect(run.status == 3 && !workspace.exists("v.mp4"), "\(run.out)\(run.err)")
        let outcomes = run.events.filter { $0["event"] as? String == "node" }
        #expect(
            outcomes.contains { $0["stage"] as? String == "encode" && $0["outcome"] as? String == "skipped" },
            "\(run.out)")
        #expect(!outcomes.contains { $0["stage"] as? String == "encode" && $0["outcome"] as? String == "ran" })
        let found = run.events.compactMap { $0["diagnostic"] as? [String: Any] }
        #expect(
            found.map { $0["id"] as? String } == ["P10.unreadable"] && found.first?["severity"] as? String == "error",
            "\(found)")
        #expect((found.first?["place"] as? [String: Any])?["line"] as? Int == 4)
        // From the cache it says the same.
        let again = try workspace.vgraph("build", "v.mp4")
        #expect(
            again.status == 3 && again.err.contains("[P10.unreadable]")
                && again.out.contains("v.mp4: stopped by proof, gate: revise"), "\(again.out)")
        // Whoever means it says so.
        try workspace.write("v.video.yaml", Self.lost + "acceptance: { checks: { P10.unreadable: warn } }\n")
        #expect(try workspace.vgraph("build", "v.mp4").status == 0)
    }

    @Test(arguments: [
        ("#f2efe6", "#16302a"), ("#fdf6e3", "#102030"), ("#0b1020", "#ffffff"), ("#808080", "#101010"),
        ("#ffcc00", "#1a1a1a"),
    ])
    func ownGroundsBringOwnColours(ground: String, text: String) throws {
        let workspace = try Workspace([
            "v.video.yaml": """
            version: 1
            video: { size: 320x180, fps: 10, background: "\(ground)" }
            theme: { colors: { text: "\(text)" } }
            scenes: [ { id: a, duration: 2s, layers: [ { text: "Four days", style: title, at: [center, 30%] } ] } ]
            captions: { mode: words, cues: [ { start: 0.2s, end: 1.8s, text: "Then it wilts" } ] }
            cta: { text: "Grow", url: "https://example.com", button: "Start", hold: 2s }

            """
        ])
        defer { workspace.remove() }
        let run = try workspace.vgraph("build", "v.mp4")
        #expect(run.status == 0 && !run.err.contains("P10."), "\(ground) \(text): \(run.err)\(run.out)")
    }

    /// Dark grounds with a title are not black, and neither is a pause that the spec draws black.
    @Test func whatIsDrawnIsNotAFault() throws {
        let workspace = try Workspace([
            "v.video.yaml": """
            version: 1
            video: { size: 320x180, fps: 10, background: "#101020" }
            scenes:
              - { id: a, duration: 1s, layers: [ { text: "Meet Aurora", at: [center, 30%] } ] }
              - { id: pause, duration: 1s, background: "#000000", layers: [] }

            """
        ])
        defer { workspace.remove() }
        let run = try workspace.vgraph("build", "v.mp4")
        #expect(run.status == 0, "\(run.err)\(run.out)")
        let check = try workspace.vgraph("check", "v.mp4", "--spec", "v.video.yaml", "--json")
        #expect(check.status == 0 && verdicts(check)["D08"] == "pass", "\(check.out)")
    }

    /// `check --spec` draws what the spec promises: faults that were put into a good film, and films that were only
    /// encoded again.
    @Test func theFilmIsHeldAgainstItsSpec() throws {
        let workspace = try Workspace([
            "v.video.yaml": """
            version: 1
            video: { size: 320x180, fps: 20, background: "#203060" }
            theme: { fonts: { body: [Inter, sans-serif] } }
            scenes:
              - id: a
                duration: 3s
                layers:
                  - { shape: rect, size: [60px, 40px], at: [20%, 70%], fill: "#f0c040", animate: { x: [20%, 80%] } }
                  - { text: "Only 40 left", style: title, at: [center, 30%] }
              - { id: b, duration: 2s, layers: [ { text: "Order today", style: title, at: [center, 50%] } ] }

            """
        ])
        defer { workspace.remove() }
        #expect(try workspace.vgraph("build", "v.mp4").status == 0)
        func check(_ name: String, _ filter: String, crf: Int = 20) throws -> [String: String] {
            _ = try Workspace.run(
                "/usr/bin/ffmpeg",
                [
                    "-v", "error", "-y", "-i", workspace.path("v.mp4"), "-vf", filter, "-c:v", "libx264", "-crf",
                    "\(crf)",
                    "-pix_fmt", "yuv420p", "-movflags", "+faststart", workspace.path(name),
                ], in: workspace.folder)
            let run = try workspace.vgraph("check", name, "--spec", "v.video.yaml", "--json")
            var found = verdicts(run)
            found["exit"] = "\(run.status)"
            return found
        }
        for crf in [18, 23, 27] {
            let found = try check("again\(crf).mp4", "null", crf: crf)
            #expect(
                found["D14"] != "fail" && found["D14.motion"] == "pass" && found["D05"] == "warn"
                    && found["exit"] == "0", "\(crf): \(found)")
        }
        let frozen = try check(
            "frozen.mp4", "select='not(between(n,20,39))',setpts=N/20/TB,loop=20:1:19,setpts=N/20/TB")
        #expect(frozen["D14.motion"] == "fail" && frozen["exit"] == "3", "\(frozen)")
        let doubled = try check("doubled.mp4", "select='not(mod(n,2))',fps=20")
        #expect(doubled["D14.motion"] == "fail" && doubled["exit"] == "3", "\(doubled)")
        let black = try check("black.mp4", "drawbox=t=fill:color=black:enable='between(n,64,84)'")
        #expect(black["D08"] == "fail" && black["D14"] == "fail", "\(black)")
        let restless = try check(
            "restless.mp4", "drawbox=x=20:y=20:w=60:h=60:t=fill:color=white:enable='between(n,80,83)'")
        #expect(restless["D14.motion"] == "fail", "\(restless)")
        // One letter and one figure, in a film that is made as well as this one.
        for (right, wrong) in [("40 left", "48 left"), ("Order", "Ordar")] {
            try workspace.write("w.video.yaml", try workspace.text("v.video.yaml").replacing(right, with: wrong))
            #expect(try workspace.vgraph("build", "w.mp4").status == 0)
            let found = try workspace.vgraph("check", "w.mp4", "--spec", "v.video.yaml", "--json")
            #expect(found.status == 3 && verdicts(found)["D14"] == "fail", "\(wrong): \(verdicts(found))")
        }
        let covered = try check("covered.mp4", "drawbox=x=80:y=30:w=160:h=50:t=fill:color=0x203060:enable='lt(n,60)'")
        #expect(covered["D14"] == "fail", "\(covered)")
        // Assets lie beside the spec, wherever it is called from.
        let elsewhere = try Workspace()
        defer { elsewhere.remove() }
        let far = try elsewhere.vgraph(
            "check", workspace.path("v.mp4"), "--spec", workspace.path("v.video.yaml"), "--json")
        #expect(far.status == 0 && verdicts(far)["D14"] == "pass", "\(far.out)\(far.err)")
    }

    /// Its sound too, mixed as the spec says.
    @Test func theSoundIsHeldAgainstItsSpec() throws {
        let workspace = try Workspace([
            "v.video.yaml": """
            version: 1
            video: { size: 64x64, fps: 10, background: "#406080" }
            assets: { voice: voice.wav }
            scenes: [ { id: a, duration: 4s } ]
            audio: { tracks: [ { asset: voice } ], loudness: { integrated: -16LUFS } }

            """
        ])
        defer { workspace.remove() }
        func ffmpeg(_ arguments: String...) throws {
            _ = try Workspace.run("/usr/bin/ffmpeg", ["-v", "error", "-y"] + arguments, in: workspace.folder)
        }
        try ffmpeg(
            "-f", "lavfi", "-i", "aevalsrc=0.4*sin(2*PI*(300+90*t)*t+4*sin(5*t))*abs(sin(4*t)):d=4:s=48000", "voice.wav"
        )
        #expect(try workspace.vgraph("build", "v.mp4").status == 0)
        func sound(_ filter: String) throws -> String? {
            try ffmpeg("-i", "v.mp4", "-c:v", "copy", "-c:a", "aac", "-af", filter, "again.mp4")
            return verdicts(try workspace.vgraph("check", "again.mp4", "--spec", "v.video.yaml", "--json"))["D14.sound"]
        }
        #expect(try sound("volume=-3dB") == "pass")
        #expect(try sound("areverse") == "fail")
        #expect(try sound("adelay=200:all=1") == "fail")
        #expect(try sound("volume=0:enable='gt(t,2.5)'") == "fail")
    }

    /// Crests that were cut off flat show however far the sound was turned down since; a sine and a triangle are whole.
    @Test func soundThatWasCutOffFlat() throws {
        let workspace = try Workspace()
        defer { workspace.remove() }
        func clipping(_ wave: String) throws -> String? {
            _ = try Workspace.run(
                "/usr/bin/ffmpeg",
                [
                    "-v", "error", "-y", "-f", "lavfi", "-i", "color=size=64x64:rate=10:duration=3", "-f", "lavfi",
                    "-i", "aevalsrc=\(wave):d=3:s=48000", "-pix_fmt", "yuv420p", "-c:a", "aac", workspace.path("a.mp4"),
                ], in: workspace.folder)
            return verdicts(try workspace.vgraph("check", "a.mp4", "--json"))["D07.clipping"]
        }
        #expect(try clipping("0.4*sin(2*PI*300*t)") == "pass")
        #expect(try clipping("0.3*sin(2*PI*220*t)+0.2*sin(2*PI*277*t)+0.1*sin(2*PI*330*t)") == "pass")
        #expect(try clipping("0.4*clip(5*(0.6*sin(2*PI*220*t)+0.4*sin(2*PI*277*t))\\,-1\\,1)") == "fail")
    }

    /// A title fades in time for the next scene's; one with an end of its own keeps it.
    @Test func titlesDoNotGhost() throws {
        func spec(_ end: String, transition: String = "crossfade: 0.6s") -> String {
            """
            version: 1
            video: { size: 320x180, fps: 10 }
            scenes:
              - { id: a, duration: 2s, layers: [ { text: "First title", style: title\(end) } ], transition: { \
            \(transition) } }
              - { id: b, duration: 2s, layers: [ { text: "Next one here", style: title } ] }

            """
        }
        let workspace = try Workspace(["v.video.yaml": spec("")])
        defer { workspace.remove() }
        let gone = try workspace.vgraph("build", "v.mp4:plan")
        #expect(gone.status == 0 && !gone.err.contains("P09.texts"), "\(gone.err)")
        try workspace.write("v.video.yaml", spec(", end: 2.6s"))
        let stays = try workspace.vgraph("build", "v.mp4:plan")
        #expect(stays.err.contains("'Next one here' and 'First title' (line 4) overlap [P09.texts]"), "\(stays.err)")
        // Scenes that slide move side by side.
        try workspace.write("v.video.yaml", spec("", transition: "slide: left, for: 0.6s"))
        let slides = try workspace.vgraph("build", "v.mp4:plan")
        #expect(slides.status == 0 && !slides.err.contains("P09.texts"), "\(slides.err)")
    }

    /// Many findings of one kind are three and a number; files have them all.
    @Test func aFaultIsSaidOnce() throws {
        let cues = (0..<40).map { "  - { start: \($0)s, end: \($0).4s, text: \"n\($0)\" }" }.joined(separator: "\n")
        let workspace = try Workspace([
            "v.video.yaml":
                "version: 1\nvideo: { size: 64x64, fps: 5 }\nscenes: [ { id: a, duration: 40s } ]\ncaptions:\n\(cues)\n"
        ])
        defer { workspace.remove() }
        let run = try workspace.vgraph("build", "v.mp4:plan", "--findings", "out.json")
        #expect(run.err.components(separatedBy: "[P07.duration]").count - 1 == 3, "\(run.err)")
        #expect(run.out.contains("37 more of P07.duration"), "\(run.out)")
        #expect(try workspace.text("out.json").components(separatedBy: "\"P07.duration\"").count - 1 == 40)
    }

    /// A revise is an error with a place wherever it is reported.
    @Test func aReviseIsAnErrorInEveryForm() throws {
        let workspace = try Workspace([
            "v.video.yaml": Self.lost.replacing("#e8e4d8", with: "#101010") + "acceptance: { max_bytes: 100 }\n"
        ])
        defer { workspace.remove() }
        for (form, needle) in [("out.sarif", "\"level\" : \"error\""), ("out.xml", "failures=\"1\"")] {
            let run = try workspace.vgraph("build", "v.mp4", "--findings", form)
            #expect(run.status == 3)
            let text = try workspace.text(form)
            #expect(text.contains(needle), "\(text)")
        }
        #expect(
            try workspace.vgraph("build", "v.mp4", "-q", "--findings", "-").out.contains(
                "::error file=v.mp4,title=gate-revise::"))
    }
}
