// Likeness of two pictures in their worst tile. A number for the whole picture rates a missing caption better than a
// harmless encoding at another quality; the worst tile of 60 pixels does not. Does not know where the pictures come
// from.
import CFFmpeg
import CPixels
import Composition

extension TileLikeness {
    /// Difference in a tile's mean luma or colour, of 255, that counts as likeness 0; a difference of 8 is then 0.80,
    /// 14 is 0.65.
    private static let whollyOther = 40.0
    /// Smallest side of a tile: 60 pixels for 1080 rows and above; smaller in smaller pictures, whose text is smaller.
    static func side(of size: PixelSize) -> Int { max(24, min(60, min(size.width, size.height) / 18)) }

    /// The worst tile; nil for pictures of different sizes. Likeness of a tile is the minimum of its structural
    /// similarity in luma and the closeness of its mean luma and colours, since structure alone does not show a wrong
    /// colour of the same lightness.
    public static func of(_ a: PicturePlanes, _ b: PicturePlanes) -> TileLikeness? {
        withExtendedLifetime((a.owner, b.owner)) { compared(a, b) }
    }

    private static func compared(_ a: PicturePlanes, _ b: PicturePlanes) -> TileLikeness? {
        guard a.size == b.size, a.size.width >= 16, a.size.height >= 16, a.size.width <= 16384, a.size.height <= 16384
        else { return nil }
        let width = Int32(a.size.width), height = Int32(a.size.height)
        let side = side(of: a.size)
        let columns = max(1, a.size.width / side), rows = max(1, a.size.height / side), count = columns * rows
        var similarity = [Double](repeating: 0, count: count), shift = similarity, distance = similarity,
            worst = similarity
        cpixels_similarity(a.y, a.yStride, b.y, b.yStride, width, height, Int32(columns), Int32(rows), &similarity)
        cpixels_tile_distance(
            a.y, a.yStride, b.y, b.yStride, width, height, Int32(columns), Int32(rows), &shift, &distance)
        for tile in 0..<count { worst[tile] = abs(shift[tile]) }
        for (one, other) in [(a.u, b.u), (a.v, b.v)] {
            cpixels_tile_distance(
                one, a.uvStride, other, b.uvStride, width / 2, height / 2, Int32(columns), Int32(rows), &shift,
                &distance)
            for tile in 0..<count { worst[tile] = max(worst[tile], distance[tile]) }
        }
        let likeness = (0..<count).map { max(0, min(similarity[$0], 1 - worst[$0] / whollyOther)) }
        let tile = likeness.indices.min { likeness[$0] < likeness[$1] } ?? 0
        let column = tile % columns, row = tile / columns
        let x = column * a.size.width / columns, y = row * a.size.height / rows
        // Rounded, so that it is short as text; down, so that rounding lets nothing pass.
        return TileLikeness(
            value: (likeness[tile] * 10000).rounded(.down) / 10000, x: x, y: y,
            width: (column + 1) * a.size.width / columns - x, height: (row + 1) * a.size.height / rows - y)
    }
}

/// The place where a stroke exists in only one of two pictures, the decoded and the drawn one.
public struct StrokeDifference: Codable, Sendable, Hashable {
    /// Steps of luma, 0...255.
    public var value: Float
    public var x, y: Int

    /// Half the side of a square as wide as a stroke: 3 pixels in 1080 rows.
    private static func half(of size: PixelSize) -> Int { max(2, TileLikeness.side(of: size) / 20) }

    /// nil for pictures of different sizes.
    public static func between(_ a: PicturePlanes, _ b: PicturePlanes) -> StrokeDifference? {
        guard a.size == b.size, a.size.width >= 16, a.size.height >= 16, a.size.width <= 16384, a.size.height <= 16384
        else { return nil }
        return withExtendedLifetime((a.owner, b.owner)) {
            var mark = cpixels_mark()
            cpixels_greatest_mark(
                a.y, a.yStride, b.y, b.yStride, Int32(a.size.width), Int32(a.size.height), Int32(half(of: a.size)),
                &mark)
            return StrokeDifference(value: (mark.value * 10).rounded() / 10, x: Int(mark.x), y: Int(mark.y))
        }
    }
}
