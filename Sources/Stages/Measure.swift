// Decodes one encoded segment and measures its pictures. Runs in a worker. Check and review then decode only what is new.
import Graph

extension StageDescriptor {
    static let measure = StageDescriptor(
        name: "measure", version: 2, summary: "decodes a segment and measures its pictures",
        slots: [Slot("stream", accepts: ["stream"])],
        outputs: [Output("measures", type: "measures", fileName: "measures.json"), Output("posters", type: "posters", fileName: "posters.json")],
        tools: ["libavformat", "libavcodec", "libswscale"],
        place: .worker, eachSlot: "stream")
}
