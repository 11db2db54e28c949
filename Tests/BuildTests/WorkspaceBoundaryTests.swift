// A workspace that others made is input: nothing in it leads to a file outside, for reading, writing or removing.
import Foundation
import TestSupport
import Testing

@Suite struct WorkspaceBoundaryTests {
    /// A folder `ws` beside a folder `home` with things worth keeping.
    private func world(_ files: [String: String]) throws -> (all: Workspace, ws: URL) {
        let all = try Workspace([
            "home/docs/thesis.txt": "precious", "home/.bashrc": "old bashrc", "home/id_rsa": "SSH-KEY",
            "home/k.txt": "SSH-KEY",
        ])
        for (name, text) in files { try all.write("ws/" + name, text) }
        return (all, all.folder.appending(path: "ws"))
    }

    /// A pipeline that joins its input's files.
    private static func joining(_ input: String) -> String {
        """
        pipeline: p
        target: "{name}.out"
        stages:
          a: { run: [sh, -c, 'o="$$0"; cat "$$@" > "$$o"', $out, $in], inputs: ["\(input)"], output: "{name}.out" }
        """
    }

    private func run(_ ws: URL, _ arguments: String...) throws -> Workspace.Run {
        try Workspace.run(Repository.binary("vgraph"), arguments, in: ws)
    }

