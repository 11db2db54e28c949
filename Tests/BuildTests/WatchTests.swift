// `vgraph watch` as people and programs use it: the real binary, real edits, and nobody who waits longer than needed.
import Diagnostics
import Foundation
import TestSupport
import Testing

/// A watcher under way, and what it has said so far.
private final class Watcher {
    let workspace: Workspace
    let program: Program
    private let folder = TemporaryFolder()
    private let log: String

    init(_ workspace: Workspace, _ arguments: [String] = ["clip.mp4", "--json"], log: String? = nil) throws {
        self.workspace = workspace
        self.log = log ?? folder("log")
        program = try workspace.start(["watch"] + arguments, output: self.log)
    }

    deinit {
        program.signal(SIGTERM)
        program.wait()
    }

    var text: String { fileText(log) ?? "" }

    /// Whole lines alone: the last may be half written.
    var events: [[String: Any]] {
        text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .compactMap { try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
    }

    /// How the builds so far ended.
    var ends: [String] { events.filter { $0["event"] as? String == "done" }.compactMap { $0["status"] as? String } }
    var waits: Int { events.count { $0["event"] as? String == "watching" } }

    /// Until something is so, 30 s at most: the machine may be busy.
    @discardableResult
    func until(_ what: String, sourceLocation: SourceLocation = #_sourceLocation, _ condition: () -> Bool) -> Bool {
        do {
            try program.until(what, condition)
            return true
        } catch {
            Issue.record("\(error)\n\(text)", sourceLocation: sourceLocation)
            return false
        }
    }

    /// The end of the build that follows `action`.
    func end(after what: String, sourceLocation: SourceLocation = #_sourceLocation, _ action: () throws -> Void)
        rethrows -> String
    {
        let (ends, waits) = (self.ends.count, self.waits)
        try action()
        until(what, sourceLocation: sourceLocation) { self.ends.count > ends && self.waits > waits }
        return self.ends.last ?? ""
    }

    /// Ctrl-C.
    func interrupt() -> Int32 {
        program.signal(SIGINT)
        return program.wait()
    }

    var children: Set<pid_t> { ProcessTable.children(of: program.id) }
}

@Suite struct WatchTests {
    private func started(_ files: [String: String], _ arguments: [String] = ["clip.mp4", "--json"]) throws -> Watcher {
        let watcher = try Watcher(try Workspace(files), arguments)
        watcher.until("the first build") { watcher.waits == 1 }
        return watcher
    }

    @Test func editBreakMend() throws {
        let watcher = try started(["clip.video.yaml": Sample.spec()]), workspace = watcher.workspace
        defer { workspace.remove() }
        #expect(watcher.ends == ["built"])
        let first = try workspace.bytes("clip.mp4"), workers = watcher.children
        #expect(!workers.isEmpty, "workers stay at hand")

        #expect(
            try watcher.end(after: "an edit") { try workspace.write("clip.video.yaml", Sample.spec(caption: "Edited")) }
                == "built")
        let edited = try workspace.bytes("clip.mp4")
        #expect(edited != first)
        let ran = watcher.events.last { $0["event"] as? String == "done" }?["ran"] as? Int ?? 99
        // Of 30: each stage but audio once.
        #expect(ran < 22, "an edit costs its nodes")
        #expect(!workers.isDisjoint(with: watcher.children))

        #expect(
            try watcher.end(after: "breaking it") {
                try workspace.write(
                    "clip.video.yaml", Sample.spec().replacingOccurrences(of: "scenes:", with: "scenez:"))
            } == "failed")
        #expect(watcher.events.contains { ($0["diagnostic"] as? [String: Any])?["id"] as? String == "unknown-field" })
        #expect(try workspace.bytes("clip.mp4") == edited, "the last good one stays")

        // As editors save: another file under the old name.
        _ = try watcher.end(after: "mending it") {
            try workspace.write(".clip.video.yaml.swp", Sample.spec())
            #expect(rename(workspace.path(".clip.video.yaml.swp"), workspace.path("clip.video.yaml")) == 0)
        }
        #expect(try workspace.bytes("clip.mp4") == first)

        let before = watcher.events.count, ends = watcher.ends.count
        try workspace.write("notes.txt", "nothing to do with it")
        try workspace.write("clip.video.yaml", Sample.spec())
        // It looks after 50 ms without a change. That it was awake all the time shows the edit after it.
        usleep(400_000)
        #expect(
            watcher.events.count == before,
            "the same bytes again, and a file that no spec names, are no news: \(watcher.text)")
        _ = try watcher.end(after: "another edit") {
            try workspace.write("clip.video.yaml", Sample.spec(caption: "Edited"))
        }
        #expect(watcher.ends.count == ends + 1, "\(watcher.text)")

