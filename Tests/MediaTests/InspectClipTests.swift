// Clips and sounds: what probing says of them, and that the picture at a time is the right one.
import Composition
import Diagnostics
import Glibc
import Media
import TestSupport
import Testing

@Suite struct InspectClipTests {
    let folder = TemporaryFolder()

    /// Frame n has luma 16 + 2n, 25 frames a second, so that a picture tells its number.
    private func counted(_ name: String, _ frames: Int, _ more: [String]) -> String {
        folder.make(
            name,
            [
                "-f", "lavfi", "-i", "nullsrc=size=64x64:rate=25,format=yuv420p,geq=lum='16+2*N':cb=128:cr=128",
                "-frames:v", "\(frames)", "-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709",
                "-color_range", "tv",
            ] + more)
    }

    private func number(_ bitmap: Bitmap) -> Int {
        // Grey of limited range luma, and back.
        Int(((Double(bitmap.row(20)[20 * 4]) * 219 / 255) / 2).rounded())
    }

    /// Footage has one rate; what a phone or a screen recorder writes has none that a film could have.
    @Test func theRateOfFootageIsKnown() throws {
        func rate(_ name: String, _ rate: String, _ more: [String] = []) throws -> FrameRate? {
            let path = folder.make(
                name,
                ["-f", "lavfi", "-i", "testsrc=size=64x64:rate=\(rate)", "-frames:v", "75", "-c:v", "libx264"] + more)
            return try probe(path: path).rate
        }
        #expect(try rate("pal.mp4", "25") == FrameRate(25))
        #expect(try rate("film.mkv", "24000/1001") == FrameRate(24_000, 1001))
        #expect(try rate("ntsc.mov", "30000/1001") == FrameRate(30_000, 1001))
        #expect(try rate("fast.ts", "50") == FrameRate(50))
        let unsteady = ["-vf", "settb=1/90000,setpts='(N/25+0.01*sin(N))*90000'", "-fps_mode", "vfr"]
        #expect(try rate("phone.mp4", "25", unsteady + ["-enc_time_base", "1:90000"]) == nil)
        let gaps = ["-vf", "select='lt(mod(n,9),4)'", "-fps_mode", "vfr"]
        #expect(try rate("screen.mp4", "30", gaps) == nil)
    }

