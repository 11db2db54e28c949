// The reviewers that vgraph brings along, installed and run: they read a good film back and hear what a wrong one says.
import Foundation
import TestSupport
import Testing

@Suite struct InstalledReviewerTests {
    /// Kept from run to run beside what is built: the packages are 600 MB.
    private static let environment = ["XDG_DATA_HOME": Repository.file(".build/reviewers").path]

    private static let spec = """
        version: 1
        video: { size: 960x540, fps: 25, background: "#10162b", language: en, title: "The garden" }
        theme: { styles: { caption: { size: 5%, weight: 500, color: white, background: "#000000c0" } } }
        assets: { voice: voice.wav }
        scenes:
          - id: intro
            duration: 4s
            layers: [{ text: "167 plants in bloom", style: title, at: [center, 40%] }]
            captions: [{ start: 0.3s, end: 3.7s, text: "This spring our garden grew to 167 plants." }]
        captions: { style: caption, position: 88% }
        audio:
          tracks: [{ asset: voice, at: 0.4s }]
          loudness: { integrated: -16LUFS, true_peak: -1dBTP }

        """

    @Test func aGoodFilmIsReadBackAndAWrongVoiceIsHeard() throws {
        let workspace = try Workspace(["a.video.yaml": Self.spec])
        defer { workspace.remove() }
        let install = try workspace.vgraph("reviewers", "install", environment: Self.environment)
        try #require(install.status == 0, "\(install.out)\(install.err)")

        func verdicts(saying text: String) throws -> (gate: Program.Run, all: [String: String]) {
            let voice = try Workspace.run(
                "espeak-ng", ["-v", "en-gb", "-s", "150", "-w", "voice.wav", text], in: workspace.folder)
            try #require(voice.status == 0, "\(voice.err)")
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
        let good = try verdicts(saying: "This spring our garden grew to 167 plants.")
        #expect(good.all == ["intro.text.1": "supports", "caption.1": "supports", "speech.1": "supports"])
        #expect(good.gate.status == 0, "\(good.gate.out)\(good.gate.err)")

        let wrong = try verdicts(saying: "This autumn our garden grew to 167 plants.")
        #expect(wrong.all == ["intro.text.1": "supports", "caption.1": "supports", "speech.1": "contradicts"])
        #expect(wrong.gate.status == 3)
        #expect((wrong.gate.out + wrong.gate.err).contains("'speech.1' is contradicted"), "\(wrong.gate.err)")
    }
}
