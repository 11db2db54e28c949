// The requirements of a platform, a broadcaster or a company: thresholds as data, each with its source. They are
// applied before rendering and to the delivered file.

public struct Profile: Codable, Sendable, Hashable {
    /// A number with limits, in the rule's `unit`.
    public enum Rule: String, Codable, Sendable, Hashable, CaseIterable {
        case fileSize = "file_size", duration, frameRate = "frame_rate", side, width, aspect, bitRate = "video_bit_rate"
        case sampleRate = "sample_rate", channels, loudness, truePeak = "true_peak"
        case captionDuration = "caption_duration", captionGap = "caption_gap", captionLines = "caption_lines"
        case captionLinesPortrait = "caption_lines_portrait", captionCharacters = "caption_characters"
        case captionCharactersPortrait = "caption_characters_portrait", captionWidth = "caption_width"
        case captionWidthPortrait = "caption_width_portrait", wordTime = "word_time", textWordTime = "text_word_time"
        case contrast, contrastLarge = "contrast_large"
    }

    /// A property that must be one of several values.
    public enum Pick: String, Codable, Sendable, Hashable, CaseIterable {
        case container, videoCodec = "video_codec", audioCodec = "audio_codec"
    }

    public struct Limit: Codable, Sendable, Hashable {
        public var least: Double?
        public var most: Double?
        /// For people: whose rule this is, and when it was read.
        public var source: String
        public init(least: Double? = nil, most: Double? = nil, source: String) {
            self.least = least
            self.most = most
            self.source = source
        }
        /// The margin allows for rounding in the arithmetic of frames.
        public func holds(_ value: Double) -> Bool {
            value >= (least ?? -.infinity) - 1e-6 && value <= (most ?? .infinity) + 1e-6
        }
    }

    public struct Choice: Codable, Sendable, Hashable {
        public var values: [String]
        public var source: String
        public init(values: [String], source: String) {
            self.values = values
            self.source = source
        }
    }

    /// Edges of the frame that a player covers with its own controls, as fractions of the frame's width and height.
    public struct Zone: Codable, Sendable, Hashable {
        /// Aspect ratio of the frames that the zone applies to.
        public var aspect: PixelSize
        public var left, top, right, bottom: Double
        public var source: String
        public init(
            aspect: PixelSize, left: Double = 0, top: Double = 0, right: Double = 0, bottom: Double = 0, source: String
        ) {
            self.aspect = aspect
            self.left = left
            self.top = top
            self.right = right
            self.bottom = bottom
            self.source = source
        }
        public func applies(to size: PixelSize) -> Bool {
            abs(Double(size.width * aspect.height) / Double(max(1, size.height * aspect.width)) - 1) < 0.02
        }
    }

    /// The verdict for a breach of a check; `off`: none.
    public enum Severity: String, Codable, Sendable, Hashable, CaseIterable { case off, warn, fail }

    /// The profiles that a spec or a command named; empty: only the defaults.
    public var names: [String]
    public var limits: [Rule: Limit]
    public var picks: [Pick: Choice]
    /// Characters a second, by primary language; "*" is every other language. A language without a limit is not judged.
    public var readingSpeed: [String: Limit]
    public var zones: [Zone]
    /// What each asset must declare: "license", "credit".
    public var assets: Choice?
    /// The source of the rule that videos with generated media must be labelled; nil: there is no such rule.
    public var generatedLabel: String?
    /// By the id of a check.
    public var severities: [String: Severity]
    /// The rules of those formats of the spec that have profiles of their own, by name; these have no formats.
    public var formats: [String: Profile] = [:]

    public init(
        names: [String] = [], limits: [Rule: Limit] = [:], picks: [Pick: Choice] = [:],
        readingSpeed: [String: Limit] = [:], zones: [Zone] = [],
        assets: Choice? = nil, generatedLabel: String? = nil, severities: [String: Severity] = [:]
    ) {
        self.names = names
        self.limits = limits
        self.picks = picks
        self.readingSpeed = readingSpeed
        self.zones = zones
        self.assets = assets
        self.generatedLabel = generatedLabel
        self.severities = severities
    }

    /// The rules of a format of the spec; nil: of its own size.
    public func of(format: String?) -> Profile { format.flatMap { formats[$0] } ?? self }

    /// Without any requirement.
    public static let none = Profile()

    public subscript(rule: Rule) -> Limit? { limits[rule] }

    /// The severity of a breach: the profile's, or else the check's own.
    public func severity(of check: String, or own: Severity) -> Severity { severities[check] ?? own }
}

