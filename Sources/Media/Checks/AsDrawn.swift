// Whether pictures that look like a fault are what the spec draws, which is then none.
import Composition

extension Inspection.Video {
    /// Whether a span of pictures is what was drawn; nil where no drawn pictures were at hand.
    func isAsDrawn(_ span: Range<Int>, _ plan: Plan?) -> Bool? {
        guard plan != nil else { return nil }
        if let promised, promised.count == frames.count {
            return promised[span].allSatisfy { $0.apart < PromisedPicture.other }
        }
        let samples = likeness.filter { span.contains($0.frame) }
        return samples.isEmpty ? nil : samples.allSatisfy { LikenessBands.decoded.verdict($0.tile.value) == .alike }
    }
}
