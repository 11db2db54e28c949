// The unit of work of render and encode: a span of frames, described only by what it shows.
import Digests

/// The picture of one scene. During a transition there are two stacks; the later one is drawn over the earlier one.
public struct Stack: Codable, Sendable, Hashable {
    public var background: Paint
    public var layers: [Layer]
    /// 0...1.
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
    /// Never empty. Drawn from first to last, on black.
    public var stacks: [Stack]
    /// Captions and other layers above all scenes, from first to last.
    public var overlays: [Layer]
    public init(size: PixelSize, rate: FrameRate, frames: Int, stacks: [Stack], overlays: [Layer] = []) {
        self.size = size
        self.rate = rate
        self.frames = frames
        self.stacks = stacks
        self.overlays = overlays
    }
}

/// The paths of assets that are named by digest. Not part of any key; the digests are.
public struct Materials: Codable, Sendable, Hashable {
    /// Digest to path relative to the workspace.
    public var files: [AssetDigest: String]
    public init(files: [AssetDigest: String]) { self.files = files }
}

/// The hashes of the frames that a render node drew: the input of encode, and what early cut-off compares.
public struct FrameHashes: Codable, Sendable, Hashable {
    /// `count` consecutive frames with the same hash: XXH3-128 of the I420 planes Y, U, V, rows without padding.
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

    /// Whether these are so many frames; a file may hold any number.
    func has(_ frames: Int) -> Bool {
        var left = frames
        return runs.allSatisfy { run in
            guard run.count > 0, run.count <= left else { return false }
            left -= run.count
            return true
        } && left == 0
    }

    /// With how many equal frames two lists begin.
    static func common(_ a: some Collection<Run>, _ b: some Collection<Run>) -> Int {
        var count = 0, left = (0, 0), next = (a.makeIterator(), b.makeIterator())
        var run: (Run?, Run?) = (nil, nil)
        while true {
            if left.0 == 0 {
                run.0 = next.0.next()
                left.0 = run.0?.count ?? 0
            }
            if left.1 == 0 {
                run.1 = next.1.next()
                left.1 = run.1?.count ?? 0
            }
            guard let one = run.0, let other = run.1, one.hash == other.hash else { return count }
            let both = min(left.0, left.1)
            guard both > 0 else { return count }
            count += both
            left = (left.0 - both, left.1 - both)
        }
    }

    public init(size: PixelSize, rate: FrameRate, runs: [Run]) {
        self.size = size
        self.rate = rate
        self.runs = runs
    }
}
