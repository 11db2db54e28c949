// What can go wrong while pictures are encoded, sound is mixed and streams are joined, and how it is said.

public enum EncodeProblem: Error, Sendable, Hashable {
    /// A call into libav that no case below says better.
    case media(doing: String, reason: String)
    case diskFull(doing: String)
    case outOfMemory(doing: String)
    case missingEncoder(name: String, package: String)
    case badFrameSize(width: Int, height: Int)
    case badFrameRate(numerator: Int, denominator: Int)
    case badQuality(Double)
    /// Drawing a frame a second time gave other pixels than the first time.
    case frameMismatch(frame: Int, expected: String, got: String)
    case frameCount(what: String, expected: Int, got: Int)
    case unreadableSegment(index: Int, reason: String)
    /// Segments of one video that a decoder could not play as one stream.
    case segmentsDiffer(index: Int, what: String, first: String, this: String)
    case noSegments
    case unreadableSound(file: String, reason: String)
    case noSound(file: String)
    case emptySound(file: String)
    case damagedSound(file: String, seconds: Double)
    case truncatedSound(file: String, declared: Double, ends: Double)
    case trimBeyondEnd(file: String, trim: Double, ends: Double)
    case badMix(String)
    case missingMaterial(digest: String)
    case loudnessMissed(wanted: Double, reached: Double)
    case silentMix
    case badCaptions(line: Int, text: String)
    /// The engine sent a job without something that its stage needs.
    case badJob(String)

    public var diagnostic: Diagnostic {
        switch self {
        case .media(let doing, let reason):
            Diagnostic("media-failed", fault: .environment, "cannot \(doing): \(reason)")
        case .diskFull(let doing):
            Diagnostic("disk-full", fault: .environment, "cannot \(doing): no space left on the disk",
                       hint: "free some space ('vgraph cache gc' drops what is not needed), then build again")
        case .outOfMemory(let doing):
            Diagnostic("out-of-memory", fault: .environment, "cannot \(doing): out of memory", hint: "build with fewer workers ('-j 1')")
        case .missingEncoder(let name, let package):
            Diagnostic("missing-encoder", fault: .environment, "libavcodec has no encoder '\(name)'", hint: "install \(package)")
        case .badFrameSize(let width, let height):
            Diagnostic("frame-size", .error, "cannot encode frames of \(width)x\(height): width and height must be even numbers from 16 to 8192")
        case .badFrameRate(let numerator, let denominator):
            Diagnostic("frame-rate", .error, "cannot encode \(numerator)/\(denominator) frames per second: must be from 1 to 240")
        case .badQuality(let crf):
            Diagnostic("quality-range", .error, "crf \(crf) is outside 0...51", hint: "smaller is better and larger: 18 is nearly lossless to the eye, 28 is a draft")
        case .frameMismatch(let frame, let expected, let got):
            Diagnostic("frame-mismatch", fault: .bug,
                       "frame \(frame) of the segment was drawn differently the second time (\(got), not \(expected))",
                       hint: "drawing must give the same pixels each time; 'vgraph clean' and build again, and report this")
        case .frameCount(let what, let expected, let got):
            Diagnostic("frame-count", fault: .bug, "\(what) has \(Self.count(got, "frame")), expected \(expected)")
        case .unreadableSegment(let index, let reason):
            Diagnostic("segment-unreadable", fault: .environment, "cannot read segment \(index + 1): \(reason)")
        case .segmentsDiffer(let index, let what, let first, let this):
            Diagnostic("segments-differ", .error, "segment \(index + 1) cannot be joined to segment 1: \(what) is \(this), not \(first)",
                       hint: "all segments of a video need the same size, frame rate, preset and encoder version")
        case .noSegments:
            Diagnostic("no-segments", .error, "there is nothing to join: the video has no segments")
        case .unreadableSound(let file, let reason):
            Diagnostic("sound-unreadable", .error, "cannot read sound from '\(file)': \(reason)")
        case .noSound(let file):
            Diagnostic("no-sound", .error, "'\(file)' has no sound", hint: "use a file with an audio stream, or remove the track")
        case .emptySound(let file):
            Diagnostic("sound-empty", .error, "'\(file)' holds an audio stream without a single sample")
        case .damagedSound(let file, let seconds):
            Diagnostic("sound-damaged", .error, "the sound of '\(file)' is damaged at \(Self.seconds(seconds))")
        case .truncatedSound(let file, let declared, let ends):
            Diagnostic("sound-truncated", .error, "'\(file)' is cut off: it says that it lasts \(Self.seconds(declared)), its sound ends at \(Self.seconds(ends))",
                       hint: "copy or download the file again")
        case .trimBeyondEnd(let file, let trim, let ends):
            Diagnostic("trim-beyond-end", .error, "nothing is left of '\(file)' after a trim of \(Self.seconds(trim)): it ends at \(Self.seconds(ends))")
        case .badMix(let why):
            Diagnostic("bad-mix", fault: .bug, "the description of the mix is wrong: \(why)")
        case .missingMaterial(let digest):
            Diagnostic("missing-material", fault: .bug, "no file is known for the asset \(digest)")
        case .loudnessMissed(let wanted, let reached):
            Diagnostic("loudness-missed", .warning, "loudness is \(Self.decimal(reached, 1)) LUFS, not \(Self.decimal(wanted, 1)): the true-peak limit leaves no room",
                       hint: "lower 'loudness.integrated', or use sound with smaller peaks")
        case .silentMix:
            Diagnostic("silent-mix", .warning, "the mix is silent: no gain reaches the wanted loudness")
        case .badCaptions(let line, let text):
            Diagnostic("bad-captions", .error, "line \(line) of the captions is not WebVTT: '\(text)'")
        case .badJob(let why):
            Diagnostic("bad-job", fault: .bug, "the job is incomplete: \(why)")
        }
    }

    static func count(_ number: Int, _ noun: String) -> String { number == 1 ? "1 \(noun)" : "\(number) \(noun)s" }
    static func seconds(_ value: Double) -> String { decimal(value, 2) + " s" }

    /// Fixed-point text without Foundation; a value too large to print exactly is said to be so.
    static func decimal(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return value.isNaN ? "unknown" : value < 0 ? "below -10^12" : "over 10^12" }
        var scale = 1
        for _ in 0..<digits { scale *= 10 }
        let fixed = Int((abs(value) * Double(scale)).rounded())
        let sign = value < 0 && fixed > 0 ? "-" : ""
        let fraction = String(fixed % scale)
        return "\(sign)\(fixed / scale)." + String(repeating: "0", count: digits - fraction.count) + fraction
    }
}
