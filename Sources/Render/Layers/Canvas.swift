// A cairo surface over a bitmap, and drawing operations. Owns the cairo objects.
import CPango
import Composition
import Diagnostics
import Media

final class Canvas {
    let bitmap: Bitmap
    let context: OpaquePointer
    private let surface: OpaquePointer

    /// Makes a canvas that draws into `bitmap`.
    init(_ bitmap: Bitmap) throws {
        self.bitmap = bitmap
        guard
            let surface = cairo_image_surface_create_for_data(
                bitmap.pixels, CAIRO_FORMAT_ARGB32, Int32(bitmap.width),
                Int32(bitmap.height), Int32(bitmap.stride)),
            let context = cairo_create(surface)
        else {
            throw RenderProblem.drawing("make a surface of \(bitmap.width)x\(bitmap.height)", reason: "out of memory")
                .diagnostic
        }
        self.surface = surface
        self.context = context
        cairo_set_antialias(context, CAIRO_ANTIALIAS_GRAY)
        // 1/20 pixel, so that curves stay smooth when a raster is enlarged.
        cairo_set_tolerance(context, 0.05)
        try check("make a surface of \(bitmap.width)x\(bitmap.height)")
    }

    deinit {
        cairo_destroy(context)
        cairo_surface_destroy(surface)
    }

    /// Throws cairo's first error. After an error cairo silently draws nothing.
    func check(_ doing: String) throws {
        cairo_surface_flush(surface)
        let status = cairo_status(context)
        let state = status == CAIRO_STATUS_SUCCESS ? cairo_surface_status(surface) : status
        guard state == CAIRO_STATUS_SUCCESS else {
            throw RenderProblem.drawing(doing, reason: String(cString: cairo_status_to_string(state))).diagnostic
        }
    }

    /// A path of a rectangle with round corners.
    func rectangle(x: Double, y: Double, width: Double, height: Double, radius: Double) {
        let r = max(0, min(radius, min(width, height) / 2))
        guard r > 0 else { return cairo_rectangle(context, x, y, width, height) }
        cairo_new_sub_path(context)
        cairo_arc(context, x + width - r, y + r, r, -.pi / 2, 0)
        cairo_arc(context, x + width - r, y + height - r, r, 0, .pi / 2)
        cairo_arc(context, x + r, y + height - r, r, .pi / 2, .pi)
        cairo_arc(context, x + r, y + r, r, .pi, 3 * .pi / 2)
        cairo_close_path(context)
    }

    func ellipse(x: Double, y: Double, width: Double, height: Double) {
        guard width > 0, height > 0 else { return }
        cairo_save(context)
        cairo_translate(context, x + width / 2, y + height / 2)
        cairo_scale(context, width / 2, height / 2)
        cairo_new_sub_path(context)
        cairo_arc(context, 0, 0, 1, 0, 2 * .pi)
        cairo_close_path(context)
        cairo_restore(context)
    }

    func set(_ color: Color) {
        cairo_set_source_rgba(
            context, Double(color.red) / 255, Double(color.green) / 255, Double(color.blue) / 255,
            Double(color.alpha) / 255)
    }

    /// Sets the paint of an area of `width` x `height` whose corner is the origin.
    func set(_ paint: Paint, width: Double, height: Double) {
        let pattern: OpaquePointer?
        let stops: [GradientStop]
        switch paint {
        case .color(let color): return set(color)
        case .linear(let angle, let list):
            let line = GradientLine(angle: angle, width: width, height: height)
            pattern = cairo_pattern_create_linear(line.x0, line.y0, line.x1, line.y1)
            stops = list
        case .radial(let x, let y, let radius, let list):
            let r = max(radius * max(width, height), 1e-6)
            pattern = cairo_pattern_create_radial(x * width, y * height, 0, x * width, y * height, r)
            stops = list
        }
        for stop in stops {
            let color = stop.color
            cairo_pattern_add_color_stop_rgba(
                pattern, stop.offset, Double(color.red) / 255, Double(color.green) / 255,
                Double(color.blue) / 255, Double(color.alpha) / 255)
        }
        cairo_set_source(context, pattern)
        cairo_pattern_destroy(pattern)
    }

    func png() throws -> [UInt8] {
        var bytes: [UInt8] = []
        let status = withUnsafeMutablePointer(to: &bytes) { pointer in
            cairo_surface_mark_dirty(surface)
            return cairo_surface_write_to_png_stream(
                surface,
                { closure, data, length in
                    closure!.assumingMemoryBound(to: [UInt8].self).pointee.append(
                        contentsOf: UnsafeBufferPointer(start: data, count: Int(length)))
                    return CAIRO_STATUS_SUCCESS
                }, pointer)
        }
        guard status == CAIRO_STATUS_SUCCESS else {
            throw RenderProblem.drawing("write a PNG", reason: String(cString: cairo_status_to_string(status)))
                .diagnostic
        }
        return bytes
    }
}

extension Bitmap {
    /// Encodes the picture, with its alpha, as a PNG file.
    public func png() throws -> [UInt8] { try Canvas(self).png() }
}
