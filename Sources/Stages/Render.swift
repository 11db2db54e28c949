// Draws one segment's frames and names each by its hash. Runs in a worker.
import Work

extension StageDescriptor {
    static let render = StageDescriptor(
        name: "render", version: 3, summary: "draws the frames of a segment",
        slots: [Slot("segment", accepts: ["segment"]), Slot("materials", accepts: ["materials"], isKeyed: false)],
        outputs: [Output("frames", type: "frames", fileName: "frames.json"),
                  Output("pixels", type: "pixels", fileName: "pixels.bin", isList: true)],
        tools: ["pango", "cairo", "freetype", "harfbuzz", "fontconfig", "libavcodec", "libavformat", "libswscale"],
        place: .worker, eachSlot: "segment")
}
