// Draws rectangles and ellipses.
import CPango
import Composition
import Media

extension ShapeContent {
    private var strokeReach: Double { stroke != nil && strokeWidth.isFinite ? max(0, min(strokeWidth, 4096)) : 0 }

    /// The drawn area in units of the box. The stroke is centred on the edge, as in SVG.
    var inked: (x0: Double, y0: Double, x1: Double, y1: Double) {
        let reach = strokeReach / 2
        return (-reach, -reach, Double(box.width) + reach, Double(box.height) + reach)
    }

    /// Draws with the box's corner at (x, y) of the bitmap and `scale` pixels per unit.
    func draw(on bitmap: Bitmap, x: Double, y: Double, scale: Double) throws {
        let canvas = try outlined(bitmap, x, y, scale)
        if let fill {
            canvas.set(fill, width: Double(box.width), height: Double(box.height))
            cairo_fill_preserve(canvas.context)
        }
        line(canvas)
        try canvas.check("draw a shape")
    }

    /// Draws only the fill, opaque, without the area that the stroke covers.
    func cover(_ bitmap: Bitmap, x: Double, y: Double, scale: Double) throws {
        let canvas = try outlined(bitmap, x, y, scale)
        cairo_set_source_rgba(canvas.context, 1, 1, 1, 1)
        cairo_fill_preserve(canvas.context)
        cairo_set_operator(canvas.context, CAIRO_OPERATOR_DEST_OUT)
        line(canvas)
        try canvas.check("draw a shape")
    }

    /// A canvas with the shape as its path.
    private func outlined(_ bitmap: Bitmap, _ x: Double, _ y: Double, _ scale: Double) throws -> Canvas {
        let canvas = try Canvas(bitmap)
        cairo_translate(canvas.context, x, y)
        cairo_scale(canvas.context, scale, scale)
        let width = Double(box.width), height = Double(box.height)
        switch form {
        case .rectangle:
            canvas.rectangle(x: 0, y: 0, width: width, height: height, radius: cornerRadius.isFinite ? cornerRadius : 0)
        case .ellipse: canvas.ellipse(x: 0, y: 0, width: width, height: height)
        }
        return canvas
    }

    private func line(_ canvas: Canvas) {
        guard let stroke, strokeReach > 0 else { return }
        canvas.set(stroke)
        cairo_set_line_width(canvas.context, strokeReach)
        cairo_stroke(canvas.context)
    }
}
