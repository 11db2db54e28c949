// Holds: frames that are equal in a row are one encoded picture and pictures that repeat it. Every frame is decoded.
import Composition
import FoundationEssentials
import Media
import TestSupport
import Testing

@Suite struct HoldTests {
    /// Motion, a hold, motion.
    struct Film {
        var settings: EncodeSettings
        var before: Int
        var hold: Int
        var after: Int
        /// The motion before is a fade from black, and that after one to black.
        var fades = false

        var count: Int { before + hold + after }
        var held: Range<Int> { before..<before + hold }

        func drawn(_ frame: Int) -> (y: [UInt8], u: [UInt8], v: [UInt8]) {
            let size = settings.size
            guard fades else { return picture(size, held.contains(frame) ? before : frame) }
            let light = frame < before ? (frame, before) : held.contains(frame) ? (1, 1) : (count - 1 - frame, after)
            var faded = picture(size, 3)
            for place in faded.y.indices { faded.y[place] = UInt8(16 + (Int(faded.y[place]) - 16) * light.0 / light.1) }
            return faded
        }

        func write(_ path: String) throws {
            let encoder = try SegmentEncoder(path: path, settings: settings)
            for frame in 0..<count {
                if held.dropFirst().contains(frame) {
                    try encoder.encodeRepeat()
                } else {
                    try encoder.encode(planes(drawn(frame), settings.size))
                }
            }
            #expect(try encoder.finish() == count)
        }
    }

    static func settings(
        _ preset: EncodeSettings.Preset, _ width: Int = 320, _ height: Int = 180, rate: FrameRate = FrameRate(30)
    ) -> EncodeSettings {
        EncodeSettings(size: PixelSize(width: width, height: height), rate: rate, preset: preset)
    }

    static let films: [Film] =
        EncodeSettings.Preset.allCases.flatMap { preset in
            // The hold alone, after as many pictures as make every order of decoding, and before others.
            [
                (0, 8, 0), (0, 60, 3), (1, 8, 0), (2, 9, 0), (3, 12, 0), (4, 40, 0), (5, 33, 0), (6, 8, 0), (7, 70, 0),
                (24, 61, 20), (41, 70, 1),
            ].map { Film(settings: settings(preset), before: $0.0, hold: $0.1, after: $0.2) }
                + [Film(settings: settings(preset), before: 6, hold: 62, after: 6, fades: true)]
        } + [
            // Longer than a keyframe's interval, by one and by many.
            Film(settings: settings(.graphics, 160, 90), before: 0, hold: 121, after: 0),
            Film(settings: settings(.medium, 160, 90), before: 0, hold: 360, after: 4),
            // Sizes that macroblocks do not fill, the smallest, and those of levels.
            Film(settings: settings(.graphics, 16, 16), before: 3, hold: 20, after: 0),
            Film(settings: settings(.medium, 18, 34), before: 6, hold: 20, after: 0),
            Film(settings: settings(.slow, 1026, 18), before: 5, hold: 9, after: 0),
            Film(settings: settings(.graphics, 1920, 1080), before: 2, hold: 12, after: 0),
            Film(settings: settings(.veryfast, 720, 1280, rate: FrameRate(60)), before: 4, hold: 10, after: 0),
            Film(settings: settings(.ultrafast, 3840, 2160, rate: FrameRate(24)), before: 1, hold: 8, after: 0),
            Film(settings: settings(.graphics, 160, 90, rate: FrameRate(24000, 1001)), before: 9, hold: 50, after: 9),
            Film(settings: settings(.medium, 160, 90, rate: FrameRate(1)), before: 0, hold: 11, after: 2),
        ]

    @Test(arguments: films)
    func aHoldIsOnePicture(film: Film) throws {
        let scratch = TemporaryFolder(), path = scratch("s.mp4")
        try film.write(path)
        let decoded = try frameDigests(path)
        #expect(decoded.count == film.count)
        #expect(Set(decoded[film.held]).count == 1, "\(film)")
        // Whatever else is decoded differs from it, and in itself, but for the blacks at both ends of fades.
        let others = Set(decoded).count - 1, moving = film.before + film.after
        #expect(film.fades ? others >= moving - 1 : others == moving, "\(film)")
        let complaints = try shell("ffmpeg -v error -xerror -err_detect explode -i '\(path)' -f null - 2>&1")
        #expect(complaints == "", "\(film)")
    }

