// The plan of the whole video: for people to read, and for check and review to compare the result with.
import Digests

/// A caption as it is shown.
public struct Cue: Codable, Sendable, Hashable {
    public var startFrame: Int
    /// Exclusive.
    public var endFrame: Int
    public var text: String
    public init(startFrame: Int, endFrame: Int, text: String) {
        self.startFrame = startFrame
        self.endFrame = endFrame
        self.text = text
    }
}

public struct Plan: Codable, Sendable, Hashable {
    public struct Scene: Codable, Sendable, Hashable {
        public var id: String
        public var startFrame: Int
        public var frames: Int
        /// Texts shown by the scene's layers, for review.
        public var texts: [String]
        public init(id: String, startFrame: Int, frames: Int, texts: [String]) {
            self.id = id
            self.startFrame = startFrame
            self.frames = frames
            self.texts = texts
        }
    }

    public struct Span: Codable, Sendable, Hashable {
        public var startFrame: Int
        public var frames: Int
        /// Digest of the segment's description; spans with equal digests are rendered once.
        public var segment: Digest
        /// Ids of the scenes and indices of the `cues` on screen.
        public var scenes: [String]
        public var cues: [Int]
        public init(startFrame: Int, frames: Int, segment: Digest, scenes: [String], cues: [Int]) {
            self.startFrame = startFrame
            self.frames = frames
            self.segment = segment
            self.scenes = scenes
            self.cues = cues
        }
    }

    /// The author's criteria for accepting the result.
    public struct Acceptance: Codable, Sendable, Hashable {
        /// Seconds and tolerance in seconds.
        public var duration: Double?
        public var durationTolerance: Double
        public var maximumBytes: Int?
        /// Folder of the approved pictures, relative to the workspace.
        public var baseline: String?
        /// Seconds at which picture and sound show the same event.
        public var sync: [Double]?
        public init(
            duration: Double? = nil, durationTolerance: Double = 0.05, maximumBytes: Int? = nil,
            baseline: String? = nil, sync: [Double]? = nil
        ) {
            self.baseline = baseline
            self.sync = sync
            self.duration = duration
            self.durationTolerance = durationTolerance
            self.maximumBytes = maximumBytes
        }
    }

    public var title: String
    public var language: String
    public var size: PixelSize
    public var rate: FrameRate
    public var frames: Int
    public var scenes: [Scene]
    public var cues: [Cue]
    public var spans: [Span]
    /// Whether any track is heard; false: silence is intended.
    public var hasSound: Bool
    public var loudness: AudioMix.Loudness?
    public var acceptance: Acceptance
    /// Claims a reviewer must answer, from the spec's `review`.
    public var claims: [String]

    public init(
        title: String, language: String, size: PixelSize, rate: FrameRate, frames: Int, scenes: [Scene], cues: [Cue],
        spans: [Span], hasSound: Bool, loudness: AudioMix.Loudness?, acceptance: Acceptance, claims: [String]
    ) {
        self.title = title
        self.language = language
        self.size = size
        self.rate = rate
        self.frames = frames
        self.scenes = scenes
        self.cues = cues
        self.spans = spans
        self.hasSound = hasSound
        self.loudness = loudness
        self.acceptance = acceptance
        self.claims = claims
    }
}

/// The values that mux needs, apart from the plan, so that mux runs again only if one of them changes.
public struct Header: Codable, Sendable, Hashable {
    public var title: String
    public var language: String
    public var size: PixelSize
    public var rate: FrameRate
    public var frames: Int
    /// Where the film's parts come from. `composite` is true of every film.
    public var digitalSourceType: DigitalSourceType
    public init(
        title: String, language: String, size: PixelSize, rate: FrameRate, frames: Int,
        digitalSourceType: DigitalSourceType = .composite
    ) {
        self.digitalSourceType = digitalSourceType
        self.title = title
        self.language = language
        self.size = size
        self.rate = rate
        self.frames = frames
    }
}

/// The captions of the whole video, for the captions stage.
public struct CueSheet: Codable, Sendable, Hashable {
    public var rate: FrameRate
    public var language: String
    public var cues: [Cue]
    public init(rate: FrameRate, language: String, cues: [Cue]) {
        self.rate = rate
        self.language = language
        self.cues = cues
    }
}
