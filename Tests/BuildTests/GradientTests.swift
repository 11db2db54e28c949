// Gradients keep every step that eight bits have: what is encoded holds no wider bands than what was drawn.
import Foundation
import Testing

@Suite struct GradientTests {
    private static let spec = """
        version: 1
        video: { size: 640x360, fps: 30, background: "#101418" }
        scenes:
          - id: ground
            duration: 1s
            background: { linear: ["#101418", "#404c58"], angle: 90 }
          - id: shape
            duration: 1s
            layers:
              - { shape: rect, size: [100%, 100%], at: [center, center], fill: { linear: ["#101418", "#404c58"], \
        angle: 90 } }

        """

    @Test(arguments: [0.5, 1.5]) func keepsItsSteps(time: Double) throws {
        let workspace = try Workspace(["v.video.yaml": Self.spec])
        defer { workspace.remove() }
        let run = try workspace.vgraph("build", "v.mp4")
        // Two scenes that look alike are one picture throughout, as drawn: not a fault.
        #expect(run.status == 0, "\(run.out)\(run.err)")
        let decoded = try Workspace.run(
            "ffmpeg",
            [
                "-v", "error", "-ss", "\(time)", "-i", "v.mp4", "-frames:v", "1", "-f", "rawvideo", "-pix_fmt",
                "yuv420p",
                "luma.raw",
            ], in: workspace.folder)
        #expect(decoded.status == 0, "\(decoded.err)")
        let luma = [UInt8](try workspace.bytes("luma.raw").prefix(640 * 360))
        #expect(luma.count == 640 * 360)
        // The mean of each column: a ramp of 47 steps (limited range), none of them jumped over.
        let ramp = (0..<640).map { x in
            stride(from: x, to: luma.count, by: 640).reduce(0.0) { $0 + Double(luma[$1]) } / 360
        }
        let rise = ramp.last! - ramp.first!
        #expect(abs(rise) > 35, "\(rise)")
        let slope = rise / 639
        let worst = (0..<640).map { abs(ramp[$0] - (ramp.first! + slope * Double($0))) }.max()!
        #expect(worst < 1.25, "a column is \(worst) steps of luma from the ramp")
        let levels = Set(luma)
        #expect(levels.count >= Int(abs(rise)), "\(levels.count) levels for a rise of \(rise)")
    }
}
