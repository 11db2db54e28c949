// What a file says of its pixels is honoured, or said aloud: transparency, HDR, profiles, fields.
import Composition
import Diagnostics
import Media
import TestSupport
import Testing

@Suite struct ColorTests {
    let folder = TemporaryFolder()

    /// Blue, green, red, alpha.
    private func pixel(_ bitmap: Bitmap, _ x: Int, _ y: Int) -> [Int] { (0..<4).map { Int(bitmap.row(y)[x * 4 + $0]) } }

    @Test(arguments: [("vp8.webm", "libvpx"), ("vp9.webm", "libvpx-vp9")]) func transparentWebM(
        name: String, codec: String
    ) throws {
        let path = folder.make(
            name,
            [
                "-f", "lavfi", "-i",
                "color=red:s=64x64:r=25:d=0.4,format=rgba,geq=r=255:g=0:b=0:a='255*lt(X,32)',format=yuva420p",
                "-c:v", codec, "-auto-alt-ref", "0", "-crf", "4", "-b:v", "2M", "-deadline", "realtime",
            ])
        #expect(try probe(path: path).warnings.isEmpty)
        let bitmap = try ClipReader(path: path, isStrict: true).bitmap(at: 0.2)
        #expect(pixel(bitmap, 12, 30)[3] == 255 && pixel(bitmap, 12, 30)[2] > 240)
        #expect(pixel(bitmap, 52, 30)[3] <= 4 && pixel(bitmap, 52, 30)[2] <= 4)
    }

    /// A clip of one grey, given as a code of 10-bit limited range.
    private func grey(_ name: String, _ share: Double, _ transfer: String) throws -> [Int] {
        let code = Int((64 + 876 * share).rounded())
        let path = folder.make(
            name,
            [
                "-f", "lavfi", "-i", "nullsrc=s=64x64:r=25:d=0.2,format=yuv420p10le,geq=lum=\(code):cb=512:cr=512",
                "-c:v", "ffv1",
                "-color_primaries", "bt2020", "-color_trc", transfer, "-colorspace", "bt2020nc", "-color_range", "tv",
            ])
        return pixel(try ClipReader(path: path, isStrict: true).bitmap(at: 0), 30, 30)
    }

    /// BT.2408: reference white (203 cd/m²) is 75 % of HLG and 58 % of PQ, grey of 18 % is 38 % of both.
    @Test func referenceWhiteOfHDRIsWhite() throws {
        for (transfer, white) in [("arib-std-b67", 0.75), ("smpte2084", 0.58)] {
            let got = try grey("white-\(transfer).mkv", white, transfer)
            #expect(got[..<3].allSatisfy { (237...252).contains($0) } && got[3] == 255, "\(transfer): \(got)")
            let middle = try grey("middle-\(transfer).mkv", 0.38, transfer)
            #expect(middle[..<3].allSatisfy { (98...118).contains($0) }, "\(transfer): \(middle)")
            #expect(try grey("peak-\(transfer).mkv", 1, transfer)[1] >= 253)
            #expect(try grey("black-\(transfer).mkv", 0, transfer)[1] <= 1)
        }
    }

    @Test func profilesOfPictures() throws {
        let path = folder("p3.png")
        let script = """
            import struct, sys
            from PIL import Image
            def xyz(*v): return b'XYZ ' + bytes(4) + b''.join(struct.pack('>i', round(x * 65536)) for x in v)
            curve = b'para' + bytes(4) + struct.pack('>HH', 3, 0) + b''.join(struct.pack('>i', round(x * 65536)) for \
            x in (2.4, 1/1.055, .055/1.055, 1/12.92, .04045))
            tags = {b'rXYZ': xyz(.51512, .24119, -.00105), b'gXYZ': xyz(.29197, .69226, .04189), b'bXYZ': xyz(.1571, \
            .06657, .78407),
                    b'rTRC': curve, b'gTRC': curve, b'bTRC': curve}
            table, body, at = b'', b'', 132 + 12 * len(tags)
            for name, data in tags.items():
                table += name + struct.pack('>II', at + len(body), len(data)); body += data
            head = bytearray(128); head[12:16] = b'mntr'; head[16:20] = b'RGB '; head[20:24] = b'XYZ '; head[36:40] = \
            b'acsp'
            icc = bytes(head) + struct.pack('>I', len(tags)) + table + body
            icc = struct.pack('>I', len(icc)) + icc[4:]
            Image.new('RGB', (64, 64), (200, 100, 100)).save(sys.argv[1], icc_profile=icc)
            Image.new('1', (64, 64), 0).save(sys.argv[2], transparency=0)
            """
        #expect(try Program.run(["/usr/bin/python3", "-c", script, path, folder("mask.png")]).status == 0)
        let got = pixel(try Picture.decode(path: path), 30, 30)
        #expect(zip(got, [97, 93, 215, 255]).allSatisfy { abs($0 - $1) <= 2 }, "Display P3 as sRGB: \(got)")
        #expect(try probe(path: path).warnings.isEmpty)
        #expect(pixel(try Picture.decode(path: folder("mask.png")), 30, 30)[3] == 0, "tRNS of one bit")
    }

    @Test func interlacedFootageHasNoCombs() throws {
        let path = folder.make(
            "fields.mkv",
            [
                "-f", "lavfi", "-i",
                "nullsrc=s=128x64:r=50:d=0.8,format=yuv420p,geq=lum='if(between(X,N*4,N*4+20),235,16)':cb=128:cr=128",
                "-vf", "tinterlace=interleave_top,setfield=tff", "-c:v", "mpeg2video", "-q:v", "1", "-flags",
                "+ilme+ildct", "-top", "1",
            ])
        let bitmap = try ClipReader(path: path, isStrict: true).bitmap(at: Rational(5, 25))
        // Lines of one moment: neighbours are alike. In the file every second line is four samples further on.
        var combs = 0
        for y in 8..<56 {
            for x in 0..<128 where abs(pixel(bitmap, x, y)[1] - pixel(bitmap, x, y + 1)[1]) > 100 { combs += 1 }
        }
        #expect(combs < 20, "\(combs)")
        #expect((0..<128).contains { pixel(bitmap, $0, 30)[1] > 200 }, "the bar is there")
    }
}
