// Interlaced footage: what is made of it, against the progressive pictures that it was made from, and against ffmpeg's
// bwdif.
import Composition
import Glibc
import Media
import TestSupport
import Testing

@Suite struct DeinterlacingTests {
    let folder = TemporaryFolder()

    /// PSNR in dB of pictures 2... of a clip against those of the first field's moments.
    private func quality(_ pictures: [[UInt8]], _ truth: [[UInt8]]) -> Double {
        var sum = 0.0, count = 0
        for (one, other) in zip(pictures, truth).dropFirst(2).dropLast(2) {
            for index in one.indices { let d = Double(one[index]) - Double(other[index]); sum += d * d }
            count += one.count
        }
        return 10 * log10(255 * 255 / max(1e-9, sum / Double(max(1, count))))
    }

    private func raw(_ name: String, _ arguments: [String], frame: Int) -> [[UInt8]] {
        folder.make(name, arguments + ["-pix_fmt", "gray", "-f", "rawvideo"])
        let bytes = folder.read(name)
        return stride(from: 0, to: bytes.count - frame + 1, by: frame).map { Array(bytes[$0..<$0 + frame]) }
    }

    @Test(arguments: [
        ("shapes", "testsrc2=size=320x240:rate=50:duration=0.8"),
        ("pan", "testsrc=size=320x240:rate=50:duration=0.8,gblur=0.8,scroll=horizontal=0.012"),
        ("still", "testsrc2=size=320x240:rate=50:duration=0.8,loop=loop=39:size=1:start=0"),
    ])
    func asGoodAsBwdif(name: String, source: String) throws {
        let lossless = ["-c:v", "libx264", "-qp", "0", "-pix_fmt", "yuv420p"],
            grey = source + ",format=yuv420p,lutyuv=u=128:v=128"
        let whole = folder.make("\(name).mkv", ["-f", "lavfi", "-i", grey] + lossless)
        let fields = folder.make(
            "\(name)-fields.mkv",
            ["-i", whole, "-vf", "tinterlace=interleave_top,setfield=tff"] + lossless
                + ["-flags", "+ilme+ildct", "-x264-params", "tff=1", "-g", "6"])
        let frame = 320 * 240
        let truth = raw(
            "truth", ["-i", whole, "-vf", "select='not(mod(n,2))',setpts=N/25/TB", "-r", "25"], frame: frame)
        let theirs = raw("bwdif", ["-i", fields, "-vf", "bwdif=mode=send_frame:parity=tff"], frame: frame)
        let reader = try ClipReader(path: fields)
        let ours = try (0..<truth.count).map { number -> [UInt8] in
            let bitmap = try reader.bitmap(at: Rational(number, 25))
            return (0..<240).flatMap { y in (0..<320).map { bitmap.row(y)[$0 * 4 + 1] } }
        }
        let (own, other) = (quality(ours, truth), quality(theirs, truth))
        // Wherever reading begins, a picture is the same.
        for number in [13, 4, 0, truth.count - 1] {
            let bitmap = try ClipReader(path: fields).bitmap(at: Rational(number, 25))
            let alone = (0..<240).flatMap { y in (0..<320).map { bitmap.row(y)[$0 * 4 + 1] } }
            #expect(alone == ours[number], "\(name): picture \(number)")
        }
        print("deinterlacing \(name): \(own) dB, bwdif \(other) dB")
        #expect(own > other - 1, "\(name): \(own) dB, bwdif \(other) dB")
    }
}
