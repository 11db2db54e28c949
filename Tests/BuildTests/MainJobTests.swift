// The main job: one command makes a real MP4 out of a spec, and the next one has nothing to do.
import Foundation
import TestSupport
import Testing

@Suite struct MainJobTests {
    @Test func aSpecBecomesAVideoAndThenNothingIsToDo() throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { workspace.remove() }

        let first = try workspace.vgraph("build", "clip.mp4", "--json")
        #expect(first.status == 0, "\(first.out)\(first.err)")
        #expect(first.done["event"] as? String == "done")
        #expect(first.done["hits"] as? Int == 0)
        #expect((first.done["ran"] as? Int ?? 0) > 10)

        let probe = try probe(workspace, "clip.mp4")
        #expect(probe["nb_read_frames"] == "90")
        #expect(probe["width"] == "320" && probe["height"] == "180")
        #expect(probe["r_frame_rate"] == "15/1" && probe["avg_frame_rate"] == "15/1")
        #expect(probe["color_space"] == "bt709" && probe["color_range"] == "tv")
        #expect(probe["start_time"] == "0.000000")

        let before = try workspace.bytes("clip.mp4")
        let second = try workspace.vgraph("build", "clip.mp4", "--json")
        #expect(second.status == 0)
        #expect(second.done["ran"] as? Int == 0)
        #expect(try workspace.bytes("clip.mp4") == before)
    }

    @Test func everyStageHasAnArtifactToLookAt() throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { workspace.remove() }
        #expect(try workspace.vgraph("build", "clip.mp4").status == 0)
        for (stage, needle) in [
            ("validate", "assets"), ("resolve", "scenes"), ("plan", "spans"), ("captions", "WEBVTT"),
            ("check", "D02"), ("gate", "\"pass\""),
        ] {
            let shown = try workspace.vgraph("show", "clip.mp4:\(stage)")
            #expect(shown.status == 0, "\(stage): \(shown.err)")
            #expect(shown.out.contains(needle), "\(stage): \(shown.out.prefix(300))")
        }
        for (stage, file, magic) in [
            ("mux", "m.mp4", "ftyp"), ("review", "r.html", "<!doctype html>"), ("audio", "a.m4a", "ftyp"),
        ] {
            #expect(try workspace.vgraph("show", "clip.mp4:\(stage)", "-o", file).status == 0)
            let start = String(decoding: try workspace.bytes(file).prefix(200), as: UTF8.self).lowercased()
            #expect(start.contains(magic))
        }
        let segment = try workspace.vgraph("show", "clip.mp4:plan.segments[1]")
        #expect(segment.status == 0 && segment.out.contains("stacks"), "\(segment.err)")
        #expect(try workspace.vgraph("show", "clip.mp4:plan.segments[99]").status == 2)
        #expect(try workspace.vgraph("show", "clip.mp4:encode[99]").status == 2)
        #expect(try workspace.vgraph("show", "clip.mp4:render", "--frame", "40", "-o", "f.png").status == 0)
        #expect(try workspace.bytes("f.png").prefix(4).elementsEqual([0x89, 0x50, 0x4E, 0x47]))
    }

    @Test func initMakesAFolderThatBuilds() throws {
        let workspace = try Workspace()
        defer { workspace.remove() }
        #expect(try workspace.vgraph("init", "my-video").status == 0)
        let built = try workspace.vgraph("-C", "my-video", "build", "my-video.mp4:plan")
        #expect(built.status == 0, "\(built.err)")
        let again = try workspace.vgraph("init", "my-video")
        #expect(again.status == 2)
        #expect(again.err.contains("[exists]"))
    }

    /// The folder's name becomes the video's, and texts of the spec have limits.
    @Test(arguments: ["basic", "variants"], ["w", "a \"fine\" {day}", String(repeating: "long-", count: 12) + "name"])
    func initMakesASpecThatHolds(template: String, name: String) throws {
        let workspace = try Workspace()
        defer { workspace.remove() }
        #expect(try workspace.vgraph("init", name, "--template", template).status == 0)
        let planned = try workspace.vgraph("-C", name, "build", "\(name).mp4:plan")
        #expect(planned.status == 0, "\(planned.err)")
    }

    @Test func whatInitWritesIsTheDefaultPipeline() throws {
        let workspace = try Workspace()
        defer { workspace.remove() }
        #expect(try workspace.vgraph("init", "v").status == 0)
        let shipped = try Repository.text("pipelines/video.yaml")
        #expect(try workspace.text("v/pipelines/video.yaml") == shipped)
    }

    @Test func aBareBuildBuildsEveryTargetOfTheFolder() throws {
        let workspace = try Workspace([
            "a.video.yaml": Sample.spec(title: "A"), "b.video.yaml": Sample.spec(title: "B"),
        ])
        defer { workspace.remove() }
        #expect(try workspace.vgraph("build").status == 0)
        #expect(workspace.exists("a.mp4") && workspace.exists("b.mp4"))
    }

    @Test func aDryRunRunsNothing() throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { workspace.remove() }
        let dry = try workspace.vgraph("build", "-n", "clip.mp4")
        #expect(dry.status == 0, "\(dry.err)")
        #expect(dry.out.contains("validate"))
        #expect(!workspace.exists("clip.mp4"))
    }

    @Test func setChangesAPropAndAWrongOneIsRefused() throws {
        let spec = Sample.spec(title: "{{who}}").replacingOccurrences(
            of: "theme:", with: "props: { who: { type: string, default: World } }\ntheme:")
        let workspace = try Workspace(["clip.video.yaml": spec])
        defer { workspace.remove() }
        #expect(try workspace.vgraph("build", "clip.mp4", "--set", "who=Ada").status == 0)
        #expect(try workspace.vgraph("show", "clip.mp4:plan", "--set", "who=Ada").out.contains("Ada"))
        let wrong = try workspace.vgraph("build", "clip.mp4", "--set", "whom=Ada")
        #expect(wrong.status == 2)
        #expect(wrong.err.contains("whom"))
    }

    @Test func theGateSaysReviseInTheExitCodeEachTime() throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec() + "acceptance: { max_bytes: 1000 }\n"])
        defer { workspace.remove() }
        for _ in 0..<2 {
            let run = try workspace.vgraph("build", "clip.mp4", "--json")
            #expect(run.status == 3)
            #expect(run.done["status"] as? String == "revise")
        }
        #expect(workspace.exists("clip.mp4"))
        let decision = try workspace.vgraph("show", "clip.mp4:gate").out
        #expect(decision.contains("\"revise\"") && decision.contains("A02"), "\(decision)")
    }

    @Test func joinedSegmentsDecodeToThePlannedFrames() throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { workspace.remove() }
        #expect(try workspace.vgraph("build", "clip.mp4").status == 0)
        let plan =
            try JSONSerialization.jsonObject(with: Data(try workspace.vgraph("show", "clip.mp4:plan").out.utf8))
            as! [String: Any]
        let spans = plan["spans"] as! [[String: Any]]
        #expect(spans.map { $0["frames"] as! Int }.reduce(0, +) == 90)
        var alone: [String] = []
        for index in spans.indices {
            #expect(try workspace.vgraph("show", "clip.mp4:encode[\(index)]", "-o", "s\(index).mp4").status == 0)
            alone += try frameHashes(workspace, "s\(index).mp4")
        }
        #expect(try frameHashes(workspace, "clip.mp4") == alone)
        #expect(alone.count == 90)
    }
}

/// The first video stream, after decoding every frame.
func probe(_ workspace: Workspace, _ file: String) throws -> [String: String] {
    let run = try Workspace.run(
        "ffprobe",
        ["-v", "error", "-count_frames", "-select_streams", "v", "-show_streams", "-of", "default=nw=1", file],
        in: workspace.folder)
    return Dictionary(
        run.out.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: "=", maxSplits: 1)
            return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
        }, uniquingKeysWith: { first, _ in first })
}

/// The MD5 of each decoded frame.
func frameHashes(_ workspace: Workspace, _ file: String) throws -> [String] {
    try Workspace.run("ffmpeg", ["-v", "error", "-i", file, "-an", "-f", "framemd5", "-"], in: workspace.folder).out
        .split(separator: "\n").filter { !$0.hasPrefix("#") }.map {
            String($0.split(separator: ",").last!).trimmingCharacters(in: .whitespaces)
        }
}
