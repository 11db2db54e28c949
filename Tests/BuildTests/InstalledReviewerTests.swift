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
}
