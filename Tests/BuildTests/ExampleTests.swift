// The examples with pictures and sound of their own, made and built as a reader would: each passes its gate once a
// person has answered what it claims, and not before.
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
        func vgraph(_ arguments: String...) throws -> Workspace.Run {
            try Workspace.run(
                "env", ["XDG_CONFIG_HOME=" + workspace.path("home"), Repository.binary("vgraph")] + arguments,
                in: folder)
        }
        let built = try vgraph("build", target)
        #expect(
            built.status == 3 && built.err.contains("the claim 'claim.1' is not answered"), "\(built.out)\(built.err)")
        #expect(!(built.out + built.err).contains("warning"), "\(built.out)\(built.err)")
        #expect(try vgraph("key", "new", "reader").status == 0)
        let claims = try vgraph("gate", target, "--json").done["claims"] as? [[String: Any]] ?? []
        let ids = claims.filter { $0["status"] as? String == "unanswered" }.compactMap { $0["id"] as? String }
        let answer = try vgraph(
            "answer", target, ids.joined(separator: ","), "supports", "--by", "reader", "--reason", "looked")
        #expect(answer.status == 0 && answer.out.contains("'\(ids.last ?? "")' supports"), "\(answer.err)")
        #expect(try vgraph("build", target).out.contains("gate: pass"))
        #expect(try settled { try vgraph("build", target) } == "\(target) is up to date, gate: pass\n")
    }

    /// One spec for four lamps, three formats and three languages: its translations are whole, all films are offered, and
    /// the one that differs most, upright and from right to left, is made without a finding that stops it.
    @Test func oneSpecIsManyFilms() throws {
        let workspace = try Workspace()
        defer { workspace.remove() }
        let source = Repository.file("pipelines/examples")
        for name in ["variants", "studio", "make-assets"] {
            try FileManager.default.copyItem(
                at: source.appending(path: name), to: workspace.folder.appending(path: name))
        }
        let folder = workspace.folder.appending(path: "variants")
        for leftover in ["cache", "assets"] {
            try? FileManager.default.removeItem(at: folder.appending(path: leftover))
        }
        #expect(try Workspace.run(workspace.path("make-assets"), ["variants"], in: workspace.folder).status == 0)
        func vgraph(_ arguments: String...) throws -> Workspace.Run {
            try Workspace.run(Repository.binary("vgraph"), arguments, in: folder)
        }
        let texts = try vgraph("texts", "status")
        #expect(texts.status == 0 && texts.out.contains("ar  texts.ar.yaml: 8 translated"), "\(texts)")
        let planned = try vgraph("build", "-n", "-v").out
        let films = Set(planned.matches(of: /lamp-[a-z]+[.a-z]*\.mp4(?=:gate)/).map { String($0.output) })
        #expect(films.count == 36 && films.contains("lamp-vega.tall.ar.mp4"), "\(films.sorted())")
        let built = try vgraph("build", "lamp-vega.tall.ar.mp4")
        // The brief's promise is for a person to answer.
        #expect(built.status == 3 && built.err.contains("brief.promise"), "\(built.out)\(built.err)")
        let gate = try vgraph("gate", "lamp-vega.tall.ar.mp4", "--json").done
        let causes = (gate["causes"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
        #expect(Set(causes) == ["gate.unanswered"], "\(causes)")
    }
}
