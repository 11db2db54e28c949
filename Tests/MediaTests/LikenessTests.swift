// How alike pictures are, on the changes that the bands were set on; and D14 and D15 on files joined from segments.
import Composition
import Media
import TestSupport
import Testing

/// Planes of a picture of this test's own.
private final class OwnPlanes {
    private let bytes: UnsafeMutablePointer<UInt8>
    let size: PixelSize

    init(_ size: PixelSize, y: [UInt8], u: [UInt8], v: [UInt8]) {
        self.size = size
        bytes = .allocate(capacity: y.count + u.count + v.count)
        for (index, byte) in (y + u + v).enumerated() { bytes[index] = byte }
    }
    deinit { bytes.deallocate() }

    var planes: PicturePlanes {
        let luma = size.width * size.height
        return PicturePlanes(
            y: bytes, u: bytes + luma, v: bytes + luma + luma / 4, yStride: size.width, uvStride: size.width / 2,
            size: size, owner: self)
    }
}

@Suite struct LikenessTests {
    let folder = TemporaryFolder()

    /// Frames of a file, decoded by ffmpeg to 4:2:0.
    private func planes(_ path: String, _ size: PixelSize, filter: String = "null") throws -> OwnPlanes {
        let raw = folder.make(
            "\(path.split(separator: "/").last!).\(filter.hashValue).yuv",
            ["-i", path, "-vf", filter + ",format=yuv420p", "-frames:v", "1", "-f", "rawvideo"])
        let bytes = folder.read(raw), luma = size.width * size.height
        try #require(bytes.count == luma * 3 / 2)
        return OwnPlanes(
            size, y: Array(bytes[..<luma]), u: Array(bytes[luma..<luma * 5 / 4]), v: Array(bytes[(luma * 5 / 4)...]))
    }
    private let size = PixelSize(width: 960, height: 540)
    private func caption(_ text: String) -> String {
        "drawtext=text='\(text)':x=(w-tw)/2:y=430:fontsize=44:fontcolor=white:box=1:boxcolor=black@0.7:boxborderw=14"
    }

    /// A picture with detail, as a photo has.
    private func photo() -> String {
        folder.make(
            "photo.png",
            [
                "-f", "lavfi", "-i",
                "gradients=s=960x540:c0=0x1b2a49:c1=0xd9895b:c2=0x2f6f6b:n=3:seed=7,noise=alls=14:allf=u:all_seed=3,gblur=1.2",
                "-frames:v", "1",
            ])
    }

    @Test func theBandsPartWhatTheyHaveTo() throws {
        let photo = photo(), good = caption("Revenue grew 12 percent")
        let original = try planes(photo, size, filter: good)
        #expect(TileLikeness.of(original.planes, original.planes)?.value == 1)
        func likeness(_ filter: String) throws -> Double {
            try #require(TileLikeness.of(original.planes, planes(photo, size, filter: filter).planes)).value
        }
        func encoded(_ crf: Int) throws -> Double {
            let path = folder.make(
                "crf\(crf).mp4",
                [
                    "-loop", "1", "-i", photo, "-vf", good, "-frames:v", "3", "-pix_fmt", "yuv420p", "-c:v", "libx264",
                    "-crf", "\(crf)",
                ])
            return try #require(TileLikeness.of(original.planes, planes(path, size).planes)).value
        }
        let bands = LikenessBands.decoded
        let fine = try encoded(18), usual = try encoded(23)
        #expect(bands.verdict(fine) == .alike && bands.verdict(usual) == .alike, "\(fine) \(usual)")
        let missing = try likeness("null"), word = try likeness(caption("Revenue fell 12 percent")),
            shifted = try likeness(good + ",crop=954:540:6:0,pad=960:540")
        for (value, what) in [(missing, "missing"), (word, "word"), (shifted, "shift")] {
            #expect(bands.verdict(value) == .different, "\(what) \(value)")
        }
        // One letter: a person looks at it where an encoder may have been at work, and always where none was.
        let letter = try likeness(caption("Revenue grow 12 percent"))
        #expect(letter < LikenessBands.drawn.pass && letter < usual, "\(letter)")
    }

    /// Structure does not see another colour of the same lightness, and hardly sees another lightness.
    @Test func colourAndLightnessCount() throws {
        let count = size.width * size.height, grey = [UInt8](repeating: 128, count: count),
            chroma = [UInt8](repeating: 128, count: count / 4)
        let flat = OwnPlanes(size, y: grey, u: chroma, v: chroma)
        func likeness(luma: UInt8, blue: UInt8) throws -> Double {
            let other = OwnPlanes(
                size, y: [UInt8](repeating: luma, count: count), u: [UInt8](repeating: blue, count: count / 4),
                v: chroma)
            return try #require(TileLikeness.of(flat.planes, other.planes)).value
        }
        #expect(try likeness(luma: 128, blue: 136) == 0.8 && likeness(luma: 128, blue: 168) == 0)
        #expect(try abs(likeness(luma: 138, blue: 128) - 0.75) < 0.001)
        #expect(try likeness(luma: 129, blue: 128) > 0.97)
    }

