// Shows a mismatch to a person: expected, actual and difference side by side, first the whole pictures, below them the
// surroundings of the least similar tile. Does not know where the pictures come from.
import CPango
import CPixels
import Composition
import Media

/// A picture in the planes that are compared.
public final class ComparedPicture {
    public let bitmap: Bitmap
    private let held: Planes

    /// An odd side is extended by repeating its last column or row.
    public init(_ bitmap: Bitmap) {
        self.bitmap = bitmap
        held = Planes(bitmap, hasAlpha: false)
    }

    public var planes: PicturePlanes {
        PicturePlanes(
            y: held.y, u: held.u, v: held.v, yStride: held.stride, uvStride: held.chromaStride,
            size: PixelSize(width: held.width, height: held.height), owner: held)
    }
}

public struct EvidencePicture {
    let expected: Bitmap
    let actual: Bitmap
    let tile: TileLikeness
    /// Caption, for example "3.20 s, scene 'offer'".
    let title: String

    private static let panelWidth = 560.0, gap = 12.0, line = 26.0
    private static let ground = Color(red: 24, green: 27, blue: 33), ink = Color(red: 235, green: 237, blue: 242),
        mark = Color(red: 255, green: 92, blue: 92)

    /// The pictures have one size.
    public init(expected: Bitmap, actual: Bitmap, tile: TileLikeness, title: String) {
        (self.expected, self.actual, self.tile, self.title) = (expected, actual, tile, title)
    }

    /// Encodes a PNG file. Throws a `Diagnostic`.
    public func png() throws -> [UInt8] {
        let size = (width: Double(expected.width), height: Double(expected.height))
        // The width limit is also the limit of the height, for tall pictures.
        let scale = min(Self.panelWidth / size.width, Self.panelWidth / size.height)
        let panel = (width: (size.width * scale).rounded(), height: (size.height * scale).rounded())
        let near = neighbourhood(aspect: panel.width / panel.height)
        let sheet = Bitmap(
            width: Int(3 * panel.width + 4 * Self.gap), height: Int(2 * panel.height + 3 * Self.gap + 2 * Self.line))
        let canvas = try Canvas(sheet), context = canvas.context
        canvas.set(Self.ground)
        cairo_paint(context)
        let difference = difference()
        for (column, (words, picture)) in [("expected", expected), ("actual", actual), ("difference", difference)]
            .enumerated()
        {
            let x = Self.gap + Double(column) * (panel.width + Self.gap), top = Self.gap + Self.line
            write(words, x: x, y: top - 9, on: canvas)
            try paint(
                picture, from: (0, 0, size.width, size.height), x: x, y: top, width: panel.width, height: panel.height,
                on: canvas)
            outline(
                x: x + Double(tile.x) * scale, y: top + Double(tile.y) * scale, width: Double(tile.width) * scale,
                height: Double(tile.height) * scale, on: canvas)
            let below = top + panel.height + Self.gap + Self.line
            try paint(picture, from: near, x: x, y: below, width: panel.width, height: panel.height, on: canvas)
            let zoom = panel.width / near.width
            outline(
                x: x + (Double(tile.x) - near.x) * zoom, y: below + (Double(tile.y) - near.y) * zoom,
                width: Double(tile.width) * zoom,
                height: Double(tile.height) * zoom, on: canvas)
        }
        write(
            "\(title): the least similar tile, at \(tile.x), \(tile.y), is \(tile.words)",
            x: Self.gap, y: Self.gap + 2 * Self.line + panel.height + Self.gap - 9, on: canvas)
        try canvas.check("draw a comparison")
        return try canvas.png()
    }

    /// The surroundings of the tile: four tiles high, in the panel's aspect ratio, inside the picture.
    private func neighbourhood(aspect: Double) -> (x: Double, y: Double, width: Double, height: Double) {
        let full = (width: Double(expected.width), height: Double(expected.height))
        var height = min(Double(max(tile.width, tile.height)) * 4, full.height), width = height * aspect
        if width > full.width { (width, height) = (full.width, full.width / aspect) }
        let x = min(max(0, Double(tile.x) + Double(tile.width) / 2 - width / 2), full.width - width)
        let y = min(max(0, Double(tile.y) + Double(tile.height) / 2 - height / 2), full.height - height)
        return (x, y, width, height)
    }

    /// The absolute difference, multiplied by four so that a faint one is visible.
    private func difference() -> Bitmap {
        let result = Bitmap(width: expected.width, height: expected.height)
        for y in 0..<result.height {
            let a = expected.row(y), b = actual.row(y), out = result.row(y)
            for x in 0..<result.width {
                for channel in 0..<3 {
                    let difference = abs(Int(a[x &* 4 &+ channel]) &- Int(b[x &* 4 &+ channel]))
                    out[x &* 4 &+ channel] = UInt8(min(255, difference &* 4))
                }
                out[x &* 4 &+ 3] = 255
            }
        }
        return result
    }

    private func paint(
        _ picture: Bitmap, from part: (x: Double, y: Double, width: Double, height: Double), x: Double, y: Double,
        width: Double,
        height: Double, on canvas: Canvas
    ) throws {
        guard
            let surface = cairo_image_surface_create_for_data(
                picture.pixels, CAIRO_FORMAT_ARGB32, Int32(picture.width), Int32(picture.height),
                Int32(picture.stride))
        else { return }
        defer { cairo_surface_destroy(surface) }
        let context = canvas.context
        cairo_save(context)
        cairo_rectangle(context, x, y, width, height)
        cairo_clip(context)
        cairo_translate(context, x, y)
        cairo_scale(context, width / part.width, height / part.height)
        cairo_set_source_surface(context, surface, -part.x, -part.y)
        cairo_pattern_set_filter(
            cairo_get_source(context), part.width > width ? CAIRO_FILTER_GOOD : CAIRO_FILTER_NEAREST)
        cairo_paint(context)
        cairo_restore(context)
    }

    private func outline(x: Double, y: Double, width: Double, height: Double, on canvas: Canvas) {
        cairo_rectangle(canvas.context, x, y, width, height)
        canvas.set(Self.mark)
        cairo_set_line_width(canvas.context, 2)
        cairo_stroke(canvas.context)
    }

    private func write(_ text: String, x: Double, y: Double, on canvas: Canvas) {
        cairo_select_font_face(canvas.context, "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL)
        cairo_set_font_size(canvas.context, 15)
        canvas.set(Self.ink)
        cairo_move_to(canvas.context, x, y)
        cairo_show_text(canvas.context, text)
    }
}
