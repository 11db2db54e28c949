// Each check on a file that keeps its rule and on files that break it.
import Composition
import Diagnostics
import Media
import TestSupport
import Testing

@Suite struct CheckTests {
    let folder = TemporaryFolder()

    private func report(_ name: String, _ arguments: [String], plan: Plan? = Delivered.plan()) throws -> CheckReport {
        try check(path: folder.make(name, arguments), name: name, plan: plan)
    }
    /// The good file with other pictures, sound, encoding or muxing.
    private func made(
        _ name: String, pictures: [String] = Delivered.pictures, sound: [String]? = Delivered.sound,
        encode: [String] = [],
        encodeSound: [String] = [], mux: [String] = Delivered.mux, plan: Plan? = Delivered.plan(),
        profile: Profile = .none
    ) throws -> CheckReport {
        let path = Delivered.make(
            name, in: folder, pictures: pictures, sound: sound, encode: encode, encodeSound: encodeSound, mux: mux)
        return try check(path: path, name: name, plan: plan, profile: profile)
    }

    @Test func theTableIsWhole() {
        #expect(Set(Check.all.map(\.id)).count == Check.all.count)
        for check in Check.all {
            for text in [check.id, check.title, check.measures, check.threshold, check.source, check.runbook] {
                #expect(!text.isEmpty, "\(check.id)")
            }
        }
    }

    @Test func aGoodFile() throws {
        let report = try made("good.mp4")
        #expect(report.complaints == [] && report.passed, "\(report.results)")
        #expect(report.results.map(\.id) == Check.all.map(\.id))
        #expect(report.results.allSatisfy { $0.hint == nil })
        #expect(report["D02.frames"].measured == "120 frames, constant 30 fps")
        #expect(report["D03"].measured.hasPrefix("pictures 4.000 s, sound 4.0"))
        #expect(report["D05"].measured.hasSuffix("4 closed groups of at most 1.00 s"))
        #expect(report["D08"].measured == "none")
        #expect(report.bytes == folder.read("good.mp4").count)
        let sum = try Program.run(["sha256sum", folder("good.mp4")]).out
        #expect(sum.hasPrefix(report.sha256))
        #expect(report.series.map(\.name) == ["loudness", "luma", "flashes"])
        // Equal input, equal report; and a file that no plan describes.
        #expect(try check(path: folder("good.mp4"), plan: Delivered.plan()) == report)
        #expect(try check(path: folder("good.mp4"), plan: nil).complaints == [])
    }