    @Test(arguments: [
        ("short.mp4", ["-c:v", "libx264", "-qp", "4", "-g", "12", "-bf", "2"]),
        ("one-group.mp4", ["-c:v", "libx264", "-qp", "4", "-g", "1000", "-bf", "3"]),
        ("open.mp4", ["-c:v", "libx264", "-qp", "4", "-g", "12", "-bf", "3", "-x264-params", "open-gop=1:scenecut=0"]),
        ("vp9.webm", ["-c:v", "libvpx-vp9", "-crf", "4", "-b:v", "0", "-g", "12", "-deadline", "realtime"]),
        ("old.mkv", ["-c:v", "mpeg4", "-q:v", "1", "-g", "12", "-bf", "2"]),
    ])
    func pictureAtATime(name: String, arguments: [String]) throws {
        let reader = try ClipReader(path: counted(name, 100, arguments), isStrict: true)
        // Forwards with repeats, as 30 frames a second of a 25 frame clip; then there and back; then past the ends.
        for frame in 0..<120 {
            let seconds = Double(frame) / 30 + 1e-6
            #expect(
                number(try reader.bitmap(at: Rational(seconds))) == min(99, Int(seconds * 25)), "\(name) at \(seconds)")
        }
        for wanted in [50, 10, 99, 0, 73, 74, 12, 11, 36, 98, 1] {
            let got = number(try reader.bitmap(at: Rational((Double(wanted) + 0.5) / 25)))
            #expect(got == wanted, "\(name) frame \(wanted) is \(got)")
        }
        #expect(number(try reader.bitmap(at: Rational(-3))) == 0)
        #expect(number(try reader.bitmap(at: Rational(1e300))) == 99)
        #expect(number(try reader.bitmap(at: Rational(Double.infinity))) == 99)
        #expect(number(try reader.bitmap(at: Rational(Double.nan))) == 0)
        #expect(abs(reader.duration.seconds - 4) < 0.1)
        // The same picture is the same object: nothing is converted twice.
        #expect(try reader.bitmap(at: Rational(1.001)) === reader.bitmap(at: Rational(1.002)))
    }

    /// Damage in the middle: what comes out is right, or is said to be damaged; what lies before it and after the next
    /// key frame is whole.
    @Test(arguments: [
        ("d.mp4", ["-c:v", "libx264", "-qp", "4", "-g", "12", "-bf", "2"]),
        ("d.mkv", ["-c:v", "libx264", "-qp", "4", "-g", "12", "-bf", "2"]),
        ("d.mov", ["-c:v", "mjpeg", "-q:v", "2"]), ("p.mov", ["-c:v", "prores_ks"]),
        ("d.avi", ["-c:v", "mpeg4", "-q:v", "1", "-g", "12"]),
        ("d.webm", ["-c:v", "libvpx-vp9", "-crf", "4", "-b:v", "0", "-g", "12", "-deadline", "realtime"]),
        ("h.mp4", ["-c:v", "libx265", "-x265-params", "log-level=none:keyint=12:qp=4"]),
    ])
    func aDamagedMiddleIsNotShown(name: String, arguments: [String]) throws {
        // Noise on one half, so that packets are large enough to damage.
        let path = folder.make(
            name,
            [
                "-f", "lavfi", "-i",
                "nullsrc=size=64x64:rate=25,format=yuv420p,"
                    + "geq=lum='if(lt(X,32),16+2*N,16+mod(X*X*7+Y*Y*13+N*31,200))':cb=128:cr=128",
                "-frames:v", "100", "-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709",
                "-color_range", "tv",
            ]
                + arguments + ["-threads", "1"])
        for frame in 0..<100 {
            #expect(
                number(try ClipReader(path: path, isStrict: true).bitmap(at: Rational(Double(frame) / 25 + 0.01)))
                    == frame, "whole \(name) \(frame)")
        }
        let packets = try packets(of: path)
        try #require(packets.count == 100)
        // The head of the packet stays, so that the container does.
        var bytes = folder.read(name)
        let (size, position) = packets[50]
        // Of the container: a length, or the head of a block.
        let head = name.hasSuffix("mkv") || name.hasSuffix("webm") || name.hasSuffix("avi") ? 8 : 4
        for offset in position + min(head, size)..<min(bytes.count, position + size) { bytes[offset] = 0 }
        let damaged = try folder.write("damaged-" + name, bytes)
        let reader = try ClipReader(path: damaged, isStrict: true)
        var faults: [Int] = []
        for frame in 0..<100 {
            do {
                #expect(number(try reader.bitmap(at: Rational(Double(frame) / 25 + 0.01))) == frame, "\(name) \(frame)")
            } catch is MediaProblem { faults.append(frame) }
        }
        #expect(!faults.isEmpty && faults.allSatisfy { (45...62).contains($0) }, "\(name): \(faults)")
        // The part that is shown may be whole.
        let later = try ClipReader(path: damaged, isStrict: true)
        for frame in 70..<90 {
            #expect(
                number(try later.bitmap(at: Rational(Double(frame) / 25 + 0.01))) == frame, "\(name) later \(frame)")
        }
    }

    @Test func farAheadIsSoughtNotDecoded() throws {
        let path = folder.make(
            "long.mp4",
            [
                "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=30:duration=40", "-c:v", "libx264",
                "-preset", "ultrafast", "-g", "30", "-threads", "1",
            ])
        func cost(_ seconds: Double) throws -> Double {
            let reader = try ClipReader(path: path, isStrict: true)
            let before = clock()
            _ = try reader.bitmap(at: Rational(seconds))
            return Double(clock() - before)
        }
        // Decoding 38 s is more than thirty groups; a seek is one.
        #expect(try cost(38) < 8 * max(cost(0.5), 5000))
    }

    @Test func rotationAndPixelShape() throws {
        _ = counted("plain.mp4", 10, ["-c:v", "libx264", "-vf", "scale=64:32,setsar=1"])
        let turned = folder.make(
            "turned.mp4", ["-i", folder("plain.mp4"), "-c", "copy", "-metadata:s:v", "rotate=90"])
        let probed = try probe(path: turned)
        #expect(probed.size == PixelSize(width: 32, height: 64) && probed.kind == .video && !probed.hasAudio)
        let bitmap = try ClipReader(path: turned).bitmap(at: Rational(0))
        #expect(bitmap.width == 32 && bitmap.height == 64)
        let wide = folder.make(
            "wide.mp4",
            ["-f", "lavfi", "-i", "testsrc2=size=64x64:rate=25:duration=1", "-vf", "setsar=2/1", "-c:v", "libx264"])
        #expect(try probe(path: wide).size == PixelSize(width: 128, height: 64))
    }

    @Test(
        arguments: [
            ("a.wav", []), ("a.mp3", []), ("a.m4a", []), ("a.flac", []), ("a.ogg", ["-c:a", "libvorbis"]),
            ("a.aac", []),
        ] as [(String, [String])])
    func sounds(name: String, arguments: [String]) throws {
        let path = folder.make(name, ["-f", "lavfi", "-i", "sine=frequency=440:duration=3"] + arguments)
        let probed = try probe(path: path)
        #expect(probed.kind == .audio && probed.hasAudio && probed.size == nil && probed.warnings.isEmpty)
        #expect(abs((probed.duration ?? 0) - 3) < 0.1, "\(probed.duration ?? 0)")
    }

    @Test func coversAreNotPictures() throws {
        folder.make("cover.png", ["-f", "lavfi", "-i", "color=red:size=64x64", "-frames:v", "1"])
        let path = folder.make(
            "song.mp3",
            [
                "-f", "lavfi", "-i", "sine=duration=2", "-i", folder("cover.png"), "-map", "0", "-map", "1",
                "-c:v", "copy", "-disposition:v", "attached_pic",
            ])
        #expect(try probe(path: path).kind == .audio)
        guard case .wrongKind? = problem({ _ = try ClipReader(path: path) }) else {
            Issue.record("a cover is read as a clip"); return
        }
    }

    @Test(arguments: [0.02, 0.3, 0.7, 0.95]) func truncatedClips(share: Double) throws {
        _ = Delivered.make("index-first.mp4", in: folder)
        _ = Delivered.make("index-last.mp4", in: folder, mux: [])
        folder.make(
            "whole.webm",
            [
                "-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25:duration=6", "-c:v", "libvpx", "-b:v", "300k",
                "-deadline", "realtime",
            ])
        folder.make("whole.wav", ["-f", "lavfi", "-i", "sine=duration=3"])
        for name in ["index-first.mp4", "index-last.mp4", "whole.webm", "whole.wav"] {
            #expect(throws: Never.self) { _ = try probe(path: folder(name)) }
            let path = try folder.cut("cut-\(name)", from: name, keeping: share)
            switch problem({ _ = try probe(path: path, name: name) }) {
            case .truncated?, .damaged?: break
            case let other: Issue.record("\(share) of \(name): \(String(describing: other))")
            }
        }
    }

    @Test func damageInTheLastSecond() throws {
        _ = Delivered.make("whole.mp4", in: folder)
        var bytes = folder.read("whole.mp4")
        let boxes = Mp4Boxes(bytes: bytes)
        let media = try #require(boxes.top.first { $0.type == "mdat" })
        let end = media.offset + media.size
        for offset in stride(from: end - media.size / 6, to: end - 200, by: 7) { bytes[offset] ^= 0x55 }
        guard
            case .damaged(_, "clip", let place, _)? = problem({
                _ = try probe(path: try folder.write("bad.mp4", bytes), name: "bad.mp4")
            })
        else {
            Issue.record("damage in the last second is not found")
            return
        }
        #expect(place.contains("picture at 3."), "\(place)")
    }

    @Test func durationWithoutHeader() throws {
        folder.make(
            "whole.webm",
            [
                "-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25:duration=3", "-c:v", "libvpx", "-deadline",
                "realtime",
                "-f", "webm", "-live", "1",
            ])
        let probed = try probe(path: folder("whole.webm"))
        #expect(abs((probed.duration ?? 0) - 3) < 0.1)
    }
}
