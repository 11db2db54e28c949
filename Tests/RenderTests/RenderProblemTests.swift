// The words of what goes wrong while drawing: each text of `RenderProblem`.
import Diagnostics
import Testing

struct RenderProblemTests {
    @Test func everyMessageReadsAsAgreed() {
        let texts = [
            RenderProblem.unknownMaterial(digest: "00ff"),
            .unreadableMaterial(path: "assets/a.png", reason: "Permission denied"),
            .changedMaterial(path: "assets/a.png"), .materialOutside(path: "../a.png"),
            .badFont(path: "/w/assets/a.ttf"),
            .badSize(width: 3, height: 1), .badLength(frames: 0), .textTooLarge(text: "Hello", size: 9000),
            .badPixels(path: "pixels.bin", reason: "it is truncated"),
            .unwritable(path: "frames.json", reason: "No space left on device"),
            .drawing("draw a text", reason: "out of memory"),
        ].map(\.diagnostic).map {
            "\($0.severity) \($0.fault) \($0.message) [\($0.id)]" + ($0.hint.map { " hint: \($0)" } ?? "")
        }
        #expect(
            texts == [
                "error bug the materials name no file for the asset with the digest 00ff [unknown-material]",
                "error input cannot read 'assets/a.png': Permission denied [unreadable-asset] hint: check that the "
                    + "file exists and that you may read it",
                "error input 'assets/a.png' changed while the build was running [changed-asset] hint: build again",
                "error input '../a.png' is not in the workspace [asset-outside] hint: copy it into the workspace",
                "error input '/w/assets/a.ttf' is not a usable font [bad-font] hint: use a TrueType or OpenType file",
                "error input cannot draw frames of 3x1 [bad-frame-size] hint: use even sides from 2 to 16384",
                "error bug cannot draw a segment of 0 frames [bad-frame-count]",
                "error input the text 'Hello' at size 9000.0 is too large to draw [text-too-large] hint: use a size "
                    + "of at most 4096 and fewer characters",
                "error cache the kept frames 'pixels.bin' are damaged: it is truncated [bad-pixels] hint: run 'vgraph "
                    + "cache verify', then build again",
                "error environment cannot write 'frames.json': No space left on device [unwritable-output]",
                "error environment cannot draw a text: out of memory [drawing-failed]",
            ])
    }
}
