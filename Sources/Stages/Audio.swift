// Mixes, levels and encodes the sound as one stream. Runs in a worker.
import Work

extension StageDescriptor {
    static let audio = StageDescriptor(
        name: "audio", version: 2, summary: "mixes the sound and brings it to its loudness",
        slots: [Slot("mix", accepts: ["mix"]), Slot("materials", accepts: ["materials"], isKeyed: false)],
        outputs: [Output("sound", type: "sound", fileName: "audio.m4a")],
        parameters: [Parameter("bitrate", .integer(32_000...512_000), default: .int(192_000), "bits per second of the AAC stream")],
        tools: ["libavcodec", "libavformat", "libswresample", "libebur128"],
        place: .worker)
}
