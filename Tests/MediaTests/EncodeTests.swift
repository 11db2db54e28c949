// A segment's encoding: equal bytes, pictures that repeat, rates and sizes, and what is refused.
import Composition
import Diagnostics
import Media
import TestSupport
import Testing

@Suite struct EncodeTests {
    @Test func bytesAreEqualRunToRun() throws {
        let scratch = TemporaryFolder()
        try encodeSegment(scratch("a.mp4"), .small, first: 0, frames: 20, repeats: [7, 8])
        try encodeSegment(scratch("b.mp4"), .small, first: 0, frames: 20, repeats: [7, 8])
        let bytes = scratch.read("a.mp4")
        #expect(bytes.count > 1000)
        #expect(bytes == scratch.read("b.mp4"))
        #expect(try shell("ls '\(scratch.path)'") == "a.mp4\nb.mp4\n")
    }

    @Test(arguments: EncodeSettings.Preset.allCases)
    func everyPresetEncodesEveryFrame(preset: EncodeSettings.Preset) throws {
        let scratch = TemporaryFolder()
        var settings = EncodeSettings.small
        settings.preset = preset
        #expect(try encodeSegment(scratch("s.mp4"), settings, first: 0, frames: 24) == 24)
        #expect(try frameDigests(scratch("s.mp4")).count == 24)
    }

    @Test(arguments: [1, 2, 3])
    func veryShortSegments(frames: Int) throws {
        let scratch = TemporaryFolder()
        try encodeSegment(scratch("s.mp4"), .small, first: 0, frames: frames)
        #expect(try frameDigests(scratch("s.mp4")).count == frames)
    }

    @Test func theHeaderFollowsSettingsAlone() throws {
        let scratch = TemporaryFolder()
        var crude = EncodeSettings.small
        crude.crf = 40
        try encodeSegment(scratch("a.mp4"), .small, first: 0, frames: 40)
        try encodeSegment(scratch("b.mp4"), crude, first: 500, frames: 2, repeats: [1])
        func header(_ name: String) throws -> String {
            try shell(
                "ffprobe -v error -show_data -show_entries stream=extradata,extradata_hash,level,profile -of default "
                    + "'\(scratch(name))'"
            )
        }
        let first = try header("a.mp4")
        #expect(first.contains("profile=High"))
        #expect(try header("b.mp4") == first)
    }

    /// x264 in plain C, by the command, against what this machine's instructions make.
    @Test func anyProcessorMakesTheseBytes() throws {
        let scratch = TemporaryFolder(), settings = EncodeSettings.small, size = settings.size
        try encodeSegment(scratch("ours.mp4"), settings, first: 0, frames: 40)
        var raw: [UInt8] = []
        for index in 0..<40 {
            let p = picture(size, index)
            raw += p.y + p.u + p.v
        }
        try scratch.write("raw.yuv", raw)
        try shell(
            "ffmpeg -v error -f rawvideo -s \(size.width)x\(size.height) -r 30 -pix_fmt yuv420p -i '\(scratch("raw.yuv"))' "
                + "-c:v libx264 -preset superfast -profile:v high -level 2.0 -crf 20 -threads 1 -x264-params "
                + "stitchable=1:cpu-independent=1:force-cfr=1:open-gop=0:sliced-threads=0:keyint=120:rc-lookahead=20:"
                + "mbtree=1:weightp=0:b-adapt=0:asm=0 '\(scratch("plain.mp4"))'")
        func packets(_ name: String) throws -> [Substring] {
            try shell("ffmpeg -v error -i '\(scratch(name))' -map 0:v -c copy -f framemd5 -").split(separator: "\n")
                .filter { !$0.hasPrefix("#") }.map { $0[$0.lastIndex(of: ",")!...] }
        }
        let ours = try packets("ours.mp4")
        #expect(ours.count == 40)
        #expect(try packets("plain.mp4") == ours)
    }

    @Test func repeatedFramesEqualFramesGivenAgain() throws {
        let scratch = TemporaryFolder()
        try encodeSegment(scratch("repeat.mp4"), .small, first: 3, frames: 6, repeats: [1, 2, 3, 4, 5])
        let encoder = try SegmentEncoder(path: scratch("again.mp4"), settings: .small)
        let p = picture(EncodeSettings.small.size, 3)
        for _ in 0..<6 { try encoder.encode(planes(p, EncodeSettings.small.size)) }
        try encoder.finish()
        #expect(scratch.read("repeat.mp4") == scratch.read("again.mp4"))
    }

