// Finds the area that a text layer's ink occupies on the frame while it is readable. Uses the drawing code's layout and
// positions without drawing.
import Composition

extension LayerSources {
    /// Number of surveyed moments of a layer.
    private static let moments = 9

    /// - Throws: a `Diagnostic` if the text cannot be laid out.
    public func survey(_ layer: Layer, _ content: TextContent) throws -> MeasuredText {
        let layout = try layout(content)
        var measure = layout.measure
        if content.fit != nil { measure.size = layout.content.size }
        let frames = layer.from..<max(layer.from, layer.to)
        // Short layers are examined in every frame, layers of hours in a sample of them.
        let stride = max(1, frames.count / 2000)
        let looked = Array(Swift.stride(from: frames.lowerBound, to: frames.upperBound, by: stride))
        let seen = looked.map { max(0, min(1, layer.opacity.value(at: Double($0)))) }
        guard let most = seen.max(), most > 0 else { return MeasuredText(measure: measure, boxes: [], legible: 0) }
        let legible = min(frames.count, seen.count { $0 >= most / 2 } * stride)
        let full = zip(looked, seen).filter { $0.1 >= most * 0.95 }.map(\.0)
        let chosen =
            full.count <= Self.moments
            ? full : (0..<Self.moments).map { full[$0 * (full.count - 1) / (Self.moments - 1)] }
        let boxes = chosen.compactMap { frame -> MeasuredText.Box? in
            guard layer.anchorX.isFinite, layer.anchorY.isFinite, let pose = Pose(layer, frame: frame),
                measure.inkWidth > 0, measure.inkHeight > 0
            else { return nil }
            let place = pose.transform(anchorX: layer.anchorX * measure.width, anchorY: layer.anchorY * measure.height)
            let bounds = place.bounds(
                measure.inkX, measure.inkY, measure.inkX + measure.inkWidth, measure.inkY + measure.inkHeight)
            guard bounds.x0.isFinite, bounds.y0.isFinite, bounds.x1.isFinite, bounds.y1.isFinite else { return nil }
            func tenth(_ value: Double) -> Double { (max(-1e7, min(1e7, value)) * 10).rounded() / 10 }
            return MeasuredText.Box(
                frame: frame, x0: tenth(bounds.x0), y0: tenth(bounds.y0), x1: tenth(bounds.x1), y1: tenth(bounds.y1))
        }
        return MeasuredText(measure: measure, boxes: boxes, legible: legible)
    }
}
