// The pictures of a video clip, by time. Two implementations: the decoder over libav, and generated clips in tests.

public protocol ClipFrames: AnyObject {
    /// Length in seconds; 0 where the file does not say. What loops, starts again here.
    var duration: Double { get }
    /// The picture shown at a time (the last one that begins at or before it). Before the first picture it is the
    /// first, past the end the last. The same picture may be returned as the same object: then it is not converted again.
    func bitmap(atSeconds seconds: Double) throws -> Bitmap
}
