// Everything that one pass over a media file measured, as data: what checks judge. A check decodes nothing, so another
// threshold costs nothing but judging again.
import Composition

public struct Inspection: Sendable {
    /// Something that went wrong while reading or decoding.
    public struct Fault: Codable, Sendable, Hashable {
        /// Seconds; nil where it is not known.
        public var time: Double?
        /// Reads after "at 3.2 s: ".
        public var what: String
    }

    public struct PixelAspect: Codable, Sendable, Hashable {
        public var width: Int
        public var height: Int
    }

    public struct Video: Codable, Sendable, Hashable {
        public var codec = ""
        public var profile = ""
        public var width = 0
        public var height = 0
        /// Width to height of one pixel; 0:1 where the file does not say.
        public var pixelAspect = PixelAspect(width: 0, height: 1)
        public var pixelFormat = ""
        public var isTurned = false
        public var interlacedFrames = 0
        /// Frames of another size or pixel format than the first.
        public var changedFrames = 0
        public var primaries = ""
        public var transfer = ""
        public var matrix = ""
        public var range = ""
        /// Seconds a tick of `frames.stamps` lasts.
        public var tick = 0.0
        /// The rate the container declares; 0 where it does not.
        public var declaredRate = 0.0
        public var frames = FrameMeasures()
        public var flashes = FlashCells()
        /// Of each picture, 0...1: how much of it has a luma, R', G' or B' outside -5 % to 105 %, and how much is
        /// striped. Empty where that could not be measured.
        public var outside: [Float] = []
        public var striped: [Float] = []
        /// How like the drawn pictures some of these are; only where the drawn ones were at hand.
        public var likeness: [SampledLikeness] = []
        /// Each picture against what a spec promises for its time, in the order shown; nil where nobody has drawn that.
        public var promised: [PromisedPicture]?
        public var groups = GroupMeasures()
    }

    /// A decoded picture held against the one that went into the encoder.
    public struct SampledLikeness: Codable, Sendable, Hashable {
        public var frame: Int
        public var tile: TileLikeness
        public var stroke: StrokeDifference?
    }

    /// Groups of pictures, from the packets in decoding order.
    public struct GroupMeasures: Codable, Sendable, Hashable {
        public var packets = 0
        public var keys = 0
        public var startsWithKey = true
        public var longestFrames = 0
        /// Seconds of the first key frame that later packets are shown before: an open group.
        public var openAt: Double?
    }

    public struct Audio: Sendable {
        public var codec = ""
        public var profile = ""
        public var sampleRate = 0
        public var channels = 0
        /// Seconds at which the first sample is heard.
        public var start = 0.0
        public var sound = SoundMeasures()
        public var duration: Double { sampleRate > 0 ? Double(sound.samples) / Double(sampleRate) : 0 }
    }

    public var bytes = 0
    public var sha256 = ""
    /// As libav names it: "mov,mp4,m4a,3gp,3g2,mj2".
    public var container = ""
    /// nil for a file that is no MP4.
    public var boxes: Mp4Boxes?
    public var videoStreams = 0
    public var audioStreams = 0
    public var video: Video?
    public var audio: Audio?
    /// The first of them; `faultCount` says how many there were.
    public var faults: [Fault] = []
    public var faultCount = 0
    /// Whether the file's packets are those of the segments that it should have been joined from; nil: nobody said
    /// which.
    public var isOfKnownSegments: Bool?
    /// How it compares with an approved baseline; nil: nobody compared.
    public var baseline: BaselineComparison?
    /// Its sound against the one that a spec promises; nil where that is not known.
    public var sound: SoundHeld?
    /// Set when the file could not be opened at all: nothing else was measured.
    public var refusal: String?

    /// Whether pictures were decoded by several threads at once.
    var wereThreads = false

    static let keptFaults = 20

    mutating func note(_ what: String, at time: Double?) {
        faultCount += 1
        if faults.count < Self.keptFaults { faults.append(Fault(time: time, what: what)) }
    }
}
