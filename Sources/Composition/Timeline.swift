// What a plan says of time: which segment is when, with its scenes and captions. Two versions of a film are compared by
// it, and it is a small part of the plan.
import Digests

public struct Timeline: Sendable {
    public var rate: FrameRate
    public var cues: [Cue]
    public var spans: [Plan.Span]
    public init(rate: FrameRate, cues: [Cue], spans: [Plan.Span]) {
        self.rate = rate
        self.cues = cues
        self.spans = spans
    }
}

extension Plan {
    public var timeline: Timeline { Timeline(rate: rate, cues: cues, spans: spans) }
}
