// The sound of a video: one continuous mix.
import Digests

public struct AudioMix: Codable, Sendable, Hashable {
    public struct Duck: Codable, Sendable, Hashable {
        /// Indices of the tracks whose sound pushes this one down.
        public var under: [Int]
        /// How far, in dB (positive).
        public var by: Double
        public var attackSeconds: Double
        public var releaseSeconds: Double
        public init(under: [Int], by: Double, attackSeconds: Double = 0.08, releaseSeconds: Double = 0.4) {
            self.under = under
            self.by = by
            self.attackSeconds = attackSeconds
            self.releaseSeconds = releaseSeconds
        }
    }

    public struct Piece: Codable, Sendable, Hashable {
        public var asset: AssetDigest
        /// Where on the timeline it begins, in seconds (at least 0), rounded to microseconds.
        public var start: Double
        /// Where in the file it begins, in seconds.
        public var trim: Double
        /// How long it is heard at most; nil: to the end of the file or of the video.
        public var duration: Double?
        public var gain: Double
        public var fadeIn: Double
        public var fadeOut: Double
        public var loops: Bool
        public var duck: Duck?
        public init(
            asset: AssetDigest, start: Double, trim: Double = 0, duration: Double? = nil, gain: Double = 0,
            fadeIn: Double = 0, fadeOut: Double = 0, loops: Bool = false, duck: Duck? = nil
        ) {
            self.asset = asset
            self.start = start
            self.trim = trim
            self.duration = duration
            self.gain = gain
            self.fadeIn = fadeIn
            self.fadeOut = fadeOut
            self.loops = loops
            self.duck = duck
        }
    }

    public struct Loudness: Codable, Sendable, Hashable {
        /// Integrated loudness in LUFS (ITU-R BS.1770).
        public var integrated: Double
        /// Maximum true peak in dBTP.
        public var truePeak: Double
        public init(integrated: Double, truePeak: Double) {
            self.integrated = integrated
            self.truePeak = truePeak
        }
    }

    /// Length of the mix in samples: exactly that of the pictures, rounded up to a whole sample.
    public var samples: Int
    public var sampleRate: Int
    public var channels: Int
    /// Empty: the video is silent (an audio stream of digital silence is still made).
    public var pieces: [Piece]
    /// nil: as mixed.
    public var loudness: Loudness?

    public init(samples: Int, sampleRate: Int = 48000, channels: Int = 2, pieces: [Piece], loudness: Loudness?) {
        self.samples = samples
        self.sampleRate = sampleRate
        self.channels = channels
        self.pieces = pieces
        self.loudness = loudness
    }
}