    /// Each keyframe of a long hold after motion is encoded anew, so that players can seek: nearly the same picture.
    @Test func aLongHoldHasKeyframes() throws {
        let scratch = TemporaryFolder(), path = scratch("s.mp4")
        try Film(settings: Self.settings(.graphics), before: 10, hold: 300, after: 0).write(path)
        let decoded = try frameDigests(path), keys = try keyframes(path)
        #expect(keys == [0, 120, 240])
        for range in [10..<120, 120..<240, 240..<310] { #expect(Set(decoded[range]).count == 1) }
        #expect(decoded[120] == decoded[240])
    }

    /// With the switch off, and for runs that are too short, x264 encodes every frame.
    @Test func shortRunsAndTheSwitch() throws {
        let scratch = TemporaryFolder()
        func bytes(_ hold: Int, _ after: Int, skips: Bool) throws -> [UInt8] {
            var settings = Self.settings(.graphics)
            settings.skipsHolds = skips
            try Film(settings: settings, before: 5, hold: hold, after: after).write(scratch("s.mp4"))
            return scratch.read("s.mp4")
        }
        #expect(try bytes(7, 0, skips: true) == bytes(7, 0, skips: false))
        #expect(try bytes(59, 3, skips: true) == bytes(59, 3, skips: false))
        #expect(try bytes(8, 0, skips: true).count != bytes(8, 0, skips: false).count)
        #expect(try bytes(90, 0, skips: true).count < bytes(90, 0, skips: false).count)
    }

    @Test(arguments: [EncodeSettings.Preset.graphics, .ultrafast, .veryfast, .medium], [0, 6, 30])
    func heldPicturesAreNoWorse(preset: EncodeSettings.Preset, before: Int) throws {
        let scratch = TemporaryFolder()
        var error: [Double] = []
        for skips in [true, false] {
            var film = Film(settings: Self.settings(preset), before: before, hold: 60, after: 0)
            film.settings.skipsHolds = skips
            let path = scratch("s.mp4"), size = film.settings.size
            try film.write(path)
            try shell("ffmpeg -v error -y -i '\(path)' -f rawvideo '\(scratch("s.yuv"))'")
            let bytes = scratch.read("s.yuv"), frame = size.width * size.height * 3 / 2, drawn = film.drawn(before).y
            let errors = film.held.map { index in
                zip(bytes[(index * frame)...], drawn).reduce(0) {
                    $0 + (Int($1.0) - Int($1.1)) * (Int($1.0) - Int($1.1))
                }
            }
            error.append(Double(errors.reduce(0, +)) / Double(errors.count * drawn.count))
        }
        // The mean of squared differences of luma.
        #expect(error[0] <= error[1] * 1.02 + 0.01, "\(error)")
    }

    /// A delivered film: the packets are those that were built, and its pictures those of the segments.
    @Test func aFilmOfHoldsIsThatOfItsSegments() throws {
        let scratch = TemporaryFolder(), settings = Self.settings(.graphics)
        let films = [(0, 40, 0), (12, 30, 0), (1, 8, 0), (1, 0, 0), (0, 8, 0), (9, 70, 5), (20, 0, 0)]
            .map { Film(settings: settings, before: $0.0, hold: $0.1, after: $0.2) }
        var files: [String] = [], known: [SegmentMeasures] = []
        for (index, film) in films.enumerated() {
            files.append(scratch("\(index).mp4"))
            try film.write(files[index])
            var held: PicturePlanes?
            func measured(areSame: @escaping (Int, Int) -> Bool) throws -> SegmentMeasures {
                try SegmentMeasures.measure(
                    path: files[index],
                    drawn: { frame in
                        held = planes(film.drawn(frame), settings.size)
                        return held
                    }, areSame: areSame
                ).0
            }
            let measures = try measured { film.held.contains($0) && film.held.contains($1) }
            #expect(!measures.isFaulty)
            // What is taken over for equal pictures is what comparing them again finds.
            #expect(try measures == measured { _, _ in false })
            // Pictures of a hold are not decoded one by one, but they are here.
            let decoded = try #require(try MediaReader(path: files[index]).inspect().video), video = measures.video
            #expect(video.frames == decoded.frames && video.flashes == decoded.flashes, "\(film)")
            #expect(video.outside == decoded.outside && video.striped == decoded.striped, "\(film)")
            known.append(measures)
        }
        let frames = films.reduce(0) { $0 + $1.count }, path = scratch("film.mp4")
        try Muxer(
            header: Header(title: "Holds", language: "en", size: settings.size, rate: settings.rate, frames: frames),
            segments: files
        ).write(to: path)
        #expect(try frameDigests(path) == files.flatMap { try frameDigests($0) })
        let joined = try MediaReader(path: path).inspect(known: known), decoded = try MediaReader(path: path).inspect()
        #expect(joined.isOfKnownSegments == true && joined.refusal == nil && joined.faultCount == 0)
        #expect(decoded.refusal == nil && decoded.faultCount == 0)
        #expect(decoded.video?.frames.stamps == joined.video?.frames.stamps)
        #expect(decoded.video?.frames.mean == joined.video?.frames.mean)
        #expect(try #require(joined.video?.likeness.map(\.tile.value).min()) > 0.8)
    }

    private func keyframes(_ path: String) throws -> [Int] {
        try shell("ffprobe -v error -show_entries packet=flags -of csv=p=0 '\(path)'").split(separator: "\n")
            .enumerated().filter { $0.element.hasPrefix("K") }.map(\.offset)
    }
}
