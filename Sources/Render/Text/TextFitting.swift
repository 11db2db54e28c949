// Makes a text as small as the box needs that it must fit into. A pure function of the text and its fonts, so a frame is
// the same in every segment.
import Composition

extension TextLayout {
    /// Steps between the size that a style asks for and the least.
    private static let steps = 64

    /// The largest size at which it fits; the least if none does.
    static func fitting(_ content: TextContent, fonts: Fonts) throws -> TextLayout {
        guard let fit = content.fit, content.size.isFinite, content.size > 0, fit.least.isFinite else {
            var plain = content
            plain.fit = nil
            return try TextLayout(plain, fonts: fonts)
        }
        let least = max(0.01, min(1, fit.least / content.size))
        func share(_ step: Int) -> Double { 1 - (1 - least) * Double(step) / Double(Self.steps) }
        func fits(_ step: Int) throws -> Bool {
            let layout = try TextLayout(content.scaled(by: share(step)), fonts: fonts)
            let measure = layout.measure
            // A box has even sides, so it may be two pixels wider than its lines.
            return measure.brokenWords == 0 && measure.width <= (fit.width ?? .infinity) + 2
                && measure.height <= (fit.height ?? .infinity) + 2 && measure.lines <= fit.lines ?? .max
        }
        var low = 0, high = Self.steps
        if try fits(0) {
            high = 0
        } else {
            while low + 1 < high {
                let middle = (low + high) / 2
                if try fits(middle) { high = middle } else { low = middle }
            }
        }
        return try TextLayout(content.scaled(by: share(high)), fonts: fonts)
    }
}

extension TextContent {
    /// With everything that is counted in ems made smaller; without `fit`.
    fileprivate func scaled(by share: Double) -> TextContent {
        var text = self
        text.fit = nil
        text.size *= share
        text.letterSpacing *= share
        text.paddingX *= share
        text.paddingY *= share
        text.cornerRadius *= share
        text.outlineWidth *= share
        if let shadow {
            text.shadow = Shadow(
                color: shadow.color, offsetX: shadow.offsetX * share, offsetY: shadow.offsetY * share,
                blur: shadow.blur * share)
        }
        if let width = fit?.width { text.wrapWidth = max(1, min(wrapWidth ?? width, width - 2 * text.paddingX)) }
        return text
    }
}
