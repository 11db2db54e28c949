// baseline: compares drawn pictures with the approved ones. Runs in a worker. Its key has the hashes of all frames; the
// approved pictures are inputs that it discovers while it runs, since only the plan names their folder.
import Composition
import Work

public enum BaselineStage {
    public static let plan = Slot("plan", .plan)
    public static let frames = Slot("frames", list: .frames)
    public static let segments = Slot("segments", unread: .segment, .material)
    public static let materials = Slot("materials", .materials, .material)

    public static let comparison = Output("comparison", .comparison, file: "baseline.json")
    public static let evidence = Output("evidence", list: .evidence, file: "evidence.png")

    public static let stage = StageDescriptor(
        name: "baseline", version: 3, summary: "compares key frames with the approved ones",
        slots: [plan.declared, frames.declared, segments.declared, materials.declared],
        outputs: [comparison.declared, evidence.declared],
        tools: ["libavcodec", "cairo", "freetype", "fontconfig"],
        place: .worker)
}
