// A picture that ffmpeg loses is one that D01 finds, in every container and codec; and what only looks like a loss is
// none: hidden pictures, repeated ones, groups that lean on what was cut away, edit lists.
import Composition
import Diagnostics
import Glibc
import Media
import TestSupport
import Testing

@Suite struct LostPictureTests {
    static let pictures = ["-f", "lavfi", "-i", "testsrc2=size=96x64:rate=10:duration=1.5"]
    static let sound = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=1.5", "-c:a", "aac"]

    /// How each is encoded, and in which file.
    static let files: [(name: String, arguments: [String])] = [
        ("b.mp4", sound + ["-c:v", "libx264", "-bf", "3"]), ("b.mkv", sound + ["-c:v", "libx264", "-bf", "3"]),
        ("b.flv", sound + ["-c:v", "libx264", "-bf", "2"]), ("b.ts", sound + ["-c:v", "libx264", "-bf", "2"]),
        ("hevc.mp4", ["-c:v", "libx265", "-x265-params", "log-level=none"]),
        ("hevc.mkv", ["-c:v", "libx265", "-x265-params", "log-level=none"]),
        ("av1.mp4", ["-c:v", "libaom-av1", "-cpu-used", "8", "-lag-in-frames", "8"]),
        (
            "alt.webm",
            [
                "-c:v", "libvpx-vp9", "-auto-alt-ref", "1", "-lag-in-frames", "12", "-b:v", "200k", "-deadline",
                "realtime",
            ]
        ),
        ("alt8.webm", ["-c:v", "libvpx", "-auto-alt-ref", "1", "-lag-in-frames", "12", "-b:v", "200k"]),
        ("part2.mp4", ["-c:v", "mpeg4", "-bf", "2"]), ("part2.avi", ["-c:v", "mpeg4"]),
        ("two.ts", ["-c:v", "mpeg2video", "-bf", "2", "-r", "25"]),
        ("two.mpg", ["-c:v", "mpeg2video", "-bf", "2", "-r", "25"]),
        ("theora.ogv", ["-c:v", "libtheora"]), ("prores.mov", ["-c:v", "prores_ks"]), ("jpeg.mov", ["-c:v", "mjpeg"]),
        ("a.gif", []),
        ("fragments.mp4", ["-c:v", "libx264", "-g", "5", "-movflags", "frag_keyframe+empty_moov+default_base_moof"]),
        ("interlaced.mp4", ["-c:v", "libx264", "-flags", "+ilme+ildct", "-x264-params", "tff=1"]),
        ("vfr.mp4", ["-vf", "select='not(eq(mod(n,4),3))'", "-vsync", "vfr", "-c:v", "libx264"]),
        ("vfr.mkv", ["-vf", "select='not(eq(mod(n,4),3))'", "-vsync", "vfr", "-c:v", "libx264"]),
        ("vfr.avi", ["-vf", "select='not(eq(mod(n,4),3))'", "-vsync", "vfr", "-c:v", "mpeg4"]),
    ]

    private func make(_ name: String, in folder: TemporaryFolder) throws -> String {
        let file = try #require(Self.files.first { $0.name == name })
        return folder.make(name, Self.pictures + file.arguments + ["-threads", "1"])
    }

    private func opens(_ path: String) throws -> CheckResult { try check(path: path, plan: nil)["D01"] }

    @Test(arguments: files.map(\.name)) func wholeFilesPass(_ name: String) throws {
        let folder = TemporaryFolder()
        let result = try opens(make(name, in: folder))
        #expect(result.verdict == .pass, "\(name): \(result.measured)")
    }

    /// Cut at a key frame of an open group, moved, and cut by an edit list.
    @Test func whatIsCutAwayIsNotLost() throws {
        let folder = TemporaryFolder()
        let x264 = ["-c:v", "libx264", "-x264-params", "open-gop=1:keyint=5:min-keyint=1:bframes=2:scenecut=0"]
        let open = folder.make("open.mkv", Self.pictures + Self.sound + x264)
        let hevc = folder.make(
            "hevc.mkv", Self.pictures + ["-c:v", "libx265", "-x265-params", "open-gop=1:keyint=5:log-level=none"])
        let cuts = [
            folder.make("cut.mkv", ["-ss", "0.7", "-i", open, "-c", "copy"]),
            folder.make("cut.mp4", ["-ss", "0.7", "-i", open, "-c", "copy"]),
            folder.make("hevc-cut.mkv", ["-ss", "0.7", "-i", hevc, "-c", "copy"]),
            folder.make("late.mkv", ["-itsoffset", "5", "-i", open, "-c", "copy", "-copyts"]),
        ]
        for path in [open, hevc] + cuts {
            let result = try opens(path)
            #expect(result.verdict == .pass, "\(path): \(result.measured)")
        }
    }