    @Test func theTileIsNamed() throws {
        let count = size.width * size.height, chroma = [UInt8](repeating: 128, count: count / 4)
        var y = [UInt8](repeating: 90, count: count)
        let before = OwnPlanes(size, y: y, u: chroma, v: chroma)
        for row in 430..<440 { for column in 700..<712 { y[row * size.width + column] = 235 } }
        let tile = try #require(TileLikeness.of(before.planes, OwnPlanes(size, y: y, u: chroma, v: chroma).planes))
        #expect(tile.value < 0.9 && tile.x == 690 && tile.y == 420 && tile.width == 30 && tile.height == 30, "\(tile)")
        #expect(
            TileLikeness.of(
                before.planes,
                OwnPlanes(
                    PixelSize(width: 64, height: 64), y: [UInt8](repeating: 0, count: 4096),
                    u: [UInt8](repeating: 0, count: 1024), v: [UInt8](repeating: 0, count: 1024)
                ).planes) == nil)
        #expect(TileLikeness(value: 0.7999, x: 0, y: 0, width: 1, height: 1).words == "0.79")
        #expect(
            TileLikeness(value: 1, x: 0, y: 0, width: 1, height: 1).words == "1.00"
                && TileLikeness(value: .nan, x: 0, y: 0, width: 1, height: 1).words == "0.00")
    }

    /// Something of the size of a letter's stroke is seen beside what a codec leaves.
    @Test func aStrokeStandsOut() throws {
        let photo = photo(), good = caption("Revenue grew 12 percent")
        let before = try planes(photo, size, filter: good)
        for crf in [20, 28] {
            let again = folder.make(
                "again.mp4",
                [
                    "-i", photo, "-vf", good, "-c:v", "libx264", "-crf", "\(crf)", "-pix_fmt", "yuv420p", "-frames:v",
                    "1",
                ])
            let left = try #require(StrokeDifference.between(before.planes, try planes(again, size).planes))
            #expect(left.value < 24, "CRF \(crf): \(left)")
        }
        for wrong in ["Revenue grew 17 percent", "Revenua grew 12 percent", "Revenue grew 12 parcent"] {
            let other = try #require(
                StrokeDifference.between(before.planes, try planes(photo, size, filter: caption(wrong)).planes))
            #expect(other.value > 60 && (420...490).contains(other.y), "\(wrong): \(other)")
        }
    }

    // MARK: D14, D15

    /// Two segments of a second, joined; `lost`: frames of the second whose drawn picture had something that the
    /// encoder never got.
    private func joined(lost: ClosedRange<Int>? = nil) throws -> (path: String, known: [SegmentMeasures]) {
        let settings = EncodeSettings.small, size = settings.size
        var files: [String] = [], known: [SegmentMeasures] = []
        for segment in 0..<2 {
            let path = folder("s\(segment).mp4")
            try encodeSegment(path, settings, first: segment * 30, frames: 30)
            files.append(path)
            var held: OwnPlanes?
            known.append(
                try SegmentMeasures.measure(
                    path: path,
                    drawn: { frame in
                        var drawn = picture(size, segment * 30 + frame)
                        if segment == 1, let lost, lost.contains(frame) {
                            for row in 130..<160 {
                                for column in 100..<220 {
                                    drawn.y[row * size.width + column] = column / 6 % 2 == 0 ? 235 : 16
                                }
                            }
                        }
                        held = OwnPlanes(size, y: drawn.y, u: drawn.u, v: drawn.v)
                        return held?.planes
                    }
                ).0)
        }
        let path = folder("joined.mp4")
        try Muxer(
            header: Header(title: "Joined", language: "en", size: size, rate: FrameRate(30), frames: 60),
            segments: files
        ).write(to: path)
        return (path, known)
    }
    private func plan() -> Plan {
        Delivered.plan(
            frames: 60, hasSound: false,
            cues: [
                Cue(startFrame: 5, endFrame: 25, text: "One"), Cue(startFrame: 35, endFrame: 55, text: "Two"),
                Cue(startFrame: 56, endFrame: 58, text: "Short"),
            ])
    }

    @Test func asDrawn() throws {
        let (path, known) = try joined()
        let report = try check(path: path, plan: plan(), known: known)
        #expect(
            report["D14"].verdict == .pass && report["D14"].measured.hasPrefix("8 of 60 pictures; lowest likeness 0.9"),
            "\(report["D14"])")
        #expect(report["D15"].verdict == .pass && report["D15"].measured == "all 60 packets")
        #expect(
            report["D14.captions"].verdict == .warn && report["D14.captions"].measured == "1 too short to be sampled",
            "\(report["D14.captions"])")
        // Nobody says what was drawn: nothing is asked.
        let alone = try check(path: path, plan: plan())
        #expect(
            alone["D14"].verdict == .notApplicable && alone["D14"].expected == "none asked"
                && alone["D15"].expected == "none asked")
    }

    @Test func aCaptionThatTheFileLost() throws {
        let (path, known) = try joined(lost: 5...25)
        let report = try check(path: path, plan: plan(), known: known)
        #expect(
            report["D14"].verdict == .fail && report["D14"].from.map { $0 >= 35.0 / 30 && $0 <= 55.0 / 30 } == true,
            "\(report["D14"])")
        #expect(
            report["D14.captions"].verdict == .fail
                && report["D14.captions"].measured.hasPrefix("caption 2 does not look as drawn at 1."),
            "\(report["D14.captions"])")
        // One picture of the caption that has it is enough to say that it is there.
        let (again, partly) = try joined(lost: 5...15)
        let part = try check(path: again, plan: plan(), known: partly)
        #expect(part["D14"].verdict == .fail && part["D14.captions"].verdict != .fail, "\(part["D14.captions"])")
    }

    @Test func anotherFileThanTheSegments() throws {
        let (path, known) = try joined()
        let other = folder.make("other.mp4", ["-i", path, "-c:v", "libx264", "-crf", "40"] + Delivered.mux)
        let report = try check(path: other, plan: plan(), known: known)
        #expect(
            report["D15"].verdict == .fail && report["D14"].verdict == .notRun
                && report["D14.captions"].verdict == .notRun, "\(report.complaints)")
        #expect(!report.passed)
    }
}
