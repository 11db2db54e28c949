// Formats and props, end to end: the worker judges each format by its own profile, and opens the file that a prop names.
import Foundation
import Testing

struct FormatBuildTests {
    private static let spec = """
        version: 1
        video: { size: 320x180, fps: 24 }
        formats: { tall: { size: 180x320, profile: shorts } }
        props:
          product: { type: object, fields: { name: { type: string }, picture: { type: asset, kinds: [image] } }, default: { name: Aurora, picture: a.svg } }
        scenes:
          - id: one
            duration: 1s
            layers:
              - { text: "{{product.name}}", at: [center, 90%] }
              - { text: Right, at: lower-third, by_format: { portrait: { text: Higher } } }

        """

    @Test func eachFormatIsJudgedByItsProfile() throws {
        let workspace = try Workspace([
            "clip.video.yaml": Self.spec.replacing(", picture: a.svg", with: ", picture: ''")
        ])
        defer { workspace.remove() }
        let refused = try workspace.vgraph("build", "clip.mp4")
        #expect(refused.status != 0 && refused.err.contains("prop 'product.picture' takes an asset"), "\(refused.err)")

        try workspace.write("clip.video.yaml", Self.spec)
        let missing = try workspace.vgraph("build", "clip.mp4", "--set", "product.picture=b/none.png")
        #expect(missing.status != 0 && missing.err.contains("'b/none.png'"), "\(missing.err)")

        try workspace.write(
            "clip.video.yaml",
            Self.spec.replacing(
                "name: { type: string }, picture: { type: asset, kinds: [image] }", with: "name: { type: string }"
            ).replacing(", picture: a.svg", with: ""))
        let run = try workspace.vgraph("build", "clip.mp4", "--json", "--set", "product.name=Borealis")
        #expect(run.status == 0, "\(run.err)")
        let found = run.events.compactMap { $0["diagnostic"] as? [String: Any] }.filter {
            $0["id"] as? String == "P09.zone"
        }
        #expect(found.count == 1, "\(found)")
        let message = found.first?["message"] as? String ?? ""
        #expect(message.contains("'Borealis'") && message.hasSuffix("in the format 'tall'"), "\(message)")
    }
}
