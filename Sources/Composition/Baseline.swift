// The approved pictures of a video, and how another video's pictures compare with them.
import Digests

/// The worst tile of two pictures; 1 means equal.
public struct TileLikeness: Codable, Sendable, Hashable {
    public var value: Double
    /// The tile, in pixels of the picture.
    public var x, y, width, height: Int
    public init(value: Double, x: Int, y: Int, width: Int, height: Int) {
        (self.value, self.x, self.y, self.width, self.height) = (value, x, y, width, height)
    }

    /// In hundredths, rounded down, so that a value that failed never prints as one that passes: "0.79".
    public var words: String {
        let hundredths = value.isNaN ? 0 : Int(max(0, min(1, value)) * 100 + 1e-9)
        return hundredths == 100 ? "1.00" : "0.\(hundredths < 10 ? "0" : "")\(hundredths)"
    }
}

/// What `vgraph baseline accept` writes as `baseline.json`, beside the pictures.
public struct Baseline: Codable, Sendable, Hashable {
    /// A frame is found by its scene and its position in the scene, so that inserting an earlier scene changes nothing.
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
    /// Whether the user named the frames; otherwise the next acceptance chooses them again.
    public var isChosen = false
    public var frames: [KeyFrame]
    public init(target: String, size: PixelSize, rate: FrameRate, frames: [KeyFrame]) {
        version = Self.current
        (self.target, self.size, self.rate, self.frames) = (target, size, rate, frames)
    }

    public static let current = 1
    public static let fileName = "baseline.json"
    /// A limit, since each frame is drawn and kept.
    public static let maximumFrames = 500
}

/// Limits of likeness: at or above `pass` a frame passes, below `fail` it fails, in between a person has to look.
public struct LikenessBands: Codable, Sendable, Hashable {
    public enum Verdict: String, Codable, Sendable, Hashable { case same, alike, look, different }
    public var pass: Double
    public var fail: Double
    public init(pass: Double, fail: Double) {
        self.pass = pass
        self.fail = fail
    }

    /// For drawn pictures: only the drawing can differ, so only rounding passes.
    public static let drawn = LikenessBands(pass: 0.98, fail: 0.65)
    /// For decoded pictures: a re-encoding with the same settings stays above 0.80; one wrong letter scores 0.72, a
    /// missing caption 0.23.
    public static let decoded = LikenessBands(pass: 0.80, fail: 0.65)

    public func verdict(_ likeness: Double) -> Verdict {
        likeness >= pass ? .alike : likeness >= fail ? .look : .different
    }
}

/// How the key frames of one baseline compare with a video's.
public struct BaselineComparison: Codable, Sendable, Hashable {
    public struct Frame: Codable, Sendable, Hashable {
        public var scene: String
        /// Frame of the video; nil if the scene is gone or has become too short.
        public var frame: Int?
        public var verdict: LikenessBands.Verdict
        /// nil if the hash is the same, or if there is nothing to compare.
        public var likeness: TileLikeness?
        /// Why there is nothing to compare, for people.
        public var reason: String?
        /// Index into the pictures of evidence.
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
    /// The folder; nil if the spec names none.
    public var baseline: String?
    /// Why no frame was compared.
    public var refusal: String?
    public var bands: LikenessBands
    /// Whether drawn pictures were compared, before encoding.
    public var isDrawn: Bool
    public var frames: [Frame]
    public init(baseline: String?, refusal: String? = nil, bands: LikenessBands, isDrawn: Bool, frames: [Frame] = []) {
        (self.baseline, self.refusal, self.bands, self.isDrawn, self.frames) = (
            baseline, refusal, bands, isDrawn, frames
        )
    }
}
