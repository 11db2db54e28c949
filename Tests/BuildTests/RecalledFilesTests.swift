// After an edit validate opens no file again that has not changed; what it finds is what a clean build finds.
import Foundation
import TestSupport
import Testing

@Suite struct RecalledFilesTests {
    private static let assets = """
        ffmpeg -v error -f lavfi -i testsrc2=size=160x90:rate=15:duration=2 -pix_fmt yuv420p clip.mp4
        ffmpeg -v error -f lavfi -i testsrc2=size=160x90:rate=15:duration=1 -pix_fmt yuv420p other.mp4
        ffmpeg -v error -f lavfi -i sine=duration=2 tone.wav
        """

    private static func spec(_ text: String, clip: String = "clip.mp4") -> String {
        """
        version: 1
        video: { size: 320x180, fps: 15 }
        assets: { clip: \(clip), tone: tone.wav }
        audio: { tracks: [{ asset: tone }] }
        scenes:
          - id: one
            duration: 1s
            layers:
              - { video: clip, fit: cover }
              - { text: "\(text)", style: title, at: [center, 40%] }

        """
    }

    private static let outputs = ["facts", "findings", "examined"]

    private func world() throws -> Workspace {
        let workspace = try Workspace(["film.video.yaml": Self.spec("Hello")])
        // Files that are old are known by their times.
        let made = try Workspace.run(
            "sh", ["-ec", Self.assets + "\ntouch -d '1 hour ago' *.mp4 tone.wav"], in: workspace.folder)
        #expect(made.status == 0, "\(made.err)")
        return workspace
    }

    /// What `validate` made, and which of the clips and sounds any process read for it.
    private func validate(
        _ workspace: Workspace, _ words: [String] = [], cache: String = "cache"
    ) throws -> (made: [String], read: Set<String>) {
        let log = workspace.path("calls.txt"), binary = Repository.binary("vgraph")
        let run = try Workspace.run(
            "strace",
            ["-f", "-qq", "-y", "-e", "trace=read,pread64", "-o", log, binary, "build", "film.mp4:validate"]
                + ["--cache", cache] + words, in: workspace.folder)
        #expect(run.status == 0, "\(run.err)")
        let calls = try String(contentsOfFile: log, encoding: .utf8)
        let names = ["clip.mp4", "other.mp4", "tone.wav"].filter { calls.contains("/" + $0 + ">") }
        let made = try Self.outputs.map { output in
            let shown = try Workspace.run(
                binary, ["show", "film.mp4:validate." + output, "--cache", cache], in: workspace.folder)
            #expect(shown.status == 0 && !shown.out.isEmpty, "\(shown.err)")
            return shown.out
        }
        return (made, Set(names))
    }

    /// Against a clean build of the same workspace.
    private func expectClean(_ made: [String], _ workspace: Workspace) throws {
        let clean = try validate(workspace, cache: "clean")
        #expect(clean.made == made && clean.read.contains("tone.wav"))
        try FileManager.default.removeItem(atPath: workspace.path("clean"))
    }

    @Test func anEditReadsNoFileThatHasNotChanged() throws {
        let workspace = try world()
        defer { workspace.remove() }
        #expect(try validate(workspace).read == ["clip.mp4", "tone.wav"])
        try workspace.write("film.video.yaml", Self.spec("Another text"))
        let edit = try validate(workspace)
        #expect(edit.read == [])
        #expect(edit.made[2].contains("\"path\" : \"clip.mp4\"") && edit.made[2].contains("tone.wav"))
        try expectClean(edit.made, workspace)
        #expect(try validate(workspace, ["--force"]).read == ["clip.mp4", "tone.wav"])
    }

    /// A new file is read, and one with new bytes; the others are not.
    @Test func whatIsNewIsRead() throws {
        let workspace = try world()
        defer { workspace.remove() }
        _ = try validate(workspace)
        try workspace.write("film.video.yaml", Self.spec("Hello", clip: "other.mp4"))
        let other = try validate(workspace)
        #expect(other.read == ["other.mp4"])
        try expectClean(other.made, workspace)
        // The bytes of one under the name of another, with its time, and a text.
        try workspace.write("film.video.yaml", Self.spec("Text", clip: "other.mp4"))
        let swapped = try Workspace.run(
            "sh", ["-ec", "cp clip.mp4 new.mp4; touch -r other.mp4 new.mp4; mv new.mp4 other.mp4"], in: workspace.folder
        )
        #expect(swapped.status == 0)
        let edit = try validate(workspace)
        #expect(edit.read == ["other.mp4"] && edit.made[0].contains("\"duration\" : 2"))
        try expectClean(edit.made, workspace)
    }

    /// What was kept is verified before it is believed.
    @Test func damagedMemoryIsNotBelieved() throws {
        let workspace = try world()
        defer { workspace.remove() }
        let first = try validate(workspace)
        let examined = try #require(first.made.last),
            path = try #require(
                try FileManager.default.subpathsOfDirectory(atPath: workspace.path("cache/blobs")).first {
                    (try? String(contentsOfFile: workspace.path("cache/blobs/" + $0), encoding: .utf8)) == examined
                })
        let name = "cache/blobs/" + path
        #expect(chmod(workspace.path(name), 0o644) == 0)
        try workspace.write(name, examined.replacingOccurrences(of: "\"duration\" : 2", with: "\"duration\" : 9"))
        try workspace.write("film.video.yaml", Self.spec("Another text"))
        let edit = try validate(workspace)
        #expect(edit.read == ["clip.mp4", "tone.wav"] && !edit.made[0].contains("\"duration\" : 9"))
    }
}
