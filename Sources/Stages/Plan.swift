// Cuts the video into segments: the one place where the graph grows.
import Composition
import FoundationEssentials
import Spec
import Store
import Work

func planStage(_ job: Job) throws -> Outcome {
    let video = try job.decode(ResolvedVideo.self, "composition")
    var files: [String] = []
    // The digest that the plan shows is that of the segment's own file, so that one leads to the other.
    let artifacts = try plan(video) { segment in
        let data = try Job.encoded(segment)
        files.append(try job.write(data, as: "segment-\(files.count).json"))
        return Digest.of(Array(data)).hex
    }
    return Outcome(outputs: [
        "plan": [try job.write(artifacts.plan, as: "plan.json")],
        "segments": files,
        "mix": [try job.write(artifacts.mix, as: "mix.json")],
        "cues": [try job.write(artifacts.cues, as: "cues.json")],
        "header": [try job.write(artifacts.header, as: "header.json")],
        "materials": [try job.write(artifacts.materials, as: "materials.json")],
    ])
}

extension StageDescriptor {
    static let plan = StageDescriptor(
        name: "plan", version: 2, summary: "cuts the video into segments",
        slots: [Slot("composition", accepts: ["composition"])],
        outputs: [Output("plan", type: "plan", fileName: "plan.json"),
                  Output("segments", type: "segment", fileName: "segment.json", isList: true),
                  Output("mix", type: "mix", fileName: "mix.json"), Output("cues", type: "cues", fileName: "cues.json"),
                  Output("header", type: "header", fileName: "header.json"),
                  Output("materials", type: "materials", fileName: "materials.json")],
        place: .here(planStage))
}
