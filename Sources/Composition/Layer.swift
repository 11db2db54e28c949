// What a segment draws. Lengths are pixels of the output, times are frames from the start of the segment, assets are
// named by the digest of their bytes. Nothing here depends on the segment's position in the video or on a file's place
// in the workspace.
import Digests

/// Digest of an asset's bytes. A `Materials` table gives their path.
public typealias AssetDigest = Digest

public struct Layer: Codable, Sendable, Hashable {
    /// Shown in frames `from ..< to`, both within the segment.
    public var from: Int
    public var to: Int
    public var content: Content
    /// The point of the content (0...1 of its box in each direction) that lies on the position and is the fixed point
    /// of scaling and rotation.
    public var anchorX: Double
    public var anchorY: Double
    /// Position of the anchor in pixels of the output.
    public var x: Track
    public var y: Track
    public var scale: Track
    /// Degrees, clockwise.
    public var rotation: Track
    public var opacity: Track

    public init(
        from: Int, to: Int, content: Content, anchorX: Double = 0.5, anchorY: Double = 0.5,
        x: Track, y: Track, scale: Track = Track(1), rotation: Track = Track(0), opacity: Track = Track(1)
    ) {
        self.from = from
        self.to = to
        self.content = content
        self.anchorX = anchorX
        self.anchorY = anchorY
        self.x = x
        self.y = y
        self.scale = scale
        self.rotation = rotation
        self.opacity = opacity
    }
}

public enum Content: Codable, Sendable, Hashable {
    case text(TextContent)
    case image(ImageContent)
    case video(VideoContent)
    case shape(ShapeContent)
}

public enum Fit: String, Codable, Sendable, Hashable, CaseIterable {
    /// `cover` fills the box and crops the rest, `contain` fits inside the box, `fill` stretches to the box.
    case cover, contain, fill
}

/// Which part of a picture stays when `cover` crops it: in each direction, the share of what is cut off that is cut off
/// at the left or the top. In the middle half of it is.
public struct CropPlace: Codable, Sendable, Hashable {
    public var x, y: Double
    public init(x: Double, y: Double) { (self.x, self.y) = (x, y) }
}

public struct ImageContent: Codable, Sendable, Hashable {
    public var asset: AssetDigest
    /// The box that the picture is fitted into, before `scale`; nil: the picture's own size.
    public var box: PixelSize?
    public var fit: Fit
    /// Radius of rounded corners in pixels.
    public var cornerRadius: Double
    /// Gaussian blur, sigma in pixels; 0 is none.
    public var blur: Double
    /// nil: the middle.
    public var crop: CropPlace?
    public init(
        asset: AssetDigest, box: PixelSize?, fit: Fit = .cover, cornerRadius: Double = 0, blur: Double = 0,
        crop: CropPlace? = nil
    ) {
        self.asset = asset
        self.box = box
        self.fit = fit
        self.cornerRadius = cornerRadius
        self.blur = blur
        self.crop = crop
    }
}

public struct VideoContent: Codable, Sendable, Hashable {
    public var asset: AssetDigest
    public var box: PixelSize?
    public var fit: Fit
    public var cornerRadius: Double
    /// Time in the clip, in seconds, that is shown at frame 0 of the segment. Negative before the clip begins, while
    /// its first picture is shown.
    public var start: Rational
    public var speed: Rational
    public var loops: Bool
    /// nil: the middle.
    public var crop: CropPlace?
    public init(
        asset: AssetDigest, box: PixelSize?, fit: Fit = .cover, cornerRadius: Double = 0,
        start: Rational, speed: Rational = 1, loops: Bool = false, crop: CropPlace? = nil
    ) {
        self.crop = crop
        self.asset = asset
        self.box = box
        self.fit = fit
        self.cornerRadius = cornerRadius
        self.start = start
        self.speed = speed
        self.loops = loops
    }
}

public struct ShapeContent: Codable, Sendable, Hashable {
    public enum Form: String, Codable, Sendable, Hashable, CaseIterable { case rectangle, ellipse }
    public var form: Form
    public var box: PixelSize
    public var fill: Paint?
    public var stroke: Color?
    public var strokeWidth: Double
    public var cornerRadius: Double
    public init(
        form: Form, box: PixelSize, fill: Paint?, stroke: Color? = nil, strokeWidth: Double = 0,
        cornerRadius: Double = 0
    ) {
        self.form = form
        self.box = box
        self.fill = fill
        self.stroke = stroke
        self.strokeWidth = strokeWidth
        self.cornerRadius = cornerRadius
    }
}

