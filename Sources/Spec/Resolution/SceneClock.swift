// Where scenes begin and end: each boundary is the frame nearest to the exact sum of the lengths before it, so that
// rounding does not add up and pictures stay with captions and sound, which keep absolute time.
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

/// One scene on the clock of the whole video.
struct SceneSpan: Sendable {
    var start: Int
    /// 0 only for what is shorter than a frame.
    var frames: Int
    /// When it begins, exactly; `start` is the frame nearest to it.
    var begin: Rational
    /// When it ends, exactly.
    var end: Rational
    var rate: FrameRate

    /// The frame, counted from the scene's first, that is nearest to a time in the scene.
    func frame(_ time: Time) -> Int { max(-1_000_000_000, rate.frame(at: begin + time.exact(at: rate)) - start) }
}
