// Pictures that somebody approved, and how a video's pictures compare with them.
import Digests

/// The least alike tile of two pictures: 1 is equal.
public struct TileLikeness: Codable, Sendable, Hashable {
    public var value: Double
    /// The tile, in pixels of the picture.
    public var x, y, width, height: Int
    public init(value: Double, x: Int, y: Int, width: Int, height: Int) {
        (self.value, self.x, self.y, self.width, self.height) = (value, x, y, width, height)
    }

    /// In hundredths, rounded down, so that what failed does not read as what passes: "0.79".
    public var words: String {
        let hundredths = value.isNaN ? 0 : Int(max(0, min(1, value)) * 100 + 1e-9)
        return hundredths == 100 ? "1.00" : "0.\(hundredths < 10 ? "0" : "")\(hundredths)"
    }
}

/// What `vgraph baseline accept` writes as `baseline.json`, beside the pictures.
public struct Baseline: Codable, Sendable, Hashable {
    /// A frame is found by its scene and its place in it, so that a scene inserted in front changes nothing.
    public struct KeyFrame: Codable, Sendable, Hashable {
        public var scene: String
        /// From the scene's first frame.
        public var offset: Int
        /// XXH3-128 of the drawn picture, as in `FrameHashes`.
        public var hash: Digest
        /// PNG in the baseline's folder.
        public var file: String
        /// SHA-256 of that file.
        public var sha256: String
        public init(scene: String, offset: Int, hash: Digest, file: String, sha256: String) {
            (self.scene, self.offset, self.hash, self.file, self.sha256) = (scene, offset, hash, file, sha256)
        }
    }
    public var version: Int
    public var target: String
    public var size: PixelSize
    public var rate: FrameRate
    /// Whether somebody named the frames; else the next acceptance chooses anew.
    public var isChosen = false
    public var frames: [KeyFrame]
    public init(target: String, size: PixelSize, rate: FrameRate, frames: [KeyFrame]) {
        version = Self.current
        (self.target, self.size, self.rate, self.frames) = (target, size, rate, frames)
    }

    public static let current = 1
    public static let fileName = "baseline.json"
    /// More are refused: each is drawn and kept.
    public static let maximumFrames = 500
}

/// Where likeness ends to be one: at or above `pass` a frame passes, below `fail` it fails, between them a person
/// looks.
public struct LikenessBands: Codable, Sendable, Hashable {
    public enum Verdict: String, Codable, Sendable, Hashable { case same, alike, look, different }
    public var pass: Double
    public var fail: Double
    public init(pass: Double, fail: Double) {
        self.pass = pass
        self.fail = fail
    }

    /// Pictures as drawn: nothing but the drawing can differ, so only rounding passes.
    public static let drawn = LikenessBands(pass: 0.98, fail: 0.65)
    /// Decoded pictures: a re-encoding with the same settings stays above 0.80; one wrong letter is at 0.72, a missing
    /// caption at 0.23.
    public static let decoded = LikenessBands(pass: 0.80, fail: 0.65)

    public func verdict(_ likeness: Double) -> Verdict {
        likeness >= pass ? .alike : likeness >= fail ? .look : .different
    }
}

/// How the key frames of one baseline compare with a video's.
public struct BaselineComparison: Codable, Sendable, Hashable {
    public struct Frame: Codable, Sendable, Hashable {
        public var scene: String
        /// Of the video; nil where the scene is gone or has become too short.
        public var frame: Int?
        public var verdict: LikenessBands.Verdict
        /// nil where the hash is the same, or where there is nothing to compare.
        public var likeness: TileLikeness?
        /// Why there was nothing to compare, for people.
        public var reason: String?
        /// Index among the pictures of evidence.
        public var evidence: Int?
        public init(
            scene: String, frame: Int?, verdict: LikenessBands.Verdict, likeness: TileLikeness? = nil,
            reason: String? = nil, evidence: Int? = nil
        ) {
            (self.scene, self.frame, self.verdict, self.likeness, self.reason, self.evidence) = (
                scene, frame, verdict, likeness, reason, evidence
            )
        }
    }
    /// The folder; nil: the spec names none.
    public var baseline: String?
    /// Why nothing could be compared at all.
    public var refusal: String?
    public var bands: LikenessBands
    /// Whether pictures were compared before they were encoded.
    public var isDrawn: Bool
    public var frames: [Frame]
    public init(baseline: String?, refusal: String? = nil, bands: LikenessBands, isDrawn: Bool, frames: [Frame] = []) {
        (self.baseline, self.refusal, self.bands, self.isDrawn, self.frames) = (
            baseline, refusal, bands, isDrawn, frames
        )
    }
}
