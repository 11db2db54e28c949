// Segments, sound and captions joined to one MP4, as other programs read it, and what is refused.
import Composition
import Diagnostics
import Glibc
import Media
import TestSupport
import Testing

@Suite struct MuxTests {
    let scratch = TemporaryFolder()

    /// Segments of these lengths, and their files.
    func segments(_ lengths: [Int], _ settings: EncodeSettings = .small) throws -> [String] {
        var first = 0
        return try lengths.enumerated().map { index, frames in
            let path = scratch("segment\(index).mp4")
            try encodeSegment(path, settings, first: first, frames: frames)
            first += frames
            return path
        }
    }
    func header(_ frames: Int, _ settings: EncodeSettings = .small, title: String = "A title") -> Header {
        Header(title: title, language: "en", size: settings.size, rate: settings.rate, frames: frames)
    }
    /// Silence or a tone of exactly as many samples as the pictures last.
    func sound(_ frames: Int, _ rate: FrameRate) throws -> String {
        let samples = (frames * 48000 * rate.denominator + rate.numerator - 1) / rate.numerator
        let mix = AudioMix(samples: samples, pieces: [], loudness: nil)
        let path = scratch("sound.m4a")
        _ = try SoundMaster(mix, files: [:]).write(to: path, scratch: scratch.path)
        return path
    }
    func probe(_ entries: String, _ path: String, _ more: String = "") throws -> String {
        try shell("ffprobe -v error \(more) -show_entries \(entries) -of default=nw=1 '\(path)'")
    }

    @Test(arguments: [FrameRate(30), FrameRate(30000, 1001), FrameRate(24), FrameRate(25, 2)])
    func joinedFramesAreThoseOfTheSegments(rate: FrameRate) throws {
        var settings = EncodeSettings.small
        settings.rate = rate
        let lengths = [30, 1, 45, 2, 1, 24]
        let files = try segments(lengths, settings)
        let frames = lengths.reduce(0, +)
        let path = scratch("video.mp4")
        let cues = [TimedCue(start: 200, end: 900, text: "One"), TimedCue(start: 900, end: 1500, text: "Two & three")]
        try Muxer(header: header(frames, settings), segments: files, sound: sound(frames, rate), captions: cues).write(
            to: path)

        #expect(try frameDigests(path) == files.flatMap { try frameDigests($0) })
        #expect(
            try probe("stream=nb_read_frames", path, "-count_frames -select_streams v").contains(
                "nb_read_frames=\(frames)"))
        let streams = try probe("stream=codec_type,start_time,r_frame_rate,avg_frame_rate,nb_frames", path)
        #expect(streams.components("start_time=0.000000") == 3, "\(streams)")
        #expect(streams.components("r_frame_rate=\(rate.numerator)/\(rate.denominator)\n") == 1)
        #expect(streams.components("avg_frame_rate=\(rate.numerator)/\(rate.denominator)\n") == 1)

        let packets = try shell(
            "ffprobe -v error -select_streams v -show_entries packet=pts,dts,duration -of csv=p=0 '\(path)'"
        )
        .split(separator: "\n").map { $0.split(separator: ",").compactMap { Int($0) } }
        #expect(packets.count == frames && packets.allSatisfy { $0.count == 3 })
        let step = packets[0][2]
        #expect(packets.allSatisfy { $0[2] == step && $0[0] >= $0[1] })
        #expect(zip(packets, packets.dropFirst()).allSatisfy { $1[1] - $0[1] == step })
        #expect(packets.map { $0[0] }.sorted() == (0..<frames).map { $0 * step })

        let found = boxes(path)
        #expect(!found.contains("elst") && !found.contains("edts"))
        #expect(found.firstIndex(of: "moov")! < found.firstIndex(of: "mdat")!)
        for file in files { #expect(!boxes(file).contains("elst")) }
    }

    @Test func tagsAreRight() throws {
        let files = try segments([12, 12])
        let path = scratch("video.mp4")
        try Muxer(
            header: header(24, title: "Größe: 100 %"), segments: files, sound: sound(24, FrameRate(30)),
            captions: [TimedCue(start: 0, end: 500, text: "Hi")]
        ).write(to: path)
        let video = try probe(
            "stream=codec_name,profile,pix_fmt,color_range,color_space,color_transfer,color_primaries,chroma_location,"
                + "sample_aspect_ratio",
            path, "-select_streams v")
        for line in [
            "codec_name=h264", "profile=High", "pix_fmt=yuv420p", "color_range=tv", "color_space=bt709",
            "color_transfer=bt709",
            "color_primaries=bt709", "chroma_location=left", "sample_aspect_ratio=1:1",
        ] {
            #expect(video.contains(line + "\n"), "\(video)")
        }
        let all = try probe("format_tags:stream_tags=language:stream=codec_name,sample_rate,channels", path)
        for line in [
            "TAG:title=Größe: 100 %", "TAG:comment=made with vgraph", "TAG:language=eng", "codec_name=aac",
            "sample_rate=48000", "channels=2", "codec_name=mov_text",
        ] {
            #expect(all.contains(line + "\n"), "\(all)")
        }
        #expect(!all.contains("creation_time") && !all.contains("Lavf") && !all.contains("Lavc"))
    }

    @Test func bytesAreEqualRunToRun() throws {
        let files = try segments([12, 12])
        let audio = try sound(24, FrameRate(30))
        for name in ["a.mp4", "b.mp4"] {
            try Muxer(
                header: header(24), segments: files, sound: audio,
                captions: [TimedCue(start: 100, end: 500, text: "Hi")]
            ).write(to: scratch(name))
        }
        #expect(scratch.read("a.mp4").count > 1000)
        #expect(scratch.read("a.mp4") == scratch.read("b.mp4"))
    }