        let last = watcher.children
        #expect(watcher.interrupt() == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.path("cache/tmp")).isEmpty)
        for worker in last { #expect(kill(worker, 0) != 0, "worker \(worker) is left") }
    }

    @Test func aBurstOfEditsIsFewBuildsAndEndsInTheLastOne() throws {
        let watcher = try started(["clip.video.yaml": Sample.spec()]), workspace = watcher.workspace
        defer { workspace.remove() }
        for edit in 0..<50 {
            try workspace.write("clip.video.yaml", Sample.spec(caption: "Edit \(edit)"))
            usleep(10_000)
        }
        let clean = try Workspace(["clip.video.yaml": Sample.spec(caption: "Edit 49")])
        defer { clean.remove() }
        #expect(try clean.vgraph("build", "clip.mp4").status == 0)
        let wanted = try clean.bytes("clip.mp4")
        watcher.until("the last edit") { (try? workspace.bytes("clip.mp4")) == wanted }
        #expect(watcher.ends.count < 25, "\(watcher.ends)")
    }

    @Test func anEditDuringABuildEndsItAndStartsTheNext() throws {
        let long = Sample.spec(firstSeconds: 600).replacingOccurrences(of: "320x180", with: "1920x1080")
        let watcher = try Watcher(try Workspace(["clip.video.yaml": long])), workspace = watcher.workspace
        defer { workspace.remove() }
        watcher.until("a picture is being drawn") { watcher.events.contains { $0["event"] as? String == "progress" } }
        let asked = Date()
        try workspace.write("clip.video.yaml", Sample.spec())
        watcher.until("the old build's end") { watcher.ends.first == "interrupted" }
        #expect(Date().timeIntervalSince(asked) < 2, "200 ms, and a busy machine")
        watcher.until("the new build's end") { watcher.ends.last == "built" }
        #expect(try probe(workspace, "clip.mp4")["nb_read_frames"] == "90")
        #expect(watcher.interrupt() == 0)
    }

