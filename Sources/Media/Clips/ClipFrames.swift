// The pictures of a video clip, by time. Two implementations: the decoder over libav, and generated clips in tests.

import Composition

public protocol ClipFrames: AnyObject {
    /// Length in seconds; 0 where the file does not say. What loops, starts again here.
    var duration: Rational { get }
    /// The picture shown at a time in seconds (the last one that begins at or before it, give or take
    /// `ClipTime.grace`). Before the
    /// first picture it is the first, past the end the last. The same picture may be returned as the same object: then
    /// it is not converted again.
    func bitmap(at time: Rational) throws -> Bitmap
}

public enum ClipTime {
    /// Half a microsecond: people write times with up to six decimals, so that 0.033333 means the picture of 1/30 s.
    /// Pictures
    /// of any two rates in use are further apart than this, or begin at once.
    public static let grace = Rational(1, 2_000_000)
}
