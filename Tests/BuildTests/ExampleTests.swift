// The examples with pictures and sound of their own, made and built as a reader would: each passes its gate without a
// word.
import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct ExampleTests {
    @Test(arguments: [("launch", "launch.mp4"), ("short", "short.mp4"), ("data", "weekly.mp4")])
    func passesItsGate(example: String, target: String) throws {
        let workspace = try Workspace()
        defer { workspace.remove() }
        let source = Repository.file("pipelines/examples")
        for name in [example, "studio", "make-assets"] {
            try FileManager.default.copyItem(
                at: source.appending(path: name), to: workspace.folder.appending(path: name))
        }
        let folder = workspace.folder.appending(path: example)
        // What a build or a reader left in the checkout is not the example.
        for leftover in ["cache", "assets", target] {
            try? FileManager.default.removeItem(at: folder.appending(path: leftover))
        }
        let made = try Workspace.run(workspace.path("make-assets"), [example], in: workspace.folder)
        #expect(made.status == 0, "\(made.err)")
        let built = try Workspace.run(Repository.binary("vgraph"), ["build", target], in: folder)
        #expect(built.status == 0 && built.out.contains("\(target): built, gate: pass"), "\(built.out)\(built.err)")
        #expect(!(built.out + built.err).contains("warning"), "\(built.out)\(built.err)")
        let again = try Workspace.run(Repository.binary("vgraph"), ["build", target], in: folder)
        #expect(again.out == "\(target) is up to date, gate: pass\n")
    }
}