    /// An index that has lost its entries: the file opens, and nothing is in it.
    @Test(arguments: ["stsz", "stts", "stsc", "stco"]) func anEmptyIndex(_ box: String) throws {
        let folder = TemporaryFolder()
        _ = folder.make("a.mp4", Self.pictures + ["-c:v", "libx264", "-threads", "1"])
        var bytes = folder.read("a.mp4")
        let at = try #require(bytes.indices.first { bytes[$0...].starts(with: box.utf8) })
        // The number of entries: behind version, flags and, of 'stsz', the size that all have.
        for offset in 0..<4 { bytes[at + (box == "stsz" ? 12 : 8) + offset] = 0 }
        let result = try opens(try folder.write("b.mp4", bytes))
        #expect(result.verdict == .fail, "\(box): \(result.measured)")
    }

    /// A picture's time that became one long before the film: demuxers leave it out as an edit list would.
    @Test(arguments: ["libx264", "libx265"]) func aTimeBeforeTheFilm(_ encoder: String) throws {
        let folder = TemporaryFolder()
        _ = folder.make("a.mp4", Self.pictures + ["-c:v", encoder, "-bf", "2"])
        var bytes = folder.read("a.mp4")
        #expect(try opens(folder("a.mp4")).verdict == .pass)
        let at = try #require(bytes.indices.last { bytes[$0...].starts(with: "ctts".utf8) })
        let count = bytes[at + 8..<at + 12].reduce(0) { $0 << 8 | Int($1) }
        try #require(count > 2)
        // The offset of the last run of pictures.
        let last = at + 12 + 8 * (count - 1) + 4
        bytes.replaceSubrange(last..<last + 4, with: [0xFF, 0xFF, 0x00, 0x00])
        let result = try opens(try folder.write("b.mp4", bytes))
        #expect(result.verdict == .fail, "\(result.measured)")
    }

    /// The last packet of the pictures, with nothing in it: decoders tell of it only when they are asked for the last.
    @Test(arguments: [
        "b.mp4", "b.mkv", "hevc.mp4", "av1.mp4", "part2.mp4", "part2.avi", "prores.mov", "jpeg.mov", "fragments.mp4",
    ])
    func theLastPicture(_ name: String) throws {
        let folder = TemporaryFolder()
        let path = try make(name, in: folder)
        // Where a block of Matroska begins is its header.
        let (size, position) = try #require(try packets(of: path).last)
        var bytes = folder.read(name)
        let from = bytes.count - min(bytes.count, max(0, bytes.count - position))
        let skipped = name.hasSuffix("mkv") || name.hasSuffix("webm") || name.hasSuffix("avi") ? 16 : 0
        for offset in from + skipped..<min(bytes.count, position + size) { bytes[offset] = 0 }
        let result = try opens(try folder.write(name, bytes))
        #expect(result.verdict == .fail, "\(name): \(result.measured)")
    }

