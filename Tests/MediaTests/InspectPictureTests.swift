// Still pictures: every pixel format comes out as premultiplied BGRA, turned as EXIF asks; broken files are found.
import Composition
import Diagnostics
import Media
import TestSupport
import Testing

@Suite struct InspectPictureTests {
    let folder = TemporaryFolder()

    private func pixel(_ bitmap: Bitmap, _ x: Int, _ y: Int) -> [Int] {
        (0..<4).map { Int(bitmap.row(y)[x * 4 + $0]) }
    }

    private func near(_ a: [Int], _ b: [Int], _ tolerance: Int) -> Bool {
        zip(a, b).allSatisfy { abs($0 - $1) <= tolerance }
    }

    /// 64x48: red on the left half, blue on the right, green in the top left 16x16.
    private func flag(_ name: String, _ more: [String]) -> String {
        folder.make(
            name,
            [
                "-f", "lavfi", "-i", "color=0xff0000:size=64x48,format=rgb24", "-frames:v", "1", "-vf",
                "drawbox=x=32:y=0:w=32:h=48:color=0x0000ff:t=fill,drawbox=x=0:y=0:w=16:h=16:color=0x00ff00:t=fill",
            ] + more)
    }

    @Test(arguments: [
        ("rgb.png", ["-pix_fmt", "rgb24"], 0), ("deep.png", ["-pix_fmt", "rgb48be"], 1),
        ("palette.png", ["-pix_fmt", "pal8"], 4),
        ("fine.jpg", ["-q:v", "1", "-pix_fmt", "yuvj444p"], 4), ("half.jpg", ["-q:v", "1", "-pix_fmt", "yuvj420p"], 5),
        ("lossless.webp", ["-lossless", "1", "-pix_fmt", "bgra"], 0),
        ("lossy.webp", ["-q:v", "95", "-pix_fmt", "yuv420p"], 8),
    ])
    func colours(name: String, arguments: [String], tolerance: Int) throws {
        let bitmap = try Picture.decode(path: flag(name, arguments))
        #expect(bitmap.width == 64 && bitmap.height == 48)
        #expect(near(pixel(bitmap, 24, 30), [0, 0, 255, 255], tolerance), "\(pixel(bitmap, 24, 30))")
        #expect(near(pixel(bitmap, 50, 30), [255, 0, 0, 255], tolerance), "\(pixel(bitmap, 50, 30))")
        #expect(near(pixel(bitmap, 8, 8), [0, 255, 0, 255], tolerance), "\(pixel(bitmap, 8, 8))")
    }

    /// What may have holes is not taken for opaque; an alpha that is used nowhere may.
    @Test(arguments: [
        ("rgb.png", ["-pix_fmt", "rgb24"], true), ("fine.jpg", ["-pix_fmt", "yuvj420p"], true),
        ("palette.png", ["-pix_fmt", "pal8"], false), ("full.png", ["-pix_fmt", "rgba"], false),
        ("clip.mp4", ["-c:v", "libx264", "-pix_fmt", "yuv420p"], true),
        ("prores.mov", ["-c:v", "prores_ks", "-profile:v", "4444", "-pix_fmt", "yuva444p10le"], false),
    ])
    func opaqueByItsForm(name: String, arguments: [String], isOpaque: Bool) throws {
        #expect(try probe(path: flag(name, arguments)).isOpaque == isOpaque)
    }

    @Test(arguments: ["gray", "gray16be", "ya8", "monob"])
    func greys(format: String) throws {
        let grey = format == "monob" ? 255 : 100
        let path = folder.make(
            "\(format).png",
            [
                "-f", "lavfi", "-i",
                "color=0x\(String(repeating: String(grey, radix: 16), count: 3)):size=32x32,format=rgb24",
                "-frames:v", "1", "-pix_fmt", format,
            ])
        let bitmap = try Picture.decode(path: path)
        #expect(near(pixel(bitmap, 5, 5), [grey, grey, grey, 255], 1), "\(pixel(bitmap, 5, 5))")
    }

    @Test(arguments: ["rgba", "rgba64be"])
    func alphaIsPremultiplied(format: String) throws {
        let path = folder.make(
            "alpha-\(format).png",
            ["-f", "lavfi", "-i", "color=0xff8000@0.5:size=32x32,format=rgba", "-frames:v", "1", "-pix_fmt", format])
        let bitmap = try Picture.decode(path: path)
        let value = pixel(bitmap, 3, 3)
        // 50 % is 127 or 128 after ffmpeg's rounding; red 255 and green 128 are multiplied by it.
        #expect(near(value, [0, 64, 128, 128], 1), "\(value)")
        let clear = folder.make(
            "clear-\(format).png",
            ["-f", "lavfi", "-i", "color=0xffffff@0:size=8x8,format=rgba", "-frames:v", "1", "-pix_fmt", format])
        #expect(try pixel(Picture.decode(path: clear), 1, 1) == [0, 0, 0, 0])
    }

