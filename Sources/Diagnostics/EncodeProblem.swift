// What can go wrong when pictures are encoded, and in calls of libav.

public enum EncodeProblem: Problem, Hashable {
    /// A failed libav call without a case of its own.
    case media(doing: String, reason: String)
    case diskFull(doing: String)
    case outOfMemory(doing: String)
    case missingEncoder(name: String, package: String)
    case badFrameSize(width: Int, height: Int)
    case badFrameRate(numerator: Int, denominator: Int)
    case badQuality(Double)
    /// Drawing a frame a second time gave different pixels.
    case frameMismatch(frame: Int, expected: String, got: String)
    case frameCount(what: String, expected: Int, got: Int)

    public var diagnostic: Diagnostic {
        switch self {
        case .media(let doing, let reason):
            Diagnostic("media-failed", fault: .environment, "cannot \(doing): \(reason)")
        case .diskFull(let doing): FileProblem.diskFull(doing: doing).diagnostic
        case .outOfMemory(let doing): FileProblem.outOfMemory(doing: doing, at: nil).diagnostic
        case .missingEncoder(let name, let package):
            Diagnostic(
                "missing-encoder", fault: .environment, "libavcodec has no encoder '\(name)'",
                hint: "install \(package)")
        case .badFrameSize(let width, let height):
            Diagnostic(
                "frame-size", "cannot encode frames of \(width)x\(height)",
                hint: "use even numbers from 16 to 8192 for width and height")
        case .badFrameRate(let numerator, let denominator):
            Diagnostic(
                "frame-rate", "cannot encode \(numerator)/\(denominator) frames per second",
                hint: "use a rate from 1 to 240")
        case .badQuality(let crf):
            Diagnostic(
                "quality-range", "crf \(crf) is outside 0 to 51",
                hint: "smaller is better and larger: 18 is nearly lossless to the eye, 28 is a draft")
        case .frameMismatch(let frame, let expected, let got):
            Diagnostic(
                "frame-mismatch", fault: .bug,
                "frame \(frame) of the segment was drawn differently the second time (\(got), not \(expected))",
                hint: "run 'vgraph clean' and build again")
        case .frameCount(let what, let expected, let got):
            Diagnostic(
                "frame-count", fault: .bug,
                "\(what) has \(got) frame\(got == 1 ? "" : "s"), expected \(expected)")
        }
    }
}
