// audio: mixes the sound, brings it to its target loudness, encodes it as one stream, and measures that stream decoded,
// so that check need not decode it again. Runs in a worker.
import Composition
import Work

public enum AudioStage {
    public static let mix = Slot("mix", .mix)
    public static let materials = Slot("materials", .materials, .material)

    public static let sound = Output("sound", .sound, file: "audio.m4a")
    /// The measures of the stream, decoded.
    public static let heard = Output("heard", .heard, file: "audio.json")

    public static let bitrate = Parameter(
        "bitrate", 32_000...512_000, default: 192_000,
        "bits per second of the AAC stream")

    public static let stage = StageDescriptor(
        name: "audio", version: 8, summary: "mixes and encodes the sound",
        slots: [mix.declared, materials.declared],
        outputs: [sound.declared, heard.declared],
        parameters: [bitrate.declared],
        tools: ["libavcodec", "libavformat", "libswresample", "libebur128"],
        place: .worker,
        estimate: { job in
            let mix = try job[mix]
            return Double(mix.samples) / Double(max(1, mix.sampleRate)) * 0.06
        },
        reads: { job in try job[materials].names(of: job[mix].assets) })
}