extension Profile {
    // Swift would encode dictionaries with enum keys as arrays; as objects with string keys they have one order.
    private enum CodingKeys: String, CodingKey {
        case names, limits, picks, readingSpeed = "reading_speed", zones, assets, generatedLabel = "generated_label",
            severities, formats
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func keyed<Key: RawRepresentable<String>, Value: Decodable>(_ key: CodingKeys) throws -> [Key: Value] {
            let plain = try container.decode([String: Value].self, forKey: key)
            return Dictionary(plain.compactMap { name, value in Key(rawValue: name).map { ($0, value) } }) { first, _ in
                first
            }
        }
        self.init(
            names: try container.decode([String].self, forKey: .names), limits: try keyed(.limits),
            picks: try keyed(.picks),
            readingSpeed: try container.decode([String: Limit].self, forKey: .readingSpeed),
            zones: try container.decode([Zone].self, forKey: .zones),
            assets: try container.decodeIfPresent(Choice.self, forKey: .assets),
            generatedLabel: try container.decodeIfPresent(String.self, forKey: .generatedLabel),
            severities: try container.decode([String: Severity].self, forKey: .severities))
        formats = try container.decodeIfPresent([String: Profile].self, forKey: .formats) ?? [:]
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        func plain<Key: RawRepresentable<String>, Value>(_ keyed: [Key: Value]) -> [String: Value] {
            Dictionary(keyed.map { ($0.key.rawValue, $0.value) }) { first, _ in first }
        }
        try container.encode(names, forKey: .names)
        try container.encode(plain(limits), forKey: .limits)
        try container.encode(plain(picks), forKey: .picks)
        try container.encode(readingSpeed, forKey: .readingSpeed)
        try container.encode(zones, forKey: .zones)
        try container.encodeIfPresent(assets, forKey: .assets)
        try container.encodeIfPresent(generatedLabel, forKey: .generatedLabel)
        try container.encode(severities, forKey: .severities)
        if !formats.isEmpty { try container.encode(formats, forKey: .formats) }
    }
}

extension Profile.Rule {
    public enum Unit: String, Sendable {
        case bytes, seconds, frames, pixels = "px", perSecond = "fps", bitsPerSecond = "bit/s", hertz = "Hz", lufs =
            "LUFS", dbtp = "dBTP", percent = "%", ratio = ":1", count = ""
    }

    public var unit: Unit {
        switch self {
        case .fileSize: .bytes
        case .duration, .captionDuration, .wordTime, .textWordTime: .seconds
        case .captionGap: .frames
        case .side, .width: .pixels
        case .frameRate: .perSecond
        case .bitRate: .bitsPerSecond
        case .sampleRate: .hertz
        case .loudness: .lufs
        case .truePeak: .dbtp
        case .captionWidth, .captionWidthPortrait: .percent
        case .aspect, .contrast, .contrastLarge: .ratio
        case .channels, .captionLines, .captionLinesPortrait, .captionCharacters, .captionCharactersPortrait: .count
        }
    }

    public var summary: String {
        switch self {
        case .fileSize: "Size of the file"
        case .duration: "Duration of the video"
        case .frameRate: "Frames a second"
        case .side: "Pixels of either side"
        case .width: "Pixels across"
        case .aspect: "Width divided by height"
        case .bitRate: "Average bit rate of the pictures"
        case .sampleRate: "Sample rate of the sound"
        case .channels: "Number of sound channels"
        case .loudness: "Integrated loudness (ITU-R BS.1770)"
        case .truePeak: "True peak of the sound"
        case .captionDuration: "Duration of a caption"
        case .captionGap: "Frames between captions"
        case .captionLines: "Lines of a caption"
        case .captionLinesPortrait: "Lines of a caption in portrait formats"
        case .captionCharacters: "Characters in a line of a caption"
        case .captionCharactersPortrait: "Characters in a line of a caption in portrait formats"
        case .captionWidth: "Width of a caption's lines, in percent of the frame's"
        case .captionWidthPortrait: "The same in portrait formats"
        case .wordTime: "Duration of a caption for each of its words"
        case .textWordTime: "Duration of any other text for each of its words"
        case .contrast: "Contrast ratio of text to its background"
        case .contrastLarge: "The same for large text"
        }
    }
}

extension Profile.Limit {
    /// "at least 24 fps", "24 to 60 fps".
    public func words(_ rule: Profile.Rule) -> String {
        func plain(_ value: Double, _ digits: Double = 10) -> String {
            let rounded = (value * digits).rounded() / digits
            return rounded == rounded.rounded() && abs(rounded) < 1e15 ? String(Int(rounded)) : String(rounded)
        }
        func number(_ value: Double) -> String {
            switch rule.unit {
            case .bytes: value >= 1e6 ? plain(value / 1e6) + " MB" : plain(value / 1e3) + " kB"
            case .bitsPerSecond: plain(value / 1e6) + " Mbit/s"
            case .seconds: plain(value, 1000) + " s"
            case .ratio: plain(value, rule == .aspect ? 1000 : 10) + ":1"
            case .count: plain(value)
            default: plain(value) + " " + rule.unit.rawValue
            }
        }
        switch (least, most) {
        case (let least?, let most?): return least == most ? number(least) : "\(number(least)) to \(number(most))"
        case (let least?, nil): return "at least " + number(least)
        case (nil, let most?): return "at most " + number(most)
        case (nil, nil): return "anything"
        }
    }
}
