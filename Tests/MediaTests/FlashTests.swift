// D09 against known answers: clips that other detectors judge wrongly, made here, and those of IRIS where they are
// present.
import Composition
import FoundationEssentials
import Media
import TestSupport
import Testing

@Suite struct FlashTests {
    let folder = TemporaryFolder()

    /// One colour, with boxes of another drawn over it.
    private func clip(_ name: String, _ colour: String, _ boxes: [String], seconds: Int = 2, encode: [String] = [])
        throws -> Inspection
    {
        let pictures = ["-f", "lavfi", "-i", "color=\(colour):size=320x180:rate=30:duration=\(seconds)"]
        let filter = boxes.isEmpty ? [] : ["-vf", boxes.map { "drawbox=\($0):t=fill" }.joined(separator: ",")]
        return try inspect(folder.make(name + ".mp4", pictures + Delivered.encode + filter + encode))
    }
    private func inspect(_ path: String) throws -> Inspection { try MediaReader(path: path).inspect() }
    private func find(_ inspection: Inspection) throws -> (general: FlashHistory, red: FlashHistory) {
        let video = try #require(inspection.video)
        return try #require(
            FlashHistory.find(in: video.flashes, times: video.frames.stamps.map { Double($0) * video.tick }))
    }
    private func result(_ inspection: Inspection) -> CheckResult { inspection.report(plan: nil)["D09"] }

    /// On for three frames, off for three: 5 Hz.
    private let fast = "enable='lt(mod(n,6),3)'"
    private let otherwise = "enable='gte(mod(n,6),3)'"
    private let whole = "x=0:y=0:w=iw:h=ih"

    // MARK: Clips that fail

    @Test func wholePicture() throws {
        let inspection = try clip("full", "black", ["\(whole):color=white:\(fast)"])
        let found = result(inspection)
        #expect(found.verdict == .fail, "\(found)")
        #expect(found.measured.hasPrefix("general flashes: 5.0 a second over 100 % of the picture from 0."), "\(found)")
        #expect(found.hint?.contains("advisory") == true)
        let from = try #require(found.from), to = try #require(found.to)
        #expect(from >= 0 && to <= 2 && abs(to - from - 1) < 0.07, "\(found)")
        #expect(try find(inspection).red.worst == nil)
    }

    @Test func red() throws {
        let red = result(try clip("red", "black", ["\(whole):color=red:\(fast)"]))
        #expect(red.verdict == .fail && red.measured.contains("red flashes: 5.0 a second over 100 %"), "\(red)")
        // Luminance of pure red 0.2126, and a grey of the same: no general flash at all.
        let equal = try clip("equal", "0x7f7f7f", ["\(whole):color=red:\(fast)"])
        #expect(result(equal).measured.hasPrefix("red flashes: 5.0 a second over 100 %"), "\(result(equal))")
        #expect(try find(equal).general.worst == nil)
        let blue = result(try clip("red-blue", "blue", ["\(whole):color=red:enable='lt(mod(n*12,30),15)'"]))
        #expect(blue.verdict == .fail && blue.measured.contains("red flashes: 12"), "\(blue)")
    }

    @Test func partOfThePicture() throws {
        let inspection = try clip("30", "black", ["x=61:y=43:w=192:h=90:color=white:\(fast)"])
        #expect(result(inspection).verdict == .fail, "\(result(inspection))")
        let area = try #require(find(inspection).general.worst).area
        #expect(area >= 0.295 && area < 0.33, "\(area)")
    }

    /// The mean of the whole picture changes by 0.083 only.
    @Test func partOfThePictureWithLittleContrast() throws {
        let found = result(try clip("42", "0x808080", ["x=50:y=30:w=208:h=116:color=0xadadad:\(fast)"]))
        #expect(found.verdict == .fail && found.measured.hasPrefix("general flashes: 5.0 a second over 4"), "\(found)")
    }

    /// The mean of the whole picture never changes.
    @Test func halvesInTurn() throws {
        let found = result(
            try clip(
                "halves", "black",
                ["x=0:y=0:w=iw/2:h=ih:color=white:\(fast)", "x=iw/2:y=0:w=iw/2:h=ih:color=white:\(otherwise)"]))
        #expect(
            found.verdict == .fail && found.measured.hasPrefix("general flashes: 5.0 a second over 100 %"), "\(found)")
    }

    // MARK: Clips that do not

    @Test(arguments: [("23", "x=83:y=47:w=154:h=86", 0.2299), ("17", "x=94:y=53:w=132:h=74", 0.1696)])
    func smallerThanAQuarter(name: String, box: String, area: Double) throws {
        let inspection = try clip(name, "black", ["\(box):color=white:\(fast)"])
        let found = result(inspection)
        #expect(found.verdict == .pass && found.measured.hasPrefix("more than 3 flashes a second over "), "\(found)")
        let worst = try #require(find(inspection).general.worst)
        #expect(worst.area >= area - 0.005 && worst.area < area + 0.02 && abs(worst.flashes - 5) < 0.1, "\(worst)")
    }

    @Test func twoASecond() throws {
        let slow = "\(whole):color=white:enable='lt(mod(n,15),7.5)'"
        let found = result(try clip("2hz", "black", [slow], seconds: 6))
        #expect(found.verdict == .warn, "\(found)")
        #expect(
            found.measured.hasPrefix(
                "general flashes: 2 or 3 a second over more than 25 % of the picture for 4 s up to "), "\(found)")
        // Not for long enough, and over too little.
        #expect(result(try clip("2hz-short", "black", [slow], seconds: 3)).verdict == .pass)
        #expect(
            result(
                try clip(
                    "2hz-small", "black", ["x=94:y=53:w=132:h=74:color=white:enable='lt(mod(n,15),7.5)'"], seconds: 6)
            ).verdict == .pass)
    }

    @Test func lowContrastAndNone() throws {
        #expect(
            result(try clip("low", "0x606060", ["\(whole):color=0x707070:\(fast)"])).measured == "none above 3 a second"
        )
        #expect(result(try clip("grey", "0x808080", [])).measured == "none above 3 a second")
        // Both states above 160 cd/m2.
        #expect(result(try clip("bright", "white", ["\(whole):color=0xeaeaea:\(fast)"])).verdict == .pass)
    }

    @Test func slowFade() throws {
        let path = folder.make(
            "fade.mp4",
            [
                "-f", "lavfi", "-i", "color=black:size=160x90:rate=30:duration=4", "-vf",
                "geq=lum='16+219*abs(mod(T,2)-1)':cb=128:cr=128",
            ] + Delivered.encode)
        let found = result(try inspect(path))
        #expect(found.verdict == .pass && found.measured == "none above 3 a second", "\(found)")
    }

    /// Static patterns are another rule.
    @Test func stripesThatStand() throws {
        let path = folder.make(
            "stripes.mp4",
            [
                "-f", "lavfi", "-i", "color=black:size=320x180:rate=30:duration=2", "-vf",
                "geq=lum='if(lt(mod(X,20),10),235,16)':cb=128:cr=128",
            ] + Delivered.encode)
        #expect(result(try inspect(path)).measured == "none above 3 a second")
        let check = try #require(Check.all.first { $0.id == "D09" })
        #expect(
            check.measures.contains("D09.patterns")
                && check.source.contains("require a certified test, which this is not"))
    }

    // MARK: Formats

    @Test func formats() throws {
        let flash = ["\(whole):color=white:\(fast)"]
        for (format, name) in [("yuv444p", "444"), ("yuv420p10le", "10"), ("gray", "gray")] {
            let found = result(try clip(name, "black", flash, encode: ["-pix_fmt", format]))
            #expect(found.verdict == .fail && found.measured.contains("5.0 a second over 100 %"), "\(format) \(found)")
        }
        let wide = result(try clip("pq", "black", flash, encode: ["-color_trc", "smpte2084"]))
        #expect(wide.verdict == .notRun && wide.measured.hasPrefix("high dynamic range"), "\(wide)")
        let rgb = folder.make(
            "rgb.mkv",
            ["-f", "lavfi", "-i", "color=red:size=64x36:rate=30:duration=1", "-c:v", "ffv1", "-pix_fmt", "bgr0"])
        #expect(result(try inspect(rgb)).verdict == .notRun)
        let tall = folder.make(
            "tall.mp4", ["-f", "lavfi", "-i", "color=white:size=90x160:rate=30:duration=1"] + Delivered.encode)
        let cells = try #require(inspect(tall).video).flashes
        #expect(cells.columns == 27 && cells.rows == 48 && cells.frames == 30)
    }

    // MARK: Segments

    /// Each segment flashes too briefly to fail; the file that they are joined to fails, and its pictures are not
    /// decoded for it.
    @Test func segmentsGiveTheSameAsTheWhole() throws {
        let size = EncodeSettings.small.size, chroma = [UInt8](repeating: 128, count: size.width * size.height / 4)
        var files: [String] = []
        for segment in 0..<3 {
            let path = folder("segment\(segment).mp4")
            let encoder = try SegmentEncoder(path: path, settings: .small)
            for frame in 0..<15 {
                let isOn = (segment * 15 + frame) % 6 < 3
                var y = [UInt8](repeating: isOn ? 235 : 16, count: size.width * size.height)
                for place in y.indices where place % size.width < 40 { y[place] = UInt8(16 + place % 200) }
                try encoder.encode(planes((y, chroma, chroma), size))
            }
            _ = try encoder.finish()
            files.append(path)
        }
        let path = folder("joined.mp4")
        try Muxer(
            header: Header(title: "Joined", language: "en", size: size, rate: FrameRate(30), frames: 45),
            segments: files
        ).write(to: path)

        let measures = try files.map { try SegmentMeasures.measure(path: $0).0 }
        let stored = try measures.map { try JSONDecoder().decode(SegmentMeasures.self, from: JSONEncoder().encode($0)) }
        #expect(stored == measures)
        let known = try MediaReader(path: path).inspect(known: stored),
            decoded = try MediaReader(path: path).inspect(known: [])
        #expect(known.video?.flashes.parts.count == 3 && decoded.video?.flashes.parts.count == 1)
        #expect(try find(known) == find(decoded))
        #expect(result(known) == result(decoded) && result(known).verdict == .fail, "\(result(known))")
        for file in files { #expect(result(try inspect(file)).verdict == .pass) }
    }

    @Test func cellsAreSmallAndComeBack() throws {
        // Pictures that change everywhere: the worst case of a real clip, and one of motion graphics.
        let noise = try inspect(
            folder.make(
                "noise.mp4",
                ["-f", "lavfi", "-i", "mandelbrot=size=320x180:rate=30", "-t", "2", "-vf", "noise=alls=20:allf=t"]
                    + Delivered.encode))
        let video = try #require(noise.video)
        #expect(video.flashes.frames == 60)
        let stored = try JSONEncoder().encode(video.flashes)
        #expect(stored.count < 110_000, "\(stored.count)")
        #expect(try JSONDecoder().decode(FlashCells.self, from: stored) == video.flashes)
        let still = try clip("still", "0x336699", [])
        #expect(try JSONEncoder().encode(#require(still.video).flashes).count < 6000)
    }

    /// Stored measures may be damaged: nothing is found then, and nothing breaks.
    @Test func damagedCells() throws {
        let inspection = try clip("damaged", "black", ["\(whole):color=white:\(fast)"])
        let video = try #require(inspection.video)
        let times = video.frames.stamps.map { Double($0) * video.tick }
        var cells = video.flashes
        cells.parts[0].bytes.removeLast()
        #expect(FlashHistory.find(in: cells, times: times) == nil)
        cells.parts[0].bytes += [255, 3]
        #expect(FlashHistory.find(in: cells, times: times) == nil)
        cells.parts[0].bytes = [0xFD]
        #expect(FlashHistory.find(in: cells, times: times) == nil)
        cells = video.flashes
        cells.parts[0].bytes += [0]
        #expect(FlashHistory.find(in: cells, times: times) == nil)
        cells.columns = Int.max
        cells.rows = 1
        #expect(FlashHistory.find(in: cells, times: times) == nil)
        cells = video.flashes
        cells.parts.append(FlashCells.Part(frames: Int.max, bytes: []))
        #expect(FlashHistory.find(in: cells, times: times) == nil)
        var damaged = inspection
        damaged.video?.flashes = FlashCells()
        #expect(result(damaged).verdict == .notRun)
        #expect(FlashHistory.find(in: video.flashes, times: [Double](repeating: 0, count: times.count)) != nil)
    }

    @Test func otherThresholdsDecodeNothing() throws {
        let inspection = try clip("rule", "black", ["\(whole):color=white:\(fast)"])
        let video = try #require(inspection.video)
        let times = video.frames.stamps.map { Double($0) * video.tick }
        var rule = FlashRule()
        rule.flashes = 5
        #expect(FlashHistory.find(in: video.flashes, times: times, rule: rule)?.general.isTooMuch == false)
        rule = FlashRule()
        rule.area = 1
        #expect(FlashHistory.find(in: video.flashes, times: times, rule: rule)?.general.isTooMuch == false)
    }
}
