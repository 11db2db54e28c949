// Measures on drawn frames how well the texts of one segment can be told from what is behind them. Knows no threshold. Runs in a
// worker.
import Work

extension StageDescriptor {
    static let contrast = StageDescriptor(
        name: "contrast", version: 2, summary: "measures the contrast of a segment's text",
        slots: [Slot("segment", accepts: ["segment"]), Slot("materials", accepts: ["materials"], isKeyed: false)],
        outputs: [Output("contrast", type: "contrast", fileName: "contrast.json")],
        tools: ["pango", "cairo", "freetype", "harfbuzz", "fontconfig", "libavcodec", "libavformat", "libswscale"],
        place: .worker, eachSlot: "segment")
}