    /// A check that had nothing to look at, or was asked nothing, has not passed.
    @Test func nothingAskedIsNoPass() throws {
        let planned = try made("asked-nothing.mp4"),
            alone = try check(path: folder("asked-nothing.mp4"), plan: nil)
        for result in planned.results + alone.results where result.expected == "none asked" {
            #expect(result.verdict == .notApplicable, "\(result)")
        }
        let idle: Set = ["D06", "D10", "D13", "D14", "D14.captions", "D14.motion", "D14.sound", "D15", "A01", "A02"]
        #expect(Set(planned.results.filter { $0.verdict == .notApplicable }.map(\.id)) == idle, "\(planned.results)")
        #expect(
            Set(alone.results.filter { $0.verdict == .notApplicable }.map(\.id)) == idle.union(["D08.frozen"]),
            "\(alone.results)")
        #expect(alone.passed && !CheckReport(sha256: "", bytes: 0, results: []).passed)
        let nothing = planned.results.filter { $0.verdict == .notApplicable }
        #expect(!CheckReport(sha256: "", bytes: 0, results: nothing).passed, "nothing was judged")
    }

    // MARK: Pictures

    @Test func wrongRate() throws {
        let report = try made("slow.mp4", pictures: ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=4"])
        #expect(report["D02.frames"].verdict == .fail)
        #expect(report["D02.frames"].measured.hasPrefix("100 frames; 25 fps on average, uneven from frame 1: up to"))
        #expect(report["D02.frames"].expected == "120 frames, constant 30 fps")
    }

    @Test func variableRate() throws {
        let report = try made("vfr.mp4", encode: ["-vf", "select='not(eq(mod(n,10),3))'", "-vsync", "vfr"])
        #expect(report["D02.frames"].verdict == .fail)
        #expect(report["D02.frames"].measured.hasPrefix("108 frames"))
        // Frame 3 is gone, so the fourth picture comes one frame late, at 4/30 s.
        #expect(abs((report["D02.frames"].from ?? 0) - 4.0 / 30) < 0.001)
        // A file that nobody planned is warned of, not failed.
        #expect(try check(path: folder("vfr.mp4"), plan: nil)["D02.frames"].verdict == .warn)
    }

    @Test func ntscRateIsConstant() throws {
        let plan = Delivered.plan()
        var ntsc = plan
        ntsc.rate = FrameRate(30000, 1001)
        let report = try made(
            "ntsc.mp4", pictures: ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=30000/1001:duration=4.004"],
            plan: ntsc)
        #expect(report["D02.frames"].verdict == .pass, "\(report["D02.frames"])")
        #expect(report["D02.frames"].measured == "120 frames, constant 29.97 fps")
        // Matroska counts milliseconds: 33, 33, 34 is constant too.
        let mkv = try self.report("ntsc.mkv", ["-i", folder("ntsc.mp4"), "-c", "copy"], plan: nil)
        #expect(mkv["D02.frames"].verdict == .pass, "\(mkv["D02.frames"])")
        #expect(mkv["D05"].verdict == .notRun && !mkv.passed)
    }

    @Test(arguments: [
        ("wide.mp4", ["-vf", "scale=640:360"], "640x360 pixels"),
        ("444.mp4", ["-pix_fmt", "yuv444p"], "profile High 4:4:4 Predictive; pixel format yuv444p"),
        ("10.mp4", ["-pix_fmt", "yuv420p10le"], "profile High 10; pixel format yuv420p10le"),
        ("sar.mp4", ["-vf", "setsar=4/3"], "pixel aspect ratio 4:3"),
        ("inter.mp4", ["-flags", "+ilme+ildct", "-x264-params", "tff=1"], "120 interlaced pictures"),
        (
            "odd.mp4", ["-vf", "format=yuv444p,crop=319:179", "-pix_fmt", "yuv444p"],
            "319x179 pixels; profile High 4:4:4 Predictive; pixel format yuv444p; an odd size, 319x179"
        ),
    ])
    func pictureFormat(name: String, encode: [String], measured: String) throws {
        let result = try made(name, encode: encode)["D02"]
        #expect(result.verdict == .fail && result.measured == measured, "\(result)")
    }

    @Test func rotated() throws {
        _ = Delivered.make("good.mp4", in: folder)
        let report = try report(
            "turned.mp4", ["-i", folder("good.mp4"), "-c", "copy", "-metadata:s:v", "rotate=90"] + Delivered.mux)
        #expect(report["D02"].measured == "pictures are stored rotated" && report["D02"].verdict == .fail)
    }

    @Test func colourTags() throws {
        let untagged = try report(
            "untagged.mp4", Delivered.pictures + ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-bf", "0"] + Delivered.mux)
        #expect(untagged["D04"].verdict == .fail)
        #expect(
            untagged["D04"].measured == "primaries unknown; transfer unknown; matrix unknown; range unknown",
            "\(untagged["D04"])")
        let wrong = try made("601.mp4", encode: ["-colorspace", "smpte170m", "-color_range", "pc"])
        #expect(wrong["D04"].measured.hasPrefix("matrix smpte170m; range full"), "\(wrong["D04"])")
    }

    // MARK: Layout

    @Test func indexLast() throws {
        let result = try made("late.mp4", mux: ["-use_editlist", "0"])["D05"]
        #expect(result.verdict == .fail && result.measured == "the index comes after the media")
        #expect(result.hint?.contains("+faststart") == true)
    }

    @Test func editList() throws {
        let result = try made("edited.mp4", mux: ["-movflags", "+faststart"])["D05"]
        // It skips the delay of decoding and nothing else.
        #expect(result.verdict == .warn)
        #expect(
            result.measured.contains("an edit list in the video track")
                && result.measured.contains("an edit list in the sound track"))
    }

    @Test func lateStart() throws {
        let result = try made("late-start.mp4", encode: ["-bf", "2"])["D05"]
        #expect(result.verdict == .fail && result.measured.contains("the first picture is at 0.067 s"), "\(result)")
    }

    @Test func openGroups() throws {
        let result = try made("open.mp4", encode: ["-bf", "3", "-x264-params", "open-gop=1:scenecut=0:b-adapt=0"])[
            "D05"]
        #expect(result.verdict == .fail && result.measured.contains("an open group at 1."), "\(result)")
        #expect(result.measured.contains("the first picture is at"))
    }

    @Test func soundThatStartsLate() throws {
        _ = Delivered.make("good.mp4", in: folder)
        let result = try report(
            "delayed.mp4",
            [
                "-i", folder("good.mp4"), "-itsoffset", "0.5", "-i", folder("good.mp4"),
                "-map", "0:v", "-map", "1:a", "-c", "copy", "-movflags", "+faststart",
            ])["D05"]
        #expect(result.verdict == .fail && result.measured.contains("sound starts at 0.5"), "\(result)")
    }

    // MARK: Lengths

    @Test func lengths() throws {
        let short = try made("short.mp4", pictures: ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=30:duration=3"])
        #expect(short["D03"].verdict == .fail && short["D03"].measured == "pictures last 3.000 s")
        #expect(short["D02.frames"].measured == "90 frames")
        let cut = try made(
            "cut-sound.mp4", sound: ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=2"])
        #expect(cut["D03"].verdict == .fail && cut["D03"].measured.hasPrefix("sound is 1.9"), "\(cut["D03"])")
        #expect((cut["D03"].from ?? 0) > 1.9)
    }

    @Test func acceptance() throws {
        let plan = Delivered.plan(
            acceptance: Plan.Acceptance(duration: 4.2, durationTolerance: 0.1, maximumBytes: 1000))
        let report = try made("asked.mp4", plan: plan)
        #expect(
            report["A01"].verdict == .fail && report["A01"].measured == "4.000 s"
                && report["A01"].expected == "4.200 ± 0.100 s")
        #expect(report["A02"].verdict == .fail && report["A02"].expected == "at most 1000 bytes")
        let kept = Delivered.plan(
            acceptance: Plan.Acceptance(duration: 4.05, durationTolerance: 0.1, maximumBytes: 10_000_000))
        #expect(try check(path: folder("asked.mp4"), plan: kept).complaints == [])
    }

    // MARK: Sound

    @Test func missingSound() throws {
        let report = try made("mute.mp4", sound: nil)
        #expect(report["D02"].measured == "no sound" && report["D07"].verdict == .fail)
        #expect(report["D06"].verdict == .notRun && report["D07.clipping"].verdict == .notRun)
        #expect(try check(path: folder("mute.mp4"), plan: Delivered.plan(hasSound: false)).complaints == [])
    }

    @Test func silentSound() throws {
        let loudness = AudioMix.Loudness(integrated: -14, truePeak: -1)
        let report = try made(
            "silent.mp4", sound: ["-f", "lavfi", "-t", "4", "-i", "anullsrc=r=48000:cl=stereo"],
            plan: Delivered.plan(loudness: loudness))
        #expect(report["D07"].verdict == .fail && report["D07"].measured == "silent throughout")
        #expect(report["D06"].verdict == .fail && report["D06"].measured == "silence")
        let planned = try check(
            path: folder("silent.mp4"), plan: Delivered.plan(hasSound: false, loudness: loudness))
        #expect(planned.complaints == [], "\(planned.results)")
    }

    @Test func oneSilentChannel() throws {
        let result = try made("left.mp4", encodeSound: ["-af", "pan=stereo|c0=c0|c1=0*c0"])["D07"]
        #expect(result.verdict == .fail && result.measured.hasPrefix("channel 2 of 2 is silent"))
    }

    @Test func clippedSound() throws {
        let result = try made("loud.mp4", encodeSound: ["-af", "volume=30dB"])["D07.clipping"]
        #expect(result.verdict == .fail && result.from != nil, "\(result)")
    }

    @Test func loudnessAgainstThePlan() throws {
        let measured = try #require(
            MediaReader(path: Delivered.make("good.mp4", in: folder)).inspect().audio?.sound.integrated)
        func verdict(_ integrated: Double, _ peak: Double) throws -> CheckResult.Verdict {
            try check(
                path: folder("good.mp4"),
                plan: Delivered.plan(loudness: AudioMix.Loudness(integrated: integrated, truePeak: peak)))["D06"]
                .verdict
        }
        #expect(try verdict(measured + 0.9, -1) == .pass)
        #expect(try verdict(measured + 1.1, -1) == .fail)
        #expect(try verdict(measured - 1.1, -1) == .fail)
        #expect(try verdict(measured, -40) == .fail)
    }

    @Test func soundThatHardlyAnybodyHears() throws {
        let soft = try made("soft.mp4", encodeSound: ["-af", "volume=-30dB"])["D06"]
        #expect(soft.verdict == .warn && soft.expected == "-33.0 to -8.0 LUFS where none is asked", "\(soft)")
        let loud = try made("loud.mp4", encodeSound: ["-af", "volume=40dB,alimiter=limit=0.9:level=false"])["D06"]
        #expect(loud.verdict == .warn && loud.expected == soft.expected, "\(loud)")
        #expect(try made("usual.mp4")["D06"].verdict == .notApplicable)
    }

    // MARK: Black and frozen pictures

    @Test func blackSpan() throws {
        let black = "drawbox=color=black:t=fill:enable='between(t,1.49,2.51)'"
        let result = try made("dark.mp4", encode: ["-vf", black])["D08"]
        #expect(result.verdict == .warn && result.hint != nil)
        #expect(abs((result.from ?? 0) - 1.5) < 0.04 && abs((result.to ?? 0) - 2.533) < 0.04, "\(result)")
        #expect(result.measured.hasSuffix("in scene 'one'"))
        let blink = try made("blink.mp4", encode: ["-vf", "drawbox=color=black:t=fill:enable='between(t,1.49,1.8)'"])[
            "D08"]
        #expect(blink.verdict == .pass && blink.measured.hasPrefix("0.3"))
        let all = try made("night.mp4", pictures: ["-f", "lavfi", "-i", "color=black:size=320x180:rate=30:duration=4"])
        #expect(all["D08"].verdict == .fail && all["D08"].measured == "black throughout")
        // The worst span is shown, and all of them are listed: who waives one has not waived another.
        var strict = Profile.none
        strict.severities["D08"] = .fail
        let twice = try made(
            "twice.mp4",
            encode: ["-vf", "drawbox=color=black:t=fill:enable='between(t,0.49,1.2)+between(t,2.09,3.01)'"],
            profile: strict)["D08"]
        #expect(twice.verdict == .fail && twice.spans?.count == 2, "\(twice)")
        #expect(abs((twice.spans?.first?.from ?? 0) - 0.5) < 0.04 && abs((twice.from ?? 0) - 2.1) < 0.04, "\(twice)")
    }

    @Test func standingPictures() throws {
        let held = try made(
            "held.mp4", pictures: ["-f", "lavfi", "-i", "color=0x336699:size=320x180:rate=30:duration=4"])
        #expect(held["D08.frozen"].verdict == .fail && held["D08.frozen"].measured == "the same picture throughout")
        // A plan that shows one thing all the time is kept by a picture that stands.
        var still = Delivered.plan()
        still.spans = [Plan.Span(startFrame: 0, frames: 120, segment: .of("x"), scenes: ["one"], cues: [])]
        #expect(try check(path: folder("held.mp4"), plan: still)["D08.frozen"].verdict == .notApplicable)
        let part = try made(
            "part.mp4", pictures: ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=30:duration=2"],
            encode: ["-vf", "loop=loop=60:size=1:start=30,setpts=N/30/TB"])["D08.frozen"]
        #expect(part.verdict == .pass && part.measured == "longest hold 2.00 s from 1.00 s", "\(part)")
    }

    // MARK: Broken files

    @Test(arguments: [0.01, 0.2, 0.5, 0.8, 0.99]) func truncated(share: Double) throws {
        _ = Delivered.make("good.mp4", in: folder)
        let report = try check(
            path: try folder.cut("cut.mp4", from: "good.mp4", keeping: share), plan: Delivered.plan())
        #expect(report["D01"].verdict == .fail && !report.passed)
        if share > 0.1 { #expect(report["D01"].measured.contains("in a box 'mdat'")) }
        if share == 0.5 {
            #expect(report["D02.frames"].verdict == .fail && (report["D01"].from ?? 0) > 0.5, "\(report["D01"])")
        }
    }

    @Test func corruptInTheMiddle() throws {
        _ = Delivered.make("good.mp4", in: folder)
        var bytes = folder.read("good.mp4")
        let media = try #require(Mp4Boxes(bytes: bytes).top.first { $0.type == "mdat" })
        let middle = media.offset + media.size / 2
        for offset in middle..<middle + media.size / 12 { bytes[offset] = UInt8(truncatingIfNeeded: offset &* 31 >> 3) }
        let result = try check(path: try folder.write("bad.mp4", bytes), plan: Delivered.plan())["D01"]
        #expect(result.verdict == .fail, "\(result)")
        #expect((result.from ?? -1) > 1 && (result.from ?? 9) < 3, "\(result)")
    }

    @Test func notAVideo() throws {
        let text = try check(path: try folder.write("text.mp4", "not a video at all\n"), plan: Delivered.plan())
        #expect(text["D01"].verdict == .fail && text["D01"].measured == "it is a text file")
        let empty = try check(path: try folder.write("empty.mp4", []), plan: Delivered.plan())
        #expect(empty["D01"].measured == "the file is empty")
        let picture = try check(
            path: folder.make("picture.png", ["-f", "lavfi", "-i", "color=red:size=16x16", "-frames:v", "1"]), plan: nil
        )
        #expect(picture["D01"].measured == "it is a PNG picture")
        for report in [text, empty] {
            // What was not measured is not a pass.
            #expect(
                report.results.filter { $0.id != "D01" }.allSatisfy { $0.verdict == .notRun }, "\(report.complaints)")
            #expect(!report.passed)
        }
        #expect(
            problem { _ = try check(path: folder("none.mp4"), name: "none.mp4", plan: nil) }
                == .missing(name: "none.mp4", similar: nil))
        let sound = try check(path: folder.make("only.m4a", Delivered.sound), plan: Delivered.plan())
        #expect(
            sound["D02"].verdict == .fail && sound["D02"].measured == "no pictures"
                && sound["D02.frames"].verdict == .notRun)
    }

    @Test func hostileFilesDoNotCrash() throws {
        _ = Delivered.make("good.mp4", in: folder)
        let bytes = folder.read("good.mp4")
        var random = Seeded.untried()
        for _ in 0..<40 {
            var broken = bytes
            for _ in 0..<20 {
                broken[Int.random(in: 0..<min(6000, bytes.count), using: &random)] = .random(
                    in: 0...255, using: &random)
            }
            do { _ = try check(path: try folder.write("fuzz.mp4", broken), plan: Delivered.plan()) } catch {
                #expect(error is MediaProblem, "\(error)")
            }
        }
    }
}
