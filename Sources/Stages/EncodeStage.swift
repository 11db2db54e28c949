// encode: encodes one segment as closed GOPs. Runs in a worker. Its key has the hashes of the frames; the segment and
// its assets are materials, since the hashes determine every byte already.
import Composition
import Work

public enum EncodeStage {
    public static let frames = Slot("frames", .frames)
    public static let segment = Slot("segment", .segment, .material)
    public static let materials = Slot("materials", .materials, .material)
    public static let pixels = Slot("pixels", optional: .pixels, .material)

    public static let stream = Output("stream", .stream, file: "segment.mp4")

    public static let codec = Parameter("codec", choice: VideoCodec.h264, "the video codec")
    public static let preset = Parameter(
        "preset", choice: EncoderPreset.graphics,
        "effort of the encoder; 'graphics' suits titles, pictures and drawn motion")
    public static let crf = Parameter("crf", 0...51, default: 20.0, "quality: lower is better and larger")
    public static let holds = Parameter(
        "holds", default: true, "frames of a hold repeat its first one, without being encoded")

    public static let stage = StageDescriptor(
        name: "encode", version: 2, summary: "encodes a segment",
        slots: [frames.declared, segment.declared, materials.declared, pixels.declared],
        outputs: [stream.declared],
        parameters: [codec.declared, preset.declared, crf.declared, holds.declared],
        tools: ["libavcodec", "libavformat", "libx264"],
        place: .worker, eachSlot: frames.name, companionOf: RenderStage.stage.name,
        reads: { job in
            // Kept frames are not drawn again.
            try job[pixels] == nil ? try job[materials].names(of: job[segment].assets) : []
        })
}
