// Folders outside the workspace that a person declared: read by name, never written, the same on every machine.
import Foundation
import TestSupport
import Testing

@Suite struct DeclaredRootTests {
    private static let spec =
        Sample.spec().components(separatedBy: "captions:")[0]
        + "captions: { from: \"brand:sub/c.vtt\" }\nassets: { tone: \"brand:tone.wav\" }\naudio: { tracks: [ { asset: "
        + "tone } ] }\n"
    private static func captions(_ text: String) -> String { "WEBVTT\n\n00:00.200 --> 00:01.600\n\(text)\n" }
    private static let concatenate = """
        pipeline: p
        target: "{name}.out"
        stages:
          a: { run: [sh, -c, 'echo "$$@" > "$$OUT"; cat "$$@" >> "$$OUT"', sh, $in], env: { OUT: $out }, inputs: \
        ["brand:logo.txt", "brand:icons/*.svg", "./intro:x"], output: "{name}.out" }
        """

    /// `ws` beside `brand`.
    private func world(_ files: [String: String]) throws -> (all: Workspace, ws: URL) {
        let all = try Workspace([
            "brand/logo.txt": "logo\n", "brand/icons/a.svg": "A\n", "brand/icons/b.svg": "B\n",
            "brand/sub/c.vtt": Self.captions("First caption"),
            "secret": "SSH-KEY\n", "ws/.keep": "",
        ])
        try all.write("brand/tone.wav", wave())
        for (name, text) in files { try all.write("ws/" + name, text) }
        return (all, all.folder.appending(path: "ws"))
    }

    /// A second of a tone, 48 kHz, 16 bits.
    private func wave() -> [UInt8] { Wave.file((0..<48_000).map { Int16(8000 * sin(Double($0) * 0.06)) }) }

    private func run(_ ws: URL, _ arguments: [String], config: String? = nil) throws -> Workspace.Run {
        try Workspace.run(
            Repository.binary("vgraph"), arguments, in: ws,
            environment: ["XDG_CONFIG_HOME": config ?? "/nonexistent"])
    }

    @Test func aFilmFromTwoFolders() throws {
        let (all, ws) = try world(["x.video.yaml": Self.spec])
        defer { all.remove() }
        let cache = all.path("store"),
            arguments = ["build", "--cache", cache, "--json", "--root", "brand=../brand", "x.mp4"]
        let built = try run(ws, arguments)
        #expect(built.status == 0, "\(built)")
        #expect(try run(ws, arguments).done["status"] as? String == "up-to-date")
        for command in [
            ["why", "x.mp4"], ["hash", "x.mp4"], ["graph", "x.mp4"], ["diff", "last", ".", "x.mp4"],
            ["show", "x.mp4:plan"], ["build", "-n", "x.mp4"],
            ["check", "x.mp4", "--spec", "x.video.yaml"], ["cache", "export", "--for", "x.mp4", "e.tar"],
        ] {
            let run = try run(
                ws,
                [command[0]] + (command[0] == "cache" ? [command[1]] : []) + [
                    "--cache", cache, "--root", "brand=../brand",
                ] + command.dropFirst(command[0] == "cache" ? 2 : 1))
            #expect(run.status == 0 && !run.err.contains("unknown-root"), "\(command): \(run)")
        }
        // Another machine: the same folders elsewhere, and the same cache.
        for folder in ["ws", "brand"] {
            try FileManager.default.copyItem(atPath: all.path(folder), toPath: all.path("elsewhere-" + folder))
        }
        try? FileManager.default.removeItem(atPath: all.path("elsewhere-ws/x.mp4"))
        let there = try run(
            all.folder.appending(path: "elsewhere-ws"),
            ["build", "--cache", cache, "--json", "--root", "brand=" + all.path("elsewhere-brand"), "x.mp4"])
        #expect(there.status == 0 && there.done["ran"] as? Int == 0, "\(there)")
        for kind in ["records", "blobs"] {
            let names =
                FileManager.default.enumerator(atPath: all.path("store/" + kind))?.compactMap { $0 as? String } ?? []
            let holding = names.filter {
                (try? all.bytes("store/\(kind)/\($0)"))?.range(of: Data((all.path("brand") + "/").utf8)) != nil
            }
            #expect(holding == [] && !names.isEmpty)
        }
        // An edit in a root is an edit.
        try all.write("brand/sub/c.vtt", Self.captions("Another caption"))
        let edited = try run(ws, arguments)
        #expect(edited.status == 0 && (edited.done["ran"] as? Int ?? 0) > 0, "\(edited)")
        let compared = try run(ws, ["diff", "--cache", cache, "last~1", "last", "x.mp4"])
        #expect(compared.out.contains("brand:sub/c.vtt"), "\(compared)")
        try FileManager.default.removeItem(atPath: all.path("brand/tone.wav"))
        let gone = try run(ws, arguments)
        #expect(gone.status == 2 && gone.out.contains("brand:tone.wav") && gone.out.contains("x.video.yaml"), "\(gone)")
    }

