// The sound of a video: one continuous mix.
import Digests

public struct AudioMix: Codable, Sendable, Hashable {
    public struct Duck: Codable, Sendable, Hashable {
        /// Indices of the pieces whose sound lowers this one.
        public var under: [Int]
        /// By how much, in dB (positive).
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
        /// Start on the timeline in seconds, at least 0, rounded to microseconds.
        public var start: Double
        /// Start in the file, in seconds.
        public var trim: Double
        /// Longest time that it is heard; nil: to the end of the file or of the video.
        public var duration: Double?
        public var gain: Double
        public var fadeIn: Double
        public var fadeOut: Double
        public var loops: Bool
        public var duck: Duck?
        /// Whether the spec says what is spoken in it; nil: it does not.
        public var speaks: Bool?
        public init(
            asset: AssetDigest, start: Double, trim: Double = 0, duration: Double? = nil, gain: Double = 0,
            fadeIn: Double = 0, fadeOut: Double = 0, loops: Bool = false, duck: Duck? = nil,
            speaks: Bool? = nil
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
            self.speaks = speaks
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

    /// Duration of the mix in samples: that of the pictures, rounded up to a whole sample.
    public var samples: Int
    public var sampleRate: Int
    public var channels: Int
    /// Empty if the video is silent; it still gets a stream of digital silence.
    public var pieces: [Piece]
    /// nil: the loudness of the mix is not changed.
    public var loudness: Loudness?

    public init(samples: Int, sampleRate: Int = 48000, channels: Int = 2, pieces: [Piece], loudness: Loudness?) {
        self.samples = samples
        self.sampleRate = sampleRate
        self.channels = channels
        self.pieces = pieces
        self.loudness = loudness
    }

    /// Pieces with speech: those that are named as voices, or, if there are none, all that do not repeat.
    public var voices: [Int] {
        let named = namedVoices
        return named.isEmpty ? pieces.indices.filter { !pieces[$0].loops } : named
    }

    /// Pieces that others are lowered under, or whose words the spec has.
    public var namedVoices: [Int] {
        let under = Set(pieces.flatMap { $0.duck?.under ?? [] })
        return pieces.indices.filter { under.contains($0) || pieces[$0].speaks == true }
    }
}
