// contrast: measures the contrast between the texts of one segment and their background, on drawn frames. Knows no
// threshold. Runs in a worker.
import Composition
import Work

public enum ContrastStage {
    public static let segment = Slot("segment", .segment)
    public static let materials = Slot("materials", .materials, .material)

    public static let contrast = Output("contrast", .contrast, file: "contrast.json")

    public static let stage = StageDescriptor(
        name: "contrast", version: 3, summary: "measures the contrast of a segment's texts",
        slots: [segment.declared, materials.declared],
        outputs: [contrast.declared],
        tools: ["pango", "cairo", "freetype", "harfbuzz", "fontconfig", "libavcodec", "libavformat", "libswscale"],
        place: .worker, eachSlot: segment.name,
        reads: { job in try job[materials].names(of: job[segment].assets) })
}
