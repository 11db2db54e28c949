// The reviewers that vgraph brings along, installed and run: they read a good film back, and tell what a wrong one says and
// where its code leads.
import Foundation
import TestSupport
import Testing

@Suite struct InstalledReviewerTests {
    /// Kept from run to run beside what is built: the packages are 600 MB.
    private static let environment = ["XDG_DATA_HOME": Repository.file(".build/reviewers").path]

    private static let spec = """
        version: 1
        video: { size: 960x540, fps: 25, background: "#10162b", language: en, title: "The garden" }
        theme: { styles: { small: { size: 6%, weight: 500, color: white }, caption: { size: 5%, weight: 500, color: white, background: "#000000c0" } } }
        assets: { voice: voice.wav, code: code.png }
        scenes:
          - id: intro
            duration: 5s
            layers:
              - { text: "167 plants in bloom", style: title, at: [center, 25%] }
              - { text: "example.com/garden", style: small, at: [30%, 55%] }
              - { image: code, size: [20%, auto], at: [75%, 55%] }
            captions: [{ start: 0.3s, end: 4.6s, text: "This spring our garden grew to 167 plants." }]
        captions: { style: caption, position: 88% }
        audio:
          tracks: [{ asset: voice, at: 0.4s }]
          loudness: { integrated: -16LUFS, true_peak: -1dBTP }

        """

    /// Writes a QR code as the packages' own OpenCV makes it.
    private func writeCode(_ address: String, _ workspace: Workspace) throws {
        let folder = Repository.file(".build/reviewers/vgraph/reviewers")
        let lock = try #require(FileManager.default.contentsOfDirectory(atPath: folder.path).first)
        let program = """
            import cv2, sys
            code = cv2.copyMakeBorder(cv2.QRCodeEncoder_create().encode(sys.argv[1]), 4, 4, 4, 4,
                                      cv2.BORDER_CONSTANT, value=255)
            cv2.imwrite("code.png", cv2.resize(code, None, fx=12, fy=12, interpolation=cv2.INTER_NEAREST))
            """
        let run = try Workspace.run(
            folder.appending(path: lock + "/bin/python3").path, ["-c", program, address], in: workspace.folder)
        try #require(run.status == 0, "\(run.err)")
    }

    @Test func aGoodFilmIsReadBackAndAWrongOneIsNot() throws {
        let workspace = try Workspace(["a.video.yaml": Self.spec])
        defer { workspace.remove() }
        let install = try workspace.vgraph("reviewers", "install", environment: Self.environment)
        try #require(install.status == 0, "\(install.out)\(install.err)")

        func verdicts(saying text: String, leadingTo address: String) throws -> (
            gate: Program.Run, all: [String: String]
        ) {
            let voice = try Workspace.run(
                "espeak-ng", ["-v", "en-gb", "-s", "150", "-w", "voice.wav", text], in: workspace.folder)
            try #require(voice.status == 0, "\(voice.err)")
            try writeCode(address, workspace)
            let run = try workspace.vgraph("build", "a.mp4", environment: Self.environment)
            var all: [String: String] = [:]
            for reviewer in ["text", "speech"] {
                let shown = try workspace.vgraph("show", "a.mp4:" + reviewer, environment: Self.environment)
                let report = try #require(
                    JSONSerialization.jsonObject(with: Data(shown.out.utf8)) as? [String: Any], "\(shown.err)")
                #expect(report["status"] as? String == "done", "\(report["reason"] ?? "")")
                for observation in report["observations"] as? [[String: Any]] ?? [] {
                    all[observation["claim"] as? String ?? ""] = observation["verdict"] as? String
                }
            }
            return (run, all)
        }
        let right = ["intro.text.1": "supports", "intro.text.2": "supports", "caption.1": "supports"]
        let good = try verdicts(
            saying: "This spring our garden grew to 167 plants.", leadingTo: "https://example.com/garden?from=film")
        #expect(good.all == right.merging(["speech.1": "supports"]) { $1 })
        #expect(good.gate.status == 0, "\(good.gate.out)\(good.gate.err)")

