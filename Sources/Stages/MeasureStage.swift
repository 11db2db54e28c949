// measure: decodes one encoded segment and measures its pictures, so that check and review need not decode it again.
// Done beside encode, it measures what the encoder reconstructs, which is what decoders must show.
// Given the hashes of the frames it also compares some pictures with the drawn ones; the segment and its assets are
// materials, as for encode. Runs in a worker.
import Composition
import Work

public enum MeasureStage {
    public static let stream = Slot("stream", .stream)
    public static let frames = Slot("frames", optional: .frames)
    public static let segment = Slot("segment", optional: .segment, .material)
    public static let materials = Slot("materials", optional: .materials, .material)
    public static let pixels = Slot("pixels", optional: .pixels, .material)

    public static let measures = Output("measures", .measures, file: "measures.json")
    public static let posters = Output("posters", .posters, file: "posters.json")

    public static let stage = StageDescriptor(
        name: "measure", version: 7, summary: "decodes a segment and measures its pictures",
        slots: [stream.declared, frames.declared, segment.declared, materials.declared, pixels.declared],
        outputs: [measures.declared, posters.declared],
        tools: ["libavformat", "libavcodec", "libswscale"],
        place: .worker, eachSlot: stream.name, companionOf: EncodeStage.stage.name,
        reads: { job in
            guard try job[pixels] == nil, let drawn = try job[segment], let table = try job[materials] else {
                return []
            }
            return table.names(of: drawn.assets)
        })
}
