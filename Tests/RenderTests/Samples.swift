// Pictures, clips and layers that the tests draw.
import Composition
import Digests
import Glibc
import Media
import Render
import TestSupport
import Testing

let white = Color(red: 255, green: 255, blue: 255)
let black = Color(red: 0, green: 0, blue: 0)
let night: Paint = .color(Color(red: 11, green: 16, blue: 32))

extension Bitmap {
    /// A smooth picture with detail; opaque, or premultiplied with varying alpha.
    static func sample(_ width: Int, _ height: Int, alpha: Bool = false, shift: Int = 0) -> Bitmap {
        let bitmap = Bitmap(width: width, height: height)
        for y in 0..<height {
            let row = bitmap.row(y)
            for x in 0..<width {
                let a = alpha ? (x * 255 / max(1, width - 1)) : 255
                row[4 * x] = UInt8((x * 3 + shift) % 256 * a / 255)
                row[4 * x + 1] = UInt8((y * 5 + x) % 256 * a / 255)
                row[4 * x + 2] = UInt8(((x / 8 + y / 8) % 2 * 160 + 40) * a / 255)
                row[4 * x + 3] = UInt8(a)
            }
        }
        return bitmap
    }

    /// Any premultiplied picture.
    static func noise(_ width: Int, _ height: Int, seed: UInt64, alpha: Bool) -> Bitmap {
        var noise = Seeded(seed: seed)
        let bitmap = Bitmap(width: width, height: height)
        for y in 0..<height {
            let row = bitmap.row(y)
            for x in 0..<width {
                let a = alpha ? Int.random(in: 0...255, using: &noise) : 255
                for channel in 0..<3 { row[4 * x + channel] = UInt8(Int.random(in: 0...a, using: &noise)) }
                row[4 * x + 3] = UInt8(a)
            }
        }
        return bitmap
    }
}

/// Ten pictures a second for two seconds.
final class SampleClip: ClipFrames {
    let duration: Rational = 2
    private var pictures: [Int: Bitmap] = [:]
    private(set) var asked: [Double] = []
    func bitmap(at time: ClipTime) throws -> Bitmap {
        asked.append(time.seconds.seconds)
        let index = max(0, min(19, (time.seconds * 10).floor))
        if let known = pictures[index] { return known }
        let made = Bitmap.sample(96, 64, shift: index * 12)
        pictures[index] = made
        return made
    }
}

func sources(clip: SampleClip = SampleClip(), fonts: [Digest: String] = [:]) -> LayerSources {
    LayerSources(
        picture: { PictureLevels($0 == .of("glass") ? .sample(120, 90, alpha: true) : .sample(301, 203)) },
        clip: { _ in clip },
        fontFile: { try #require(fonts[$0]) })
}

func text(
    _ string: String, size: Double = 40, spans: [TextContent.Span] = [], wrap: Double? = nil, background: Paint? = nil,
    padding: Double = 0, families: [String] = ["Inter", "sans-serif"]
) -> TextContent {
    TextContent(
        text: string, families: families, size: size, weight: 600, color: white, spans: spans, wrapWidth: wrap,
        background: background, paddingX: padding, paddingY: padding, cornerRadius: 6)
}

func ramp(_ from: Double, _ to: Double, frames: Double, ease: Ease = .linear) -> Track {
    Track([Keyframe(frame: 0, value: from, ease: ease), Keyframe(frame: frames, value: to)])
}

func segment(
    _ layers: [Layer], frames: Int = 1, width: Int = 320, height: Int = 180, background: Paint = night,
    overlays: [Layer] = []
) -> Segment {
    Segment(
        size: PixelSize(width: width, height: height), rate: FrameRate(30), frames: frames,
        stacks: [Stack(background: background, layers: layers)], overlays: overlays)
}

func layer(
    _ content: Content, frames: Int = 1000, x: Track = Track(160), y: Track = Track(90), scale: Track = Track(1),
    rotation: Track = Track(0), opacity: Track = Track(1)
) -> Layer {
    Layer(from: 0, to: frames, content: content, x: x, y: y, scale: scale, rotation: rotation, opacity: opacity)
}

func hashes(_ segment: Segment) throws -> [Digest] {
    let renderer = try SegmentRenderer(segment, sources: sources())
    return try (0..<segment.frames).map { try renderer.frame($0).hash }
}

/// A layer in the middle of a black frame of 320x180.
func lone(_ content: Content, rotation: Double = 0) throws -> I420Frame {
    let copy = I420Frame(width: 320, height: 180)
    let scene = segment([layer(content, rotation: Track(rotation))], background: .color(black))
    copy.copy(from: try SegmentRenderer(scene, sources: sources()).frame(0))
    return copy
}

extension I420Frame {
    func luma(_ x: Int, _ y: Int) -> Int { Int(self.y[y * width + x]) }
    /// Y, U, V at a pixel.
    func sample(_ x: Int, _ y: Int) -> [Int] {
        let at = y / 2 * chromaWidth + x / 2
        return [luma(x, y), Int(u[at]), Int(v[at])]
    }
    /// Where the light is, weighed by how much there is of it above `floor`.
    func centroid(above floor: Int) -> (x: Double, y: Double)? {
        var total = 0.0, sumX = 0.0, sumY = 0.0
        for row in 0..<height {
            for column in 0..<width where luma(column, row) > floor {
                let weight = Double(luma(column, row) - floor)
                total += weight
                sumX += weight * Double(column)
                sumY += weight * Double(row)
            }
        }
        return total > 0 ? (sumX / total, sumY / total) : nil
    }
    func pixels(above floor: Int) -> Int { (0..<width * height).reduce(0) { $0 + (Int(y[$1]) > floor ? 1 : 0) } }
}

/// BT.709 limited range in floating point: the reference.
func reference(_ red: Double, _ green: Double, _ blue: Double) -> (y: Double, u: Double, v: Double) {
    let r = red / 255, g = green / 255, b = blue / 255
    let luma = 0.2126 * r + 0.7152 * g + 0.0722 * b
    return (16 + 219 * luma, 128 + 224 * (b - luma) / 1.8556, 128 + 224 * (r - luma) / 1.5748)
}
