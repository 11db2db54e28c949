// Computes where scenes begin and end. Each boundary is the frame nearest to the exact sum of the durations before it,
// so that rounding errors do not accumulate and pictures stay in sync with captions and sound.
import Composition

struct SceneClock {
    let rate: FrameRate
    /// The exact end of the scenes so far, in seconds.
    private(set) var time: Rational = 0
    /// The frame nearest to it.
    private(set) var frame = 0

    init(rate: FrameRate) { self.rate = rate }

    mutating func next(_ length: Time) -> SceneSpan {
        let begin = time, start = frame
        time = time + max(0, length.exact(at: rate))
        frame = max(start, rate.frame(at: time))
        return SceneSpan(start: start, frames: frame - start, begin: begin, end: time, rate: rate)
    }
}

/// The times of one scene in the video.
struct SceneSpan: Sendable {
    var start: Int
    /// 0 only for a scene shorter than a frame.
    var frames: Int
    /// The exact start; `start` is the nearest frame.
    var begin: Rational
    /// The exact end.
    var end: Rational
    var rate: FrameRate

    /// The frame nearest to a time in the scene, counted from the scene's first frame.
    func frame(_ time: Time) -> Int { max(-1_000_000_000, rate.frame(at: begin + time.exact(at: rate)) - start) }
}