    @Test func captionsComeBack() throws {
        let files = try segments([60])
        let path = scratch("video.mp4")
        let cues = [
            TimedCue(start: 0, end: 700, text: "First\nline two"),
            TimedCue(start: 900, end: 1400, text: "Zweite Zeile äöü"),
            TimedCue(start: 1300, end: 5000, text: "to the end"),
        ]
        try Muxer(header: header(60), segments: files, captions: cues).write(to: path)
        let text = try shell("ffmpeg -v error -i '\(path)' -map 0:s -f srt - | tr -d '\\r'")
        #expect(text.contains("00:00:00,000 --> 00:00:00,700\nFirst\nline two\n"), "\(text)")
        #expect(text.contains("00:00:00,900 --> 00:00:01,300\nZweite Zeile äöü\n"))
        #expect(text.contains("00:00:01,300 --> 00:00:01,400\nZweite Zeile äöü\nto the end\n"))
        #expect(text.contains("00:00:01,400 --> 00:00:02,000\nto the end\n"))
        #expect(
            try probe("stream=start_time,duration", path, "-select_streams s")
                == "start_time=0.000000\nduration=2.000000\n")
    }

    @Test func segmentsThatDoNotFitAreRefused() throws {
        var other = EncodeSettings.small
        other.preset = .medium
        let a = try segments([5])[0]
        try encodeSegment(scratch("b.mp4"), other, first: 0, frames: 5)
        other = .small
        other.size.width = 336
        try encodeSegment(scratch("c.mp4"), other, first: 0, frames: 5)
        other = .small
        other.rate = FrameRate(25)
        try encodeSegment(scratch("d.mp4"), other, first: 0, frames: 5)
        func problem(_ files: [String], _ frames: Int = 10) -> MuxProblem? {
            do { try Muxer(header: header(frames), segments: files).write(to: scratch("v.mp4")); return nil } catch {
                return error as? MuxProblem
            }
        }
        guard case .segmentsDiffer(1, "the H.264 header (SPS and PPS)", _, _) = problem([a, scratch("b.mp4")]) else {
            Issue.record("preset"); return
        }
        #expect(
            problem([a, scratch("c.mp4")])
                == .segmentsDiffer(index: 1, what: "the size", first: "320x180", this: "336x180"))
        #expect(
            problem([a, scratch("d.mp4")])
                == .segmentsDiffer(index: 1, what: "the frame rate", first: "30/1", this: "25/1"))
        #expect(throws: EncodeProblem.frameCount(what: "the joined video", expected: 11, got: 10)) {
            try Muxer(header: header(11), segments: [a, a]).write(to: scratch("v.mp4"))
        }
        #expect(problem([]) == .noSegments)
        guard case .unreadableSegment(0, _) = problem([scratch("nowhere.mp4")]) else { Issue.record("missing"); return }
        #expect(scratch.read("v.mp4").isEmpty)
        #expect(scratch.read("v.mp4.part").isEmpty)
    }

    @Test func aTruncatedSegmentIsRefused() throws {
        let file = try segments([40])[0]
        let whole = scratch.read(file)
        for part in [0, 10, whole.count / 4, whole.count / 2, whole.count - 1] {
            let cut = try scratch.write("cut.mp4", Array(whole[..<part]))
            do {
                try Muxer(header: header(40), segments: [cut]).write(to: scratch("v.mp4"))
                Issue.record("\(part) bytes of \(whole.count) were accepted")
            } catch let error as any Problem {
                guard case MuxProblem.unreadableSegment(0, _) = error else { Issue.record("\(error)"); return }
            }
        }
    }

    @Test func aFullDiskIsSaid() throws {
        let files = try segments([60])
        try shell("ln -s /dev/full '\(scratch("v.mp4.part"))'")
        do {
            try Muxer(header: header(60), segments: files).write(to: scratch("v.mp4"))
            Issue.record("nothing was thrown")
        } catch let error as LibAVError {
            #expect(error.isDiskFull)
            #expect(error.diagnostic.id == "disk-full")
            #expect(error.diagnostic.fault == .environment)
        }
        #expect(scratch.read("v.mp4").isEmpty)
    }

    @Test func webVTTIsRead() throws {
        let text =
            "\u{FEFF}WEBVTT - a title\r\n\r\nNOTE nothing\r\n\r\n1\r\n00:00:01.000 --> 00:00:02.500 "
            + "align:center\r\n<b>One</b> &amp; two\r\nnext\r\n\r\n01:00.000 --> 01:01.000\r\nThree"
        #expect(
            try TimedText.cues(webVTT: Array(text.utf8)) == [
                TimedCue(start: 1000, end: 2500, text: "One & two\nnext"),
                TimedCue(start: 60000, end: 61000, text: "Three"),
            ])
        #expect(throws: MuxProblem.badCaptions(line: 1, text: "1")) {
            try TimedText.cues(webVTT: Array("1\n00:00".utf8))
        }
        #expect(throws: MuxProblem.badCaptions(line: 3, text: "00:02.000 --> 00:01.000")) {
            try TimedText.cues(webVTT: Array("WEBVTT\n\n00:02.000 --> 00:01.000\nx".utf8))
        }
        #expect(throws: MuxProblem.badCaptions(line: 1, text: "")) { try TimedText.cues(webVTT: []) }
    }
}

extension String {
    /// How often `part` occurs.
    func components(_ part: String) -> Int { split(separator: part, omittingEmptySubsequences: false).count - 1 }
}
