// plan: cuts the video into segments. The only stage whose result adds nodes to the graph.
import Composition
import Digests
import Spec
import Work

public enum PlanStage {
    public static let composition = Slot("composition", .composition)

    public static let plan = Output("plan", .plan, file: "plan.json", form: .open)
    public static let segments = Output("segments", list: .segment, file: "segment.json", form: .open)
    public static let mix = Output("mix", .mix, file: "mix.json", form: .open)
    public static let cues = Output("cues", .cues, file: "cues.json", form: .open)
    public static let header = Output("header", .header, file: "header.json", form: .open)
    public static let materials = Output("materials", .materials, file: "materials.json", form: .open)

    public static let stage = StageDescriptor(
        name: "plan", version: 3, summary: "cuts the video into segments",
        slots: [composition.declared],
        outputs: [plan.declared, segments.declared, mix.declared, cues.declared, header.declared, materials.declared],
        place: .here(perform))

    private static func perform(_ job: Job) throws -> Outcome {
        var files: [String] = []
        // The plan names a segment by the digest of the segment's file, so that one leads to the other.
        let artifacts = try Spec.plan(job[composition]) { segment in
            let data = try segments.encoded(segment)
            files.append(try job.write(data, as: "segment-\(files.count).json"))
            return Digest.of(Array(data))
        }
        return Outcome([
            try job.write(artifacts.plan, to: plan),
            segments.made(files),
            try job.write(artifacts.mix, to: mix),
            try job.write(artifacts.cues, to: cues),
            try job.write(artifacts.header, to: header),
            try job.write(artifacts.materials, to: materials),
        ])
    }
}
