// After an edit proofread looks up no word and hears no voice again that it knows; what it finds is what a clean build
// finds.
import Foundation
import TestSupport
import Testing

@Suite struct RecalledAnswersTests {
    private static func spec(_ text: String, more: String = "") -> String {
        """
        version: 1
        video: { size: 640x360, fps: 15 }
        assets: { voice: voice.wav }
        audio: { tracks: [{ asset: voice\(more) }] }
        scenes:
          - id: one
            duration: 3s
            layers: [{ text: "\(text)", style: title, at: [center, 40%] }]
        captions: { cues: [{ start: 0s, end: 3s, text: "Speech and light." }] }

        """
    }

    private func world() throws -> Workspace {
        let workspace = try Workspace(["film.video.yaml": Self.spec("You recieve light")])
        let made = try Workspace.run(
            "sh", ["-ec", "ffmpeg -v error -f lavfi -i sine=duration=3 voice.wav; touch -d '1 hour ago' voice.wav"],
            in: workspace.folder)
        #expect(made.status == 0, "\(made.err)")
        return workspace
    }

    private struct Read: Equatable {
        /// The findings and what is kept for the next time.
        var made: [String]
        /// How often any process opened the first dictionary; to know its digest takes one.
        var dictionary: Int
        /// Whether proofread opened the voice.
        var hearsVoice: Bool
    }

    private func proofread(_ workspace: Workspace, cache: String = "cache") throws -> Read {
        let binary = Repository.binary("vgraph"), log = workspace.path("calls.txt")
        // What validate opens is not counted.
        let first = try Workspace.run(
            binary, ["build", "film.mp4:resolve", "--cache", cache], in: workspace.folder)
        #expect(first.status == 0, "\(first.err)")
        let run = try Workspace.run(
            "strace",
            ["-f", "-qq", "-e", "trace=openat", "-o", log, binary, "build", "film.mp4:proofread", "--cache", cache],
            in: workspace.folder)
        #expect(run.status == 0, "\(run.err)")
        let calls = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
        let made = try ["findings", "known"].map { output in
            let shown = try Workspace.run(
                binary, ["show", "film.mp4:proofread." + output, "--cache", cache], in: workspace.folder)
            #expect(shown.status == 0 && !shown.out.isEmpty, "\(shown.err)")
            return shown.out
        }
        return Read(
            made: made, dictionary: calls.count { $0.contains("/en_US.dic\"") },
            hearsVoice: calls.contains { $0.contains("voice.wav\"") })
    }

    @Test func knownWordsAreNotLookedUpAgain() throws {
        let workspace = try world()
        defer { workspace.remove() }
        let first = try proofread(workspace)
        #expect(first.dictionary > 1 && first.hearsVoice)
        #expect(first.made[0].contains("'receive'") && first.made[1].contains("\"recieve\""))
        try workspace.write("film.video.yaml", Self.spec("You light, recieve"))
        let edit = try proofread(workspace), clean = try proofread(workspace, cache: "clean")
        #expect(edit.dictionary <= 1 && !edit.hearsVoice)
        #expect(edit.made == clean.made && clean.dictionary > 1 && clean.hearsVoice)
        #expect(edit.made[0].contains("'receive'"))
    }

    @Test func whatIsNewIsAsked() throws {
        let workspace = try world()
        defer { workspace.remove() }
        _ = try proofread(workspace)
        try workspace.write("film.video.yaml", Self.spec("You recieve much lihgt", more: ", gain: -6dB"))
        let edit = try proofread(workspace), clean = try proofread(workspace, cache: "clean")
        #expect(edit.dictionary > 1 && edit.hearsVoice && edit.made == clean.made)
        #expect(edit.made[0].contains("'lihgt'") && edit.made[0].contains("'recieve'"))
        // A word that is right now is nowhere kept.
        try workspace.write("film.video.yaml", Self.spec("You receive light") + "words: [Vantablack]\n")
        #expect(try !proofread(workspace).made[1].contains("recieve"))
    }
}
