// Rectangles and ellipses.
import CPango
import Composition
import Media

extension ShapeContent {
    private var strokeReach: Double { stroke != nil && strokeWidth.isFinite ? max(0, min(strokeWidth, 4096)) : 0 }

    /// The stroke lies astride the edge, as in SVG.
    var inked: (x0: Double, y0: Double, x1: Double, y1: Double) {
        let reach = strokeReach / 2
        return (-reach, -reach, Double(box.width) + reach, Double(box.height) + reach)
    }

    /// Draws with the box's corner at (x, y) of the bitmap and `scale` pixels a unit.
    func draw(on bitmap: Bitmap, x: Double, y: Double, scale: Double) throws {
        let canvas = try Canvas(bitmap), context = canvas.context
        cairo_translate(context, x, y)
        cairo_scale(context, scale, scale)
        let width = Double(box.width), height = Double(box.height)
        switch form {
        case .rectangle: canvas.rectangle(x: 0, y: 0, width: width, height: height, radius: cornerRadius.isFinite ? cornerRadius : 0)
        case .ellipse: canvas.ellipse(x: 0, y: 0, width: width, height: height)
        }
        if let fill {
            canvas.set(fill, width: width, height: height)
            cairo_fill_preserve(context)
        }
        if let stroke, strokeReach > 0 {
            canvas.set(stroke)
            cairo_set_line_width(context, strokeReach)
            cairo_stroke(context)
        }
        try canvas.check("draw a shape")
    }
}
