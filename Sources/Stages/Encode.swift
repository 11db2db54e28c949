// Encodes one segment as closed GOPs. Runs in a worker. Keyed by the hashes of the frames: what they were drawn from is a
// material, since it cannot change a byte that the hashes do not already pin.
import Work

extension StageDescriptor {
    static let encode = StageDescriptor(
        name: "encode", version: 1, summary: "encodes a segment",
        slots: [Slot("frames", accepts: ["frames"]), Slot("segment", accepts: ["segment"], isKeyed: false),
                Slot("materials", accepts: ["materials"], isKeyed: false),
                Slot("pixels", accepts: ["pixels"], count: .optional, isKeyed: false)],
        outputs: [Output("stream", type: "stream", fileName: "segment.mp4")],
        parameters: [
            Parameter("codec", .choice(["h264"]), default: .string("h264"), "the video codec"),
            Parameter("preset", .choice(["graphics", "ultrafast", "veryfast", "medium", "slow"]), default: .string("graphics"),
                      "effort of the encoder; 'graphics' suits titles, pictures and drawn motion"),
            Parameter("crf", .number(0...51), default: .number(20), "quality: lower is better and larger"),
        ],
        tools: ["libavcodec", "libavformat", "libx264"],
        place: .worker, eachSlot: "frames")
}