        let wrong = try verdicts(
            saying: "This autumn our garden grew to 167 plants.", leadingTo: "https://example.org/other")
        #expect(wrong.all == right.merging(["speech.1": "contradicts", "unplanned": "contradicts"]) { $1 })
        #expect(wrong.gate.status == 3)
        #expect((wrong.gate.out + wrong.gate.err).contains("'speech.1' is contradicted"), "\(wrong.gate.err)")
        #expect(wrong.gate.err.contains("a QR code leads to an address that no text of the film has"))
    }

    private func install(_ workspace: Workspace) throws {
        let install = try workspace.vgraph("reviewers", "install", environment: Self.environment)
        try #require(install.status == 0, "\(install.out)\(install.err)")
    }

    private func speak(_ text: String, _ file: String, _ workspace: Workspace, voice: String = "en-gb") throws {
        let run = try Workspace.run(
            "espeak-ng", ["-v", voice, "-s", "150", "-w", file, text], in: workspace.folder)
        try #require(run.status == 0, "\(run.err)")
    }

    private func verdicts(_ reviewer: String, _ workspace: Workspace) throws -> [String: String] {
        let shown = try workspace.vgraph("show", "a.mp4:" + reviewer, environment: Self.environment)
        let report = try #require(
            JSONSerialization.jsonObject(with: Data(shown.out.utf8)) as? [String: Any], "\(shown.err)")
        #expect(report["status"] as? String == "done", "\(report["reason"] ?? "")")
        return (report["observations"] as? [[String: Any]] ?? []).reduce(into: [:]) {
            $0[$1["claim"] as? String ?? ""] = $1["verdict"] as? String
        }
    }

    /// What is drawn and said is another spec than the one that was promised: each fault is named, and the spec as it was
    /// promised passes. An edit of one text has its part alone read again.
    @Test func eachKindOfFaultIsNamed() throws {
        func spec(
            number: String = "167 plants in bloom", name: String = "Anna Lindqvist",
            join: String = "Join us on Saturday",
            cover: Bool = false, isWhole: Bool = true
        ) -> String {
            let covered = "\n      - { shape: rect, fill: gray, size: [90%, 30%], at: [center, 40%] }"
            return """
                version: 1
                video: { size: 640x360, fps: 25, background: "#10162b", language: en, title: "The garden" }
                theme: { styles: { caption: { size: 6%, weight: 500, color: white, background: "#000000c0" } } }
                assets: { v1: v1.wav, v2: v2.wav }
                scenes:
                  - { id: number, duration: 3.6s, layers: [{ text: "\(number)", style: title, at: [center, 40%] }] }
                  - { id: name, duration: 3s, layers: [{ text: "\(name)", style: title, at: [center, 40%] }] }
                  - { id: join, duration: 1.6s, layers: [{ text: "\(join)", style: title, at: [center, 40%] }] }
                  - id: open
                    duration: 1.6s
                    layers:
                      - { text: "Open every day", style: title, at: [center, 40%] }\(cover ? covered : "")
                  - { id: free, duration: 1.6s, layers: [\(isWhole ? "{ text: \"Free entry\", style: title, at: [center, 40%] }" : "")] }
                captions:
                  - { start: 0.3s, end: 3.4s, text: "We use 40 percent less water than last year." }
                  - { start: 3.8s, end: 6.4s, text: "Come and join us on Saturday morning." }
                \(isWhole ? "  - { start: 9.9s, end: 11.2s, text: \"See you there\" }\n" : "")audio:
                  tracks: [{ asset: v1, at: 0.3s }, { asset: v2, at: 3.9s }]
                  loudness: { integrated: -16LUFS, true_peak: -1dBTP }

                """
        }
        let workspace = try Workspace(["a.video.yaml": spec(), "drawn.video.yaml": spec()])
        defer { workspace.remove() }
        try install(workspace)
        try workspace.write(
            "pipelines/video.yaml",
            """
            pipeline: video
            target: "{name}.mp4"
            include: builtin
            stages:
              drawn: { uses: resolve, spec: drawn.video.yaml, facts: $validate }
              plan: { composition: $drawn }
              encode: { after: $plan }

            """)
        try speak("We use 40 percent less water than last year.", "v1.wav", workspace)
        try speak("Come and join us on Saturday morning.", "v2.wav", workspace)
        let good = try workspace.vgraph("build", "a.mp4", environment: Self.environment)
        #expect(good.status == 0, "\(good.out)\(good.err)")
        let read = Set(try verdicts("text", workspace).values).union(try verdicts("speech", workspace).values)
        #expect(read == ["supports"])

        let edited = spec(number: "168 plants in bloom")
        for file in ["a.video.yaml", "drawn.video.yaml"] { try workspace.write(file, edited) }
        let again = try workspace.vgraph("build", "-v", "a.mp4", environment: Self.environment)
        #expect(again.status == 0, "\(again.err)")
        let ran = (again.out + again.err).matches(of: /start +a\.mp4:(read|listen|hear)\[\d\]/).map { String($0.1) }
        #expect(ran == ["read"], "one part of the pictures, and no sound: \(again.err)")

        try workspace.write(
            "drawn.video.yaml",
            spec(
                number: "186 plants in bloom", name: "Anna Lindquist", join: "Komm am Samstag", cover: true,
                isWhole: false))
        try speak("We use 90 percent less water than last year.", "v1.wav", workspace)
        try speak("The weather in the mountains was cold.", "v2.wav", workspace)
        let wrong = try workspace.vgraph("build", "a.mp4", environment: Self.environment)
        #expect(wrong.status == 3)
        for claim in [
            "number.text.1", "name.text.1", "join.text.1", "open.text.1", "free.text.1", "caption.3", "speech.1",
            "speech.2",
        ] {
            #expect(wrong.err.contains("the claim '\(claim)' is contradicted"), "\(claim): \(wrong.err)")
        }
    }

    /// In any language: a voice in what counts as music, a sentence without one, and one that comes late.
    @Test func voicesAreHeardWhereTheyAre() throws {
        let spec = """
            version: 1
            video: { size: 320x180, fps: 25, background: "#10162b", language: de, title: "Wetter" }
            assets: { voice: voice.wav, music: music.wav }
            scenes: [{ id: one, duration: 8s }]
            captions: [{ start: 0.3s, end: 3.6s, text: "Am Nachmittag ist mit Gewittern zu rechnen." }]
            audio:
              tracks:
                - { asset: voice, at: 0.3s }
                - { asset: music, loop: true, duck: { under: voice, by: 12dB } }

            """
        let workspace = try Workspace(["a.video.yaml": spec])
        defer { workspace.remove() }
        try install(workspace)
        func music(_ more: String) throws {
            let chord = "sine=f=220:d=8,tremolo=f=3:d=0.6,volume=-14dB"
            let run = try Workspace.run(
                "ffmpeg",
                ["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", chord] + (more.isEmpty ? [] : ["-i", more])
                    + (more.isEmpty ? [] : ["-filter_complex", "[1]adelay=4800:all=1[b];[0][b]amix=2:normalize=0"])
                    + ["-ar", "48000", "music.wav"], in: workspace.folder)
            try #require(run.status == 0, "\(run.err)")
        }
        try speak("Am Nachmittag ist mit Gewittern zu rechnen.", "voice.wav", workspace, voice: "de")
        try music("")
        let good = try workspace.vgraph("build", "a.mp4", environment: Self.environment)
        #expect(good.status == 0 && !good.err.contains("unplanned"), "\(good.out)\(good.err)")
        #expect(try verdicts("heard", workspace) == ["speech.1": "abstain"])

        try speak("Last year's narration is still in here.", "old.wav", workspace)
        try music("old.wav")
        let old = try workspace.vgraph("build", "a.mp4", environment: Self.environment)
        #expect(old.status == 3 && old.err.contains("where the spec places none"), "\(old.err)")
        #expect(old.err.contains("vgraph runbook gate.unplanned-speech"))

        try music("")
        try workspace.write("a.video.yaml", spec.replacingOccurrences(of: "at: 0.3s", with: "at: 2.3s"))
        let late = try workspace.vgraph("build", "a.mp4", environment: Self.environment)
        #expect(late.status == 3 && late.err.contains("'speech.1' is contradicted"), "\(late.err)")
        try workspace.write("a.video.yaml", spec)
        let silence = try Workspace.run(
            "ffmpeg",
            ["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", "anoisesrc=c=brown:a=0.02:d=3", "voice.wav"],
            in: workspace.folder)
        try #require(silence.status == 0)
        _ = try workspace.vgraph("build", "a.mp4", environment: Self.environment)
        #expect(try verdicts("heard", workspace) == ["speech.1": "absent"])
    }
}