public struct TextContent: Codable, Sendable, Hashable {
    public enum Alignment: String, Codable, Sendable, Hashable, CaseIterable { case start, center, end }

    /// A part of the text in another colour or on a box of its own (a highlighted word). Offsets are in UTF-8 bytes of
    /// `text`, half open.
    public struct Span: Codable, Sendable, Hashable {
        public var start: Int
        public var end: Int
        public var color: Color?
        public var background: Color?
        public var weight: Int?
        public init(start: Int, end: Int, color: Color?, background: Color? = nil, weight: Int? = nil) {
            self.start = start
            self.end = end
            self.color = color
            self.background = background
            self.weight = weight
        }
    }

    public struct Shadow: Codable, Sendable, Hashable {
        public var color: Color
        public var offsetX, offsetY, blur: Double
        public init(color: Color, offsetX: Double, offsetY: Double, blur: Double) {
            self.color = color
            self.offsetX = offsetX
            self.offsetY = offsetY
            self.blur = blur
        }
    }

    /// A box that the text must fit into, with its padding. Where it does not, everything that is counted in ems gets
    /// smaller together, until it fits or the letters have the least size.
    public struct Fit: Codable, Sendable, Hashable {
        public var width, height: Double?
        /// The most lines.
        public var lines: Int?
        /// The least em size in pixels.
        public var least: Double
        public init(width: Double?, height: Double?, lines: Int? = nil, least: Double) {
            self.width = width
            self.height = height
            self.lines = lines
            self.least = least
        }
    }

    /// The direction of a language that is written from right to left, also for a paragraph that begins with a name in
    /// Latin letters.
    public enum Direction: String, Codable, Sendable, Hashable { case rightToLeft = "rtl" }

    /// Line breaks are kept; longer lines wrap at `wrapWidth`.
    public var text: String
    /// BCP 47 tag; selects glyph forms and line-breaking rules.
    public var language: String
    /// Font files that are part of the project, by digest; they take precedence over the machine's fonts.
    public var fontFiles: [AssetDigest]
    /// Family names in order of preference, for example ["Inter", "sans-serif"].
    public var families: [String]
    /// Em size in pixels.
    public var size: Double
    /// 100...900 as in CSS.
    public var weight: Int
    public var italic: Bool
    public var color: Color
    public var spans: [Span]
    public var alignment: Alignment
    /// nil: that of each paragraph's first letter.
    public var direction: Direction?
    /// Distance between baselines as a multiple of the size; nil: the font's own.
    public var lineHeight: Double?
    /// Extra space between characters in pixels.
    public var letterSpacing: Double
    /// Width in pixels at which lines wrap; nil: only at line breaks.
    public var wrapWidth: Double?
    /// Box behind the whole text.
    public var background: Paint?
    public var paddingX: Double
    public var paddingY: Double
    public var cornerRadius: Double
    public var outline: Color?
    public var outlineWidth: Double
    public var shadow: Shadow?
    /// nil: the text has the size that it has.
    public var fit: Fit?

    public init(
        text: String, language: String = "en", fontFiles: [AssetDigest] = [], families: [String], size: Double,
        weight: Int = 400, italic: Bool = false, color: Color, spans: [Span] = [], alignment: Alignment = .center,
        lineHeight: Double? = nil, letterSpacing: Double = 0, wrapWidth: Double? = nil, background: Paint? = nil,
        paddingX: Double = 0, paddingY: Double = 0, cornerRadius: Double = 0,
        outline: Color? = nil, outlineWidth: Double = 0, shadow: Shadow? = nil, fit: Fit? = nil
    ) {
        self.text = text
        self.language = language
        self.fontFiles = fontFiles
        self.families = families
        self.size = size
        self.weight = weight
        self.italic = italic
        self.color = color
        self.spans = spans
        self.alignment = alignment
        self.lineHeight = lineHeight
        self.letterSpacing = letterSpacing
        self.wrapWidth = wrapWidth
        self.background = background
        self.paddingX = paddingX
        self.paddingY = paddingY
        self.cornerRadius = cornerRadius
        self.outline = outline
        self.outlineWidth = outlineWidth
        self.shadow = shadow
        self.fit = fit
    }
}
