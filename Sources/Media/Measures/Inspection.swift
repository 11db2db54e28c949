// Everything that one pass over a media file measures, as data for the checks. Checks decode nothing, so a changed
// threshold only costs judging again.
import Composition

public struct Inspection: Sendable {
    /// A fault found while reading or decoding.
    public struct Fault: Codable, Sendable, Hashable {
        /// In seconds; nil if unknown.
        public var time: Double?
        /// Text that follows "at 3.2 s: ".
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
        /// Pixel aspect ratio; 0:1 if the file does not declare it.
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
        /// Duration of a tick of `frames.stamps` in seconds.
        public var tick = 0.0
        /// The frame rate that the container declares; 0 if it does not.
        public var declaredRate = 0.0
        public var frames = FrameMeasures()
        public var flashes = FlashCells()
        /// For each picture, 0...1: the share with a luma, R', G' or B' outside -5 % to 105 %, and the share that is
        /// striped. Empty if not measured.
        @Packed public var outside: [Float] = []
        @Packed public var striped: [Float] = []
        /// Likeness of some pictures to the drawn ones; empty without drawn pictures.
        public var likeness: [SampledLikeness] = []
        /// Each picture compared with the one that a spec draws for its time, in display order; nil without a spec.
        public var promised: [PromisedPicture]?
        public var groups = GroupMeasures()
    }

    /// A decoded picture compared with the one that went into the encoder.
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
        /// Time of the first open group, in seconds: of a key frame with later packets that are shown before it.
        public var openAt: Double?
    }

    public struct Audio: Codable, Sendable, Hashable {
        public var codec = ""
        public var profile = ""
        public var sampleRate = 0
        public var channels = 0
        /// Time of the first sample in seconds.
        public var start = 0.0
        public var sound = SoundMeasures()
        public var duration: Double { sampleRate > 0 ? Double(sound.samples) / Double(sampleRate) : 0 }
    }

    public var bytes = 0
    public var sha256 = ""
    /// libav's name: "mov,mp4,m4a,3gp,3g2,mj2".
    public var container = ""
    /// nil unless the file is an MP4.
    public var boxes: Mp4Boxes?
    public var videoStreams = 0
    public var audioStreams = 0
    public var video: Video?
    public var audio: Audio?
    /// The first faults; `faultCount` is the number of all.
    public var faults: [Fault] = []
    public var faultCount = 0
    /// Whether the file's packets are those of the given segments; nil if no segments were given.
    public var isOfKnownSegments: Bool?
    /// The comparison with an approved baseline; nil without one.
    public var baseline: BaselineComparison?
    /// The comparison of its sound with the mix of a spec; nil without one.
    public var sound: SoundHeld?
    /// What its flash cells say, which takes as long as all else that is judged: `report` finds it once for all checks.
    /// nil: they say nothing, or it has not been found yet.
    var flashHistory: (general: FlashHistory, red: FlashHistory)?
    /// Why the file could not be opened; nothing else is measured then.
    public var refusal: String?

    /// Whether several threads decoded the pictures.
    var wereThreads = false

    static let keptFaults = 20

    mutating func note(_ what: String, at time: Double?) {
        faultCount += 1
        if faults.count < Self.keptFaults { faults.append(Fault(time: time, what: what)) }
    }
}