    /// The encoder reads pictures where they are, so it must let go of each as soon as it has read it.
    @Test func aPictureIsHeldUntilItIsEncoded() throws {
        final class Count { var held = 0 }
        final class Owner {
            let memory: UnsafeMutablePointer<UInt8>, count: Count
            init(_ count: Count, _ size: PixelSize, _ value: Int) {
                self.count = count
                count.held += 1
                memory = .allocate(capacity: size.width * size.height * 3 / 2)
                memory.initialize(repeating: UInt8(20 + value * 9), count: size.width * size.height * 3 / 2)
            }
            deinit {
                count.held -= 1
                memory.deallocate()
            }
        }
        let scratch = TemporaryFolder(), size = EncodeSettings.small.size, count = Count()
        let encoder = try SegmentEncoder(path: scratch("s.mp4"), settings: .small)
        for value in 0..<20 {
            let owner = Owner(count, size, value), luma = size.width * size.height
            try encoder.encode(
                PicturePlanes(
                    y: owner.memory, u: owner.memory + luma, v: owner.memory + luma * 5 / 4, yStride: size.width,
                    uvStride: size.width / 2, size: size, owner: owner))
            if value % 3 == 0 { try encoder.encodeRepeat() }
            #expect(count.held <= 2, "after picture \(value)")
        }
        try encoder.finish()
        #expect(count.held == 0)
        #expect(try frameDigests(scratch("s.mp4")).count == 27)
    }

    @Test func paddedRowsAreRead() throws {
        let scratch = TemporaryFolder()
        let p = picture(EncodeSettings.small.size, 9)
        func padded(_ plane: [UInt8], _ width: Int) -> [UInt8] {
            stride(from: 0, to: plane.count, by: width).flatMap {
                Array(plane[$0..<($0 + width)]) + [UInt8](repeating: 77, count: 32)
            }
        }
        let a = try SegmentEncoder(path: scratch("a.mp4"), settings: .small)
        try a.encode(planes(p, EncodeSettings.small.size))
        try a.finish()
        let b = try SegmentEncoder(path: scratch("b.mp4"), settings: .small)
        try b.encode(
            planes(
                padded(p.y, 320), padded(p.u, 160), padded(p.v, 160), yStride: 352, uvStride: 192,
                EncodeSettings.small.size))
        try b.finish()
        #expect(scratch.read("a.mp4") == scratch.read("b.mp4"))
    }

    @Test func anUnfinishedSegmentLeavesNothing() throws {
        let scratch = TemporaryFolder()
        do {
            let encoder = try SegmentEncoder(path: scratch("s.mp4"), settings: .small)
            let p = picture(EncodeSettings.small.size, 0)
            try encoder.encode(planes(p, EncodeSettings.small.size))
        }
        #expect(try shell("ls '\(scratch.path)'") == "")
    }

    @Test func impossibleSettingsAreRefused() throws {
        let scratch = TemporaryFolder()
        func problem(_ change: (inout EncodeSettings) -> Void) -> EncodeProblem? {
            var settings = EncodeSettings.small
            change(&settings)
            do { _ = try SegmentEncoder(path: scratch("s.mp4"), settings: settings); return nil } catch {
                return error as? EncodeProblem
            }
        }
        #expect(problem { $0.size.width = 321 } == .badFrameSize(width: 321, height: 180))
        #expect(
            problem { $0.size = PixelSize(width: 100_000, height: 100_000) }
                == .badFrameSize(width: 100_000, height: 100_000))
        #expect(problem { $0.size.height = -2 } == .badFrameSize(width: 320, height: -2))
        #expect(problem { $0.rate = FrameRate(0) } == .badFrameRate(numerator: 0, denominator: 1))
        #expect(problem { $0.rate = FrameRate(Int.max, 7) } == .badFrameRate(numerator: Int.max, denominator: 7))
        #expect(problem { $0.crf = 52 } == .badQuality(52))
        #expect(problem { $0.crf = .nan } != nil)
    }

    @Test func toolsAreNamedWithVersions() throws {
        let versions = toolVersions()
        #expect(
            Set(versions.keys) == ["libavcodec", "libavformat", "libswscale", "libswresample", "libx264", "libebur128"])
        for (name, version) in versions { #expect(version.first?.isNumber == true, "\(name): \(version)") }
        let installed = try shell("ffmpeg -hide_banner -version")
        let codec = versions["libavcodec"]!.split(separator: ".")
        #expect(
            installed.contains("libavcodec")
                && installed.replacing(" ", with: "").contains("libavcodec\(codec.joined(separator: "."))"))
    }
}
