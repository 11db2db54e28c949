// What the delivered file must bear out, as a closed list: a reviewer answers each claim or abstains, and makes up none.
import Diagnostics

public struct Claim: Codable, Sendable, Hashable {
    public enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
        /// A layer's text, a caption: shown in the interval. A sentence: said in it.
        case text, caption, speech
        /// A number that is shown or said, and its source.
        case number
        /// A statement about the whole film: one of the spec's `review.claims`, its title, its description.
        case claim, title, description
    }

    /// Short enough to type, and the same as long as its place in the spec is: "caption.3", "intro.text.1", "title".
    /// Counted from 1.
    public var id: String
    public var kind: Kind
    /// The words that are shown or said; a statement where it is about the whole film.
    public var text: String
    /// Where it has to hold. A text and a caption: when it stands still and is in full view, clear of transitions.
    public var startFrame: Int
    /// Exclusive.
    public var endFrame: Int
    /// A text and a caption: all frames in which something of it may be seen, half open; nil for the others.
    public var seen: Span?
    /// Where the spec says it; nil in the list that reviewers get, so that a moved line asks no reviewer again.
    public var place: Place?

    /// Frames, half open.
    public struct Span: Codable, Sendable, Hashable {
        public var startFrame: Int
        public var endFrame: Int
        public init(_ frames: Range<Int>) { (startFrame, endFrame) = (frames.lowerBound, frames.upperBound) }
        public func contains(_ frame: Int) -> Bool { startFrame <= frame && frame < endFrame }
    }

    public init(
        id: String, kind: Kind, text: String, startFrame: Int, endFrame: Int, seen: Span? = nil, place: Place? = nil
    ) {
        self.id = id
        self.kind = kind
        self.text = text
        self.startFrame = startFrame
        self.endFrame = endFrame
        self.seen = seen
        self.place = place
    }
}

public struct ClaimList: Codable, Sendable, Hashable {
    public var size: PixelSize
    public var rate: FrameRate
    /// Of the film.
    public var frames: Int
    /// BCP 47 tag of what is shown and said.
    public var language: String
    /// Whether any track is heard.
    public var hasSound: Bool
    /// When a picture or a clip is on screen, which may hold words that no claim has.
    public var pictures: [Claim.Span]
    /// In the order of the film; each id once.
    public var claims: [Claim]

    public init(
        size: PixelSize, rate: FrameRate, frames: Int, language: String, hasSound: Bool, pictures: [Claim.Span],
        claims: [Claim]
    ) {
        self.size = size
        self.rate = rate
        self.frames = frames
        self.language = language
        self.hasSound = hasSound
        self.pictures = pictures
        self.claims = claims
    }
}
