// Two processes share the definitions of stages: what one of them asks for, the other can do.
import Foundation
import Stages
import TestSupport
import Testing
import Work

@Suite struct StageBodyTests {
    @Test func eachStageOfAWorkerHasOneBody() throws {
        let worker = Repository.binary("vgraph-worker")
        let run = try Workspace.run(worker, ["--bodies"], in: Repository.root)
        let bodies = run.out.split(separator: "\n").map(String.init)
        let stages = Stages.all.filter { if case .worker = $0.place { true } else { false } }.map(\.name)
        let requests = [
            StillRequest.request, KeyFramesRequest.request, InspectRequest.request, EssenceRequest.request,
            ChecksRequest.request,
            DifferenceRequest.request, AnswersRequest.request, PixelsRequest.request,
        ]
        #expect(bodies.sorted() == (stages + requests.map(\.name)).sorted())
        #expect(Set(bodies).count == bodies.count)
    }

    /// A pipeline of a user's that still has a slot's former name is told the new one.
    @Test func aRenamedSlotIsNamed() throws {
        let pipeline = try Repository.text("pipelines/video.yaml")
        for (now, before, stage) in [
            ("header: $plan", "plan: $plan", "mux"), ("cues: $plan", "plan: $plan", "captions"),
        ] {
            let old = pipeline.replacingOccurrences(of: now, with: before)
            #expect(old != pipeline)
            let workspace = try Workspace(["a.video.yaml": Sample.spec(), "pipelines/video.yaml": old])
            defer { workspace.remove() }
            let run = try workspace.vgraph("build", "-n", "a.mp4")
            let told = "the stage '\(stage)' has no input and no parameter 'plan'"
            #expect(run.status == 2 && run.err.contains(told), "\(run.err)")
            let hint = "hint: 'plan' of '\(stage)' is called '\(now.prefix { $0 != ":" })' now"
            #expect(run.err.contains(hint), "\(run.err)")
        }
    }
}
