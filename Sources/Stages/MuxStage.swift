// mux: joins segments, sound and captions into the delivered file. Runs in a worker.
import Composition
import Work

public enum MuxStage {
    public static let segments = Slot("segments", list: .stream)
    public static let audio = Slot("audio", optional: .sound)
    public static let captions = Slot("captions", optional: .captions)
    public static let header = Slot("header", .header, former: "plan")

    public static let media = Output("media", .media, file: "video.mp4").joined

    public static let embedCaptions = Parameter(
        "embed_captions", default: true,
        "adds the captions as a text track that players can switch on")

    public static let stage = StageDescriptor(
        name: "mux", version: 6, summary: "joins segments, sound and captions into an MP4",
        slots: [segments.declared, audio.declared, captions.declared, header.declared],
        outputs: [media.declared],
        parameters: [embedCaptions.declared],
        tools: ["libavformat", "libavcodec"],
        place: .worker,
        // It copies packets: less than 2 ms for a segment.
        estimate: { job in Double(job.inputs.count { $0.slot == segments.name }) * 0.002 },
        reads: { _ in [] })
}
