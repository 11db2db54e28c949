// Joins segments, sound and captions into the file that is delivered. Runs in a worker.
import Work

extension StageDescriptor {
    static let mux = StageDescriptor(
        name: "mux", version: 2, summary: "joins everything into the MP4",
        slots: [Slot("segments", accepts: ["stream"], count: .list), Slot("audio", accepts: ["sound"], count: .optional),
                Slot("captions", accepts: ["captions"], count: .optional), Slot("plan", accepts: ["header"])],
        outputs: [Output("media", type: "media", fileName: "video.mp4")],
        parameters: [Parameter("embed_captions", .bool, default: .bool(true), "captions also as a text track that players can switch on")],
        tools: ["libavformat", "libavcodec"],
        place: .worker)
}
