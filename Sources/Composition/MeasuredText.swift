// The measures of a text in the font that draws it. The renderer measures; the proofreading checks judge.

/// In pixels at scale 1.
public struct TextMeasure: Codable, Sendable, Hashable {
    /// A font that some of the text is set in.
    public struct Face: Codable, Sendable, Hashable {
        /// All names of its family.
        public var families: [String]
        /// As in CSS; 400 if a lighter font is emboldened, nil if the font does not specify it.
        public var weight: Int?
        /// The first characters that are set in it.
        public var text: String
        public init(families: [String], weight: Int?, text: String) {
            self.families = families
            self.weight = weight
            self.text = text
        }
        public func isSameFont(as other: Face) -> Bool { families == other.families && weight == other.weight }
    }

    /// The box that is placed: lines and padding.
    public var width: Double
    public var height: Double
    /// Bounds of the ink, relative to the box's corner; may reach outside the box.
    public var inkX: Double
    public var inkY: Double
    public var inkWidth: Double
    public var inkHeight: Double
    /// The em size at which it fits its box; nil if it has none.
    public var size: Double?
    /// Number of characters in each line, after line breaking.
    public var lineCharacters: [Int]
    public var lines: Int { lineCharacters.count }
    /// Lines that end within a word because the word is wider than the line.
    public var brokenWords: Int
    /// Characters for which no font has a glyph, each once, in the order of the text.
    public var missing: [String]
    /// How many times such characters occur.
    public var unknownGlyphs: Int
    /// Files of the fonts that were used, absolute, sorted.
    public var fontFiles: [String]
    /// The fonts that were used, each once, in the order of the text.
    public var faces: [Face]

    public init(
        width: Double, height: Double, inkX: Double, inkY: Double, inkWidth: Double, inkHeight: Double,
        lineCharacters: [Int],
        brokenWords: Int = 0, missing: [String] = [], unknownGlyphs: Int = 0, fontFiles: [String] = [],
        faces: [Face] = []
    ) {
        self.width = width
        self.height = height
        self.inkX = inkX
        self.inkY = inkY
        self.inkWidth = inkWidth
        self.inkHeight = inkHeight
        self.lineCharacters = lineCharacters
        self.brokenWords = brokenWords
        self.missing = missing
        self.unknownGlyphs = unknownGlyphs
        self.fontFiles = fontFiles
        self.faces = faces
    }
}

/// A text layer, measured and placed on the frame over time.
public struct MeasuredText: Codable, Sendable, Hashable {
    /// Bounds of the ink at one frame, in pixels of the output.
    public struct Box: Codable, Sendable, Hashable {
        public var frame: Int
        public var x0, y0, x1, y1: Double
        public init(frame: Int, x0: Double, y0: Double, x1: Double, y1: Double) {
            self.frame = frame
            self.x0 = x0
            self.y0 = y0
            self.x1 = x1
            self.y1 = y1
        }
    }

    public var measure: TextMeasure
    /// Sampled at some frames of the time in which the text is most visible, ascending; frame numbers are the layer's.
    public var boxes: [Box]
    /// Number of frames in which the text has at least half of its greatest visibility.
    public var legible: Int

    public init(measure: TextMeasure, boxes: [Box], legible: Int) {
        self.measure = measure
        self.boxes = boxes
        self.legible = legible
    }
}

/// The contrast between one text of a segment and its background, on drawn pixels.
public struct TextContrast: Codable, Sendable, Hashable {
    public var text: String
    /// Frames of the segment in which it is on screen, half open.
    public var from: Int
    public var to: Int
    /// Em in pixels of the output, and weight as in CSS; they decide whether WCAG's limit for large text applies.
    public var size: Double
    public var weight: Int
    /// Contrast ratio of WCAG, 1 to 21, at the worst place of the worst frame; nil if the text was never in full view.
    public var ratio: Double?
    /// That frame, and that place in pixels.
    public var frame: Int
    public var x: Int
    public var y: Int
    /// The same for frames in which nothing covers the letters, measured over cells that contain more than a corner of
    /// a letter; nil if there was no such frame.
    public var bare: Bare?
    /// The ratio at the worst place of the best frame.
    public var best: Double?

    public struct Bare: Codable, Sendable, Hashable {
        public var ratio: Double
        public var frame: Int
        public var x: Int
        public var y: Int
        public init(ratio: Double, frame: Int, x: Int, y: Int) {
            (self.ratio, self.frame, self.x, self.y) = (ratio, frame, x, y)
        }
    }

    public init(text: String, from: Int, to: Int, size: Double, weight: Int, ratio: Double?, frame: Int, x: Int, y: Int)
    {
        self.text = text
        self.from = from
        self.to = to
        self.size = size
        self.weight = weight
        self.ratio = ratio
        self.frame = frame
        self.x = x
        self.y = y
    }
}

public struct SegmentContrast: Codable, Sendable, Hashable {
    public var size: PixelSize
    public var texts: [TextContrast]
    public init(size: PixelSize, texts: [TextContrast]) {
        self.size = size
        self.texts = texts
    }
}
