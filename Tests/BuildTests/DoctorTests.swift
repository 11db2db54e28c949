// Whoever is sent to `doctor` by an error finds there what is wrong, and the command that mends it.
import Foundation
import TestSupport
import Testing

@Suite struct DoctorTests {
    private func findings(
        _ workspace: Workspace, _ shell: String = "", cache: String? = nil, environment: [String: String] = [:]
    ) throws -> (status: Int32, all: [String: [String: Any]]) {
        let program = Repository.binary("vgraph")
        let words = "\(shell)\n'\(program)' doctor --json" + (cache.map { " --cache '\($0)'" } ?? "")
        let run = try Workspace.run("sh", ["-c", words], in: workspace.folder, environment: environment)
        let all = run.events.compactMap { event in (event["name"] as? String).map { ($0, event) } }
        return (run.status, Dictionary(all, uniquingKeysWith: { first, _ in first }))
    }

    private func isOk(_ found: [String: [String: Any]], _ name: String) -> Bool? { found[name]?["ok"] as? Bool }
    private func state(_ found: [String: [String: Any]], _ name: String) -> String {
        found[name]?["state"] as? String ?? ""
    }

    @Test func allThatBuildsNeed() throws {
        let workspace = try Workspace()
        defer { workspace.remove() }
        let (status, found) = try findings(workspace)
        #expect(status == 0, "\(found)")
        for name in [
            "vgraph", "vgraph-worker", "libx264", "encoders", "fonts", "cache", "disk", "inodes", "sandbox",
            "open files", "memory", "processes", "locale",
            "terminal", "git",
        ] {
            #expect(found[name] != nil, "\(name)")
            #expect(
                found[name]?["needed"] is Bool
                    && (found[name]?["ok"] as? Bool == true) == (found[name]?["remedy"] is NSNull), "\(name)")
        }
        #expect(!workspace.exists("cache"), "it looks and makes nothing")
        let text = try workspace.vgraph("doctor")
        #expect(
            text.status == 0 && text.out.contains("ok       fonts:")
                && text.out.contains("(the first build creates it)"))
    }

    @Test func caches() throws {
        let workspace = try Workspace(["full/cat.jpg": "a cat", "file": "", "new/FORMAT": "vgraph cache 999\n"])
        defer { workspace.remove() }
        for (cache, words) in [("full", "cat.jpg"), ("file", "not a folder"), ("new", "999")] {
            let (status, found) = try findings(workspace, cache: workspace.path(cache))
            #expect(
                status == 1 && isOk(found, "cache") == false && state(found, "cache").contains(words),
                "\(found["cache"] ?? [:])")
        }
        try FileManager.default.createDirectory(atPath: workspace.path("empty"), withIntermediateDirectories: true)
        #expect(try findings(workspace, cache: workspace.path("empty")).status == 0)
    }

    @Test func workers() throws {
        let workspace = try Workspace([
            "old.sh": "#!/bin/sh\necho '{\"tools\":{\"libx264\":\"1\"},\"libraries\":[]}'\n",
            "bad.sh": "#!/bin/sh\nexit 3\n",
            "bare.sh":
                "#!/bin/sh\necho "
                + "'{\"tools\":{},\"libraries\":[],\"version\":\"0.1.0\",\"missing\":[\"libx264\"],\"families\":0}'\n",
        ])
        defer { workspace.remove() }
        for name in ["old.sh", "bad.sh", "bare.sh"] { chmod(workspace.path(name), 0o755) }
        let none = try findings(workspace, environment: ["VGRAPH_WORKER": workspace.path("none")])
        #expect(none.status == 1 && isOk(none.all, "vgraph-worker") == false)
        let old = try findings(workspace, environment: ["VGRAPH_WORKER": workspace.path("old.sh")])
        #expect(old.status == 1 && state(old.all, "vgraph-worker").contains("version unknown"))
        #expect(try findings(workspace, environment: ["VGRAPH_WORKER": workspace.path("bad.sh")]).status == 1)
        let bare = try findings(workspace, environment: ["VGRAPH_WORKER": workspace.path("bare.sh")])
        #expect(
            bare.status == 1 && isOk(bare.all, "vgraph-worker") == true && isOk(bare.all, "encoders") == false
                && isOk(bare.all, "fonts") == false)
    }

    @Test func theMachine() throws {
        let workspace = try Workspace([
            "fonts.conf": "<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\"><fontconfig></fontconfig>"
        ])
        defer { workspace.remove() }
        let fonts = try findings(workspace, environment: ["FONTCONFIG_FILE": workspace.path("fonts.conf")])
        #expect(fonts.status == 1 && isOk(fonts.all, "fonts") == false && isOk(fonts.all, "encoders") == true)
        let few = try findings(workspace, "ulimit -n 128")
        #expect(
            few.status == 0 && isOk(few.all, "open files") == false
                && few.all["open files"]?["needed"] as? Bool == false)
        let small = try findings(workspace, "ulimit -f 1000")
        #expect(isOk(small.all, "file size") == false)
        // Without bubblewrap programs run all the same.
        let bare = try findings(workspace, environment: ["LANG": "de_DE.ISO-8859-1", "LC_ALL": "", "LC_CTYPE": ""])
        #expect(bare.status == 0 && isOk(bare.all, "locale") == false)
    }
}
