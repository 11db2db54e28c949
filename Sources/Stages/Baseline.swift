// Holds drawn pictures against the approved ones. Runs in a worker. Keyed by the hashes of all frames; the approved pictures are
// found out while it runs, since the plan alone knows where they are.
import Work

extension StageDescriptor {
    static let baseline = StageDescriptor(
        name: "baseline", version: 1, summary: "compares key frames with the approved ones",
        slots: [Slot("plan", accepts: ["plan"]), Slot("frames", accepts: ["frames"], count: .list),
                Slot("segments", accepts: ["segment"], count: .list, isKeyed: false), Slot("materials", accepts: ["materials"], isKeyed: false)],
        outputs: [Output("comparison", type: "comparison", fileName: "baseline.json"),
                  Output("evidence", type: "evidence", fileName: "evidence.png", isList: true)],
        tools: ["libavcodec", "cairo", "freetype", "fontconfig"],
        place: .worker)
}
