// render: draws the frames of one segment and records the hash of each. Runs in a worker.
import Composition
import Work

public enum RenderStage {
    public static let segment = Slot("segment", .segment)
    public static let materials = Slot("materials", .materials, .material)

    public static let frames = Output("frames", .frames, file: "frames.json", form: .line)
    /// The frames themselves, if drawing them again costs more than keeping them.
    public static let pixels = Output("pixels", list: .pixels, file: "pixels.bin")

    public static let stage = StageDescriptor(
        name: "render", version: 4, summary: "draws the frames of a segment",
        slots: [segment.declared, materials.declared],
        outputs: [frames.declared, pixels.declared],
        tools: ["pango", "cairo", "freetype", "harfbuzz", "fontconfig", "libavcodec", "libavformat", "libswscale"],
        place: .worker, eachSlot: segment.name,
        estimate: { job in
            // With the encoding beside it: about 16 ms for a picture of 1920 by 1080.
            let segment = try job[segment]
            return Double(segment.frames) * Double(segment.size.width * segment.size.height) * 8e-9
        },
        reads: { job in try job[materials].names(of: job[segment].assets) })
}
