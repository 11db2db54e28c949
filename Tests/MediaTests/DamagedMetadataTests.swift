// Pictures whose pixels are whole are read, whatever else in the file is damaged; what is left out is said.
import Composition
import Diagnostics
import Media
import TestSupport
import Testing

@Suite struct DamagedMetadataTests {
    let folder = TemporaryFolder()

    private func picture(_ name: String, _ arguments: [String] = []) -> [UInt8] {
        folder.make(name, ["-f", "lavfi", "-i", "testsrc2=size=64x48", "-frames:v", "1"] + arguments)
        return folder.read(name)
    }
    private func big(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }
    private func little(_ value: Int) -> [UInt8] { big(value).reversed() }

    private func checksum(_ bytes: [UInt8]) -> Int {
        var sum: UInt32 = ~0
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xedb8_8320 : sum >> 1 }
        }
        return Int(~sum)
    }
    private func chunk(_ type: String, _ data: [UInt8], isWhole: Bool = true) -> [UInt8] {
        big(data.count) + Array(type.utf8) + data + big(isWhole ? checksum(Array(type.utf8) + data) : 7)
    }
    private func pixels(_ path: String) throws -> [UInt8] {
        let bitmap = try Picture.decode(path: path)
        return (0..<bitmap.height).flatMap { y in (0..<bitmap.width * 4).map { bitmap.row(y)[$0] } }
    }
    private func isTold(_ path: String) throws -> Bool {
        try probe(path: path).warnings.contains {
            if case .partlyShown(_, let what, _, _) = $0 { what.hasSuffix("with damaged metadata") } else { false }
        }
    }

    @Test func png() throws {
        let bytes = picture("whole.png"), whole = try pixels(folder("whole.png"))
        // After the signature and IHDR.
        func with(_ chunk: [UInt8]) -> [UInt8] { Array(bytes[..<33]) + chunk + Array(bytes[33...]) }
        let files: [(String, [UInt8], told: Bool)] = [
            ("icc", with(chunk("iCCP", Array("x\u{0}\u{0}no zlib at all".utf8))), true),
            ("icc-sum", with(chunk("iCCP", Array("x\u{0}\u{0}no zlib".utf8), isWhole: false)), true),
            ("exif", with(chunk("eXIf", Array("II*\u{0}\u{FF}\u{FF}".utf8))), false),
            (
                "exif-sum",
                with(
                    chunk(
                        "eXIf", [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0],
                        isWhole: false)), true
            ),
            ("text-sum", with(chunk("tEXt", Array("Comment\u{0}x".utf8), isWhole: false)), true),
            ("gamma", with(chunk("gAMA", big(0))), false), ("gamma-short", with(chunk("gAMA", [1])), false),
            ("primaries", with(chunk("cHRM", [UInt8](repeating: 0, count: 32))), false),
            ("primaries-short", with(chunk("cHRM", [0, 0, 0])), false),
            ("density", with(chunk("pHYs", [])), false),
            ("unknown", with(chunk("vpAg", [9, 9], isWhole: false)), true),
            ("trailing", bytes + Array("and more".utf8), false), ("end-cut", Array(bytes.dropLast(3)), true),
        ]
        for (name, file, told) in files {
            let path = try folder.write("\(name).png", file)
            #expect(try pixels(path) == whole, "\(name)")
            #expect(try isTold(path) == told, "\(name)")
        }
        // Pixels and what they cannot do without stay strict.
        let data = try #require((33..<bytes.count - 4).first { bytes[$0..<$0 + 4].elementsEqual("IDAT".utf8) })
        var broken = bytes
        broken[data + 40] ^= 0x55
        #expect(throws: MediaProblem.self) { try pixels(try folder.write("idat.png", broken)) }
        #expect(throws: MediaProblem.self) {
            try pixels(try folder.write("unknown-critical.png", with(chunk("XABC", [1], isWhole: false))))
        }
        #expect(throws: MediaProblem.self) {
            try pixels(try folder.write("cut.png", Array(bytes[..<(bytes.count / 2)])))
        }
    }

    @Test func jpeg() throws {
        let bytes = picture("whole.jpg", ["-pix_fmt", "yuvj420p"]), whole = try pixels(folder("whole.jpg"))
        func with(_ segment: [UInt8]) -> [UInt8] { Array(bytes[..<2]) + segment + Array(bytes[2...]) }
        func segment(_ marker: UInt8, _ data: [UInt8], says: Int? = nil) -> [UInt8] {
            [0xff, marker] + big(says ?? data.count + 2)[2...] + data
        }
        let exif = Array("Exif\u{0}\u{0}".utf8),
            table = try #require(bytes.indices.first { bytes[$0...].starts(with: [0xff, 0xdb]) })
        let files: [(String, [UInt8], told: Bool?)] = [
            ("exif", with(segment(0xe1, exif + [0x49, 0x49, 42, 0, 0xff, 0xff, 0xff, 0x7f])), nil),
            ("exif-cut", with(segment(0xe1, Array(exif.dropLast(3)))), nil),
            ("exif-empty", with(segment(0xe1, [])), nil),
            ("icc", with(segment(0xe2, Array("ICC_PROFILE\u{0}".utf8) + [3, 1, 9, 9])), nil),
            ("adobe-photoshop", with(segment(0xed, Array("Photoshop 3.0\u{0}8BIM".utf8))), nil),
            ("comment-long", with(segment(0xfe, Array("x".utf8), says: 65_000)), true),
            ("app-short", with(segment(0xe5, Array("x".utf8), says: 1)), true),
            ("stray", Array(bytes[..<table]) + [0, 1, 2, 3] + Array(bytes[table...]), true),
            ("trailing", bytes + [1, 2, 3], false),
        ]
        for (name, file, told) in files {
            let path = try folder.write("\(name).jpg", file)
            #expect(try pixels(path) == whole, "\(name)")
            if let told { #expect(try isTold(path) == told, "\(name)") }
        }
        #expect(throws: MediaProblem.self) {
            try pixels(try folder.write("cut.jpg", Array(bytes[..<(bytes.count * 2 / 3)])))
        }
    }

    @Test func webp() throws {
        let bytes = picture("whole.webp", ["-lossless", "1", "-pix_fmt", "bgra"]),
            whole = try pixels(folder("whole.webp"))
        func resized(_ bytes: [UInt8], by more: Int = 0) -> [UInt8] {
            Array(bytes[..<4]) + little(bytes.count - 8 + more) + Array(bytes[8...])
        }
        let exif = Array("EXIF".utf8)
        let files: [(String, [UInt8], told: Bool)] = [
            ("exif", resized(bytes + exif + little(4) + [1, 2, 3, 4]), false),
            ("exif-long", resized(bytes + exif + little(4000) + [1, 2, 3, 4]), true),
            ("says-more", resized(bytes, by: 90), true), ("trailing", bytes + [1, 2, 3, 4, 5], false),
        ]
        for (name, file, told) in files {
            let path = try folder.write("\(name).webp", file)
            #expect(try pixels(path) == whole, "\(name)")
            #expect(try isTold(path) == told, "\(name)")
        }
        #expect(throws: MediaProblem.self) {
            try pixels(try folder.write("cut.webp", Array(bytes[..<(bytes.count / 2)])))
        }
    }

    /// Colours that nothing here reads are refused by name, those that come near are read and told.
    @Test func matrices() throws {
        func clip(_ matrix: String) -> String {
            folder.make(
                "\(matrix).mp4",
                [
                    "-f", "lavfi", "-i", "testsrc2=size=64x48:rate=25:duration=0.4", "-pix_fmt", "yuv420p", "-c:v",
                    "libx264",
                    "-x264-params", "colormatrix=\(matrix)",
                ])
        }
        for (matrix, words) in [("YCgCo", "YCgCo"), ("ICtCp", "ICtCp")] {
            let path = clip(matrix)
            do {
                _ = try probe(path: path)
                Issue.record("\(matrix) was read")
            } catch let problem as MediaProblem {
                #expect(problem.diagnostic.message.contains("colours in \(words)"), "\(problem.diagnostic.message)")
            }
        }
        #expect(try probe(path: clip("bt2020c")).warnings.count == 1 && probe(path: clip("bt709")).warnings.isEmpty)
        // RGB in H.264 is RGB.
        let path = folder.make(
            "rgb.mkv",
            ["-f", "lavfi", "-i", "color=0xc04020:size=64x48:rate=25:duration=0.4", "-c:v", "libx264rgb", "-crf", "0"])
        let bitmap = try ClipReader(path: path).bitmap(at: 0), pixel = (0..<3).map { bitmap.row(20)[80 + $0] }
        #expect(try probe(path: path).warnings.isEmpty)
        #expect(
            (0..<3).allSatisfy { abs(Int(pixel[$0]) - [0x20, 0x40, 0xc0][$0]) <= 4 },
            "\(pixel[0]) \(pixel[1]) \(pixel[2])")
    }

    /// Animated pictures are clips; what cannot be one is refused by name.
    @Test func animatedPictures() throws {
        let moving = ["-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10:duration=1"]
        let gif = try probe(path: folder.make("a.gif", moving))
        #expect(gif.kind == .video && abs((gif.duration ?? 0) - 1) < 0.06)
        let still = try probe(path: folder.make("a.png", moving + ["-f", "apng"]))
        #expect(still.kind == .video || still.warnings.contains { if case .partlyShown = $0 { true } else { false } })
        do {
            _ = try probe(path: folder.make("a.webp", moving + ["-c:v", "libwebp_anim"]))
            Issue.record("an animated WebP was read")
        } catch let problem as MediaProblem {
            #expect(problem.diagnostic.hint?.contains("clip") == true, "\(problem.diagnostic)")
        }
    }
}
