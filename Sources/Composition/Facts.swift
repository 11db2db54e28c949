// What was found out about the files that a spec names, by opening them.
import Digests

public struct AssetFacts: Codable, Sendable, Hashable {
    public enum Kind: String, Codable, Sendable, Hashable { case image, video, audio, font, text }
    public var kind: Kind
    /// Relative to the workspace: records travel between machines.
    public var path: String
    public var digest: AssetDigest
    public var bytes: Int
    /// Pictures and clips, after the rotation the file asks for.
    public var size: PixelSize?
    /// Clips and sounds, in seconds.
    public var duration: Double?
    public var hasAudio: Bool
    /// Fonts: the family names the file declares.
    public var families: [String]
    public init(
        kind: Kind, path: String, digest: AssetDigest, bytes: Int, size: PixelSize? = nil, duration: Double? = nil,
        hasAudio: Bool = false, families: [String] = []
    ) {
        self.kind = kind
        self.path = path
        self.digest = digest
        self.bytes = bytes
        self.size = size
        self.duration = duration
        self.hasAudio = hasAudio
        self.families = families
    }
}

/// The artifact of `validate`: by the name under which the spec declares the file (or its path, where it is named in
/// place).
public struct Facts: Codable, Sendable, Hashable {
    public var assets: [String: AssetFacts]
    public init(assets: [String: AssetFacts]) { self.assets = assets }
}
