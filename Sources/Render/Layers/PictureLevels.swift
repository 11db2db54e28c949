// A picture in the forms that it is sampled from: its halved copies (mipmap levels), and their planes. Made on demand;
// whoever keeps it spares the next segment that shows the picture the work.
import CPixels
import Media

public final class PictureLevels {
    let isOpaque: Bool
    /// By level: 0 is the picture, each next one is half as large. Without level 0, which takes four times as much as
    /// all others, once its planes and level 1 are made: `decode` makes it again for whoever asks for it still.
    private var bitmaps: [Int: Bitmap]
    /// Decodes the picture once more; nil: level 0 is kept.
    public var decode: (() throws -> Bitmap)?
    /// The two that were made last.
    private var planes: [(level: Int, planes: Planes)] = []
    let width, height: Int

    public init(_ bitmap: Bitmap, decode: (() throws -> Bitmap)? = nil) {
        self.decode = decode
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

    func bitmap(_ level: Int) throws -> Bitmap {
        if let found = bitmaps[level] { return found }
        if level == 0, let decode {
            let made = try decode()
            bitmaps[0] = made
            return made
        }
        let finer = try bitmap(level - 1)
        let half = Bitmap(width: (finer.width + 1) / 2, height: (finer.height + 1) / 2)
        cpixels_halve_bgra(
            finer.pixels, finer.stride, Int32(finer.width), Int32(finer.height), half.pixels, half.stride)
        bitmaps[level] = half
        return half
    }

    func planes(_ level: Int) throws -> Planes {
        if let index = planes.firstIndex(where: { $0.level == level }) { return planes[index].planes }
        let made = Planes(try bitmap(level), hasAlpha: !isOpaque)
        planes.append((level, made))
        if planes.count > 2 { planes.removeFirst() }
        if level == 0, decode != nil {
            if coarsest > 0 { _ = try bitmap(1) }
            bitmaps[0] = nil
        }
        return made
    }
}
