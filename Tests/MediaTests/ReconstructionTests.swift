// What is measured from the pictures that an encoder reconstructs is what decoding its stream measures.
import Composition
import Media
import TestSupport
import Testing

@Suite struct ReconstructionTests {
    /// A segment: pictures that move, and pictures that stay.
    private struct Film {
        var settings: EncodeSettings
        /// How often each picture is shown.
        var runs: [Int]
        var count: Int { runs.reduce(0, +) }

        func drawn(_ frame: Int) -> PicturePlanes {
            var first = 0
            for (index, count) in runs.enumerated() {
                if frame < first + count { return planes(picture(settings.size, index * 3), settings.size) }
                first += count
            }
            fatalError("no such frame")
        }

        func encode(_ path: String, _ meter: ReconstructionMeter?) throws {
            let encoder = try SegmentEncoder(path: path, settings: settings, meter: meter)
            var frame = 0
            for count in runs {
                try encoder.encode(drawn(frame))
                for _ in 1..<count { try encoder.encodeRepeat() }
                frame += count
            }
            try encoder.finish()
        }
    }

    private static func moving(_ count: Int) -> [Int] { Array(repeating: 1, count: count) }

    private static let runs: [[Int]] = [
        [1], [2], [1, 1, 1], moving(9), moving(70), moving(150), [300], moving(20) + [40], [40] + moving(20),
        moving(10) + [70] + moving(10) + [90], [3, 3, 3, 1, 1, 5, 7, 2], moving(30) + [8], [130, 130],
    ]

    @Test(arguments: EncoderPreset.allCases) func whatIsReconstructedIsWhatIsDecoded(_ preset: EncoderPreset) throws {
        let folder = TemporaryFolder()
        for (number, runs) in Self.runs.enumerated() {
            for (size, rate, crf) in [
                (PixelSize(width: 320, height: 180), FrameRate(30), 20.0),
                (PixelSize(width: 98, height: 130), FrameRate(24000, 1001), 35),
            ] {
                let film = Film(
                    settings: EncodeSettings(
                        size: size, rate: rate, preset: preset, crf: crf, skipsHolds: number % 4 != 3),
                    runs: runs)
                let path = folder("\(number).mp4"), plain = folder("plain.mp4")
                let meter = try ReconstructionMeter(film.settings, frames: film.count, compares: true)
                try film.encode(path, meter)
                try film.encode(plain, nil)
                #expect(folder.read("\(number).mp4") == folder.read("plain.mp4"), "the bytes are the same, \(runs)")
                let (measures, posters) = try #require(
                    meter.finish(path: path) as (SegmentMeasures, SegmentPosters)?, "\(preset) \(runs)")
                var held: PicturePlanes?
                let (decoded, images) = try SegmentMeasures.measure(
                    path: path,
                    drawn: { frame in
                        held = film.drawn(frame)
                        return held
                    })
                // Each field, and numbers bit for bit.
                #expect(measures == decoded, "\(preset) \(runs) \(size)")
                #expect(posters == images)
                #expect(measures.video.likeness.count >= 1 && measures.packets.count == film.count)
            }
        }
    }

    /// Without drawn pictures nothing is compared, as when decoding.
    @Test func nothingIsComparedUnlessAskedFor() throws {
        let folder = TemporaryFolder(), film = Film(settings: .small, runs: Self.moving(40))
        let meter = try ReconstructionMeter(film.settings, frames: film.count, compares: false)
        try film.encode(folder("s.mp4"), meter)
        let measures = try #require(meter.finish(path: folder("s.mp4"))?.0)
        #expect(try measures == SegmentMeasures.measure(path: folder("s.mp4")).0 && measures.video.likeness.isEmpty)
    }

    /// A decoder that shows other pictures than the encoder reconstructed is believed: nothing is measured beside.
    @Test func aStreamThatDecodesToOtherPicturesIsNotMeasured() throws {
        let folder = TemporaryFolder(), size = EncodeSettings.small.size
        let film = Film(settings: .small, runs: Self.moving(40)), path = folder("s.mp4")
        let meter = try ReconstructionMeter(film.settings, frames: film.count, compares: true)
        try film.encode(path, meter)
        // Another segment of as many pictures lies where this one was written.
        let other = try SegmentEncoder(path: path, settings: .small)
        for index in 0..<40 { try other.encode(planes(picture(size, index * 3 + 1), size)) }
        try other.finish()
        #expect(meter.finish(path: path) == nil)
    }

    /// One with fewer pictures than were promised, or a damaged one, neither.
    @Test(arguments: ["short", "cut", "bits"]) func whatIsNotWholeIsNotMeasured(_ how: String) throws {
        let folder = TemporaryFolder(), film = Film(settings: .small, runs: Self.moving(40)), path = folder("s.mp4")
        let meter = try ReconstructionMeter(film.settings, frames: how == "short" ? 41 : 40, compares: true)
        try film.encode(path, meter)
        var bytes = folder.read("s.mp4")
        if how == "cut" { bytes.removeLast(bytes.count / 2) }
        if how == "bits" { for at in stride(from: bytes.count / 2, to: bytes.count, by: 40) { bytes[at] ^= 0x55 } }
        try folder.write("s.mp4", bytes)
        #expect(meter.finish(path: path) == nil)
    }
}
