// How two versions of a film differ where they were said to: pictures tile by tile over time, and the sound.

public struct PixelDifference: Codable, Sendable, Hashable {
    /// A stretch that both versions have, at its frame in each.
    public struct Range: Codable, Sendable, Hashable {
        /// First frames, and the number of frames that are compared.
        public var a: Int
        public var b: Int
        public var frames: Int
        /// Likeness of the least similar tile of every `step`-th frame, 0 to 1; 1 means equal.
        public var likeness: [Double]
        public var step: Int
        /// Frame after the first in which a tile is least similar.
        public var worst: Int
        /// That frame of both versions and their difference, as base64 of a JPEG; nil: the pictures have other sizes.
        public var picture: String?
        public init(
            a: Int, b: Int, frames: Int, likeness: [Double] = [], step: Int = 1, worst: Int = 0, picture: String? = nil
        ) {
            self.a = a
            self.b = b
            self.frames = frames
            self.likeness = likeness
            self.step = step
            self.worst = worst
            self.picture = picture
        }
        /// 0 to 1; nil: nothing could be compared.
        public var least: Double? { likeness.min() }
    }

    /// The difference of the two sounds, sample by sample from their starts.
    public struct Sound: Codable, Sendable, Hashable {
        public static let silence = -100.0
        /// Seconds from one value to the next.
        public var step: Double
        /// Root mean square of the difference, dBFS, at least `silence`: equal sounds.
        public var levels: [Double]
        /// Greatest difference of two samples, dBFS.
        public var peak: Double
        public init(step: Double, levels: [Double], peak: Double) {
            self.step = step
            self.levels = levels
            self.peak = peak
        }
        public var isSame: Bool { peak <= Self.silence }
    }

    public var ranges: [Range]
    /// nil: one of the two has no sound.
    public var sound: Sound?
    public init(ranges: [Range], sound: Sound? = nil) {
        self.ranges = ranges
        self.sound = sound
    }
}