    @Test func anUndeclaredRootIsTaught() throws {
        let (all, ws) = try world([
            "x.video.yaml": Self.spec, "p/pipelines/p.yaml": Self.concatenate, "p/intro:x": "mine\n",
        ])
        defer { all.remove() }
        for (folder, target) in [(ws, "x.mp4"), (ws.appending(path: "p"), "a.out")] {
            for command in [
                ["build", target], ["hash", target], ["build", "--root", "brnd=\(all.path("brand"))", target],
            ] {
                let run = try run(folder, command)
                #expect(
                    run.status == 2 && run.err.contains("[unknown-root]") && run.err.contains("--root brand=FOLDER")
                        && run.err.contains("config.yaml"), "\(command): \(run)")
                #expect(
                    run.err.contains(target == "x.mp4" ? "x.video.yaml:" : "pipelines/p.yaml:")
                        && run.err.contains("did you mean 'brnd'") == (command.count > 2), "\(run)")
            }
        }
    }

    @Test(arguments: [false, true]) func programsSeeItUnderACleanName(_ isSandboxed: Bool) throws {
        let (all, ws) = try world(["pipelines/p.yaml": Self.concatenate, "intro:x": "mine\n"])
        defer { all.remove() }
        let options = ["--root", "brand=../brand", isSandboxed ? "--sandbox" : "--no-sandbox"]
        let built = try run(ws, ["build"] + options + ["a.out"])
        #expect(built.status == 0, "\(built)")
        #expect(
            try all.text("ws/a.out") == "brand/logo.txt brand/icons/a.svg brand/icons/b.svg intro:x\nlogo\nA\nB\nmine\n"
        )
        #expect(try run(ws, ["build"] + options + ["a.out"]).out.contains("up to date"))
        for (name, text) in [("brand/icons/b.svg", "C\n"), ("brand/icons/c.svg", "D\n")] {
            try all.write(name, text)
            #expect(try run(ws, ["build"] + options + ["a.out"]).status == 0)
            #expect(try all.text("ws/a.out").contains(text), "\(name)")
        }
        if isSandboxed { #expect(try run(ws, ["why"] + options.prefix(2) + ["a.out"]).out.hasPrefix("fresh")) }
    }

    @Test func noWayOutAndNothingWritten() throws {
        let (all, ws) = try world([:])
        defer { all.remove() }
        try FileManager.default.createSymbolicLink(atPath: all.path("brand/link.txt"), withDestinationPath: "../secret")
        try FileManager.default.createSymbolicLink(
            atPath: all.path("brand/inside.txt"), withDestinationPath: "logo.txt")
        for (input, output, id) in [
            ("brand:link.txt", "{name}.out", "leads-out"), ("brand:../secret", "{name}.out", "bad-pattern"),
            ("brand:/etc/passwd", "{name}.out", "bad-pattern"),
            ("brand:logo.txt", "brand:{name}.out", "root-output"), ("brand:inside.txt", "{name}.out", ""),
        ] {
            try all.write(
                "ws/pipelines/p.yaml",
                """
                pipeline: p
                target: "{name}.out"
                stages: { a: { run: [sh, -c, 'cat "$$1" > "$$0"', $out, $in], inputs: ["\(input)"], output: \
                "\(output)" } }
                """)
            let built = try run(ws, ["build", "--root", "brand=../brand", "a.out"])
            #expect(
                id.isEmpty ? built.status == 0 : built.status == 2 && built.err.contains("[\(id)]"),
                "\(input): \(built)")
            #expect(!(built.out + built.err).contains("SSH-KEY"))
        }
        let spec = Sample.spec().components(separatedBy: "captions:")[0]
        for (text, id) in [
            ("captions: { from: \"brand:../secret\" }", "path-leaves"),
            ("captions: { from: \"brand:link.txt\" }", "asset-outside-workspace"),
            ("acceptance: { baseline: \"brand:base\" }", "path-root"),
        ] {
            try FileManager.default.removeItem(atPath: all.path("ws/pipelines"))
            try all.write("ws/x.video.yaml", spec + text + "\n")
            let built = try run(ws, ["build", "--root", "brand=../brand", "x.mp4"])
            #expect(
                built.status == 2 && built.err.contains("[\(id)]") && !built.err.contains("SSH-KEY"),
                "\(text): \(built)")
            try FileManager.default.createDirectory(atPath: all.path("ws/pipelines"), withIntermediateDirectories: true)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: all.path("brand")).count == 6)
    }

    @Test func aPersonsOwnConfiguration() throws {
        let (all, ws) = try world(["pipelines/p.yaml": Self.concatenate, "intro:x": "mine\n"])
        defer { all.remove() }
        try all.write("config/vgraph/config.yaml", "roots: { brand: ../../brand }\n")
        let config = all.path("config"), file = config + "/vgraph/config.yaml"
        #expect(try run(ws, ["build", "a.out"], config: config).status == 0)
        #expect(try run(ws, ["build", "a.out"], config: config).out.contains("up to date"))
        // Another folder under the same name is another question.
        try all.write("other/logo.txt", "other\n")
        try all.write("other/icons/a.svg", "O\n")
        try all.write("config/vgraph/config.yaml", "roots:\n  brand: \(all.path("other"))\n")
        #expect(try run(ws, ["build", "a.out"], config: config).status == 0)
        #expect(try all.text("ws/a.out").contains("other"))
        #expect(try run(ws, ["build", "--root", "brand=../brand", "a.out"], config: config).status == 0)
        #expect(try all.text("ws/a.out").contains("logo"))
        func refused(_ id: String, _ arguments: [String] = [], config: String, _ line: Int = #line) throws {
            let built = try run(ws, ["build"] + arguments + ["a.out"], config: config)
            #expect(built.status == 2 && built.err.contains("[\(id)]"), "line \(line): \(built)")
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: file)
        try refused("unsafe-configuration", config: config)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
        try all.write("ws/mine/vgraph/config.yaml", "roots: { brand: ../../../../etc }\n")
        try refused("unsafe-configuration", config: all.path("ws/mine"))
        try all.write("config/vgraph/config.yaml", "rots: { brand: x }\n")
        try refused("unknown-field", config: config)
        for (option, id) in [
            ("brand", "bad-root"), ("=x", "bad-root"), ("a b=../brand", "bad-root-name"),
            ("brand=../nothing", "root-not-there"), ("brand=pipelines", "root-overlaps"),
            ("brand=..", "root-overlaps"), ("brand=../ws", "root-overlaps"),
        ] {
            try refused(id, ["--root", option], config: "/nonexistent")
        }
        if getuid() == 0 {
            try all.write("config/vgraph/config.yaml", "roots: { brand: ../../brand }\n")
            try FileManager.default.setAttributes([.ownerAccountID: 65534], ofItemAtPath: file)
            try refused("unsafe-configuration", config: config)
        }
    }
}
