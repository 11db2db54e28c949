// The interface for pictures of a clip by time. Two implementations: the decoder over libav, and generated clips in
// tests.

import Composition

public protocol ClipFrames: AnyObject {
    /// Duration in seconds, after which a looped clip starts again; 0 if the file does not declare it.
    var duration: Rational { get }
    /// The picture at a time in seconds: the last one that begins at or before it, within `ClipTime.grace`. Before the
    /// first picture it is the first, past the end the last. An equal picture may be the same object, which callers
    /// then do not convert again.
    func bitmap(at time: Rational) throws -> Bitmap
}

public enum ClipTime {
    /// Half a microsecond, since people write times with up to six decimals and 0.033333 means the picture at 1/30 s.
    /// Pictures of any two rates in use begin at the same time or are further apart than this.
    public static let grace = Rational(1, 2_000_000)
}
