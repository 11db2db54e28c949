// What programs that are not ours say of a file that vgraph delivers: MediaInfo's reading of it, and a MediaConch
// policy.
import Foundation
import Testing

@Suite struct DeliveredFileTests {
    @Test func asOthersReadIt() throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec(), "policy.xml": Self.policy])
        defer { workspace.remove() }
        #expect(try workspace.vgraph("build", "clip.mp4").status == 0)

        let read = try Workspace.run("mediainfo", ["--Output=JSON", "clip.mp4"], in: workspace.folder)
        let root = try #require(
            try JSONSerialization.jsonObject(with: Data(read.out.utf8)) as? [String: Any], "\(read)")
        let tracks = try #require((root["media"] as? [String: Any])?["track"] as? [[String: Any]])
        func fields(_ type: String) -> [String: Any] { tracks.first { $0["@type"] as? String == type } ?? [:] }
        let general = fields("General"), video = fields("Video")
        for (field, value) in [
            ("Format", "MPEG-4"), ("IsStreamable", "Yes"), ("FrameCount", "90"), ("Duration", "6.000"),
        ] {
            #expect(general[field] as? String == value, "\(field): \(general[field] ?? "none")")
        }
        for (field, value) in [
            ("Format", "AVC"), ("Format_Profile", "High"), ("Width", "320"), ("Height", "180"),
            ("PixelAspectRatio", "1.000"), ("FrameRate_Mode", "CFR"),
            ("FrameRate", "15.000"), ("ColorSpace", "YUV"), ("ChromaSubsampling", "4:2:0"), ("BitDepth", "8"),
            ("ScanType", "Progressive"),
            ("colour_range", "Limited"), ("colour_primaries", "BT.709"), ("transfer_characteristics", "BT.709"),
            ("matrix_coefficients", "BT.709"),
        ] {
            #expect(video[field] as? String == value, "\(field): \(video[field] ?? "none")")
        }

        let judged = try Workspace.run("mediaconch", ["-p", "policy.xml", "clip.mp4"], in: workspace.folder)
        #expect(judged.out.hasPrefix("pass!"), "\(judged)")
        // The policy can fail.
        try workspace.write("policy.xml", Self.policy.replacingOccurrences(of: ">320<", with: ">640<"))
        #expect(
            try Workspace.run("mediaconch", ["-p", "policy.xml", "clip.mp4"], in: workspace.folder).out.hasPrefix(
                "fail!"))
    }

    private static let policy: String = {
        let rules = [
            ("General", "Format", "MPEG-4"), ("General", "IsStreamable", "Yes"), ("Video", "Format", "AVC"),
            ("Video", "Width", "320"), ("Video", "FrameRate_Mode", "CFR"), ("Video", "ChromaSubsampling", "4:2:0"),
            ("Video", "BitDepth", "8"), ("Video", "ScanType", "Progressive"), ("Video", "colour_primaries", "BT.709"),
        ].map { track, name, value in
            """
              <rule name="\(name)" value="\(name)" tracktype="\(track)" occurrence="*" operator="=">\(value)</rule>
            """
        }
        return """
            <?xml version="1.0"?>
            <policy type="and" name="delivery">
            \(rules.joined(separator: "\n"))
            </policy>

            """
    }()
}
