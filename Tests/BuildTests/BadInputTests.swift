// What users really get wrong: each is an error with a place and a hint, and none hangs, crashes or leaves a target.
import Foundation
import Testing

@Suite struct BadInputTests {
    /// Builds a spec that is wrong; expects exit 2, the ids given, and no target.
    func refuse(
        _ spec: String, _ ids: [String], files: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let workspace = try Workspace(files.merging(["clip.video.yaml": spec]) { $1 })
        defer { workspace.remove() }
        let start = Date()
        let run = try workspace.vgraph("build", "clip.mp4")
        #expect(run.status == 2, "\(run.out)\(run.err)", sourceLocation: sourceLocation)
        for id in ids { #expect(run.err.contains("[\(id)]"), "\(run.err)", sourceLocation: sourceLocation) }
        #expect(Date().timeIntervalSince(start) < 20, sourceLocation: sourceLocation)
        #expect(!workspace.exists("clip.mp4"), sourceLocation: sourceLocation)
    }

    @Test func severalErrorsAreToldAtOnce() throws {
        try refuse(
            Sample.spec().replacingOccurrences(of: "duration: 2s", with: "duration: -1s")
                .replacingOccurrences(of: "layers:", with: "layerz:"), ["unknown-field"])
    }

    @Test func aMissingAssetHasAPlace() throws {
        let spec = Sample.spec() + "assets: { hero: assets/hero.png }\n"
        let workspace = try Workspace(["clip.video.yaml": spec])
        defer { workspace.remove() }
        let run = try workspace.vgraph("build", "clip.mp4")
        #expect(run.status == 2)
        #expect(
            run.err.contains(
                "clip.video.yaml:\(spec.split(separator: "\n", omittingEmptySubsequences: false).count - 1):"),
            "\(run.err)")
        #expect(run.err.contains("hero.png"))
    }

    @Test func anAssetThatIsNotWhatItsNameSays() throws {
        let spec = Sample.spec() + "assets: { hero: hero.png }\n"
        let workspace = try Workspace(["clip.video.yaml": spec, "hero.png": "<html>not a picture</html>"])
        defer { workspace.remove() }
        let run = try workspace.vgraph("build", "clip.mp4")
        #expect(run.status == 2, "\(run.err)")
        #expect(run.err.contains("hero.png"))
    }

    @Test func anAssetOutsideTheWorkspace() throws {
        for path in ["../secret.png", "/etc/passwd", "a/../../secret.png"] {
            let workspace = try Workspace(["clip.video.yaml": Sample.spec() + "assets: { hero: \"\(path)\" }\n"])
            defer { workspace.remove() }
            let run = try workspace.vgraph("build", "clip.mp4")
            #expect(run.status == 2, "\(path): \(run.err)")
        }
        let workspace = try Workspace(["clip.video.yaml": Sample.spec() + "assets: { hero: link.png }\n"])
        defer { workspace.remove() }
        try FileManager.default.createSymbolicLink(
            atPath: workspace.path("link.png"), withDestinationPath: "/etc/passwd")
        #expect(try workspace.vgraph("build", "clip.mp4").status == 2)
    }

    @Test func numbersThatNoVideoHas() throws {
        for (from, to) in [
            ("size: 320x180", "size: 100000x100000"), ("fps: 15", "fps: 0"), ("fps: 15", "fps: .nan"),
            ("duration: 2s", "duration: 0s"),
            ("duration: 2s", "duration: 1000000000s"), ("scale: [1, 1.5]", "scale: [1, 1e308]"), ("80px", "-80px"),
        ] {
            let spec = Sample.spec().replacingOccurrences(of: from, with: to)
            #expect(spec != Sample.spec())
            try refuse(spec, [])
        }
    }

    @Test func aYAMLBomb() throws {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            bomb +=
                "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ") + "]\n"
        }
        try refuse(bomb, ["yaml-bomb"])
    }

    @Test func aCaptionOutsideTheVideo() throws {
        try refuse(Sample.spec().replacingOccurrences(of: "end: 3.8s", with: "end: 99s"), [])
    }

    @Test func aTemplateWithAnUnknownProp() throws { try refuse(Sample.spec(title: "{{nobody}}"), []) }

    @Test func aSpecThatIsAFolder() throws {
        let workspace = try Workspace()
        defer { workspace.remove() }
        try FileManager.default.createDirectory(
            atPath: workspace.path("clip.video.yaml"), withIntermediateDirectories: true)
        let run = try workspace.vgraph("build", "clip.mp4")
        #expect(run.status == 2, "\(run.err)")
    }

    @Test func noSuchTarget() throws {
        let workspace = try Workspace(["launch.video.yaml": Sample.spec()])
        defer { workspace.remove() }
        let run = try workspace.vgraph("build", "lunch.mp4")
        #expect(run.status == 2)
        #expect(run.err.contains("launch"), "\(run.err)")
    }

    @Test func errorsAsData() throws {
        let workspace = try Workspace([
            "clip.video.yaml": Sample.spec().replacingOccurrences(of: "scenes:", with: "scnes:")
        ])
        defer { workspace.remove() }
        let run = try workspace.vgraph("build", "clip.mp4", "--json")
        #expect(run.status == 2)
        let diagnostics = run.events.filter { $0["event"] as? String == "diagnostic" }.compactMap {
            $0["diagnostic"] as? [String: Any]
        }
        #expect(
            diagnostics.contains {
                $0["id"] as? String == "unknown-field" && ($0["place"] as? [String: Any])?["line"] as? Int == 4
            }, "\(run.out)")
        #expect(run.done["status"] as? String == "failed")
    }

    @Test(.enabled(if: getuid() != 0, "root reads everything")) func anUnreadableSpec() throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { workspace.remove() }
        chmod(workspace.path("clip.video.yaml"), 0)
        #expect(try workspace.vgraph("build", "clip.mp4").status == 2)
    }
}
