// The interface for pictures of a clip by time. Two implementations: the decoder over libav, and generated clips in
// tests.

import Composition

public protocol ClipFrames: AnyObject {
    /// Duration in seconds, after which a looped clip starts again; 0 if the file does not declare it.
    var duration: Rational { get }
    /// The picture at a time: the last one that begins at or before it, or the next if that begins sooner after it than
    /// this did before it, and by less than `time.early`. Before the first picture it is the first, past the end the
    /// last. An equal picture may be the same object, which callers then do not convert again.
    func bitmap(at time: ClipTime) throws -> Bitmap
}

extension ClipFrames {
    /// The last picture that begins at or before a time in seconds, within `ClipTime.grace`.
    public func bitmap(at seconds: Rational) throws -> Bitmap { try bitmap(at: ClipTime(seconds)) }
}

/// A moment of a clip.
public struct ClipTime: Equatable, Sendable {
    public var seconds: Rational
    /// By how much a picture may come before its time: half of the time for which a frame of the video is shown. A
    /// phone writes pictures some milliseconds before or after the beats of its rate, and each of these must still be
    /// one frame of a video with that rate, where the last at or before it would be shown twice or never.
    public var early: Rational

    public init(_ seconds: Rational, early: Rational = 0) {
        self.seconds = seconds
        self.early = early
    }

    /// Half a microsecond, since people write times with up to six decimals and 0.033333 means the picture at 1/30 s.
    /// Pictures of any two rates in use begin at the same time or are further apart than this.
    public static let grace = Rational(1, 2_000_000)
}
