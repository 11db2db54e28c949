// Footage frame by frame: which picture of a numbered clip is shown at each frame of a video, against exact arithmetic.
import Composition
import Diagnostics
import FoundationEssentials
import Media
import TestSupport
import Testing

@Suite struct ClipTableTests {
    let folder = TemporaryFolder()

    private static let rates = [
        FrameRate(24_000, 1001), FrameRate(24), FrameRate(25), FrameRate(30_000, 1001), FrameRate(30), FrameRate(50),
        FrameRate(60_000, 1001), FrameRate(60),
    ]
    private static let pictures = 90
    private static let h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-qp", "4", "-g", "12", "-bf", "2"]
    private static let vp8 = [
        "-c:v", "libvpx", "-crf", "4", "-b:v", "4M", "-g", "12", "-deadline", "realtime", "-cpu-used", "8",
    ]

    /// Picture n has luma 16 + 2n.
    private func counted(_ name: String, _ rate: FrameRate, sound: Bool) -> String {
        folder.make(
            name,
            [
                "-f", "lavfi", "-i",
                "nullsrc=size=64x64:rate=\(rate.numerator)/\(rate.denominator),format=yuv420p,geq=lum='16+2*N':cb=128:cr=128",
            ]
                + (sound ? ["-f", "lavfi", "-i", "sine=frequency=440:duration=3"] : [])
                + ["-frames:v", "\(Self.pictures)", "-color_range", "tv"]
                + (name.hasSuffix("webm") ? Self.vp8 : Self.h264))
    }

    private func number(_ bitmap: Bitmap) -> Int { Int(((Double(bitmap.row(20)[20 * 4]) * 219 / 255) / 2).rounded()) }

