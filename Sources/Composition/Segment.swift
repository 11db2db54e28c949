// The grain of render and encode: a span of frames, described by what it shows and nothing else.
import Digests

/// One scene's picture. In a transition two stacks are on screen; the later one is drawn over the earlier.
public struct Stack: Codable, Sendable, Hashable {
    public var background: Paint
    public var layers: [Layer]
    /// 0...1: how much of this stack covers what is below it.
    public var opacity: Track
    /// Offset of the whole picture as a fraction of the frame's width and height (slide transitions).
    public var offsetX: Track
    public var offsetY: Track
    public init(
        background: Paint, layers: [Layer], opacity: Track = Track(1), offsetX: Track = Track(0),
        offsetY: Track = Track(0)
    ) {
        self.background = background
        self.layers = layers
        self.opacity = opacity
        self.offsetX = offsetX
        self.offsetY = offsetY
    }
}

public struct Segment: Codable, Sendable, Hashable {
    public var size: PixelSize
    public var rate: FrameRate
    /// Number of frames, at least 1.
    public var frames: Int
    /// Never empty. Drawn first to last on black.
    public var stacks: [Stack]
    /// Captions and whatever else lies over all scenes, first to last.
    public var overlays: [Layer]
    public init(size: PixelSize, rate: FrameRate, frames: Int, stacks: [Stack], overlays: [Layer] = []) {
        self.size = size
        self.rate = rate
        self.frames = frames
        self.stacks = stacks
        self.overlays = overlays
    }
}

/// Where the bytes of the assets named by digest are. Not part of any key: the digests are.
public struct Materials: Codable, Sendable, Hashable {
    /// Digest to path relative to the workspace.
    public var files: [AssetDigest: String]
    public init(files: [AssetDigest: String]) { self.files = files }
}

/// What a render node says of the frames it drew: the input of encode, and what early cut-off compares.
public struct FrameHashes: Codable, Sendable, Hashable {
    /// XXH3-128 of the I420 planes Y, U, V of a frame, rows without padding; `count` equal frames in a row.
    public struct Run: Codable, Sendable, Hashable {
        public var hash: Digest
        public var count: Int
        public init(hash: Digest, count: Int) {
            self.hash = hash
            self.count = count
        }
    }
    public var size: PixelSize
    public var rate: FrameRate
    public var runs: [Run]
    public var frames: Int { runs.reduce(0) { $0 + $1.count } }
    public init(size: PixelSize, rate: FrameRate, runs: [Run]) {
        self.size = size
        self.rate = rate
        self.runs = runs
    }
}
