// What can go wrong when segments, sound and captions are joined to one file.

public enum MuxProblem: Problem, Hashable {
    case unreadableSegment(index: Int, reason: String)
    /// Segments of one video that a decoder could not play as one stream.
    case segmentsDiffer(index: Int, what: String, first: String, this: String)
    case noSegments
    case badCaptions(line: Int, text: String)

    public var diagnostic: Diagnostic {
        switch self {
        case .unreadableSegment(let index, let reason):
            Diagnostic("segment-unreadable", fault: .environment, "cannot read segment \(index + 1): \(reason)")
        case .segmentsDiffer(let index, let what, let first, let this):
            Diagnostic(
                "segments-differ",
                "cannot join segment \(index + 1) to segment 1: \(what) is \(this), not \(first)",
                hint: "encode all segments with the same size, frame rate, preset and encoder version")
        case .noSegments:
            Diagnostic("no-segments", "the video has no segments to join")
        case .badCaptions(let line, let text):
            Diagnostic("bad-captions", "line \(line) of the captions is not WebVTT: '\(text)'")
        }
    }
}