    /// Every rate in every container where `VGRAPH_WHOLE_TABLE` is set; else each container with some rates.
    @Test func theRightPictureAtEveryFrame() throws {
        let isWhole = ProcessInfo.processInfo.environment["VGRAPH_WHOLE_TABLE"] != nil
        let slice: [String: [Int]] = ["mp4": [3, 4], "mov": [1], "mkv": [0, 4, 7], "webm": [4, 6], "ts": [0, 6]]
        let trims: [Rational] = [0, 0.5, Rational(1, 3), 0.333333]
        var compared = 0, wrong: [String] = []
        for (container, some) in slice.sorted(by: { $0.key < $1.key }) {
            for index in isWhole ? Array(Self.rates.indices) : some {
                let source = Self.rates[index]
                // Sound moves the beginning of pictures in some containers: an encoder's delay.
                for sound in isWhole ? [false, true] : [index == 4] {
                    let reader = try ClipReader(
                        path: counted("\(index)-\(sound).\(container)", source, sound: sound), isStrict: true)
                    for target in Self.rates {
                        for trim in trims {
                            for speed in [Rational(1), 2, 0.5, 1.25] {
                                var got: [Int] = [], ideal: [Int] = []
                                let early = target.time(ofFrame: 1) * speed * Rational(1, 2)
                                for frame in 0..<(isWhole ? 40 : 12) {
                                    let time = trim + target.time(ofFrame: frame) * speed
                                    got.append(number(try reader.bitmap(at: ClipTime(time, early: early))))
                                    got.append(number(try reader.bitmap(at: time)))
                                    // Times in a spec have six decimals.
                                    let grace = Rational(1, 2_000_000)
                                    let picture =
                                        ((time + grace) * Rational(source.numerator, source.denominator)).floor
                                    // The next one is shown if it is nearer, and less than half a frame away.
                                    let until = source.time(ofFrame: picture + 1) - time
                                    let isNext = until + grace < early && until < time - source.time(ofFrame: picture)
                                    ideal.append(min(Self.pictures - 1, picture + (isNext ? 1 : 0)))
                                    ideal.append(min(Self.pictures - 1, picture))
                                }
                                compared += got.count
                                if got != ideal {
                                    wrong.append(
                                        "\(container) \(source.perSecond) in \(target.perSecond), trim "
                                            + "\(trim.seconds), speed \(speed.seconds), sound \(sound): \(got) not "
                                            + "\(ideal)"
                                    )
                                }
                            }
                        }
                    }
                }
            }
        }
        #expect(
            wrong.isEmpty,
            "\(wrong.count) rows wrong of \(compared) pictures: \(wrong.prefix(5).joined(separator: "\n"))")
        #expect(compared > 10_000)
    }

    /// Phones write pictures some milliseconds beside the beats of their rate: each is shown once, as long and as often as
    /// it was meant.
    @Test(arguments: [("mp4", 90_000, 0.004), ("mov", 600, 0.002), ("mkv", 1000, 0.003)])
    func unsteadyTimesDoNotStutter(_ container: String, _ scale: Int, _ most: Double) throws {
        for (rate, target, step) in [(30.0, 30, 1), (29.98, 30, 1), (60, 30, 2), (24, 24, 1)] {
            let path = folder.make(
                "unsteady-\(rate)-\(target).\(container)",
                [
                    "-f", "lavfi", "-i",
                    "nullsrc=size=64x64:rate=30,format=yuv420p,geq=lum='16+2*N':cb=128:cr=128,settb=1/\(scale),"
                        + "setpts='(N/\(rate)+\(most)*sin(N*1.7))*\(scale)'",
                    "-fps_mode", "vfr", "-enc_time_base", "1:\(scale)", "-video_track_timescale", "\(scale)",
                    "-frames:v", "90", "-color_range", "tv",
                ] + Self.h264)
            let reader = try ClipReader(path: path, isStrict: true), video = FrameRate(target)
            let early = video.time(ofFrame: 1) * Rational(1, 2)
            let shown = try (0..<80 / step).map { frame in
                number(try reader.bitmap(at: ClipTime(video.time(ofFrame: frame), early: early)))
            }
            #expect(shown == (0..<80 / step).map { $0 * step }, "\(rate) in \(target), \(container)")
            // Out of order, after a seek, and twice: the same.
            for frame in [39, 38, 39, 2, 2, 30, 31, 1] {
                let time = ClipTime(video.time(ofFrame: frame), early: early)
                #expect(number(try reader.bitmap(at: time)) == frame * step)
            }
        }
    }

    @Test func aLoopBeginsAgainAtAPicture() throws {
        for container in ["mp4", "mkv", "ts"] {
            let reader = try ClipReader(
                path: counted("loop.\(container)", FrameRate(30_000, 1001), sound: false), isStrict: true)
            #expect(reader.duration == Rational(90 * 1001, 30_000), "\(container): \(reader.duration)")
        }
    }

    /// AVI has no times of pictures; with B-frames they come in another order than they are shown.
    @Test func picturesWithoutTimes() throws {
        let reader = try ClipReader(path: counted("bare.avi", FrameRate(25), sound: false), isStrict: true)
        for picture in [0, 1, 2, 7, 8, 30, 31, 3, 89, 50] {
            #expect(number(try reader.bitmap(at: Rational(picture, 25))) == picture, "picture \(picture)")
        }
    }

    @Test func transportStreamsWithLongGroups() throws {
        let path = folder.make(
            "long.ts",
            [
                "-f", "lavfi", "-i",
                "nullsrc=size=64x64:rate=25,format=yuv420p,geq=lum='16+2*mod(N,100)':cb=128:cr=128",
                "-frames:v", "300", "-c:v", "libx264", "-preset", "ultrafast", "-qp", "4", "-g", "100", "-keyint_min",
                "100",
                "-sc_threshold", "0", "-bf", "0", "-color_range", "tv",
            ])
        #expect(try probe(path: path).kind == .video)
        let reader = try ClipReader(path: path, isStrict: true)
        for picture in [290, 10, 150, 99, 100, 299, 0, 205] {
            #expect(number(try reader.bitmap(at: Rational(picture, 25))) == picture % 100, "picture \(picture)")
        }
    }

    /// The only key frame is the first picture, and others are decoded before it is shown.
    @Test func streamsOfOneGroup() throws {
        for (name, codec) in [
            ("h264.ts", "libx264"), ("hevc.ts", "libx265"), ("mpeg2.ts", "mpeg2video"),
        ] {
            let path = folder.make(
                name,
                [
                    "-f", "lavfi", "-i", "nullsrc=size=64x64:rate=25,format=yuv420p,geq=lum='16+2*N':cb=128:cr=128",
                    "-frames:v", "90", "-c:v", codec, "-g", "500", "-bf", "2", "-color_range", "tv",
                    "-sc_threshold", "0", "-x265-params", "log-level=none:keyint=500:bframes=2:qp=4", "-qp", "4",
                ])
            let probed = try probe(path: path)
            #expect(abs((probed.duration ?? 0) - 3.6) < 0.1, "\(name) lasts \(probed.duration ?? 0)")
            let reader = try ClipReader(path: path, isStrict: true)
            for picture in [80, 2, 45, 89, 0] {
                let shown = number(try reader.bitmap(at: Rational(picture, 25)))
                #expect(shown == picture, "\(name): \(shown), not \(picture)")
            }
        }
    }

    /// Pictures after the key frame of an open group may name one before it among their references: reading that begins
    /// at the key frame meets an error that the file does not have.
    @Test func openGroupsFromAnywhere() throws {
        let path = folder.make(
            "open.mkv",
            [
                "-f", "lavfi", "-i", "nullsrc=size=64x64:rate=25,format=yuv420p,geq=lum='16+2*N':cb=128:cr=128",
                "-frames:v", "90", "-c:v", "libx264", "-preset", "veryfast", "-qp", "4", "-g", "5", "-bf", "4",
                "-x264-params", "open-gop=1", "-color_range", "tv",
            ])
        for picture in 0..<90 {
            let shown = number(
                try ClipReader(path: path, isStrict: true).bitmap(at: Rational(picture, 25)))
            #expect(shown == picture, "\(shown), not \(picture)")
        }
    }

    @Test func filesThatBeginLater() throws {
        let source = counted("plain.mp4", FrameRate(30), sound: false)
        for (name, arguments) in [
            ("cut.mkv", ["-i", source, "-c", "copy", "-output_ts_offset", "1.5"]),
            ("empty.mp4", ["-itsoffset", "5", "-i", source, "-c", "copy"]),
        ] {
            let path = folder.make(name, arguments)
            let probed = try probe(path: path)
            #expect(abs((probed.duration ?? 0) - 3) < 0.2, "\(name) lasts \(probed.duration ?? 0)")
            #expect(number(try ClipReader(path: path, isStrict: true).bitmap(at: 1)) == 30, "\(name)")
        }
    }
}
