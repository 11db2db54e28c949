// A picture in the forms that it is sampled from: its halved copies (mipmap levels), and their planes. Made on demand;
// whoever keeps it spares the next segment that shows the picture the work.
import CPixels
import Media

public final class PictureLevels {
    let isOpaque: Bool
    /// By level: 0 is the picture, each next one is half as large.
    private var bitmaps: [Int: Bitmap]
    /// The two that were made last.
    private var planes: [(level: Int, planes: Planes)] = []
    let width, height: Int

    public init(_ bitmap: Bitmap) {
        isOpaque = cpixels_is_opaque(bitmap.pixels, bitmap.stride, Int32(bitmap.width), Int32(bitmap.height)) != 0
        bitmaps = [0: bitmap]
        width = bitmap.width
        height = bitmap.height
    }

    public var byteCount: Int {
        bitmaps.values.reduce(0) { $0 + $1.byteCount } + planes.reduce(0) { $0 + $1.planes.byteCount }
    }

    /// The coarsest level: one side is one pixel.
    var coarsest: Int {
        var level = 0
        while level < 12, min(width, height) >> (level + 1) >= 1 { level += 1 }
        return level
    }

    func bitmap(_ level: Int) -> Bitmap {
        if let found = bitmaps[level] { return found }
        let finer = bitmap(level - 1)
        let half = Bitmap(width: (finer.width + 1) / 2, height: (finer.height + 1) / 2)
        cpixels_halve_bgra(
            finer.pixels, finer.stride, Int32(finer.width), Int32(finer.height), half.pixels, half.stride)
        bitmaps[level] = half
        return half
    }

    func planes(_ level: Int) -> Planes {
        if let index = planes.firstIndex(where: { $0.level == level }) { return planes[index].planes }
        let made = Planes(bitmap(level), hasAlpha: !isOpaque)
        planes.append((level, made))
        if planes.count > 2 { planes.removeFirst() }
        return made
    }
}
