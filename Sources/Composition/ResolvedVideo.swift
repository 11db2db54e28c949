// The result of `resolve`, without defaults, references, templates and units. Positions are pixels of the output, times
// are frames, files are named by the digest of their bytes.

public struct ResolvedVideo: Codable, Sendable, Hashable {
    /// The transition from a scene to the next.
    public struct Transition: Codable, Sendable, Hashable {
        public enum Form: Codable, Sendable, Hashable {
            /// The next scene becomes visible over this one.
            case crossfade
            /// Both scenes move by one frame width (x) or height (y): x -1 is to the left, y -1 is up.
            case slide(x: Double, y: Double)
            /// This scene fades to the colour, the next one from it, in half of the frames each. The scenes do not
            /// overlap.
            case fade(Color)
        }
        public var form: Form
        public var frames: Int
        public var ease: Ease
        public init(form: Form, frames: Int, ease: Ease) {
            self.form = form
            self.frames = frames
            self.ease = ease
        }
        /// Frames for which this scene remains below the next one.
        public var overlap: Int { if case .fade = form { 0 } else { frames } }
    }

    public struct Scene: Codable, Sendable, Hashable {
        public var id: String
        /// Sum of the durations of the scenes before.
        public var startFrame: Int
        /// Frames until the next scene begins. The picture continues for `transition.overlap` frames.
        public var frames: Int
        public var background: Paint
        /// Times in frames from the scene's start.
        public var layers: [Layer]
        public var transition: Transition?
        public init(
            id: String, startFrame: Int, frames: Int, background: Paint, layers: [Layer], transition: Transition? = nil
        ) {
            self.id = id
            self.startFrame = startFrame
            self.frames = frames
            self.background = background
            self.layers = layers
            self.transition = transition
        }
    }

    public struct Caption: Codable, Sendable, Hashable {
        public var cue: Cue
        /// Times in frames from the caption's start. One layer, or one for each highlighted word.
        public var layers: [Layer]
        public init(cue: Cue, layers: [Layer]) {
            self.cue = cue
            self.layers = layers
        }
    }

    public var title: String
    public var language: String
    public var size: PixelSize
    public var rate: FrameRate
    public var frames: Int
    /// Never empty; the call to action, if there is one, is the last.
    public var scenes: [Scene]
    /// In order, not overlapping.
    public var captions: [Caption]
    public var mix: AudioMix
    public var acceptance: Plan.Acceptance
    public var claims: [String]
    public var brief: Brief?
    public var digitalSourceType: DigitalSourceType
    public var materials: Materials

    public init(
        title: String, language: String, size: PixelSize, rate: FrameRate, frames: Int, scenes: [Scene],
        captions: [Caption],
        mix: AudioMix, acceptance: Plan.Acceptance, claims: [String], brief: Brief? = nil,
        digitalSourceType: DigitalSourceType, materials: Materials
    ) {
        self.title = title
        self.language = language
        self.size = size
        self.rate = rate
        self.frames = frames
        self.scenes = scenes
        self.captions = captions
        self.mix = mix
        self.acceptance = acceptance
        self.claims = claims
        self.brief = brief
        self.digitalSourceType = digitalSourceType
        self.materials = materials
    }
}
