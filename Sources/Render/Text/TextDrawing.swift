// Draws a text layer at any scale: box, shadow, highlighted words, outline, glyphs. Glyphs are filled as paths, since
// cairo places cached glyph images on whole pixels only, which makes the spacing uneven in slow movement.
import CPango
import CPixels
import Composition
import Media

extension TextLayout {
    /// The drawn area in units of the box.
    var inked: (x0: Double, y0: Double, x1: Double, y1: Double) {
        let outline = outlineReach + 1
        // Highlights extend slightly beyond their words.
        let reach = content.spans.contains { $0.background != nil } ? max(outline, highlightPadX + 1) : outline
        var x0 = min(0, measure.inkX - reach), y0 = min(0, measure.inkY - reach)
        var x1 = max(measure.width, measure.inkX + measure.inkWidth + reach),
            y1 = max(measure.height, measure.inkY + measure.inkHeight + reach)
        if let shadow = steadyShadow {
            let blur = 3 * shadow.blur + 1
            x0 = min(x0, x0 + shadow.offsetX - blur)
            y0 = min(y0, y0 + shadow.offsetY - blur)
            x1 = max(x1, x1 + shadow.offsetX + blur)
            y1 = max(y1, y1 + shadow.offsetY + blur)
        }
        return (x0, y0, x1, y1)
    }

    private var outlineReach: Double {
        content.outline != nil && content.outlineWidth.isFinite ? max(0, min(content.outlineWidth, 500)) : 0
    }
    private var highlightPadX: Double { content.size * 0.12 }

    /// The shadow with finite values. As in CSS, the standard deviation is half of the blur.
    private var steadyShadow: (color: Color, offsetX: Double, offsetY: Double, blur: Double)? {
        guard let shadow = content.shadow, shadow.offsetX.isFinite, shadow.offsetY.isFinite, shadow.blur.isFinite,
            shadow.color.alpha > 0
        else { return nil }
        func within(_ value: Double) -> Double { max(-2000, min(2000, value)) }
        return (shadow.color, within(shadow.offsetX), within(shadow.offsetY), max(0, min(shadow.blur, 200)) / 2)
    }

    /// Draws with the box's corner at (x, y) of the bitmap and `scale` pixels per unit.
    func draw(on bitmap: Bitmap, x: Double, y: Double, scale: Double) throws {
        let canvas = try Canvas(bitmap)
        cairo_translate(canvas.context, x, y)
        cairo_scale(canvas.context, scale, scale)
        paint(canvas)
        try canvas.check("draw a text")
        if let shadow = steadyShadow {
            let silhouette = Bitmap(width: bitmap.width, height: bitmap.height)
            bitmap.castShadow(
                into: silhouette, color: shadow.color, dx: shadow.offsetX * scale, dy: shadow.offsetY * scale,
                sigma: shadow.blur * scale)
            bitmap.put(over: silhouette)
        }
    }

    /// Draws only the box behind the text, opaque, without the area that the letters cover.
    func cover(_ bitmap: Bitmap, x: Double, y: Double, scale: Double) throws {
        let canvas = try Canvas(bitmap)
        cairo_translate(canvas.context, x, y)
        cairo_scale(canvas.context, scale, scale)
        ground(canvas, .color(Color(red: 255, green: 255, blue: 255)))
        cairo_set_operator(canvas.context, CAIRO_OPERATOR_DEST_OUT)
        letters(canvas)
        try canvas.check("draw a text")
    }

    private func paint(_ canvas: Canvas) {
        if let background = content.background { ground(canvas, background) }
        letters(canvas)
    }

    private func ground(_ canvas: Canvas, _ paint: Paint) {
        let radius = content.cornerRadius.isFinite ? content.cornerRadius : 0
        canvas.rectangle(x: 0, y: 0, width: measure.width, height: measure.height, radius: radius)
        canvas.set(paint, width: measure.width, height: measure.height)
        cairo_fill(canvas.context)
    }

    private func letters(_ canvas: Canvas) {
        let context = canvas.context
        cairo_translate(context, originX, originY)
        highlight(canvas)
        if outlineReach > 0, let outline = content.outline {
            cairo_new_path(context)
            TextLayout.eachRun(layout) { run, x, baseline, _, _ in
                guard !isPicture(run) else { return }
                cairo_move_to(context, x, baseline)
                pango_cairo_glyph_string_path(context, run.pointee.item.pointee.analysis.font, run.pointee.glyphs)
            }
            canvas.set(outline)
            cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
            cairo_set_line_width(context, outlineReach * 2)
            cairo_stroke(context)
        }
        TextLayout.eachRun(layout) { run, x, baseline, _, _ in
            let item = run.pointee.item.pointee
            cairo_move_to(context, x, baseline)
            canvas.set(color(at: Int(item.offset)))
            if isPicture(run) {
                pango_cairo_show_glyph_string(context, item.analysis.font, run.pointee.glyphs)
            } else {
                pango_cairo_glyph_string_path(context, item.analysis.font, run.pointee.glyphs)
                cairo_fill(context)
            }
        }
    }

