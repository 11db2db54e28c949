// A voice and captions that are tied to scenes, as built: what only moves is not drawn, and what parted is found.
import Foundation
import TestSupport
import Testing

@Suite struct SceneBoundBuildTests {
    /// A tone from `from` to `to`, as mono samples of 16 bits at 48 kHz.
    private static func tone(_ from: Double, _ to: Double, of length: Double) -> [Int16] {
        (0..<Int(length * 48000)).map { index in
            let time = Double(index) / 48000
            return Int16(time >= from && time < to ? 9000 * sin(time * 2 * .pi * 220) : 0)
        }
    }

    private static func spec(inserted: Bool, tracks: String) -> String {
        let scenes = ["hook", "offer", "end"].map {
            "  - { id: \($0), duration: 2s, layers: [{ text: \($0), style: title, at: [center, 30%] }], "
                + "captions: [{ start: 0.3s, end: 1.7s, text: \"of \($0)\" }] }"
        }
        let new = inserted ? ["  - { id: new, duration: 1s, layers: [{ text: new, style: title }] }"] : []
        return """
            version: 1
            video: { size: 320x180, fps: 15, background: "#101820" }
            theme: { fonts: { body: [Inter, sans-serif] } }
            scenes:
            \((scenes.prefix(1) + new + scenes.dropFirst()).joined(separator: "\n"))
            audio: { tracks: [\(tracks)] }

            """
    }

    private static func ran(_ run: Workspace.Run, _ stage: String) -> Int {
        run.events.count {
            $0["event"] as? String == "node" && $0["outcome"] as? String == "ran" && $0["stage"] as? String == stage
        }
    }

    @Test func anInsertedSceneIsAllThatIsDrawn() throws {
        let tracks = ["hook", "offer", "end"].map { "{ asset: \($0).wav, at: scene.\($0).start + 0.3s }" }.joined(
            separator: ", ")
        let workspace = try Workspace(["clip.video.yaml": Self.spec(inserted: false, tracks: tracks)])
        defer { workspace.remove() }
        for name in ["hook", "offer", "end"] {
            try workspace.write(name + ".wav", Wave.file(Self.tone(0, 1.4, of: 1.4)))
        }
        let first = try workspace.vgraph("build", "clip.mp4", "--json")
        #expect(first.status == 0, "\(first.out)\(first.err)")
        try workspace.write("clip.video.yaml", Self.spec(inserted: true, tracks: tracks))
        let second = try workspace.vgraph("build", "clip.mp4", "--json")
        #expect(second.status == 0, "\(second.out)\(second.err)")
        #expect(
            Self.ran(second, "render") == 1 && Self.ran(second, "encode") == 1 && Self.ran(second, "audio") == 1,
            "\(second.out)")
        let findings = second.events.compactMap { ($0["diagnostic"] as? [String: Any])?["id"] as? String }
        #expect(!findings.contains { $0.hasPrefix("P12") || $0.hasPrefix("P02") }, "\(findings)")
    }

    /// One voice for the whole video, and captions that moved with their scenes: no film to publish.
    @Test func aVoiceThatStayedStopsTheBuild() throws {
        let voice = (0..<3).flatMap { _ in Self.tone(0.35, 1.65, of: 2) }
        let workspace = try Workspace(["clip.video.yaml": Self.spec(inserted: false, tracks: "{ asset: voice.wav }")])
        defer { workspace.remove() }
        try workspace.write("voice.wav", Wave.file(voice))
        let first = try workspace.vgraph("build", "clip.mp4:validate", "--json")
        #expect(first.status == 0, "\(first.out)\(first.err)")
        try workspace.write("clip.video.yaml", Self.spec(inserted: true, tracks: "{ asset: voice.wav }"))
        let second = try workspace.vgraph("build", "clip.mp4")
        #expect(
            second.status != 0 && second.err.contains("clip.video.yaml:7:") && second.err.contains("[P12.shift]"),
            "\(second.out)\(second.err)")
        // Steps of 50 ms are as exact as it gets.
        #expect(
            ["1 s", "0.95 s", "1.05 s"].contains {
                second.err.contains("from scene 'offer' on the voice is \($0) earlier than")
            }, "\(second.err)")
        #expect(!workspace.exists("clip.mp4"))
    }

    /// What was found in the spec is on the page that decides, with its place and a picture.
    @Test func findingsAreOnTheSheet() throws {
        let workspace = try Workspace([
            "clip.video.yaml": """
            version: 1
            video: { size: 320x180, fps: 15, background: "#405060" }
            theme: { fonts: { body: [Inter, sans-serif] } }
            scenes:
              - id: one
                duration: 2s
                layers:
                  - { text: "Faint <h1>", style: { size: 20%, color: "#8494a4" }, at: [center, 40%] }
            captions:
              - { start: 0.2s, end: 1.2s, text: "Twenty-five letters there" }

            """
        ])
        defer { workspace.remove() }
        #expect(try workspace.vgraph("build", "clip.mp4").status == 0)
        _ = try workspace.vgraph("show", "clip.mp4:review", "-o", workspace.path("review.html"))
        let page = try workspace.text("review.html")
        let part = try #require(
            page.components(separatedBy: "Findings in the spec").dropFirst().first?.components(
                separatedBy: "</section>"
            )
            .first)
        for word in [
            "P07.speed", "P10.contrast", "clip.video.yaml:8:", "clip.video.yaml:10:", "Faint &lt;h1&gt;",
            "has 25 characters a second",
        ] {
            #expect(part.contains(word), "\(word)")
        }
        #expect(part.components(separatedBy: "<img").count == 3, "each has a picture")
        #expect(page.contains("passed, 2 warnings"))
    }
}
