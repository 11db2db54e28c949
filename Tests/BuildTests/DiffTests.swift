// `vgraph diff`: runs, git revisions and the folder as it is, compared without rendering anything.
import Diagnostics
import Foundation
import TestSupport
import Testing

@Suite struct DiffTests {
    private func target(_ run: Workspace.Run) -> [String: Any] {
        (run.done["targets"] as? [[String: Any]])?.first ?? [:]
    }

    private func stage(_ run: Workspace.Run, _ name: String) -> [String: Any] {
        (target(run)["stages"] as? [[String: Any]])?.first { $0["stage"] as? String == name } ?? [:]
    }

    private func segments(_ run: Workspace.Run, _ kind: String) -> [[String: Any]] {
        (target(run)["segments"] as? [[String: Any]] ?? []).filter { $0["change"] as? String == kind }
    }

    private func git(_ workspace: Workspace, _ arguments: String...) throws {
        let run = try Workspace.run(
            "git",
            ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"] + arguments,
            in: workspace.folder)
        try #require(run.status == 0, "git \(arguments): \(run.err)")
    }

    /// A repository with two commits: `one` with the sample, `two` with another caption and another scene in front.
    private func repository() throws -> Workspace {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec(), ".gitignore": "cache/\n*.mp4\n"])
        try git(workspace, "init", "-q", "-b", "main")
        try git(workspace, "add", "-A")
        try git(workspace, "commit", "-q", "-m", "the first")
        try git(workspace, "tag", "one")
        let longer = Sample.spec(caption: "Another text").replacingOccurrences(
            of: "scenes:\n", with: "scenes:\n  - { id: zero, duration: 1s, layers: [ { text: New, style: title } ] }\n")
        try workspace.write("clip.video.yaml", longer)
        try git(workspace, "commit", "-q", "-a", "-m", "the second")
        try git(workspace, "tag", "two")
        return workspace
    }

    /// A repository comes with its folder: nothing that its configuration names is run by reading it.
    @Test func aRepositorysOwnConfigurationRunsNothing() throws {
        let workspace = try repository()
        defer { workspace.remove() }
        try workspace.write(".git/info/attributes", "* filter=evil diff=evil\n")
        let mark = workspace.path("ran"), run = "touch '\(mark)'; cat"
        for (key, value) in [
            ("core.fsmonitor", run), ("core.sshCommand", run), ("core.pager", run), ("core.alternateRefsCommand", run),
            ("filter.evil.smudge", run),
            ("filter.evil.clean", run), ("filter.evil.process", run), ("filter.evil.required", "true"),
            ("filter.e=v.il.smudge", run), ("diff.evil.textconv", run), ("diff.evil.command", run),
            ("diff.external", run), ("log.showSignature", "true"), ("gpg.program", run),
        ] {
            try git(workspace, "config", key, value)
        }
        for hook in ["post-index-change", "post-checkout", "pre-auto-gc", "reference-transaction"] {
            try workspace.write(".git/hooks/" + hook, "#!/bin/sh\ntouch '\(mark)'\n")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: workspace.path(".git/hooks/" + hook))
        }
        try? FileManager.default.removeItem(atPath: mark)
        let compared = try workspace.vgraph("diff", "one", "two")
        #expect(compared.status == 1 && compared.out.contains("clip.mp4: differs"), "\(compared)")
        #expect(!workspace.exists("ran"))
    }

    /// What two machines exported, compared on a third that has neither their folders nor their caches.
    @Test func exports() throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec()]), other = try Workspace()
        defer { workspace.remove(); other.remove() }
        #expect(try workspace.vgraph("build", "clip.mp4").status == 0)
        let old = other.path("old.tar"), new = other.path("new.tar")
        #expect(try workspace.vgraph("cache", "export", "clip.mp4", old).status == 0)
        try workspace.write("clip.video.yaml", Sample.spec(caption: "Another text"))
        #expect(try workspace.vgraph("build", "clip.mp4").status == 0)
        #expect(try workspace.vgraph("cache", "export", "clip.mp4", new).status == 0)

        let run = try other.vgraph("diff", "old.tar", "new.tar", "--json")
        #expect(run.status == 1, "\(run.out)\(run.err)")
        #expect((target(run)["files"] as? [[String: Any]])?.compactMap { $0["path"] as? String } == ["clip.video.yaml"])
        #expect(segments(run, "changed").count == 1)
        // As the builds themselves compare.
        let runs = try workspace.vgraph("diff", "last~1", "last", "--json")
        #expect(
            (target(run)["segments"] as? NSArray) == (target(runs)["segments"] as? NSArray)
                && (target(run)["stages"] as? NSArray) == (target(runs)["stages"] as? NSArray))
        // One side may be a build, or the folder: there nothing is new since the export.
        #expect(try workspace.vgraph("diff", new, ".", "clip.mp4").status == 0)
        #expect(try workspace.vgraph("diff", "last~1", old).status == 0)
        // Nothing of them stays, and the same nodes give the same file.
        #expect(try other.vgraph("cache", "stats").out.contains("0 records"))
        #expect(try workspace.vgraph("cache", "export", "clip.mp4", other.path("again.tar")).status == 0)
        #expect(try other.bytes("again.tar") == other.bytes("new.tar"))
        // One that was cut is refused, with what import says.
        let whole = try other.bytes("new.tar")
        try other.write("cut.tar", [UInt8](whole.prefix(whole.count / 2)))
        let cut = try other.vgraph("diff", "old.tar", "cut.tar")
        #expect(cut.status == 2 && cut.err.contains("[archive-truncated]"), "\(cut)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: other.path("cache/tmp")) == [])
    }

    /// The folder is compared as it would be built with the values that the build was given.
    @Test func valuesOfABuildHoldForTheOtherSide() throws {
        let workspace = try Workspace([
            "clip.video.yaml": "props: { who: { type: string, default: Ada } }\n" + Sample.spec(title: "{{who}}")
        ])
        defer { workspace.remove() }
        #expect(try workspace.vgraph("build", "clip.mp4:plan", "--set", "who=Bob").status == 0)
        let same = try workspace.vgraph("diff", "last", ".", "clip.mp4")
        #expect(same.out.contains("the folder now, with --set who=Bob") && !same.out.contains("Ada"), "\(same)")
        let json = try workspace.vgraph("diff", "last", ".", "clip.mp4", "--json")
        #expect(stage(json, "plan")["same"] as? Int == 1 && segments(json, "changed").isEmpty, "\(json)")
        let differs = try workspace.vgraph("diff", "last", ".", "clip.mp4", "--set", "who=Eve")
        #expect(differs.status == 1 && differs.out.contains("Bob") && differs.out.contains("Eve"), "\(differs)")
    }

    @Test func runs() throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { workspace.remove() }
        #expect(try workspace.vgraph("build", "clip.mp4").status == 0)
        try workspace.write("clip.video.yaml", Sample.spec(caption: "Another text"))
        #expect(try workspace.vgraph("build", "clip.mp4").status == 0)

        let run = try workspace.vgraph("diff", "last~1", "last", "--json")
        #expect(run.status == 1, "\(run.out)\(run.err)")
        #expect(run.done["same"] as? Bool == false)
        #expect((target(run)["files"] as? [[String: Any]])?.compactMap { $0["path"] as? String } == ["clip.video.yaml"])
        #expect((target(run)["settings"] as? [Any])?.isEmpty == true)
        #expect(
            (stage(run, "render")["differ"] as? [String])?.isEmpty == false
                && (stage(run, "render")["same"] as? Int ?? 0) > 0)
        #expect((stage(run, "audio")["same"] as? Int) == 1 && stage(run, "audio")["unknown"] as? Int == 0)
        // The second caption is on screen from 2.4 s to 3.8 s of 6 s; what does not show it is the same.
        let changed = segments(run, "changed")
        #expect(
            !changed.isEmpty && segments(run, "added").isEmpty && segments(run, "removed").isEmpty
                && !segments(run, "same").isEmpty)
        for segment in changed {
            let place = segment["b"] as? [String: Any] ?? [:]
            #expect((place["captions"] as? [String]) == ["Another text"], "\(place)")
        }
        // In frames, since the hash of each is known.
        let first = changed.first?["b"] as? [String: Any], last = changed.last?["b"] as? [String: Any]
        #expect(first?["start"] as? Double == 2.4 && last?["end"] as? Double == 3.8, "\(changed)")
        let text = try workspace.vgraph("diff", "last~1", "last")
        #expect(
            text.status == 1 && text.out.contains("clip.mp4: differs") && text.out.contains("    ~ clip.video.yaml")
                && text.out.contains("'Another text'"), "\(text.out)")

        // By id, the other way round, with itself, and with the folder.
        let ids = try workspace.vgraph("log", "--json").events.compactMap { $0["run"] as? String }
        #expect(try workspace.vgraph("diff", ids[0], ids[1]).status == 1)
        #expect(try workspace.vgraph("diff", ids[0], "last").out.contains("clip.mp4: the same"))
        #expect(try workspace.vgraph("diff", "last", ".").status == 0)
        #expect(try workspace.vgraph("diff", "last", ".", "clip.mp4").status == 0)
        #expect(try workspace.vgraph("log", "--json").events.count == 2, "asking leaves no history")
    }

    /// A file that went somewhere is a side too, and a pull request gets a comment in which no word is a link.
    @Test func filmsAndMarkdown() throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { workspace.remove() }
        #expect(try workspace.vgraph("build", "clip.mp4").status == 0)
        try workspace.bytes("clip.mp4").write(to: URL(filePath: workspace.path("sent.mp4")))
        let mention = Sample.spec(caption: "See @anna, #12 and https://example.com | <h1>now</h1>")
        try workspace.write("clip.video.yaml", mention + "review: { claims: [the square is legible] }\n")
        #expect(try workspace.vgraph("build", "clip.mp4").status == 3)

        #expect(try workspace.vgraph("diff", "sent.mp4", "clip.mp4", "clip.mp4").status == 1)
        #expect(try workspace.vgraph("diff", "sent.mp4", "last~1").status == 0, "the same build")
        let json = try workspace.vgraph("diff", "sent.mp4", "last", "--json")
        let judged = target(json)["judged"] as? [[String: Any]] ?? []
        #expect(judged.contains { $0["id"] as? String == "gate" && $0["b"] as? String == "revise" }, "\(judged)")
        try workspace.write("other.mp4", "not a film")
        #expect(try workspace.vgraph("diff", "other.mp4", "last").status == 2)
        let color = ["-v", "error", "-f", "lavfi", "-i", "color=s=64x64:d=1", "plain.mp4"]
        #expect(try Workspace.run("ffmpeg", color, in: workspace.folder).status == 0)
        #expect(try workspace.vgraph("diff", "plain.mp4", "last").err.contains("[unknown-film]"))

        let pixels = try workspace.vgraph("diff", "sent.mp4", "last", "--html", "diff.html", "--pixels")
        #expect(pixels.status == 1 && pixels.out.contains("sound: the same"), "\(pixels)")
        #expect(pixels.out.contains("the least similar tile is 0."), "\(pixels.out)")
        #expect(try workspace.text("diff.html").contains("data:image/jpeg"))
        let page = try workspace.text("diff.html")
        #expect(page.contains("See @anna, #12") && !page.contains("<h1>now</h1>"))
        let browser = try Workspace.run(
            "/usr/bin/python3",
            [Repository.file("Tests/Tools/browser.py").path, workspace.path("diff.html")], in: workspace.folder)
        #expect(browser.status == 0, "\(browser.out)\(browser.err)")

        let comment = try workspace.vgraph("diff", "sent.mp4", "last", "--markdown").out
        #expect(comment.contains("**clip.mp4**: ") && comment.contains(" s of pictures differ"), "\(comment)")
        #expect(comment.contains("| `gate` | pass | **revise** |") && comment.contains("Files: `clip.video.yaml`"))
        #expect(!comment.contains("@anna") && !comment.contains("https://") && !comment.contains("<h1>"), "\(comment)")
    }

    @Test func parametersAndEditsOfTheFolder() throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { workspace.remove() }
        #expect(try workspace.vgraph("build", "clip.mp4").status == 0)
        let pipeline = try Repository.text("pipelines/video.yaml")
        try workspace.write("pipelines/video.yaml", pipeline.replacingOccurrences(of: "crf: 20", with: "crf: 33"))
        let run = try workspace.vgraph("diff", "last", ".", "--json")
        #expect(run.status == 1, "\(run.out)\(run.err)")
        let settings = target(run)["settings"] as? [[String: Any]] ?? []
        #expect(
            settings.count == 1 && settings[0]["name"] as? String == "crf" && settings[0]["b"] as? String == "33",
            "\(settings)")
        #expect((target(run)["files"] as? [Any])?.isEmpty == true)
        #expect(
            stage(run, "render")["differ"] as? [String] == []
                && (stage(run, "encode")["differ"] as? [String] ?? []).count == stage(run, "render")["same"] as? Int)
        #expect(stage(run, "mux")["unknown"] as? Int == 1, "nothing is encoded to know it")
        #expect(segments(run, "changed").isEmpty)
        let text = try workspace.vgraph("diff", "last", ".")
        #expect(text.out.contains("    encode: crf is 20, then 33"), "\(text.out)")

        // A spec with errors is a difference that is explained.
        try workspace.write("clip.video.yaml", Sample.spec().replacingOccurrences(of: "scenes:", with: "scenez:"))
        let broken = try workspace.vgraph("diff", "last", ".")
        #expect(
            broken.status == 1 && broken.out.contains("[unknown-field]") && broken.out.contains("~ clip.video.yaml"),
            "\(broken.out)\(broken.err)")
    }

    @Test func revisions() throws {
        let workspace = try repository()
        defer { workspace.remove() }
        try workspace.write("clip.video.yaml", "edited, and not committed")
        let before = try Workspace.run("git", ["status", "--porcelain"], in: workspace.folder).out
        let index = try workspace.bytes(".git/index")

        let run = try workspace.vgraph("diff", "one", "two", "--json")
        #expect(run.status == 1, "\(run.out)\(run.err)")
        #expect(
            (run.done["a"] as? [String: Any])?["title"] as? String == "commit "
                + (try commit(workspace, "one").prefix(12)) + " (the first)")
        #expect(
            segments(run, "added").count >= 1 && !segments(run, "moved").isEmpty && !segments(run, "changed").isEmpty)
        let added = segments(run, "added")[0]["b"] as? [String: Any] ?? [:]
        #expect(
            added["start"] as? Double == 0 && added["end"] as? Double == 1 && added["scenes"] as? [String] == ["zero"])
        for moved in segments(run, "moved") {
            let a = moved["a"] as? [String: Any] ?? [:], b = moved["b"] as? [String: Any] ?? [:]
            #expect((b["start"] as? Double ?? 0) - (a["start"] as? Double ?? 0) == 1)
        }
        #expect(try workspace.text("clip.video.yaml") == "edited, and not committed")
        #expect(
            try Workspace.run("git", ["status", "--porcelain"], in: workspace.folder).out == before
                && workspace.bytes(".git/index") == index)
        #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.path("cache/tmp")).isEmpty)
        #expect(try workspace.vgraph("log").out == "", "asking leaves no history")

        #expect(try workspace.vgraph("diff", "one", "one").status == 0)
        try git(workspace, "checkout", "-q", "one", "--", "clip.video.yaml")
        #expect(try workspace.vgraph("diff", "one", ".").status == 0)
        #expect(try workspace.vgraph("build", "clip.mp4").status == 0)
        #expect(try workspace.vgraph("diff", "one", "last").status == 0)
        let back = try workspace.vgraph("diff", "last", "two")
        #expect(back.status == 1 && back.out.contains("moved to"), "\(back.out)")
        #expect(
            back.out.range(
                of: #"(?m)^    >  \d\.\d\d–6\.00 s moved to \d\.\d\d–7\.00 s \(\+1\.00 s\)$"#,
                options: .regularExpression) != nil, "\(back.out)")
    }

    private func commit(_ workspace: Workspace, _ name: String) throws -> String {
        try Workspace.run("git", ["rev-parse", name], in: workspace.folder).out.trimmingCharacters(
            in: .whitespacesAndNewlines)
    }

    /// The workspace may be a folder of the repository, and a target may be in one revision alone.
    @Test func aFolderOfARepositoryAndATargetThatIsNew() throws {
        let outer = try Workspace(["videos/a.video.yaml": Sample.spec(), "readme.txt": "x"])
        defer { outer.remove() }
        try git(outer, "init", "-q", "-b", "main")
        try git(outer, "add", "-A")
        try git(outer, "commit", "-q", "-m", "first")
        try outer.write("videos/b.video.yaml", Sample.spec(title: "B"))
        try git(outer, "add", "-A")
        try git(outer, "commit", "-q", "-m", "second")
        let run = try outer.vgraph("-C", "videos", "diff", "HEAD~1", "HEAD")
        #expect(
            run.status == 1 && run.out.contains("a.mp4: the same") && run.out.contains("b.mp4: only in HEAD\n"),
            "\(run.out)\(run.err)")
        #expect(try outer.vgraph("-C", "videos", "diff", "HEAD~1", "HEAD", "a.mp4").status == 0)
        let missing = try outer.vgraph("-C", "videos", "diff", "HEAD~1", "HEAD", "c.mp4")
        #expect(missing.status == 2 && missing.err.contains("[no-target]"), "\(missing.out)\(missing.err)")
    }

    /// Large files come from the work tree where they are the same bytes, and from git where they are not, or where git
    /// changes what it writes: the answer does not depend on it.
    @Test(arguments: ["sha1", "sha256"]) func largeFilesOfRevisions(format: String) throws {
        let outer = try Workspace(["readme.txt": "x"])
        defer { outer.remove() }
        var bytes = (0..<1_500_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 9) }
        try git(outer, "init", "-q", "-b", "main", "--object-format=\(format)")
        let names = ["same.bin", "new.bin", "plain.csv", "converted.dat", "ident.dat", "é x.bin", "run.bin"]
        try outer.write(
            "w/pipelines/p.yaml",
            """
            pipeline: p
            target: out.txt
            stages:
              s: { run: [sh, -c, 'echo > "$$0"', $out, $in], inputs: ["*.bin", "*.csv", "*.dat"], output: out.txt }

            """)
        for name in names { try outer.write("w/" + name, bytes) }
        try outer.write("w/plain.csv", [UInt8](repeating: 0x41, count: 1_500_000))
        try outer.write("w/converted.dat", Array(String(repeating: "line\n", count: 300_000).utf8) + [0])
        try outer.write("w/ident.dat", Array("$Id$ ".utf8) + bytes)
        try outer.write("w/.gitattributes", "converted.dat text eol=crlf\nident.dat ident\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: outer.path("w/run.bin"))
        try git(outer, "add", "-A")
        try git(outer, "commit", "-q", "-m", "first")
        let first = bytes
        bytes[700_000] ^= 1
        try outer.write("w/new.bin", bytes)
        try git(outer, "commit", "-q", "-a", "-m", "second")
        func answer() throws -> [String: [String?]] {
            let run = try outer.vgraph("-C", "w", "diff", "HEAD~1", ".", "--json")
            let found = try outer.vgraph("-C", "w", "diff", "HEAD~1", "HEAD", "--json")
            try #require(run.status == 1 && found.status == 1, "\(run.out)\(run.err)\(found.out)\(found.err)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: outer.path("w/cache/tmp")).isEmpty)
            let files = target(found)["files"] as? [[String: Any]] ?? []
            return Dictionary(
                uniqueKeysWithValues: files.map {
                    ($0["path"] as? String ?? "", [$0["a"], $0["b"]].map { $0 as? String })
                })
        }
        let here = try answer()
        #expect(here.keys.sorted() == ["new.bin"] && here["new.bin"]?.contains(nil) == false, "\(here)")
        // What each revision has, with its conversions, seen from a folder that has other bytes everywhere.
        func all() throws -> [String: Any?] {
            let run = try outer.vgraph("-C", "w", "diff", "HEAD", ".", "--json")
            let files = target(run)["files"] as? [[String: Any]] ?? []
            return Dictionary(uniqueKeysWithValues: files.map { ($0["path"] as? String ?? "", $0["a"] as? String) })
        }
        for name in names { try outer.write("w/" + name, [UInt8](repeating: 0, count: 2_000_000)) }
        #expect(try answer() == here)
        let unpacked = try all()
        #expect(unpacked.count == names.count)
        // The work tree has the bytes again, but for the converted ones as git has them, not as it writes them.
        try git(outer, "checkout", "-q", "HEAD", "--", ".")
        try outer.write("w/converted.dat", Array(String(repeating: "line\n", count: 300_000).utf8) + [0])
        try outer.write("w/ident.dat", Array("$Id$ ".utf8) + first)
        #expect(try answer() == here)
        #expect(try all()["converted.dat"] as? String == unpacked["converted.dat"] as? String)
        for name in names where name != "converted.dat" {
            // One at a time, so that the others are taken from the work tree.
            let kept = Array(try outer.bytes("w/" + name))
            try outer.write("w/" + name, [0])
            #expect(try all()[name] as? String == unpacked[name] as? String, "\(name)")
            try outer.write("w/" + name, kept)
        }
    }

    @Test func whatGCDroppedIsSaidToBeGone() throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { workspace.remove() }
        #expect(try workspace.vgraph("build", "clip.mp4").status == 0)
        try workspace.write("clip.video.yaml", Sample.spec(caption: "Another text"))
        #expect(try workspace.vgraph("build", "clip.mp4").status == 0)
        try FileManager.default.removeItem(atPath: workspace.path("cache/records"))
        try FileManager.default.createDirectory(
            atPath: workspace.path("cache/records"), withIntermediateDirectories: true)
        let run = try workspace.vgraph("diff", "last~1", "last")
        #expect(
            run.status == 1 && run.out.contains("are no longer in the cache") && run.out.contains("render    "),
            "\(run.out)\(run.err)")
        // Keys outlive their records.
        #expect(run.out.contains("audio") && !run.out.contains("- clip.video.yaml"), "\(run.out)")
        #expect(try workspace.vgraph("diff", "last", "last").status == 0)
    }

    @Test func hostileAndUnknownNames() throws {
        let workspace = try repository()
        defer { workspace.remove() }
        for name in ["--output=x", "-p", "one\n", "", "--end-of-options"] {
            let run = try workspace.vgraph("diff", "--", name, "one")
            #expect(run.status == 2 && run.err.contains("[bad-revision]"), "\(name): \(run.out)\(run.err)")
        }
        #expect(!workspace.exists("x"))
        for name in ["nonsense", "one:clip.video.yaml", "last~99", "last", "20260101T000000Z-zzz", "$(touch y)"] {
            let run = try workspace.vgraph("diff", name, "one")
            #expect(
                run.status == 2 && ["[no-such-side]", "[no-such-run]", "[no-runs]"].contains { run.err.contains($0) },
                "\(name): \(run.out)\(run.err)")
        }
        #expect(!workspace.exists("y"))
        let plain = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { plain.remove() }
        let outside = try plain.vgraph("diff", "HEAD", ".")
        #expect(outside.status == 2 && outside.err.contains("not a git repository"), "\(outside.err)")
    }

    @Test(arguments: [
        (
            DiffProblem.noSuchSide("x", reason: "fatal: Needed a single revision"),
            """
            error: 'x' is neither a run of this folder nor a revision: fatal: Needed a single revision [no-such-side]
              hint: name a run as 'vgraph log' lists it, 'last', 'last~1', a git revision, or '.' for the folder as \
            it is now
            """
        ),
        (
            .badRevision("--output=x"),
            """
            error: '--output=x' cannot be a revision [bad-revision]
              hint: name a commit, a tag or a branch, for example 'main' or 'HEAD~2'
            """
        ),
        (
            .noGit,
            """
            error: git is not installed, so vgraph cannot read revisions [no-git]
              hint: apt-get install git
            """
        ),
        (
            .gitFailed(doing: "read the commit", reason: "bad object"),
            "error: git could not read the commit: bad object [git-failed]"
        ),
        (.noTarget("c.mp4", sides: ["last", "."]), "error: 'c.mp4' is in neither last nor . [no-target]"),
        (
            .nothingToCompare,
            """
            error: neither side has a target [nothing-to-compare]
              hint: name a target: vgraph diff A B launch.mp4
            """
        ),
    ]) func wording(_ problem: DiffProblem, _ text: String) { #expect(problem.diagnostic.text() == text) }
}
