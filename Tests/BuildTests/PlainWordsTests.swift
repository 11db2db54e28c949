// Lines in the plainest form are read without the grammar of options. What they mean is what the grammar says: an option
// joined to its value by '=' is always the grammar's to read, so each line is given both ways.
import Foundation
import TestSupport
import Testing

@Suite struct PlainWordsTests {
    @Test func bothReadersSayTheSame() throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { workspace.remove() }
        let target = "clip.mp4:plan", cache = workspace.path("cache")
        #expect(try workspace.vgraph("build", target).status == 0)
        try workspace.write("clip.video.yaml", Sample.spec(caption: "Another text"))
        #expect(try workspace.vgraph("build", target).status == 0)
        try workspace.write("clip.video.yaml", Sample.spec(caption: "A third text"))

        let folder = workspace.path(""), other = "brand=" + NSTemporaryDirectory()
        let lines: [[String]] = [
            ["diff", "last~1", "last"], ["diff", "last~1", "last", target], ["diff", "last", "last", "--json"],
            ["diff", "--markdown", "last~1", "last"], ["diff", "last~1", "last", "--markdown", "--json"],
            ["diff", "last~1", ".", target, "--set", "a=1", "--set", "b=2"], ["diff", "last"], ["diff"],
            ["diff", "last~1", "last", target, "more"], ["diff", "last~1", "last", "--html"],
            ["diff", "last~1", "last", "--set", "a"], ["diff", "none", "last"], ["diff", "last~1", "last", "--pixel"],
            ["diff", "", "last"], ["diff", "last~1", "--", "last"], ["diff", "last~1", "last", "--json", "--json"],
            ["why", target], ["why", target, "--json"], ["why", target, "--no-sandbox"], ["why"], ["why", target, "x"],
            ["why", target, "--sandbox", "--no-sandbox"], ["why", target, "-C", folder],
            ["why", "-C" + folder, target],
            ["why", target, "--directory", folder], ["why", target, "-C"], ["why", target, "-C", folder, "-C", "/"],
            ["why", target, "-C", folder, "--directory", "/"], ["why", target, "--root", other],
            ["why", target, "--root", "brand"], ["why", target, "--help"], ["why", target, "-v"],
            ["why", target, "--set", "-1"], ["why", "-", target], ["why", target, "--format", "dot"],
            ["graph", target], ["graph", target, "--format", "dot"], ["graph", target, "--format", "json", "--all"],
            ["graph", target, "--format", "yaml"], ["graph", target, "--format", "dot", "--format", "text"],
            ["graph", target, "--json"], ["graph", target, "--all", "--all"],
            ["log"], ["log", target], ["log", "--limit", "1"], ["log", "--limit", "-1"], ["log", "--limit", "x"],
            ["log", "--limit", "+1"], ["log", "--limit", "1.0"], ["log", "--first-bad", "D08"],
            ["log", target, "--first-bad", "D08"], ["log", "last", "--json"], ["log", "--all", "last", "more"],
            ["log", "--limit", "1", "--limit", "2"],
        ]
        var seen: Set<Int32> = []
        for line in lines {
            func run(_ more: [String]) throws -> Workspace.Run {
                try Workspace.run(
                    Repository.binary("vgraph"), [line[0]] + more + line.dropFirst(), in: workspace.folder)
            }
            let plain = try run(["--cache", cache]), grammar = try run(["--cache=" + cache])
            #expect(
                plain.status == grammar.status && plain.out == grammar.out && plain.err == grammar.err,
                "\(line): \(plain) \(grammar)")
            seen.insert(plain.status)
        }
        #expect(seen.isSuperset(of: [0, 1, 2]))
    }
}