    /// Bytes out of the middle, and the second half made of noise: libav looks for the next good byte and says nothing.
    @Test(arguments: [
        "b.mkv", "b.flv", "b.ts", "alt.webm", "alt8.webm", "two.ts", "two.mpg", "theora.ogv", "part2.avi", "a.gif",
        "b.mp4", "fragments.mp4",
    ])
    func theMiddle(_ name: String) throws {
        let folder = TemporaryFolder()
        _ = try make(name, in: folder)
        let bytes = folder.read(name), half = bytes.count / 2
        var missing = bytes
        missing.removeSubrange(half..<half + min(900, half / 2))
        #expect(try opens(try folder.write("missing-" + name, missing)).verdict == .fail, "\(name) without its middle")
        var noise = bytes, state: UInt64 = 1
        for offset in half..<bytes.count {
            state = state &* 6364136223846793005 &+ 1442695040888963407
            noise[offset] = UInt8(truncatingIfNeeded: state >> 40)
        }
        #expect(try opens(try folder.write("noise-" + name, noise)).verdict == .fail, "\(name) of noise")
        #expect(
            try opens(try folder.write("cut-" + name, Array(bytes[..<(bytes.count * 3 / 4)]))).verdict == .fail,
            "\(name) cut off")
    }

    /// Sound that ends before its header says, and a header that says more than there is.
    @Test func statedDurations() throws {
        let folder = TemporaryFolder()
        let path = folder.make(
            "long.mkv",
            ["-f", "lavfi", "-i", "testsrc2=size=96x64:rate=10:duration=3", "-c:v", "libx264", "-write_crc32", "0"])
        var bytes = folder.read("long.mkv")
        #expect(try opens(path).verdict == .pass)
        // Duration, a float of 8 bytes in milliseconds.
        let at = try #require(bytes.indices.dropLast(12).first { bytes[$0...].starts(with: [0x44, 0x89, 0x88]) })
        let nine = (9000.0).bitPattern.bigEndian
        withUnsafeBytes(of: nine) { raw in for index in 0..<8 { bytes[at + 3 + index] = raw[index] } }
        let result = try opens(try folder.write("long.mkv", bytes))
        #expect(
            result.verdict == .fail && result.measured.contains("its header says 9.0 s, but its data end at 3.0 s"),
            "\(result.measured)")
    }

    /// An asset is held to the same: structure, index and last picture.
    @Test(arguments: ["b.mkv", "b.flv", "theora.ogv", "two.ts", "part2.avi"]) func assets(_ name: String) throws {
        let folder = TemporaryFolder()
        let path = try make(name, in: folder)
        _ = try probe(path: path)
        var bytes = folder.read(name)
        let half = bytes.count / 2
        bytes.removeSubrange(half..<half + min(900, half / 2))
        #expect(throws: MediaProblem.self) { try probe(path: try folder.write(name, bytes)) }
    }

    /// Decoders of MPEG-4 part 2 end their process on damage if they have several threads and are told to be strict.
    @Test func damagedPartTwoEndsNobody() throws {
        let folder = TemporaryFolder()
        _ = try make("part2.mp4", in: folder)
        let bytes = folder.read("part2.mp4")
        for seed in 0..<40 {
            var broken = bytes, state = UInt64(seed &* 7919 &+ 1)
            for _ in 0..<4 {
                state = state &* 6364136223846793005 &+ 1442695040888963407
                broken[48 + Int(state >> 33) % (bytes.count / 2)] = UInt8(truncatingIfNeeded: state >> 20)
            }
            _ = try check(path: try folder.write("fuzz.mp4", broken), plan: nil)
        }
    }

    /// A PNG of kilobytes whose texts unpack to a gigabyte is a picture like any other.
    @Test func textsOfAPicture() throws {
        let folder = TemporaryFolder()
        let path = folder("b.png")
        try shell(
            """
            python3 - '\(path)' <<'P'
            import sys, zlib, struct
            def chunk(t, d): return struct.pack('>I', len(d)) + t + d + struct.pack('>I', zlib.crc32(t + d) & \
            0xffffffff)
            packer = zlib.compressobj(9); z = b''.join(packer.compress(bytes(10_000_000)) for _ in range(40)) + \
            packer.flush()
            raw = zlib.compress(b''.join(b'\\0' + bytes(64 * 4) for _ in range(64)))
            open(sys.argv[1], 'wb').write(b'\\x89PNG\\r\\n\\x1a\\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 64, 64, \
            8, 6, 0, 0, 0))
                + chunk(b'zTXt', b'a\\0\\0' + z) * 3 + chunk(b'IDAT', raw) + chunk(b'IEND', b''))
            P
            """)
        // 0: of this process; the name is of another type than the call wants.
        var before = rusage(), after = rusage()
        getrusage(0, &before)
        #expect(try probe(path: path).size == PixelSize(width: 64, height: 64))
        getrusage(0, &after)
        #expect(after.ru_maxrss - before.ru_maxrss < 200 << 10, "in KB")
    }
}
