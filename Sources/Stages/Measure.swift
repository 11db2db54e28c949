// Decodes one encoded segment and measures its pictures. Runs in a worker. Check and review then decode only what is new. With the
// hashes of the frames it also holds some pictures against the drawn ones; what they are drawn from is a material, as for encode.
import Work

extension StageDescriptor {
    static let measure = StageDescriptor(
        name: "measure", version: 5, summary: "decodes a segment and measures its pictures",
        slots: [Slot("stream", accepts: ["stream"]), Slot("frames", accepts: ["frames"], count: .optional),
                Slot("segment", accepts: ["segment"], count: .optional, isKeyed: false),
                Slot("materials", accepts: ["materials"], count: .optional, isKeyed: false),
                Slot("pixels", accepts: ["pixels"], count: .optional, isKeyed: false)],
        outputs: [Output("measures", type: "measures", fileName: "measures.json"), Output("posters", type: "posters", fileName: "posters.json")],
        tools: ["libavformat", "libavcodec", "libswscale"],
        place: .worker, eachSlot: "stream")
}