    @Test func foldersAndFilesThatGoAndComeBack() throws {
        let spec =
            Sample.spec().components(separatedBy: "captions:")[0] + "captions: { from: texts/more/captions.vtt }\n"
        let vtt = "WEBVTT\n\n00:00.500 --> 00:01.500\nFrom a file\n"
        let watcher = try started(["clip.video.yaml": spec, "texts/more/captions.vtt": vtt]),
            workspace = watcher.workspace
        defer { workspace.remove() }
        let first = try workspace.bytes("clip.mp4")

        #expect(
            try watcher.end(after: "the folder goes") {
                try FileManager.default.removeItem(atPath: workspace.path("texts"))
            } == "failed")
        _ = try watcher.end(after: "it comes back") { try workspace.write("texts/more/captions.vtt", vtt) }
        #expect(try workspace.bytes("clip.mp4") == first)
        #expect(
            try watcher.end(after: "an edit in the new folder") {
                try workspace.write("texts/more/captions.vtt", vtt.replacingOccurrences(of: "From", with: "Out of"))
            } == "built")

        #expect(
            try watcher.end(after: "the spec goes") {
                try FileManager.default.removeItem(atPath: workspace.path("clip.video.yaml"))
            } == "failed")
        _ = try watcher.end(after: "another spec comes") {
            try workspace.write("clip.video.yaml", Sample.spec(title: "New"))
        }
        #expect(watcher.ends.last == "built")

        // A file that the spec comes to name, and that comes later still.
        let naming = Sample.spec().components(separatedBy: "captions:")[0] + "captions: { from: late/captions.vtt }\n"
        #expect(
            try watcher.end(after: "naming a missing file") { try workspace.write("clip.video.yaml", naming) }
                == "failed")
        #expect(try watcher.end(after: "the file comes") { try workspace.write("late/captions.vtt", vtt) } == "built")
        #expect(
            try watcher.end(after: "an edit of it") {
                try workspace.write("late/captions.vtt", vtt + "\n00:02.000 --> 00:03.000\nMore\n")
            } == "built")
    }

    @Test func theWorkspaceItselfGoesAndComesBack() throws {
        let outer = try Workspace(["inner/clip.video.yaml": Sample.spec()])
        defer { outer.remove() }
        let watcher = try Watcher(outer, ["-C", "inner", "clip.mp4", "--json", "--cache", outer.path("cache")])
        watcher.until("the first build") { watcher.waits == 1 }
        #expect(rename(outer.path("inner"), outer.path("elsewhere")) == 0)
        watcher.until("it is missed") { watcher.text.contains("folder-gone") }
        #expect(!outer.exists("inner"), "watching makes no folder")
        try outer.write("inner/clip.video.yaml", Sample.spec(title: "Again"))
        watcher.until("it is built again") { outer.exists("inner/clip.mp4") && watcher.ends.last == "built" }
    }

    @Test func aNewSpecIsBuiltWhereEverythingIs() throws {
        let watcher = try started(["one.video.yaml": Sample.spec()], ["--json"]), workspace = watcher.workspace
        defer { workspace.remove() }
        #expect(
            try watcher.end(after: "another spec") { try workspace.write("two.video.yaml", Sample.spec(title: "Two")) }
                == "built")
        #expect(workspace.exists("two.mp4"))
    }

    /// More events than the kernel keeps: then everything is looked at.
    @Test func moreEventsThanAnybodyKeeps() throws {
        let watcher = try started(["clip.video.yaml": Sample.spec()]), workspace = watcher.workspace
        defer { workspace.remove() }
        watcher.program.signal(SIGSTOP)
        let kept =
            Int(
                try String(contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)
                    .trimmingCharacters(in: .whitespacesAndNewlines)) ?? 16384
        try #require(kept <= 200_000)
        for name in ["a.txt", "b.txt"] { try workspace.write(name, "") }
        for index in 0...kept { utimensat(AT_FDCWD, workspace.path(index % 2 == 0 ? "a.txt" : "b.txt"), nil, 0) }
        _ = try watcher.end(after: "an edit that was not told") {
            try workspace.write("clip.video.yaml", Sample.spec(title: "Unheard"))
            watcher.program.signal(SIGCONT)
        }
        #expect(watcher.ends == ["built", "built"])
    }

    /// Libraries keep a font by its path: drawn with the old one, a film would be kept under the key of the new one.
    @Test func aFontThatIsReplaced() throws {
        func font(_ query: String) throws -> Data {
            try Data(contentsOf: URL(filePath: try Program.run(["fc-match", "-f", "%{file}", query]).out))
        }
        // Of one family, so that nothing but the file's bytes tells them apart.
        let plain = try font("DejaVu Sans"), bold = try font("DejaVu Sans:bold")
        #expect(plain != bold)
        let workspace = try Workspace([
            "clip.video.yaml": """
            version: 1
            video: { size: 320x180, fps: 10 }
            theme: { fonts: { body: [f.ttf, sans-serif] } }
            scenes:
              - { id: one, duration: 1s, layers: [ { text: Hello, at: [center, center] } ] }

            """
        ])
        try workspace.write("f.ttf", Array(plain))
        let watcher = try Watcher(workspace, ["clip.mp4", "--json", "-j1"])
        watcher.until("the first build") { watcher.waits == 1 }
        let workers = watcher.children
        let first = try workspace.bytes("clip.mp4")
        let end = try watcher.end(after: "another font") {
            try workspace.write("new.ttf", Array(bold))
            #expect(rename(workspace.path("new.ttf"), workspace.path("f.ttf")) == 0)
        }
        #expect(end == "built", "\(watcher.text)")
        #expect(watcher.children == workers)
        let second = try workspace.bytes("clip.mp4")
        _ = watcher.interrupt()
        #expect(try workspace.vgraph("build", "--cache", workspace.path("other"), "clip.mp4").status == 0)
        #expect(try second != first && second == workspace.bytes("clip.mp4"))
    }

    /// What it prints goes to a file in the workspace: it must not answer itself.
    @Test func itsOwnLogIsNoChange() throws {
        let workspace = try Workspace(["clip.video.yaml": "version: 1\n"])
        defer { workspace.remove() }
        let watcher = try Watcher(workspace, ["clip.mp4"], log: workspace.path("watch.log"))
        watcher.until("the error") { watcher.text.contains("waiting for a change") }
        let said = watcher.text
        try workspace.write("clip.video.yaml", Sample.spec())
        watcher.until("it is built") { watcher.text.contains("clip.mp4: built") }
        let news = watcher.text.dropFirst(said.count)
        #expect(watcher.text.hasPrefix(said) && news.hasPrefix("changed: clip.video.yaml\n"), "\(watcher.text)")
        #expect(news.components(separatedBy: "changed: ").count == 2 && !news.contains("\u{1B}"), "\(watcher.text)")
    }

    /// On a terminal: one screen, drawn anew for each build.
    @Test func onATerminalErrorsAreShownInPlace() throws {
        let workspace = try Workspace(["clip.video.yaml": "version: 1\n"])
        defer { workspace.remove() }
        let vgraph = Repository.binary("vgraph")
        // `script` plays the terminal; its own end is the end of what it runs. Its log is no file of the workspace.
        let folder = TemporaryFolder(), log = folder("screen")
        let screen = try Program(["script", "-qefc", "\(vgraph) watch clip.mp4", log], in: workspace.folder.path)
        defer { screen.signal(SIGTERM) }
        func until(_ text: String) throws -> String {
            try screen.until("the screen shows '\(text)'") { fileText(log)?.contains(text) == true }
            return fileText(log) ?? ""
        }
        #expect(try until("Ctrl-C to end").contains("[missing-field]"))
        try workspace.write("clip.video.yaml", Sample.spec())
        let last = try until("files; press Ctrl-C to end").components(separatedBy: "\u{1B}[H\u{1B}[2J").last ?? ""
        #expect(
            last.contains("clip.video.yaml changed") && last.contains("clip.mp4: built")
                && !last.contains("[missing-field]"), "\(last)")
    }

    @Test(arguments: [
        (
            WatchProblem.cannotWatch(reason: "too many open files"),
            """
            error: cannot watch files: too many open files [cannot-watch]
              hint: the system's limit is in /proc/sys/fs/inotify/max_user_instances
            """
        ),
        (
            .tooManyFolders(watched: 12),
            """
            warning: vgraph watches only 12 folders: the system allows no more [watch-limit]
              hint: raise /proc/sys/fs/inotify/max_user_watches, or touch the spec after a change elsewhere
            """
        ),
        (
            .folderGone(path: "/home/ada/video"),
            """
            warning: the folder '/home/ada/video' is gone [folder-gone]
              hint: vgraph builds again when it is back
            """
        ),
    ]) func wording(_ problem: WatchProblem, _ text: String) { #expect(problem.diagnostic.text() == text) }
}