    private func color(at byte: Int) -> Color {
        content.spans.last { $0.color != nil && $0.start <= byte && byte < $0.end }?.color ?? content.color
    }

    /// Whether the font contains pictures (emoji) instead of outlines.
    private func isPicture(_ run: Run) -> Bool {
        guard let pattern = TextLayout.pattern(of: run) else { return false }
        var color: FcBool = 0
        return FcPatternGetBool(pattern, FC_COLOR, 0, &color) == FcResultMatch && color != 0
    }

    private func highlight(_ canvas: Canvas) {
        let length = content.text.utf8.count, unit = 1 / Double(PANGO_SCALE)
        for span in content.spans {
            guard let background = span.background, let range = span.range(in: length) else { continue }
            let iterator = pango_layout_get_iter(layout)
            defer { pango_layout_iter_free(iterator) }
            repeat {
                guard let line = pango_layout_iter_get_line_readonly(iterator) else { continue }
                let start = Int(line.pointee.start_index), end = start + Int(line.pointee.length)
                guard range.lowerBound < end, range.upperBound > start else { continue }
                var ink = PangoRectangle(), extents = PangoRectangle()
                pango_layout_iter_get_line_extents(iterator, &ink, &extents)
                var ranges: UnsafeMutablePointer<Int32>?
                var count: Int32 = 0
                pango_layout_line_get_x_ranges(
                    line, Int32(max(range.lowerBound, start)), Int32(min(range.upperBound, end)), &ranges, &count)
                defer { g_free(ranges) }
                let baseline = Double(pango_layout_iter_get_baseline(iterator)) * unit
                for index in 0..<Int(count) {
                    let x0 = Double(ranges![2 * index]) * unit, x1 = Double(ranges![2 * index + 1]) * unit
                    guard x1 > x0 else { continue }
                    // From above the capitals to below the descenders, independent of the line height.
                    canvas.rectangle(
                        x: x0 - highlightPadX, y: baseline - content.size * 0.95, width: x1 - x0 + 2 * highlightPadX,
                        height: content.size * 1.23, radius: content.size * 0.16)
                    canvas.set(background)
                    cairo_fill(canvas.context)
                }
            } while pango_layout_iter_next_line(iterator) != 0
        }
    }
}

extension Bitmap {
    /// Draws this picture's shadow into `target`: its alpha, moved, blurred and tinted. Both have the same size.
    func castShadow(into target: Bitmap, color: Color, dx: Double, dy: Double, sigma: Double) {
        // A blurred shadow needs only whole pixels.
        let shiftX = Int(dx.rounded()), shiftY = Int(dy.rounded())
        var mask = [UInt8](repeating: 0, count: width * height)
        for y in 0..<height where y - shiftY >= 0 && y - shiftY < height {
            let from = row(y - shiftY)
            for x in max(0, shiftX)..<max(max(0, shiftX), min(width, width + shiftX)) {
                mask[y * width + x] = from[4 * (x - shiftX) + 3]
            }
        }
        mask.withUnsafeMutableBufferPointer {
            cpixels_blur($0.baseAddress, width, Int32(width), Int32(height), 1, sigma, 0)
        }
        // The pixel that each value of the mask becomes.
        let pixels = (0..<256).map { value in
            let a = (value * Int(color.alpha) + 127) / 255
            let tint = [Int(color.blue), Int(color.green), Int(color.red)].map { ($0 * a + 127) / 255 }
            return UInt32(littleEndian: UInt32(tint[0] | tint[1] << 8 | tint[2] << 16 | a << 24))
        }
        pixels.withUnsafeBufferPointer { pixels in
            mask.withUnsafeBufferPointer { mask in
                for y in 0..<height {
                    let to = target.words(y), from = mask.baseAddress! + y * width
                    for x in 0..<width { to[x] = pixels[Int(from[x])] }
                }
            }
        }
    }

    /// Composes this picture over `below`, in place.
    func put(over below: Bitmap) {
        for y in 0..<height {
            let top = row(y), bottom = below.row(y), tops = words(y), bottoms = below.words(y)
            for x in 0..<width where bottoms[x] != 0 {
                if tops[x] == 0 {
                    tops[x] = bottoms[x]
                    continue
                }
                let rest = 255 - Int(top[4 * x + 3])
                for channel in 0..<4 {
                    top[4 * x + channel] = UInt8(
                        min(255, Int(top[4 * x + channel]) + (Int(bottom[4 * x + channel]) * rest + 127) / 255))
                }
            }
        }
    }

    /// A row by pixels, in memory order blue, green, red, alpha.
    private func words(_ y: Int) -> UnsafeMutablePointer<UInt32> {
        UnsafeMutableRawPointer(row(y)).assumingMemoryBound(to: UInt32.self)
    }
}
