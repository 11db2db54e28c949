// What a search finds, or does not find, is an input: fonts, programs, interpreters. The built binaries, in a world of
// their own.
import Foundation
import TestSupport
import Testing

@Suite struct SearchTests {
    static let tool = """
        pipeline: t
        target: out.txt
        stages:
          s: { run: [RUN, $out], INPUTSoutput: out.txt }

        """

    private func script(_ workspace: Workspace, _ path: String, _ text: String) throws {
        try workspace.write(path, text)
        chmod(workspace.path(path), 0o755)
    }

    @Test func programsComeAndGo() throws {
        let workspace = try Workspace([
            "pipelines/t.yaml": Self.tool.replacing("RUN", with: "vgraph-test-tool").replacing("INPUTS", with: "")
        ])
        defer { workspace.remove() }
        try script(workspace, "later/vgraph-test-tool", "#!/bin/sh\necho later > \"$1\"\n")
        let base = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        func build(_ path: String) throws -> String {
            let run = try workspace.vgraph("build", "--no-sandbox", "out.txt", environment: ["PATH": path + ":" + base])
            #expect(run.status == 0, "\(run.err)")
            return try workspace.text("out.txt")
        }
        let path = workspace.path("first") + ":" + workspace.path("later")
        #expect(try build(path) == "later\n")
        #expect(
            try workspace.vgraph("build", "--no-sandbox", "out.txt", environment: ["PATH": path + ":" + base]).out
                .contains("up to date"))
        try script(workspace, "first/vgraph-test-tool", "#!/bin/sh\necho first > \"$1\"\n")
        #expect(try build(path) == "first\n", "a program that comes earlier")
        #expect(try build(workspace.path("later")) == "later\n", "another PATH")
        #expect(try build(path) == "first\n")
        try FileManager.default.removeItem(atPath: workspace.path("first/vgraph-test-tool"))
        #expect(try build(path) == "later\n", "and gone again")
        try script(workspace, "first/vgraph-test-tool", "#!/bin/sh\necho first > \"$1\"\n")
        chmod(workspace.path("first/vgraph-test-tool"), 0o644)
        #expect(try build(path) == "later\n", "it cannot be run")
        chmod(workspace.path("first/vgraph-test-tool"), 0o755)
        #expect(try build(path) == "first\n", "now it can")
    }

    /// The interpreter of a script's first line, by its path and as env finds it.
    @Test(arguments: [false, true]) func interpreters(_ byEnv: Bool) throws {
        let workspace = try Workspace([
            "pipelines/t.yaml": Self.tool.replacing("RUN", with: "tools/s.sh").replacing(
                "INPUTS", with: "inputs: [tools/s.sh], env: { PATH: \"PATHS\" }, ")
        ])
        defer { workspace.remove() }
        let paths = workspace.path("first") + ":" + workspace.path("later") + ":/usr/bin:/bin"
        try workspace.write("pipelines/t.yaml", try workspace.text("pipelines/t.yaml").replacing("PATHS", with: paths))
        let name = "vgraph-test-shell", line = byEnv ? "#!/usr/bin/env \(name)" : "#!" + workspace.path("later/" + name)
        try script(workspace, "tools/s.sh", line + "\nx\n")
        func shell(_ place: String, _ word: String) throws {
            try script(workspace, place + "/" + name, "#!/bin/sh\necho \(word) > \"$2\"\n")
        }
        func build() throws -> String {
            let run = try workspace.vgraph("build", "--no-sandbox", "out.txt")
            #expect(run.status == 0, "\(run.err)")
            return try workspace.text("out.txt")
        }
        try shell("later", "one")
        #expect(try build() == "one\n")
        try shell("later", "two")
        #expect(try build() == "two\n")
        guard byEnv else { return }
        try shell("first", "three")
        #expect(try build() == "three\n")
        try FileManager.default.removeItem(atPath: workspace.path("first/" + name))
        #expect(try build() == "two\n")
        #expect(try workspace.vgraph("build", "--no-sandbox", "out.txt").out.contains("up to date"))
    }

    private static func font(_ query: String) -> URL? {
        guard let file = try? Program.run(["fc-match", "-f", "%{file}", query]).out else { return nil }
        return file.isEmpty ? nil : URL(filePath: file)
    }

    /// A family that was asked for in vain is installed: what is built next is what a clean build makes, here and from
    /// an archive.
    @Test func aFontThatComes() throws {
        let workspace = try Workspace([
            "v.video.yaml": """
            version: 1
            video: { size: 320x180, fps: 10, background: "#101020" }
            theme: { fonts: { body: [DejaVu Serif, sans-serif] } }
            scenes:
              - { id: one, duration: 1s, layers: [ { text: "Hello", at: [center, center] } ] }

            """
        ])
        defer { workspace.remove() }
        let sans = try #require(Self.font("DejaVu Sans")), serif = try #require(Self.font("DejaVu Serif"))
        try FileManager.default.createDirectory(atPath: workspace.path("fonts"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: sans, to: URL(filePath: workspace.path("fonts/sans.ttf")))
        try workspace.write(
            "fonts.conf",
            """
            <?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
            <fontconfig><dir>\(workspace.path("fonts"))</dir><cachedir>\(workspace.path("fc"))</cachedir></fontconfig>
            """)
        let environment = ["FONTCONFIG_FILE": workspace.path("fonts.conf")]
        func build(_ cache: String) throws -> (frames: String, ran: Int) {
            let run = try workspace.vgraph(
                "build", "--cache", workspace.path(cache), "--json", "v.mp4", environment: environment)
            #expect(run.status == 0 || run.status == 3, "\(run.err)")
            let frames = try workspace.vgraph(
                "show", "--cache", workspace.path(cache), "v.mp4:render", environment: environment)
            return (frames.out, run.done["ran"] as? Int ?? -1)
        }
        let before = try build("c")
        #expect(before.frames.contains("hash"))
        #expect(try build("c").ran == 0)
        #expect(
            try workspace.vgraph(
                "cache", "export", "--cache", workspace.path("c"), "--for", "v.mp4", workspace.path("e.tar"),
                environment: environment
            ).status == 0)
        try FileManager.default.copyItem(at: serif, to: URL(filePath: workspace.path("fonts/serif.ttf")))
        let after = try build("c")
        #expect(after.ran > 0 && after.frames != before.frames)
        #expect(try build("clean").frames == after.frames)
        #expect(
            try workspace.vgraph(
                "cache", "import", "--cache", workspace.path("other"), workspace.path("e.tar"), environment: environment
            ).status == 0)
        #expect(try build("other").frames == after.frames, "what came from a machine without the font")
        try FileManager.default.removeItem(atPath: workspace.path("fonts/serif.ttf"))
        let undone = try build("c")
        #expect(undone.ran == 0 && undone.frames == before.frames, "the world before is still known")
    }
}