    @Test(arguments: 1...8) func exifOrientation(value: Int) throws {
        _ = flag("plain.jpg", ["-q:v", "1", "-pix_fmt", "yuvj444p"])
        let path = try folder.write(
            "turned-\(value).jpg", withExif(folder.read("plain.jpg"), orientation: UInt8(value)))
        let bitmap = try Picture.decode(path: path)
        let isTurned = value >= 5
        #expect(bitmap.width == (isTurned ? 48 : 64) && bitmap.height == (isTurned ? 64 : 48))
        // Where the green corner, stored top left, is shown: EXIF 2.32, table of orientations (row 0, column 0).
        let right = [2, 3, 6, 7].contains(value), bottom = [3, 4, 7, 8].contains(value)
        let corner = pixel(bitmap, right ? bitmap.width - 5 : 4, bottom ? bitmap.height - 5 : 4)
        #expect(near(corner, [0, 255, 0, 255], 6), "\(corner)")
        let probed = try probe(path: path)
        #expect(probed.kind == .image && probed.size == PixelSize(width: bitmap.width, height: bitmap.height))
    }

    private func withExif(_ jpeg: [UInt8], orientation: UInt8) -> [UInt8] {
        let tiff: [UInt8] = [
            0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0,
        ]
        let body = Array("Exif".utf8) + [0, 0] + tiff
        return Array(jpeg[..<2]) + [0xff, 0xe1, UInt8((body.count + 2) >> 8), UInt8((body.count + 2) & 255)] + body
            + jpeg[2...]
    }

    @Test(arguments: [("a.png", "PNG picture"), ("a.jpg", "JPEG picture"), ("a.webp", "WebP picture")])
    func truncationIsFound(name: String, words: String) throws {
        let source = "whole-\(name)"
        folder.make(source, ["-f", "lavfi", "-i", "testsrc2=size=320x240", "-frames:v", "1"])
        for share in [0.05, 0.3, 0.6, 0.9, 0.98] {
            let path = try folder.cut(name, from: source, keeping: share)
            guard case .truncated(_, let what, let place)? = problem({ _ = try probe(path: path, name: name) }) else {
                Issue.record("\(share) of \(name) is not found to be truncated")
                continue
            }
            #expect(what == words)
            #expect(place.hasPrefix("it ends after \(folder.read(name).count) bytes"), "\(place)")
        }
        #expect(try probe(path: folder(source)).kind == .image)
    }

    @Test func damageInsideIsFound() throws {
        folder.make("whole.png", ["-f", "lavfi", "-i", "testsrc2=size=320x240", "-frames:v", "1"])
        var bytes = folder.read("whole.png")
        bytes[bytes.count / 2] ^= 0xff
        guard case .damaged? = problem({ _ = try probe(path: try folder.write("bad.png", bytes)) }) else {
            Issue.record("a flipped byte in a PNG is not found")
            return
        }
    }

    @Test func cmykAndTooLargeAreRefused() {
        let cmyk: [UInt8] = [
            0xff, 0xd8, 0xff, 0xc0, 0, 20, 8, 0, 16, 0, 16, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0, 0xff,
            0xd9,
        ]
        #expect(
            problem { _ = try Picture.decode(path: try folder.write("print.jpg", cmyk), name: "print.jpg") }
                == .unsupported(name: "print.jpg", what: "a CMYK picture", hint: "convert it to RGB"))
        folder.make("small.png", ["-f", "lavfi", "-i", "color=red:size=16x16", "-frames:v", "1"])
        var bytes = folder.read("small.png")
        bytes.replaceSubrange(16..<24, with: [0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0])
        #expect(
            problem { _ = try probe(path: try folder.write("huge.png", bytes), name: "huge.png") }
                == .pictureTooLarge(name: "huge.png", width: 100_000, height: 100_000))
    }

    /// Whole, and not to be copied or downloaded again: ITU-T T.81, table B.1.
    @Test(arguments: [(UInt8(0xc9), "arithmetic"), (0xca, "arithmetic"), (0xc6, "hierarchical")])
    func rareCodingOfJPEGIsNamed(_ frame: UInt8, _ coding: String) throws {
        folder.make("plain.jpg", ["-f", "lavfi", "-i", "color=red:size=16x16", "-frames:v", "1"])
        var bytes = folder.read("plain.jpg")
        let at = try #require(bytes.indices.dropLast().first { bytes[$0] == 0xff && bytes[$0 + 1] == 0xc0 })
        bytes[at + 1] = frame
        #expect(
            problem { _ = try Picture.decode(path: try folder.write("rare.jpg", bytes), name: "rare.jpg") }
                == .unsupported(
                    name: "rare.jpg", what: "a JPEG picture with \(coding) coding",
                    hint: "save it again as a baseline or progressive JPEG, or convert it to PNG"))
    }

    @Test func hostileBytesDoNotCrash() throws {
        folder.make("seed.jpg", ["-f", "lavfi", "-i", "testsrc2=size=64x64", "-frames:v", "1"])
        folder.make("seed.png", ["-f", "lavfi", "-i", "testsrc2=size=64x64", "-frames:v", "1"])
        folder.make("seed.webp", ["-f", "lavfi", "-i", "testsrc2=size=64x64", "-frames:v", "1"])
        var random = Seeded.untried()
        for seed in ["seed.jpg", "seed.png", "seed.webp"] {
            let bytes = folder.read(seed)
            for _ in 0..<60 {
                var broken = bytes
                for _ in 0..<4 {
                    broken[Int.random(in: 0..<min(600, bytes.count), using: &random)] = .random(
                        in: 0...255, using: &random)
                }
                // Either it decodes or it is a MediaProblem; nothing else may come out.
                do { _ = try Picture.decode(path: try folder.write("fuzz", broken)) } catch {
                    #expect(error is MediaProblem, "\(error)")
                }
            }
        }
    }
}
