// What commands refuse, each caused by the built command; and what the worker says of jobs that cannot be right, which
// no command sends.
import Composition
import Foundation
import Stages
import TestSupport
import Digests
import Testing
import Work

@Suite struct CommandProblemTests {
    @Test(arguments: [
        ("no-folder", ["-C", "nowhere", "build"]), ("bad-video-name", ["init", "a/.."]),
        ("bad-video-name", ["init", "two\nlines"]), ("bad-set", ["build", "--set", "product", "clip.mp4"]),
        ("bad-set", ["build", "--set", "=Aurora", "clip.mp4"]), ("no-artifact", ["show", "clip.mp4:plan"]),
        ("bad-byte-count", ["cache", "gc", "--max-size", "much"]),
    ])
    func isRefused(_ id: String, _ arguments: [String]) throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { workspace.remove() }
        let run = try Workspace.run(Repository.binary("vgraph"), arguments, in: workspace.folder)
        #expect(run.status == 2 && run.err.contains("[\(id)]"), "\(run)")
        #expect(!workspace.exists("clip.mp4"))
    }

    @Test func withoutAWorker() throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { workspace.remove() }
        let run = try workspace.vgraph("build", "clip.mp4", environment: ["VGRAPH_WORKER": "/nowhere/worker"])
        #expect(run.status == 1 && run.err.contains("[no-worker]") && run.err.contains("/nowhere/worker"), "\(run)")
    }

    @Test func anOutputThatAStageHasNot() throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { workspace.remove() }
        #expect(try workspace.vgraph("build", "clip.mp4:plan").status == 0)
        #expect(try workspace.vgraph("show", "clip.mp4:plan.mix").status == 0)
        let run = try workspace.vgraph("show", "clip.mp4:plan.nonsense")
        #expect(run.status == 2 && run.err.contains("[no-such-output]") && run.err.contains("segments"), "\(run)")
        let none = try workspace.vgraph("show", "clip.mp4:plan.segments[99]")
        #expect(none.status == 2 && none.err.contains("[no-artifact]"), "\(none)")
    }

    @Test(
        arguments: [
            ("reviewers-no-home", ["reviewers", "install"], ["HOME": "", "XDG_DATA_HOME": ""]),
            ("reviewers-no-python", ["reviewers", "install", "--python", "no-python-has-this-name"], [:]),
            ("reviewers-cannot-install", ["reviewers", "install", "--python", "/bin/false"], [:]),
        ] as [(String, [String], [String: String])])
    func reviewersThatCannotBeInstalled(_ id: String, _ arguments: [String], _ variables: [String: String]) throws {
        let workspace = try Workspace()
        defer { workspace.remove() }
        let run = try Workspace.run(
            Repository.binary("vgraph"), arguments, in: workspace.folder,
            environment: ["XDG_DATA_HOME": workspace.path("data")].merging(variables) { $1 })
        #expect(run.status == 1 && run.err.contains("[\(id)]"), "\(run)")
    }

    /// The id of what a worker answers to one job.
    private func refusal(_ job: Job, _ folder: TemporaryFolder) throws -> String? {
        let line = String(decoding: try JSONEncoder().encode(job), as: UTF8.self)
        let run = try Program.run(
            [Repository.binary("vgraph-worker")], input: folder.write("job.json", line + "\n"))
        #expect(run.status == 0, "\(run.err)")
        let reply = try JSONDecoder().decode(Reply.self, from: Data(run.out.utf8))
        return reply.failure?.first?.id
    }

    /// A reviewer that nobody has, a person who is a program, and a request whose exhibits are not there.
    @Test(arguments: [
        ("unknown-reviewer", "nobody", Reviewer.Kind.model, 0), ("reviewer-not-a-person", "me", .person, 0),
        ("reviewer-other-exhibits", "text", .model, 1),
    ])
    func aReviewerThatCannotBeAsked(_ id: String, _ name: String, _ kind: Reviewer.Kind, _ exhibits: Int) throws {
        let folder = TemporaryFolder(), size = PixelSize(width: 64, height: 36)
        let list = ClaimList(
            size: size, rate: FrameRate(10), frames: 5, language: "en", hasSound: false, pictures: [], claims: [])
        let frame = ReviewRequest.Exhibit(kind: .frame, file: "0.png", digest: .zero, frame: 0)
        let request = ReviewRequest(
            sha256: "", list: list, picture: size, exhibits: Array(repeating: frame, count: exhibits))
        var job = Job(id: 1, stage: "reviewer", node: "a.mp4:r", workspace: folder.path, scratch: folder.path)
        job.inputs = [try input("request", request, folder)]
        if kind == .person {
            job.inputs.append(Job.Input(slot: "program", path: try folder.write("me.py", ""), name: "me.py"))
        }
        job.set(ReviewerStage.name, to: name)
        job.set(ReviewerStage.kind, to: kind)
        #expect(try refusal(job, folder) == id)
    }

    private func input(_ slot: String, _ value: some Encodable, _ folder: TemporaryFolder) throws -> Job.Input {
        let text = String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
        return Job.Input(slot: slot, path: try folder.write(slot + ".json", text), name: slot)
    }

    @Test func aStageThatTheWorkerDoesNotKnow() throws {
        let folder = TemporaryFolder()
        let job = Job(id: 1, stage: "nonsense", node: "a.mp4:nonsense", workspace: folder.path, scratch: folder.path)
        #expect(try refusal(job, folder) == "worker-unknown-stage")
    }

    @Test func aStillBehindTheEnd() throws {
        let folder = TemporaryFolder()
        let black = Stack(background: .color(Color(red: 0, green: 0, blue: 0)), layers: [])
        let segment = Segment(
            size: PixelSize(width: 64, height: 36), rate: FrameRate(10), frames: 5, stacks: [black], overlays: [])
        var job = Job(
            id: 1, stage: "still", node: "a.mp4:still", workspace: folder.path,
            inputs: [try input("segment", segment, folder), try input("materials", Materials(files: [:]), folder)],
            scratch: folder.path)
        for (frame, id) in [(4, nil), (5, "worker-bad-still")] as [(Int, String?)] {
            job.set(StillRequest.frame, to: frame)
            #expect(try refusal(job, folder) == id, "frame \(frame)")
        }
    }
}
