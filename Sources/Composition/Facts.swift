// Facts about the files that a spec names, found by opening them.
import Digests

public struct AssetFacts: Codable, Sendable, Hashable {
    public enum Kind: String, Codable, Sendable, Hashable, CaseIterable { case image, video, audio, font, text }
    public var kind: Kind
    /// Relative to the workspace, since records move between machines.
    public var path: String
    public var digest: AssetDigest
    public var bytes: Int
    /// Of pictures and clips, after the rotation that the file specifies.
    public var size: PixelSize?
    /// Of clips and sounds, in seconds.
    public var duration: Double?
    public var hasAudio: Bool
    /// Of fonts: the family names that the file declares.
    public var families: [String]
    /// What the file says of its origin; nil: nothing.
    public var marks: OriginMarks?
    /// Of pictures and clips whose form has no transparency; nil: they may have some.
    public var isOpaque: Bool?
    /// Of pictures that are transparent throughout; nil: something can be seen.
    public var isClear: Bool?
    /// Of pictures with transparency that have one colour alone, such as a white logo.
    public var ink: Color?
    /// Of clips whose pictures come at a constant rate that films have; nil: they do not.
    public var rate: FrameRate?
    public init(
        kind: Kind, path: String, digest: AssetDigest, bytes: Int, size: PixelSize? = nil, duration: Double? = nil,
        hasAudio: Bool = false, families: [String] = [], marks: OriginMarks? = nil, isOpaque: Bool? = nil
    ) {
        self.kind = kind
        self.path = path
        self.digest = digest
        self.bytes = bytes
        self.size = size
        self.duration = duration
        self.hasAudio = hasAudio
        self.families = families
        self.marks = marks
        self.isOpaque = isOpaque
    }
}

/// The artifact of `validate`. Keys are the names under which the spec declares files, or paths of files named in
/// place.
public struct Facts: Codable, Sendable, Hashable {
    public var assets: [String: AssetFacts]
    /// The zones of the profiles, by the name of a format; "" is the spec's own size. nil if no profile has any.
    public var zones: [String: [Profile.Zone]]?
    public init(assets: [String: AssetFacts], zones: [String: [Profile.Zone]]? = nil) {
        self.assets = assets
        self.zones = zones
    }
}