    private func link(_ ws: URL, _ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: ws.appending(path: name).path, withDestinationPath: target)
    }

    /// `build` once emptied the folder that `cache/tmp` led to.
    @Test(arguments: ["tmp", "blobs", "state"]) func aLinkedCacheFolderLosesNothing(_ name: String) throws {
        let (all, ws) = try world(["a.txt": "a", "cache/FORMAT": "vgraph cache 1\n", "pipelines/p.yaml": Self.copy])
        defer { all.remove() }
        try link(ws, "cache/" + name, to: "../../home")
        for command in [
            ["build", "a.out"], ["cache", "gc", "--max-size", "0"], ["cache", "verify"], ["clean", "--cache-too"],
            ["log"],
        ] {
            let run = try Workspace.run(Repository.binary("vgraph"), command, in: ws)
            #expect(run.status == 2 && run.err.contains("linked-cache"), "\(command): \(run)")
        }
        #expect(try all.text("home/docs/thesis.txt") == "precious" && all.text("home/.bashrc") == "old bashrc")
        #expect(try FileManager.default.contentsOfDirectory(atPath: all.path("home")).count == 4)
    }

    @Test func aCacheThatIsALinkOutIsThePersonsToName() throws {
        let (all, ws) = try world(["a.txt": "a", "pipelines/p.yaml": Self.copy])
        defer { all.remove() }
        try FileManager.default.createDirectory(atPath: all.path("store"), withIntermediateDirectories: true)
        try link(ws, "cache", to: "../store")
        #expect(try run(ws, "build", "a.out").status == 2)
        #expect(try FileManager.default.contentsOfDirectory(atPath: all.path("store")).isEmpty)
        #expect(try run(ws, "build", "--cache", all.path("store"), "a.out").status == 0)
    }

    @Test(arguments: ["in.txt", "dir/id_rsa", "**/*.txt", "dir/*"]) func noInputCarriesAFileOfTheHost(_ input: String)
        throws
    {
        let (all, ws) = try world([
            "real.txt": "mine", "sub/there.txt": "mine",
            "pipelines/p.yaml": Self.joining(input),
        ])
        defer { all.remove() }
        try link(ws, "dir", to: "../home")
        try link(ws, "in.txt", to: "../home/id_rsa")
        let built = try run(ws, "build", "a.out")
        #expect(built.status == 2 && built.err.contains("leads-out"), "\(built)")
        #expect(
            !(built.out + built.err).contains("SSH-KEY")
                && !FileManager.default.fileExists(atPath: ws.appending(path: "a.out").path))
    }

    /// A list that is shorter than a person may think is never made without a word.
    @Test func aLinkThatASearchComesByIsNamed() throws {
        let (all, ws) = try world([
            "real.txt": "mine",
            "pipelines/p.yaml": Self.joining("**/*.txt"),
        ])
        defer { all.remove() }
        try link(ws, "dir", to: "../home")
        for build in ["first", "nothing to do"] {
            let built = try run(ws, "build", "a.out")
            #expect(built.status == 0 && built.err.contains("'dir', a link to a folder outside"), "\(build): \(built)")
        }
        #expect(try all.text("ws/a.out") == "mine")
    }

    /// A mount that is away leaves such a link, and so does an editor that has a file open. When something is there, it is
    /// what any link out is: an error.
    @Test func aLinkOutToNowhereIsNoFileUntilSomethingIsThere() throws {
        let (all, ws) = try world([
            "real.txt": "mine",
            "pipelines/p.yaml": Self.joining("*.txt"),
        ])
        defer { all.remove() }
        try link(ws, "later.txt", to: "../home/later")
        try link(ws, "pipelines/.#p.yaml", to: "someone@host.123:456")
        for build in ["first", "nothing to do"] {
            let built = try run(ws, "build", "a.out")
            #expect(built.status == 0, "\(build): \(built)")
        }
        #expect(try all.text("ws/a.out") == "mine")
        try all.write("home/later", "SSH-KEY")
        let built = try run(ws, "build", "a.out")
        #expect(built.status == 2 && built.err.contains("leads-out"), "\(built)")
    }

    @Test func linksThatStayInsideWork() throws {
        let (all, ws) = try world(["real/a.txt": "mine", "pipelines/p.yaml": Self.copy])
        defer { all.remove() }
        try link(ws, "b.txt", to: "real/a.txt")
        try link(ws, "c.txt", to: ws.appending(path: "real/a.txt").resolvingSymlinksInPath().path)
        for name in ["b", "c"] {
            let built = try run(ws, "build", "\(name).out")
            #expect(built.status == 0, "\(built)")
            #expect(try all.text("ws/\(name).out") == "mine")
        }
    }

    private static func gather(_ pattern: String) -> String {
        """
        pipeline: p
        target: out
        stages:
          notes: { run: [sh, -c, '(echo; cat "$$@") > "$$0"', $out, $in], inputs: ["pages/**/*.md?"] }
          s: { run: [sh, -c, 'cat "$$@" > "$$0"', $out, $in], inputs: ["\(pattern)"], output: out }
        """
    }

    /// The link is met twice: as what may be a folder, and as what matches. Another stage reads the same file.
    @Test(arguments: ["pages/*.txt", "pages/**/*.txt", "**/*.txt"])
    func anEditOfWhatALinkLeadsToIsSeen(_ pattern: String) throws {
        let (all, ws) = try world(["pages/a.txt": "a", "real/b.md": "b", "pipelines/p.yaml": Self.gather(pattern)])
        defer { all.remove() }
        try link(ws, "pages/l.txt", to: "../real/b.md")
        for text in ["b", "other", "third"] {
            try all.write("ws/real/b.md", text)
            let built = try run(ws, "build", "out")
            #expect(built.status == 0, "\(built)")
            #expect(try all.text("ws/out") == "a" + text)
        }
    }

    /// To a folder above, which is not entered; to a folder whose name matches; to nowhere; to files and folders.
    @Test(arguments: ["pages/*.txt", "pages/**/*.txt"]) func aLinkThatLeadsElsewhereNowIsSeen(_ pattern: String) throws
    {
        let (all, ws) = try world([
            "pages/a.txt": "a", "real/b.txt": "b", "real/c.txt": "c", "more/d.txt": "d", "more/e.txt": "e",
            "pipelines/p.yaml": Self.gather(pattern),
        ])
        defer { all.remove() }
        let isDeep = pattern.contains("**")
        for (target, text) in [
            (".", "a"), ("../real", isDeep ? "abc" : "a"), ("../real/b.txt", "ab"), ("../more", isDeep ? "ade" : "a"),
            ("../nowhere", "a"), ("../real/c.txt", "ac"), (".", "a"), ("../more/d.txt", "ad"),
        ] {
            try? FileManager.default.removeItem(at: ws.appending(path: "pages/l.txt"))
            try link(ws, "pages/l.txt", to: target)
            let built = try run(ws, "build", "out")
            #expect(built.status == 0, "\(target): \(built)")
            #expect(try all.text("ws/out") == text, "\(target)")
        }
    }

    /// A list that was empty gets its first element without a change in the folder that is searched.
    @Test func whatADanglingLinkLeadsToIsAnElementOnceItComes() throws {
        let (all, ws) = try world([
            "pages/k/a.md": "a", "base.txt": "base ",
            "pipelines/p.yaml": """
            pipeline: p
            target: out
            stages:
              one: { each: "pages/*.txt?", run: [sh, -c, 'cat "$$0" > "$$1"', $each, $out] }
              s: { run: [sh, -c, 'out="$$0"; cat "$$@" > "$$out"', $out, $in, $one], inputs: [base.txt], output: out }
            """,
        ])
        defer { all.remove() }
        try link(ws, "pages/l.txt", to: "k/late.txt")
        for text in ["base ", "base late", "base later"] {
            if text != "base " { try all.write("ws/pages/k/late.txt", String(text.dropFirst(5))) }
            let built = try run(ws, "build", "out")
            #expect(built.status == 0, "\(built)")
            #expect(try all.text("ws/out") == text)
        }
        try FileManager.default.removeItem(at: ws.appending(path: "pages/k/late.txt"))
        #expect(try run(ws, "build", "out").status == 0)
        #expect(try all.text("ws/out") == "base ")
    }

    /// Not outside, not where git would run it, not where vgraph would believe it, not over what it is made from.
    @Test(arguments: [
        ("od/.bashrc", "od/{name}", "leads-out"), (".git/hooks/post-commit", ".git/hooks/{name}", "bad-output"),
        ("gl/hooks", "gl/{name}", "output-forbidden"),
        ("cache/FORMAT", "cache/{name}", "bad-output"), ("pipelines/x.yaml", "pipelines/{name}", "bad-output"),
        ("b.txt", "{name}.txt", "cycle"),
    ])
    func outputsStayAwayFrom(_ target: String, _ pattern: String, _ id: String) throws {
        let (all, ws) = try world([
            "a.txt": "a", "b.txt": "b", ".git/config": "",
            "pipelines/p.yaml": """
            pipeline: p
            target: "\(pattern)"
            stages: { a: { run: [sh, -c, 'echo written > "$$0"', $out], inputs: \
            ["\(pattern == "{name}.txt" ? "{name}.txt" : "a.txt")"], output: "\(pattern)" } }
            """,
        ])
        defer { all.remove() }
        try link(ws, "od", to: "../home")
        try link(ws, "gl", to: ".git")
        let built = try run(ws, "build", target)
        #expect(built.status != 0 && built.err.contains(id), "\(built)")
        #expect(try all.text("home/.bashrc") == "old bashrc" && all.text("ws/b.txt") == "b")
        #expect(!FileManager.default.fileExists(atPath: ws.appending(path: ".git/hooks").path))
    }

    /// Nothing that a link leads to outside is quoted, in no form.
    @Test(arguments: [
        "x.video.yaml", "x.props.yaml", "pipelines/p.yaml", "pipelines/profiles/default.yaml", "captions.vtt",
        "hero.png",
    ])
    func noTextOfAnotherFileIsQuoted(_ name: String) throws {
        let spec = Sample.spec().replacingOccurrences(of: "captions:", with: "assets: { hero: hero.png }\nold:")
            .components(separatedBy: "old:")[0]
        let (all, ws) = try world([
            "x.video.yaml": spec + "captions: { from: captions.vtt }\n",
            "captions.vtt": "WEBVTT\n\n00:00.000 --> 00:01.000\nx\n", "pipelines/profiles/us.yaml": "x",
        ])
        defer { all.remove() }
        try all.write("home/secret", "root:*:20228:0:99999:7:::\n")
        let path = ws.appending(path: name).path
        try? FileManager.default.removeItem(atPath: path)
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: all.path("home/secret"))
        let built = try run(ws, "build", "--findings", "f.sarif", "x.mp4")
        #expect(built.status == 2, "\(built)")
        #expect(!(built.out + built.err + ((try? all.text("ws/f.sarif")) ?? "")).contains("root:"), "\(built)")
    }

    /// What somebody keeps in a cache's folders is not the cache's.
    @Test func nothingIsRemovedThatTheCacheDidNotMake() throws {
        let (all, ws) = try world(["a.txt": "a", "pipelines/p.yaml": Self.copy])
        defer { all.remove() }
        #expect(try run(ws, "build", "a.out").status == 0)
        let mine = [
            "cache/notes.txt", "cache/tmp/notes.txt", "cache/scratch/c0/.tmp/notes.txt", "cache/scratch/c1/notes.txt",
            "cache/blobs/ab/notes.txt", "cache/state/notes.txt",
        ]
        for name in mine { try all.write("ws/" + name, "mine") }
        try all.write("ws/a.txt", "b")
        for command in [["build", "a.out"], ["cache", "gc", "--max-size", "0"], ["cache", "verify"]] {
            let run = try Workspace.run(Repository.binary("vgraph"), command, in: ws)
            #expect(run.status == 0, "\(command): \(run)")
        }
        for name in mine { #expect(all.exists("ws/" + name), "\(name)") }
        #expect(try run(ws, "build", "--force", "a.out").status == 0)
        let cleaned = try run(ws, "clean", "--cache-too")
        #expect(
            cleaned.status == 1 && cleaned.err.contains("cache-not-emptied") && cleaned.err.contains("notes.txt"),
            "\(cleaned)")
        for name in mine { #expect(all.exists("ws/" + name), "\(name)") }
        #expect(!all.exists("ws/a.out") && !all.exists("ws/cache/runs"))
        for name in mine { try? FileManager.default.removeItem(atPath: all.path("ws/" + name)) }
        try? FileManager.default.removeItem(atPath: all.path("ws/cache/scratch"))
        #expect(try run(ws, "build", "a.out").status == 0)
        #expect(try run(ws, "clean", "--cache-too").status == 0)
        #expect(!all.exists("ws/cache"))
    }

    /// A spec that is named on the command line, and the props beside it.
    @Test(arguments: ["x.video.yaml", "x.props.yaml"]) func checkQuotesNothingOutside(_ name: String) throws {
        let (all, ws) = try world(["x.video.yaml": Sample.spec(), "x.mp4": "no film"])
        defer { all.remove() }
        try all.write("home/secret", "root:*:20228:0:99999:7:::\n")
        try? FileManager.default.removeItem(at: ws.appending(path: name))
        try link(ws, name, to: "../home/secret")
        let checked = try run(ws, "check", "x.mp4", "--spec", "x.video.yaml")
        #expect(
            checked.status == 2 && checked.err.contains("leads-out") && !(checked.out + checked.err).contains("20228"),
            "\(checked)")
    }

    private static let copy = """
        pipeline: p
        target: "{name}.out"
        stages: { a: { run: [sh, -c, 'cat "$$1" > "$$0"', $out, $in], inputs: ["{name}.txt"], output: "{name}.out" } }
        """
}
