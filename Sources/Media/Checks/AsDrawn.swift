// Whether pictures that look like a fault are what the spec draws; if so, they are not a fault.
import Composition

extension Inspection.Video {
    /// Whether the pictures of a span match the drawn ones; nil without drawn pictures.
    func isAsDrawn(_ span: Range<Int>, _ plan: Plan?) -> Bool? {
        guard plan != nil else { return nil }
        if let promised, promised.count == frames.count {
            return promised[span].allSatisfy { $0.apart < PromisedPicture.other }
        }
        let samples = likeness.filter { span.contains($0.frame) }
        return samples.isEmpty ? nil : samples.allSatisfy { LikenessBands.decoded.verdict($0.tile.value) == .alike }
    }
}
