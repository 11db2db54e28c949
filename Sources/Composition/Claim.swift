// A closed list of claims that the delivered file must satisfy. A reviewer answers each claim or abstains, and adds
// none.
import Diagnostics

public struct Claim: Codable, Sendable, Hashable {
    public enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
        /// A layer's text or a caption, shown in the interval; a sentence, spoken in it.
        case text, caption, speech
        /// A number that is shown or spoken, and its source.
        case number
        /// A statement about the whole film: one of the spec's `review.claims`, its title, its description.
        case claim, title, description
    }

    /// Short and stable as long as the place in the spec is: "caption.3", "intro.text.1", "title". Counted from 1.
    public var id: String
    public var kind: Kind
    /// The words that are shown or spoken, or a statement about the whole film.
    public var text: String
    /// First frame in which it must hold. A text or caption must be still and fully visible, outside transitions.
    public var startFrame: Int
    /// Exclusive.
    public var endFrame: Int
    /// All frames in which a part of a text or caption may be visible, half open; nil for other claims.
    public var seen: Span?
    /// Of speech: true where it is said somewhere in the interval, and does not fill it.
    public var isWithin: Bool?
    /// The place in the spec; nil in the list for reviewers, so that moving a line does not run them again.
    public var place: Place?
    /// Ids of the texts, captions and sentences that have its words: it is true if one of them is. nil for claims that
    /// no text makes true, and in the list for reviewers.
    public var heldBy: [String]?
    /// Whether all of `heldBy` must be true, not one.
    public var needsAll: Bool?

    /// Frames, half open.
    public struct Span: Codable, Sendable, Hashable {
        public var startFrame: Int
        public var endFrame: Int
        public init(_ frames: Range<Int>) { (startFrame, endFrame) = (frames.lowerBound, frames.upperBound) }
        public func contains(_ frame: Int) -> Bool { startFrame <= frame && frame < endFrame }
    }

    public init(
        id: String, kind: Kind, text: String, startFrame: Int, endFrame: Int, seen: Span? = nil,
        isWithin: Bool? = nil, place: Place? = nil, heldBy: [String]? = nil, needsAll: Bool? = nil
    ) {
        self.id = id
        self.kind = kind
        self.text = text
        self.startFrame = startFrame
        self.endFrame = endFrame
        self.seen = seen
        self.isWithin = isWithin
        self.place = place
        self.heldBy = heldBy
        self.needsAll = needsAll
    }

    private enum CodingKeys: String, CodingKey {
        case id, kind, text, startFrame, endFrame, seen, isWithin = "within", place, heldBy, needsAll
    }
}

public struct ClaimList: Codable, Sendable, Hashable {
    public var size: PixelSize
    public var rate: FrameRate
    /// Of the film.
    public var frames: Int
    /// BCP 47 tag of the texts and the speech.
    public var language: String
    /// Whether any track is audible.
    public var hasSound: Bool
    /// When pictures or clips are visible, which may contain words outside the claims.
    public var pictures: [Claim.Span]
    /// When a voice may be heard: narration, and clips with sound of their own; nil: it is not known.
    public var voices: [Claim.Span]?
    /// Texts that may be seen besides, and are not asked for; nil in the list of a whole film, which has none.
    public var others: [Claim]?
    /// In the order of the film; each id once.
    public var claims: [Claim]
    /// Who decides, by the spec's brief; nil in the list for reviewers, and for a spec that names nobody.
    public var decides: [String]?

    public init(
        size: PixelSize, rate: FrameRate, frames: Int, language: String, hasSound: Bool, pictures: [Claim.Span],
        voices: [Claim.Span]? = nil, claims: [Claim], decides: [String]? = nil
    ) {
        self.size = size
        self.rate = rate
        self.frames = frames
        self.language = language
        self.hasSound = hasSound
        self.pictures = pictures
        self.voices = voices
        self.claims = claims
        self.decides = decides
    }
}
