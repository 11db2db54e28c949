// Everything that a reviewer gets: claims, and the names and digests of the files beside the request. It has no paths
// of the machine and no credentials.
import Digests

public struct ReviewRequest: Codable, Sendable, Hashable {
    public static let schema = "vgraph.review-request/1"

    /// A file beside the request.
    public struct Exhibit: Codable, Sendable, Hashable {
        public enum Kind: String, Codable, Sendable, Hashable { case frame, audio }
        public var kind: Kind
        /// Relative to the request; observations cite it.
        public var file: String
        public var digest: Digest
        /// Of a frame: its number in the film.
        public var frame: Int?
        /// Of a frame: ids of the claims that must be visible in it.
        public var claims: [String]
        public init(kind: Kind, file: String, digest: Digest, frame: Int? = nil, claims: [String] = []) {
            self.kind = kind
            self.file = file
            self.digest = digest
            self.frame = frame
            self.claims = claims
        }
    }

    public var schema: String
    /// SHA-256 of the media; empty in the request of a part, whose exhibits say what it is.
    public var sha256: String
    public var list: ClaimList
    /// Size of the frames, which are reduced pictures of the film.
    public var picture: PixelSize
    public var exhibits: [Exhibit]

    public static let soundFile = "sound.wav"
    public static func file(ofFrame frame: Int) -> String {
        let digits = String(frame)
        return "frames/" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits + ".png"
    }

    public init(sha256: String, list: ClaimList, picture: PixelSize, exhibits: [Exhibit]) {
        schema = Self.schema
        self.sha256 = sha256
        self.list = list
        self.picture = picture
        self.exhibits = exhibits
    }
}
