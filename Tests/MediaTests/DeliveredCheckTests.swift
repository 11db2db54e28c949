// Stripes, levels, bars, phase, and picture against sound: each check on files that keep its rule and on files that
// break it.
import Composition
import Media
import TestSupport
import Testing

@Suite struct DeliveredCheckTests {
    let folder = TemporaryFolder()

    private func report(
        _ name: String, pictures: [String] = Delivered.pictures, sound: [String]? = Delivered.sound,
        encode: [String] = [],
        encodeSound: [String] = [], plan: Plan? = nil
    ) throws -> CheckReport {
        try check(
            path: Delivered.make(
                name, in: folder, pictures: pictures, sound: sound, encode: encode, encodeSound: encodeSound),
            name: name, plan: plan)
    }
    private func drawn(
        _ luma: String, cb: String = "128", cr: String = "128", seconds: Int = 2, size: String = "320x180"
    ) -> [String] {
        [
            "-f", "lavfi", "-i",
            "color=black:size=\(size):rate=30:duration=\(seconds),format=yuv420p,geq=lum='\(luma)':cb='\(cb)':cr='\(cr)'",
        ]
    }

    // MARK: D09.patterns

    @Test(arguments: [
        ("across", "if(lt(mod(X,20),10),235,16)"), ("down", "if(lt(mod(Y,20),10),235,16)"),
        ("slanted", "if(lt(mod(X+Y,24),12),235,16)"),
        ("soft", "126+100*sin(X*PI/8)"),
    ]) func stripes(name: String, luma: String) throws {
        let result = try report("\(name).mp4", pictures: drawn(luma), sound: nil)["D09.patterns"]
        #expect(
            result.verdict == .fail && result.from == 0
                && result.measured.hasSuffix("% of the picture striped for 2.00 s from 0.00 s"), "\(result)")
    }

    @Test(arguments: [
        ("five", "if(lt(mod(X,64),32),235,16)"),  // five pairs only
        ("faint", "if(lt(mod(X,20),10),110,100)"),  // below 20 cd/m2
        ("dim", "if(lt(mod(X,20),10),90,16)"),  // the light ones below 50 cd/m2
        ("small", "if(lt(mod(X,10),5)*lt(Y,40),235,16)"),  // 22 % of the picture
        ("uneven", "if(lt(mod(floor(X/7)*floor(X/7)*13,17),8),235,16)"),  // no two alike
    ]) func noStripes(name: String, luma: String) throws {
        let result = try report("\(name).mp4", pictures: drawn(luma), sound: nil)["D09.patterns"]
        #expect(result.verdict == .pass, "\(result)")
    }

    @Test func stripesOnAPartOfThePictureOrForAMoment() throws {
        // A third of the picture: more than a quarter, less than two fifths.
        let part = try report("part.mp4", pictures: drawn("if(lt(mod(X,12),6)*lt(Y,60),235,16)"), sound: nil)[
            "D09.patterns"]
        #expect(part.verdict == .warn, "\(part)")
        let moment = try report(
            "moment.mp4", pictures: drawn("if(lt(mod(X,20),10)*between(N,20,30),235,16)"), sound: nil)["D09.patterns"]
        #expect(moment.verdict == .pass && moment.measured.hasPrefix("at most 9"), "\(moment)")
        let text = try report(
            "text.mp4", pictures: ["-f", "lavfi", "-i", "color=white:size=640x360:rate=30:duration=1"], sound: nil,
            encode: [
                "-vf",
                (0..<12).map {
                    "drawtext=text='Illinois millions will fill till illness \($0)':x=10:y=\($0 * 29 + 5):fontsize=26"
                }.joined(separator: ","),
            ])["D09.patterns"]
        #expect(text.verdict == .pass, "\(text)")
    }

    // MARK: D10

    /// A picture that is white for a tenth of a second at 1 s, and a beep as long, so many milliseconds later.
    private func clap(_ name: String, late milliseconds: Int, plan: Plan? = nil) throws -> CheckResult {
        let start = 1.0 + Double(milliseconds) / 1000
        return try report(
            name, pictures: drawn("if(between(N,30,32),235,16)"),
            sound: [
                "-f", "lavfi", "-i", "aevalsrc='0.5*sin(2*PI*1000*t)*between(t,\(start),\(start + 0.1))':s=48000:d=2",
            ], plan: plan)["D10"]
    }

    @Test(arguments: [(0, true), (-35, true), (35, true), (-90, false), (120, false)]) func flashAndBeep(
        milliseconds: Int, isIn: Bool
    ) throws {
        let result = try clap("clap.mp4", late: milliseconds)
        #expect(result.verdict == (isIn ? .pass : .warn), "\(result)")
        #expect(result.measured.hasPrefix("1 flash with a beep: sound"), "\(result)")
        // The sound of these files is 21 ms late: an AAC encoder's first frame is played too.
        let words = result.measured.split(separator: " "),
            measured = words.firstIndex(of: "ms").flatMap { Int(words[$0 - 1]) } ?? 0
        #expect(abs((result.measured.contains("before") ? -measured : measured) - milliseconds - 21) <= 6, "\(result)")
    }

    @Test func eventsThatTheSpecNames() throws {
        var plan = Delivered.plan(frames: 60)
        plan.acceptance.sync = [1]
        #expect(try clap("kept.mp4", late: 0, plan: plan).verdict == .pass)
        let late = try clap("late.mp4", late: 150, plan: plan)
        #expect(
            late.verdict == .fail && late.from == 1
                && late.expected == "sound from 40 ms before to 60 ms after the picture", "\(late)")
        plan.acceptance.sync = [1.9]
        let nothing = try check(path: folder("kept.mp4"), plan: plan)["D10"]
        #expect(
            nothing.verdict == .fail && nothing.measured == "the picture does not change near 1.90 s", "\(nothing)")
        plan.acceptance.sync = [1]
        #expect(
            try report("mute.mp4", pictures: drawn("if(between(N,30,32),235,16)"), sound: nil, plan: plan)["D10"]
                .verdict == .notRun)
    }

    // MARK: D11

    @Test(arguments: [
        ("white", "if(lt(X,32),253,128)", "128", "128", true), ("black", "if(lt(X,32),1,128)", "128", "128", true),
        // Luma and colour are in their ranges and no screen has their sum.
        ("colour", "128", "if(lt(X,16),232,128)", "if(lt(X,16),232,128)", true),
        ("corner", "if(lt(X,12)*lt(Y,12),253,128)", "128", "128", false), ("bars", "16+219*X/W", "128", "128", false),
    ]) func levels(name: String, luma: String, cb: String, cr: String, isOutside: Bool) throws {
        let result = try report("\(name).mp4", pictures: drawn(luma, cb: cb, cr: cr), sound: nil)["D11"]
        #expect(result.verdict == (isOutside ? .warn : .pass), "\(result)")
        if isOutside { #expect(result.measured.contains(", for 2.00 s from 0.00 s") && result.from == 0, "\(result)") }
    }

    // MARK: D12

    @Test(arguments: [
        ("letterbox", "crop=320:132,pad=320:180:0:24", ["24", "rows at the top and", "24", "at the bottom"]),
        ("pillarbox", "crop=240:180,pad=320:180:40:0", ["40", "columns at the left and", "40", "at the right"]),
    ])
    func bars(name: String, filter: String, words: [String]) throws {
        let result = try report(
            "\(name).mp4", pictures: drawn("60+mod(X+Y+N,120)", seconds: 4), encode: ["-vf", filter])["D12"]
        #expect(result.verdict == .warn && result.measured.hasSuffix("black for 4.00 s from 0.00 s"), "\(result)")
        // An encoder may make the edge of a bar one sample wider or narrower.
        let numbers = result.measured.split(separator: " ").compactMap { Int($0) }
        #expect(
            numbers.count == 2 && numbers.allSatisfy { abs($0 - Int(words[0])!) <= 2 }
                && result.measured.contains(words[1]) && result.measured.contains(words[3]), "\(result)")
        // ffmpeg's cropdetect sees the same rectangle.
        let log = try shell(
            "ffmpeg -nostdin -i '\(folder("\(name).mp4"))' -vf cropdetect=limit=24:round=2 -f null - 2>&1")
        let crop = try #require(log.split(separator: "crop=").last).prefix { $0 != "\n" && $0 != " " && $0 != "\r" }
        #expect(crop == (name == "letterbox" ? "320:132:0:24" : "240:180:40:0"))
    }

    @Test func noBars() throws {
        // A title on black, bars on all sides, bars for half a second, and bars below only.
        for (name, filter) in [
            ("title", "drawbox=t=fill:color=black,drawbox=x=60:y=70:w=200:h=40:t=fill:color=white"),
            ("small", "scale=200:112,pad=320:180:60:34"),
            (
                "short",
                "drawbox=h=24:t=fill:color=black:enable='lt(n,15)',drawbox=y=156:h=24:t=fill:color=black:enable='lt(n,15)'"
            ),
            ("below", "drawbox=y=156:h=24:t=fill:color=black"),
        ] {
            let result = try report(
                "\(name).mp4", pictures: drawn("60+mod(X+Y+N,120)", seconds: 4), encode: ["-vf", filter])["D12"]
            #expect(result.verdict == .pass, "\(name) \(result)")
        }
        // Black between two shots does not end the bars.
        let cut = try report(
            "cut.mp4", pictures: drawn("60+mod(X+Y+N,120)", seconds: 4),
            encode: [
                "-vf",
                "drawbox=h=24:t=fill:color=black,drawbox=y=156:h=24:t=fill:color=black,"
                    + "drawbox=t=fill:color=black:enable='between(n,50,60)'",
            ])["D12"]
        #expect(cut.measured.hasSuffix("for 4.00 s from 0.00 s"), "\(cut)")
    }

    // MARK: D07.phase

    @Test func phase() throws {
        func result(_ name: String, _ filter: String) throws -> CheckResult {
            try report(name, encodeSound: ["-af", filter])["D07.phase"]
        }
        let mono = try result("mono.mp4", "pan=stereo|c0=c0|c1=c0")
        #expect(mono.verdict == .pass && mono.measured == "both channels equal", "\(mono)")
        let opposed = try result("opposed.mp4", "pan=stereo|c0=c0|c1=-1*c0")
        #expect(
            opposed.verdict == .fail && opposed.measured == "the channels are opposed throughout: correlation -1.00",
            "\(opposed)")
        let part = try report(
            "part.mp4",
            sound: [
                "-f", "lavfi", "-i",
                "aevalsrc='0.2*sin(440*2*PI*t)|0.2*sin(440*2*PI*t)*if(lt(t,6),1,-1)':s=48000:d=9.4",
            ])["D07.phase"]
        #expect(
            part.verdict == .warn && part.measured.hasPrefix("the channels are opposed for 3.")
                && abs((part.from ?? 0) - 6) < 0.2, "\(part)")
        // Uncompressed: an AAC encoder may take a constant away.
        let path = folder.make(
            "voltage.wav",
            [
                "-f", "lavfi", "-i", "aevalsrc='0.1*sin(440*2*PI*t)+0.02|0.1*sin(440*2*PI*t)':s=48000:d=2", "-c:a",
                "pcm_s16le",
            ])
        let voltage = try check(path: path, plan: nil)["D07.phase"]
        #expect(
            voltage.verdict == .warn && voltage.measured == "a DC offset of 2.0 % of full scale in channel 1",
            "\(voltage)")
    }
}
