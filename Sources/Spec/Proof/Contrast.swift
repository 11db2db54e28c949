// P10: the contrast between text and its background. The contrast stage measures it on drawn pixels, segment by
// segment; it is judged here, so that a changed threshold draws nothing again.
import Composition
import Diagnostics

/// Where a text is written and when it is shown; a measured contrast is matched with it.
public struct TextPlace: Codable, Sendable, Hashable {
    public var text: String
    /// Frames of the video, half open.
    public var from: Int
    public var to: Int
    public var place: Place
    public init(_ text: DraftText) {
        self.text = text.content.text
        (from, to) = (text.shown.lowerBound, text.shown.upperBound)
        place = text.place
    }
}

extension ProofCheck {
    static let contrast = ProofCheck(
        "P10.contrast", "Contrast of text",
        measures:
            "every text while it is in full view, twice a second and at both ends of each segment: luminance of its "
            + "letters against the pixels around them, as drawn (with box, outline, shadow and background), in cells "
            + "one em wide; the worst cell counts",
        unit: "ratio",
        threshold:
            "4.5:1; 3:1 for large text (18 pt, or 14 pt bold): 24 and 18.7 px on a frame of 1080 lines, three times as "
            + "much in portrait formats, which are watched on phones",
        source: "WCAG 2.2, 1.4.3; what counts as large on a video frame is vgraph's",
        changedBy: "acceptance.rules.contrast", severity: .warn,
        runbook:
            "use another colour, or give the style a 'background', an 'outline' or a 'shadow'; a gradient between "
            + "picture and text also helps"
    ) { _ in [] }

    /// The contrast below which text is illegible.
    static let floor = 2.0

    static let unreadable = ProofCheck(
        "P10.unreadable", "Text that cannot be read",
        measures:
            "as P10.contrast, in cells that contain more than a corner of a letter and that nothing covers; and each "
            + "text at its best moment",
        unit: "ratio", threshold: "2:1",
        source: "vgraph: WCAG 2.2 requires at least 3:1; text below 2:1 is lost on many screens",
        changedBy: "acceptance.checks", severity: .fail,
        runbook:
            "use another colour, or give the style a 'background', an 'outline' or a 'shadow'; for a decorative text "
            + "set 'acceptance: { checks: { P10.unreadable: warn } }'"
    ) { _ in [] }

    /// The findings of P10.unreadable and P10.contrast, at most one of the two for each text.
    /// - Parameters:
    ///   - segments: the measured contrasts, in the order of the plan's spans.
    public static func contrast(of segments: [SegmentContrast], plan: Plan, places: [TextPlace], profile: Profile)
        -> [Diagnostic]
    {
        let lost = lost(segments, plan: plan, places: places, profile: profile)
        let told = Set(lost.compactMap(\.place))
        let faint = faint(segments, plan: plan, places: places, profile: profile).filter {
            $0.place.map { !told.contains($0) } ?? true
        }
        return (lost + faint).inFileOrder()
    }

    private static func lost(_ segments: [SegmentContrast], plan: Plan, places: [TextPlace], profile: Profile)
        -> [Diagnostic]
    {
        guard let severity = profile.diagnosticSeverity(of: unreadable.rule) else { return [] }
        let byText = Dictionary(grouping: places.indices) { places[$0].text }
        var found: [Int: (best: Double, worst: (ratio: Double, frame: Int, x: Int, y: Int))] = [:]
        for (span, segment) in zip(plan.spans, segments) {
            for measured in segment.texts {
                guard let ratio = measured.ratio, let best = measured.best else { continue }
                let from = span.startFrame + measured.from, to = span.startFrame + measured.to
                guard let index = byText[measured.text]?.first(where: { places[$0].from < to && places[$0].to > from })
                else { continue }
                let bare = measured.bare ?? .init(ratio: best, frame: measured.frame, x: measured.x, y: measured.y)
                // For a text that is always partly covered, its best moment decides.
                let worst = (
                    measured.bare == nil && best < floor ? ratio : bare.ratio, span.startFrame + bare.frame, bare.x,
                    bare.y
                )
                let known = found[index]
                found[index] = (
                    max(best, known?.best ?? 0), known.map { $0.worst.ratio <= worst.0 ? $0.worst : worst } ?? worst
                )
            }
        }
        return found.sorted { $0.key < $1.key }.compactMap { index, look in
            guard look.worst.ratio < floor - 0.005 || look.best < floor - 0.005 else { return nil }
            return ProofProblem.unreadable(
                text: places[index].text, ratio: plainNumber((look.worst.ratio * 100).rounded(.down) / 100),
                least: tenthsWords(floor),
                time: secondsWords(plan.rate.seconds(ofFrame: look.worst.frame)), x: look.worst.x, y: look.worst.y,
                at: places[index].place
            ).diagnostic(severity)
        }
    }

    private static func faint(_ segments: [SegmentContrast], plan: Plan, places: [TextPlace], profile: Profile)
        -> [Diagnostic]
    {
        guard let severity = profile.diagnosticSeverity(of: contrast.rule) else { return [] }
        let byText = Dictionary(grouping: places.indices) { places[$0].text }
        var worst: [Int: (measured: TextContrast, frame: Int, isLarge: Bool, short: Double)] = [:]
        for (span, segment) in zip(plan.spans, segments) {
            for measured in segment.texts {
                guard let ratio = measured.ratio, ratio.isFinite else { continue }
                let isLarge = isLarge(measured, in: segment.size)
                guard let least = profile[isLarge ? .contrastLarge : .contrast]?.least, ratio < least - 0.005 else {
                    continue
                }
                let from = span.startFrame + measured.from, to = span.startFrame + measured.to
                guard let index = byText[measured.text]?.first(where: { places[$0].from < to && places[$0].to > from })
                else { continue }
                // Keep the measure that is lowest relative to its limit.
                if worst[index].map({ ratio / least < $0.short }) ?? true {
                    worst[index] = (measured, span.startFrame + measured.frame, isLarge, ratio / least)
                }
            }
        }
        return worst.sorted { $0.key < $1.key }.map { index, found in
            let limit = profile[found.isLarge ? .contrastLarge : .contrast]!
            return ProofProblem.lowContrast(
                text: found.measured.text, ratio: plainNumber(((found.measured.ratio ?? 1) * 100).rounded(.down) / 100),
                least: tenthsWords(limit.least ?? 0),
                time: secondsWords(plan.rate.seconds(ofFrame: found.frame)), x: found.measured.x, y: found.measured.y,
                rule: limit.source,
                at: places[index].place
            ).diagnostic(severity)
        }.inFileOrder()
    }

    /// On a landscape frame a CSS pixel is 1/1080 of the height; an upright phone is 360 CSS pixels wide.
    static func isLarge(_ text: TextContrast, in size: PixelSize) -> Bool {
        let pixel = size.height > size.width ? Double(size.width) / 360 : Double(size.height) / 1080
        return text.size >= 24 * pixel || (text.weight >= 700 && text.size >= 18.66 * pixel)
    }
}
