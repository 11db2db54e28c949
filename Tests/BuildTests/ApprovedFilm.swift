// A small film that a person approved, in a workspace with a home of its own: where publishing begins.
import Foundation
import TestSupport
import Testing

struct ApprovedFilm {
    let workspace: Workspace
    private let config: String

    init(_ spec: String = Sample.spec()) throws {
        workspace = try Workspace(["clip.video.yaml": spec])
        config = workspace.path("home")
        #expect(try vgraph("key", "new", "anna").status == 0)
        var built = try vgraph("build", "clip.mp4")
        if spec.contains("claims:") {
            #expect(
                try vgraph("answer", "clip.mp4", "claim.1", "supports", "--by", "anna", "--reason", "seen").status == 0)
            built = try vgraph("build", "clip.mp4")
        }
        #expect(built.status == 0, "\(built)")
        try approve()
    }

    func remove() { workspace.remove() }

    var environment: [String: String] { ["XDG_CONFIG_HOME": config] }

    func vgraph(_ arguments: String..., environment more: [String: String] = [:]) throws -> Workspace.Run {
        try Workspace.run(
            Repository.binary("vgraph"), arguments, in: workspace.folder,
            environment: environment.merging(more) { $1 })
    }

    func approve() throws {
        let run = try vgraph("approve", "clip.mp4", "--by", "anna", "--reason", "it ships")
        #expect(run.status == 0, "\(run)")
    }

    func publish(_ more: String..., to place: String = "dist", environment more2: [String: String] = [:]) throws
        -> Workspace.Run
    {
        try Workspace.run(
            Repository.binary("vgraph"), ["publish", "clip.mp4", "--to", place, "--by", "anna"] + more,
            in: workspace.folder, environment: environment.merging(more2) { $1 })
    }

    /// SHA-256 of a file, by another program.
    func sum(_ name: String) throws -> String {
        let run = try Workspace.run("sha256sum", [name], in: workspace.folder)
        return String(run.out.prefix(64))
    }

    /// The spec with another text, built and approved.
    func revise(_ spec: String) throws {
        try workspace.write("clip.video.yaml", spec)
        #expect(try vgraph("build", "clip.mp4").status == 0)
        try approve()
    }
}
